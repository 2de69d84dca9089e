"""Mail backend of the example city: nothing leaves the computer."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from chancencheck.notifications.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    """Puts each mail into the mailbox that the page “Postfach der Beispielstadt” shows."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; returns how many."""
        for message in email_messages:
            for recipient in message.to:
                MailboxMessage.objects.create(
                    recipient=recipient, subject=str(message.subject), body=str(message.body)
                )
        return len(email_messages)
