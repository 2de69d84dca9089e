"""What may be shown: against somebody who calculates with everything that is shown."""

from operator import itemgetter
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chancencheck.surveys.choices import Gap
from chancencheck.surveys.counting import PEOPLE
from chancencheck.surveys.results import WHOLE, ResultReader, tables_of
from chancencheck.surveys.rules import (
    INSIDE_FLOOR,
    PUBLIC_FLOOR,
    at_least,
    gap,
    showable,
    tenths,
    yes_of,
)
from tests.surveys.attacker import recovered

Cell = tuple[int, str, str, str]
SURVEY: Any = SimpleNamespace(inside_floor=INSIDE_FLOOR, public_floor=PUBLIC_FLOOR)
PLACE = {"channel": 2, "language": 3, "place": 1}

thousands = settings(max_examples=700, deadline=None)
# mostly so few people that it hurts
numbers = st.one_of(st.integers(1, 4), st.integers(1, 4), st.integers(4, 12))
cells = st.tuples(
    st.integers(1, 3),
    st.sampled_from(["Amt", "Bad", "Bus"]),
    st.sampled_from(["kiosk", "qr", "web"]),
    st.sampled_from(["ar", "de", "tr"]),
)
counts_by_cell = st.dictionaries(cells, numbers, min_size=1, max_size=12)


def tables(people: dict[Cell, int], *items: dict[Cell, int]) -> list[dict[str, Any]]:
    """The frozen tables: of the people, and of one question after the other."""
    counts = {
        item: {cell: [n, 0, 0, 0, 0] for cell, n in table.items() if n}
        for item, table in enumerate([people, *items], start=PEOPLE)
    }
    return tables_of(SURVEY, counts)


def sets(rows: list[dict[str, Any]], people: Any, only: str = "n") -> list[set[Cell]]:
    """The cells that the rows add up, from their words alone; `only`: rows where this is true."""
    found: list[set[Cell]] = []
    for row in filter(itemgetter(only), rows):
        part, kind, name = row["part"], row["kind"], row["name"]
        cells = {c for c in people if part in (WHOLE, c[0])}
        if kind != "all":
            cells = {c for c in cells if c[PLACE[kind]] == name}
        if cells not in found:
            found.append(cells)
    return found


# ------------------------------------------------------------------- nobody is recovered


def test_the_attacker_of_these_tests_finds_what_there_is_to_find() -> None:
    counts = {"a": 6, "b": 2, "c": 7, "d": 6}

    assert recovered(counts, [{"a", "b"}, {"a"}], 5) == {"b"}
    assert recovered(counts, [{"a", "b", "c"}, {"b", "c", "d"}, {"a"}, {"c", "d"}], 5) == {"b"}
    assert recovered(counts, [{"a", "b"}, {"b", "c"}, {"c", "d"}, {"d", "a"}], 5) is None
    assert recovered(counts, [{"b"}], 5) == {"b"}
    assert recovered({**counts, "b": 0}, [{"a", "b"}, {"a"}], 5) is None


@thousands
@given(
    st.dictionaries(st.integers(0, 9), numbers, min_size=1),
    st.lists(st.sets(st.integers(0, 9), min_size=1), max_size=8),
    st.sampled_from([5, 10]),
)
def test_whatever_groups_are_wanted_nothing_below_the_floor_can_be_calculated(
    counts: dict[int, int], groups: list[set[int]], floor: int
) -> None:
    accepted = showable(counts, groups, floor)

    assert recovered(counts, [groups[i] for i in accepted], floor) is None


@thousands
@given(counts_by_cell)
def test_no_cell_below_a_floor_can_be_calculated_from_a_result(people: dict[Cell, int]) -> None:
    rows = tables(people)

    assert recovered(people, sets(rows, people), INSIDE_FLOOR) is None
    assert recovered(people, sets(rows, people, "public"), PUBLIC_FLOOR) is None
    for row in rows:
        assert [row["n"]] == [sum(people[c] for c in group) for group in sets([row], people)]


@thousands
@given(
    st.dictionaries(
        cells, st.tuples(numbers, st.sampled_from([0, 0, 0, 0, 1, 2])), min_size=1, max_size=12
    )
)
def test_two_questions_side_by_side_recover_nobody_either(
    answers: dict[Cell, tuple[int, int]],
) -> None:
    # nearly everybody answers everything: what is shown of one question tells of the other, too
    people = {cell: n for cell, (n, _left_out) in answers.items()}
    items = [people, {cell: max(0, n - left_out) for cell, (n, left_out) in answers.items()}]
    rows = tables(people, *items)

    assert recovered(people, sets(rows, people), INSIDE_FLOOR) is None
    assert recovered(people, sets(rows, people, "public"), PUBLIC_FLOOR) is None
    for number, item in enumerate(items, start=1):
        shown = sets([row for row in rows if row["item"] == number], people)
        assert recovered(item, shown, INSIDE_FLOOR) is None


def test_ways_of_the_people_and_languages_of_the_answers_do_not_uncover_one_person() -> None:
    people = {(1, "Amt", "web", "de"): 6, (1, "Amt", "web", "en"): 1, (1, "Amt", "qr", "en"): 5}

    rows = tables(people, people)

    # 7 on the web less 6 in German would be the one who wrote in English on the web
    assert recovered(people, sets(rows, people), INSIDE_FLOOR) is None


@thousands
@given(st.dictionaries(cells, st.tuples(numbers, st.integers(0, 4)), min_size=1, max_size=12))
def test_no_share_of_fewer_people_than_the_floor_can_be_calculated(
    answers: dict[Cell, tuple[int, int]],
) -> None:
    judged = {cell: n for cell, (n, _cannot_say) in answers.items()}
    values = {cell: [n, 0, 0, 0, more] for cell, (n, more) in answers.items()}
    rows = tables_of(SURVEY, {1: values})

    assert recovered(judged, sets(rows, judged, "judged"), INSIDE_FLOOR) is None
    assert recovered(judged, sets(rows, judged, "judged_public"), PUBLIC_FLOOR) is None


def test_the_one_who_judged_at_the_counter_is_not_uncovered_by_all_less_the_web() -> None:
    web, counter = (1, "Amt", "web", "de"), (1, "Amt", "kiosk", "de")

    content = {
        "tables": tables_of(SURVEY, {1: {web: [5, 0, 0, 0, 0], counter: [0, 0, 0, 1, 4]}}),
        "questions": [{"number": 1, "key": "KOM-1", "text": "Gut?"}],
    }

    reader = ResultReader(content, public_only=False)
    shown = {
        name: reader.answers(1, *name)[0].voice
        for name in (("all", ""), ("channel", "web"), ("channel", "kiosk"))
    }
    # “8 of 10” of all and “all say yes” on the web would be the “no” at the counter
    assert [bool(voice and voice.is_judged) for voice in shown.values()] == [True, False, False]


@settings(deadline=None)
@given(counts_by_cell)
def test_the_public_sees_no_row_that_is_missing_inside_and_never_all_parts_together(
    people: dict[Cell, int],
) -> None:
    content = {"tables": tables(people), "questions": []}
    inside, public = (ResultReader(content, only) for only in (False, True))

    for part in (WHOLE, 1, 2, 3):
        for kind in ("channel", "language", "place"):
            assert set(public.names(part, kind)) <= set(inside.names(part, kind))
        assert public.people(part) in (None, inside.people(part))
    assert public.people(WHOLE) is None


# ------------------------------------------------------------------- case by case


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"web": 5}, ["all", "web"]),
        ({"web": 4}, []),
        ({"web": 9, "qr": 4}, ["all"]),  # 13 less 9 would be the four
        ({"web": 9, "qr": 5}, ["all", "qr", "web"]),
        ({"web": 9, "qr": 3, "kiosk": 3}, ["all", "web"]),  # two small ones hide each other
    ],
)
def test_a_small_group_is_hidden_together_with_what_would_uncover_it(
    counts: dict[str, int], shown: list[str]
) -> None:
    groups = {"all": list(counts), **{name: [name] for name in counts}}

    found = showable(counts, list(groups.values()), 5)

    assert sorted([*groups][i] for i in found) == shown


def test_what_matters_more_is_shown_first() -> None:
    counts = {("qr", "de"): 4, ("web", "de"): 4, ("qr", "tr"): 4, ("web", "tr"): 4}
    qr, web, de, tr = ([c for c in counts if name in c] for name in ("qr", "web", "de", "tr"))

    assert showable(counts, [qr, web, de, tr], 5) == [0, 1]
    assert showable(counts, [de, tr, qr, web], 5) == [0, 1]


@given(st.integers(0, 400), st.integers(1, 400))
def test_tenths_say_none_and_all_only_where_it_is_so(part: int, whole: int) -> None:
    part = min(part, whole)

    found = tenths(part, whole)

    assert (found == 0, found == 10) == (part == 0, part == whole)
    assert 0 <= found <= 10
    if 0 < found < 10:
        assert abs(found - 10 * part / whole) < 1


@pytest.mark.parametrize(
    ("place", "values", "expected"),
    [
        (0.9, [2, 3, 3, 2, 0], Gap.MORE_CRITICAL),
        (0.9, [3, 3, 2, 2, 0], Gap.ALIKE),
        (0.1, [4, 3, 2, 1, 9], Gap.MORE_POSITIVE),
        (0.1, [3, 3, 2, 2, 0], Gap.ALIKE),
        (0.5, [0, 0, 0, 9, 0], Gap.ALIKE),
        (0.5, [9, 0, 0, 0, 0], Gap.ALIKE),
        (None, [9, 0, 0, 0, 0], None),
        (0.9, [0, 0, 0, 0, 9], None),  # nobody judged
    ],
)
def test_only_clear_gaps_are_named(
    place: float | None, values: list[int], expected: Gap | None
) -> None:
    assert gap(place, values) == expected


def test_who_cannot_say_does_not_judge() -> None:
    assert yes_of([1, 2, 3, 4, 50]) == (3, 10)


@given(st.integers(0, 10_000))
def test_while_a_survey_runs_only_full_tens_are_told(number: int) -> None:
    told = at_least(number)

    assert told % 10 == 0
    assert told <= number < told + 10
