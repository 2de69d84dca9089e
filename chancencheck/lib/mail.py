"""Sending one plain mail, after the transaction is through, in the reader's language."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

logger = logging.getLogger(__name__)


def send_after_commit(
    *, to: str, template: str, context: dict[str, object], language: str = ""
) -> None:
    """Send the text `template` to one address once the data it speaks of is really stored.

    The first line of the template is the subject. A mail server that fails is logged and does not
    undo what people did; the log names the template, never the recipient.
    """
    with translation.override(language or settings.LANGUAGE_CODE):
        text = render_to_string(template, {"base_url": settings.BASE_URL, **context})
    subject, _, body = text.strip().partition("\n")
    message = EmailMessage(subject=" ".join(subject.split()), body=body.strip() + "\n", to=[to])

    def send() -> None:
        try:
            message.send()
        except (SMTPException, OSError):
            logger.exception("Mail %s could not be sent", template)

    transaction.on_commit(send)
