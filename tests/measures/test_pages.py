"""The pages of measures, as leads and holders of functions use them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.measures.choices import Origin, State
from chancencheck.measures.models import Function, Measure
from chancencheck.notifications.models import Notification
from tests import measures_world as made
from tests import surveys_world
from tests.page_lint import holds, words

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]


def page(client: Any, name: str, *args: Any) -> Any:
    return client.get(reverse(name, args=args))


def new_url(**query: Any) -> str:
    wanted = "".join(f"&{key}={value}" for key, value in query.items())
    return reverse("measure_new") + f"?einrichtung={made.unit().pk}{wanted}"


def typed(**changes: Any) -> dict[str, Any]:
    """What a lead types into the form of a measure."""
    return {"title": "Das Schild neu schreiben", "sign": "Weniger Fragen", "effort": "1", **changes}


def say(client: Any, measure: Measure, do: str, **values: Any) -> Any:
    """Press one of the buttons that say where a measure stands."""
    data = {f"{do}-{name}": value for name, value in values.items()}
    return client.post(reverse("measure", args=[measure.pk]), {"do": do, **data})


# ------------------------------------------------------------------- lists


def test_a_holder_finds_the_own_measures_with_the_overdue_one_first(client_for: SignIn) -> None:
    made.own(title="Abends öffnen")
    made.past(made.own(title="Rampe bauen"), 90)

    mine = page(client_for("holder"), "measure_list").content.decode()

    assert mine.index("Rampe bauen") < mine.index("Abends öffnen")
    assert mine.count("cc-state--late") == 1
    assert "Rampe" not in page(client_for("executive"), "measure_list").content.decode()


def test_without_measures_the_page_says_how_they_come_about(client_for: SignIn) -> None:
    assert "cc-empty" in page(client_for("oversight"), "measure_list").content.decode()


def test_the_lead_sees_proposals_of_the_institution_the_coordination_does_not(
    client_for: SignIn,
) -> None:
    client_for("lead").post(new_url(), typed())
    made.own()
    unit = made.unit().pk

    lead = page(client_for("lead"), "unit_measures", unit)
    coordination = page(client_for("coordination"), "unit_measures", unit)

    assert holds(lead, "Das Schild neu schreiben")
    assert holds(coordination, "Abends öffnen")
    assert not holds(coordination, "Das Schild neu schreiben")
    assert page(client_for("library_lead"), "unit_measures", unit).status_code == 404


# ------------------------------------------------------------------- writing it down


def test_a_lead_writes_a_measure_down_and_takes_it_on_at_once(client_for: SignIn) -> None:
    client = client_for("lead")
    data = typed(requirements=["KOM-1", "ZUG-1"], form_key="k1")
    data |= {"take-new_function": "Leitung der Bücherei", "take-due_on": made.in_days(30)}

    assert client.get(new_url()).status_code == 200
    answers = [client.post(new_url(), data) for _ in range(2)]

    measure = Measure.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/massnahmen/{measure.pk}/"}
    assert (measure.state, measure.function and measure.function.name) == (
        State.PLANNED,
        "Leitung der Bücherei",
    )
    assert {link.key for link in measure.links.all()} == {"KOM-1", "ZUG-1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"take-new_function": "Frau Beispiel", "take-due_on": "2999-01-01"},
        {"take-new_function": "Anmeldung"},
        {"take-due_on": "2999-01-01"},
        {"take-new_function": "Anmeldung", "take-due_on": "2001-01-01"},
    ],
)
def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(
    client_for: SignIn, wrong: dict[str, str]
) -> None:
    answer = client_for("lead").post(new_url(), typed(details="Mit großer Schrift") | wrong)

    assert answer.status_code == 422
    assert holds(answer, "Mit großer Schrift")
    assert not Measure.objects.exists()


def test_a_measure_of_what_citizens_say_links_back_only_for_who_may_read_it(
    client_for: SignIn,
) -> None:
    part = surveys_world.part_of(surveys_world.closed(12))
    client = client_for("lead")

    made_of_it = client.post(new_url(teil=part.pk), typed())
    measure = Measure.objects.get()

    assert made_of_it.status_code == 302
    assert (measure.origin, measure.survey_part) == (Origin.CITIZENS, part)
    assert (
        reverse("survey_result", args=[part.survey_id])
        in client.get(reverse("measure", args=[measure.pk])).content.decode()
    )
    for wrong in ({"teil": 99999}, {"meldung": "x"}, {"beschluss": 99999}):
        assert client.post(new_url(**wrong), typed()).status_code == 404


def test_the_coordination_writes_one_for_the_whole_city_a_lead_cannot(client_for: SignIn) -> None:
    url = reverse("measure_new")

    allowed = client_for("coordination").post(url, typed())
    refused = client_for("lead").post(url, typed())

    assert (allowed.status_code, refused.status_code) == (302, 403)
    assert Measure.objects.get().is_central
    assert client_for("coordination").get(allowed["Location"]).status_code == 200


def test_two_who_change_a_measure_at_once_choose_between_both_texts(client_for: SignIn) -> None:
    measure = made.own()
    client, url = client_for("lead"), reverse("measure_edit", args=[measure.pk])
    old = typed(title="Abends öffnen", details="Meins", requirements=["KOM-1"], revision="2")
    theirs = old | {"details": "Ihres", "requirements": ["KOM-2"], "effort": "3"}
    assert client.post(url, theirs).status_code == 302

    page = client.post(url, old)
    keep = {"title": "Abends öffnen", "sign": "Weniger Fragen", "revision": "3"}
    for name in ("details", "requirements"):
        keep |= {f"keep-{name}": "both"}
    keep |= {"mine-details": "Meins", "saved-details": "Ihres", "keep-effort": "saved"}
    keep |= {"mine-requirements": "KOM-1", "saved-requirements": "KOM-2", "saved-effort": "3"}
    saved = client.post(url, keep)

    assert page.status_code == 409
    assert holds(page, "Meins")
    assert holds(page, "Ihres")
    assert saved.status_code == 302
    measure.refresh_from_db()
    assert (measure.details, measure.effort) == ("Ihres\nMeins", 3)
    assert {link.key for link in measure.links.all()} == {"KOM-1", "KOM-2"}


# ------------------------------------------------------------------- where it stands


def test_from_begun_to_done_and_up_again_with_a_history_in_sentences(client_for: SignIn) -> None:
    measure, client = made.own(), client_for("holder")

    say(client, measure, "begin")
    say(client, measure, "postpone", reason="Das Holz fehlt", due_on=made.in_days(90))
    say(client, measure, "drop", reason="Die Stadt baut neu")
    say(client, measure, "reopen", due_on=made.in_days(100))
    say(client, measure, "done", reason="Es kommen mehr Menschen")

    measure.refresh_from_db()
    text = client.get(reverse("measure", args=[measure.pk]))
    assert (measure.state, measure.due_on) == (State.DONE, made.in_days(100))
    for said in ("Das Holz fehlt", "Die Stadt baut neu", "Es kommen mehr Menschen"):
        assert holds(text, said)


def test_later_needs_a_reason_and_a_day_and_keeps_what_was_typed(client_for: SignIn) -> None:
    measure = made.own()

    answer = say(client_for("holder"), measure, "postpone", reason="Holz", due_on="2001-01-01")

    assert answer.status_code == 422
    assert 'value="Holz"' in answer.content.decode()
    assert '<details class="cc-help" open>' in answer.content.decode()


def test_the_lead_hands_a_measure_to_another_function(client_for: SignIn) -> None:
    measure = made.own()
    other = made.function("Hausmeisterei", holder="caretaker")

    say(client_for("lead"), measure, "move", function=other.pk)

    measure.refresh_from_db()
    assert measure.function == other
    assert holds(
        client_for("caretaker").get(reverse("measure", args=[measure.pk])), "Hausmeisterei"
    )
    assert client_for("holder").get(reverse("measure", args=[measure.pk])).status_code == 404
    assert say(client_for("caretaker"), measure, "move", function=other.pk).status_code == 403


# ------------------------------------------------------------------- the short check


def check_one(measure: Measure) -> str:
    return reverse("measure_check_one", args=[measure.pk])


def test_one_click_each_and_the_check_is_finished(client_for: SignIn) -> None:
    rows = [made.past(made.own(title=title), 200) for title in ("Eins", "Zwei", "Drei", "Vier")]
    client, url = client_for("holder"), reverse("measure_check")
    order = "-".join(str(row.pk) for row in rows)

    start = page(client_for("holder"), "home")
    client.post(check_one(rows[0]), {"do": "still", "reihe": order})
    client.post(check_one(rows[1]), {"do": "begin"})
    half = client.get(url + f"?reihe={order}")
    back = client.post(check_one(rows[2]), {"do": "done", "reihe": order})
    missing = client.post(
        check_one(rows[3]), {"do": "postpone", f"later-{rows[3].pk}-reason": "Holz"}
    )
    later = {"reason": "Holz", "due_on": made.in_days(20)}
    client.post(
        check_one(rows[3]),
        {"do": "postpone"} | {f"later-{rows[3].pk}-{k}": v for k, v in later.items()},
    )
    end = client.get(url)

    assert url in start.content.decode()
    assert half.content.decode().count("cc-state--done") == 2
    assert half.content.decode().index("Eins") < half.content.decode().index("Vier")
    assert back["Location"] == f"{url}?reihe={order}#m{rows[2].pk}"
    assert missing.status_code == 422
    assert 'value="Holz"' in missing.content.decode()
    assert "kern-btn--primary" in end.content.decode()
    states = [Measure.objects.get(pk=row.pk).state for row in rows]
    assert states == [State.PLANNED, State.RUNNING, State.DONE, State.POSTPONED]


def test_a_lead_looks_after_what_nobody_holds(client_for: SignIn) -> None:
    measure = made.own()
    client = client_for("lead")
    before = page(client, "measure_check")
    Function.objects.update(holder=None)

    after = page(client, "measure_check")

    assert not holds(before, measure.title)
    assert holds(after, measure.title)


# ------------------------------------------------------------------- functions


def test_handing_a_function_over_takes_its_measures_along_and_names_nobody(
    client_for: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    measure = made.own()
    assert measure.function
    url = reverse("function", args=[measure.function.pk])
    Notification.objects.all().delete()
    client = client_for("lead")
    data = {"do": "change", "name": measure.function.name, "holder_name": "Erika Neumann"}

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, data | {"holder_email": "neu@musterstadt.example"})

    new = Notification.objects.get()
    shown = client.get(reverse("measure", args=[measure.pk])).content.decode()
    assert answer.status_code == 302
    assert new.user.email == "neu@musterstadt.example"
    assert "Erika" not in shown
    assert "Funktion holder" not in shown
    assert client_for("holder").get(reverse("measure", args=[measure.pk])).status_code == 404
    assert client_for(new.user).get(reverse("measure", args=[measure.pk])).status_code == 200


def test_functions_are_made_renamed_emptied_and_ended(client_for: SignIn) -> None:
    measure = made.own()
    assert measure.function
    client, unit = client_for("lead"), made.unit().pk
    url = reverse("function", args=[measure.function.pk])

    client.post(reverse("functions", args=[unit]), {"name": "Hausmeisterei"})
    twice = client.post(reverse("functions", args=[unit]), {"name": "Hausmeisterei"})
    person = client.post(reverse("functions", args=[unit]), {"name": "Herr Beispiel"})
    too_early = client.post(url, {"do": "end"})
    other = Function.objects.get(name="Hausmeisterei")
    client.post(url, {"do": "move", "move-function": other.pk})
    ended = client.post(url, {"do": "end"})
    again = client.post(reverse("functions", args=[unit]), {"name": measure.function.name})

    measure.refresh_from_db()
    assert [twice.status_code, person.status_code, too_early.status_code] == [422, 422, 409]
    assert (measure.function, ended.status_code, again.status_code) == (other, 302, 302)
    assert not Function.objects.filter(is_archived=True).exists()


def test_functions_of_the_city_belong_to_the_coordination(client_for: SignIn) -> None:
    url = reverse("city_functions")

    made_one = client_for("coordination").post(url, {"name": "Abteilung Integration"})

    assert made_one.status_code == 302
    assert Function.objects.get().unit is None
    assert client_for("lead").get(url).status_code == 403
    assert (
        client_for("lead").get(reverse("functions", args=[made.unit("Bücherei").pk])).status_code
        == 403
    )


def test_a_measure_that_comes_from_a_decision_names_it(client_for: Any) -> None:
    client = client_for("lead")
    url = f"{reverse('measure_new')}?einrichtung={made.unit().pk}"
    data = {"title": "Abends öffnen", "decision-body": "Stadtvorstand"}
    assert client.post(url, data).status_code == 422

    client.post(url, data | {"decision-decided_on": "2026-11-02", "decision-reference": "V/7"})

    measure = Measure.objects.get(title="Abends öffnen")
    assert (measure.origin, measure.decision.reference) == ("decision", "V/7")
    assert "Stadtvorstand" in words(client.get(reverse("measure", args=[measure.pk])))
