"""Paper: hand-outs, the questionnaire for people without a computer, typing it in, the script."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.assessments import operations as assessments
from chancencheck.assessments import queries
from chancencheck.assessments.models import Assessment
from chancencheck.assessments.permissions import may_with
from chancencheck.assessments.views_common import load
from chancencheck.instruments.choices import QuestionKind
from chancencheck.instruments.models import InstrumentVersion, QualityArea, Requirement
from chancencheck.instruments.queries import areas_of, questions_in, versions_visible_to
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage
from chancencheck.surveys.queries import voices_about
from chancencheck.workshops.forms import paper_sheet
from chancencheck.workshops.queries import room_of, schedule
from chancencheck.workshops.tips import every_tip
from chancencheck.workshops.tips import script as script_steps

SIZES = ("a4", "a3")
Questions = dict[int, list[str]]


@dataclass(frozen=True)
class PaperArea:
    """An area on paper. Areas are kept and shared between pages, so nothing is written to them."""

    area: QualityArea
    applying: list[Requirement]


@require_GET
def paper(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything there is on paper, in one list."""
    assessment = load(request, pk, Permission.FINDING_VIEW)
    context = {
        "assessment": assessment,
        "is_rating": assessment.stage == Stage.RATING,
        "can_type": may_with(request.user, assessment, Permission.PAPER_ENTER),
        "can_steer": may_with(request.user, assessment, Permission.WORKSHOP_STEER),
        "typed": assessment.sheets.filter(is_paper=True).count(),
    }
    return render(request, "workshops/paper.html", context)


@require_GET
def handouts(request: SignedInRequest, pk: int, size: str) -> HttpResponse:
    """One sheet per requirement: A4 for the hand, A3 for the wall."""
    assessment = load(request, pk, Permission.FINDING_VIEW)
    if size not in SIZES:
        raise Http404
    only = request.GET.get("nur", "")
    part = assessment.participation
    rows = [r for area in _areas(assessment) for r in area.applying if only in ("", r.key)]
    if not rows:
        raise Http404
    context = {
        "assessment": assessment,
        "rows": rows,
        "questions": _questions(part.round.instrument_version, part.round.wording_id),
        "size": size,
        # before the workshop nobody is told what others say
        "voices": voices_about(part.unit, part.round, public_only=False)
        if assessment.stage not in (Stage.PREPARING, Stage.RATING)
        else {},
    }
    return render(request, "workshops/handouts.html", context)


@require_GET
def script(request: SignedInRequest, pk: int) -> HttpResponse:
    """The script for the person who leads through the workshop."""
    assessment = load(request, pk, Permission.WORKSHOP_STEER)
    room = room_of(assessment)
    order = schedule(assessment, room)
    context = {
        "assessment": assessment,
        "room": room,
        "slots": list(zip(order.talk, order.plan.slots, strict=True)),
        "shows_spread": assessment.stage == Stage.WORKSHOP,
        "steps": script_steps(),
        "tips": every_tip(),
    }
    return render(request, "workshops/script.html", context)


@require_GET
def questionnaire(request: SignedInRequest, pk: int) -> HttpResponse:
    """The questionnaire of this team: what it looks at, only what applies, where to give it back."""
    assessment = load(request, pk, Permission.FINDING_VIEW)
    run = assessment.participation.round
    sheet = _sheet(request, run.words_of)
    context = {
        "assessment": assessment,
        "version": run.words_of,
        "sheet": sheet,
        "areas": _areas(assessment, sheet.get("key")),
        "questions": _questions(run.instrument_version, run.wording_id),
    }
    return render(request, "workshops/questionnaire.html", context)


@require_GET
def blank(request: SignedInRequest, pk: int) -> HttpResponse:
    """The questionnaire of an instrument, for nobody in particular."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    sheet = _sheet(request, version)
    context = {
        "assessment": None,
        "version": version,
        "sheet": sheet,
        "areas": _paper_areas(areas_of(version), (), sheet.get("key")),
        "questions": _questions(version),
    }
    return render(request, "workshops/questionnaire.html", context)


def _sheet(request: SignedInRequest, version: InstrumentVersion) -> dict[str, str]:
    """The answer sheet asked for with `?bogen=`; empty for everything."""
    asked = request.GET.get("bogen")
    return next((row for row in version.sheets if row["key"] == asked), {})


def _areas(assessment: Assessment, sheet: str | None = None) -> list[PaperArea]:
    """Areas with the requirements that were not left out."""
    excluded = queries.exclusions_of(assessment)
    return _paper_areas(queries.areas_in(assessment), excluded, sheet)


def _paper_areas(
    areas: list[QualityArea], excluded: Collection[int], sheet: str | None
) -> list[PaperArea]:
    found = [
        PaperArea(
            area,
            [
                r
                for r in area.requirements.all()
                if r.pk not in excluded
                and (sheet is None or not r.sheet_keys or sheet in r.sheet_keys)
            ],
        )
        for area in areas
    ]
    return [area for area in found if area.applying]


def _questions(version: InstrumentVersion, wording_id: int | None = None) -> Questions:
    found: Questions = {}
    for row in questions_in(version.pk, is_released=version.is_released, wording_id=wording_id):
        if row.kind == QuestionKind.REFLECTION:
            found.setdefault(row.requirement_id or 0, []).append(row.text)
    return found


@require_http_methods(["GET", "POST"])
def paper_enter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Type a sheet in: a digit chooses an answer and goes on (`typing.js`). It carries no name."""
    assessment = load(request, pk, Permission.PAPER_ENTER)
    if assessment.stage != Stage.RATING:
        raise NotAllowedNow("rating is over")
    areas = _areas(assessment)
    every = [r for area in areas for r in area.applying]
    errors: dict[int, str] = {}
    is_empty = False
    if request.method == "POST":
        entries, errors = paper_sheet(request.POST, every)
        is_empty = not entries and not errors
        if entries and not errors:
            sheet = assessments.add_paper_sheet(
                assessment=assessment, entries=entries, by=request.user
            )
            request.session["paper"] = str(sheet.pk)
            messages.success(request, _("The sheet is saved. It carries no name."))
            return redirect("paper_enter", pk)
    context = {
        "assessment": assessment,
        "areas": areas,
        "errors": errors,
        "is_empty": is_empty,
        "typed": assessment.sheets.filter(is_paper=True).count(),
        "last": request.session.get("paper") if request.method == "GET" else None,
        "data": {key: value for key, value in request.POST.items()},
    }
    status = 422 if errors or is_empty else 200
    return render(request, "workshops/paper_enter.html", context, status=status)


@require_POST
def paper_take_back(request: SignedInRequest, pk: int, sheet_pk: UUID) -> HttpResponse:
    """Take the sheet back that was typed in last."""
    assessment = load(request, pk, Permission.PAPER_ENTER)
    assessments.remove_paper_sheet(assessment=assessment, sheet_id=sheet_pk, by=request.user)
    request.session.pop("paper", None)
    messages.success(request, _("The sheet is taken back. You can type it in again."))
    return redirect("paper_enter", pk)
