"""Two versions side by side: what changed, what it means, what became of each requirement."""

from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from chancencheck.instruments.changes import Decision, list_changes
from chancencheck.instruments.choices import Aggregation, ChangeKind, Origin
from chancencheck.instruments.comparison import (
    Event,
    Fate,
    Mapped,
    differences,
    mapping,
    next_number,
)
from chancencheck.instruments.format import (
    AreaSpec,
    InstrumentFile,
    LevelSpec,
    RequirementSpec,
    ScaleSpec,
    SheetSpec,
    Text,
)
from chancencheck.instruments.places import texts_of
from tests.instruments.test_round_trip import instruments

ANY = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],  # looking for smaller examples takes minutes
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
WORDING, MEANING, STRUCTURE = ChangeKind.WORDING, ChangeKind.MEANING, ChangeKind.STRUCTURE


def text(words: str, key: str = "") -> Text:
    return Text(words, Origin.OWN, "", key)


def scale(key: str = "stufen", names: tuple[str, ...] = ("Anfang", "Ziel")) -> ScaleSpec:
    levels = tuple(LevelSpec(n, text(name), None) for n, name in enumerate(names, start=1))
    return ScaleSpec(key, levels, None, None, None)


def requirement(
    key: str, words: str = "Wir sprechen verständlich.", **more: Any
) -> RequirementSpec:
    usual: dict[str, Any] = {
        "title": text(f"Titel {key}"),
        "text": text(words),
        "help": None,
        "who_knows": None,
        "scale": "stufen",
        "weight": 1,
        **dict.fromkeys(("sheets", "comes_from", "themes", "comparable"), ()),
        **dict.fromkeys(("checked_by", "checked_on"), ""),
        **dict.fromkeys(("reflection_questions", "citizen_questions"), ()),
        **dict.fromkeys(("evidence_hints", "example_measures"), ()),
    }
    return RequirementSpec(key, **{**usual, **more})


def area(key: str, *requirements: RequirementSpec, inside: tuple[AreaSpec, ...] = ()) -> AreaSpec:
    return AreaSpec(key, text(f"Bereich {key}"), None, requirements, inside)


def instrument(*areas: AreaSpec, **more: Any) -> InstrumentFile:
    usual: dict[str, Any] = {
        "scales": (scale(),),
        "citizen_scale": (text("Ja"), text("Nein")),
        "standard_questions": (text("Woran merken wir das?", "s1"),),
    }
    return InstrumentFile(
        "i", "Winzig", "1.0", "de", "", "", Origin.OWN, areas=areas, **{**usual, **more}
    )


def one(*requirements: RequirementSpec, **more: Any) -> InstrumentFile:
    return instrument(area("KOM", *requirements), **more)


def found(before: InstrumentFile, after: InstrumentFile) -> list[tuple[str, str, ChangeKind]]:
    return [(d.place, d.event.value, d.proposed) for d in differences(before, after)]


# ------------------------------------------------------------------- differences


@pytest.mark.parametrize(
    ("number", "kinds", "after"),
    [
        ("1.2", {WORDING}, "1.2.1"),
        ("1.2.1", {WORDING}, "1.2.2"),
        ("1.2.1", {WORDING, MEANING}, "1.3"),
        ("1.2", {MEANING, STRUCTURE}, "2.0"),
        ("1.0", set(), "1.0.1"),
    ],
)
def test_the_number_says_what_kind_of_change_there_was(
    number: str, kinds: set[ChangeKind], after: str
) -> None:
    assert next_number(number, kinds) == after


@given(instruments())
@ANY
def test_a_version_does_not_differ_from_itself(file: InstrumentFile) -> None:
    assert differences(file, file) == ()
    assert {row.fate for row in mapping(file, replace(file, changes=()))} <= {Fate.KEPT}


@given(instruments(), instruments())
@ANY
def test_no_change_of_words_goes_untold(before: InstrumentFile, after: InstrumentFile) -> None:
    rows = differences(before, after)
    told = {row.place for row in rows}
    wholes = {row.part for row in rows if row.field in ("whole", "range", "sheets")}
    old, new = texts_of(before), texts_of(after)

    for place in {**old, **new}:
        words = [cells[place].text if place in cells else None for cells in (old, new)]
        part = (new.get(place) or old[place]).part
        is_sheet = part.startswith("sheet:") and "version/sheets" in told
        if words[0] != words[1]:
            assert place in told or part in wholes or is_sheet
    assert len(told) == len(rows), "each place has one change"


@given(instruments(), instruments())
@ANY
def test_every_change_stands_once_on_the_page(
    before: InstrumentFile, after: InstrumentFile
) -> None:
    shown = [row.difference.place for row in list_changes(before, after, {}).rows]

    assert sorted(shown) == sorted(row.place for row in differences(before, after))


def test_other_words_are_a_change_at_their_place() -> None:
    before = one(requirement("K-1", "Die Türen sind offen.", help=text("Kurz.")))
    after = one(requirement("K-1", "Die Türen sind zu.", help=text("Kürzer.")))

    assert found(before, after) == [
        ("K-1/text", "changed", MEANING),
        ("K-1/help", "changed", WORDING),
    ]


def test_questions_that_come_or_go_change_the_structure_hints_do_not() -> None:
    before = one(requirement("K-1", citizen_questions=(text("Gut?", "c1"),)))
    after = one(
        requirement(
            "K-1",
            reflection_questions=(text("Wie?", "r1"),),
            evidence_hints=(text("Ein Blatt", "e1"),),
        )
    )

    assert found(before, after) == [
        ("K-1/r1", "added", STRUCTURE),
        ("K-1/e1", "added", WORDING),
        ("K-1/c1", "removed", STRUCTURE),
    ]


def test_the_first_standard_question_and_the_last_answer_of_citizens_are_told() -> None:
    before = one(requirement("K-1"), standard_questions=())
    after = one(requirement("K-1"), citizen_scale=())

    assert found(before, after) == [
        ("standard/s1", "added", STRUCTURE),
        ("citizens/1", "removed", STRUCTURE),
        ("citizens/2", "removed", STRUCTURE),
    ]


def test_how_it_is_measured_is_structure() -> None:
    wide = scale("stufen", ("Anfang", "Weg", "Ziel"))
    sheet = SheetSpec("leitung", text("Leitung"), None)
    after = one(
        requirement("K-1", scale="zahl", weight=3, sheets=("leitung",)),
        scales=(wide, ScaleSpec("zahl", (), 0, 100, 5)),
        sheets=(sheet,),
        aggregation=Aggregation.MEAN,
    )

    rows = differences(one(requirement("K-1")), after)

    assert {row.place for row in rows if row.proposed == STRUCTURE} >= {
        "version/aggregation",
        "version/sheets",
        "scale:stufen/range",
        "scale:stufen/3/name",
        "scale:zahl/range",
        "K-1/scale",
        "K-1/weight",
        "K-1/sheets",
    }
    assert next(row.after for row in rows if row.place == "K-1/sheets") == "Leitung"


def test_only_what_really_moved_is_said_to_have_moved() -> None:
    keys = ["K-1", "K-2", "K-3", "K-4", "K-5"]
    before = one(*map(requirement, keys))
    after = one(*map(requirement, ["K-5", "K-1", "K-2", "K-3", "K-4"]))

    assert found(before, after) == [("K-5/position", "moved", WORDING)]


def test_areas_that_move_do_not_drag_their_requirements_along() -> None:
    inner, other = area("B", requirement("B-1")), area("A", requirement("A-1"))
    before = instrument(other, inner)

    assert found(before, instrument(inner, other)) == [("area:B/position", "moved", WORDING)]
    nested = instrument(replace(other, areas=(inner,)))
    assert found(before, nested) == [("area:B/area", "moved", STRUCTURE)]


def test_a_requirement_in_another_area_is_structure() -> None:
    before = instrument(area("A", requirement("K-1"), requirement("K-2")), area("B"))
    after = instrument(area("A", requirement("K-2")), area("B", requirement("K-1")))

    (row,) = differences(before, after)
    assert (row.event, row.before, row.after) == (Event.MOVED, "Bereich A", "Bereich B")
    assert row.proposed == STRUCTURE


# ------------------------------------------------------------------- what became of it


def fates(before: InstrumentFile, after: InstrumentFile) -> list[tuple[str, str, str]]:
    return [(row.fate.value, "+".join(row.old), row.new) for row in mapping(before, after)]


def test_every_requirement_has_a_fate() -> None:
    before = one(*map(requirement, ["K-1", "K-2", "K-3", "K-4", "K-5", "K-6"]))
    after = one(
        requirement("K-1"),
        requirement("K-2", "Ganz anders."),
        requirement("K-3", comes_from=("K-3", "K-4")),
        requirement("K-5"),
        requirement("K-7", comes_from=("K-5",)),
        requirement("K-8"),
    )

    assert fates(before, after) == [
        ("kept", "K-1", "K-1"),
        ("reworded", "K-2", "K-2"),
        ("merged", "K-3+K-4", "K-3"),
        ("split", "K-5", "K-5"),
        ("split", "K-5", "K-7"),
        ("new", "", "K-8"),
        ("dropped", "K-6", ""),
    ]


def test_what_was_merged_long_ago_is_not_merged_again() -> None:
    before = one(
        requirement("K-1"),
        requirement("K-2", comes_from=("K-1",)),
        requirement("K-3", comes_from=("K-8", "K-9")),
    )

    assert {row.fate for row in mapping(before, before)} == {Fate.KEPT}
    assert differences(before, before) == ()


def test_a_key_that_never_was_there_makes_no_origin() -> None:
    after = one(requirement("K-2", comes_from=("X-1", "X-2")))

    assert mapping(one(requirement("K-1")), after)[0] == Mapped(Fate.NEW, (), "K-2")


def test_a_merged_requirement_shows_all_the_words_it_comes_from() -> None:
    before = one(requirement("K-1", "Eins."), requirement("K-2", "Zwei."))
    after = one(requirement("K-3", "Eins und zwei.", comes_from=("K-1", "K-2")))

    rows = {row.place: row for row in differences(before, after)}

    assert rows["K-3/whole"].before == "K-1 Titel K-1: Eins.\nK-2 Titel K-2: Zwei."
    assert rows["K-3/whole"].after == "K-3 Titel K-3: Eins und zwei."
    (section,) = list_changes(before, after, {}).sections
    (group,) = section.groups  # what went into it is told there, and nowhere else
    assert [row.difference.place for row in group.rows] == ["K-3/whole", "K-1/whole", "K-2/whole"]


# ------------------------------------------------------------------- what it means for the years


@pytest.mark.parametrize(
    ("changes", "comparable"),
    [
        ({}, 1),
        ({"help": text("Mehr Hilfe.")}, 1),
        ({"text": text("Etwas ganz anderes steht hier.")}, 0),
        ({"scale": "andere"}, 0),
        ({"reflection_questions": (text("Wie?", "r1"),)}, 1),
    ],
)
def test_levels_are_comparable_where_it_asks_the_same(
    changes: dict[str, Any], comparable: int
) -> None:
    scales = (scale(), scale("andere"))
    before = one(requirement("K-1"), scales=scales)
    after = one(requirement("K-1", **changes), scales=scales)

    assert list_changes(before, after, {}).comparable == comparable


def test_what_a_person_decided_counts_more_than_the_proposal() -> None:
    before, after = one(requirement("K-1")), one(requirement("K-1", "Etwas ganz anderes."))
    decision = {"K-1/text": Decision(WORDING, "So war es immer gemeint.")}

    changes = list_changes(before, after, decision)

    (row,) = changes.rows
    assert (row.kind, row.is_decided, row.reason) == (WORDING, True, "So war es immer gemeint.")
    assert (changes.comparable, changes.proposed) == (1, 0)


def test_other_words_of_a_level_concern_every_requirement_with_that_scale() -> None:
    both = requirement("K-1"), requirement("K-2", scale="andere")
    before = one(*both, scales=(scale(), scale("andere")))
    after = one(*both, scales=(scale(names=("Keine", "Ziel")), scale("andere")))

    assert list_changes(before, after, {}).comparable == 1


# ------------------------------------------------------------------- large instruments


def test_twenty_times_the_requirements_take_about_twenty_times_as_long() -> None:
    def seconds(number: int) -> float:
        keys = [f"K-{n}" for n in range(number)]
        before = one(*(requirement(key, f"Wir tun {key} für alle Menschen.") for key in keys))
        after = one(
            *(requirement(key, f"Wir tun {key} für die Menschen.") for key in reversed(keys))
        )
        began = perf_counter()
        for row in list_changes(before, after, {}).rows:
            assert row.sides
        return perf_counter() - began

    small = min(seconds(30) for _ in range(3))
    large = min(seconds(600) for _ in range(3))

    assert large < 3 * 20 * small
