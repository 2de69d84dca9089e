"""When somebody is reminded: at midnight, over month ends, after days on which nothing ran."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import State
from chancencheck.measures.rules import (
    TRANSITIONS,
    Reminder,
    check_is_due,
    check_state,
    months_later,
    reminders,
)

DUE = date(2027, 3, 31)
LONG_AGO = date(2026, 9, 1)


def told(today: date, planned_on: date = LONG_AGO) -> list[Reminder]:
    return list(reminders(due_on=DUE, planned_on=planned_on, today=today))


@pytest.mark.parametrize(
    ("days", "for_day"), [(31, None), (30, 30), (29, 30), (7, 7), (5, 7), (1, 1), (0, 1)]
)
def test_before_the_date_the_latest_reminder_counts(days: int, for_day: int | None) -> None:
    found = told(DUE - timedelta(days=days))

    expected = [] if for_day is None else [Reminder("due", DUE - timedelta(days=for_day))]
    assert found == expected


@pytest.mark.parametrize("days", range(1, 7))
def test_in_the_first_week_after_the_date_nobody_is_pressed(days: int) -> None:
    assert told(DUE + timedelta(days=days)) == []


def test_overdue_goes_to_the_function_once_a_week_and_then_to_the_lead_too() -> None:
    weeks = [told(DUE + timedelta(weeks=n))[0] for n in (1, 2, 3)]

    assert [row.to_lead for row in weeks] == [False, False, True]
    assert [row.day for row in weeks] == [DUE + timedelta(weeks=n) for n in (1, 2, 3)]


def test_who_took_it_on_yesterday_is_not_reminded_of_days_before() -> None:
    assert told(DUE - timedelta(days=5), planned_on=DUE - timedelta(days=6)) == []


def test_after_half_a_year_nobody_is_reminded_every_week_any_more() -> None:
    assert told(DUE + timedelta(weeks=27)) == []


@given(st.dates(date(2026, 1, 1), date(2035, 1, 1)), st.integers(0, 400))
def test_day_by_day_no_reminder_comes_twice_under_two_days(due: date, planned: int) -> None:
    planned_on = due - timedelta(days=planned)
    seen = {
        row
        for offset in range(-40, 260)
        for row in reminders(due_on=due, planned_on=planned_on, today=due + timedelta(days=offset))
    }
    assert len([row for row in seen if row.kind == "due"]) <= 3
    assert len({row.day for row in seen}) == len(seen)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
    ],
)
def test_half_a_year_later_is_a_day_that_exists(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_after_half_a_year_somebody_looks_again() -> None:
    assert not check_is_due(confirmed_on=date(2026, 8, 31), today=date(2027, 2, 27))
    assert check_is_due(confirmed_on=date(2026, 8, 31), today=date(2027, 2, 28))


def test_a_proposal_cannot_be_done_before_it_is_taken_on() -> None:
    with pytest.raises(NotAllowedNow):
        check_state(State.PROPOSED, State.DONE)
    assert set(TRANSITIONS) == set(State)
