"""Taking a proposal on: its words, its function and its date in one step."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.models import Requirement
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.operations import (
    Source,
    Words,
    change_measure,
    propose_measure,
    take_on,
)
from chancencheck.organisations.models import Municipality, Unit


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
    if function is None:
        # whoever may change the measure was checked above; the lead names holders later
        function = _function_named(measure, new_function, by)
    return take_on(measure=measure, function=function, due_on=due_on, by=by)


@transaction.atomic
def write_down(
    *,
    municipality: Municipality,
    unit: Unit | None,
    words: Words,
    requirements: Iterable[Requirement],
    source: Source,
    form_key: str,
    function: Function | None,
    new_function: str,
    due_on: date | None,
    by: User,
) -> Measure:
    """Propose a measure, and with a date take it on at once. The same form sent twice is one."""
    measure = propose_measure(
        municipality=municipality,
        unit=unit,
        words=words,
        requirements=requirements,
        source=source,
        form_key=form_key,
        by=by,
    )
    if due_on is None or not measure.is_proposal:
        return measure
    if function is None:
        function = _function_named(measure, new_function, by)
    return take_on(measure=measure, function=function, due_on=due_on, by=by)


def _function_named(measure: Measure, name: str, by: User) -> Function:
    name = " ".join(name.split())
    function, is_new = Function.objects.get_or_create(
        municipality=measure.municipality, unit=measure.unit, name=name
    )
    if function.is_archived:
        function.is_archived = False
        function.save(update_fields=["is_archived"])
    if is_new:
        record(
            action=Action.FUNCTION_CHANGED,
            by=by,
            municipality_key=measure.municipality_id,
            what=measure.place,
        )
    return function
