"""What becomes of a measure: states and history, handing over, what the release opens."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures import functions, operations
from chancencheck.measures.choices import EventKind, State
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.operations import ChangedMeanwhile, Words
from chancencheck.notifications.models import Notification
from tests import measures_world as made
from tests import world
from tests.world import municipality, person

pytestmark = pytest.mark.usefixtures("cities")


def kinds(measure: Measure) -> list[str]:
    """What the history tells, the oldest first."""
    return [event.kind for event in reversed(measure.events.all())]


def test_the_history_tells_each_step_once_with_reason_and_both_dates() -> None:
    measure, holder = made.own(due_in=30), person("holder")

    operations.set_state(measure=measure, state=State.RUNNING, by=holder)
    operations.set_state(
        measure=measure, state=State.POSTPONED, by=holder, reason="Holz", due_on=made.in_days(60)
    )
    operations.confirm_state(measure=measure, by=holder)
    operations.set_state(measure=measure, state=State.DONE, by=holder)

    assert kinds(measure) == ["proposed", "planned", "running", "postponed", "done"]
    postponed = measure.events.get(kind=EventKind.POSTPONED)
    assert postponed.values["before"] == {"date": made.in_days(30).isoformat()}
    assert "Holz" in postponed.sentence


@pytest.mark.parametrize(
    ("state", "values"),
    [
        (State.DROPPED, {}),
        (State.DROPPED, {"reason": "  "}),
        (State.POSTPONED, {"reason": "Holz"}),
        (State.POSTPONED, {"reason": "Holz", "due_on": timezone.localdate() - timedelta(days=1)}),
    ],
)
def test_nobody_postpones_without_a_day_or_drops_without_a_reason(
    state: State, values: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=r"reason|due_on"):
        operations.set_state(measure=made.own(), state=state, by=person("holder"), **values)  # type: ignore[arg-type]


def test_an_ended_measure_comes_back_only_with_a_date_that_lies_ahead() -> None:
    measure, holder = made.past(made.own(due_in=30), 60), person("holder")
    operations.set_state(measure=measure, state=State.DONE, by=holder)

    with pytest.raises(ValueError, match="due_on"):
        operations.set_state(measure=measure, state=State.RUNNING, by=holder)
    again = operations.set_state(
        measure=measure, state=State.RUNNING, by=holder, due_on=made.in_days(10)
    )

    assert (again.ended_on, again.due_on, again.planned_on) == (
        None,
        made.in_days(10),
        timezone.localdate(),
    )


def test_a_function_says_where_it_stands_but_neither_rewords_nor_moves() -> None:
    measure, holder = made.own(), person("holder")
    other = made.function("Hausmeisterei")

    with pytest.raises(PermissionDenied):
        operations.change_measure(
            measure=measure, words=Words("Anders"), requirements=None, revision=2, by=holder
        )
    with pytest.raises(PermissionDenied):
        operations.move_measure(measure=measure, function=other, by=holder)
    with pytest.raises(PermissionDenied):
        operations.set_state(measure=measure, state=State.DONE, by=person("coordination"))


def test_a_measure_goes_to_functions_of_its_own_place_or_of_the_city_only() -> None:
    measure, lead = made.own(), person("lead")
    city = made.function("Abteilung Integration", place="", holder="city_holder")

    operations.move_measure(measure=measure, function=city, by=lead)
    for wrong in (made.function(place="Bücherei"), made.function(city=world.THERE), city):
        with pytest.raises(NotAllowedNow):
            operations.move_measure(measure=measure, function=wrong, by=lead)

    assert kinds(measure)[-1] == "moved"


def test_all_open_measures_move_together_and_what_is_over_stays() -> None:
    first, second, over = (made.own(title=title) for title in ("Eins", "Zwei", "Drei"))
    operations.set_state(measure=over, state=State.DONE, by=person("holder"))
    to, before = made.function("Hausmeisterei", holder="caretaker"), first.function
    assert before

    number = functions.move_all(function=before, to=to, by=person("lead"))

    assert number == 2
    assert set(Measure.objects.filter(function=to)) == {first, second}


def test_the_new_holder_is_told_and_the_history_names_the_function_alone() -> None:
    measure = made.own()
    assert measure.function
    Notification.objects.all().delete()

    functions.change_function(
        function=measure.function,
        name="Leitung Empfang",
        holder_email=world.address("executive"),
        deputy_email="",
        by=person("lead"),
    )

    assert [row.user for row in Notification.objects.all()] == [person("executive")]
    event = measure.events.all()[0]
    assert (event.kind, event.values) == ("handed_over", {"function": "Leitung Empfang"})


def test_only_the_lead_changes_functions_and_none_with_open_measures_ends() -> None:
    measure = made.own()
    assert measure.function

    with pytest.raises(NotAllowedNow):
        functions.archive_function(function=measure.function, by=person("lead"))
    for stranger in ("holder", "library_lead", "coordination"):
        with pytest.raises(PermissionDenied):
            functions.archive_function(function=measure.function, by=person(stranger))
    with pytest.raises(PermissionDenied):
        functions.make_function(
            municipality=municipality(), unit=None, name="Amt", by=person("lead")
        )
    assert Function.objects.get().is_archived is False


def test_before_the_release_nobody_is_told_and_a_chosen_measure_can_go_back() -> None:
    assessment = world.settled()
    measure, lead = made.taken_on(assessment), person("lead")

    assert not Notification.objects.exists()
    operations.put_back(measure=measure, by=lead)
    measure.refresh_from_db()

    assert (measure.state, kinds(measure)) == (State.PROPOSED, ["proposed"])


def test_after_the_release_a_measure_does_not_go_back_and_cannot_be_deleted() -> None:
    assessment = world.settled()
    measure, lead = made.taken_on(assessment), person("lead")
    world.release(assessment)

    with pytest.raises(NotAllowedNow):
        operations.put_back(measure=measure, by=lead)
    with pytest.raises(NotAllowedNow):
        operations.delete_proposal(measure=measure, by=lead)
    with pytest.raises(PermissionDenied):
        operations.set_state(measure=measure, state=State.DONE, by=person("moderator"))


def test_a_form_sent_twice_is_one_measure_and_an_old_page_overwrites_nothing() -> None:
    lead, home = person("lead"), municipality()
    rows = [
        operations.propose_measure(
            municipality=home,
            unit=made.unit(),
            words=made.words(),
            requirements=[],
            by=lead,
            form_key="one",
        )
        for _ in range(2)
    ]
    new = operations.change_measure(
        measure=rows[0], words=Words("Neu"), requirements=None, revision=1, by=lead
    )

    assert rows[0] == rows[1]
    with pytest.raises(ChangedMeanwhile) as refused:
        operations.change_measure(
            measure=rows[0], words=Words("Alt"), requirements=None, revision=1, by=lead
        )
    assert refused.value.measure.title == new.title == "Neu"
