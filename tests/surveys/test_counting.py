"""n accepted are n counted: whatever is sent twice, too late, wrongly, or at the same moment."""

import random
from collections import Counter as Tally
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from chancencheck.surveys import operations, views_public
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.counting import PEOPLE, Counted
from chancencheck.surveys.doors import Door, door, forget_doors
from chancencheck.surveys.models import Counter, FreeText, OneTimeCode, Survey, Ticket
from chancencheck.surveys.operations import Submission
from chancencheck.surveys.tickets import VALID, new_ticket
from tests import surveys_world as asked
from tests import world
from tests.page_lint import by_class, holds, parse
from tests.surveys.phone import Phone, close, form, people, ticket_of, url_of

pytestmark = pytest.mark.usefixtures("cities")


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    forget_doors()
    views_public.SENT.forget()
    views_public.CODES.forget()


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let some days pass."""
    day = timezone.localdate() + timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda: day)


def all_counters(survey: Survey) -> dict[tuple[int, str, int, int], int]:
    """What is stored, by entrance, language, item and value."""
    rows = Counter.objects.filter(entrance__part__survey=survey)
    keys = ("entrance_id", "language", "item", "value")
    found = rows.values_list(*keys).annotate(total=Sum("n"))
    return {(e, language, item, value): n for e, language, item, value, n in found}


# ------------------------------------------------------------------- everybody, once


def answered_by_many(survey: Survey, number: int) -> Tally[tuple[int, str, int, int]]:
    """Many people answer through their browsers; gives what they sent, counted by the test."""
    chance = random.Random(4)
    ways = [asked.entrance(survey), asked.entrance(survey, Channel.QR)]
    sent: Tally[tuple[int, str, int, int]] = Tally()
    for person in range(number):
        way, language = chance.choice(ways), chance.choice(["de", "ar"])
        questions = chance.sample(range(1, 6), chance.randint(1, 5))
        answers = {item: chance.randint(1, 5) for item in questions}
        page = Phone(checks=False, REMOTE_ADDR=f"10.0.0.{person}").answer(
            way, answers, language=language
        )
        assert page.status_code == 302
        sent.update((way.pk, language, item, value) for item, value in answers.items())
        sent[way.pk, language, PEOPLE, 0] += 1
    return sent


def test_n_accepted_are_n_counted_before_and_after_closing() -> None:
    survey = asked.running()
    sent = answered_by_many(survey, 60)

    assert all_counters(survey) == sent
    operations.merge_counters(survey=survey)
    assert all_counters(survey) == sent

    close(survey)
    tables = survey.result.content["tables"]
    assert {row["item"] for row in tables} == {0, 1, 2, 3, 4, 5}
    channels = dict(survey.parts.get().entrances.values_list("pk", "channel"))
    for row in tables:
        inside = {
            "all": lambda key: True,
            "channel": lambda key, row=row: channels[key[0]] == row["name"],
            "language": lambda key, row=row: key[1] == row["name"],
            "place": lambda key, row=row: (
                (channels[key[0]] == "qr") == (row["name"] == "Warteraum")
            ),
        }[row["kind"]]
        own = [0] * 5
        for key, n in sent.items():
            if key[2] == row["item"] and inside(key):
                own[max(0, key[3] - 1)] += n
        assert (row["values"], row["n"]) == (own, sum(own))


def test_the_same_page_sent_again_counts_once() -> None:
    survey, phone = asked.running(), Phone()
    url = url_of(survey)
    ticket = ticket_of(phone.get(url))

    first = phone.post(url, form(ticket, {1: 1}, "Danke"))
    replay = Phone(REMOTE_ADDR="10.9.9.9").post(url, form(ticket, {1: 4, 2: 2}, "Anders"))

    assert first["Location"] == replay["Location"]  # who pressed twice sees nothing odd
    assert people(survey) == 1
    assert sorted((item, value) for _e, _l, item, value in all_counters(survey)) == [(0, 0), (1, 1)]
    assert FreeText.objects.get().text == "Danke"


def test_merging_leaves_one_row_per_value_and_counting_goes_on() -> None:
    survey = asked.running()
    here = door(asked.entrance(survey).code)
    for shard in (3, 9):
        Counter.objects.create(
            entrance_id=here.entrance_id, language="de", item=0, value=0, shard=shard, n=shard
        )

    operations.merge_counters(survey=survey)
    assert list(Counter.objects.values_list("shard", "n")) == [(0, 12)]
    send(here)
    operations.merge_counters(survey=survey)

    assert set(Counter.objects.values_list("item", "shard", "n")) == {(0, 0, 13), (1, 0, 1)}


def test_closing_deletes_counters_and_codes_and_keeps_spent_tickets() -> None:
    survey, other = asked.running(needs_code=True), asked.running(name="Andere")
    operations.make_codes(survey=survey, number=3, by=world.person("coordination"))
    for one in (survey, other):
        send(door(asked.entrance(one).code))

    close(survey)

    assert not Counter.objects.filter(entrance__part__survey=survey).exists()
    assert not OneTimeCode.objects.exists()
    assert Ticket.objects.count() == 2  # or the same page could be sent to nobody knows where
    assert people(other) == 1


def test_a_ticket_is_forgotten_only_when_its_page_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    survey = asked.running(closes_on=date(2100, 1, 1), results_on=date(2100, 2, 1))
    ticket = send(door(asked.entrance(survey).code))

    for days in range(18):
        with monkeypatch.context() as then:
            later(then, days)
            operations.tidy()
            with_old_page = Phone(REMOTE_ADDR=f"10.0.0.{days}").post(
                url_of(survey), form(ticket, {1: 1})
            )
        assert with_old_page.status_code == (302 if days <= VALID.days else 409)
        assert people(survey) == 1
    assert not Ticket.objects.exists()


def send(here: Door, answers: dict[int, int] | None = None, text: str = "") -> str:
    """Count one person; gives the ticket."""
    ticket = new_ticket(here.survey.pk)
    entry = Submission("de", answers or {1: 1}, text, ticket)
    assert operations.submit(door=here, entry=entry) == Counted.YES
    return ticket


# ------------------------------------------------------------------- tickets


def tampered(ticket: str) -> list[str]:
    number, day, seal = ticket.split(".")
    return [
        "",
        ".",
        "..",
        "ä.ö.ü",
        number,
        f"{number}.{day}",
        f"{number}.{int(day) + 1}.{seal}",
        f"{number[::-1]}.{day}.{seal}",
        f"{number}.{day}.{seal[:-1]}",
        f"{ticket}.",
        "x" * 5000,
    ]


def test_a_ticket_that_is_not_ours_counts_nothing_and_keeps_the_answers() -> None:
    survey, other = asked.running(), asked.running(name="Andere")
    url, phone = url_of(survey), Phone()

    for ticket in [ticket_of(phone.get(url_of(other))), *tampered(new_ticket(survey.pk))]:
        page = phone.post(url, form(ticket, {1: 2}, "Mehr Bänke"))

        assert page.status_code == 409
        assert holds(page, "Mehr Bänke")
        assert [e.get("id") for e in parse(page).iter("input") if "checked" in e.attrib] == ["a1-2"]
    assert people(survey) == people(other) == 0
    assert phone.post(url, form(ticket_of(page), {1: 2})).status_code == 302  # sent once more


def test_an_old_page_keeps_its_answers_and_can_be_sent_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    survey = asked.running(closes_on=date(2100, 1, 1), results_on=date(2100, 2, 1))
    url, phone = url_of(survey), Phone()
    ticket = ticket_of(phone.get(url))
    later(monkeypatch, VALID.days + 1)

    page = phone.post(url, form(ticket, {1: 2}, "Mehr Bänke"))

    assert page.status_code == 409
    assert by_class(parse(page), "cz-note")[-1].get("role") == "alert"
    assert phone.post(url, form(ticket_of(page), {1: 2}, "Mehr Bänke")).status_code == 302
    assert people(survey) == 1


# ------------------------------------------------------------------- one-time codes


def with_codes(number: int = 2) -> tuple[Survey, list[str]]:
    survey = asked.running(needs_code=True)
    by = world.person("coordination")
    return survey, operations.make_codes(survey=survey, number=number, by=by)


def test_a_code_lets_one_person_in_once() -> None:
    survey, (code, _other) = with_codes()
    url, phone = url_of(survey), Phone()

    ticket = ticket_of(phone.post(url, {"code": f" {code.upper()} "}))
    again = phone.post(url, {"code": code})

    assert phone.post(url, form(ticket, {1: 1})).status_code == 302
    assert (again.status_code, ticket_of(again)) == (422, "")
    assert people(survey) == 1
    assert OneTimeCode.objects.filter(is_used=True).count() == 1


def test_without_a_code_no_way_leads_to_a_ticket() -> None:
    survey, _codes = with_codes()
    url, phone = url_of(survey), Phone()
    tries: list[dict[str, Any]] = [
        {"code": ""},
        {"code": "abcdefghjk"},
        {"language": "ar"},
        form("", {1: 1}),
        form("", {}),
        form(new_ticket(survey.pk + 1), {1: 1}, language="ar"),
    ]

    pages = [phone.get(url), *(phone.post(url, data) for data in tries)]

    assert not [page for page in pages if ticket_of(page) and page is not pages[-1]]
    assert phone.post(url, form(ticket_of(pages[-1]), {1: 1})).status_code == 409
    assert people(survey) == 0


def test_a_code_of_another_survey_is_no_code() -> None:
    survey, _codes = with_codes()
    other = asked.running(name="Andere", needs_code=True)

    (code,) = operations.make_codes(survey=other, number=1, by=world.person("coordination"))

    assert Phone().post(url_of(survey), {"code": code}).status_code == 422


def test_who_guesses_codes_is_stopped_even_with_the_right_one() -> None:
    survey, (code, _other) = with_codes()
    url, phone = url_of(survey), Client(REMOTE_ADDR="10.6.6.6")

    found = [phone.post(url, {"code": f"falsch{n}"}).status_code for n in range(25)]

    assert found == [422] * 20 + [429] * 5
    assert phone.post(url, {"code": code}).status_code == 429
    assert ticket_of(Phone(REMOTE_ADDR="10.7.7.7").post(url, {"code": code}))


# ------------------------------------------------------------------- all at the same moment

THREADS, EACH = 12, 25


class Crowd:
    """People who send at the same moment; what they were told and what went wrong."""

    def __init__(self, ways: list[str]) -> None:
        self.ways = ways
        self.told: list[Counted] = []
        self.wrong: list[BaseException] = []
        self.many_are_in = Event()

    def run(self, *others: Any) -> None:
        """Let all of them work and wait for them."""
        jobs = [*[self._send] * THREADS, *others]
        threads = [Thread(target=self._guarded, args=(job,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in threads)

    def _guarded(self, job: Any) -> None:
        try:
            job()
        except BaseException as error:
            self.wrong.append(error)
        finally:
            connection.close()

    def _send(self) -> None:
        for _number in range(EACH):
            here = door(random.choice(self.ways))
            answers = {item: random.randint(1, 5) for item in range(1, 6)}
            entry = Submission("de", answers, "Wort", new_ticket(here.survey.pk))
            self.told.append(operations.submit(door=here, entry=entry))
            if len(self.told) >= THREADS * EACH * 2 // 3:
                self.many_are_in.set()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_lost_while_shards_are_merged_and_the_survey_closes() -> None:
    survey = asked.running()
    ways = [asked.entrance(survey).code, asked.entrance(survey, Channel.QR).code]
    crowd = Crowd(ways)

    def merge() -> None:
        while not crowd.many_are_in.wait(0.05):
            operations.merge_counters(survey=survey)

    def close_it() -> None:
        assert crowd.many_are_in.wait(60)
        close(Survey.objects.get(pk=survey.pk))

    crowd.run(merge, close_it)

    assert crowd.wrong == []
    assert len(crowd.told) == THREADS * EACH
    accepted = crowd.told.count(Counted.YES)
    rows = survey.result.content["tables"]
    assert [r["n"] for r in rows if r["kind"] == "all"] == [accepted] * 6
    assert FreeText.objects.count() == Ticket.objects.count() == accepted
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_page_sent_by_many_at_the_same_moment_counts_once() -> None:
    survey = asked.running()
    here = door(asked.entrance(survey).code)
    entry = Submission("de", {1: 1}, "Wort", new_ticket(survey.pk))
    crowd = Crowd([])

    def send_one() -> None:
        crowd.told.append(operations.submit(door=here, entry=entry))

    crowd._send = send_one
    crowd.run()

    assert crowd.wrong == []
    assert Tally(crowd.told) == {Counted.YES: 1, Counted.ALREADY: THREADS - 1}
    assert people(survey) == FreeText.objects.count() == 1
