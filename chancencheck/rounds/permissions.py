"""Who may do what with a round."""

from chancencheck.accounts.models import User
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.models import Round


def can_manage(user: User, place: Municipality | Round) -> bool:
    """Whether the person sets up and runs rounds there."""
    key = place.municipality_id if isinstance(place, Round) else place.pk
    return may_in(user, key, Permission.ROUND_MANAGE)


def can_view_stages(user: User, run: Round) -> bool:
    """Whether the person sees at which stage each institution is."""
    return may_in(user, run.municipality_id, Permission.STAGE_VIEW)


def can_view(user: User, municipality: Municipality) -> bool:
    """Whether the person sees the rounds of the city."""
    return may_in(user, municipality, Permission.ROUND_VIEW)
