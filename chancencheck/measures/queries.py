"""Asking about measures. What a person may not see does not exist for them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.instruments.models import Requirement
from chancencheck.instruments.queries import areas_of
from chancencheck.measures.choices import OPEN, Answer, State
from chancencheck.measures.models import (
    RELEASED,
    Function,
    Measure,
    MeasureLink,
    MeasureQuerySet,
    SupportRequest,
)
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.queries import leads_of, standing_of
from chancencheck.organisations.roles import AFTER_REPORT, GRANTS, Permission
from chancencheck.rounds.choices import RoundState
from chancencheck.rounds.models import Round


def functions_held_by(user: User) -> QuerySet[Function]:
    """Functions the person holds or deputises for, in cities the person belongs to."""
    return Function.objects.filter(
        Q(holder=user) | Q(deputy=user),
        municipality_id__in=standing_of(user).municipality_ids,
        is_archived=False,
    )


def measures_visible_to(user: User) -> MeasureQuerySet:
    """Measures the person may read.

    The own institution and the own team see all of theirs, also proposals; so do those who make
    measures for many institutions with the central ones. Everybody else sees a
    measure only when it is decided on and, if it comes out of a self-assessment, when that is
    released; of a partner outside only if its lead lets the city read it. Bodies that read results
    from the report date of a round on read its measures from then on too, and before that those
    that ask them for support.
    """
    standing = standing_of(user)
    cities = Q(municipality_id__in=standing.municipality_ids)
    own = Q(unit_id__in=standing.led_unit_ids) | Q(
        assessment__in=Assessment.objects.visible_to(user).values("pk")
    )
    planning = standing.municipalities_with(GRANTS[Permission.MEASURE_CENTRAL])
    if planning:
        own |= Q(unit__isnull=True, municipality_id__in=planning)
    # a subquery, because a join would be made for every measure of the city
    practice = Municipality.objects.filter(is_practice=True)
    places = cities | Q(municipality_id__in=practice.values("pk"))
    # what most rows are decided by comes first: a large city has many
    return Measure.objects.filter((cities & _for_others(user) & _in_force()) | (own & places))


def _in_force() -> Q:
    released = Assessment.objects.filter(participation__stage__in=RELEASED)
    return ~Q(state=State.PROPOSED) & (
        Q(assessment__isnull=True) | Q(assessment__in=released.values("pk"))
    )


def _for_others(user: User) -> Q:
    standing = standing_of(user)
    readers = GRANTS[Permission.MEASURE_VIEW]
    at_once = standing.municipalities_with(readers - AFTER_REPORT)
    later = standing.municipalities_with(readers & AFTER_REPORT)
    answering = standing.municipalities_with(GRANTS[Permission.MEASURE_ANSWER])
    reported = Assessment.objects.filter(participation__round__report_on__lte=timezone.localdate())
    shown = Q(is_shown_to_city=True)
    found = Q(municipality_id__in=at_once) & shown if at_once else Q(pk__in=[])
    found |= Q(function__in=functions_held_by(user).values("pk"))
    # a central measure is there for the institutions whose findings asked for it
    asking = MeasureLink.objects.filter(
        assessment__participation__unit_id__in=standing.led_unit_ids
    )
    found |= Q(unit__isnull=True, pk__in=asking.values("measure_id"))
    if later:
        found |= (
            Q(municipality_id__in=later)
            & shown
            & (Q(assessment__isnull=True) | Q(assessment__in=reported.values("pk")))
        )
    if answering:
        asked = SupportRequest.objects.exclude(answer=Answer.WITHDRAWN)
        found |= Q(municipality_id__in=answering) & Q(pk__in=asked.values("measure_id"))
    return found


def measures_of_unit(user: User, unit: Unit) -> MeasureQuerySet:
    """Measures of one institution that the person may read."""
    return measures_visible_to(user).filter(unit=unit)


def own_measures(user: User) -> QuerySet[Measure]:
    """What the functions of a person look after, open ones only."""
    return (
        Measure.objects.in_force()
        .filter(function__in=functions_held_by(user).values("pk"), state__in=OPEN)
        .with_place()
        .order_by("due_on", "pk")
    )


def people_of_function(function: Function) -> list[User]:
    """Whom a message about a measure reaches: the holder, else the deputy, else the leads."""
    for person in (function.holder, function.deputy):
        if person is not None and person.is_active:
            return [person]
    return list(leads_of(function.unit)) if function.unit else []


def proposals_of(assessment: Assessment) -> QuerySet[Measure]:
    """Everything proposed or taken on in an assessment, in the order in which it came."""
    return (
        assessment.measures.select_related("function", "unit", "municipality")
        .prefetch_related("links__requirement")
        .order_by("pk")
    )


def chosen_number(assessment: Assessment) -> int:
    """How many measures an assessment has taken on so far."""
    return assessment.measures.exclude(state=State.PROPOSED).count()


def shared_measures(municipality_ids: Iterable[int]) -> QuerySet[Measure]:
    """What institutions of these cities have shared as good practice, from A to Z.

    A measure that is postponed or dropped after it was shared is not shown meanwhile.
    """
    return (
        Measure.objects.shareable()
        .filter(municipality_id__in=municipality_ids, is_shared=True)
        .select_related("unit")
        .prefetch_related("links")
        .order_by("unit__name", "title", "pk")
    )


def functions_of(measure: Measure) -> QuerySet[Function]:
    """Functions that can look after a measure."""
    return functions_for(measure.municipality, measure.unit)


def functions_for(municipality: Municipality, unit: Unit | None) -> QuerySet[Function]:
    """Functions that can look after measures of a place: its own, and those of the city."""
    return Function.objects.filter(
        Q(unit=unit) | Q(unit__isnull=True), municipality=municipality, is_archived=False
    ).order_by("unit_id", "name")


def requirements_for(
    municipality: Municipality, unit: Unit | None, assessment: Assessment | None = None
) -> list[Requirement]:
    """The requirements a measure can be for: of its assessment's words, else of the latest round."""
    run: Round | None
    if assessment is not None:
        run = assessment.participation.round
    else:
        rounds = Round.objects.filter(municipality=municipality).exclude(state=RoundState.DRAFT)
        if unit is not None:
            rounds = rounds.filter(participations__unit=unit)
        run = rounds.select_related("instrument_version").order_by("-starts_on", "-pk").first()
    if run is None:
        return []
    areas = areas_of(run.instrument_version, run.wording_id)
    return [row for area in areas for row in area.requirements.all()]


def check_list(user: User) -> list[Measure]:
    """What the short check asks: own open measures, and as lead those whose function nobody holds.

    Those nobody has looked at for the longest time come first; those ended today stay for the day.
    """
    nobody = Q(function__holder__isnull=True, function__deputy__isnull=True)
    rows = Measure.objects.in_force().filter(
        Q(function__in=functions_held_by(user).values("pk"))
        | (Q(unit_id__in=standing_of(user).led_unit_ids) & nobody),
        Q(state__in=OPEN) | Q(ended_on=timezone.localdate()),
        municipality_id__in=standing_of(user).municipality_ids,
    )
    return list(rows.with_place().order_by("confirmed_on", "due_on", "pk"))


def has_measures(user: User) -> bool:
    """Whether pages about measures can show this person anything of their own."""
    return bool(standing_of(user).led_unit_ids) or functions_held_by(user).exists()
