"""What became of a requirement from version to version, and whether years compare."""

from typing import Any

import pytest

from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.history import Bond, Descent, descents, flows_into, rewording
from chancencheck.instruments.lifecycle import pilot_version
from chancencheck.instruments.models import InstrumentVersion
from tests.instruments_world import decide
from tests.versions import adopted, drafted, first, other_words, spec
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")

MEANING, STRUCTURE = ChangeKind.MEANING, ChangeKind.STRUCTURE


def merged(content: dict[str, Any]) -> None:
    """KOM-1 and KOM-2 become one."""
    area = content["areas"][0]
    area["requirements"] = area["requirements"][:1]
    area["requirements"][0]["comes_from"] = ["KOM-1", "KOM-2"]


def split(content: dict[str, Any]) -> None:
    """KOM-1 becomes two."""
    second = {"key": "KOM-3", "title": "Tempo", "text": "Wir sprechen langsam."}
    content["areas"][0]["requirements"].append({**second, "comes_from": ["KOM-1"]})


def new(content: dict[str, Any]) -> None:
    """Another requirement joins."""
    content["areas"][1]["requirements"].append(
        {"key": "ZUG-2", "title": "Wege", "text": "Die Wege sind kurz."}
    )


def another_level(content: dict[str, Any]) -> None:
    content["scales"][0]["levels"].append({"value": 5, "name": "stufe-fünf"})


def another_level_name(content: dict[str, Any]) -> None:
    content["scales"][0]["levels"][0]["name"] = "ganz am Anfang"


def one_question_more(content: dict[str, Any]) -> None:
    spec(content, "KOM-1")["reflection_questions"].append("Wer hilft uns dabei?")


def other_weight(content: dict[str, Any]) -> None:
    spec(content, "KOM-1")["weight"] = 3


def other_help(content: dict[str, Any]) -> None:
    spec(content, "KOM-1")["help"] = "Ganz kurze Sätze."


def more_help(content: dict[str, Any]) -> None:
    spec(content, "KOM-2")["help"] = "Auch Zeichen sind Bilder."


def line(newer: InstrumentVersion) -> dict[str, Descent]:
    found = descents(newer.pk, first().pk)
    assert found
    return found


# ------------------------------------------------------------------- words that may flow


@pytest.mark.parametrize("edit", [other_words(), another_level_name, other_help, more_help])
def test_decided_rewording_may_flow_into_running_rounds(edit: Any) -> None:
    assert flows_into(adopted(first(), "1.0.1", edit))


@pytest.mark.parametrize(
    "edit", [merged, split, new, another_level, one_question_more, other_weight]
)
def test_whatever_is_added_removed_or_counted_anew_does_not_flow_even_if_called_wording(
    edit: Any,
) -> None:
    assert not flows_into(adopted(first(), "1.0.1", edit))


@pytest.mark.parametrize("kind", [MEANING, STRUCTURE])
def test_one_change_of_meaning_or_structure_keeps_the_whole_version_out(kind: ChangeKind) -> None:
    version = adopted(first(), "1.1", other_words(), other_help, kinds={"KOM-1/text": kind})

    assert not flows_into(version)


def test_an_undecided_change_does_not_count_as_wording() -> None:
    version = adopted(first(), "1.0.1", other_words())
    version.changes.all().delete()

    assert not flows_into(version)


def test_a_draft_and_a_version_out_of_use_do_not_flow() -> None:
    version = adopted(first(), "1.0.1", other_words())
    InstrumentVersion.objects.filter(pk=version.pk).update(
        state="retired", retired_on=version.released_on
    )
    version.refresh_from_db()

    assert not flows_into(version)
    assert not flows_into(drafted(first(), "1.0.2", other_words()))
    assert not flows_into(first())


def test_a_version_that_changes_nothing_does_not_flow() -> None:
    assert not flows_into(adopted(first(), "1.0.1"))


def test_what_teams_read_anew_is_counted_without_questions_for_citizens() -> None:
    def edit(content: dict[str, Any]) -> None:
        spec(content, "KOM-2")["citizen_questions"][0]["text"] = "Waren da Bilder?"

    version = adopted(first(), "1.0.1", other_words(), other_help, another_level_name, edit)

    found = rewording(first().pk, version.pk)

    assert (found.number, found.keys) == (3, ("KOM-1",))
    door = found.around("ZUG-1", "scale:stufen")
    assert door
    assert (door.number, door.keys) == (1, ())
    assert found.around("ZUG-1", "area:ZUG") is None


# ------------------------------------------------------------------- years side by side


def test_decided_rewording_keeps_the_years_comparable() -> None:
    found = line(adopted(first(), "1.0.1", other_words()))

    assert found["KOM-1"] == Descent(("KOM-1",), Bond.WORDING)
    assert found["KOM-2"] == Descent(("KOM-2",), Bond.SAME)
    assert found["KOM-1"].is_comparable
    assert found["KOM-2"].is_comparable


def test_a_changed_meaning_ends_the_comparison_of_this_requirement_alone() -> None:
    found = line(adopted(first(), "1.1", other_words(), kind=MEANING))

    assert found["KOM-1"] == Descent(("KOM-1",), Bond.MEANING)
    assert not found["KOM-1"].is_comparable
    assert found["ZUG-1"].is_comparable


def test_an_undecided_change_of_the_sentence_ends_the_comparison() -> None:
    version = adopted(first(), "1.0.1", other_words())
    version.changes.all().delete()

    assert line(version)["KOM-1"].bond == Bond.MEANING


def test_help_and_questions_may_change_without_ending_the_comparison() -> None:
    found = line(adopted(first(), "1.1", other_help, one_question_more, kind=MEANING))

    assert found["KOM-1"].bond == Bond.SAME


def test_merged_split_and_new_requirements_say_where_they_come_from() -> None:
    one = line(adopted(first(), "2.0", merged, kind=STRUCTURE))
    two = line(adopted(first(), "3.0", split, new, kind=STRUCTURE))

    assert one["KOM-1"] == Descent(("KOM-1", "KOM-2"), Bond.MERGED)
    assert two["KOM-1"].bond == two["KOM-3"].bond == Bond.SPLIT
    assert two["KOM-3"].old_keys == ("KOM-1",)
    assert two["ZUG-2"] == Descent((), Bond.NEW)
    assert not any(two[key].is_comparable for key in ("KOM-1", "KOM-3", "ZUG-2"))


@pytest.mark.parametrize("edit", [another_level, another_level_name])
def test_other_levels_end_the_comparison_of_all_that_use_them(edit: Any) -> None:
    found = line(adopted(first(), "2.0", edit, kind=STRUCTURE))

    assert {row.bond for row in found.values()} == {Bond.SCALE}


def test_reworded_levels_keep_the_comparison() -> None:
    found = line(adopted(first(), "1.0.1", another_level_name))

    assert {row.bond for row in found.values()} == {Bond.WORDING}


def test_over_several_versions_the_loosest_bond_counts() -> None:
    second = adopted(first(), "1.1", other_words(), kind=MEANING)
    third = adopted(second, "1.1.1", other_words(words="Wir sprechen, wie man spricht."))

    since_second = descents(third.pk, second.pk)

    assert line(third)["KOM-1"].bond == Bond.MEANING
    assert since_second
    assert since_second["KOM-1"].bond == Bond.WORDING


def test_a_merged_part_that_was_new_itself_is_still_no_comparison() -> None:
    second = adopted(first(), "2.0", split, kind=STRUCTURE)

    def together(content: dict[str, Any]) -> None:
        spec(content, "KOM-2")["comes_from"] = ["KOM-2", "KOM-3"]
        rows = content["areas"][0]["requirements"]
        rows[:] = [row for row in rows if row["key"] != "KOM-3"]

    third = adopted(second, "3.0", together, kind=STRUCTURE)

    assert line(third)["KOM-2"] == Descent(("KOM-2", "KOM-1"), Bond.MERGED)


def test_versions_beside_each_other_are_not_in_one_line() -> None:
    left = adopted(first(), "1.0.1", other_words())
    right = adopted(first(), "1.0.2", other_help)

    assert descents(right.pk, left.pk) is None
    assert descents(first().pk, right.pk) is None


def test_a_line_ends_at_a_draft_because_its_words_may_still_change() -> None:
    between = drafted(first(), "1.1", other_words())
    later = adopted(between, "1.2", other_help)

    assert descents(later.pk, first().pk) is None

    decide(between, "KOM-1/text", ChangeKind.MEANING)
    pilot_version(version=between, by=person("coordination"))

    assert line(later)["KOM-1"].bond == Bond.MEANING


def test_what_is_known_once_is_not_asked_again(django_assert_num_queries: Any) -> None:
    second = adopted(first(), "1.0.1", other_words())
    third = adopted(second, "1.0.2", other_help)
    start = first().pk
    descents(third.pk, start)

    with django_assert_num_queries(0):
        descents(third.pk, start)
