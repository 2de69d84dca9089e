"""Changing cities, units, people and roles. Each function checks, changes and writes the log."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import forget_name, record
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.mail import send_text
from chancencheck.lib.tokens import hash_token, new_token
from chancencheck.organisations.models import (
    Invitation,
    Membership,
    Municipality,
    RoleAssignment,
    Unit,
)
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import forget_standing
from chancencheck.organisations.roles import Permission, Role

INVITATION_DAYS = 60


@transaction.atomic
def create_municipality(
    *, name: str, admin_email: str, admin_name: str, password: str | None
) -> User:
    """Set up a municipality with its first administrator, who is returned."""
    slug = slugify(name)[:60] or "stadt"
    municipality = Municipality.objects.create(name=name, slug=slug)
    admin = ensure_person(email=admin_email, name=admin_name, municipality=municipality)
    admin.set_password(password)
    admin.save()
    give_role(user=admin, role=Role.ADMINISTRATION, municipality=municipality, by=None)
    record(
        action=Action.MUNICIPALITY_CREATED,
        by=admin,
        municipality_key=municipality.pk,
        what=municipality.name,
    )
    return admin


def ensure_person(*, email: str, municipality: Municipality, name: str = "") -> User:
    """The person with this address, made if new, as a member of the municipality.

    An account that exists keeps its name and password: nobody can overwrite a stranger's.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, name=name)
    Membership.objects.get_or_create(user=user, municipality=municipality)
    forget_standing(user)
    return user


def give_role(
    *,
    user: User,
    role: Role,
    municipality: Municipality,
    by: User | None,
    unit: Unit | None = None,
) -> RoleAssignment:
    """Give a role from today on. Giving it twice changes nothing; an ended one begins again."""
    assignment, made = RoleAssignment.objects.get_or_create(
        user=user, role=role, municipality=municipality, unit=unit
    )
    if not made and assignment.ends_on is not None:
        assignment.ends_on = None
        assignment.save()
        made = True
    if made:
        forget_standing(user)
        record(
            action=Action.ROLE_GIVEN, by=by, municipality_key=municipality.pk, what=str(assignment)
        )
    return assignment


@transaction.atomic
def end_role(*, assignment: RoleAssignment, by: User) -> None:
    """Take a role away. It ended yesterday, so that it holds no longer from now on.

    The last administrator cannot be removed: somebody must be able to look after the accounts.
    """
    _check(by, assignment.municipality, Permission.ACCOUNT_MANAGE)
    if assignment.role == Role.ADMINISTRATION and not (
        RoleAssignment.objects.current()
        .filter(municipality=assignment.municipality, role=Role.ADMINISTRATION)
        .exclude(pk=assignment.pk)
        .exists()
    ):
        raise LastAdministrator
    what = str(assignment)
    assignment.delete()
    forget_standing(assignment.user)
    record(action=Action.ROLE_ENDED, by=by, municipality_key=assignment.municipality_id, what=what)


class LastAdministrator(Exception):
    """Somebody must be able to look after the accounts."""


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    role: Role,
    municipality: Municipality,
    by: User,
    unit: Unit | None = None,
) -> User:
    """Invite somebody into a city-wide role or as lead of a unit, by mail."""
    _check(by, municipality, Permission.ACCOUNT_MANAGE)
    user = ensure_person(email=email, name=name, municipality=municipality)
    assignment = give_role(user=user, role=role, municipality=municipality, by=by, unit=unit)
    send_invitation(
        user=user,
        municipality=municipality,
        template="organisations/mail/invitation.txt",
        context={"role_name": assignment.role_name},
    )
    record(action=Action.ACCOUNT_INVITED, by=by, municipality_key=municipality.pk, what=str(user))
    return user


def send_invitation(
    *,
    user: User,
    municipality: Municipality,
    template: str,
    context: dict[str, object],
    next_path: str = "/",
) -> None:
    """Mail a personal link. The template gets `link`; the link opens a page, it signs nobody in."""
    Invitation.objects.filter(expires_on__lt=timezone.localdate()).delete()
    token = new_token()
    Invitation.objects.create(
        user=user,
        municipality=municipality,
        token_hash=hash_token(token),
        next_path=next_path,
        expires_on=timezone.localdate() + timedelta(days=INVITATION_DAYS),
    )
    send_text(
        to=user.email,
        language=user.language,
        template=template,
        context={
            **context,
            "municipality": municipality,
            "link": f"{settings.BASE_URL}/einladung/{token}/",
        },
    )


@transaction.atomic
def open_for_new_password(*, user: User, municipality: Municipality, by: User) -> None:
    """Prepare a link to a new password made by hand, for places without a mail server.

    Whoever uses the link must not read what the person answered before: the answers are sealed.
    The person is told by mail and on the start page, and the log says it.
    """
    _check(by, municipality, Permission.ACCOUNT_MANAGE)
    if Membership.objects.filter(user=user).exclude(municipality=municipality).exists():
        # otherwise the administration of one city could enter another one through this person
        raise NotAllowedNow("belongs to another municipality too")
    user.seal += 1
    user.reset_link_on = timezone.localdate()
    user.save(update_fields=["seal", "reset_link_on"])
    send_text(
        to=user.email,
        language=user.language,
        template="organisations/mail/reset_link.txt",
        context={"municipality": municipality},
    )
    record(
        action=Action.ACCOUNT_RESET_LINK,
        by=by,
        municipality_key=municipality.pk,
        what=str(user),
    )


@transaction.atomic
def close_account(*, user: User, municipality: Municipality, by: User) -> None:
    """Take a person out of the municipality.

    If it was the only one, the account is closed: name, address and password are deleted.
    """
    _check(by, municipality, Permission.ACCOUNT_MANAGE)
    if user == by:
        raise LastAdministrator
    what = str(user)
    RoleAssignment.objects.filter(user=user, municipality=municipality).delete()
    Membership.objects.filter(user=user, municipality=municipality).delete()
    Invitation.objects.filter(user=user, municipality=municipality).delete()
    if not Membership.objects.filter(user=user).exists():
        forget_name(user=user, name=what)
        what = str(_("closed account"))
        user.is_active = False
        user.name = ""
        user.email = f"geschlossen-{user.pk}@chancencheck.invalid"
        user.set_unusable_password()
        user.save()
    forget_standing(user)
    record(action=Action.ACCOUNT_DEACTIVATED, by=by, municipality_key=municipality.pk, what=what)


def _check(by: User, municipality: Municipality, permission: Permission) -> None:
    if not may_in(by, municipality, permission):
        raise PermissionDenied
