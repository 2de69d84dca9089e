"""The page of a round: where the institutions stand, and what many have in common."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chancencheck.assessments.models import Assessment
from chancencheck.assessments.operations import remind_team
from chancencheck.instruments.history import newest_wording, number_of_changes
from chancencheck.instruments.queries import areas_of
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.measures.permissions import may_plan_centrally
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.reports.queries import (
    divisions_of,
    gap_patterns,
    newest_results,
    overview,
    reads_results,
)
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Round
from chancencheck.rounds.permissions import can_manage, can_view_stages
from chancencheck.rounds.queries import (
    late_participations,
    participations_of,
    release_counts,
    rounds_visible_to,
)
from chancencheck.surveys.queries import kept_back_in, parts_of_round

LIST_SIZE = 50  # institutions per page of the list
MATRIX_SIZE = 10  # institutions per page of the matrix: what fits side by side


@require_GET
def round_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where every institution stands; never how far single people are."""
    run = get_object_or_404(rounds_visible_to(request.user), pk=pk)
    if run.is_draft:
        return redirect("round_basics", run.pk)
    total, released = release_counts(run)
    page = Paginator(participations_of(run), LIST_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.round = run
    sees_stages = can_view_stages(request.user, run)
    context = {
        "round": run,
        "total": total,
        "released": released,
        "page": page,
        "late": late_participations(run)[:5] if sees_stages else [],
        "sees_stages": sees_stages,
        "sees_results": reads_results(request.user, run),
        "can_manage": can_manage(request.user, run),
        "reads_feedback": run.kind == RoundKind.PILOT
        and may_in(request.user, run.municipality_id, Permission.INSTRUMENT_EDIT),
        "wording": _new_wording(run) if can_manage(request.user, run) else None,
    }
    return render(request, "reports/round.html", context)


def _new_wording(run: Round) -> dict[str, object] | None:
    """A later version of mere rewording that the round could take over, and what it changes."""
    if not run.is_open:
        return None
    version = newest_wording(pinned=run.instrument_version, taken_id=run.wording_id)
    if version is None:
        return None
    before = run.words_of
    changes = number_of_changes(before_id=before.pk, after_id=version.pk)
    return {"version": version, "before": before, "number": changes}


@require_GET
def round_pattern(request: SignedInRequest, pk: int) -> HttpResponse:
    """Requirements and institutions side by side: from A to Z, no rank, no total."""
    run = get_object_or_404(rounds_visible_to(request.user), pk=pk)
    if not may_in(request.user, run.municipality_id, Permission.RESULT_VIEW):
        raise PermissionDenied
    if not reads_results(request.user, run):
        raise NotAllowedNow("before the report")
    areas = areas_of(run.instrument_version, run.wording_id)
    area_key = request.GET.get("bereich", "")
    if area_key not in {area.key for area in areas}:
        area_key = ""
    divisions = list(divisions_of(run))
    division = next((d for d in divisions if str(d.pk) == request.GET.get("dezernat")), None)
    rows = participations_of(run)
    if division:
        rows = rows.filter(unit__parent=division)
    counted = set(rows.values_list("pk", flat=True)) if division else None
    page = Paginator(rows, MATRIX_SIZE).get_page(request.GET.get("page"))
    columns = list(page)
    results = newest_results(request.user, run)
    sees_inside = may_in(request.user, run.municipality_id, Permission.CITIZENS_VIEW)
    asked = parts_of_round(run, public_only=not sees_inside)
    told = {part.unit_id for part in asked}
    waiting = kept_back_in(run) if sees_inside else []
    context = {
        "round": run,
        "areas": areas,
        "area_key": area_key,
        "divisions": divisions,
        "division": division,
        "page": page,
        "columns": columns,
        "overview": overview(run, results, columns, area_key, counted),
        "gaps": gap_patterns(run, results, asked, counted, public_only=not sees_inside),
        "asked": asked,
        "kept_back": [part for part in waiting if part.unit_id not in told],
        "sees_inside": sees_inside,
        "plans_centrally": may_plan_centrally(request.user, run.municipality_id),
    }
    return render(request, "reports/pattern.html", context)


@require_POST
def team_remind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remind the whole team of an institution; who has finished, nobody knows."""
    assessment = get_object_or_404(
        Assessment.objects.with_place().filter(
            participation__round__in=rounds_visible_to(request.user)
        ),
        participation_id=pk,
    )
    remind_team(assessment=assessment, by=request.user)
    messages.success(request, _("The whole team has got a reminder."))
    return redirect("round", assessment.participation.round_id)
