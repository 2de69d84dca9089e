"""Asking who belongs where and holds which role."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from chancencheck.accounts.models import User
from chancencheck.organisations.models import (
    Membership,
    Municipality,
    RoleAssignment,
    Unit,
)
from chancencheck.organisations.roles import Role


@dataclass(frozen=True)
class Standing:
    """What one person is in all municipalities: city-wide roles and the units they lead."""

    municipality_ids: frozenset[int]
    city_roles: dict[int, frozenset[Role]]
    led_unit_ids: frozenset[int]

    def roles_in(self, municipality_id: int) -> frozenset[Role]:
        """City-wide roles in one municipality."""
        return self.city_roles.get(municipality_id, frozenset())

    def municipalities_with(self, wanted: frozenset[Role]) -> set[int]:
        """Municipalities in which the person holds one of these city-wide roles."""
        return {key for key, roles in self.city_roles.items() if roles & wanted}


NOBODY = Standing(frozenset(), {}, frozenset())


def standing_of(user: User | AnonymousUser) -> Standing:
    """The standing of a person, read once per request (it is kept on the user object)."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    kept: Standing | None = getattr(user, "_standing", None)
    if kept is None:
        kept = _read_standing(user)
        user._standing = kept  # type: ignore[attr-defined]
    return kept


def forget_standing(user: User) -> None:
    """Read the standing anew next time, after roles have changed."""
    if hasattr(user, "_standing"):
        del user._standing


def _read_standing(user: User) -> Standing:
    city_roles: dict[int, set[Role]] = {}
    led: set[int] = set()
    for row in RoleAssignment.objects.current().filter(user=user):
        if row.unit_id is not None:
            led.add(row.unit_id)
        else:
            city_roles.setdefault(row.municipality_id, set()).add(Role(row.role))
    return Standing(
        municipality_ids=frozenset(
            Membership.objects.filter(user=user).values_list("municipality_id", flat=True)
        ),
        city_roles={key: frozenset(roles) for key, roles in city_roles.items()},
        led_unit_ids=frozenset(led),
    )


def municipalities_of(user: User) -> QuerySet[Municipality]:
    """Municipalities the person belongs to; the city for practising is none of them."""
    return Municipality.objects.filter(memberships__user=user, is_practice=False)


def units_visible_to(user: User) -> QuerySet[Unit]:
    """Units of the person's municipalities."""
    return Unit.objects.filter(municipality_id__in=standing_of(user).municipality_ids)


def people_of(municipality: Municipality) -> QuerySet[User]:
    """Everybody of a municipality from A to Z, with their current roles."""
    roles = RoleAssignment.objects.current().filter(municipality=municipality)
    return (
        User.objects.filter(memberships__municipality=municipality)
        .prefetch_related(
            Prefetch("role_assignments", roles.select_related("unit"), to_attr="current_roles")
        )
        .order_by("name", "email")
    )


def leads_of(unit: Unit) -> QuerySet[User]:
    """People who lead the unit today."""
    rows = RoleAssignment.objects.current().filter(unit=unit, role=Role.UNIT_LEAD)
    return User.objects.filter(pk__in=rows.values("user_id"), is_active=True).order_by("name")
