"""Messages to people of the cast."""

from datetime import date
from typing import Any

from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.notifications import operations
from chancencheck.notifications.choices import Reason
from chancencheck.notifications.models import Notification
from tests import world

PATH = "/wer-sieht-was/"  # somewhere everybody may go


def tell(
    user: User,
    about: str = "measure:1",
    reason: Reason = Reason.MEASURE_DUE,
    day: date | None = None,
    city: str = world.HERE,
    path: str = PATH,
    **values: Any,
) -> Notification:
    """Somebody gets a message, today unless said otherwise."""
    day = day or timezone.localdate()
    operations.notify(
        user=user,
        municipality=world.municipality(city),
        reason=reason,
        about=about,
        day=day,
        values={"measure": "Abends öffnen", "place": "Bürgeramt", "day": date(2027, 3, 31)}
        | values,
        path=path,
    )
    return Notification.objects.get(user=user, about=about, reason=reason, day=day)
