"""What may follow on what, and on which days somebody is reminded. Plain Python."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import State

TRANSITIONS: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.PLANNED}),
    State.PLANNED: frozenset({State.RUNNING, State.POSTPONED, State.DONE, State.DROPPED}),
    State.RUNNING: frozenset({State.POSTPONED, State.DONE, State.DROPPED}),
    State.POSTPONED: frozenset({State.RUNNING, State.POSTPONED, State.DONE, State.DROPPED}),
    State.DONE: frozenset({State.RUNNING}),
    State.DROPPED: frozenset({State.RUNNING}),
}

DAYS_BEFORE = (30, 7, 1)
WEEKS_UNTIL_LEAD = 2  # so many weekly reminders go to the function alone
MOST_WEEKS = 26  # after half a year the ten-minute check asks, not the weekly reminder
CHECK_MONTHS = 6


def check_state(current: State, target: State) -> None:
    """Raise NotAllowedNow unless the measure may go there."""
    if target not in TRANSITIONS[current]:
        raise NotAllowedNow(f"{current} → {target}")


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last day of the month where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Reminder:
    """One reminder that is due: the day it belongs to, and whom it is for."""

    kind: str  # "due" or "overdue"
    day: date  # the day it was planned for; together with the measure it exists once
    to_lead: bool = False


def reminders(*, due_on: date, planned_on: date, today: date) -> Iterator[Reminder]:
    """What is to be said about an open measure today; at most one reminder before the date.

    A day on which nothing ran is caught up: the reminder keeps the day it was meant for, so that
    it exists once. Nothing is said about days before the measure got its present date
    (`planned_on`).
    """
    if today <= due_on:
        passed = [d for n in DAYS_BEFORE if (d := due_on - timedelta(days=n)) <= today]
        if passed and max(passed) > planned_on:
            yield Reminder("due", max(passed))
        return
    week = (today - due_on).days // 7  # 0 in the first seven days: nothing is late at once
    if 1 <= week <= MOST_WEEKS:
        yield Reminder("overdue", due_on + timedelta(weeks=week), to_lead=week > WEEKS_UNTIL_LEAD)


def check_is_due(*, confirmed_on: date, today: date) -> bool:
    """Whether a measure should be looked at again: nobody has for half a year."""
    return months_later(confirmed_on, CHECK_MONTHS) <= today


# “Frau Beispiel”, “Hr. Dr. Beispiel”, an address: surely a person. A bare name cannot be told from
# other words; the pages ask for functions in words.
PERSON = re.compile(r"\b(?:Frau|Fr\.|Herrn?|Hr\.|Mrs?\.?|Ms\.?|Dr\.|Prof\.)\s+[A-ZÄÖÜ]|\S@\S")


def names_a_person(text: str) -> bool:
    """Whether a text surely names a person; it may also name one and not be noticed."""
    return PERSON.search(text) is not None
