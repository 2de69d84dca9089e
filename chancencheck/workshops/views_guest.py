"""People in the room without an account: they read the requirement and vote, nothing else."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.instruments.queries import requirement_of
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import wants_fragment
from chancencheck.workshops import live, operations
from chancencheck.workshops.forms import BallotForm, CodeForm
from chancencheck.workshops.guests import Guest, glance_of, guest_of, let_in, let_out, room_with
from chancencheck.workshops.models import Room
from chancencheck.workshops.queries import has_voted, open_vote_of
from chancencheck.workshops.rules import plain_code, voter

LIMIT = "join_workshop"
PIECE = "guest"


@login_not_required
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Come in with the code of the wall. Wrong codes are counted; too many, and it says wait."""
    inside = guest_of(request)
    if request.method == "GET":
        # looks no code up: otherwise links could be tried without end
        if inside and plain_code(code) in ("", inside.room.code):
            return redirect("guest_now")
        return _ask(request, CodeForm(initial={"code": plain_code(code)}))
    form = CodeForm({"code": code or request.POST.get("code", "")})
    if not form.is_valid():
        return _ask(request, form)
    if not ratelimit.consume(request, action=LIMIT, dry_run=True):
        return render(request, "workshops/wait.html", status=429)
    room = room_with(plain_code(form.cleaned_data["code"]))
    if room is None:
        ratelimit.consume(request, action=LIMIT)
        form.add_error("code", _("This code lets in nowhere. Perhaps the workshop is over?"))
        return _ask(request, form)
    response = redirect("guest_now")
    if not inside or inside.room.pk != room.pk:
        let_in(request, response, room)
    return response


def _ask(request: HttpRequest, form: CodeForm) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "has_code": bool(form.initial.get("code"))}
    return render(request, "workshops/join.html", context, status=status)


def _city(room: Room) -> dict[str, object]:
    city = room.assessment.participation.round.municipality
    return {"municipality": city, "floor": city.minimum_group_size}


@login_not_required
@cache_control(no_store=True, private=True)
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """What the guest may see: the requirement that is talked about, and a vote that runs."""
    if wants_fragment(request) and (kept := _kept(request)) is not None:
        return HttpResponse(kept)
    guest = guest_of(request)
    if guest is None:
        response = render(request, "workshops/guest_over.html", status=410)
        let_out(response)
        return response
    return _page(request, guest)


def _kept(request: HttpRequest) -> str | None:
    """What all guests of the room see now, if it was made already; a vote is made for each."""
    glance = glance_of(request)
    if glance is None or glance.is_voting:
        return None
    return live.kept_piece(glance.assessment_id, PIECE, glance.version)


def _page(request: HttpRequest, guest: Guest, form: BallotForm | None = None) -> HttpResponse:
    running = open_vote_of(guest.assessment)
    if wants_fragment(request) and running is None:
        context = {
            "running": None,
            "requirement": _requirement(guest.room),
            "assessment": guest.assessment,
        }
        return HttpResponse(
            live.once_per_change(
                guest.room, PIECE, lambda: render(request, "workshops/_guest_parts.html", context)
            )
        )
    context = {
        "room": guest.room,
        "assessment": guest.assessment,
        "requirement": None if running else _requirement(guest.room),
        "running": running,
        "is_voted": has_voted(guest.assessment, running, voter(device=guest.device)),
        "form": form,
        "live": live.live_address(guest.assessment.pk),
        "number": guest.room.version,
        **_city(guest.room),
    }
    template = "workshops/_guest_parts.html" if wants_fragment(request) else "workshops/guest.html"
    return render(request, template, context, status=422 if form else 200)


def _requirement(room: Room) -> object:
    if room.requirement_id is None:
        return None
    run = room.assessment.participation.round
    assert room.requirement is not None
    return requirement_of(run.instrument_version, room.requirement.key, run.wording_id)


@login_not_required
@cache_control(no_store=True, private=True)
@require_POST
def vote(request: HttpRequest) -> HttpResponse:
    """A guest votes; again from the same device changes the answer."""
    guest = guest_of(request)
    if guest is None:
        return redirect("guest_now")
    running = open_vote_of(guest.assessment)
    if running is None or request.POST.get("vote") != str(running.pk):
        raise NotAllowedNow("vote")
    form = BallotForm(request.POST, scale=running.requirement.scale)
    if not form.is_valid():
        return _page(request, guest, form)
    operations.cast_guest_ballot(guest=guest, vote_id=running.pk, level=form.cleaned_data["level"])
    return redirect("guest_now")


@login_not_required
@cache_control(no_store=True, private=True)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the workshop on this device."""
    guest = guest_of(request)
    if guest:
        operations.leave_workshop(guest=guest)
    response = redirect("join")
    let_out(response)
    return response
