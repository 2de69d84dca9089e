"""Reminders reach the right function, once, whenever the planning runs."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chancencheck.measures import operations
from chancencheck.measures.choices import State
from chancencheck.measures.functions import change_function
from chancencheck.measures.models import Measure
from chancencheck.measures.reminders import plan_reminders
from chancencheck.notifications.choices import Reason
from chancencheck.notifications.models import Notification
from chancencheck.organisations.models import Membership
from tests import measures_world, world

pytestmark = pytest.mark.usefixtures("cities")


@pytest.fixture
def measure() -> Measure:
    """Taken on half a year ago, due today; nothing was told yet."""
    found = measures_world.past(measures_world.own(due_in=180), 180)
    Measure.objects.filter(pk=found.pk).update(confirmed_on=timezone.localdate())
    Notification.objects.all().delete()
    return Measure.objects.with_place().get(pk=found.pk)


def told(*reasons: Reason) -> list[tuple[str, str]]:
    """Who was told why, in the order of the days."""
    rows = Notification.objects.order_by("day", "pk").select_related("user")
    return [
        (row.user.email.split("@")[0], row.reason)
        for row in rows
        if not reasons or row.reason in reasons
    ]


def run(measure: Measure, offset: int) -> None:
    """Plan as if it were so many days before or after the date of the measure."""
    assert measure.due_on
    plan_reminders(measure.due_on + timedelta(days=offset))


def test_thirty_seven_and_one_day_before_the_function_is_told_once_each(measure: Measure) -> None:
    for offset in range(-40, 1):
        run(measure, offset)
        run(measure, offset)

    assert told() == [("holder", Reason.MEASURE_DUE)] * 3


def test_who_did_not_run_for_weeks_tells_the_latest_reminder_only(measure: Measure) -> None:
    run(measure, -5)

    (row,) = Notification.objects.all()
    assert measure.due_on
    assert row.day == measure.due_on - timedelta(days=7)
    assert row.values["day"] == {"date": measure.due_on.isoformat()}


def test_overdue_is_told_once_a_week_to_the_function_and_from_the_third_to_the_lead(
    measure: Measure,
) -> None:
    for offset in range(1, 22):
        run(measure, offset)

    function = [("holder", Reason.MEASURE_OVERDUE)]
    assert told() == [*function * 3, ("lead", Reason.MEASURE_OVERDUE_LEAD)]


def test_a_new_date_brings_new_reminders(measure: Measure) -> None:
    run(measure, -1)
    operations.set_state(
        measure=measure,
        state=State.POSTPONED,
        reason="Der Raum fehlt",
        due_on=measures_world.in_days(90),
        by=world.person("lead"),
    )
    fresh = Measure.objects.get(pk=measure.pk)
    run(fresh, -30)
    run(fresh, -1)

    assert told() == [("holder", Reason.MEASURE_DUE)] * 3


def test_the_function_handed_over_is_told_in_the_person_of_the_new_holder(measure: Measure) -> None:
    assert measure.function
    change_function(
        function=measure.function,
        name=measure.function.name,
        holder_email=world.address("member2"),
        deputy_email="",
        by=world.person("lead"),
    )
    Notification.objects.all().delete()
    run(measure, -1)

    assert told() == [("member2", Reason.MEASURE_DUE)]


def test_without_a_holder_the_lead_is_told(measure: Measure) -> None:
    Membership.objects.filter(user__email=world.address("holder")).delete()
    run(measure, -1)

    assert told() == [("lead", Reason.MEASURE_DUE)]


@pytest.mark.parametrize("stage", [world.settled, world.correcting])
def test_nobody_is_told_about_measures_of_an_unreleased_assessment(
    stage: Callable[[], Any],
) -> None:
    assessment = stage()
    measures_world.past(measures_world.taken_on(assessment, due_in=300), 299)
    Notification.objects.all().delete()

    plan_reminders()

    is_released = stage is world.correcting  # it was released once and stays so
    assert bool(told()) is is_released


def test_ended_measures_are_left_in_peace(measure: Measure) -> None:
    operations.set_state(measure=measure, state=State.DONE, by=world.person("lead"))
    run(measure, 8)

    assert told() == []


def test_what_nobody_has_looked_at_for_half_a_year_is_asked_once_a_month(measure: Measure) -> None:
    looked = date(2026, 8, 31)
    Measure.objects.filter(pk=measure.pk).update(
        confirmed_on=looked, due_on=date(2030, 1, 1), planned_on=looked
    )
    for today in (date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 1), date(2027, 3, 31)):
        plan_reminders(today)

    assert told() == [("holder", Reason.MEASURE_CHECK)] * 2
    assert Notification.objects.latest("day").values == {"number": "1"}


@pytest.mark.parametrize(
    ("now", "number"),
    [
        # midnight in Berlin is 22:00 or 23:00 in UTC
        (datetime(2027, 3, 29, 21, 59, tzinfo=UTC), 0),  # 23:59, two days before
        (datetime(2027, 3, 29, 22, 1, tzinfo=UTC), 1),  # one day before, in summer time
    ],
)
def test_a_day_begins_at_midnight_of_the_city(
    now: datetime, number: int, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    Measure.objects.filter(pk=measure.pk).update(
        due_on=date(2027, 3, 31), planned_on=date(2027, 3, 28), confirmed_on=date(2027, 3, 28)
    )
    monkeypatch.setattr(timezone, "now", lambda: now)

    plan_reminders()

    assert len(told(Reason.MEASURE_DUE)) == number


def test_the_function_learns_at_the_release_what_it_looks_after_and_only_once() -> None:
    assessment = world.settled()
    measures_world.taken_on(assessment)
    plan_reminders()
    assert told() == []

    world.release(assessment)
    plan_reminders()
    plan_reminders()

    assert told() == [("holder", Reason.MEASURE_TAKEN)]
