"""Due dates for calendars: as a file, and under a secret address (RFC 5545)."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from chancencheck.accounts.models import User
from chancencheck.lib.tokens import hash_token, new_token
from chancencheck.measures.choices import OPEN
from chancencheck.measures.models import CalendarFeed, Measure
from chancencheck.measures.queries import functions_held_by
from chancencheck.organisations.queries import standing_of


def measures_for_calendar(user: User) -> QuerySet[Measure]:
    """Open measures of the person's functions and of the institutions they lead, in force now."""
    return (
        Measure.objects.in_force()
        .filter(
            Q(function__in=functions_held_by(user).values("pk"))
            | Q(unit_id__in=standing_of(user).led_unit_ids),
            municipality_id__in=standing_of(user).municipality_ids,
            state__in=OPEN,
        )
        .select_related("unit", "function")
        .order_by("due_on", "pk")
    )


def calendar_of(measures: Iterable[Measure]) -> bytes:
    """A calendar with one whole-day event per measure; without any name of a person."""
    found = Calendar()
    found.add("prodid", "-//ChancenCheck//DE")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", "ChancenCheck")
    for measure in measures:
        if measure.due_on is not None:
            found.add_component(_event(measure))
    return bytes(found.to_ical())


def _event(measure: Measure) -> Event:
    assert measure.due_on
    event = Event()
    host = settings.BASE_URL.partition("://")[2].partition("/")[0]
    event.add("uid", f"massnahme-{measure.pk}@{host}")
    event.add("dtstamp", timezone.now())
    event.add("sequence", measure.revision)
    event.add("summary", _("Until today: %(measure)s") % {"measure": measure.title})
    event.add("dtstart", measure.due_on)
    event.add("dtend", measure.due_on + timedelta(days=1))  # the day after: the end is exclusive
    event.add("transp", "TRANSPARENT")
    link = f"{settings.BASE_URL}/massnahmen/{measure.pk}/"
    event.add("description", f"{measure.place}\n{link}")
    event.add("url", link)
    return event


@transaction.atomic
def renew_feed(*, by: User) -> str:
    """Make a secret address, or a new one in place of the old; returns the part that is secret."""
    token = new_token()
    CalendarFeed.objects.update_or_create(user=by, defaults={"token_hash": hash_token(token)})
    return token


def switch_off_feed(*, by: User) -> None:
    """No address leads to the dates any more."""
    CalendarFeed.objects.filter(user=by).delete()


def person_of_feed(token: str) -> User | None:
    """Whose dates an address shows; nobody's if it is old, guessed, or the account is closed."""
    found = (
        CalendarFeed.objects.select_related("user")
        .filter(token_hash=hash_token(token), user__is_active=True)
        .first()
    )
    return found.user if found else None
