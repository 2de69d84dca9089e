"""People in the room without an account: they read the requirement and vote, nothing else."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.instruments.queries import requirement_of
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import wants_fragment
from chancencheck.workshops import live, operations
from chancencheck.workshops.forms import BallotForm, CodeForm
from chancencheck.workshops.guests import Guest, guest_of, let_in, let_out, room_with
from chancencheck.workshops.models import Room
from chancencheck.workshops.queries import has_voted, open_vote_of
from chancencheck.workshops.rules import plain_code, voter

LIMIT = "join_workshop"


@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Come in with the code of the wall. Wrong codes are counted; too many, and it says wait."""
    inside = guest_of(request)
    if request.method == "GET" and inside and plain_code(code) in ("", inside.room.code):
        return redirect("guest_now")
    if not code and request.method == "GET":
        return _ask(request, CodeForm())
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
    if request.method == "GET":
        return render(request, "workshops/join_confirm.html", {"room": room, **_city(room)})
    response = redirect("guest_now")
    if not inside or inside.room.pk != room.pk:
        let_in(response, room)
    return response


def _ask(request: HttpRequest, form: CodeForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "workshops/join.html", {"form": form}, status=status)


def _city(room: Room) -> dict[str, object]:
    return {"municipality": room.assessment.participation.round.municipality}


@login_not_required
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """What the guest may see: the requirement that is talked about, and a vote that runs."""
    guest = guest_of(request)
    if guest is None:
        response = render(request, "workshops/guest_over.html", status=410)
        let_out(response)
        return response
    return _page(request, guest)


def _page(request: HttpRequest, guest: Guest) -> HttpResponse:
    running = open_vote_of(guest.assessment)
    context = {
        "room": guest.room,
        "assessment": guest.assessment,
        "requirement": None if running else _requirement(guest.room),
        "running": running,
        "is_voted": has_voted(guest.assessment, running, voter(device=guest.device)),
        "form": BallotForm(scale=running.requirement.scale) if running else None,
        "live": live.live_address(guest.assessment.pk),
        "number": guest.room.version,
        **_city(guest.room),
    }
    template = "workshops/_guest_parts.html" if wants_fragment(request) else "workshops/guest.html"
    return render(request, template, context)


def _requirement(room: Room) -> object:
    if room.requirement_id is None:
        return None
    version = room.assessment.participation.round.instrument_version
    assert room.requirement is not None
    return requirement_of(version, room.requirement.key)


@login_not_required
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
        messages.warning(request, str(form.errors["level"][0]))
        return redirect("guest_now")
    operations.cast_guest_ballot(guest=guest, vote_id=running.pk, level=form.cleaned_data["level"])
    return redirect("guest_now")


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the workshop on this device."""
    response = redirect("join")
    let_out(response)
    return response
