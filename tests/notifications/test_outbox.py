"""Mails go out once, whatever the mail server does; what is sent is forgotten."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from chancencheck.notifications import transport, worker
from chancencheck.notifications.choices import MailState
from chancencheck.notifications.models import Handover, OutgoingMail
from chancencheck.notifications.outbox import put_in_outbox
from chancencheck.notifications.worker import send_due, tidy_outbox
from tests import world
from tests.mail_sink import free_port, mail_server, refused_mail, rude_server, settings_for, store
from tests.page_lint import words

OUTBOX = "chancencheck.notifications.outbox.OutboxBackend"


def state_of(mail: OutgoingMail) -> str:
    return OutgoingMail.objects.get(pk=mail.pk).state


def an_hour_later() -> None:
    """Every pause is over."""
    OutgoingMail.objects.update(not_before=timezone.now())


# ------------------------------------------------------------------- what the mail server does


@pytest.mark.django_db
def test_a_mail_that_is_sent_leaves_nothing_to_read() -> None:
    mail = store(subject="Ihr Code", body="123456", headers={"List-Unsubscribe": "<https://x/>"})
    with mail_server() as sink:
        assert send_due() == 1

    (got,) = sink.got
    assert "Ihr Code" in got
    assert "List-Unsubscribe: <https://x/>" in got
    mail.refresh_from_db()
    assert (mail.state, mail.recipient, mail.subject, mail.body) == (MailState.SENT, "", "", "")
    assert mail.headers == {}


@pytest.mark.django_db
def test_a_server_that_says_later_gets_it_later() -> None:
    mail = store()
    with mail_server() as sink:
        sink.answers = ["451 too busy"]
        assert send_due() == 0
        assert send_due() == 0  # not before the pause is over
        assert (state_of(mail), Handover.objects.count()) == (MailState.WAITING, 0)
        an_hour_later()
        assert send_due() == 1
        assert len(sink.got) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["answers", "to_recipient"])
def test_a_refusal_for_good_keeps_the_others_going_and_names_no_address(where: str) -> None:
    first, second = store(), store()
    with mail_server() as sink:
        setattr(sink, where, ["550 jemand@musterstadt.example is unknown"])
        assert send_due() == 1

    first.refresh_from_db()
    assert (first.state, first.problem) == (MailState.FAILED, "550 … is unknown")
    assert state_of(second) == MailState.SENT


@pytest.mark.django_db
def test_a_dead_server_is_asked_once_a_minute_and_loses_nothing() -> None:
    mails = [store(), store()]
    with settings_for(free_port()):
        assert send_due() == 0
        assert send_due() == 0
    assert [OutgoingMail.objects.get(pk=m.pk).attempts for m in mails] == [1, 0]

    an_hour_later()
    with mail_server() as sink:
        assert send_due() == 2
        assert len(sink.got) == 2


@pytest.mark.django_db
def test_a_server_that_hangs_before_the_mail_gets_it_later() -> None:
    mail = store()
    with rude_server(after_data=False):
        assert send_due() == 0

    assert state_of(mail) == MailState.WAITING
    assert not Handover.objects.exists()


@pytest.mark.django_db
def test_a_server_that_hangs_after_the_mail_perhaps_has_it_so_it_is_not_sent_again() -> None:
    mail = store()
    with rude_server(after_data=True):
        assert send_due() == 0
    assert state_of(mail) == MailState.UNCLEAR

    an_hour_later()
    with mail_server() as sink:
        assert send_due() == 0
        assert sink.got == []


@pytest.mark.django_db
def test_after_three_days_a_mail_is_given_up_unless_it_is_the_server_that_is_dead() -> None:
    mail = store()
    OutgoingMail.objects.update(made_at=timezone.now() - timedelta(days=4))
    with settings_for(free_port()):
        send_due()
    assert state_of(mail) == MailState.WAITING

    an_hour_later()
    with mail_server() as sink:
        sink.answers = ["451 too busy"]
        send_due()

    assert state_of(mail) == MailState.FAILED


# ------------------------------------------------------------------- workers


class Killed(BaseException):
    """What no program can catch, in a test."""


@pytest.mark.django_db
def test_a_worker_killed_in_mid_send_never_sends_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = store()

    def dies(*_args: Any) -> None:
        raise Killed

    with mail_server() as sink:
        # the server has accepted it, and the program dies before it can write that down
        with monkeypatch.context() as patch:
            patch.setattr(worker, "_note", dies)
            with pytest.raises(Killed):
                send_due()
        an_hour_later()
        assert send_due() == 0
        assert len(sink.got) == 1

    Handover.objects.update(at=timezone.now() - timedelta(hours=1))
    tidy_outbox()
    assert state_of(mail) == MailState.UNCLEAR


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once() -> None:
    for _number in range(12):
        store()
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        try:
            send_due()
        finally:
            connections.close_all()

    with mail_server() as sink:
        workers = [threading.Thread(target=work) for _ in range(3)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        assert len(sink.got) == 12

    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.SENT}


@pytest.mark.django_db
def test_the_same_mail_is_not_made_twice() -> None:
    values: dict[str, Any] = {
        "key": "daily:1:2026-11-24",
        "recipient": "a@b.example",
        "subject": "x",
        "body": "x",
        "headers": {},
    }
    assert put_in_outbox(**values) is not None
    assert put_in_outbox(**values) is None


@pytest.mark.django_db
def test_old_mails_are_forgotten() -> None:
    refused_mail("a@b.example")
    OutgoingMail.objects.update(made_at=timezone.now() - timedelta(days=181))
    tidy_outbox()

    assert not OutgoingMail.objects.exists()


# ------------------------------------------------------------------- the way in


@pytest.mark.django_db
def test_every_mail_of_the_product_lands_in_the_outbox_with_what_it_speaks_of() -> None:
    message = EmailMessage("Betreff\tmit Rest", "Text", to=["a@b.example", "c@d.example"])
    assert get_connection(OUTBOX).send_messages([message]) == 1

    assert set(OutgoingMail.objects.values_list("recipient", "subject")) == {
        ("a@b.example", "Betreff mit Rest"),
        ("c@d.example", "Betreff mit Rest"),
    }


@pytest.mark.django_db
def test_a_line_break_in_a_subject_makes_no_header() -> None:
    store(subject="Hallo\r\nBcc: boese@example.org")
    with mail_server() as sink:
        send_due()

    assert "\nBcc:" not in sink.got[0]


def test_what_a_server_says_is_kept_without_addresses() -> None:
    assert transport.said(550, b"<a@b.example> gone\r\nfar") == "550 … gone far"


# ------------------------------------------------------------------- the administration


@pytest.fixture
def office(cities: None, client_for: Any) -> Any:
    """The browser of the administration."""
    return client_for("administration")


def test_the_administration_sees_refused_mails_of_its_own_city_only(office: Any) -> None:
    refused_mail(world.address("lead"))
    refused_mail(world.address("lead", world.THERE))

    page = office.get(reverse("mail_queue"))

    assert world.address("lead") in words(page)
    assert world.address("lead", world.THERE) not in page.content.decode()
    assert "Ein Gruß" not in page.content.decode()


def test_a_refused_mail_is_sent_again_when_the_administration_says_so(office: Any) -> None:
    mail = refused_mail(world.address("lead"))
    Handover.objects.create(mail=mail)

    office.post(reverse("mail_retry", args=[mail.pk]))
    with mail_server() as sink:
        assert send_due() == 1
        assert len(sink.got) == 1
    assert office.post(reverse("mail_retry", args=[mail.pk])).status_code == 404


def test_mail_of_another_city_cannot_be_sent_again(office: Any) -> None:
    mail = refused_mail(world.address("lead", world.THERE))

    assert office.post(reverse("mail_retry", args=[mail.pk])).status_code == 404


def test_a_dead_server_shows_on_the_start_page_of_the_administration(office: Any) -> None:
    store(world.address("lead"))
    OutgoingMail.objects.update(made_at=timezone.now() - timedelta(hours=2))

    assert reverse("mail_queue") in office.get("/").content.decode()
    assert office.get(reverse("mail_queue")).status_code == 200
