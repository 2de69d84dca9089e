"""Pages of the lead: accept, describe, name the team, say what applies, invite."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.assessments import operations, queries
from chancencheck.assessments.forms import (
    PaperForm,
    PersonForm,
    ScopeForm,
    WorkshopForm,
    applicability,
    chosen_sheets,
)
from chancencheck.assessments.models import Assessment, TeamMember
from chancencheck.assessments.rules import TEAM_MAXIMUM
from chancencheck.assessments.views_common import load
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage


@require_http_methods(["GET", "POST"])
def participation(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page behind the lead's invitation: what it is about; accept."""
    part = get_object_or_404(queries.participations_led_by(request.user), pk=pk)
    if request.method == "POST":
        assessment = operations.accept_participation(participation=part, by=request.user)
        return redirect("prepare", assessment.pk)
    if part.stage != Stage.INVITED:
        return redirect("prepare", part.assessment.pk)
    return render(request, "assessments/participation.html", {"participation": part})


@require_GET
def prepare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about the preparation at a glance, with the one next step."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    missing = operations.missing_for_invitation(assessment)
    context = {
        "assessment": assessment,
        "missing": missing,
        "members": queries.members_of(assessment),
        "exclusions": assessment.exclusions.select_related("requirement"),
        "handovers": assessment.handovers.select_related("requirement", "member__user"),
        "progress": queries.team_progress(assessment),
        "is_preparing": assessment.stage == Stage.PREPARING,
        "is_rating": assessment.stage == Stage.RATING,
        "reminded_today": assessment.reminded_on == timezone.localdate(),
    }
    return render(request, "assessments/prepare.html", context)


@require_http_methods(["GET", "POST"])
def scope(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is assessed."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    form = ScopeForm(request.POST or None, initial={"scope": assessment.scope})
    if request.method == "POST" and form.is_valid():
        operations.set_scope(
            assessment=assessment, scope=form.cleaned_data["scope"], by=request.user
        )
        return _on(request, assessment, "team")
    return render(request, "assessments/scope.html", {"form": form, "assessment": assessment})


@require_http_methods(["GET", "POST"])
def team(request: SignedInRequest, pk: int) -> HttpResponse:
    """Three to eight people, inside or outside, by mail address; and the moderator."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    posted = request.POST.get("do") if request.method == "POST" else None
    member_form = PersonForm(request.POST if posted == "member" else None, prefix="member")
    moderator_form = PersonForm(
        request.POST if posted == "moderator" else None,
        prefix="moderator",
        initial=_person(assessment),
    )
    if posted == "member" and member_form.is_valid():
        try:
            operations.add_member(
                assessment=assessment, by=request.user, **member_form.cleaned_data
            )
        except operations.TeamSize:
            member_form.add_error(
                None, _("A team has at most eight people, so that everybody gets to speak.")
            )
        else:
            return redirect("team", pk)
    if posted == "moderator" and moderator_form.is_valid():
        operations.name_moderator(
            assessment=assessment, by=request.user, **moderator_form.cleaned_data
        )
        messages.success(request, _("Saved."))
        return redirect("team", pk)
    paper_form = PaperForm(
        request.POST if posted == "paper" else None,
        prefix="paper",
        initial={"seats": assessment.paper_seats},
    )
    if posted == "paper" and _save_seats(request, assessment, paper_form):
        return redirect("team", pk)
    members = list(queries.members_of(assessment))
    if posted == "sheets":
        operations.choose_sheets(
            assessment=assessment, chosen=chosen_sheets(request.POST, members), by=request.user
        )
        messages.success(request, _("Saved."))
        return redirect("team", pk)
    context = {
        "assessment": assessment,
        "paper_form": paper_form,
        "size": assessment.team_size,
        "is_whole": "team" not in operations.missing_for_invitation(assessment),
        "members": members,
        "sheets": queries.sheets_for_lead(assessment, members),
        "member_form": member_form,
        "moderator_form": moderator_form,
        "minimum": operations.smallest_team(assessment),
        "maximum": TEAM_MAXIMUM,
        "is_preparing": assessment.stage == Stage.PREPARING,
    }
    forms = (member_form, moderator_form, paper_form)
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, "assessments/team.html", context, status=status)


def _save_seats(request: SignedInRequest, assessment: Assessment, form: PaperForm) -> bool:
    if not form.is_valid():
        return False
    seats = form.cleaned_data["seats"]
    if assessment.stage == Stage.RATING and seats < assessment.paper_seats:
        form.add_error("seats", _("While the team is rating, this number can only grow."))
        return False
    try:
        operations.set_paper_seats(assessment=assessment, seats=seats, by=request.user)
    except operations.TeamSize:
        form.add_error(
            "seats", _("A team has at most eight people, so that everybody gets to speak.")
        )
        return False
    messages.success(request, _("Saved."))
    return True


def _person(assessment: Assessment) -> dict[str, Any]:
    moderator = assessment.moderator
    return {"email": moderator.email, "name": moderator.name} if moderator else {}


@require_POST
def member_remove(request: SignedInRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take a person out of the team."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    member = get_object_or_404(
        TeamMember.objects.select_related("assessment"),
        pk=member_pk,
        assessment=assessment,
        is_active=True,
    )
    try:
        operations.remove_member(member=member, by=request.user)
    except operations.TeamSize:
        messages.warning(request, _("The team would be too small. Add somebody first."))
    return redirect("team", pk)


@require_http_methods(["GET", "POST"])
def requirements(request: SignedInRequest, pk: int) -> HttpResponse:
    """What does not apply, and who knows best."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    areas = queries.areas_in(assessment)
    every = [r for area in areas for r in area.requirements.all()]
    errors: dict[int, str] = {}
    reasons = {pk: row.reason for pk, row in queries.exclusions_of(assessment).items()}
    handovers = {row.requirement_id: row.member_id for row in assessment.handovers.all()}
    if request.method == "POST":
        reasons, handovers, errors = applicability(request.POST, every)
        if not errors:
            operations.set_applicability(
                assessment=assessment, reasons=reasons, handovers=handovers, by=request.user
            )
            return _on(request, assessment, "workshop_date")
    context = {
        "assessment": assessment,
        "areas": areas,
        "reasons": reasons,
        "handovers": handovers,
        "errors": errors,
        "members": queries.members_of(assessment),
    }
    return render(request, "assessments/requirements.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
def workshop_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """When and where the workshop takes place."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    local = timezone.localtime(assessment.workshop_at) if assessment.workshop_at else None
    form = WorkshopForm(
        request.POST or None,
        initial={
            "day": local.date() if local else None,
            "time": local.time() if local else None,
            "place": assessment.workshop_place,
        },
    )
    if request.method == "POST" and form.is_valid():
        operations.set_workshop(
            assessment=assessment,
            at=form.at(),
            place=form.cleaned_data["place"],
            by=request.user,
        )
        return _on(request, assessment, "prepare")
    return render(
        request, "assessments/workshop_date.html", {"form": form, "assessment": assessment}
    )


@require_POST
def invite_team(request: SignedInRequest, pk: int) -> HttpResponse:
    """Invite everybody; rating begins."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    operations.invite_team(assessment=assessment, by=request.user)
    messages.success(request, _("Everybody has got an invitation."))
    return redirect("prepare", pk)


@require_POST
def remind_team(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remind the whole team."""
    assessment = load(request, pk, Permission.ASSESSMENT_PREPARE)
    operations.remind_team(assessment=assessment, by=request.user)
    messages.success(request, _("The whole team has got a reminder."))
    return redirect("prepare", pk)


def _on(request: SignedInRequest, assessment: Assessment, name: str) -> HttpResponse:
    """On to the next step while preparing; back to the overview later."""
    messages.success(request, _("Saved."))
    is_preparing = assessment.stage == Stage.PREPARING
    return redirect(name if is_preparing else "prepare", assessment.pk)
