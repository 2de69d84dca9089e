"""Sending what lies in the outbox. Any number of workers may do so at the same time.

Whoever sends a mail first makes its only `Handover` and commits it. A second worker cannot make
another one. If the program dies before the mail server has answered, the handover stays: nobody
knows whether the mail has gone out, so it is not sent again unless a person says so. That is the
price of never sending twice; the message itself is in the inbox in any case.
"""

import logging
from datetime import timedelta
from threading import Event

from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone

from chancencheck.notifications.choices import MailState
from chancencheck.notifications.models import Handover, OutgoingMail
from chancencheck.notifications.outbox import as_message
from chancencheck.notifications.transport import Outcome, meaning_of, open_transport

logger = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]  # then each hour
# A mail server that is down over the holidays says nothing about the mails.
GIVE_UP = {Outcome.LATER: timedelta(days=3), Outcome.UNREACHABLE: timedelta(days=14)}
LOST = timedelta(minutes=15)  # a handover that took longer has lost its worker
SENT_KEPT = timedelta(days=30)
PROBLEM_KEPT = timedelta(days=180)

# Set when the program ends: the present mail is finished, no other is begun.
ENDING = Event()


def send_due(limit: int = 200) -> int:
    """Send what is due, one mail after the other; returns how many went out.

    A mail that is refused does not hold up the others. A mail server that does not answer, or hangs
    in the middle, ends the run: it is asked again a minute later, not a thousand times.
    """
    due = OutgoingMail.objects.filter(
        state=MailState.WAITING, not_before__lte=timezone.now(), handover__isnull=True
    ).order_by("not_before", "pk")[:limit]
    keys = list(due.values_list("pk", flat=True))
    if not keys:
        return 0
    transport, sent = open_transport(), 0
    try:
        for number, key in enumerate(keys, start=1):
            if ENDING.is_set():
                break
            outcome, problem = _send_one(key, transport)
            sent += outcome is Outcome.SENT
            if outcome in (Outcome.UNREACHABLE, Outcome.UNCLEAR):
                _wait_for_server(keys[number:], problem)
                break
    finally:
        _close(transport)
    return sent


def _send_one(key: int, transport: BaseEmailBackend) -> tuple[Outcome | None, str]:
    mail = _take(key)
    if mail is None:
        return None, ""
    try:
        transport.open()
        transport.send_messages([as_message(mail)])
    except Exception as error:
        outcome, problem = meaning_of(error, transport)
        logger.warning("Mail %s: %s (%s)", mail.pk, outcome.value, type(error).__name__)
    else:
        outcome, problem = Outcome.SENT, ""
    _note(mail, outcome, problem)
    return outcome, problem


def _take(key: int) -> OutgoingMail | None:
    """The right to send a mail; None if another worker has it or had it."""
    try:
        with transaction.atomic():
            Handover.objects.create(mail_id=key)
            mail = OutgoingMail.objects.filter(
                pk=key, state=MailState.WAITING, not_before__lte=timezone.now()
            ).first()
            if mail is None:  # another worker has had an answer meanwhile
                transaction.set_rollback(True)
            return mail
    except IntegrityError:
        return None


@transaction.atomic
def _note(mail: OutgoingMail, outcome: Outcome, problem: str) -> None:
    mail.attempts += 1
    mail.problem = problem
    if outcome is Outcome.SENT:
        mail.state = MailState.SENT
        mail.recipient = mail.subject = mail.body = ""
        mail.headers = {}
    elif outcome is Outcome.UNCLEAR:
        mail.state = MailState.UNCLEAR
    elif outcome is Outcome.REFUSED or mail.made_at + GIVE_UP[outcome] < timezone.now():
        mail.state = MailState.FAILED
    else:
        mail.not_before = timezone.now() + PAUSES[min(mail.attempts, len(PAUSES)) - 1]
        Handover.objects.filter(mail=mail).delete()
    mail.save()


def _wait_for_server(keys: list[int], problem: str) -> None:
    """The others wait too; they were not tried, so nothing is counted against them.

    They get the bare problem: what the server said of one mail is nothing for another city.
    """
    OutgoingMail.objects.filter(pk__in=keys, state=MailState.WAITING).update(
        not_before=timezone.now() + PAUSES[0], problem=problem.partition(" ")[0]
    )


def _close(transport: BaseEmailBackend) -> None:
    try:
        transport.close()
    except Exception:
        logger.warning("The connection to the mail server broke while it was closed.")


def tidy_outbox() -> None:
    """Say which mails lost their worker in mid-send, and forget old ones. A job."""
    now = timezone.now()
    lost = OutgoingMail.objects.filter(state=MailState.WAITING, handover__at__lt=now - LOST)
    lost.update(state=MailState.UNCLEAR, problem="")
    OutgoingMail.objects.filter(state=MailState.SENT, made_at__lt=now - SENT_KEPT).delete()
    troubled = (MailState.FAILED, MailState.UNCLEAR)
    OutgoingMail.objects.filter(state__in=troubled, made_at__lt=now - PROBLEM_KEPT).delete()
