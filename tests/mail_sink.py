"""A real mail server for tests, which can be told to behave badly."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from chancencheck.notifications.choices import MailState
from chancencheck.notifications.models import OutgoingMail
from chancencheck.notifications.outbox import put_in_outbox

SMTP = "chancencheck.notifications.transport.SmtpTransport"


class Sink:
    """Keeps what it gets; `answers` are given to the next mails instead of accepting them."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.answers: list[str] = []
        self.to_sender: list[str] = []
        self.to_recipient: list[str] = []
        self.port = 0

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.to_sender:
            return self.to_sender.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.got.append(envelope.content.decode())
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Sink]:
    """A mail server on a port of its own; the settings lead there."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    sink.port = controller.port
    try:
        with settings_for(controller.port):
            yield sink
    finally:
        controller.stop()


def settings_for(port: int) -> override_settings:
    """Settings that lead to a mail server on this port, which must answer within a second."""
    return override_settings(
        MAIL_TRANSPORT=SMTP,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_HOST_USER="",
        EMAIL_HOST_PASSWORD="",
        EMAIL_USE_TLS=False,
        EMAIL_USE_SSL=False,
        EMAIL_TIMEOUT=1,
    )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def rude_server(*, after_data: bool) -> Iterator[None]:
    """A server that stops answering: from the greeting on, or once it has got a whole mail."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_ones: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                talk, _address = listener.accept()
            except OSError:
                return
            open_ones.append(talk)
            if after_data:
                Thread(target=_until_data, args=(talk,), daemon=True).start()

    Thread(target=serve, daemon=True).start()
    try:
        with settings_for(listener.getsockname()[1]):
            yield
    finally:
        for talk in open_ones:
            talk.close()
        listener.close()


def _until_data(talk: socket.socket) -> None:
    talk.sendall(b"220 slow\r\n")
    with talk.makefile("rb") as lines:
        for line in lines:
            if line.upper().startswith(b"DATA"):
                talk.sendall(b"354 go on\r\n")
                return  # and then not a word
            talk.sendall(b"250 OK\r\n")


def store(recipient: str = "jemand@musterstadt.example", **changes: Any) -> OutgoingMail:
    """A mail in the outbox."""
    values = {"subject": "Ein Gruß", "body": "Guten Tag", "headers": {}, **changes}
    number = OutgoingMail.objects.count()
    mail = put_in_outbox(key=f"test:{number}", recipient=recipient, **values)
    assert mail is not None
    return mail


def refused_mail(recipient: str) -> OutgoingMail:
    """A mail the mail server did not want."""
    mail = store(recipient)
    mail.state, mail.problem = MailState.FAILED, "550 no such person"
    mail.save()
    return mail
