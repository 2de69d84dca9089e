"""The outbox: every mail is stored first, in the transaction of what it speaks of, and sent later.

So a mail server that is slow or dead keeps nobody waiting and loses nothing.
"""

from collections.abc import Mapping, Sequence
from threading import Event
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from chancencheck.notifications.models import OutgoingMail

# Set when a mail was stored by this process, so that its worker need not be waited for.
NEW_MAIL = Event()


class OutboxBackend(BaseEmailBackend):
    """Django's way of sending mail, ending in the outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the messages, one row per recipient; returns how many messages."""
        for message in email_messages:
            if message.attachments or getattr(message, "alternatives", None):
                raise ValueError("Mails of this product are plain text without attachments.")
            for recipient in message.recipients():
                put_in_outbox(
                    key=f"one:{uuid4().hex}",
                    recipient=recipient,
                    subject=str(message.subject),
                    body=str(message.body),
                    headers={name: str(value) for name, value in message.extra_headers.items()},
                )
        return len(email_messages)


def put_in_outbox(
    *, key: str, recipient: str, subject: str, body: str, headers: Mapping[str, str]
) -> OutgoingMail | None:
    """Store a mail to be sent. None if there is one of this key already: it is never made twice."""
    try:
        with transaction.atomic():
            mail = OutgoingMail.objects.create(
                key=key,
                recipient=recipient,
                subject=" ".join(subject.split())[:300],
                body=body,
                headers=dict(headers),
            )
    except IntegrityError:
        return None
    transaction.on_commit(NEW_MAIL.set)
    return mail


def as_message(mail: OutgoingMail) -> EmailMessage:
    """The stored mail as Django sends it."""
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient],
        # nobody's out-of-office reply comes back (RFC 3834)
        headers={"Auto-Submitted": "auto-generated", **mail.headers},
    )
