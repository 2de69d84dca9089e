"""Who may do what in an assessment."""

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission, Role, may


def roles_for(user: User, assessment: Assessment) -> frozenset[Role]:
    """Every role the person has towards this assessment; asked once per page."""
    kept: dict[int, frozenset[Role]] = assessment.__dict__.setdefault("_roles", {})
    if user.pk not in kept:
        kept[user.pk] = _read_roles(user, assessment)
    return kept[user.pk]


def _read_roles(user: User, assessment: Assessment) -> frozenset[Role]:
    standing = standing_of(user)
    participation = assessment.participation
    roles = set(standing.roles_in(participation.round.municipality_id))
    if participation.unit_id in standing.led_unit_ids:
        roles.add(Role.UNIT_LEAD)
    if assessment.moderator_id == user.pk:
        roles.add(Role.MODERATOR)
    if assessment.members.filter(user=user, is_active=True).exists():
        roles.add(Role.TEAM_MEMBER)
    return frozenset(roles)


def may_with(user: User, assessment: Assessment, permission: Permission) -> bool:
    """Whether the person holds the permission towards this assessment."""
    return may(roles_for(user, assessment), permission)
