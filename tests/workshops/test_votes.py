"""The second vote: asked once, counted once, deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment, Distribution
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.models import Municipality
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.models import Ballot
from chancencheck.workshops.queries import open_vote_of, room_of, schedule
from tests import room, world
from tests.world import fresh, person, requirement

pytestmark = pytest.mark.usefixtures("cities")


def voted(*levels: int | None, key: str = "KOM-1") -> tuple[Assessment, Distribution]:
    """The team has voted again on one requirement; the vote still runs."""
    assessment = world.workshop()
    vote = room.ask_again(assessment, key)
    room.team_votes(assessment, vote, levels)
    return assessment, vote


def again(vote: Distribution) -> Distribution:
    return Distribution.objects.get(pk=vote.pk)


# ------------------------------------------------------------------- asking


def test_asking_again_shows_the_requirement_and_the_code() -> None:
    assessment = world.workshop()

    vote = room.ask_again(assessment, "ZUG-1")

    found = room_of(assessment)
    assert (vote.is_open, vote.counts, vote.cannot_judge) == (True, [], None)
    assert found.requirement is not None
    assert (found.requirement.key, found.shows_code, bool(found.code)) == ("ZUG-1", True, True)


@pytest.mark.parametrize("key", ["KOM-1", "ZUG-1"])
def test_two_votes_never_run_at_once(key: str) -> None:
    assessment = world.workshop()
    room.ask_again(assessment)

    with pytest.raises(NotAllowedNow):
        room.ask_again(assessment, key)


def test_a_thrown_away_vote_leaves_nothing_and_may_be_asked_again() -> None:
    assessment, vote = voted(1, 2, 3)

    workshops.discard_vote(assessment=assessment, by=person("moderator"))

    assert not Ballot.objects.exists()
    assert not Distribution.objects.filter(pk=vote.pk).exists()
    assert room.ask_again(assessment).is_open


def test_nothing_can_be_closed_that_does_not_run() -> None:
    assessment = world.workshop()

    for operation in (workshops.close_vote, workshops.discard_vote):
        with pytest.raises(NotAllowedNow):
            operation(assessment=assessment, by=person("moderator"))


# ------------------------------------------------------------------- voting


def test_until_the_vote_is_closed_the_last_answer_counts_once() -> None:
    assessment, vote = voted(1, 2, 3)

    room.team_votes(assessment, vote, (4,))
    room.close_vote(assessment)

    assert again(vote).counts == [0, 1, 1, 1]


@pytest.mark.parametrize("who", ["lead", "moderator", "coordination", "library_lead"])
def test_who_is_not_in_the_team_does_not_vote_with_an_account(who: str) -> None:
    assessment, vote = voted()

    with pytest.raises(PermissionDenied):
        workshops.cast_ballot(vote_id=vote.pk, level=1, by=person(who), assessment=assessment)


def test_who_was_taken_out_of_the_team_does_not_vote() -> None:
    assessment = world.rated()
    assess.remove_member(member=assessment.members.get(user=person("member5")), by=person("lead"))
    opened = world.open_workshop(fresh(assessment))
    vote = room.ask_again(opened)

    with pytest.raises(PermissionDenied):
        workshops.cast_ballot(
            vote_id=vote.pk, level=1, by=person("member5"), assessment=fresh(opened)
        )


@pytest.mark.parametrize("level", [0, 5, -1, 10**9])
def test_a_level_off_the_scale_does_not_count(level: int) -> None:
    assessment, vote = voted()

    with pytest.raises(NotAllowedNow):
        room.team_votes(assessment, vote, (level,))

    assert not Ballot.objects.exists()


def test_after_closing_nobody_votes_any_more() -> None:
    assessment, vote = voted(1, 2, 3)
    room.close_vote(assessment)

    with pytest.raises(NotAllowedNow):
        room.team_votes(assessment, vote, (4,), begin=3)

    assert sum(again(vote).counts) == 3


def test_a_ballot_of_one_workshop_never_falls_into_another() -> None:
    mine, _vote = voted()
    theirs = world.workshop("Bücherei")
    foreign = room.ask_again(theirs)

    with pytest.raises(NotAllowedNow):
        room.team_votes(mine, foreign, (1,))


# ------------------------------------------------------------------- counting


def test_closing_counts_once_and_deletes_every_ballot() -> None:
    assessment, vote = voted(1, 1, 4, None)

    room.close_vote(assessment)

    found = again(vote)
    assert (found.counts, found.cannot_judge, found.is_open) == ([2, 0, 0, 1], 1, False)
    assert not Ballot.objects.exists()
    told = schedule(assessment, room_of(assessment)).vote_on(requirement(assessment))
    assert told is not None
    assert told.spread is not None
    assert [number for _name, number in told.spread.stops] == [2, 0, 0, 1]


@pytest.mark.parametrize("levels", [(), (1,), (1, 4), (1, 4, None, None, None), (None,) * 5])
def test_below_the_floor_no_number_is_stored_and_it_can_be_asked_again(
    levels: tuple[int | None, ...],
) -> None:
    assessment, vote = voted(*levels)

    room.close_vote(assessment)

    found = again(vote)
    assert (found.counts, found.cannot_judge) == ([], None)
    assert not Ballot.objects.exists()
    anew = room.ask_again(assessment)
    assert assessment.distributions.filter(vote__gt=1).get() == anew


def test_a_raised_floor_holds_for_the_second_vote_too() -> None:
    Municipality.objects.update(minimum_group_size=5)
    assessment, vote = voted(1, 2, 3, 4)

    running = open_vote_of(fresh(assessment))
    room.close_vote(fresh(assessment))

    assert running is not None
    assert running.number is None
    assert again(vote).counts == []


def test_a_published_second_vote_is_the_last_one_of_its_requirement() -> None:
    assessment, _vote = voted(1, 2, 3)
    room.close_vote(assessment)

    with pytest.raises(NotAllowedNow):
        room.ask_again(assessment)

    assert room.ask_again(assessment, "KOM-2").is_open


def test_the_first_picture_stays_as_it_was() -> None:
    assessment, _vote = voted(4, 4, 4, 4, 4)
    before = list(assessment.distributions.filter(vote=1).order_by("pk").values())

    room.close_vote(assessment)

    assert list(assessment.distributions.filter(vote=1).order_by("pk").values()) == before


# ------------------------------------------------------------------- deleting


@pytest.mark.parametrize("is_running", [True, False])
def test_the_release_deletes_second_votes_and_ballots(is_running: bool) -> None:
    assessment, _vote = voted(1, 2, 3)
    if not is_running:
        room.close_vote(assessment)

    world.release(world.settle(assessment))

    assert not Ballot.objects.exists()
    assert {row.vote for row in assessment.distributions.all()} == {1}


def test_closing_the_round_deletes_them_where_nothing_was_released() -> None:
    assessment, _vote = voted(1, 2, 3)

    assess.close_round(run=assessment.participation.round, by=person("coordination"))

    assert not Ballot.objects.exists()
    assert not assessment.distributions.filter(vote__gt=1).exists()


def test_a_frozen_result_knows_nothing_of_the_second_vote() -> None:
    assessment, _vote = voted(4, 4, 4, 4, 4)
    room.close_vote(assessment)

    content = world.release(world.settle(assessment)).results.get().content

    assert "counts" not in str(content)
    assert "vote" not in str(content)


# ------------------------------------------------------------------- with a phone


def test_guests_and_the_team_vote_in_one_count() -> None:
    assessment, vote = voted(1, 2, 3)
    phone = room.device(room.code_of(assessment))

    room.tap(phone, vote, 4)
    room.close_vote(assessment)

    assert again(vote).counts == [1, 1, 1, 1]


@pytest.mark.parametrize("level", ["", "9", "abc", "1.5", "²", "-", "9" * 30])
def test_a_guest_with_an_impossible_level_gets_a_sentence_and_no_ballot(level: str) -> None:
    assessment, vote = voted()
    phone = room.device(room.code_of(assessment))

    answer = room.tap(phone, vote, level)

    assert answer.status_code == 422
    assert room.is_in(phone)
    assert not Ballot.objects.exists()


def test_the_own_screen_says_that_the_vote_counts(client_for: Callable[..., Any]) -> None:
    assessment, vote = voted()
    phone = room.device(room.code_of(assessment))
    before = phone.get("/mitmachen/jetzt/").context["is_voted"]

    room.tap(phone, vote, "cannot_judge")

    assert (before, phone.get("/mitmachen/jetzt/").context["is_voted"]) == (False, True)
    assert Ballot.objects.get().level is None
