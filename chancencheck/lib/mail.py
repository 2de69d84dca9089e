"""Sending one plain mail in the reader's language.

The mail is stored together with what it speaks of (settings: EMAIL_BACKEND is the outbox) and sent
by a worker. So it cannot be lost, and nobody waits for a mail server.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def send_text(*, to: str, template: str, context: dict[str, object], language: str = "") -> None:
    """Send the text `template` to one address. The first line of the template is the subject."""
    with translation.override(language or settings.LANGUAGE_CODE):
        text = render_to_string(template, {"base_url": settings.BASE_URL, **context})
    subject, _, body = text.strip().partition("\n")
    EmailMessage(subject=" ".join(subject.split()), body=body.strip() + "\n", to=[to]).send()
