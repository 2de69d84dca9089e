"""What can be done with a measure. Each function checks, changes and tells the history."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.barriers.models import BarrierReport
from chancencheck.governance.models import Decision
from chancencheck.instruments.models import Requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import ENDED, Answer, EventKind, Origin, State
from chancencheck.measures.models import Function, Measure, MeasureEvent, MeasureLink
from chancencheck.measures.permissions import (
    may_plan_centrally,
    may_plan_for,
    may_plan_in,
    may_with,
)
from chancencheck.measures.queries import people_of_function
from chancencheck.measures.rules import check_state
from chancencheck.notifications.choices import Reason
from chancencheck.notifications.operations import notify
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage
from chancencheck.strategy.models import GuidingGoal, Theme
from chancencheck.surveys.models import SurveyPart


class ChangedMeanwhile(NotAllowedNow):
    """Somebody else changed the measure since the page was opened; `measure` is what holds now."""

    def __init__(self, measure: Measure) -> None:
        super().__init__("changed meanwhile")
        self.measure = measure


@dataclass(frozen=True)
class Words:
    """What a measure says, as typed in a form."""

    title: str
    details: str = ""
    sign: str = ""
    resources: str = ""
    effort: int | None = None
    effect: int | None = None
    theme: Theme | None = None
    goal: GuidingGoal | None = None
    is_shown_to_city: bool = True


@dataclass(frozen=True)
class Source:
    """What a measure comes from."""

    origin: Origin = Origin.OWN
    assessment: Assessment | None = None
    barrier: BarrierReport | None = None
    survey_part: SurveyPart | None = None
    decision: Decision | None = None
    taken_from: Measure | None = None


OWN_IDEA = Source()


def tell(measure: Measure, kind: EventKind, **values: object) -> None:
    """Add a sentence to the history of a measure. Dates are told in the reader's way of writing."""
    told = {name: _stored(value) for name, value in values.items()}
    MeasureEvent.objects.create(measure=measure, kind=kind, values=told)


def _stored(value: object) -> object:
    """A value of an event so that each reader gets it in their own language."""
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Origin | Answer):
        return {type(value).__name__.lower(): value.value}
    if isinstance(value, list):
        return {"fields": value}
    return str(value)


# ------------------------------------------------------------------- proposing and taking on


@transaction.atomic
def propose_measure(
    *,
    municipality: Municipality,
    unit: Unit | None,
    words: Words,
    requirements: Iterable[Requirement],
    by: User,
    source: Source = OWN_IDEA,
    form_key: str = "",
) -> Measure:
    """Write a proposal down. Without `unit` it is a central one of the city.

    The same form sent twice (`form_key`) is one proposal.
    """
    _check_place(by, municipality, unit, source.assessment)
    same = Measure.objects.filter(municipality=municipality, form_key=form_key)
    if form_key and (twice := same.first()):
        return twice
    try:
        with transaction.atomic():
            measure = Measure.objects.create(
                municipality=municipality,
                unit=unit,
                form_key=form_key,
                **vars(source),
                **_of_unit(words, unit),
            )
    except IntegrityError:  # two at the same moment
        return same.get()
    set_requirements(measure, requirements)
    tell(measure, EventKind.PROPOSED, origin=Origin(measure.origin))
    return measure


def _check_place(
    by: User, municipality: Municipality, unit: Unit | None, assessment: Assessment | None
) -> None:
    if unit is None:
        allowed = may_plan_centrally(by, municipality)
    elif assessment is not None:
        fits = assessment.participation.unit_id == unit.pk
        fits = fits and unit.municipality_id == municipality.pk
        allowed = fits and may_plan_in(by, assessment)
        if allowed and assessment.stage not in (*WRITING, Stage.RELEASED):
            raise NotAllowedNow(assessment.stage)
    else:
        allowed = unit.municipality_id == municipality.pk and may_plan_for(by, unit)
    if not allowed:
        raise PermissionDenied


# While a team still writes its result, measures can be proposed and chosen.
WRITING = (Stage.WORKSHOP, Stage.CORRECTING)


def _of_unit(words: Words, unit: Unit | None) -> dict[str, object]:
    values = {field.name: getattr(words, field.name) for field in fields(words)}
    if unit is None or not unit.is_external:
        values["is_shown_to_city"] = True  # only a partner decides what the city reads
    return values


def set_requirements(measure: Measure, requirements: Iterable[Requirement]) -> None:
    """Set what the measure is for; links that stay are kept."""
    wanted = {row.pk: row for row in requirements}
    kept = measure.links.filter(assessment=None) if measure.is_central else measure.links.all()
    kept.exclude(requirement_id__in=wanted).delete()
    known = set(measure.links.values_list("requirement_id", flat=True))
    MeasureLink.objects.bulk_create(
        MeasureLink(
            measure=measure,
            requirement=row,
            key=row.key,
            assessment=None if measure.is_central else measure.assessment,
        )
        for pk, row in wanted.items()
        if pk not in known
    )


@transaction.atomic
def change_measure(
    *,
    measure: Measure,
    words: Words,
    requirements: Iterable[Requirement] | None,
    revision: int,
    by: User,
) -> Measure:
    """Change what a measure says. `requirements=None` leaves them. ChangedMeanwhile if it is old."""
    measure = lock(measure, by, Permission.MEASURE_PLAN)
    if measure.revision != revision:
        raise ChangedMeanwhile(measure)
    changed = []
    for name, value in _of_unit(words, measure.unit).items():
        if getattr(measure, name) != value:
            setattr(measure, name, value)
            changed.append(name)
    measure.revision += 1
    measure.save()
    if requirements is not None:
        set_requirements(measure, requirements)
    if changed and not measure.is_proposal:
        tell(measure, EventKind.CHANGED, fields=changed)
    return measure


@transaction.atomic
def place_measure(*, measure: Measure, effort: int | None, effect: int | None, by: User) -> None:
    """Put a measure on the grid of effort and effect, or take it off."""
    measure = lock(measure, by, Permission.MEASURE_PLAN)
    measure.effort, measure.effect = effort, effect
    measure.save(update_fields=["effort", "effect"])


@transaction.atomic
def take_on(*, measure: Measure, function: Function, due_on: date, by: User) -> Measure:
    """Take a proposal on: from now on a function looks after it until a day."""
    measure = lock(measure, by, Permission.MEASURE_PLAN)
    check_state(State(measure.state), State.PLANNED)
    _check_function(measure, function)
    today = timezone.localdate()
    if due_on < today:
        raise NotAllowedNow("the date has passed")
    measure.state, measure.function, measure.due_on = State.PLANNED, function, due_on
    measure.planned_on = measure.confirmed_on = today
    measure.revision += 1
    measure.save()
    tell(measure, EventKind.PLANNED, due=due_on, function=function.name)
    tell_function(measure)
    return measure


@transaction.atomic
def put_back(*, measure: Measure, by: User) -> None:
    """Make it a proposal again, as long as nobody outside the team has seen it."""
    measure = lock(measure, by, Permission.MEASURE_PLAN)
    if measure.state != State.PLANNED or not is_before_release(measure):
        raise NotAllowedNow(measure.state)
    measure.state = State.PROPOSED
    measure.revision += 1
    measure.save(update_fields=["state", "revision"])
    measure.events.filter(kind=EventKind.PLANNED).delete()


@transaction.atomic
def delete_proposal(*, measure: Measure, by: User) -> None:
    """Delete a proposal. What was taken on once is dropped with a reason instead."""
    measure = lock(measure, by, Permission.MEASURE_PLAN)
    if not measure.is_proposal:
        raise NotAllowedNow(measure.state)
    place, city = measure.place, measure.municipality_id
    measure.delete()
    record(action=Action.MEASURE_DELETED, by=by, municipality_key=city, what=place)


def is_before_release(measure: Measure) -> bool:
    """Whether the self-assessment it comes out of is not released, so that only the team sees it."""
    found = measure.assessment
    return found is not None and found.stage not in (Stage.RELEASED, Stage.CORRECTING)


# ------------------------------------------------------------------- what becomes of it


@transaction.atomic
def set_state(
    *, measure: Measure, state: State, by: User, reason: str = "", due_on: date | None = None
) -> Measure:
    """Say where a measure stands.

    POSTPONED wants a reason and a new date from today on, DROPPED a reason; taking an ended one up
    again (RUNNING) may bring a date, and must if the old one has passed. ValueError for what is
    missing: forms ask for it before.
    """
    measure = lock(measure, by, Permission.MEASURE_UPDATE)
    before = State(measure.state)
    check_state(before, state)
    if state in (State.POSTPONED, State.DROPPED) and not reason.strip():
        raise ValueError("reason")
    today = timezone.localdate()
    old_due = measure.due_on
    needs_date = state == State.POSTPONED or (before in ENDED and measure.is_past(today))
    if needs_date or (before in ENDED and due_on):
        if due_on is None or due_on < today:
            raise ValueError("due_on")
        measure.due_on, measure.planned_on = due_on, today
    measure.state, measure.reason = state, reason.strip()
    measure.ended_on = today if state in ENDED else None
    measure.confirmed_on = today
    measure.revision += 1
    measure.save()
    _tell_state(measure, before, old_due)
    return measure


def _tell_state(measure: Measure, before: State, old_due: date | None) -> None:
    state, reason = State(measure.state), measure.reason
    if before in ENDED:
        tell(measure, EventKind.REOPENED, due=measure.due_on)
    elif state == State.POSTPONED:
        tell(measure, EventKind.POSTPONED, before=old_due, due=measure.due_on, reason=reason)
    elif state == State.DONE:
        tell(measure, EventKind.DONE_WITH if reason else EventKind.DONE, reason=reason)
    elif state == State.DROPPED:
        tell(measure, EventKind.DROPPED, reason=reason)
    else:
        tell(measure, EventKind.RUNNING)


@transaction.atomic
def confirm_state(*, measure: Measure, by: User) -> None:
    """Say in the short check that what is written there is still right."""
    measure = lock(measure, by, Permission.MEASURE_UPDATE)
    if not measure.is_open:
        raise NotAllowedNow(measure.state)
    today = timezone.localdate()
    if measure.confirmed_on != today:
        measure.confirmed_on = today
        measure.save(update_fields=["confirmed_on"])
        tell(measure, EventKind.CONFIRMED)


# ------------------------------------------------------------------- functions


@transaction.atomic
def move_measure(*, measure: Measure, function: Function, by: User) -> None:
    """Hand a measure to another function; its history stays."""
    measure = lock(measure, by, Permission.MEASURE_PLAN)
    _check_function(measure, function)
    before = measure.function
    if measure.is_proposal or before is None or before == function:
        raise NotAllowedNow("function")
    measure.function = function
    measure.revision += 1
    measure.save(update_fields=["function", "revision"])
    tell(measure, EventKind.MOVED, before=before.name, function=function.name)
    tell_function(measure)


def _check_function(measure: Measure, function: Function) -> None:
    fits = function.municipality_id == measure.municipality_id and function.unit_id in (
        measure.unit_id,
        None,
    )
    if not fits or function.is_archived:
        raise NotAllowedNow("function of another place")


def tell_function(measure: Measure) -> None:
    """Tell who holds the function that it looks after the measure; not before the release."""
    if measure.function is None or measure.due_on is None or is_before_release(measure):
        return
    for user in people_of_function(measure.function):
        notify_about(measure, user=user, reason=Reason.MEASURE_TAKEN)


def notify_about(measure: Measure, *, user: User, reason: Reason, **values: object) -> None:
    """One message about a measure, today."""
    notify(
        user=user,
        municipality=measure.municipality,
        reason=reason,
        about=f"measure:{measure.pk}",
        day=timezone.localdate(),
        values=values_of(measure) | values,
        path=f"/massnahmen/{measure.pk}/",
    )


def values_of(measure: Measure) -> dict[str, object]:
    """What messages about a measure can say."""
    return {"measure": measure.title, "place": measure.place, "day": measure.due_on}


# ------------------------------------------------------------------- loading


def lock(measure: Measure, by: User, permission: Permission) -> Measure:
    """The measure as it is stored now, locked until the end of the transaction; else refused."""
    found = Measure.objects.select_for_update(of=("self",)).with_place().get(pk=measure.pk)
    if not may_with(by, found, permission):
        raise PermissionDenied
    stage = found.assessment.stage if found.assessment else None
    if stage is not None and stage not in (*WRITING, Stage.RELEASED):
        raise NotAllowedNow(stage)
    return found
