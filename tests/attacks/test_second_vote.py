"""Attack: vote twice, or learn what the third person voted."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chancencheck.assessments.models import Assessment, Distribution
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.guests import COOKIE
from chancencheck.workshops.models import Ballot
from tests import room, world
from tests.attacks.everything import tables
from tests.page_lint import by_class, parse
from tests.room import room_of
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")

FETCH = {"x-requested-with": "fetch"}


def plain(page: Any) -> str:
    """A page without what is new in each answer."""
    return re.sub(r'name="(csrfmiddlewaretoken|note_key)" value="\w+"', "", page.content.decode())


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


# ------------------------------------------------------------------- voting twice


def test_the_same_ballot_sent_again_counts_once() -> None:
    assessment, vote = running()
    phone = phone_in(assessment)

    for _replay in range(5):
        room.tap(phone, vote, 3)

    assert Ballot.objects.get().level == 3


def test_a_ballot_recorded_from_one_device_and_sent_from_another_counts_once() -> None:
    assessment, vote = running()
    phone = phone_in(assessment)
    room.tap(phone, vote, 3)
    thief = Client()
    thief.cookies[COOKIE] = phone.cookies[COOKIE].value

    thief.post(reverse("guest_vote"), {"vote": vote.pk, "level": 3})

    assert Ballot.objects.count() == 1


def test_coming_in_again_with_the_same_code_is_still_the_same_device() -> None:
    assessment, vote = running()
    phone = phone_in(assessment)
    room.tap(phone, vote, 3)

    for url in (reverse("join"), reverse("join_code", args=[room_of(assessment).code])):
        phone.get(url)
        phone.post(url, {"code": room_of(assessment).code})
        room.tap(phone, vote, 4)

    assert Ballot.objects.get().level == 4


def test_a_person_of_the_team_counts_once_on_two_devices(client_for: Callable[..., Any]) -> None:
    assessment, vote = running()
    url = reverse("vote", args=[assessment.pk])

    for level in (1, 4, 4):
        client_for("member1").post(url, {"vote": vote.pk, "level": level})

    assert Ballot.objects.get().level == 4


def test_an_old_ballot_replayed_after_closing_changes_nothing() -> None:
    assessment, vote = running(1, 2, 3)
    phone = phone_in(assessment)
    room.tap(phone, vote, 4)
    room.close_vote(assessment)
    closed = Distribution.objects.values().get(pk=vote.pk)

    answer = room.tap(phone, vote, 1)

    assert answer.status_code == 409
    assert Distribution.objects.values().get(pk=vote.pk) == closed
    assert not Ballot.objects.exists()


def test_a_ballot_of_one_vote_does_not_fall_into_the_next() -> None:
    assessment, vote = running()
    phone = phone_in(assessment)
    room.tap(phone, vote, 1)
    room.close_vote(assessment)
    room.ask_again(assessment, "KOM-2")

    answer = room.tap(phone, vote, 1)

    assert answer.status_code == 409
    assert not Ballot.objects.exists()


# ------------------------------------------------------------------- the third voter


def screens(
    client_for: Callable[..., Any], assessment: Assessment, phone: Any
) -> dict[str, tuple[str, str]]:
    """What everybody sees, whole pages and pieces; the watchers have not voted."""
    found = {}
    watched = {
        "moderator": ("wall", "follow", "workshop", "protocol"),
        "lead": ("finding", "wall", "follow", "workshop", "protocol"),
        "member5": ("finding", "wall", "follow", "workshop", "protocol"),
    }
    for who, names in watched.items():
        client = client_for(who)
        for name in names:
            key = ["KOM-1"] if name == "finding" else []
            url = reverse(name, args=[assessment.pk, *key])
            found[f"{who} {name}"] = (plain(client.get(url)), plain(client.get(url, headers=FETCH)))
    url = reverse("guest_now")
    found["guest"] = (plain(phone.get(url)), plain(phone.get(url, headers=FETCH)))
    return found


def test_while_a_vote_runs_no_page_changes_when_somebody_votes(
    client_for: Callable[..., Any],
) -> None:
    assessment, vote = running()
    phone = phone_in(assessment)
    before = screens(client_for, assessment, phone)

    for number in range(4):
        room.team_votes(assessment, vote, (4,), begin=number)

        assert screens(client_for, assessment, phone) == before


def test_the_moderator_learns_how_many_voted_only_from_the_floor_on(
    client_for: Callable[..., Any],
) -> None:
    assessment, vote = running()
    client, url = client_for("moderator"), reverse("finding", args=[assessment.pk, "KOM-1"])
    pages = [plain(client.get(url))]
    numbers = []

    for place in range(4):
        room.team_votes(assessment, vote, (place + 1,), begin=place)
        page = client.get(url)
        pages.append(plain(page))
        numbers.append(page.context["running"].number)

    assert pages[0] == pages[1] == pages[2]
    assert numbers == [None, None, 3, 4]


def test_a_vote_leaves_a_trace_nowhere_but_in_its_ballot() -> None:
    assessment, vote = running()
    phone = phone_in(assessment)
    before = tables()

    room.tap(phone, vote, 3)
    room.team_votes(assessment, vote, (1,))

    after = tables()
    assert {name for name in after if after[name] != before.get(name)} == {"workshops_ballot"}


def test_nothing_of_the_votes_is_left_after_closing() -> None:
    assessment, vote = running(1, 2)
    phone = phone_in(assessment)
    room.tap(phone, vote, 3)
    keys = list(Ballot.objects.values_list("voter_key", flat=True))

    room.close_vote(assessment)

    left = str(tables())
    assert len(keys) == 3
    assert not [key for key in keys if key in left]


def test_two_voters_are_not_told_even_by_the_state_after_closing(
    client_for: Callable[..., Any],
) -> None:
    assessment, _vote = running(1, 4)
    room.close_vote(assessment)

    page = client_for("moderator").get(reverse("finding", args=[assessment.pk, "KOM-1"]))
    wall = client_for("moderator").get(reverse("wall", args=[assessment.pk]))

    assert page.context["scene"].vote.spread is None
    assert page.context["scene"].vote.number is None
    assert len(by_class(parse(wall), "cc-spread")) == 1  # the first picture, as before


@pytest.mark.parametrize("is_thrown_away", [True, False])
def test_a_second_published_picture_with_one_voter_more_is_refused(is_thrown_away: bool) -> None:
    assessment, _vote = running(1, 2, 3)
    room.close_vote(assessment)

    with pytest.raises(NotAllowedNow):
        room.ask_again(assessment)
    if is_thrown_away:
        with pytest.raises(NotAllowedNow):
            workshops.discard_vote(assessment=assessment, by=person("moderator"))

    assert assessment.distributions.filter(vote__gt=1).count() == 1


def test_ending_and_going_on_does_not_allow_a_third_picture() -> None:
    assessment, _vote = running(1, 2, 3)
    room.close_vote(assessment)
    room.end(assessment)
    workshops.resume_workshop(assessment=assessment, by=person("moderator"))

    with pytest.raises(NotAllowedNow):
        room.ask_again(assessment)


@pytest.mark.parametrize("own", ["two devices", "own vote and a device"])
def test_made_up_guests_do_not_uncover_the_one_person_of_the_team_who_voted(own: str) -> None:
    assessment, vote = running(4)  # the victim
    if own == "own vote and a device":
        room.team_votes(assessment, vote, (1,), begin=1)
    for _device in range(2 if own == "two devices" else 1):
        room.tap(phone_in(assessment), vote, 1)

    room.close_vote(assessment)

    # who made the others up would only have to subtract them
    assert Distribution.objects.get(pk=vote.pk).counts == []
