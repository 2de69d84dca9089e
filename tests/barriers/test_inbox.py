"""The inbox: who reads which report, what an answer does, when contacts go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from chancencheck.audit.models import Entry
from chancencheck.barriers import operations, views_public
from chancencheck.barriers.choices import BarrierState
from chancencheck.barriers.models import BarrierContact, BarrierReport
from chancencheck.lib.errors import NotAllowedNow
from tests.barriers.phone import Phone, code_of, reported, unit
from tests.page_lint import by_class, holds, parse, words
from tests.world import HERE, THERE, municipality, person, rating

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]
INBOX = "/barrieren/"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    views_public.REPORTS.forget()
    views_public.LOOKUPS.forget()


def url_of(report: BarrierReport) -> str:
    return reverse("barrier_detail", args=[report.pk])


def answer(client: Any, report: BarrierReport, **values: Any) -> Any:
    """Save the form of the report as the page shows it, with these changes."""
    now = BarrierReport.objects.get(pk=report.pk)
    form = {
        "revision": now.revision,
        "state": now.state,
        "answer": now.answer,
        "unit": now.unit_id or "",
    }
    return client.post(url_of(report), {**form, **values})


# ------------------------------------------------------------------- from the report to the answer


def test_from_the_report_to_the_answer(client_for: SignIn) -> None:
    phone, lead = Phone(), client_for("lead", typed=True)
    code = code_of(phone.report(unit=unit().pk))
    report = BarrierReport.objects.get()

    assert "Eingang" in words(lead.get(INBOX))
    assert "Eine hohe Stufe" in words(lead.get(url_of(report)))
    answer(lead, report, state="solved", answer="Es gibt jetzt eine Rampe.")

    text = words(phone.look_up(code))
    assert "Die Barriere ist weg." in text
    assert "Es gibt jetzt eine Rampe." in text


def test_opening_a_report_changes_nothing(client_for: SignIn) -> None:
    report = reported()

    client_for("lead").get(url_of(report))

    assert BarrierReport.objects.get().state == "new"


@pytest.mark.parametrize("state", ["solved", "not"])
def test_nothing_ends_without_a_reason(client_for: SignIn, state: str) -> None:
    report = reported()

    page = answer(client_for("lead"), report, state=state, answer=" \u202e")

    assert page.status_code == 422
    assert BarrierReport.objects.get().state == "new"
    with pytest.raises(NotAllowedNow):
        change(report, state=BarrierState(state))


def test_a_report_can_be_taken_up_again(client_for: SignIn) -> None:
    report, lead = reported(), client_for("lead")
    answer(lead, report, state="solved", answer="Weg.")
    closed = BarrierReport.objects.get()

    answer(lead, report, state="doing")

    opened = BarrierReport.objects.get()
    assert (closed.is_closed, closed.closed_on) == (True, timezone.localdate())
    assert (opened.is_closed, opened.closed_on, opened.answer) == (False, None, "Weg.")


def test_an_old_page_overwrites_no_answer(client_for: SignIn) -> None:
    report, lead = reported(), client_for("lead")
    answer(client_for("coordination"), report, state="doing", answer="Wir bauen.")

    page = answer(lead, report, revision=report.revision, answer="Anders")

    assert page.status_code == 409
    assert holds(page, "Anders")
    assert BarrierReport.objects.get().answer == "Wir bauen."


def test_the_same_answer_sent_twice_is_one_answer(client_for: SignIn) -> None:
    report, lead = reported(), client_for("lead")

    found = [
        answer(lead, report, revision=report.revision, state="doing", answer="Wir bauen.")
        for _time in range(2)
    ]

    assert [page.status_code for page in found] == [302, 302]
    assert Entry.objects.filter(action="barrier_answered").count() == 1


def test_the_log_names_the_institution_and_nothing_else(client_for: SignIn) -> None:
    report = reported(contact="a@b.example")
    before = Entry.objects.count()

    answer(client_for("lead"), report, state="read", answer="Gesehen")
    answer(client_for("lead"), report)  # saved without a change

    entry = Entry.objects.latest("pk")
    assert Entry.objects.count() == before + 1
    assert (entry.action, entry.target_label) == ("barrier_answered", "Bürgeramt")


# ------------------------------------------------------------------- who reads what


def test_each_lead_reads_the_own_reports_and_the_coordination_all(client_for: SignIn) -> None:
    for name in ("Bürgeramt", "Bücherei", None):
        reported(name, where=f"Ort {name}")
    reported(city=THERE, where="Ort drüben")

    seen = {who: words(client_for(who).get(INBOX)) for who in ("lead", "library_lead")}
    seen["coordination"] = words(client_for("coordination").get(INBOX))

    found = {who: {p for p in PLACES if f"Ort {p}" in text} for who, text in seen.items()}
    assert found == {
        "lead": {"Bürgeramt"},
        "library_lead": {"Bücherei"},
        "coordination": {"Bürgeramt", "Bücherei", "None"},
    }


PLACES = ("Bürgeramt", "Bücherei", "None", "drüben")


@pytest.mark.parametrize("who", ["steering", "administration", "oversight", "member1"])
def test_who_handles_no_reports_reads_none(client_for: SignIn, who: str) -> None:
    rating()
    report = reported()
    client = client_for(who)

    for url in (INBOX, url_of(report), reverse("barrier_poster", args=["de"])):
        assert client.get(url).status_code == 403


def test_what_is_foreign_is_not_there(client_for: SignIn) -> None:
    report, theirs, nobodys = reported(), reported(city=THERE), reported(None)

    for client, foreign in (
        (client_for("library_lead"), report),
        (client_for("lead"), nobodys),
        (client_for("coordination"), theirs),
        (client_for("coordination", THERE), report),
    ):
        assert client.get(url_of(foreign)).status_code == 404
        assert answer(client, foreign, state="read").status_code == 404
    assert set(BarrierReport.objects.values_list("state", flat=True)) == {"new"}


def change(report: BarrierReport, who: str = "lead", city: str = HERE, **values: Any) -> None:
    usual = {
        "revision": report.revision,
        "state": BarrierState.READ,
        "answer": "",
        "unit": report.unit,
    }
    operations.answer_report(report=report, by=person(who, city), **{**usual, **values})


@pytest.mark.parametrize("who", ["library_lead", "administration", "steering"])
def test_the_operation_itself_refuses_the_others(who: str) -> None:
    with pytest.raises(PermissionDenied):
        change(reported(), who)


def test_only_the_coordination_hands_on_and_only_inside_the_city() -> None:
    report = reported()

    for who, target in (("lead", unit("Bücherei")), ("coordination", unit(city=THERE))):
        with pytest.raises(PermissionDenied):
            change(report, who, unit=target)
    change(report, "coordination", unit=unit("Bücherei"))

    assert BarrierReport.objects.get().unit == unit("Bücherei")


def test_who_gets_a_report_handed_on_reads_it(client_for: SignIn) -> None:
    report = reported(None)

    answer(client_for("coordination"), report, unit=unit().pk)

    assert client_for("lead").get(url_of(report)).status_code == 200


def test_a_lead_cannot_slip_another_institution_in(client_for: SignIn) -> None:
    report = reported()

    answer(client_for("lead"), report, unit=unit("Bücherei").pk, state="read")

    assert BarrierReport.objects.get().unit == unit()


# ------------------------------------------------------------------- the list


def test_open_ones_come_first_then_by_day(client_for: SignIn) -> None:
    today = timezone.localdate()
    for place, days, state in (("a", 3, "new"), ("b", 0, "solved"), ("c", 1, "doing")):
        report = reported(where=f"Ort-{place}")
        change(report, state=BarrierState(state), answer="Ja")
        BarrierReport.objects.filter(pk=report.pk).update(reported_on=today - timedelta(days=days))

    text = words(client_for("lead").get(INBOX))

    assert text.index("Ort-c") < text.index("Ort-a") < text.index("Ort-b")


def test_an_empty_inbox_says_what_to_do(client_for: SignIn) -> None:
    assert by_class(parse(client_for("lead").get(INBOX)), "cc-empty")


def test_more_reports_take_no_more_queries(
    client_for: SignIn, django_assert_max_num_queries: Any
) -> None:
    BarrierReport.objects.bulk_create(
        BarrierReport(
            municipality=municipality(),
            unit=unit(),
            where=f"Ort {number}",
            what="Stufe",
            language="de",
            code_digest=str(number),
        )
        for number in range(45)
    )
    client = client_for("coordination")

    with django_assert_max_num_queries(12):
        page = client.get(INBOX)
    assert len(by_class(parse(page), "cc-row")) == 20


# ------------------------------------------------------------------- the contact


def test_the_contact_is_gone_on_its_day(client_for: SignIn) -> None:
    report = reported(contact="a@b.example")
    lead = client_for("lead", typed=True)
    assert holds(lead.get(url_of(report)), "a@b.example")

    BarrierContact.objects.update(delete_on=timezone.localdate())
    lead.get(INBOX)

    assert not BarrierContact.objects.exists()
    assert BarrierReport.objects.exists()
    assert not holds(lead.get(url_of(report)), "a@b.example")


def test_a_day_before_the_contact_is_still_there() -> None:
    reported(contact="a@b.example")
    BarrierContact.objects.update(delete_on=timezone.localdate() + timedelta(days=1))

    operations.forget_contacts()

    assert BarrierContact.objects.exists()


@pytest.mark.parametrize(("left", "expected"), [(180, 30), (10, 10)])
def test_the_end_of_a_report_brings_the_deletion_forward(left: int, expected: int) -> None:
    report = reported(contact="a@b.example")
    today = timezone.localdate()
    BarrierContact.objects.update(delete_on=today + timedelta(days=left))

    change(report, state=BarrierState.NOT, answer="Denkmalschutz")

    assert BarrierContact.objects.get().delete_on == today + timedelta(days=expected)


def test_the_list_shows_no_contact(client_for: SignIn) -> None:
    reported(contact="a@b.example")

    assert not holds(client_for("coordination").get(INBOX), "a@b")


# ------------------------------------------------------------------- the poster


def test_the_poster_leads_to_the_form_of_the_place(client_for: SignIn, settings: Any) -> None:
    settings.BASE_URL = "https://check.musterstadt.example"
    client, place = client_for("lead"), {"stelle": unit().pk}

    page = client.get(reverse("barrier_poster", args=["ar"]), place)

    assert by_class(parse(page), "cc-qr")
    assert "check.musterstadt.example/mitreden/musterstadt/barriere/ar/" in words(page)
    assert by_class(parse(page), "cc-poster")[0].get("dir") == "rtl"


@pytest.mark.parametrize("place", ["0", "x", "9" * 30, "²"])
def test_no_poster_for_a_place_that_is_not_there(client_for: SignIn, place: str) -> None:
    url = reverse("barrier_poster", args=["de"])

    assert client_for("coordination").get(url, {"stelle": place}).status_code == 404
