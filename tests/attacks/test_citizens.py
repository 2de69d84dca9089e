"""Attack: find out who answered what, answer for others, or answer a thousand times."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from chancencheck.surveys import operations, views_public
from chancencheck.surveys.choices import Channel, DoneState, TextState
from chancencheck.surveys.doors import forget_doors
from chancencheck.surveys.models import Counter, FreeText, Survey
from chancencheck.surveys.operations import SaidDoneInput
from chancencheck.surveys.queries import texts_waiting
from tests import surveys_world as asked
from tests.attacks.everything import tables, where
from tests.page_lint import holds, parse, words
from tests.surveys.phone import Phone, close, form, people, ticket_of, url_of
from tests.world import THERE, municipality, person

pytestmark = pytest.mark.usefixtures("cities")

ADDRESS, BROWSER = "203.0.113.77", "Geheimbrowser/4.2"
EVIL = "<script>alert(1)</script>\"'&\u202eevil\u202c \u2067x\u2069 \u200fy \x00\x07z"
HARMLESS = "<script>alert(1)</script>\"'&evil x y z"


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    forget_doors()
    views_public.SENT.forget()
    views_public.CODES.forget()


def three_answers(survey: Survey) -> list[str]:
    """Three people answer, each in a way that nobody else does; gives their tickets."""
    phone = Phone(REMOTE_ADDR=ADDRESS, headers={"user-agent": BROWSER})
    tickets = []
    for number, (channel, language) in enumerate(
        [(Channel.WEB, "de"), (Channel.QR, "ar"), (Channel.KIOSK, "en")], start=1
    ):
        url = url_of(asked.entrance(survey, channel), language)
        tickets.append(ticket_of(phone.get(url)))
        answers = {item: number for item in range(1, 6)}
        page = phone.post(url, form(tickets[-1], answers, f"Text {number}"))
        assert page.status_code == 302
        phone.get(page["Location"])
    return tickets


def pages(survey: Survey) -> list[str]:
    """Every page for citizens that leads to the survey and its result."""
    slug, part = municipality().slug, survey.parts.get()
    code = asked.entrance(survey).code
    return [
        reverse("survey_open", args=[code]),
        reverse("survey_in", args=[code, "ar"]),
        reverse("survey_thanks", args=[code, "de"]),
        reverse("city_page", args=[slug, "de"]),
        reverse("citizens_help", args=[slug, "de"]),
        reverse("public_result", args=[slug, part.pk, "de"]),
    ]


# ------------------------------------------------------------------- what is stored


def test_only_counters_texts_and_spent_tickets_change() -> None:
    survey = asked.running()
    before = tables()

    three_answers(survey)

    after = tables()
    assert {name for name in after if after[name] != before[name]} == {
        "surveys_counter",
        "surveys_freetext",
        "surveys_ticket",
    }


def test_no_row_holds_two_answers_an_address_a_browser_or_a_time() -> None:
    survey = asked.running()
    tickets = three_answers(survey)

    stored = tables()

    for secret in (ADDRESS, BROWSER, *tickets, *(t.split(".")[0] for t in tickets)):
        assert where(secret) == set()
    # entrance, language, item, value, shard, number: one value of one item
    assert {len(row) for row in stored["surveys_counter"]} == {6}
    assert len(stored["surveys_counter"]) == 3 * (1 + 5)
    assert {len(row) for row in stored["surveys_ticket"]} == {2}  # digest, day
    rows = [v for name in stored if name.startswith("surveys_") for r in stored[name] for v in r]
    assert not [value for value in rows if isinstance(value, datetime)]


def test_a_text_tells_neither_place_nor_channel_and_has_a_random_key() -> None:
    survey = asked.running()
    three_answers(survey)

    assert [f.attname for f in FreeText._meta.concrete_fields] == [
        "id",
        "part_id",
        "language",
        "text",
        "state",
        "published",
        "reason",
    ]
    assert {UUID(str(text.pk)).version for text in FreeText.objects.all()} == {4}


def places_of(column: str, table: str) -> list[Any]:
    """A column in the order in which rows lie on the disk."""
    key = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY {key}")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_after_tidying_up_neither_order_nor_version_of_a_row_tells_who_came_last() -> None:
    survey = asked.running()
    written = [f"Text {number:02}" for number in range(12)]
    for number, text in enumerate(written):
        asked.answer(survey, {1: 1 + number % 5}, text=text, language=["de", "ar"][number % 2])

    operations.tidy()

    if connection.vendor == "postgresql":
        for table in ("surveys_counter", "surveys_freetext"):
            assert len(set(places_of("xmin::text", table))) == 1
    found = places_of("text", "surveys_freetext")
    assert sorted(found) == written
    assert found not in (written, written[::-1])
    keys = places_of("entrance_id * 1000 + item * 10 + value", "surveys_counter")
    assert len(keys) == Counter.objects.filter(shard=0).count() == 2 * (1 + 5)
    close(survey)
    assert [text.text for text in texts_waiting(survey, survey.parts.all())] != written


def test_nothing_that_was_answered_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    survey = asked.running()
    with caplog.at_level(logging.DEBUG):
        tickets = three_answers(survey)
        url = url_of(survey)
        Client().post(url, form("falsch", {1: 3}, "Text 4"), REMOTE_ADDR=ADDRESS)
        Client().post(url, form("", {1: 3}), headers={"sec-fetch-site": "cross-site"})

    for secret in ("Text ", ADDRESS, BROWSER, "a1", *tickets):
        assert secret not in caplog.text


# ------------------------------------------------------------------- who is at the device


@pytest.mark.parametrize("who", ["lead", "coordination"])
def test_no_page_sets_a_cookie_or_knows_who_is_signed_in(
    client_for: Callable[..., Any], who: str
) -> None:
    survey, client = asked.closed(12), client_for(who, typed=True)
    operations.publish_part(part=survey.parts.get(), by=person("lead"))
    survey.parts.update(published_on=survey.opens_on)
    other = asked.running(name="Zweite", units=["Bücherei"])
    urls = [*pages(survey), url_of(asked.entrance(other)), "/u/gibtsnicht/"]
    phone = Phone()
    phone.cookies = client.cookies

    for url in urls:
        page, plain = phone.get(url), Phone().get(url)
        assert not page.cookies
        assert "Set-Cookie" not in page.headers
        assert "Cookie" not in page.headers.get("Vary", "")
        assert strip(page) == strip(plain)
        assert page.status_code == plain.status_code
    assert client.get(reverse("home")).status_code == 200  # the session is still there


def strip(page: Any) -> str:
    """A page without its ticket."""
    text: str = page.content.decode()
    return text.replace(ticket_of(page) or "\0", "")


def test_sending_and_thanks_set_no_cookie_either() -> None:
    survey, phone = asked.running(), Phone()

    sent = phone.answer(survey, {1: 1})
    thanks = phone.get(sent["Location"])

    assert not phone.cookies
    assert [page.headers["Cache-Control"] for page in (sent, thanks)] == ["no-store, private"] * 2


# ------------------------------------------------------------------- what is sent


def test_script_and_turning_characters_stay_text_wherever_they_are_shown() -> None:
    survey, phone = asked.running(), Phone()

    for problem in ({}, {"language": "ar"}):  # refused, or in another language: shown again
        page = phone.post(url_of(survey), form("falsch", {1: 1}, EVIL, **problem))
        assert holds(page, HARMLESS)
        assert all(script.get("src") for script in parse(page).iter("script"))
    phone.answer(survey, {1: 1}, EVIL)

    assert FreeText.objects.get().text == HARMLESS


def test_what_is_said_and_done_stays_text_on_the_public_page() -> None:
    survey = asked.closed(12)
    part = survey.parts.get()
    pair = SaidDoneInput(said=HARMLESS, done=HARMLESS, state=DoneState.DONE)
    operations.save_said_done(part=part, entries=[pair], by=person("lead"))
    operations.publish_part(part=part, by=person("lead"))
    survey.parts.update(published_on=survey.opens_on)

    page = Phone().get(reverse("public_result", args=[municipality().slug, part.pk, "de"]))

    assert page.status_code == 200
    assert words(page).count("<script>alert(1)</script>") == 2
    assert all(script.get("src") for script in parse(page).iter("script"))


def test_a_text_in_the_review_is_text(client_for: Callable[..., Any]) -> None:
    survey = asked.running()
    Phone().answer(survey, {1: 1}, EVIL)
    FreeText.objects.update(text=f"{HARMLESS} <b>fett</b>")  # whatever may have come in
    close(survey)

    page = client_for("coordination", typed=True).get(reverse("survey_texts", args=[survey.pk]))

    assert holds(page, "<b>fett</b>")
    assert FreeText.objects.get().state == TextState.WAITING


def test_values_and_questions_that_do_not_exist_are_not_counted() -> None:
    survey, phone = asked.running(), Phone()
    url = url_of(survey)
    odd = {"a0": "1", "a2": "0", "a3": "6", "a4": "-1", "a5": "１", "a6": "1", "a99": "2"}
    odd |= {"a1.0": "1", "A1": "1", "a1[]": "1", "item": "1", "n": "1000", "entrance": "1"}

    nothing = phone.post(url, form(ticket_of(phone.get(url)), {}, **odd))
    something = phone.post(url, form(ticket_of(phone.get(url)), {1: 5}, **odd))

    assert (nothing.status_code, something.status_code) == (422, 302)
    assert set(Counter.objects.values_list("item", "value", "n")) == {(0, 0, 1), (1, 5, 1)}


def test_no_text_is_kept_where_none_was_asked_for_and_none_that_is_too_long() -> None:
    without, survey = asked.running(has_open_question=False), asked.running(name="Andere")

    Phone().answer(without, {1: 1}, "Text")
    refused = Phone().answer(survey, {1: 1}, "x" * 1001)

    assert refused.status_code == 422
    assert people(survey) == FreeText.objects.count() == 0
    assert people(without) == 1


# ------------------------------------------------------------------- closed, foreign, from elsewhere


def test_a_draft_and_a_guessed_address_are_not_there() -> None:
    draft = asked.draft()

    for url in (url_of(draft), url_of(draft, "ar"), "/u/abcdefg/", "/u/abcdefg/ar/danke/"):
        assert Phone().get(url).status_code == 404
        assert Phone().post(url, form("", {1: 1})).status_code in (404, 405)
    assert people(draft) == 0


def test_a_closed_survey_counts_nothing_more() -> None:
    survey, phone = asked.running(), Phone()
    url = url_of(survey)
    tickets = [ticket_of(phone.get(url)) for _page in range(3)]
    close(survey)
    stored = tables()

    found = [
        phone.get(url),
        phone.post(url, form(tickets[0], {1: 1}, "Text")),
        phone.post(url, form(tickets[1], {1: 1}, language="ar")),
        phone.post(url, form(tickets[2], {1: 1}), headers={"x-requested-with": "fetch"}),
    ]

    assert [page.status_code for page in found] == [410] * 4
    assert tables() == stored


@pytest.mark.parametrize(("opens_in", "closes_in", "status"), [(1, 5, 200), (-9, -1, 410)])
def test_before_its_first_and_after_its_last_day_nothing_is_counted(
    opens_in: int, closes_in: int, status: int
) -> None:
    survey = asked.running()
    today = survey.opens_on
    Survey.objects.update(
        opens_on=today + timedelta(days=opens_in), closes_on=today + timedelta(days=closes_in)
    )
    forget_doors()
    ticket = views_public.new_ticket(survey.pk)

    page = Phone().post(url_of(survey), form(ticket, {1: 1}))

    assert page.status_code == status
    assert people(survey) == 0


def test_a_result_is_public_only_in_its_city_and_from_its_day_on() -> None:
    survey = asked.closed(12)
    slug, part = municipality().slug, survey.parts.get().pk
    theirs = municipality(THERE).slug

    for city in (slug, theirs):
        assert Phone().get(reverse("public_result", args=[city, part, "de"])).status_code == 404
    operations.publish_part(part=survey.parts.get(), by=person("lead"))
    assert Phone().get(reverse("public_result", args=[slug, part, "de"])).status_code == 404
    survey.parts.update(published_on=survey.opens_on)
    assert Phone().get(reverse("public_result", args=[slug, part, "de"])).status_code == 200
    assert Phone().get(reverse("public_result", args=[theirs, part, "de"])).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://boese.example"}, 403),
        ({"origin": "https://testserver.boese.example"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
        ({"sec-fetch-site": "same-origin"}, 302),
        ({"origin": "http://testserver"}, 302),
        ({}, 302),
    ],
)
def test_a_form_on_another_site_answers_for_nobody(headers: dict[str, str], status: int) -> None:
    survey, client = asked.running(), Client()
    ticket = ticket_of(client.get(url_of(survey)))

    page = client.post(url_of(survey), form(ticket, {1: 1}), headers=headers)

    assert page.status_code == status
    assert people(survey) == (status == 302)
