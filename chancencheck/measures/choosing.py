"""Taking a proposal on: its words, its function and its date in one step."""

from datetime import date

from django.db import transaction

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.operations import Words, change_measure, take_on
from chancencheck.organisations.models import Unit


@transaction.atomic
def choose_measure(
    *,
    measure: Measure,
    words: Words,
    revision: int,
    function: Function | None,
    new_function: str,
    due_on: date,
    by: User,
) -> Measure:
    """Take a proposal on, with its final words. A function named here for the first time is made."""
    measure = change_measure(
        measure=measure, words=words, requirements=None, revision=revision, by=by
    )
    if function is None and measure.unit is not None:
        # whoever may change the measure was checked above; the lead names holders later
        function = _function_named(measure.unit, new_function, by)
    assert function is not None
    return take_on(measure=measure, function=function, due_on=due_on, by=by)


def _function_named(unit: Unit, name: str, by: User) -> Function:
    name = " ".join(name.split())
    function, is_new = Function.objects.get_or_create(
        municipality_id=unit.municipality_id, unit=unit, name=name
    )
    if function.is_archived:
        function.is_archived = False
        function.save(update_fields=["is_archived"])
    if is_new:
        record(
            action=Action.FUNCTION_CHANGED,
            by=by,
            municipality_key=unit.municipality_id,
            what=unit.name,
        )
    return function
