"""Who may do what in a municipality."""

from chancencheck.accounts.models import User
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission, may


def may_in(user: User, municipality: Municipality | int, permission: Permission) -> bool:
    """Whether a city-wide role of the person holds the permission there."""
    key = municipality if isinstance(municipality, int) else municipality.pk
    return may(standing_of(user).roles_in(key), permission)
