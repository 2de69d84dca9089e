"""From messages to mails, as often as each person wants them.

A mail and its messages are tied together in one transaction, under a key that exists once. So
however many workers do this at the same time, nobody gets a mail twice, and none gets lost.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import ngettext

from chancencheck.accounts.models import User
from chancencheck.notifications.choices import Rhythm
from chancencheck.notifications.links import unsubscribe_link
from chancencheck.notifications.models import MailChoice, Notification, OutgoingMail
from chancencheck.notifications.outbox import put_in_outbox
from chancencheck.notifications.queries import EVER
from chancencheck.notifications.texts import language_of, own_texts, told

MORNING = 7  # o'clock, local time
MONDAY = 0
# What is older was not mailed for a reason; the inbox has it. Shorter than sent mails are kept
# (`worker.SENT_KEPT`): when those are deleted, their messages must not look as if never mailed.
KEPT_FRESH = timedelta(days=14)
MOST = 50  # messages in one mail; the rest is counted
BATCH = 200  # people read at a time


def make_mails(now: datetime | None = None) -> int:
    """Put all mails that are due now into the outbox; returns how many."""
    moment = timezone.localtime(now)
    return sum(_make_for(moment, rhythm) for rhythm in _due(moment))


def make_mails_at_once(now: datetime | None = None) -> int:
    """The same, only for people who want them at once. One query if there is nothing to do."""
    return _make_for(timezone.localtime(now), Rhythm.AT_ONCE)


def _due(moment: datetime) -> Iterator[Rhythm]:
    yield Rhythm.AT_ONCE
    if moment.hour >= MORNING:
        yield Rhythm.DAILY
        if moment.weekday() == MONDAY:
            yield Rhythm.WEEKLY


def _make_for(moment: datetime, rhythm: Rhythm) -> int:
    today, made, last = moment.date(), 0, 0
    # pages of people instead of one long query: no lock and no memory grows with the city
    while people := list(_people(today, rhythm).filter(pk__gt=last)[:BATCH]):
        made += sum(_try(user, today, rhythm) for user in people)
        last = people[-1].pk
    return made


def _people(today: date, rhythm: Rhythm) -> QuerySet[User]:
    """Who wants mails in this rhythm, has something unread, and has got none in this period."""
    rows = User.objects.annotate(
        rhythm=Coalesce("mail_choice__rhythm", Value(Rhythm.DAILY)),
        since=Coalesce("mail_choice__since", Value(EVER)),
    ).filter(
        Exists(_pending(today).filter(user=OuterRef("pk"), day__gte=OuterRef("since"))),
        is_active=True,
        rhythm=rhythm,
    )
    if rhythm != Rhythm.AT_ONCE:
        key = Concat(Value(f"{rhythm}:"), Cast("pk", CharField()), Value(f":{today}"))
        rows = rows.annotate(key=key).exclude(
            Exists(OutgoingMail.objects.filter(key=OuterRef("key")))
        )
    return rows.order_by("pk")


def _pending(today: date) -> QuerySet[Notification]:
    """Messages that no mail holds yet, to people who still belong to the city."""
    return Notification.objects.filter(
        Q(municipality__memberships__user=F("user")),
        municipality__is_practice=False,
        mail=None,
        is_read=False,
        made_on__gt=today - KEPT_FRESH,
    )


def _try(user: User, today: date, rhythm: Rhythm) -> bool:
    """What goes wrong for one person must not take the mails of all others away."""
    try:
        return _make_one(user, today, rhythm)
    except Exception:
        logging.getLogger(__name__).exception("A mail with messages could not be made.")
        return False


@transaction.atomic
def _make_one(user: User, today: date, rhythm: Rhythm) -> bool:
    # the choice as it is now: it may have changed since the list of people was read
    choice = MailChoice.objects.filter(user=user).first() or MailChoice(
        rhythm=Rhythm.DAILY, since=EVER
    )
    if choice.rhythm != rhythm:
        return False
    messages = list(
        _pending(today)
        .filter(user=user, day__gte=choice.since)
        .select_for_update(of=("self",))
        .order_by("day", "pk")
    )
    if not messages:
        return False
    key = f"{rhythm}:{user.pk}:{today}"
    if rhythm == Rhythm.AT_ONCE:
        key = f"now:{min(message.pk for message in messages)}"
    subject, body = _words(user, messages, rhythm)
    link = unsubscribe_link(user)
    mail = put_in_outbox(
        key=key,
        recipient=user.email,
        subject=subject,
        body=body,
        headers={
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        },
    )
    if mail is None:
        return False
    Notification.objects.filter(pk__in=[m.pk for m in messages]).update(mail=mail)
    return True


def _words(user: User, messages: list[Notification], rhythm: Rhythm) -> tuple[str, str]:
    """Subject and text of the mail, in the person's language."""
    language = language_of(user.language)
    shown = messages[:MOST]
    own = own_texts({message.municipality_id for message in shown}, language)
    rows = [(told(message, language, own), settings.BASE_URL + message.path) for message in shown]
    number = len(messages)
    with translation.override(language):
        context = {
            "rows": rows,
            "more": number - len(shown),
            "inbox": settings.BASE_URL + reverse("inbox"),
            "rhythm": rhythm.label,
            "change": settings.BASE_URL + reverse("mail_settings"),
            "unsubscribe": unsubscribe_link(user),
        }
        body = render_to_string("notifications/mail/messages.txt", context)
        subject = ngettext(
            "%(number)s message from ChancenCheck", "%(number)s messages from ChancenCheck", number
        ) % {"number": number}
    if number == 1:
        subject = Truncator(rows[0][0].title).chars(200)
    return subject, body.strip() + "\n"
