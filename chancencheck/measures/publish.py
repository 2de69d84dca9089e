"""“Gesagt – getan”: what everybody may read about a measure, in plain words, never a person."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import EventKind
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import is_before_release, lock, tell
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.roles import Permission


def published_measures(municipality: Municipality) -> QuerySet[Measure]:
    """What everybody may read: published, and in force now. By institution, then by date."""
    return (
        Measure.objects.in_force()
        .filter(municipality=municipality, published_on__isnull=False, is_shown_to_city=True)
        .select_related("unit", "theme")
        .order_by("unit__name", "due_on", "pk")
    )


@transaction.atomic
def publish_measure(*, measure: Measure, text: str, by: User) -> None:
    """Publish a measure in these words, or publish it again in other words."""
    measure = lock(measure, by, Permission.MEASURE_PUBLISH)
    if measure.is_proposal or is_before_release(measure) or not measure.is_shown_to_city:
        raise NotAllowedNow("not in force")
    is_new = measure.published_on is None
    measure.public_text = text.strip()
    measure.published_on = measure.published_on or timezone.localdate()
    measure.save(update_fields=["public_text", "published_on"])
    if is_new:
        tell(measure, EventKind.PUBLISHED)
    _log(Action.MEASURE_PUBLISHED, measure, by)


@transaction.atomic
def withdraw_measure(*, measure: Measure, by: User) -> None:
    """Take a measure off the public page, at once."""
    measure = lock(measure, by, Permission.MEASURE_PUBLISH)
    if measure.published_on is None:
        raise NotAllowedNow("not published")
    measure.published_on = None
    measure.save(update_fields=["published_on"])
    tell(measure, EventKind.UNPUBLISHED)
    _log(Action.MEASURE_WITHDRAWN, measure, by)


def _log(action: Action, measure: Measure, by: User) -> None:
    record(action=action, by=by, municipality_key=measure.municipality_id, what=measure.place)
