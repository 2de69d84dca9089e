"""The way from the outbox to the mail server, and what its answer means."""

import smtplib
from enum import Enum
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from chancencheck.notifications.choices import BAD_PASSWORD

# The greeting, the name and password, the sender: the same for every mail.
NO_FAULT_OF_THE_MAIL = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)


class Outcome(Enum):
    """What became of an attempt to send one mail."""

    SENT = "sent"
    LATER = "later"  # refused for now, and surely not accepted
    UNREACHABLE = "unreachable"  # the server itself: no other mail will fare better now
    REFUSED = "refused"  # for good
    UNCLEAR = "unclear"  # the mail was being handed over when the connection broke


class _Noting:
    """Notes that the words of a mail have begun to flow: from then on it may have been accepted."""

    has_begun = False

    def data(self, msg: Any) -> Any:
        self.has_begun = True
        try:
            answer = super().data(msg)  # type: ignore[misc]
        except smtplib.SMTPDataError:
            self.has_begun = False
            raise
        self.has_begun = False  # answered: accepted or refused, but not unclear
        return answer


class _Smtp(_Noting, smtplib.SMTP):
    pass


class _SmtpOverTls(_Noting, smtplib.SMTP_SSL):
    pass


class SmtpTransport(EmailBackend):
    """Django's SMTP, with the one difference that it can say whether a mail may have gone out."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The client that notes when the words begin to flow."""
        return _SmtpOverTls if self.use_ssl else _Smtp


def open_transport() -> BaseEmailBackend:
    """The configured way out (`MAIL_TRANSPORT`), not connected yet."""
    return get_connection(settings.MAIL_TRANSPORT)


def meaning_of(error: Exception, transport: BaseEmailBackend) -> tuple[Outcome, str]:
    """What an error while sending means, and what the server said, without any address."""
    client = getattr(transport, "connection", None)
    if getattr(client, "has_begun", False):
        return Outcome.UNCLEAR, type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _by_code(code, text)
    if isinstance(error, NO_FAULT_OF_THE_MAIL):
        return Outcome.UNREACHABLE, said(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError | smtplib.SMTPException):
        return Outcome.UNREACHABLE, type(error).__name__
    return Outcome.REFUSED, type(error).__name__  # the mail cannot even be written down


def _by_code(code: int, text: bytes | str) -> tuple[Outcome, str]:
    if code == 421 or str(code) in BAD_PASSWORD:  # it hangs up, or takes nothing from us
        return Outcome.UNREACHABLE, said(code, text)
    return (Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER), said(code, text)


def said(code: int, text: bytes | str) -> str:
    """The words of a mail server in one short line; addresses in it are left out."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    words = ("…" if "@" in word else word for word in plain.split())
    line = f"{code} {' '.join(words)}"[:300]
    return "".join(sign for sign in line if sign.isprintable())
