"""Who may do what with measures. What somebody does not see at all, `queries` leaves out."""

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.assessments.permissions import roles_for as roles_in_assessment
from chancencheck.measures.models import Function, Measure
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import GRANTS, Permission, Role, may
from chancencheck.rounds.choices import Stage


def roles_for(user: User, measure: Measure) -> frozenset[Role]:
    """Every role the person has towards this measure; asked once per page."""
    kept: dict[int, frozenset[Role]] = measure.__dict__.setdefault("_roles", {})
    if user.pk not in kept:
        kept[user.pk] = _read_roles(user, measure)
    return kept[user.pk]


def _read_roles(user: User, measure: Measure) -> frozenset[Role]:
    standing = standing_of(user)
    roles = set(standing.roles_in(measure.municipality_id))
    if measure.unit_id in standing.led_unit_ids:
        roles.add(Role.UNIT_LEAD)
    function = measure.function
    if function and user.pk in (function.holder_id, function.deputy_id):
        roles.add(Role.RESPONSIBLE)
    if measure.assessment:
        roles |= roles_in_assessment(user, measure.assessment)
    return frozenset(roles)


def may_with(user: User, measure: Measure, permission: Permission) -> bool:
    """Whether the person holds the permission towards this measure.

    Central measures have no lead: whoever looks after such measures may all that a lead may.
    """
    roles = roles_for(user, measure)
    if measure.assessment:
        roles = _while_writing(roles, measure.assessment)
    if may(roles, permission):
        return True
    of_a_lead = Role.UNIT_LEAD in GRANTS[permission]
    return measure.is_central and of_a_lead and may(roles, Permission.MEASURE_CENTRAL)


def may_plan_for(user: User, unit: Unit) -> bool:
    """Whether the person may propose and take on measures of an institution: its lead."""
    return (
        unit.pk in standing_of(user).led_unit_ids
        and Role.UNIT_LEAD in GRANTS[Permission.MEASURE_PLAN]
    )


def may_plan_in(user: User, assessment: Assessment) -> bool:
    """Whether the person may choose measures out of an assessment: lead and moderator."""
    roles = _while_writing(roles_in_assessment(user, assessment), assessment)
    return may(roles, Permission.MEASURE_PLAN)


def _while_writing(roles: frozenset[Role], assessment: Assessment) -> frozenset[Role]:
    """The moderator helps until the result is released; after that measures are the lead's."""
    return roles - {Role.MODERATOR} if assessment.stage == Stage.RELEASED else roles


def may_plan_centrally(user: User, municipality: Municipality | int) -> bool:
    """Whether the person makes measures for many institutions."""
    return may_in(user, municipality, Permission.MEASURE_CENTRAL)


def may_change_function(user: User, function: Function) -> bool:
    """Whether the person says who holds a function: the lead; for one of the city, coordination."""
    if function.unit is not None:
        return may_plan_for(user, function.unit)
    return may_plan_centrally(user, function.municipality_id)


def sees_portfolio(user: User, municipality: Municipality | int) -> bool:
    """Whether the person sees the measures of the whole city."""
    return may_in(user, municipality, Permission.PORTFOLIO_VIEW)


def reads_practice(user: User, municipality: Municipality) -> bool:
    """Whether the person reads what institutions share: leads, teams and who plans for all."""
    if may_plan_centrally(user, municipality):
        return True
    leads = Unit.objects.filter(
        pk__in=standing_of(user).led_unit_ids, municipality=municipality
    ).exists()
    return (
        leads
        or Assessment.objects.visible_to(user)
        .filter(participation__round__municipality=municipality)
        .exists()
    )
