"""Setting up, people and roles, the log, and the public pages that say how things are."""

import secrets
from pathlib import Path

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.models import Entry
from chancencheck.audit.operations import record
from chancencheck.lib.http import SignedInRequest
from chancencheck.lib.tokens import hash_token
from chancencheck.organisations import operations
from chancencheck.organisations.forms import InviteForm, MunicipalityForm, SetupForm
from chancencheck.organisations.middleware import SESSION_KEY, municipality_of
from chancencheck.organisations.models import Invitation, Municipality, RoleAssignment
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import municipalities_of, people_of
from chancencheck.organisations.roles import Permission, Role
from chancencheck.organisations.transparency import KINDS, role_rows, roles_of

SETUP_TRIES_PER_HOUR = 20


def here(request: SignedInRequest, permission: Permission) -> Municipality:
    """The municipality of this page, if the person holds the permission there."""
    municipality = municipality_of(request)
    if not may_in(request.user, municipality, permission):
        raise PermissionDenied
    return municipality


# ------------------------------------------------------------------ first run


def setup_code() -> str:
    """The code that proves to be the one who installs; made once, kept as a private file."""
    path = Path(settings.DATA_DIR) / "setup-code"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(4))
    return path.read_text().strip()


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Make the municipality and its first administrator. Gone as soon as there is one."""
    if Municipality.objects.exists():
        raise Http404
    form = SetupForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not _code_is_right(data["code"]):
            form.add_error("code", _("This is not the code that was printed."))
        else:
            admin = operations.create_municipality(
                name=data["name"],
                admin_email=data["admin_email"],
                admin_name=data["admin_name"],
                password=data["password"],
            )
            login(request, admin, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect("people")
    return render(request, "organisations/setup.html", {"form": form})


def _code_is_right(code: str) -> bool:
    cache.add("setup-tries", 0, 3600)
    tries = cache.incr("setup-tries")
    cache.touch("setup-tries", 3600)  # counting on would shorten the hour
    if tries > SETUP_TRIES_PER_HOUR:
        return False
    return secrets.compare_digest(code.strip().encode(), setup_code().encode())


# ------------------------------------------------------------------ invitation


@login_not_required
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the personal link. It signs nobody in: a code by mail does."""
    found = (
        Invitation.objects.select_related("user", "municipality")
        .filter(token_hash=hash_token(token))
        .first()
    )
    if found is None or not found.is_valid:
        return render(request, "organisations/invitation_old.html", status=404)
    if request.user == found.user:
        return redirect(found.next_path)
    return render(request, "organisations/invitation.html", {"invitation": found})


# ------------------------------------------------------------------ people


@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody of the municipality and their roles."""
    municipality = here(request, Permission.ACCOUNT_MANAGE)
    page = Paginator(people_of(municipality), 50).get_page(request.GET.get("page"))
    return render(request, "organisations/people.html", {"page": page})


@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest) -> HttpResponse:
    """Invite a person into a role."""
    municipality = here(request, Permission.ACCOUNT_MANAGE)
    form = InviteForm(request.POST or None, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = operations.invite_person(
            email=data["email"],
            name=data["name"],
            role=Role(data["role"]),
            unit=data["unit"],
            municipality=municipality,
            by=request.user,
        )
        messages.success(request, _("%(who)s is invited.") % {"who": user})
        return redirect("people")
    return render(request, "organisations/invite.html", {"form": form})


@require_POST
def role_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    municipality = here(request, Permission.ACCOUNT_MANAGE)
    assignment = get_object_or_404(RoleAssignment, pk=pk, municipality=municipality)
    try:
        operations.end_role(assignment=assignment, by=request.user)
    except operations.LastAdministrator:
        messages.warning(
            request,
            _(
                "Somebody must be able to look after the accounts. Give the role to someone else first."
            ),
        )
    else:
        messages.success(request, _("The role is ended."))
    return redirect("people")


@require_POST
def reset_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a link with which a person chooses a new password, for places without a mail server."""
    municipality = here(request, Permission.ACCOUNT_MANAGE)
    user = get_object_or_404(people_of(municipality), pk=pk)
    if municipalities_of(user).exclude(pk=municipality.pk).exists():
        raise PermissionDenied  # the link would open another city too
    operations.open_for_new_password(user=user, municipality=municipality, by=request.user)
    link = settings.BASE_URL + _password_path(user)
    return render(request, "organisations/reset_link.html", {"person": user, "link": link})


def _password_path(user: User) -> str:
    # the same token that allauth puts into its mail
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )


@require_POST
def close_account(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a person out of the municipality."""
    municipality = here(request, Permission.ACCOUNT_MANAGE)
    user = get_object_or_404(people_of(municipality), pk=pk)
    try:
        operations.close_account(user=user, municipality=municipality, by=request.user)
    except operations.LastAdministrator:
        messages.warning(request, _("You cannot close your own account."))
    else:
        messages.success(request, _("The account is closed."))
    return redirect("people")


@require_http_methods(["GET", "POST"])
def municipality_settings(request: SignedInRequest) -> HttpResponse:
    """Name, colour, floor, contact and imprint."""
    municipality = Municipality.objects.get(pk=here(request, Permission.MUNICIPALITY_EDIT).pk)
    form = MunicipalityForm(request.POST or None, instance=municipality)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(
            action=Action.MUNICIPALITY_CHANGED,
            by=request.user,
            municipality_key=municipality.pk,
            what=municipality.name,
        )
        messages.success(request, _("Saved."))
        return redirect("municipality_settings")
    return render(request, "organisations/settings.html", {"form": form})


@require_POST
def municipality_choose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on in another municipality one belongs to."""
    municipality = get_object_or_404(municipalities_of(request.user), pk=pk)
    request.session[SESSION_KEY] = municipality.pk
    return redirect("home")


# ------------------------------------------------------------------ the log


@require_GET
def log(request: SignedInRequest) -> HttpResponse:
    """Who set up, invited, opened, released. No contents."""
    municipality = here(request, Permission.LOG_VIEW)
    entries = Entry.objects.filter(municipality_key=municipality.pk)
    page = Paginator(entries, 50).get_page(request.GET.get("page"))
    return render(request, "organisations/log.html", {"page": page})


# ------------------------------------------------------------------ public pages


@login_not_required
@require_GET
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """The permission table in words."""
    kinds = [{"kind": kind, "roles": roles_of(kind)} for kind in KINDS]
    return render(
        request, "organisations/who_sees_what.html", {"kinds": kinds, "roles": role_rows()}
    )


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "organisations/accessibility.html", {"cities": _cities(request)})


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored and why."""
    return render(request, "organisations/privacy.html", {"cities": _cities(request)})


@login_not_required
@require_GET
def imprint(request: HttpRequest) -> HttpResponse:
    """Who runs this."""
    return render(request, "organisations/imprint.html", {"cities": _cities(request)})


def _cities(request: HttpRequest) -> list[Municipality]:
    """Whom these pages speak of: the city of the person, or for guests all there are."""
    here: Municipality | None = request.municipality  # type: ignore[attr-defined]
    return [here] if here else list(Municipality.objects.filter(is_practice=False))
