"""Asking about instruments."""

from django.db.models import Count, QuerySet

from chancencheck.accounts.models import User
from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission


def versions_visible_to(user: User) -> QuerySet[InstrumentVersion]:
    """Versions of the person's cities: drafts for who may import, released ones for everybody."""
    standing = standing_of(user)
    editors = {
        key for key in standing.municipality_ids if may_in(user, key, Permission.INSTRUMENT_IMPORT)
    }
    mine = InstrumentVersion.objects.filter(
        instrument__municipality_id__in=standing.municipality_ids
    )
    drafts_of_others = mine.filter(state=VersionState.DRAFT).exclude(
        instrument__municipality_id__in=editors
    )
    return (
        mine.exclude(pk__in=drafts_of_others.values("pk"))
        .select_related("instrument__municipality")
        .annotate(number_of_requirements=Count("requirements"))
    )


def released_versions(municipality: Municipality) -> QuerySet[InstrumentVersion]:
    """Versions a round can be made from."""
    return InstrumentVersion.objects.filter(
        instrument__municipality=municipality, state=VersionState.RELEASED
    )
