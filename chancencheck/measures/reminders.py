"""Planning reminders: what is due, what is late, what nobody has looked at for half a year.

It may run at any time, twice at once, or not at all for days: each reminder keeps the day it was
meant for, and a constraint lets it exist once (see `rules.reminders`). Measures are read one after
the other, so memory does not grow with their number.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from django.utils import timezone

from chancencheck.measures.choices import OPEN
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import values_of
from chancencheck.measures.rules import Reminder, check_is_due, reminders
from chancencheck.notifications.choices import Reason
from chancencheck.notifications.models import Notification
from chancencheck.notifications.operations import add_all, plain
from chancencheck.organisations.models import Membership, RoleAssignment
from chancencheck.organisations.roles import Role

BATCH = 500
NEW = timedelta(days=90)  # from the workshop to the release it takes weeks, not years


class People:
    """Who is told about the measures of one city: asked once, not per measure."""

    def __init__(self, municipality_id: int) -> None:
        members = Membership.objects.filter(
            municipality_id=municipality_id, user__is_active=True
        ).values_list("user_id", flat=True)
        self.members = frozenset(members)
        self.leads: dict[int, list[int]] = defaultdict(list)
        self.coordination: list[int] = []
        roles = RoleAssignment.objects.current().filter(municipality_id=municipality_id)
        for user_id, unit_id, role in roles.values_list("user_id", "unit_id", "role"):
            if user_id not in self.members:
                continue
            if role == Role.UNIT_LEAD:
                self.leads[unit_id].append(user_id)
            elif role == Role.COORDINATION:
                self.coordination.append(user_id)

    def leading(self, measure: Measure) -> list[int]:
        """The leads of its institution; for a measure of the city the coordination."""
        return self.coordination if measure.unit_id is None else self.leads[measure.unit_id]

    def responsible(self, measure: Measure) -> list[int]:
        """Whoever holds the function, else the deputy, else those who lead."""
        function = measure.function
        for user_id in (function.holder_id, function.deputy_id) if function else ():
            if user_id in self.members and user_id is not None:
                return [user_id]
        return self.leading(measure)


def plan_reminders(today: date | None = None) -> None:
    """Tell everybody what is due. A job: safe to run again at any time."""
    today = today or timezone.localdate()
    cities = (
        Measure.objects.filter(state__in=OPEN, municipality__is_practice=False)
        .order_by()
        .values_list("municipality_id", flat=True)
        .distinct()
    )
    for municipality_id in cities:
        rows = _messages(municipality_id, today)
        while batch := list(islice(rows, BATCH)):
            add_all(batch)


def _messages(municipality_id: int, today: date) -> Iterator[Notification]:
    people = People(municipality_id)
    unseen: dict[int, int] = defaultdict(int)
    measures = (
        Measure.objects.in_force()
        .filter(state__in=OPEN, municipality_id=municipality_id)
        .select_related("function", "unit")
        .order_by("pk")
    )
    for measure in measures.iterator(chunk_size=BATCH):
        if check_is_due(confirmed_on=measure.confirmed_on, today=today):
            for user_id in people.responsible(measure):
                unseen[user_id] += 1
        if measure.due_on is None or measure.planned_on is None:
            continue
        yield from _after_release(measure, people, today)
        found = reminders(due_on=measure.due_on, planned_on=measure.planned_on, today=today)
        for reminder in found:
            yield from _reminder(measure, reminder, people)
    for user_id, number in unseen.items():
        yield _check(municipality_id, user_id, number, today)


def _after_release(measure: Measure, people: People, today: date) -> Iterator[Notification]:
    """What is taken on in a workshop is told to the function once the result is released.

    Before that it exists for the team alone. Told already, it is the same message: it has the day
    on which the measure was taken on.
    """
    if measure.assessment_id and measure.planned_on and today - measure.planned_on < NEW:
        for user_id in people.responsible(measure):
            yield _message(measure, user_id, Reason.MEASURE_TAKEN, measure.planned_on)


def _reminder(measure: Measure, reminder: Reminder, people: People) -> Iterator[Notification]:
    reason = Reason.MEASURE_DUE if reminder.kind == "due" else Reason.MEASURE_OVERDUE
    responsible = people.responsible(measure)
    told = [(user_id, reason) for user_id in responsible]
    if reminder.to_lead:
        leads = [user_id for user_id in people.leading(measure) if user_id not in responsible]
        told += [(user_id, Reason.MEASURE_OVERDUE_LEAD) for user_id in leads]
    for user_id, why in told:
        yield _message(measure, user_id, why, reminder.day)


def _message(measure: Measure, user_id: int, reason: Reason, day: date) -> Notification:
    return Notification(
        user_id=user_id,
        municipality_id=measure.municipality_id,
        reason=reason,
        about=f"measure:{measure.pk}",
        day=day,
        values=plain(values_of(measure)),
        path=f"/massnahmen/{measure.pk}/",
    )


def _check(municipality_id: int, user_id: int, number: int, today: date) -> Notification:
    """One message for all measures of a person; as long as they are not looked at, once a month."""
    return Notification(
        user_id=user_id,
        municipality_id=municipality_id,
        reason=Reason.MEASURE_CHECK,
        about=f"check:{municipality_id}",
        day=today.replace(day=1),
        values=plain({"number": number}),
        path="/massnahmen/kurzcheck/",
    )
