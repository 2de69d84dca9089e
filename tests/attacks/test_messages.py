"""Attack: read, read away or rewrite what others are told; mails that do more than they say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from chancencheck.notifications import operations, texts
from chancencheck.notifications.choices import Reason, Rhythm
from chancencheck.notifications.digest import make_mails_at_once
from chancencheck.notifications.links import unsubscribe_link
from chancencheck.notifications.models import MailChoice, MessageText, Notification, OutgoingMail
from chancencheck.notifications.queries import rhythm_of
from chancencheck.organisations.operations import close_account
from tests.notifications.messages import tell
from tests.page_lint import holds
from tests.world import THERE, municipality, person

pytestmark = pytest.mark.usefixtures("cities")

DUE = Reason.MEASURE_DUE
HARMFUL = [
    "{measure.__class__}",
    "{0.__class__.__mro__}",
    "{measure!r}",
    "{measure:>9999999}",
    "{}",
    "{measure[0]}",
    "{settings}",
]


def path_of(user: Any) -> str:
    return unsubscribe_link(user).partition("127.0.0.1:8000")[2]


# ------------------------------------------------------------------- somebody else's inbox


def test_nobody_sees_or_opens_the_messages_of_another_person(
    client_for: Callable[..., Any],
) -> None:
    message = tell(person("lead"), measure="Nur für die Leitung")
    for who in ("library_lead", "coordination", "administration"):
        client = client_for(who)

        assert not holds(client.get(reverse("inbox")), "Nur für die Leitung")
        assert client.post(reverse("message_open", args=[message.pk])).status_code == 404
        client.post(reverse("messages_read"))

    message.refresh_from_db()
    assert not message.is_read
    with pytest.raises(PermissionDenied):
        operations.open_message(message=message, by=person("coordination"))


def test_a_message_leads_nowhere_outside(client_for: Callable[..., Any]) -> None:
    for path in ("https://boese.example/", "//boese.example/", "javascript:alert(1)"):
        message = tell(person("lead"), about=path[:60], path=path)

        answer = client_for("lead").post(reverse("message_open", args=[message.pk]))

        assert answer["Location"] == reverse("inbox")


# ------------------------------------------------------------------- no more mails


def test_a_changed_link_of_somebody_else_does_nothing() -> None:
    lead, other = person("lead"), person("library_lead")
    path = path_of(lead)
    signature = path.rpartition(":")[2]
    forged = [
        path.replace(f"/{lead.pk}:", f"/{other.pk}:"),
        path[:-2] + ("x/" if path[-2] != "x" else "y/"),
        reverse("mail_unsubscribe", args=[f"{other.pk}"]),
        reverse("mail_unsubscribe", args=[Signer(salt="another").sign(str(other.pk))]),
        reverse("mail_unsubscribe", args=[f":{signature}".rstrip("/")]),
    ]

    assert {Client().post(one).status_code for one in forged} == {404}
    assert not MailChoice.objects.exists()


def test_the_link_of_one_person_changes_nothing_for_whoever_is_signed_in(
    client_for: Callable[..., Any],
) -> None:
    client = client_for("library_lead")

    page = client.post(path_of(person("lead")))

    assert page.status_code == 200
    assert rhythm_of(person("library_lead")) == Rhythm.DAILY
    assert not holds(page, person("lead").email)
    assert not holds(page, "Leitung Bürgeramt")


def test_programs_that_open_links_change_nothing_and_one_click_of_a_mail_program_does(
    guest: Any,
) -> None:
    lead, path = person("lead"), path_of(person("lead"))
    strict = Client(enforce_csrf_checks=True)

    assert guest.get(path).status_code == 200
    assert strict.head(path).status_code == 200
    assert not MailChoice.objects.exists()

    answer = strict.post(path, {"List-Unsubscribe": "One-Click"})  # RFC 8058: no cookie, no token
    assert answer.status_code == 200
    assert rhythm_of(lead) == Rhythm.OFF

    strict.post(path)  # it stays
    tell(lead)
    assert guest.get(path).status_code == 200
    assert rhythm_of(lead) == Rhythm.OFF


def test_the_link_of_a_closed_account_is_gone(guest: Any) -> None:
    path = path_of(person("lead"))
    close_account(user=person("lead"), municipality=municipality(), by=person("administration"))

    assert guest.get(path).status_code == 404


# ------------------------------------------------------------------- texts


@pytest.mark.parametrize("text", HARMFUL)
def test_no_text_reaches_more_than_the_named_values(
    text: str, client_for: Callable[..., Any]
) -> None:
    client, url = client_for("coordination", typed=True), reverse("message_text", args=[DUE])
    message = tell(person("lead"))
    seen = client.get(url).context["form"].state
    form = {f"{kind}_{language}": text for kind in ("title", "text") for language in ("de", "en")}

    page = client.post(url, form | {"seen": seen})
    MessageText.objects.create(  # even if it stood in the database already
        municipality=municipality(), reason=DUE, language="en", title=text, text=text
    )

    assert page.status_code == 422
    assert holds(page, text)
    assert texts.told(message, "en").title == text


def test_what_stands_in_a_value_is_never_filled_in_again(client_for: Callable[..., Any]) -> None:
    title = "{place} <script>alert(1)</script>\r\nBcc: boese@example.org \u202egpj.exe"
    message = tell(person("lead"), measure=title)

    told = texts.told(message, "en")

    assert told.title.endswith("{place} <script>alert(1)</script> Bcc: boese@example.org gpj.exe")
    assert holds(client_for("lead", typed=True).get(reverse("inbox")), "<script>alert(1)</script>")


def test_no_text_makes_a_second_line_in_a_subject() -> None:
    operations.choose_rhythm(rhythm=Rhythm.AT_ONCE, by=person("lead"))
    for language in ("de", "en"):
        MessageText.objects.create(
            municipality=municipality(),
            reason=DUE,
            language=language,
            title="Eins\r\nBcc: a@example.org\n{measure}\x0b\u2028",
            text="Zwei",
        )
    tell(person("lead"), measure="Lang " * 200 + "\n\nDrei")

    make_mails_at_once()

    subject = OutgoingMail.objects.get().subject
    assert len(subject.splitlines()) == 1
    assert len(subject) <= 200


def test_only_the_coordination_changes_texts_and_only_those_of_its_city() -> None:
    words = {key: ("Eins", "Zwei") for key in ("de", "en")}
    for by in (person("lead"), person("administration"), person("coordination", THERE)):
        with pytest.raises(PermissionDenied):
            operations.change_texts(municipality=municipality(), reason=DUE, words=words, by=by)
        with pytest.raises(PermissionDenied):
            operations.reset_texts(municipality=municipality(), reason=DUE, by=by)

    assert not MessageText.objects.exists()
    assert not Notification.objects.exists()
