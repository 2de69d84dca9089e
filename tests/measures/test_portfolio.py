"""The measures of the city at a glance: chosen, counted, in order; institutions are never ranked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.governance.models import Body
from chancencheck.measures import operations
from chancencheck.measures.choices import State
from chancencheck.measures.models import Measure, SupportRequest
from chancencheck.measures.portfolio import Quarter, time_row
from chancencheck.organisations.choices import UnitKind
from chancencheck.organisations.models import Unit
from chancencheck.strategy.models import Strategy, Theme
from tests import measures_world as made
from tests import world
from tests.world import THERE, person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]
PAGE = "/massnahmen/stadt/"


def titles(client: Any, **chosen: str) -> list[str]:
    return [row["measure"].title for row in client.get(PAGE, chosen).context["rows"]]


def asks(measure: Measure, **needs: bool) -> SupportRequest:
    body, _made = Body.objects.get_or_create(municipality=world.municipality(), name="Beirat")
    return SupportRequest.objects.create(
        measure=measure, text="Bitte entscheiden", body=body, **(needs or {"needs_decision": True})
    )


def late(title: str = "Über der Zeit") -> Measure:
    return made.past(made.own(title=title, due_in=10), 40)


# ------------------------------------------------------------------- who, and what first


def test_the_headline_says_what_is_open_what_is_late_and_what_waits(client_for: SignIn) -> None:
    late()
    asks(made.own(title="Wartet"))
    operations.set_state(measure=made.own(title="Fertig"), state=State.DONE, by=person("lead"))

    numbers = client_for("coordination").get(PAGE).context["numbers"]

    told = {name: numbers[name] for name in ("total", "open", "overdue", "waiting")}
    assert told == {"total": 3, "open": 2, "overdue": 1, "waiting": 1}


def test_what_is_late_or_waits_comes_first_and_what_is_done_last(client_for: SignIn) -> None:
    operations.set_state(measure=made.own(title="Fertig"), state=State.DONE, by=person("lead"))
    made.own(title="Bald", due_in=5)
    made.own("Bücherei", "Später", due_in=90)
    late("Zu spät")

    assert titles(client_for("coordination")) == ["Zu spät", "Bald", "Später", "Fertig"]


@pytest.mark.parametrize("who", ["lead", "member1", "administration", "oversight"])
def test_who_may_not_see_the_whole_city_gets_neither_page_nor_table(
    who: str, client_for: SignIn
) -> None:
    world.rating()
    client = client_for(who)

    for name in ("portfolio", "portfolio_csv", "portfolio_xlsx"):
        assert client.get(reverse(name)).status_code == 403


def test_another_city_sees_its_own_measures_only(client_for: SignIn) -> None:
    made.own(title="Hier")
    made.own(title="Dort", city=THERE)

    assert titles(client_for("coordination")) == ["Hier"]
    assert titles(client_for("coordination", THERE)) == ["Dort"]


def test_bodies_read_measures_of_a_round_from_its_report_date_on(client_for: SignIn) -> None:
    assessment = world.settled()
    made.taken_on(assessment)
    world.release(assessment)
    client = client_for("steering")

    before = titles(client)
    world.report_is_due()

    assert (before, titles(client)) == ([], ["Das Formular neu schreiben"])


def test_no_page_names_a_person(client_for: SignIn) -> None:
    asks(made.own())
    client = client_for("coordination")
    me = person("coordination")
    others = User.objects.exclude(pk=me.pk).exclude(name="")

    for view in ("liste", "tafel", "zeit"):
        text = client.get(PAGE, {"ansicht": view}).content.decode()
        assert [user.name for user in others if user.name in text or user.email in text] == []


# ------------------------------------------------------------------- filters


def test_each_filter_leaves_what_fits(client_for: SignIn) -> None:
    home = world.municipality()
    division = Unit.objects.create(municipality=home, name="Dezernat II", kind=UnitKind.DIVISION)
    Unit.objects.filter(pk=made.unit().pk).update(parent=division)
    theme = Theme.objects.create(
        strategy=Strategy.objects.get(municipality=home), key="T1", name="Sprache"
    )
    first = made.own(title="Vom Amt", due_in=10)
    Measure.objects.filter(pk=first.pk).update(theme=theme)
    requirement = world.requirement(world.rating())
    operations.set_requirements(first, [requirement])
    asks(first, needs_money=True)
    second = made.own("Bücherei", "Von der Bücherei", due_in=100)
    operations.set_state(
        measure=second, state=State.RUNNING, by=world.Team("Bücherei").person("lead")
    )
    made.central("Von der Stadt", due_in=300)
    client = client_for("coordination")

    fits = {
        ("dezernat", str(division.pk)): ["Vom Amt"],
        ("einrichtung", str(made.unit("Bücherei").pk)): ["Von der Bücherei"],
        ("einrichtung", "0"): ["Von der Stadt"],
        ("anforderung", "KOM-1"): ["Vom Amt"],
        ("thema", str(theme.pk)): ["Vom Amt"],
        ("stand", "running"): ["Von der Bücherei"],
        ("termin", "30"): ["Vom Amt"],
        ("termin", "6"): ["Vom Amt", "Von der Bücherei"],
        ("termin", "ueber"): [],
        ("braucht", "money"): ["Vom Amt"],
        ("braucht", "decision"): [],
    }
    assert {key: titles(client, **{key[0]: key[1]}) for key in fits} == fits
    assert titles(client, stand="running", termin="30") == []


@pytest.mark.parametrize(
    "value", ["", "0", "-1", "999999999", "9" * 30, "x", "²", "\0", "'; DROP", "ü" * 500, "None"]
)
def test_filter_values_that_do_not_exist_break_nothing(value: str, client_for: SignIn) -> None:
    made.own()
    client = client_for("coordination")
    names = ("dezernat", "einrichtung", "anforderung", "thema", "stand", "termin", "braucht")

    for name in (*names, "ansicht", "page"):
        for page in ("portfolio", "portfolio_csv"):
            assert client.get(reverse(page), {name: value}).status_code == 200


def test_an_institution_of_another_city_cannot_be_chosen(client_for: SignIn) -> None:
    made.own(title="Dort", city=THERE)

    assert titles(client_for("coordination"), einrichtung=str(made.unit(city=THERE).pk)) == []


def test_answered_requests_count_no_longer(client_for: SignIn) -> None:
    request = asks(made.own())
    SupportRequest.objects.filter(pk=request.pk).update(
        answer="agreed", answer_text="Ja", answered_on=timezone.localdate()
    )
    client = client_for("coordination")

    assert client.get(PAGE).context["numbers"]["waiting"] == 0
    assert titles(client, braucht="decision") == []


# ------------------------------------------------------------------- board and time line


def test_the_board_counts_every_state_whatever_stands_before_it(client_for: SignIn) -> None:
    done = made.own(title="Fertig")
    operations.set_state(measure=done, state=State.DONE, by=person("lead"))
    more = [made.own(title="Offen").pk]
    copies = [Measure.objects.get(pk=more[0]) for _ in range(120)]
    for copy in copies:
        copy.pk = None
        copy.form_key = ""
    Measure.objects.bulk_create(copies)

    text = client_for("coordination").get(PAGE, {"ansicht": "tafel"}).content.decode()

    assert "Fertig" in text
    assert "121" in text


def test_the_time_line_marks_the_quarter_of_the_date_also_at_its_ends() -> None:
    measure = made.own()
    today = timezone.localdate()
    one = Quarter(today.replace(month=1, day=1), today.replace(month=4, day=1))
    two = Quarter(one.next_first, today.replace(month=7, day=1))
    measure.planned_on = one.first - timedelta(days=1)

    marks = []
    for day in (one.first, one.next_first - timedelta(days=1), two.first):
        measure.due_on = day
        marks.append(time_row(measure, [one, two]).marks)

    assert marks == [["due", ""], ["due", ""], ["runs", "due"]]


# ------------------------------------------------------------------- questions to the database


@pytest.mark.parametrize(("view", "most"), [("liste", 12), ("tafel", 16), ("zeit", 12)])
def test_many_measures_ask_no_more_questions(view: str, most: int, client_for: SignIn) -> None:
    asks(made.own())
    for state in (State.RUNNING, State.POSTPONED, State.DONE, State.DROPPED):
        measure = made.own(title=f"Im Stand {state}")
        words = {"reason": "Grund", "due_on": made.in_days(90)}
        operations.set_state(measure=measure, state=state, by=person("lead"), **words)
    client = client_for("coordination")

    def queries() -> int:
        client.get(PAGE, {"ansicht": view})
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE, {"ansicht": view})
        return len(asked)

    few = queries()
    for number in range(8):
        asks(made.own("Bücherei", f"Maßnahme {number}"))

    assert queries() == few
    assert few <= most
