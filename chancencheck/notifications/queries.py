"""Asking for one's own messages, and how somebody wants to be told of them by mail."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.notifications.choices import MailState, Rhythm
from chancencheck.notifications.models import MailChoice, Notification, OutgoingMail
from chancencheck.organisations.models import Membership, Municipality
from chancencheck.organisations.queries import municipalities_of

EVER = date(2000, 1, 1)  # before any message


def messages_of(user: User) -> QuerySet[Notification]:
    """The person's own messages, of cities they still belong to."""
    return Notification.objects.filter(user=user, municipality__in=municipalities_of(user))


def inbox_of(user: User) -> QuerySet[Notification]:
    """The same as the inbox shows them: unread first, then by day."""
    return messages_of(user).select_related("municipality").order_by("is_read", "-day", "-pk")


def unread_number(user: User) -> int:
    """How many messages wait; counted once per request (it is kept on the user object)."""
    kept: int | None = getattr(user, "_unread", None)
    if kept is None:
        kept = messages_of(user).filter(is_read=False).count()
        user._unread = kept  # type: ignore[attr-defined]
    return kept


def forget_unread(user: User) -> None:
    """Count anew next time."""
    user.__dict__.pop("_unread", None)


def rhythm_of(user: User) -> Rhythm:
    """How often the person wants mails: once a day, unless they have chosen."""
    found = MailChoice.objects.filter(user=user).first()
    return Rhythm(found.rhythm) if found else Rhythm.DAILY


# ------------------------------------------------------------------- the outbox

TROUBLED = (MailState.FAILED, MailState.UNCLEAR)
PATIENCE = timedelta(hours=1)  # before waiting mails are worth a word


def mails_of(municipality: Municipality) -> QuerySet[OutgoingMail]:
    """Mails to people of this city. Those of other cities are not its business."""
    people = Membership.objects.filter(municipality=municipality)
    return OutgoingMail.objects.filter(recipient__in=people.values("user__email"))


def needs_attention(municipality: Municipality) -> bool:
    """Whether a mail was refused, is unclear, or waits for more than an hour."""
    late = timezone.now() - PATIENCE
    troubled = Q(state__in=TROUBLED) | Q(state=MailState.WAITING, made_at__lt=late)
    return mails_of(municipality).filter(troubled).exists()
