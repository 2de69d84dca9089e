"""Who has which part of a draft open just now. Not a record: rows live for two minutes."""

from datetime import timedelta

from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.instruments.models import InstrumentVersion, Presence

LASTS = timedelta(minutes=2)


def arrive(*, version: InstrumentVersion, place: str, by: User) -> None:
    """Say that somebody has this part open. A person is at one place of a draft."""
    now = timezone.now()
    mine = Presence.objects.filter(version=version, user=by)
    if not mine.update(place=place, seen_at=now):
        Presence.objects.get_or_create(
            version=version, user=by, defaults={"place": place, "seen_at": now}
        )


def leave(*, version: InstrumentVersion, by: User) -> None:
    """Say that somebody has left the draft."""
    Presence.objects.filter(version=version, user=by).delete()


def others_at(version: InstrumentVersion, by: User) -> dict[str, list[str]]:
    """Names of the other people by the part they have open."""
    rows = Presence.objects.filter(version=version, seen_at__gte=timezone.now() - LASTS)
    found: dict[str, list[str]] = {}
    for row in rows.exclude(user=by).select_related("user").order_by("user__name"):
        found.setdefault(row.place, []).append(str(row.user))
    return found


def forget_old() -> None:
    """Delete what has run out; called by the jobs."""
    Presence.objects.filter(seen_at__lt=timezone.now() - LASTS).delete()
