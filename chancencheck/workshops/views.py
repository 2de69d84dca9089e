"""The moderator's pages: the list of requirements, one requirement, evidence."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.assessments import queries as assessments
from chancencheck.assessments.choices import Outcome
from chancencheck.assessments.conflicts import resolve
from chancencheck.assessments.forms import EvidenceForm, FindingForm, with_offer
from chancencheck.assessments.models import Assessment, Evidence, Finding
from chancencheck.assessments.operations import Conflict
from chancencheck.assessments.past import offers_of
from chancencheck.assessments.permissions import may_with
from chancencheck.assessments.rules import POINTS_MAXIMUM
from chancencheck.assessments.views_common import conflict, load, requirement_in, saved
from chancencheck.instruments.models import Requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest, wants_fragment
from chancencheck.measures.choices import Verdict
from chancencheck.measures.effect import earlier_measures, save_effects
from chancencheck.measures.queries import chosen_number
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage
from chancencheck.workshops import live, operations
from chancencheck.workshops.actions import act, is_act
from chancencheck.workshops.forms import NoteForm
from chancencheck.workshops.models import Room
from chancencheck.workshops.queries import (
    citizens_on,
    last_round,
    notes_of,
    notes_to_propose,
    open_vote_of,
    room_of,
    scene,
    schedule,
)
from chancencheck.workshops.rules import Situation
from chancencheck.workshops.tips import tips_for


def room_context(request: SignedInRequest, assessment: Assessment, room: Room) -> dict[str, Any]:
    """What every page of a running workshop needs."""
    return {
        "assessment": assessment,
        "room": room,
        "live": live.live_address(assessment.pk),
        "number": room.version,
        "is_practice": assessment.participation.round.municipality.is_practice,
        "is_live": assessment.stage == Stage.WORKSHOP and not room.is_ended,
        "can_steer": may_with(request.user, assessment, Permission.WORKSHOP_STEER),
        "can_edit": may_with(request.user, assessment, Permission.FINDING_EDIT),
        # of the workshop's city, whichever city the person has chosen
        "floor": assessment.participation.round.municipality.minimum_group_size,
    }


@require_GET
def workshop(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list of requirements in the order of the talk; before that, whether it can be opened."""
    assessment = load(request, pk, Permission.FINDING_VIEW)
    is_open = assessment.stage in (Stage.WORKSHOP, Stage.CORRECTING, Stage.RELEASED)
    room = room_of(assessment)
    order = schedule(assessment, room) if is_open else None
    rows = order.rows if order else []
    context = {
        **room_context(request, assessment, room),
        "is_open": is_open,
        "progress": assessments.team_progress(assessment) if not is_open else None,
        "rows": rows,
        "order": order,
        "talk": order.talk if order else [],
        "settled": sum(row.is_settled for row in order.talk) if order else 0,
        "next_row": next((row for row in rows if not row.is_settled), None),
        "can_open": may_with(request.user, assessment, Permission.DISTRIBUTION_OPEN),
        "can_release": may_with(request.user, assessment, Permission.RESULT_RELEASE),
        "is_member": may_with(request.user, assessment, Permission.RATING_OWN),
        "tip": tips_for([Situation.START])[0],
        "missing_sheets": _missing_sheets(assessment) if not is_open else 0,
        "chosen": chosen_number(assessment) if is_open else 0,
        "open_notes": notes_to_propose(assessment) if is_open else [],
    }
    return render(request, "workshops/workshop.html", context)


def _missing_sheets(assessment: Assessment) -> int:
    """Sheets of paper that are not typed in yet; after the opening it is too late for them."""
    return assessment.paper_seats - assessment.sheets.filter(is_paper=True).count()


@require_POST
def workshop_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the distributions: rating ends here."""
    assessment = load(request, pk, Permission.DISTRIBUTION_OPEN)
    operations.open_workshop(assessment=assessment, by=request.user)
    messages.success(request, _("The workshop is open. The distributions do not change any more."))
    return redirect("workshop", pk)


@require_http_methods(["GET", "POST"])
def finding(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """One requirement in the workshop: spread, voices, and what the team holds on to."""
    assessment = load(request, pk, Permission.FINDING_VIEW)
    if assessment.stage not in (Stage.WORKSHOP, Stage.CORRECTING):
        raise NotAllowedNow(assessment.stage)
    requirement = requirement_in(assessment, key)
    if request.method == "POST":
        if not may_with(request.user, assessment, Permission.FINDING_EDIT):
            raise PermissionDenied
        return _save(request, assessment, requirement)
    return _page(request, assessment, requirement)


@require_GET
def finding_now(request: SignedInRequest, pk: int) -> HttpResponse:
    """On to the page of what the wall shows at this moment."""
    assessment = load(request, pk, Permission.FINDING_EDIT)
    shown = room_of(assessment).requirement
    return redirect("finding", pk, shown.key) if shown else redirect("workshop", pk)


def _initial(found: Finding) -> dict[str, Any]:
    initial = {**found.values(), "revision": found.revision}
    for name, texts in (("strength", found.strengths), ("potential", found.potentials)):
        for number, text in enumerate(texts, start=1):
            initial[f"{name}_{number}"] = text
    return initial


def _save(
    request: SignedInRequest, assessment: Assessment, requirement: Requirement
) -> HttpResponse:
    """Every button of the page sends the whole form, so that no text beside it is lost."""
    do = request.POST.get("do", "")
    save_effects(
        assessment=assessment, key=requirement.key, said=request.POST.dict(), by=request.user
    )
    note = _save_note(request, assessment, requirement, do)
    if is_act(do):
        act(assessment=assessment, requirement=requirement, do=do, by=request.user)
    form = _form(request, assessment, requirement, do)
    if wants_fragment(request) and not form.is_valid():
        return _save_words(request, assessment, requirement, form)
    if not form.is_valid() or note:
        return _page(request, assessment, requirement, form, note)
    return _save_valid(request, assessment, requirement, form, do)


def _form(
    request: SignedInRequest, assessment: Assessment, requirement: Requirement, do: str
) -> FindingForm:
    """The form as it was sent, with the sentence of the last round that still holds."""
    data = resolve(request.POST)
    name, _sep, sign = do.partition(":")
    if name != "still":
        return FindingForm(data, requirement=requirement)
    found = [
        o for o in offers_of(last_round(request.user, assessment, requirement)) if o.sign == sign
    ]
    if not found:
        raise NotAllowedNow("the last round does not say this")
    data, is_kept = with_offer(data, found[0])
    form = FindingForm(data, requirement=requirement)
    if not is_kept:
        form.add_error(
            f"{found[0].kind}_{POINTS_MAXIMUM}",
            _("Three sentences are there already. Take one out, then add this one."),
        )
    return form


def _save_note(
    request: SignedInRequest, assessment: Assessment, requirement: Requirement, do: str
) -> NoteForm | None:
    """A note that was typed is kept, whichever button is pressed. The form if something lacks."""
    typed = request.POST.get("note_text", "").strip() or request.POST.get("note_for", "").strip()
    if wants_fragment(request) or not (typed or do == "note"):
        return None
    form = NoteForm(request.POST)
    if not form.is_valid():
        return form
    operations.add_note(
        assessment=assessment, requirement=requirement, by=request.user, **form.entry()
    )
    return None


def _save_valid(
    request: SignedInRequest,
    assessment: Assessment,
    requirement: Requirement,
    form: FindingForm,
    do: str,
) -> HttpResponse:
    values = form.values()
    try:
        kept = operations.save_finding(
            assessment=assessment,
            requirement=requirement,
            values=values,
            revision=form.cleaned_data["revision"],
            by=request.user,
        )
    except Conflict as found:
        return conflict(request, values, found, requirement.scale)
    if wants_fragment(request):
        return saved(kept.revision, {}, _merged(kept, values))
    if do == "evidence":
        return redirect("evidence_add", assessment.pk, requirement.key)
    if do == "next":
        return _next(request, assessment, requirement)
    return redirect("finding", assessment.pk, requirement.key)


def _merged(kept: Finding, sent: dict[str, Any]) -> dict[str, str]:
    """Fields of the form that somebody else filled meanwhile, so that the script shows them too."""
    if kept.values() == sent:
        return {}
    blank = {f"{name}_{number}": "" for name in ("strength", "potential") for number in (1, 2, 3)}
    values = {**blank, **_initial(kept)}
    return {
        name: "" if value is None else str(value)
        for name, value in values.items()
        if not isinstance(value, list) and name != "revision"
    }


def _save_words(
    request: SignedInRequest, assessment: Assessment, requirement: Requirement, form: FindingForm
) -> HttpResponse:
    """While a result is still incomplete, keep at least its words; it stays open until then."""
    data = request.POST.copy()
    data["outcome"] = Outcome.OPEN
    words = FindingForm(data, requirement=requirement)
    answer = {"state": "invalid", "message": str(next(iter(form.errors.values()))[0])}
    if not words.is_valid():
        return JsonResponse(answer, status=422)
    try:
        kept = operations.save_finding(
            assessment=assessment,
            requirement=requirement,
            values=words.values(),
            revision=words.cleaned_data["revision"],
            by=request.user,
        )
    except Conflict:
        return JsonResponse({"state": "conflict"}, status=409)
    # the chosen outcome stays in the form although it is not kept yet
    fields = _merged(kept, words.values())
    fields.pop("outcome", None)
    return JsonResponse({**answer, "revision": kept.revision, "fields": fields}, status=422)


def _next(
    request: SignedInRequest, assessment: Assessment, requirement: Requirement
) -> HttpResponse:
    """On to the next open requirement; the wall comes along if it showed this one."""
    room = room_of(assessment)
    rows = schedule(assessment, room).rows
    keys = [row.requirement.key for row in rows]
    after = rows[keys.index(requirement.key) + 1 :] + rows[: keys.index(requirement.key)]
    target = next((row.requirement for row in after if not row.is_settled), None)
    if (
        room.requirement_id == requirement.pk
        and assessment.stage == Stage.WORKSHOP
        and may_with(request.user, assessment, Permission.WORKSHOP_STEER)
    ):
        operations.show(assessment=assessment, requirement=target, by=request.user)
    if target is None:
        return redirect("workshop", assessment.pk)
    return redirect("finding", assessment.pk, target.key)


def _page(
    request: SignedInRequest,
    assessment: Assessment,
    requirement: Requirement,
    form: FindingForm | None = None,
    note_form: NoteForm | None = None,
) -> HttpResponse:
    room = room_of(assessment)
    order = schedule(assessment, room)
    here = scene(request.user, assessment, requirement, order)
    form = form or FindingForm(initial=_initial(here.finding), requirement=requirement)
    offers = [] if here.finding.is_settled else offers_of(here.past, form.typed_points())
    note_form = note_form or NoteForm(initial={"note_key": uuid4().hex})
    running = open_vote_of(assessment, order)
    if room.requirement_id:
        room.requirement = order.row_of(room.requirement_id).requirement
    context = {
        **room_context(request, assessment, room),
        "requirement": requirement,
        "form": form,
        "note_form": note_form,
        "notes": [n for n in notes_of(assessment) if n.requirement_id == requirement.pk],
        "scene": here,
        "finding": here.finding,
        "offers": {
            kind: [o for o in offers if o.kind == kind] for kind in ("strength", "potential")
        },
        "evidence": here.evidence,
        "spread": here.spread,
        "rows": order.rows,
        "order": order,
        "minutes": order.plan.minutes_for(requirement.key),
        "is_on_wall": room.requirement_id == requirement.pk,
        "running": running,
        "citizens": citizens_on(assessment, requirement.key),
        "effects": earlier_measures(assessment).get(requirement.key, []),
        "verdicts": Verdict.choices,
    }
    status = 422 if form.errors or note_form.errors else 200
    return render(request, "workshops/finding.html", context, status=status)


@require_http_methods(["GET", "POST"])
def evidence_add(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """Put a piece of evidence beside a finding. A page of its own: two forms on one page would
    lose what is typed in the other."""
    assessment = load(request, pk, Permission.FINDING_EDIT)
    if assessment.stage not in (Stage.WORKSHOP, Stage.CORRECTING):
        raise NotAllowedNow(assessment.stage)
    requirement = requirement_in(assessment, key)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        operations.add_evidence(
            assessment=assessment, requirement=requirement, entry=form.entry(), by=request.user
        )
        messages.success(request, _("The evidence is saved."))
        return redirect("finding", pk, key)
    context = {"assessment": assessment, "requirement": requirement, "form": form}
    status = 422 if form.errors else 200
    return render(request, "workshops/evidence.html", context, status=status)


@require_POST
def evidence_remove(request: SignedInRequest, pk: int, evidence_pk: UUID) -> HttpResponse:
    """Take a piece of evidence away."""
    assessment = load(request, pk, Permission.FINDING_EDIT)
    evidence = get_object_or_404(
        Evidence.objects.select_related("finding__requirement"),
        pk=evidence_pk,
        finding__assessment=assessment,
        is_removed=False,
    )
    operations.remove_evidence(evidence=evidence, by=request.user)
    messages.success(request, _("The evidence is taken away."))
    return redirect("finding", pk, evidence.finding.requirement.key)
