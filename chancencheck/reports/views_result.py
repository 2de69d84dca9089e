"""The result of one institution: what the team says, and what citizens say beside it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from chancencheck.assessments import past, queries, results
from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Assessment, Result
from chancencheck.assessments.permissions import may_with
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.roles import Permission
from chancencheck.reports.effect import chosen_measures, measures_before, pictures
from chancencheck.reports.numbers import numbers_of
from chancencheck.reports.queries import citizens_beside, gaps_in, voices_in
from chancencheck.rounds.choices import Stage


@require_GET
def result(request: SignedInRequest, pk: int, edition: int | None = None) -> HttpResponse:
    """The result of one participation; the newest edition unless another is asked for."""
    editions = list(
        queries.results_visible_to(request.user)
        .filter(assessment__participation_id=pk)
        .select_related(
            "assessment__participation__unit",
            "assessment__participation__round__municipality",
            "assessment__participation__round__instrument_version",
        )
        .distinct()
    )
    shown = next((e for e in editions if edition in (None, e.edition)), None)
    if shown is None:
        raise Http404
    return render(request, "reports/result.html", _result_context(request, shown, editions))


def _result_context(
    request: SignedInRequest, shown: Result, editions: list[Result]
) -> dict[str, Any]:
    assessment = shown.assessment
    share = queries.share_for(request.user, shown)
    content = results.read(shown.content, share)
    run = assessment.participation.round
    previous = past.results_before(assessment)
    shares = past.shares_of(request.user, previous)
    before = past.earlier(run.instrument_version_id, [(r, shares[r.pk]) for r in previous])
    requirements = content.requirements
    voices = citizens_beside(request.user, assessment)
    areas = past.profile(content, run.name, before)
    return {
        "result": shown,
        "editions": editions,
        "assessment": assessment,
        "participation": assessment.participation,
        "content": content,
        "share": share,
        "previous": previous[0] if previous else None,
        "trends": _trends(areas) if share == Share.ALL else {},
        "areas": areas,
        "numbers": numbers_of(content),
        "voices": voices_in(voices, requirements),
        "gaps": gaps_in(voices, requirements),
        "strengths": results.best_strengths(content),
        "potentials": results.largest_potentials(content),
        "dissents": [r for r in requirements if r.is_dissent],
        "number": len(requirements),
        "originals": [r.key for r in requirements if r.is_original],
        "chosen": chosen_measures(request.user, assessment),
        "before_now": measures_before(request.user, assessment),
        "today": timezone.localdate(),
        "is_report_open": _is_report_open(assessment),
        "is_being_corrected": assessment.stage == Stage.CORRECTING
        and may_with(request.user, assessment, Permission.RESULT_RELEASE),
        "can_correct": assessment.stage == Stage.RELEASED
        and shown == editions[0]
        and may_with(request.user, assessment, Permission.RESULT_RELEASE),
    }


def _trends(areas: list[past.ProfileArea]) -> dict[str, list[past.Point]]:
    return {row.now.key: row.trend for area in areas for row in area.rows if row.trend}


def _is_report_open(assessment: Assessment) -> bool:
    report_on = assessment.participation.round.report_on
    return bool(report_on and report_on <= timezone.localdate())


@require_GET
def effect(request: SignedInRequest, pk: int) -> HttpResponse:
    """Levels, citizens and measures over the rounds, in one picture per requirement."""
    shown = (
        queries.results_visible_to(request.user)
        .filter(assessment__participation_id=pk)
        .select_related(
            "assessment__participation__unit",
            "assessment__participation__round__municipality",
            "assessment__participation__round__instrument_version",
        )
        .distinct()
        .first()
    )
    if shown is None:
        raise Http404
    context = {
        "participation": shown.assessment.participation,
        "pictures": pictures(request.user, shown),
        "today": timezone.localdate(),
    }
    return render(request, "reports/effect.html", context)
