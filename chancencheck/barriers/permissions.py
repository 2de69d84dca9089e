"""Who may handle reports of barriers."""

from chancencheck.accounts.models import User
from chancencheck.barriers.models import BarrierReport
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import GRANTS, Permission, Role, may


def may_handle_any(user: User) -> bool:
    """Whether there can be anything to handle for this person at all."""
    standing = standing_of(user)
    granted = GRANTS[Permission.BARRIER_HANDLE]
    leads = bool(standing.led_unit_ids) and Role.UNIT_LEAD in granted
    return leads or bool(standing.municipalities_with(granted))


def may_handle_in(user: User, municipality: Municipality) -> bool:
    """Whether the person has an inbox in this city."""
    if may_in(user, municipality, Permission.BARRIER_HANDLE):
        return True
    led = standing_of(user).led_unit_ids
    return may(frozenset({Role.UNIT_LEAD}), Permission.BARRIER_HANDLE) and (
        Unit.objects.filter(pk__in=led, municipality=municipality).exists()
    )


def may_handle(user: User, report: BarrierReport) -> bool:
    """Whether the person may answer this report."""
    standing = standing_of(user)
    roles = set(standing.roles_in(report.municipality_id))
    if report.unit_id in standing.led_unit_ids:
        roles.add(Role.UNIT_LEAD)
    return may(frozenset(roles), Permission.BARRIER_HANDLE)


def may_hand_on(user: User, report: BarrierReport) -> bool:
    """Whether the person may give this report to another institution: only with a city-wide role."""
    return may_in(user, report.municipality_id, Permission.BARRIER_HANDLE)
