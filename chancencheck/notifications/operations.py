"""Telling people something. A message exists once; telling it again changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.notifications import texts
from chancencheck.notifications.choices import OCCASIONS, MailState, Reason, Rhythm
from chancencheck.notifications.models import (
    Handover,
    MailChoice,
    MessageText,
    Notification,
    OutgoingMail,
)
from chancencheck.notifications.outbox import NEW_MAIL
from chancencheck.notifications.queries import (
    EVER,
    TROUBLED,
    forget_unread,
    mails_of,
    messages_of,
)
from chancencheck.organisations.models import Membership, Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

KEPT = timedelta(days=365)


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


# ------------------------------------------------------------------- the inbox


def open_message(*, message: Notification, by: User) -> None:
    """Note that the person has opened one of their own messages; not when."""
    if message.user_id != by.pk:
        raise PermissionDenied
    Notification.objects.filter(pk=message.pk).update(is_read=True)
    forget_unread(by)


def read_all(*, by: User) -> None:
    """Note that the person has read everything."""
    messages_of(by).filter(is_read=False).update(is_read=True)
    forget_unread(by)


def forget_messages() -> None:
    """Delete messages after a year, and those to people who have left the city."""
    still_there = Membership.objects.filter(
        user=OuterRef("user"), municipality=OuterRef("municipality")
    )
    Notification.objects.filter(made_on__lt=timezone.localdate() - KEPT).delete()
    Notification.objects.exclude(Exists(still_there)).delete()


# ------------------------------------------------------------------- mails


@transaction.atomic
def choose_rhythm(*, rhythm: Rhythm, by: User) -> None:
    """How often mails come from now on. The person's own choice: nothing else writes it.

    What happened while no mails were wanted is not mailed belatedly.
    """
    choice, _made = MailChoice.objects.select_for_update().get_or_create(
        user=by, defaults={"rhythm": rhythm, "since": EVER}
    )
    if choice.rhythm == Rhythm.OFF and rhythm != Rhythm.OFF:
        choice.since = timezone.localdate()
    choice.rhythm = rhythm
    choice.save()


@transaction.atomic
def send_again(*, mail: OutgoingMail, municipality: Municipality, by: User) -> None:
    """Let a refused or unclear mail be sent once more, because a person said so."""
    if not may_in(by, municipality, Permission.MAIL_MANAGE):
        raise PermissionDenied
    troubled = mails_of(municipality).filter(pk=mail.pk, state__in=TROUBLED)
    if not troubled.update(state=MailState.WAITING, not_before=timezone.now()):
        raise NotAllowedNow(mail.state)
    Handover.objects.filter(mail=mail).delete()
    record(action=Action.MAIL_RETRIED, by=by, municipality_key=municipality.pk)
    transaction.on_commit(NEW_MAIL.set)


# ------------------------------------------------------------------- the city's own words


@transaction.atomic
def change_texts(
    *,
    municipality: Municipality,
    reason: Reason,
    words: Mapping[str, texts.Words],
    by: User,
) -> None:
    """Set title and text of one kind of message, by language, with the names of the language.

    What is the same as the program's words is not kept: it grows with the program.
    """
    if not may_in(by, municipality, Permission.MESSAGE_TEXTS):
        raise PermissionDenied
    rows = MessageText.objects.filter(municipality=municipality, reason=reason)
    for language in dict(settings.LANGUAGES):
        title, text = (texts.as_stored(part, language) for part in words[language])
        if (title, text) == texts.words_of_program(reason, language):
            rows.filter(language=language).delete()
        else:
            MessageText.objects.update_or_create(
                municipality=municipality,
                reason=reason,
                language=language,
                defaults={"title": title, "text": text},
            )
    _record(municipality, reason, by)


@transaction.atomic
def reset_texts(*, municipality: Municipality, reason: Reason, by: User) -> None:
    """Take the words of the program again, in all languages."""
    if not may_in(by, municipality, Permission.MESSAGE_TEXTS):
        raise PermissionDenied
    MessageText.objects.filter(municipality=municipality, reason=reason).delete()
    _record(municipality, reason, by)


def _record(municipality: Municipality, reason: Reason, by: User) -> None:
    record(
        action=Action.MESSAGE_TEXT_CHANGED,
        by=by,
        municipality_key=municipality.pk,
        what=str(OCCASIONS[reason]),
    )
