"""The start page, and what exists only in the example city."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from chancencheck.accounts.models import User
from chancencheck.home.example.cast import CAST
from chancencheck.home.queries import next_steps
from chancencheck.lib.http import SignedInRequest
from chancencheck.notifications.models import MailboxMessage
from chancencheck.notifications.worker import send_due
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import municipalities_of, standing_of
from chancencheck.organisations.roles import Permission
from chancencheck.strategy.models import Strategy

# How long the start page tells that the administration opened the account.
NOTICE = timedelta(days=30)


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is next for this person; for guests what this is and how to get in."""
    municipality: Municipality | None = request.municipality  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        if not Municipality.objects.exists():
            return redirect("setup")
        return _welcome(request, municipality)
    return _start(request, municipality)


def _welcome(request: HttpRequest, municipality: Municipality | None) -> HttpResponse:
    strategy = Strategy.objects.filter(municipality=municipality).first() if municipality else None
    cast = CAST if settings.EXAMPLE_MODE else []
    return render(request, "home/welcome.html", {"strategy": strategy, "cast": cast})


def _start(request: HttpRequest, municipality: Municipality | None) -> HttpResponse:
    user = request.user
    if not isinstance(user, User) or not municipality:
        return render(request, "home/start.html", {"first": None, "others": []})
    steps = next_steps(user, municipality)
    several = len(standing_of(user).municipality_ids) > 1  # known already; most belong to one city
    cities = [m for m in municipalities_of(user) if m.pk != municipality.pk] if several else []
    opened_on = user.reset_link_on
    context = {
        "was_opened": bool(opened_on and opened_on > timezone.localdate() - NOTICE),
        "first": steps[0] if steps else None,
        "others": steps[1:],
        "cities": cities,
    }
    return render(request, "home/start.html", context)


@require_GET
def strategy(request: SignedInRequest) -> HttpResponse:
    """What the city wants to reach."""
    municipality: Municipality | None = request.municipality  # type: ignore[attr-defined]
    found = get_object_or_404(
        Strategy.objects.prefetch_related("themes", "goals"),
        municipality_id=getattr(municipality, "pk", 0),
    )
    may_edit = may_in(request.user, found.municipality_id, Permission.STRATEGY_EDIT)
    return render(request, "home/strategy.html", {"strategy": found, "may_edit": may_edit})


# ------------------------------------------------------------------- only in the example


@login_not_required
@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """One click signs in as a role of the example city. Does not exist in real use."""
    _only_in_the_example()
    email = request.POST.get("email", "")
    if email not in {person.email for person in CAST}:
        raise Http404
    user = get_object_or_404(User, email=email, memberships__municipality__is_example=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


@login_not_required
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mail of the example city, also what was stored a moment ago."""
    _only_in_the_example()
    send_due()
    page = Paginator(MailboxMessage.objects.all(), 20).get_page(request.GET.get("page"))
    return render(request, "home/mailbox.html", {"page": page})


@login_not_required
@require_GET
def mailbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail of the example city."""
    _only_in_the_example()
    return render(
        request, "home/mailbox_message.html", {"mail": get_object_or_404(MailboxMessage, pk=pk)}
    )


def _only_in_the_example() -> None:
    if not settings.EXAMPLE_MODE:
        raise Http404
