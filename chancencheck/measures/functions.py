"""Functions: who holds them, and handing them over. The measures of a function stay with it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import OPEN, EventKind
from chancencheck.measures.models import Function, Measure, MeasureEvent, MeasureQuerySet
from chancencheck.measures.operations import move_measure, tell_function
from chancencheck.measures.permissions import (
    may_change_function,
    may_plan_centrally,
    may_plan_for,
)
from chancencheck.organisations.models import Membership, Municipality, Unit
from chancencheck.organisations.operations import ensure_person, send_invitation


class NameTaken(Exception):
    """There is a function of this name already."""


@transaction.atomic
def make_function(
    *,
    municipality: Municipality,
    unit: Unit | None,
    name: str,
    by: User,
    holder_email: str = "",
    deputy_email: str = "",
    holder_name: str = "",
    deputy_name: str = "",
) -> Function:
    """Make a function of an institution, or (without `unit`) of the city. NameTaken if it exists."""
    allowed = may_plan_for(by, unit) if unit else may_plan_centrally(by, municipality)
    if not allowed:
        raise PermissionDenied
    function, is_new = Function.objects.get_or_create(
        municipality=municipality, unit=unit, name=name
    )
    if not is_new and not function.is_archived:
        raise NameTaken
    function.is_archived = False  # a function that was ended begins again
    function.holder = _person(holder_email, holder_name, municipality)
    function.deputy = _person(deputy_email, deputy_name, municipality)
    function.save()
    _log(function, by)
    return function


@transaction.atomic
def change_function(
    *,
    function: Function,
    name: str,
    holder_email: str,
    deputy_email: str,
    by: User,
    holder_name: str = "",
    deputy_name: str = "",
) -> None:
    """Rename a function, or hand it over: its open measures go along, and their history says so."""
    function = _lock(function, by)
    twice = Function.objects.filter(
        municipality=function.municipality_id, unit=function.unit_id, name=name
    )
    if twice.exclude(pk=function.pk).exists():
        raise NameTaken
    before = function.holder_id
    function.name = name
    function.holder = _person(holder_email, holder_name, function.municipality)
    function.deputy = _person(deputy_email, deputy_name, function.municipality)
    function.save()
    if function.holder_id != before:
        _tell_handed_over(function)
    _log(function, by)


@transaction.atomic
def archive_function(*, function: Function, by: User) -> None:
    """A function that no longer exists. Its open measures must be handed to another one before."""
    function = _lock(function, by)
    if open_measures_of(function).exists():
        raise NotAllowedNow("open measures")
    function.is_archived = True
    function.save(update_fields=["is_archived"])
    _log(function, by)


@transaction.atomic
def move_all(*, function: Function, to: Function, by: User) -> int:
    """Hand all open measures of a function to another one; returns how many."""
    function = _lock(function, by)
    rows = list(open_measures_of(function))
    for measure in rows:
        move_measure(measure=measure, function=to, by=by)
    return len(rows)


def open_measures_of(function: Function) -> MeasureQuerySet:
    """Measures the function still has to do."""
    return Measure.objects.filter(function=function, state__in=OPEN)


def _tell_handed_over(function: Function) -> None:
    rows = list(open_measures_of(function).with_place())
    MeasureEvent.objects.bulk_create(
        MeasureEvent(
            measure=measure, kind=EventKind.HANDED_OVER, values={"function": function.name}
        )
        for measure in rows
    )
    for measure in rows:
        measure.function = function
        tell_function(measure)


def _person(email: str, name: str, municipality: Municipality) -> User | None:
    """Who has this address, invited if new; the name counts only for who has no account yet."""
    email = email.strip().lower()
    if not email:
        return None
    known = Membership.objects.filter(user__email=email, municipality=municipality).exists()
    user = ensure_person(email=email, name=name, municipality=municipality)
    if not known:
        send_invitation(
            user=user,
            municipality=municipality,
            template="measures/mail/function.txt",
            context={},
            next_path="/massnahmen/",
        )
    return user


def _lock(function: Function, by: User) -> Function:
    found = (
        Function.objects.select_for_update(of=("self",))
        .select_related("unit", "municipality", "holder", "deputy")
        .get(pk=function.pk)
    )
    if not may_change_function(by, found):
        raise PermissionDenied
    return found


def _log(function: Function, by: User) -> None:
    place = function.unit.name if function.unit else function.municipality.name
    record(
        action=Action.FUNCTION_CHANGED,
        by=by,
        municipality_key=function.municipality_id,
        what=place,
    )
