"""Attack: mails that come twice, carry more than they should, or stay readable; a worker that dies."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.notifications import transport
from chancencheck.notifications import worker as sending
from chancencheck.notifications.choices import MailState
from chancencheck.notifications.models import Handover, OutgoingMail
from chancencheck.notifications.operations import send_again
from chancencheck.notifications.worker import send_due, tidy_outbox
from chancencheck.organisations.operations import open_for_new_password
from tests.mail_sink import Sink, free_port, mail_server, refused_mail, rude_server, store
from tests.page_lint import holds
from tests.world import HERE, THERE, municipality, person

OUTBOX = "chancencheck.notifications.outbox.OutboxBackend"


def states() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


# ------------------------------------------------------------------- a worker that dies


APART = [str(Path(sys.executable).with_name("chancencheck")), "work"]
INSIDE = [sys.executable, "-m", "granian", "chancencheck.config.wsgi:application", "--no-log"]


@contextmanager
def worker(
    sink: Sink, folder: Path, command: list[str] = APART
) -> Iterator[subprocess.Popen[bytes]]:
    """`chancencheck work`, or a server, as a process of its own, on the database of the test."""
    found = connection.settings_dict
    database = f"sqlite:///{found['NAME']}"
    if connection.vendor == "postgresql":
        where = f"{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}"
        database = f"postgres://{where}/{found['NAME']}"
    values = {
        "DJANGO_SETTINGS_MODULE": "chancencheck.config.settings",
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-tests",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
    if command is INSIDE:
        command = [*command, "--interface", "wsgi", "--port", str(free_port())]
    process = subprocess.Popen(command, env=os.environ | values, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.05)


def slow(sink: Sink, seconds: float) -> None:
    """From now on the server has a mail long before it says so."""
    keep = sink.handle_DATA

    async def late(*args: Any) -> str:
        answer = await keep(*args)
        await asyncio.sleep(seconds)
        return answer

    sink.handle_DATA = late  # type: ignore[method-assign]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_send_leaves_a_mail_that_only_a_person_sends_again(
    cities: None, client_for: Any, tmp_path: Path
) -> None:
    mail = store(person("lead").email)
    with mail_server() as sink:
        slow(sink, 60)
        with worker(sink, tmp_path) as process:
            wait_until(lambda: sink.got)
            process.send_signal(signal.SIGKILL)
            process.wait()
        del sink.handle_DATA  # quick again

        OutgoingMail.objects.update(not_before=timezone.now() - timedelta(days=1))
        assert send_due() == 0
        Handover.objects.update(at=timezone.now() - timedelta(hours=1))
        tidy_outbox()
        assert send_due() == 0
        assert (states(), len(sink.got)) == ([MailState.UNCLEAR], 1)

        office = client_for("administration")
        assert holds(office.get(reverse("mail_queue")), person("lead").email)
        office.post(reverse("mail_retry", args=[mail.pk]))
        assert (send_due(), len(sink.got)) == (1, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", [APART, INSIDE], ids=["apart", "inside"])
def test_a_worker_that_is_asked_to_end_finishes_the_present_mail_and_begins_no_other(
    command: list[str], tmp_path: Path
) -> None:
    store()
    store()
    with mail_server() as sink:
        slow(sink, 1)
        with worker(sink, tmp_path, command) as process:
            wait_until(lambda: sink.got)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0  # not before the child of a server has ended

    assert states() == [MailState.SENT, MailState.WAITING]


@pytest.mark.django_db
def test_a_worker_with_an_old_list_asks_nobody_before_the_pause_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store()
    second = OutgoingMail.objects.filter(pk=store().pk)
    note = sending._note

    def meanwhile(*args: Any) -> None:
        # another worker gets the answer “later” for the second mail
        note(*args)
        second.update(not_before=timezone.now() + timedelta(minutes=1))

    monkeypatch.setattr(sending, "_note", meanwhile)
    with mail_server() as sink:
        assert (send_due(), len(sink.got)) == (1, 1)

    assert states() == [MailState.SENT, MailState.WAITING]
    assert not Handover.objects.filter(mail__in=second).exists()  # else it would count as lost


# ------------------------------------------------------------------- a mail server that is a nuisance


@pytest.mark.django_db
def test_a_server_that_hangs_after_each_mail_makes_one_mail_unclear_not_all() -> None:
    for _number in range(3):
        store()
    with rude_server(after_data=True):
        assert send_due() == 0
        assert send_due() == 0

    assert states() == [MailState.UNCLEAR, MailState.WAITING, MailState.WAITING]


@pytest.mark.parametrize(
    "answer", ["421 Maria Muster is busy", "530 who is Maria Muster", "550 no"]
)
def test_a_server_that_wants_nothing_of_ours_costs_no_mail_and_tells_other_cities_nothing(
    answer: str, cities: None, client_for: Any
) -> None:
    store(person("lead").email)
    store(person("lead", THERE).email)
    with mail_server() as sink:
        sink.to_sender = [answer]
        assert (send_due(), len(sink.got)) == (0, 0)

    assert states() == [MailState.WAITING, MailState.WAITING]
    here, there = (
        client_for("administration", city).get(reverse("mail_queue")) for city in (HERE, THERE)
    )
    assert holds(here, answer)
    assert not holds(there, "Muster is")
    assert holds(there, answer[:3])


def test_what_a_server_says_is_harmless(cities: None, client_for: Any) -> None:
    said = transport.said(550, b"<script>alert(1)</script>\0\x1b[2J" + "\u202egpj".encode())
    mail = refused_mail(person("lead").email)
    OutgoingMail.objects.filter(pk=mail.pk).update(problem=said)

    assert said == "550 <script>alert(1)</script>[2Jgpj"
    assert holds(client_for("administration").get(reverse("mail_queue")), said)


# ------------------------------------------------------------------- more than was meant


@pytest.mark.django_db
def test_no_text_ends_the_mail_early_or_begins_another_one() -> None:
    ends = ["\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\r"]
    for end in ends:
        store(body=f"Guten Tag{end}MAIL FROM:<a@b.example>{end}RCPT TO:<c@d.example>{end}DATA{end}")
    with mail_server() as sink:
        assert send_due() == len(ends)

    assert len(sink.got) == len(ends)
    assert all("RCPT TO:<c@d.example>" in mail for mail in sink.got)


@pytest.mark.django_db
def test_no_address_and_no_header_makes_a_second_header() -> None:
    broken = "jemand@musterstadt.example\r\nBcc: boese@example.org"
    store(recipient=broken)
    store(headers={"List-Unsubscribe": "<https://x/>\nBcc: boese@example.org"})
    store()
    with mail_server() as sink:
        assert (send_due(), len(sink.got)) == (1, 1)

    assert "boese" not in sink.got[0]
    assert states() == [MailState.FAILED, MailState.FAILED, MailState.SENT]


def test_a_mail_with_more_than_plain_text_is_not_stored() -> None:
    with_file = EmailMessage("Betreff", "Text", to=["a@b.example"])
    with_file.attach("a.txt", "geheim")
    with_html = EmailMultiAlternatives("Betreff", "Text", to=["a@b.example"])
    with_html.attach_alternative("<p>Text</p>", "text/html")

    for message in (with_file, with_html):
        with pytest.raises(ValueError, match="plain text"):
            get_connection(OUTBOX).send_messages([message])


def test_a_mail_is_kept_or_dropped_with_what_it_speaks_of(cities: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = OUTBOX
    lead = person("lead")
    with transaction.atomic():
        open_for_new_password(user=lead, municipality=municipality(), by=person("administration"))
        assert states() == [MailState.WAITING]  # at once, not after the commit
        transaction.set_rollback(True)

    assert states() == []


@pytest.mark.django_db
def test_no_log_tells_who_gets_what(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server() as sink:
        sink.to_recipient = ["550 jemand@musterstadt.example is unknown"]
        sink.answers = ["451 jemand@musterstadt.example is busy"]
        store(), store()
        send_due()

    assert len(caplog.records) == 2
    assert not any(word in caplog.text for word in ("jemand", "Gruß", "Guten Tag"))


# ------------------------------------------------------------------- sending again


def test_only_the_administration_of_the_city_lets_a_mail_go_again_and_only_once(
    cities: None,
) -> None:
    mail = refused_mail(person("lead").email)
    Handover.objects.create(mail=mail)
    for by in (person("coordination"), person("administration", THERE)):
        with pytest.raises(PermissionDenied):
            send_again(mail=mail, municipality=municipality(), by=by)
    with pytest.raises(NotAllowedNow):  # a mail of another city under the own one
        send_again(mail=mail, municipality=municipality(THERE), by=person("administration", THERE))
    assert Handover.objects.exists()

    send_again(mail=mail, municipality=municipality(), by=person("administration"))
    with pytest.raises(NotAllowedNow):  # the second click of two windows
        send_again(mail=mail, municipality=municipality(), by=person("administration"))
