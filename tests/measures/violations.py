"""Rows of measures that the database refuses; read by tests/assessments/test_constraints.py."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from chancencheck.measures.choices import State, Verdict
from chancencheck.measures.models import EffectCheck, Measure, MeasureLink, SupportRequest
from chancencheck.organisations.models import Unit
from tests import measures_world as made
from tests import world


def change(row: Any, **changes: Any) -> None:
    """Store a row with other values, past all forms and operations."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def copy(row: Any, **changes: Any) -> None:
    """Store the same row once more under another key."""
    row.pk, row._state.adding = None, True
    change(row, **changes)


def keyed() -> Measure:
    measure = made.own()
    change(measure, form_key="one")
    return measure


def of_finding() -> MeasureLink:
    return made.proposed(world.settled()).links.get()


def of_requirement() -> MeasureLink:
    key = world.requirement(world.settled())
    return MeasureLink.objects.create(measure=made.own(), requirement=key, key=key.key)


def request() -> SupportRequest:
    division = Unit.objects.create(municipality=world.municipality(), name="Dezernat II")
    return SupportRequest.objects.create(
        measure=made.own(), needs_money=True, text="500 Euro", division=division
    )


def looked_at() -> EffectCheck:
    assessment = world.settled()
    return EffectCheck.objects.create(
        measure=made.own(), assessment=assessment, verdict=Verdict.HELPED
    )


VIOLATIONS: dict[str, Callable[[], None]] = {
    "one_function_per_name_and_unit": lambda: copy(made.function()),
    "one_function_per_name_and_city": lambda: copy(made.function(place="")),
    "nobody_is_their_own_deputy": lambda: change(made.function(), deputy=world.person("holder")),
    "a_measure_says_what": lambda: change(made.own(), title=""),
    "a_measure_taken_on_has_function_and_date": lambda: change(made.own(), due_on=None),
    "postponed_and_dropped_have_a_reason": lambda: change(made.own(), state=State.POSTPONED),
    "an_ended_measure_has_a_day": lambda: change(made.own(), state=State.DONE),
    "a_published_measure_has_plain_words": lambda: change(
        made.own(), published_on=timezone.localdate()
    ),
    "one_measure_per_form": lambda: copy(keyed()),
    "one_link_per_finding": lambda: copy(of_finding()),
    "one_link_per_requirement": lambda: copy(of_requirement()),
    "one_open_request": lambda: copy(request()),
    "a_request_needs_something": lambda: change(request(), needs_money=False),
    "a_request_goes_to_one_place": lambda: change(request(), division=None),
    "an_answer_has_words_and_a_day": lambda: change(request(), answer="agreed"),
    "one_look_at_the_effect_per_round": lambda: copy(looked_at()),
}
