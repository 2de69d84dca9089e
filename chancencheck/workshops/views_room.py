"""Pages of the room: the wall, following on an own screen, the plan, practising."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.assessments.models import Assessment
from chancencheck.assessments.permissions import may_with
from chancencheck.assessments.views_common import load, requirement_in
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest, wants_fragment
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage
from chancencheck.ui.qr import qr_code
from chancencheck.workshops import operations
from chancencheck.workshops.actions import act
from chancencheck.workshops.choices import Order
from chancencheck.workshops.forms import BallotForm, PlanForm
from chancencheck.workshops.live import once_per_change
from chancencheck.workshops.models import Room
from chancencheck.workshops.practice import end_practice, practice_of, start_practice
from chancencheck.workshops.queries import (
    citizens_on,
    has_voted,
    open_vote_of,
    room_of,
    scene,
    schedule,
    share_of_last_round,
)
from chancencheck.workshops.rules import arrange, voter
from chancencheck.workshops.views import room_context


def _shown(request: SignedInRequest, assessment: Assessment, room: Room) -> dict[str, Any]:
    """What the wall and the screens of the team show. Asked only when something has changed."""
    order = schedule(assessment, room)
    here = None
    if room.requirement_id:
        requirement = order.row_of(room.requirement_id).requirement
        here = scene(request.user, assessment, requirement, order)
    running = open_vote_of(assessment, order)
    return {
        "assessment": assessment,
        "room": room,
        "order": order,
        "scene": here,
        "density": here.density(voices=room.shows_voices) if here else "",
        "running": running,
        "citizens": citizens_on(assessment, here.requirement.key) if here else [],
        "floor": assessment.participation.round.municipality.minimum_group_size,
        "join_address": f"{settings.BASE_URL}/mitmachen/".removeprefix("https://").removeprefix(
            "http://"
        ),
        "qr": qr_code(f"{settings.BASE_URL}/mitmachen/{room.code}/")
        if room.shows_code and room.code
        else "",
    }


def _kind(page: str, request: SignedInRequest, assessment: Assessment) -> str:
    """What decides how a piece looks: how much of the last round is told, and whose words are read."""
    share = share_of_last_round(request.user, assessment)
    return f"{page} {share} {assessment.participation.round.wording_id}"


@require_GET
def wall(request: SignedInRequest, pk: int) -> HttpResponse:
    """The picture for the projector: one requirement in large type, nothing to read twice."""
    assessment = load(request, pk, Permission.DISTRIBUTION_VIEW)
    if assessment.stage != Stage.WORKSHOP:
        return redirect("workshop", pk)  # there it says where things stand
    room = room_of(assessment)
    part = once_per_change(
        room,
        _kind("wall", request, assessment),
        lambda: render(request, "workshops/_wall.html", _shown(request, assessment, room)),
    )
    context = {**room_context(request, assessment, room), "part": part}
    template = "workshops/_wall_parts.html" if wants_fragment(request) else "workshops/wall.html"
    return render(request, template, context)


@require_GET
def follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same for a person of the team on an own screen, in the room or at home; and the vote."""
    assessment = load(request, pk, Permission.DISTRIBUTION_VIEW)
    if assessment.stage != Stage.WORKSHOP:
        return redirect("workshop", pk)
    return _follow(request, assessment)


def _follow(
    request: SignedInRequest, assessment: Assessment, form: BallotForm | None = None
) -> HttpResponse:
    room = room_of(assessment)
    part = once_per_change(
        room,
        _kind("follow", request, assessment),
        lambda: render(request, "workshops/_follow.html", _shown(request, assessment, room)),
    )
    running = open_vote_of(assessment)
    context = {
        **room_context(request, assessment, room),
        "part": part,
        "running": running,
        "form": form,
        "may_vote": may_with(request.user, assessment, Permission.RATING_OWN),
        "is_voted": has_voted(assessment, running, voter(user_id=request.user.pk)),
    }
    template = (
        "workshops/_follow_parts.html" if wants_fragment(request) else "workshops/follow.html"
    )
    return render(request, template, context, status=422 if form else 200)


@require_POST
def vote(request: SignedInRequest, pk: int) -> HttpResponse:
    """A person of the team votes."""
    assessment = load(request, pk, Permission.RATING_OWN)
    running = open_vote_of(assessment)
    if running is None or request.POST.get("vote") != str(running.pk):
        raise NotAllowedNow("vote")
    form = BallotForm(request.POST, scale=running.requirement.scale)
    if not form.is_valid():
        return _follow(request, assessment, form)
    operations.cast_ballot(
        vote_id=running.pk,
        level=form.cleaned_data["level"],
        by=request.user,
        assessment=assessment,
    )
    return redirect("follow", pk)


@require_POST
def steer(request: SignedInRequest, pk: int) -> HttpResponse:
    """A button of the moderator: on the wall, in the list, or sent by the page's script."""
    assessment = load(request, pk, Permission.FINDING_EDIT)
    key = request.POST.get("key", "")
    requirement = requirement_in(assessment, key) if key else None
    act(
        assessment=assessment,
        requirement=requirement,
        do=request.POST.get("do", ""),
        by=request.user,
    )
    if wants_fragment(request):
        return JsonResponse({"state": "done"})
    if request.POST.get("back_to") == "finding" and requirement:
        return redirect("finding", pk, requirement.key)
    back = {"wall": "wall", "plan": "plan"}.get(request.POST.get("back_to", ""), "workshop")
    return redirect(back, pk)


@require_http_methods(["GET", "POST"])
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Order and time: “15 requirements in 120 minutes: these five first”."""
    assessment = load(request, pk, Permission.WORKSHOP_STEER)
    if assessment.stage != Stage.WORKSHOP:
        raise NotAllowedNow(assessment.stage)
    room = room_of(assessment)
    form = PlanForm(request.POST or None, initial={"minutes": room.minutes, "order": room.order})
    if request.method == "POST" and form.is_valid():
        _save_plan(request, assessment, room, form)
        if not request.POST.get("move"):
            messages.success(request, _("The plan is saved."))
        return redirect("plan", pk)
    order = schedule(assessment, room)
    context = {
        **room_context(request, assessment, room),
        "form": form,
        "order": order,
        "slots": list(zip(order.talk, order.plan.slots, strict=True)),
        "deep": sum(slot.is_deep for slot in order.plan.slots),
        "ticked": request.POST.getlist("deep")
        if form.errors
        else [slot.key for slot in order.plan.slots if slot.is_deep],
        "is_own": room.order == Order.OWN,
    }
    return render(request, "workshops/plan.html", context, status=422 if form.errors else 200)


def _save_plan(
    request: SignedInRequest, assessment: Assessment, room: Room, form: PlanForm
) -> None:
    shown = [row.requirement.key for row in schedule(assessment, room).talk]
    order = Order(form.cleaned_data["order"])
    own = arrange(shown, [] if room.order != Order.OWN else room.own_order)
    direction, _sep, key = request.POST.get("move", "").partition(":")
    if key in shown:
        order = Order.OWN
        own = _moved(own, key, -1 if direction == "up" else 1)
    operations.set_plan(
        assessment=assessment,
        order=order,
        own_order=own if order == Order.OWN else [],
        deep=[key for key in request.POST.getlist("deep") if key in shown],
        minutes=form.cleaned_data["minutes"],
        by=request.user,
    )


def _moved(keys: list[str], key: str, offset: int) -> list[str]:
    place = keys.index(key)
    other = place + offset
    if 0 <= other < len(keys):
        keys[place], keys[other] = keys[other], keys[place]
    return keys


# ------------------------------------------------------------------- practising


@require_http_methods(["GET", "POST"])
def practise(request: SignedInRequest) -> HttpResponse:
    """Practise with invented data. One click; each time from the beginning."""
    if request.method == "GET":
        return render(request, "workshops/practise.html", {"running": practice_of(request.user)})
    assessment = start_practice(by=request.user)
    return redirect("workshop", assessment.pk)


@require_POST
def practise_end(request: SignedInRequest) -> HttpResponse:
    """Stop practising; everything typed is thrown away."""
    end_practice(by=request.user)
    messages.success(request, _("The practice is over. Everything in it is deleted."))
    return redirect("home")
