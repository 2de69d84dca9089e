"""Messages: what they say, the inbox, the own choice about mails, the city's own words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chancencheck.audit.models import Entry
from chancencheck.notifications import operations, texts
from chancencheck.notifications.choices import OCCASIONS, WORDINGS, Reason, Rhythm
from chancencheck.notifications.forms import state_of
from chancencheck.notifications.models import MailChoice, MessageText, Notification
from chancencheck.notifications.queries import rhythm_of
from chancencheck.notifications.views import _current
from chancencheck.organisations.models import Membership
from chancencheck.organisations.operations import ensure_person, give_role
from chancencheck.organisations.roles import Role
from tests.notifications.messages import PATH, tell
from tests.page_lint import holds
from tests.world import HERE, THERE, municipality, person

pytestmark = pytest.mark.usefixtures("cities")

DUE = Reason.MEASURE_DUE


def change(words: dict[str, tuple[str, str]], city: str = HERE, reason: Reason = DUE) -> None:
    operations.change_texts(
        municipality=municipality(city),
        reason=reason,
        words=words,
        by=person("coordination", city),
    )


def own(language: str = "en") -> dict[str, tuple[str, str]]:
    """A text with every placeholder, as the coordination types it."""
    measure, day = (texts.shown_name(key, language) for key in ("measure", "day"))
    typed = {key: texts.words_of_program(DUE, key) for key in ("de", "en")}
    return typed | {language: (f"Heads up: {measure}", f"It is due on {day}.")}


# ------------------------------------------------------------------- what a message says


def test_the_same_is_told_once_per_person_object_reason_and_day() -> None:
    lead = person("lead")
    for _time in range(2):
        tell(lead)

    assert Notification.objects.count() == 1

    tell(lead, about="measure:2")
    tell(lead, reason=Reason.MEASURE_OVERDUE)
    tell(lead, day=timezone.localdate() - timedelta(days=1))
    tell(person("library_lead"))
    assert Notification.objects.count() == 5


def test_a_message_speaks_the_language_of_its_reader() -> None:
    message = tell(person("lead"))

    english, german = (texts.told(message, language) for language in ("en", "de"))

    assert english.title == "Until March 31, 2027: Abends öffnen"
    assert "31. März 2027" in german.title
    assert english.why == "You get this because you look after this measure."


def test_every_kind_of_message_has_words_and_a_name() -> None:
    assert set(WORDINGS) == set(OCCASIONS) == set(Reason)
    for reason in Reason:
        for language in ("de", "en"):
            typed = " ".join(texts.words_of_program(reason, language))
            assert texts.unknown_placeholders(typed, reason, language) == []


def test_what_a_message_does_not_know_becomes_a_dash() -> None:
    message = tell(person("lead"), measure="Eins")
    message.values = {"measure": "Eins", "day": {"date": "no day"}}

    assert texts.told(message, "en").title == "Until –: Eins"


# ------------------------------------------------------------------- the inbox


def test_the_inbox_shows_what_is_new_first_and_leads_there(client_for: Callable[..., Any]) -> None:
    lead = person("lead")
    read = tell(lead, about="measure:1", measure="Schon gelesen")
    new = tell(
        lead, about="measure:2", day=timezone.localdate() - timedelta(days=3), measure="Noch neu"
    )
    client = client_for("lead")

    opened = client.post(reverse("message_open", args=[read.pk]))

    page = client.get(reverse("inbox")).content.decode()
    assert opened["Location"] == PATH
    assert page.index("Noch neu") < page.index("Schon gelesen")
    assert holds(client.get("/konto/"), "(1")
    new.refresh_from_db()
    assert not new.is_read


def test_opening_the_inbox_or_a_prefetched_link_reads_nothing(
    client_for: Callable[..., Any],
) -> None:
    message = tell(person("lead"))
    client = client_for("lead")

    client.get(reverse("inbox"))
    answer = client.get(reverse("message_open", args=[message.pk]))

    message.refresh_from_db()
    assert (answer.status_code, message.is_read) == (405, False)


def test_all_messages_are_read_with_one_button(client_for: Callable[..., Any]) -> None:
    tell(person("lead"))
    theirs = tell(person("library_lead"))
    client = client_for("lead")
    assert client.get("/").content.decode().count(reverse("inbox")) == 2  # menu and next step

    client.post(reverse("messages_read"))

    assert not Notification.objects.filter(user=person("lead"), is_read=False).exists()
    theirs.refresh_from_db()
    assert not theirs.is_read


def test_the_inbox_has_pages_and_asks_no_more_for_more(client_for: Callable[..., Any]) -> None:
    client, lead = client_for("lead"), person("lead")
    tell(lead)
    few = _queries(client)
    for number in range(2, 26):
        tell(lead, about=f"measure:{number}", measure=f"Maßnahme {number}")

    assert _queries(client) == few <= 12
    pages = [client.get(f"{reverse('inbox')}?page={number}") for number in (1, 2)]
    assert [page.content.decode().count("cc-row__go") for page in pages] == [20, 5]


def _queries(client: Any) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse("inbox")).status_code == 200
    return len(found)


def test_messages_of_a_city_one_has_left_are_not_shown(client_for: Callable[..., Any]) -> None:
    user = ensure_person(email="beide@example.org", municipality=municipality())
    ensure_person(email="beide@example.org", municipality=municipality(THERE))
    message = tell(user, measure="Von früher")
    Membership.objects.get(user=user, municipality=municipality()).delete()
    client = client_for(user)

    assert not holds(client.get(reverse("inbox")), "Von früher")
    assert client.post(reverse("message_open", args=[message.pk])).status_code == 404
    assert "(1" not in client.get("/konto/").content.decode()


def test_messages_go_after_a_year_and_when_somebody_leaves_the_city() -> None:
    user = ensure_person(email="beide@example.org", municipality=municipality())
    tell(user)
    old, stays = tell(person("lead")), tell(person("lead"), about="measure:2")
    for message, days in ((old, 366), (stays, 364)):
        Notification.objects.filter(pk=message.pk).update(
            made_on=timezone.localdate() - timedelta(days=days)
        )
    Membership.objects.get(user=user).delete()

    operations.forget_messages()

    assert Notification.objects.get() == stays


# ------------------------------------------------------------------- the own choice


def test_the_choice_is_the_persons_own_and_nothing_else_changes_it(
    client_for: Callable[..., Any],
) -> None:
    lead, url = person("lead"), reverse("mail_settings")
    assert rhythm_of(lead) == Rhythm.DAILY
    client = client_for("lead")
    assert client.post(url, {"rhythm": "hourly"}).status_code == 422

    client.post(url, {"rhythm": "weekly"})
    before = MailChoice.objects.values().get()
    client.post(reverse("account"), {"name": "Neuer Name", "language": "en"})
    give_role(user=lead, role=Role.EXECUTIVE, municipality=municipality(), by=None)
    ensure_person(email=lead.email, municipality=municipality(THERE))
    change(own())
    tell(lead)
    client.logout()
    client_for("lead").get("/")

    assert MailChoice.objects.values().get() == before
    assert before["rhythm"] == Rhythm.WEEKLY


def test_switching_mails_on_again_sends_nothing_of_the_time_before() -> None:
    lead = person("lead")
    for rhythm in (Rhythm.OFF, Rhythm.AT_ONCE):
        operations.choose_rhythm(rhythm=rhythm, by=lead)

    assert MailChoice.objects.get().since == timezone.localdate()

    operations.choose_rhythm(rhythm=Rhythm.WEEKLY, by=lead)
    assert MailChoice.objects.get().since == timezone.localdate()


# ------------------------------------------------------------------- the city's own words


def test_a_city_says_it_in_its_own_words(client_for: Callable[..., Any]) -> None:
    client, url = client_for("coordination"), reverse("message_text", args=[DUE])
    message, theirs = tell(person("lead")), tell(person("lead", THERE), city=THERE)

    client.post(url, _typed(own()))

    assert texts.told(message, "en").title == "Heads up: Abends öffnen"
    assert texts.told(message, "en").text == "It is due on March 31, 2027."
    assert texts.told(message, "de").title == texts.told(theirs, "de").title
    assert texts.told(theirs, "en").title.startswith("Until")
    stored = MessageText.objects.get()
    assert (stored.language, stored.title) == ("en", "Heads up: {measure}")
    assert Entry.objects.filter(action="message_text_changed").count() == 1
    assert holds(client.get(url), "{date}")  # shown with the names of the language again


def test_the_preview_shows_both_languages_and_stores_nothing(
    client_for: Callable[..., Any],
) -> None:
    client, url = client_for("coordination"), reverse("message_text", args=[DUE])
    typed = own("de") | {"en": own("en")["en"]}

    page = client.post(url, _typed(typed) | {"preview": "1"})

    assert not MessageText.objects.exists()
    assert page.content.decode().count("<article") == 2
    assert page.content.decode().count("Heads up: ") == 4  # typed twice, shown twice


def test_what_means_nothing_is_said_at_the_field_and_the_text_stays(
    client_for: Callable[..., Any],
) -> None:
    client, url = client_for("coordination"), reverse("message_text", args=[DUE])
    typed = _typed(own()) | {"text_en": "Hello {name}, {needs}", "title_de": ""}

    page = client.post(url, typed)

    assert page.status_code == 422
    assert holds(page, "Hello {name}, {needs}")
    assert holds(page, "{name}, {needs} ")
    assert not MessageText.objects.exists()


def test_the_words_of_the_program_come_back(client_for: Callable[..., Any]) -> None:
    client, url = client_for("coordination"), reverse("message_text", args=[DUE])
    change(own())

    client.post(url, {"reset": "1"})

    assert not MessageText.objects.exists()
    change({key: texts.words_of_program(DUE, key) for key in ("de", "en")})
    assert not MessageText.objects.exists()  # the same words are no words of one's own


def test_two_people_do_not_overwrite_each_other_unawares(client_for: Callable[..., Any]) -> None:
    client, url = client_for("coordination"), reverse("message_text", args=[DUE])
    old = _typed(own("de"))
    change(own("en"))

    page = client.post(url, old)

    assert page.status_code == 422
    assert holds(page, "Heads up")
    assert MessageText.objects.get().language == "en"
    again = old | {"seen": page.context["form"].state}
    assert client.post(url, again).status_code == 302


def _typed(words: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The form as the page sends it."""
    form = {"seen": state_of(_current(municipality(), DUE)[0])}
    for language, (title, text) in words.items():
        form |= {f"title_{language}": title, f"text_{language}": text}
    return form
