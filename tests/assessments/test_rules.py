"""The rules that protect people, case by case, and against whatever hypothesis thinks up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chancencheck.assessments.rules import (
    Count,
    Progress,
    author_key,
    clean_points,
    count,
    disagreement,
    may_open,
    merge,
    progress,
    spread,
    words_first,
)

people = st.integers(min_value=0, max_value=12)
floors = st.integers(min_value=3, max_value=6)
stops = st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=12)


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [
        (0, 7, Progress.TOO_FEW),
        (2, 7, Progress.TOO_FEW),
        (2, 2, Progress.TOO_FEW),
        (3, 7, Progress.SOME),
        (4, 7, Progress.SOME),
        (5, 7, Progress.NEARLY_ALL),
        (6, 7, Progress.NEARLY_ALL),
        (7, 7, Progress.ALL),
        (3, 3, Progress.ALL),
        (3, 5, Progress.NEARLY_ALL),
        (3, 6, Progress.SOME),
    ],
)
def test_progress_is_as_coarse_as_it_must_be(done: int, total: int, expected: Progress) -> None:
    assert progress(done, total, 3) == expected


@given(people, people, floors)
def test_progress_tells_numbers_only_with_enough_people_on_both_sides(
    done: int, missing: int, floor: int
) -> None:
    state = progress(done, done + missing, floor)

    assert (state == Progress.SOME) == (done >= floor and missing >= floor)


@given(people, floors)
def test_a_workshop_opens_from_the_floor_on(done: int, floor: int) -> None:
    assert may_open(done, floor) == (done >= floor)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([], None),
        ([1, 1], None),
        ([1, 1, None, None, None], None),
        ([0, 1, 3], Count((1, 1, 0, 1), 0)),
        ([2, 2, 2, None], Count((0, 0, 3, 0), 1)),
    ],
)
def test_a_distribution_needs_three_people_who_chose_a_level(
    chosen: list[int | None], expected: Count | None
) -> None:
    assert count(chosen, 4, 3) == expected


@given(stops, floors)
def test_no_number_exists_below_the_floor(chosen: list[int | None], floor: int) -> None:
    levels = [stop for stop in chosen if stop is not None]

    found = count(chosen, 4, floor)

    assert (found is None) == (len(levels) < floor)


@given(stops)
def test_a_distribution_counts_everybody_once(chosen: list[int | None]) -> None:
    found = count([*chosen, 0, 1, 2], 4, 3)

    assert found is not None
    assert sum(found.per_stop) + found.cannot_judge == len(chosen) + 3


@pytest.mark.parametrize(
    ("per_stop", "expected"),
    [([], 0), ([0, 0], 0), ([0, 5, 0, 0], 0), ([1, 4, 0, 0], 1), ([1, 0, 0, 1], 3)],
)
def test_spread_is_the_way_between_the_extremes(per_stop: list[int], expected: int) -> None:
    assert spread(per_stop) == expected


def test_the_widest_spread_stands_first_and_then_the_larger_variance() -> None:
    agreed, near, far, split = [0, 5, 0, 0], [2, 3, 0, 0], [1, 3, 0, 1], [2, 0, 0, 3]

    ordered = sorted([agreed, near, far, split], key=disagreement, reverse=True)

    assert ordered == [split, far, near, agreed]


def test_an_empty_distribution_counts_as_agreed() -> None:
    assert disagreement([]) == (0, 0.0)


@given(st.text(min_size=1), st.binary(min_size=32, max_size=32), st.integers(1, 10**9))
def test_a_pseudonym_is_stable_and_holds_no_user_id(secret: str, salt: bytes, user: int) -> None:
    key = author_key(secret, salt, user)

    assert key == author_key(secret, salt, user)
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")


def test_a_pseudonym_changes_with_person_salt_and_secret() -> None:
    keys = {
        author_key("a", b"1" * 32, 1),
        author_key("a", b"1" * 32, 2),
        author_key("a", b"2" * 32, 1),
        author_key("b", b"1" * 32, 1),
    }

    assert len(keys) == 4


@pytest.mark.parametrize(
    ("strengths", "potentials", "expected"),
    [([], [], False), (["a"], [], False), ([], ["b"], False), (["a"], ["b"], True)],
)
def test_a_level_needs_a_strength_and_a_potential(
    strengths: list[str], potentials: list[str], expected: bool
) -> None:
    assert words_first(strengths, potentials) is expected


@given(st.lists(st.text()))
def test_points_are_at_most_three_and_never_empty(points: list[str]) -> None:
    cleaned = clean_points(points)

    assert len(cleaned) <= 3
    assert all(point.strip() == point and point for point in cleaned)


# ------------------------------------------------------------------- merging

fields = st.sampled_from(["strengths", "reason", "level"])
records = st.fixed_dictionaries(
    {name: st.integers(0, 2) for name in ("strengths", "reason", "level")}
)


@given(records, records, records)
def test_a_merge_loses_nothing(
    base: dict[str, int], mine: dict[str, int], saved: dict[str, int]
) -> None:
    found = merge(base, mine, saved)

    for name in base:
        i_changed, they_changed = mine[name] != base[name], saved[name] != base[name]
        if i_changed and they_changed and mine[name] != saved[name]:
            assert name in found.conflicts
        else:
            assert name not in found.conflicts
            kept = mine[name] if i_changed else saved[name]
            assert found.merged[name] == kept


@given(records, records)
def test_a_merge_with_nothing_new_on_the_other_side_is_mine(
    base: dict[str, int], mine: dict[str, int]
) -> None:
    found = merge(base, mine, base)

    assert found.merged == mine
    assert found.conflicts == ()
