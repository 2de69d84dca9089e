"""Telling people something. A message exists once; telling it again changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import date

from chancencheck.accounts.models import User
from chancencheck.notifications.choices import Reason
from chancencheck.notifications.models import Notification
from chancencheck.organisations.models import Municipality


def notify(
    *,
    user: User,
    municipality: Municipality,
    reason: Reason,
    about: str,
    day: date,
    values: Mapping[str, object],
    path: str,
) -> None:
    """Tell one person something, unless the same was told already (person, object, reason, day)."""
    add_all(
        [
            Notification(
                user=user,
                municipality=municipality,
                reason=reason,
                about=about,
                day=day,
                values=plain(values),
                path=path,
            )
        ]
    )


def add_all(rows: Iterable[Notification]) -> None:
    """Store messages in one statement; those that exist already stay as they are."""
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Values of placeholders as they are stored: texts, and dates as {"date": ISO 8601}."""
    return {
        name: {"date": value.isoformat()} if isinstance(value, date) else str(value)
        for name, value in values.items()
        if value is not None
    }
