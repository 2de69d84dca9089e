"""Sessions that do not tell when somebody was here.

Django keeps the moment at which a session ends, to the microsecond; minus its length, that is the
moment of signing in. Here every session ends at midnight, so only the day can be known.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone


class SessionStore(DatabaseStore):
    """A session in the database that ends at midnight."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Django's own table."""
        return Session

    def load(self) -> dict[str, Any]:
        """The contents, read with plain SQL: every request does this, saving a rating most of all."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        contents: dict[str, Any] = self.decode(row[0])
        return contents

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to store, with the end moved to the midnight after."""
        row = super().create_model_instance(data)
        row.expire_date = midnight_after(row.expire_date)
        return row


def midnight_after(moment: datetime) -> datetime:
    """The first midnight after a moment, in local time."""
    day = timezone.localtime(moment).date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time()))


def forget_expired() -> None:
    """Delete ended sessions and ended entries of the rate limits (they hold addresses)."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache_entries WHERE expires < %s", [timezone.now()])
