"""Pages of the own view, the workshop, and the result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.assessments import operations, past, queries
from chancencheck.assessments.choices import Answer, Share, Verdict
from chancencheck.assessments.conflicts import as_rating, resolve
from chancencheck.assessments.forms import RatingForm, ReleaseForm
from chancencheck.assessments.models import Assessment, Evidence, IndividualRating
from chancencheck.assessments.views_common import conflict, invalid, load, requirement_in, saved
from chancencheck.instruments.models import Requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest, wants_fragment
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import RoundKind, Stage
from chancencheck.rounds.queries import rounds_visible_to

# ------------------------------------------------------------------- the own view


@require_GET
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """The own sheet: what happens with the answers, and where to go on."""
    assessment = load(request, pk, Permission.RATING_OWN)
    if assessment.stage != Stage.RATING:
        return redirect("workshop", pk)
    context = {
        "assessment": assessment,
        "sheet": queries.own_sheet(request.user, assessment),
        "members": queries.members_of(assessment),
        "progress": queries.team_progress(assessment),
        "rewording": queries.rewording_of(assessment),
    }
    return render(request, "assessments/sheet.html", context)


@require_http_methods(["GET", "POST"])
def rate(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """One requirement: the sentence, the help, the levels, one example, one idea."""
    if wants_fragment(request) and (answer := _save_again(request, pk, key)):
        return answer
    assessment = load(request, pk, Permission.RATING_OWN)
    if assessment.stage != Stage.RATING:
        raise NotAllowedNow("rating is over")
    requirement = requirement_in(assessment, key)
    if request.method == "POST":
        return _save_rating(request, assessment, requirement)
    own = queries.own_rating(request.user, assessment, requirement)
    form = RatingForm(
        initial=_rating_initial(own), scale=requirement.scale, is_pilot=_is_pilot(assessment)
    )
    return _rate_page(request, assessment, requirement, form, own)


def _save_again(request: SignedInRequest, pk: int, key: str) -> HttpResponse | None:
    """The short way of autosaving: an existing rating, nothing changed elsewhere in between."""
    desk = None if "past" in request.POST else queries.rating_desk(request.user, pk, key)
    if desk is None:
        return None
    form = RatingForm(request.POST, scale=desk.scale, is_pilot=desk.is_pilot)
    if not form.is_valid() or not form.cleaned_data["revision"]:
        return None
    revision = operations.save_rating_again(
        desk=desk, entry=form.entry(skip=False), revision=form.cleaned_data["revision"]
    )
    return saved(revision, {}) if revision else None


def _rating_initial(own: IndividualRating | None) -> dict[str, Any]:
    if own is None:
        return {"revision": 0}
    level = "" if own.level is None else str(own.level)
    return {
        "level": "cannot_judge" if own.answer == Answer.CANNOT_JUDGE else level,
        "example": own.example,
        "share_example": own.share_example,
        "idea": own.idea,
        "share_idea": own.share_idea,
        "understandable": own.understandable,
        "relevant": own.relevant,
        "missing": own.missing,
        "revision": own.revision,
    }


def _is_pilot(assessment: Assessment) -> bool:
    return assessment.participation.round.kind == RoundKind.PILOT


def _save_rating(
    request: SignedInRequest, assessment: Assessment, requirement: Requirement
) -> HttpResponse:
    do = request.POST.get("do", "next")
    form = RatingForm(
        resolve(request.POST), scale=requirement.scale, is_pilot=_is_pilot(assessment)
    )
    if not form.is_valid():
        return invalid(request, form) or _rate_page(request, assessment, requirement, form, None)
    entry = form.entry(skip=do == "skip")
    try:
        rating = operations.save_rating(
            assessment=assessment,
            requirement=requirement,
            entry=entry,
            revision=form.cleaned_data["revision"] or 0,
            by=request.user,
        )
    except operations.Conflict as found:
        rating_conflict = operations.Conflict(
            as_rating(found.saved),
            found.revision,
            tuple(dict.fromkeys("level" if f == "answer" else f for f in found.fields)),
            as_rating(found.merged),
        )
        return conflict(request, as_rating(vars(entry)), rating_conflict, requirement.scale)
    if wants_fragment(request):
        return saved(rating.revision, _past_fragment(request, assessment, requirement, rating))
    return _after_rating(request, assessment, requirement, do)


def _after_rating(
    request: SignedInRequest, assessment: Assessment, requirement: Requirement, do: str
) -> HttpResponse:
    sheet = queries.own_sheet(request.user, assessment)
    target = {"back": sheet.neighbour(requirement, -1), "stay": requirement}.get(
        do, sheet.neighbour(requirement, 1)
    )
    if do == "pause" or target is None:
        return redirect("sheet", assessment.pk)
    return redirect("rate", assessment.pk, target.key)


def _rate_page(
    request: SignedInRequest,
    assessment: Assessment,
    requirement: Requirement,
    form: RatingForm,
    own: IndividualRating | None,
) -> HttpResponse:
    sheet = queries.own_sheet(request.user, assessment, here=requirement.key)
    here = sheet.area_here
    if here is None:
        raise Http404  # does not apply to this institution
    run = assessment.participation.round
    standard, reflection = queries.questions_of(requirement, run.wording_id)
    then = _past(assessment, requirement)
    context = {
        "assessment": assessment,
        "requirement": requirement,
        "form": form,
        "chosen": form["level"].value() or "",
        "own": own,
        "sheet": sheet,
        "row": next(r for r in here.rows if r.is_here),
        "is_on_my_sheet": here in sheet.areas,
        "area": here,
        "place_in_area": [r.is_here for r in here.rows].index(True) + 1,
        "standard": standard,
        "reflection": reflection,
        "before": sheet.neighbour(requirement, -1),
        "past": then if _may_see_level(own) else None,
        "past_words": past.words_of(then),
        "rewording": queries.rewording_of(assessment, requirement),
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/rate.html", context, status=status)


def _past(assessment: Assessment, requirement: Requirement) -> past.Past | None:
    return past.past_of(assessment, requirement, past.last_result_before(assessment))


def _may_see_level(own: IndividualRating | None) -> bool:
    """Last round's level, only after the own answer (design 4.8)."""
    return own is not None and own.answer in (Answer.LEVEL, Answer.CANNOT_JUDGE)


def _past_fragment(
    request: SignedInRequest,
    assessment: Assessment,
    requirement: Requirement,
    rating: IndividualRating,
) -> dict[str, str]:
    if not _may_see_level(rating):
        return {}
    context = {"past": _past(assessment, requirement), "assessment": assessment}
    page = render(request, "assessments/_past.html", context)
    return {"past": page.content.decode()}


@require_GET
def sheet_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole sheet on paper, with the own answers so far."""
    assessment = load(request, pk, Permission.RATING_OWN)
    if assessment.stage != Stage.RATING:
        raise NotAllowedNow("rating is over")
    context = {
        "assessment": assessment,
        "sheet": queries.own_sheet(request.user, assessment),
        "ratings": queries.own_ratings(request.user, assessment),
        "is_pilot": _is_pilot(assessment),
        "verdicts": Verdict.choices,
    }
    return render(request, "assessments/sheet_print.html", context)


@require_POST
def sheet_finish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say to be finished."""
    assessment = load(request, pk, Permission.RATING_OWN)
    operations.finish_sheet(assessment=assessment, by=request.user)
    messages.success(
        request, _("Thank you. Until the workshop opens you can still change everything.")
    )
    return redirect("sheet", pk)


@require_GET
def evidence_file(request: SignedInRequest, evidence_pk: UUID) -> HttpResponse:
    """An uploaded file: always as a download, never shown by us, never run."""
    try:
        evidence = queries.evidence_visible_to(request.user, evidence_pk)
    except Evidence.DoesNotExist as error:
        raise Http404 from error
    response = FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.file_name,
        content_type="application/octet-stream",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response  # type: ignore[return-value]


# ------------------------------------------------------------------- the release


@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole at a glance; then release."""
    assessment = load(request, pk, Permission.RESULT_RELEASE)
    if assessment.stage not in (Stage.WORKSHOP, Stage.CORRECTING):
        raise NotAllowedNow(assessment.stage)
    newest = assessment.results.first()
    form = ReleaseForm(
        request.POST or None,
        initial={"share": newest.share} if newest else {},
        is_external=assessment.participation.unit.is_external,
        is_correction=assessment.stage == Stage.CORRECTING,
    )
    if request.method == "POST" and form.is_valid():
        operations.release_result(
            assessment=assessment,
            share=Share(form.cleaned_data["share"]) if "share" in form.fields else Share.ALL,
            reason=form.cleaned_data.get("reason", ""),
            by=request.user,
        )
        messages.success(request, _("The result is released. The single ratings are deleted."))
        return redirect("result", assessment.participation_id)
    rows = queries.agenda(assessment)
    rows.sort(key=lambda row: row.requirement.position)
    context = {
        "assessment": assessment,
        "form": form,
        "rows": rows,
        "missing": [row for row in rows if not row.is_settled],
    }
    return render(request, "assessments/release.html", context)


@require_POST
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a correction of a released result."""
    assessment = load(request, pk, Permission.RESULT_RELEASE)
    operations.start_correction(assessment=assessment, by=request.user)
    return redirect("workshop", pk)


@require_POST
def round_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Finish a round; single ratings that nobody released are deleted."""
    run = get_object_or_404(rounds_visible_to(request.user), pk=pk)
    operations.close_round(run=run, by=request.user)
    messages.success(request, _("The round is finished."))
    return redirect("round", run.pk)


@require_GET
def result_list(request: SignedInRequest) -> HttpResponse:
    """All results the person may read, by round, institutions from A to Z."""
    return render(
        request,
        "assessments/result_list.html",
        {"results": queries.latest_results(request.user)},
    )
