"""The plan, the order, the code and the tips, case by case and against what hypothesis thinks up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chancencheck.assessments.rules import author_key
from chancencheck.workshops.rules import (
    CODE_ALPHABET,
    CODE_LENGTH,
    MINUTES_SHORT,
    MINUTES_TO_BEGIN,
    MINUTES_TO_END,
    Situation,
    arrange,
    ballot_key,
    new_code,
    plain_code,
    plan,
    situations,
    voter,
)
from chancencheck.workshops.tips import every_tip, script, tips_for

KEYS = [f"KOM-{number}" for number in range(1, 16)]
some_keys = st.lists(st.sampled_from(KEYS), unique=True, max_size=15)
minutes = st.integers(min_value=30, max_value=480)

# ------------------------------------------------------------------- time and order


def test_five_of_fifteen_in_two_hours_get_fourteen_minutes_each() -> None:
    found = plan(KEYS, KEYS[:5], 120)

    assert (found.deep_minutes, found.is_tight) == (14, False)
    assert [slot.begins for slot in found.slots[:2]] == [MINUTES_TO_BEGIN, MINUTES_TO_BEGIN + 14]
    assert found.minutes_for("KOM-15") == MINUTES_SHORT
    assert found.minutes_for("ZUG-9") == 0


def test_fifteen_at_length_in_an_hour_and_a_half_are_too_many() -> None:
    assert plan(KEYS, KEYS, 90).is_tight


@given(some_keys, some_keys, minutes)
def test_a_plan_holds_every_requirement_once_and_without_gaps(
    keys: list[str], deep: list[str], total: int
) -> None:
    found = plan(keys, deep, total)

    clock = MINUTES_TO_BEGIN
    for slot, key in zip(found.slots, keys, strict=True):
        assert (slot.key, slot.begins, slot.is_deep) == (key, clock, key in deep)
        assert slot.minutes >= 1
        clock += slot.minutes
    if not found.is_tight:
        assert clock + MINUTES_TO_END <= total


@given(some_keys, some_keys)
def test_the_own_order_comes_first_and_loses_nothing(keys: list[str], own: list[str]) -> None:
    arranged = arrange(keys, own)

    assert sorted(arranged) == sorted(keys)
    named = [key for key in own if key in keys]
    assert arranged[: len(named)] == named
    rest = arranged[len(named) :]
    assert rest == [key for key in keys if key in rest]


# ------------------------------------------------------------------- the code


def test_a_code_has_no_sign_that_is_taken_for_another() -> None:
    assert not set("0OQ1IJL2Z5S") & (set(CODE_ALPHABET) - {"Q"})
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET)
    assert len(CODE_ALPHABET) ** CODE_LENGTH > 300_000_000


def test_codes_are_random() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) for code in codes)


@pytest.mark.parametrize("typed", ["abk 4m7", "ABK-4M7", " a b k 4 m 7 ", "abk4m7\n", "»abk4m7«"])
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert plain_code(typed) == "ABK4M7"


@given(st.text())
def test_whatever_is_typed_becomes_a_short_plain_code(typed: str) -> None:
    found = plain_code(typed)

    assert len(found) <= 20
    assert found == "" or (found.isascii() and found.isalnum())


@given(st.text(alphabet=CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_real_code_stays_as_it_is(code: str) -> None:
    assert plain_code(code) == plain_code(code.lower()) == code


# ------------------------------------------------------------------- the pseudonym of a ballot


def test_no_two_people_devices_or_votes_share_a_pseudonym() -> None:
    whos = [voter(user_id=1), voter(user_id=11), voter(device="1"), voter(device="11")]
    keys = {ballot_key("secret", b"salt", vote, who) for vote in (1, 11) for who in whos}

    assert len(keys) == 8


@given(st.integers(min_value=1), st.integers(min_value=1))
def test_a_ballot_cannot_be_laid_beside_a_rating(user_id: int, vote: int) -> None:
    mine = ballot_key("secret", b"salt", vote, voter(user_id=user_id))

    assert mine != author_key("secret", b"salt", user_id)
    assert mine != ballot_key("secret", b"other", vote, voter(user_id=user_id))


# ------------------------------------------------------------------- tips at the right moment

NOW = {"has_words": True, "has_evidence": True, "is_settled": False}


@pytest.mark.parametrize(
    ("counts", "cannot_judge", "expected"),
    [
        ([], 0, Situation.TOO_FEW),
        ([0, 0, 0, 0], 0, Situation.TOO_FEW),
        ([3, 0, 0, 2], 0, Situation.FAR_APART),
        ([1, 1, 1, 0], 0, Situation.FAR_APART),
        ([0, 4, 0, 0], 0, Situation.ALL_ALIKE),
        ([0, 0, 0, 4], 0, Situation.ALL_ALIKE),
        ([0, 3, 0, 0], 3, Situation.NOBODY_JUDGES),
    ],
)
def test_each_picture_has_its_tip(
    counts: list[int], cannot_judge: int, expected: Situation
) -> None:
    assert situations(counts, cannot_judge, **NOW)[0] == expected


def test_all_at_the_top_without_evidence_are_asked_for_it() -> None:
    found = situations([0, 0, 0, 5], 0, **{**NOW, "has_evidence": False})

    assert found == [Situation.TOP_WITHOUT_EVIDENCE]


def test_words_are_asked_for_last_and_only_while_there_are_none() -> None:
    without = situations([3, 0, 0, 2], 0, **{**NOW, "has_words": False})

    assert without == [Situation.FAR_APART, Situation.NO_WORDS]
    assert Situation.NO_WORDS not in situations([3, 0, 0, 2], 0, **NOW)


def test_neighbours_need_no_tip() -> None:
    assert situations([0, 3, 2, 0], 0, **NOW) == []


def test_after_a_second_vote_that_tip_comes_first_and_a_result_ends_all_others() -> None:
    again = situations([3, 0, 0, 2], 0, is_voted_again=True, **NOW)
    settled = situations([3, 0, 0, 2], 0, is_voted_again=True, **{**NOW, "is_settled": True})

    assert again[0] == Situation.VOTED_AGAIN
    assert settled == [Situation.SETTLED]


@given(
    st.lists(st.integers(0, 8), min_size=4, max_size=4) | st.just([]),
    st.integers(0, 8),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_whatever_happens_each_tip_has_a_text_and_comes_once(
    counts: list[int], cannot_judge: int, words: bool, evidence: bool, settled: bool, again: bool
) -> None:
    found = situations(
        counts,
        cannot_judge,
        has_words=words,
        has_evidence=evidence,
        is_settled=settled,
        is_voted_again=again,
    )

    assert len(set(found)) == len(found)
    assert all(tip.title and tip.text for tip in tips_for(found))


@pytest.mark.parametrize("situation", Situation)
def test_every_situation_has_a_tip_with_something_to_say(situation: Situation) -> None:
    (tip,) = tips_for([situation])

    assert tip.title
    assert tip.text
    assert tip.say
    assert tip in every_tip()


def test_the_script_leads_from_before_to_the_end() -> None:
    steps = script()

    assert len(steps) >= 4
    assert all(step.title and step.minutes and step.do for step in steps)
