"""One measure for many: where a requirement is low in several institutions, the city takes it on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Assessment, Result
from chancencheck.assessments.queries import results_visible_to
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.models import Requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.models import Function, Measure, MeasureLink
from chancencheck.measures.operations import Words, notify_about, propose_measure, take_on
from chancencheck.measures.permissions import may_plan_centrally
from chancencheck.notifications.choices import Reason
from chancencheck.organisations.queries import leads_of
from chancencheck.rounds.models import Round


@dataclass(frozen=True)
class LowFinding:
    """An institution that released a level in the lower half for a requirement."""

    assessment: Assessment
    level: str

    @property
    def name(self) -> str:
        """The institution."""
        return self.assessment.participation.unit.name


def low_findings(user: User, run: Round, requirement: Requirement) -> list[LowFinding]:
    """Institutions from A to Z whose released result lies in the lower half here.

    Only results the person may read with levels; the pattern of a round counts the same ones.
    """
    newest = (
        Result.objects.filter(assessment_id=OuterRef("assessment_id"))
        .order_by("-edition")
        .values("pk")[:1]
    )
    rows = (
        results_visible_to(user)
        .filter(assessment__participation__round=run, pk=Subquery(newest), share=Share.ALL)
        .select_related("assessment__participation__unit")
        .defer("content")
        .order_by("assessment__participation__unit__name")
    )
    names = [stop.name for stop in requirement.scale.stops]
    found = []
    for row in rows:
        stop = row.summary.get(requirement.key, {}).get("stop")
        if stop is not None and stop < len(names) // 2:
            found.append(LowFinding(row.assessment, names[stop]))
    return found


@transaction.atomic
def make_central_measure(
    *,
    run: Round,
    requirement: Requirement,
    words: Words,
    assessments: Iterable[int],
    function: Function | None,
    new_function: str,
    due_on: date,
    by: User,
    form_key: str = "",
) -> Measure:
    """Make one measure for all, linked to each of the findings that ask for it."""
    if not may_plan_centrally(by, run.municipality_id):
        raise PermissionDenied
    low = {row.assessment.pk: row.assessment for row in low_findings(by, run, requirement)}
    chosen = [low[pk] for pk in assessments if pk in low]
    if not chosen:
        raise NotAllowedNow("no finding asks for it")
    measure = propose_measure(
        municipality=run.municipality,
        unit=None,
        words=words,
        requirements=[],
        form_key=form_key,
        by=by,
    )
    if not measure.is_proposal:
        return measure  # the same form once more
    if function is None:
        function, _made = Function.objects.get_or_create(
            municipality=run.municipality, unit=None, name=" ".join(new_function.split())
        )
    MeasureLink.objects.bulk_create(
        MeasureLink(
            measure=measure, requirement=requirement, key=requirement.key, assessment=assessment
        )
        for assessment in chosen
    )
    measure = take_on(measure=measure, function=function, due_on=due_on, by=by)
    for assessment in chosen:
        unit = assessment.participation.unit
        for lead in leads_of(unit):
            notify_about(measure, user=lead, reason=Reason.MEASURE_CENTRAL, place=unit.name)
    record(
        action=Action.MEASURE_CENTRAL,
        by=by,
        municipality_key=run.municipality_id,
        what=requirement.key,
    )
    return measure
