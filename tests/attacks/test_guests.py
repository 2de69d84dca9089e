"""Attack: come into a workshop uninvited, stay too long, or see more than a guest may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import reverse

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment, Distribution
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.guests import COOKIE
from chancencheck.workshops.models import Ballot
from tests import room, world
from tests.attacks.everything import tables
from tests.page_lint import by_class, parse
from tests.room import IDEA, room_of
from tests.world import person, values

pytestmark = pytest.mark.usefixtures("cities")

FETCH = {"x-requested-with": "fetch"}
LIMIT = int(settings.ACCOUNT_RATE_LIMITS["join_workshop"].partition("/")[0])


def running(*levels: int | None) -> tuple[Assessment, Distribution]:
    """A vote on KOM-1 runs; these people of the team have voted."""
    assessment = world.workshop()
    vote = room.ask_again(assessment)
    room.team_votes(assessment, vote, levels)
    return assessment, vote


def phone_in(assessment: Assessment) -> Any:
    phone = room.device(room.code_of(assessment))
    assert room.is_in(phone)
    return phone


# ------------------------------------------------------------------- coming in


def test_a_code_opens_its_own_workshop_and_no_other() -> None:
    mine, theirs = world.workshop(), world.workshop("Bücherei")
    vote, foreign = room.ask_again(mine), room.ask_again(theirs)
    phone = phone_in(mine)

    own = room.tap(phone, vote, 2)
    other = room.tap(phone, foreign, 2)

    assert (own.status_code, other.status_code) == (302, 409)
    assert Ballot.objects.get().distribution == vote
    assert "Bücherei" not in phone.get(reverse("guest_now")).content.decode()


def test_with_the_code_of_another_workshop_one_leaves_the_first() -> None:
    mine, theirs = world.workshop(), world.workshop("Bücherei")
    phone = phone_in(mine)

    phone.post(reverse("join"), {"code": room.code_of(theirs)})

    page = phone.get(reverse("guest_now"))
    assert page.context["assessment"] == theirs


def finish(assessment: Assessment, how: str) -> None:
    """The code is worth nothing any more."""
    here: dict[str, Any] = {"assessment": assessment, "by": person("moderator")}
    {
        "ended": lambda: workshops.end_workshop(**here),
        "renewed": lambda: workshops.renew_code(**here),
        "shut out": lambda: workshops.shut_out_guests(**here),
        "released": lambda: world.release(world.settle(assessment)),
        "closed": lambda: assess.close_round(
            run=assessment.participation.round, by=person("coordination")
        ),
    }[how]()


ENDS = ["ended", "renewed", "shut out", "released", "closed"]


@pytest.mark.parametrize("how", ENDS)
def test_after_the_end_nobody_comes_in_stays_in_or_votes(how: str) -> None:
    assessment, vote = running(1, 2, 3)
    code, phone = room.code_of(assessment), phone_in(assessment)

    finish(assessment, how)

    ballots = Ballot.objects.count()
    room.tap(phone, vote, 4)
    assert phone.get(reverse("guest_now")).status_code == 410
    assert not room.is_in(room.device(code))
    assert "Bürgeramt" not in Client().get(reverse("join_code", args=[code])).content.decode()
    assert Ballot.objects.count() == ballots


@pytest.mark.parametrize("how", ENDS)
def test_what_is_kept_for_all_guests_ends_with_the_workshop_too(how: str) -> None:
    assessment = world.workshop()
    phone, url = phone_in(assessment), reverse("guest_now")
    room.show(assessment)
    kept = [phone.get(url, headers=FETCH) for _ in range(2)]  # made once, then handed out

    finish(assessment, how)

    assert [page.status_code for page in kept] == [200, 200]
    assert kept[0].content == kept[1].content
    assert phone.get(url, headers=FETCH).status_code == 410


def test_going_on_after_the_end_does_not_bring_old_guests_back() -> None:
    assessment = world.workshop()
    code, phone = room.code_of(assessment), phone_in(assessment)
    room.end(assessment)
    workshops.resume_workshop(assessment=assessment, by=person("moderator"))

    assert room.code_of(assessment) != code
    assert not room.is_in(phone)


def test_a_link_alone_lets_nobody_in() -> None:
    assessment = world.workshop()
    phone = Client()  # a preview of a chat opens links; it does not press buttons

    page = phone.get(reverse("join_code", args=[room.code_of(assessment)]))

    assert page.status_code == 200
    assert COOKIE not in phone.cookies


# ------------------------------------------------------------------- what guests see


def test_guests_see_the_requirement_and_the_vote_and_nothing_else(
    client_for: Callable[..., Any],
) -> None:
    assessment = room.with_words(world.workshop())
    workshops.save_finding(
        assessment=assessment,
        requirement=world.requirement(assessment),
        values=values(),
        revision=0,
        by=person("moderator"),
    )
    room.note(assessment, "der Chef war dagegen", requirement=world.requirement(assessment))
    phone, url = phone_in(assessment), reverse("guest_now")
    room.show(assessment)
    talking = [phone.get(url), phone.get(url, headers=FETCH)]
    vote = room.ask_again(assessment)
    room.team_votes(assessment, vote, (1, 2, 3))
    voting = [phone.get(url), phone.get(url, headers=FETCH)]
    room.close_vote(assessment)
    after = [phone.get(url), phone.get(url, headers=FETCH)]

    secret = [IDEA, "Wir hören zu", "Mehr Bilder", "der Chef war dagegen", "member", "Moderation"]
    for page in talking + voting + after:
        text = page.content.decode()
        assert "Wir sprechen verständlich." in text
        assert [word for word in secret if word in text] == []
        assert not by_class(parse(page), "cc-spread")
        assert not by_class(parse(page), "cc-spread-table")
        assert "scene" not in page.context


def test_before_anything_is_shown_guests_learn_where_they_are_and_nothing_more() -> None:
    assessment = room.with_words(world.workshop())
    workshops.show(assessment=assessment, requirement=None, by=person("moderator"))

    text = phone_in(assessment).get(reverse("guest_now")).content.decode()

    assert "Bürgeramt" in text
    assert not [
        word for word in (IDEA, "KOM-1", "@", "Der Schalter im Erdgeschoss") if word in text
    ]


def test_the_ticket_of_a_guest_opens_no_page_of_the_team() -> None:
    assessment = world.workshop()
    phone = phone_in(assessment)

    for name in ("workshop", "wall", "follow", "plan", "paper", "protocol", "protocol_docx"):
        page = phone.get(reverse(name, args=[assessment.pk]))
        assert page["Location"].startswith("/anmelden/"), name
    for name in ("vote", "steer"):
        phone.post(reverse(name, args=[assessment.pk]), {"do": "forward"})
    assert room_of(assessment).requirement is None
    assert phone.cookies[COOKIE]["path"] == "/mitmachen/"
    assert phone.cookies[COOKIE]["httponly"]
    assert not Session.objects.filter(pk=phone.cookies[COOKIE].value).exists()


def forged(code: str, device: str = "1" * 32, salt: str = "chancencheck.guest") -> list[str]:
    """Tickets somebody could make without the server's secret."""
    ticket = {"code": code, "device": device}
    honest = signing.dumps(ticket, key="guessed", salt=salt)
    return [
        honest,
        honest.rsplit(":", 1)[0],
        signing.dumps(ticket, salt="django.core.signing"),
        signing.dumps(ticket, salt="chancencheck.live"),
        code,
        "",
        "{}",
        ":" * 3,
    ]


def test_the_ticket_of_a_guest_cannot_be_made_up() -> None:
    assessment, vote = running()
    for ticket in forged(room.code_of(assessment)):
        phone = Client()
        phone.cookies[COOKIE] = ticket

        assert phone.get(reverse("guest_now")).status_code == 410, ticket
        phone.post(reverse("guest_vote"), {"vote": vote.pk, "level": 1})

    assert not Ballot.objects.exists()


def test_a_ticket_is_worth_nothing_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    phone = phone_in(world.workshop())
    later = signing.time.time() + 13 * 60 * 60

    monkeypatch.setattr(signing.time, "time", lambda: later)

    assert not room.is_in(phone)


def test_nothing_about_a_guest_is_stored() -> None:
    assessment = world.workshop()
    code = room.code_of(assessment)
    before = tables()

    phone = room.device(code)
    phone.get(reverse("guest_now"))
    phone.post(reverse("guest_leave"))

    after = tables()
    assert {name for name in after if after[name] != before.get(name)} <= {"cache_entries"}


# ------------------------------------------------------------------- guessing


def guess(code: str = "AAAAAA", address: str = "192.0.2.1", **headers: str) -> Any:
    """Somebody at this address tries a code."""
    client = Client(REMOTE_ADDR=address)
    return client.post(reverse("join"), {"code": code}, headers=headers)


def test_guessing_stops_after_the_limit_even_for_the_right_code() -> None:
    code = room.code_of(world.workshop())
    statuses = [guess().status_code for _ in range(LIMIT)]

    blocked, right = guess(), guess(code)
    link = Client(REMOTE_ADDR="192.0.2.1").post(reverse("join_code", args=[code]))
    elsewhere = guess(code, "192.0.2.2")

    assert set(statuses) == {422}
    assert (blocked.status_code, right.status_code, link.status_code) == (429, 429, 429)
    assert COOKIE not in right.cookies
    assert elsewhere.status_code == 302


def test_links_are_no_way_to_try_codes_without_end() -> None:
    code = room.code_of(world.workshop())
    client = Client(REMOTE_ADDR="192.0.2.1")
    for _ in range(LIMIT):
        client.get(reverse("join_code", args=["AAAAAA"]))

    right = client.get(reverse("join_code", args=[code]))
    wrong = client.get(reverse("join_code", args=["AAAAAB"]))

    # nothing tells the right one from the wrong one any more
    assert right.status_code == wrong.status_code
    assert "Bürgeramt" not in right.content.decode()


def test_pretending_to_be_many_addresses_does_not_help() -> None:
    for number in range(LIMIT):
        guess(**{"x-forwarded-for": f"198.51.100.{number}"})

    assert guess(**{"x-forwarded-for": "203.0.113.1"}).status_code == 429


def test_a_whole_room_behind_one_address_comes_in() -> None:
    code = room.code_of(world.workshop())

    statuses = {guess(code).status_code for _ in range(LIMIT + 30)}

    assert statuses == {302}


def test_who_is_in_already_stays_in_while_others_guess() -> None:
    assessment, vote = running()
    phone = Client(REMOTE_ADDR="192.0.2.1")
    phone.post(reverse("join"), {"code": room.code_of(assessment)})
    for _ in range(LIMIT + 1):
        guess()

    phone.post(reverse("guest_vote"), {"vote": vote.pk, "level": 2})

    assert phone.get(reverse("guest_now")).status_code == 200
    assert Ballot.objects.count() == 1
