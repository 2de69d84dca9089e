"""What the reader of instrument files promises."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
import yaml
from django.utils import translation
from jsonschema import Draft202012Validator

from chancencheck.instruments import format as instrument_format
from chancencheck.instruments.format import (
    MAX_BYTES,
    MAX_PROBLEMS,
    SCHEMA_PATH,
    InstrumentFile,
    InstrumentFileError,
    Origin,
    Problem,
    Text,
    parse_instrument,
)

SHIPPED = SCHEMA_PATH.with_name("chancencheck-lu-1.0.yaml")

# Line numbers in the tests count from here; line 1 is `format`.
SMALL = """\
format: chancencheck-instrument/1
key: small
title: Small
version: "1.0"
language: de
licence: CC0-1.0
origin: own
scales:
  - key: levels
    levels:
      - {value: 1, name: am Anfang}
      - {value: 2, name: auf dem Weg}
areas:
  - key: KOM
    name: Kommunikation
    requirements:
      - key: KOM-1
        title: Formulare
        text: Alle verstehen unsere Formulare.
"""
ON_KOM_1 = "areas → KOM → requirements → KOM-1"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def problems(data: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(InstrumentFileError) as raised:
        parse_instrument(data.encode() if isinstance(data, str) else data)
    return raised.value.problems


def problem(old: str, new: str) -> tuple[int | None, str, str]:
    """The only problem of the small instrument after one change."""
    assert SMALL.count(old) == 1
    (only,) = problems(SMALL.replace(old, new))
    return only.line, only.field, only.message


def texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def parse(content: dict[str, Any]) -> InstrumentFile:
    return parse_instrument(yaml.safe_dump(content, allow_unicode=True).encode())


# The shipped instrument


def test_the_shipped_instrument_has_5_areas_with_3_requirements_each() -> None:
    shipped = parse_instrument(SHIPPED.read_bytes())
    assert [area.key for area in shipped.areas] == ["KOM", "ZUG", "PER", "BET", "STE"]
    assert [len(area.requirements) for area in shipped.areas] == [3] * 5
    assert [level.value for level in shipped.scales[0].levels] == [1, 2, 3, 4]


def test_exactly_five_shipped_texts_are_original_and_name_their_source() -> None:
    shipped = parse_instrument(SHIPPED.read_bytes())
    original = [text for text in texts(shipped) if text.origin == Origin.ORIGINAL]
    assert {text.source for text in original} == {"Vortrag „Wir alle sind LU“, 9. Dezember 2021"}
    kom = shipped.areas[0]
    assert original == [*shipped.standard_questions, kom.name, kom.requirements[0].text]
    assert len(original) == 5


def test_each_shipped_requirement_explains_itself_and_has_questions() -> None:
    for area in parse_instrument(SHIPPED.read_bytes()).areas:
        for requirement in area.requirements:
            assert requirement.help
            assert requirement.scale == "stufen"
            assert len(requirement.reflection_questions) == 3
            assert len(requirement.citizen_questions) == 2


# Other instruments fit


def test_a_small_instrument_fits_and_what_is_left_out_is_empty() -> None:
    small = parse_instrument(SMALL.encode())
    requirement = small.areas[0].requirements[0]
    assert requirement.text == Text("Alle verstehen unsere Formulare.", Origin.OWN, "")
    assert (requirement.help, requirement.themes, requirement.scale) == (None, (), "levels")
    assert (small.note, small.citizen_scale, small.standard_questions) == ("", (), ())


def test_7_areas_with_15_requirements_and_two_kinds_of_scale_fit() -> None:
    content = yaml.safe_load(SMALL)
    levels = [{"value": value, "name": f"Stufe {value}"} for value in range(10)]
    limits = {"minimum": 0, "maximum": 100, "step": 5}
    content["scales"] = [{"key": "ten", "levels": levels}, {"key": "percent", "range": limits}]
    content["areas"] = [
        {
            "key": f"A{area}",
            "name": "Bereich",
            "requirements": [
                {"key": f"{area}.{number}", "title": "T", "text": "S", "scale": "percent"}
                for number in range(15)
            ],
        }
        for area in range(7)
    ]
    big = parse(content)
    assert [len(area.requirements) for area in big.areas] == [15] * 7
    ten, percent = big.scales
    assert (len(ten.levels), ten.minimum) == (10, None)
    assert (percent.levels, percent.minimum, percent.maximum, percent.step) == ((), 0, 100, 5)


def test_a_text_may_state_its_own_origin() -> None:
    name = "{text: Kommunikation, origin: other, source: Selbstcheck}"
    data = SMALL.replace("name: Kommunikation", f"name: {name}").encode()
    assert parse_instrument(data).areas[0].name == Text("Kommunikation", "other", "Selbstcheck")


def test_files_from_windows_editors_fit() -> None:
    data = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    assert parse_instrument(data) == parse_instrument(SMALL.encode())


# Files that are no instruments


def test_refuses_a_file_that_is_too_large() -> None:
    assert "larger than 2 MB" in problems(b"#" * (MAX_BYTES + 1))[0].message


def test_refuses_what_is_not_utf8() -> None:
    (only,) = problems(SMALL.replace("Small", "Prüfung").encode("latin-1"))
    assert (only.line, "UTF-8" in only.message) == (3, True)


def test_refuses_what_is_not_yaml() -> None:
    line, _, message = problem("title: Small", "title: Small: and: smaller")
    assert (line, "cannot be read" in message) == (3, True)


@pytest.mark.parametrize("data", ["", "# nothing", "- a list", "a sentence"])
def test_refuses_what_has_no_fields(data: str) -> None:
    (only,) = problems(data)
    assert "must begin with fields" in only.message


def test_refuses_a_newer_format_and_says_nothing_else() -> None:
    (only,) = problems("format: chancencheck-instrument/3\nsomething: new\n")
    assert (only.line, only.field, "newer version" in only.message) == (1, "format", True)


def test_refuses_an_unknown_format() -> None:
    line, field, message = problem("chancencheck-instrument/1", "recipe/1")
    assert (line, field, "not an instrument file" in message) == (1, "format", True)


@pytest.mark.parametrize("text", ["&a [*a]", "[&a x, *a]"])
def test_refuses_aliases(text: str) -> None:
    line, _, message = problem("title: Small", f"title: {text}")
    assert (line, "References with *" in message) == (3, True)


def test_refuses_endless_nesting() -> None:
    assert "nested too deeply" in problems("[" * 20_000)[0].message


def test_constructs_nothing_from_a_foreign_tag() -> None:
    line, field, message = problem("title: Small", "title: !!python/name:os.system ''")
    assert (line, field, message[:12]) == (3, "title", "Write a text")


# Fields


def test_refuses_a_field_written_twice() -> None:
    line, field, message = problem("title: Small", "title: Small\ntitle: Other")
    assert (line, field, "twice" in message) == (4, "title", True)


def test_refuses_an_unknown_field_and_names_the_known_ones() -> None:
    line, field, message = problem("title: Formulare", "title: Formulare\n        titel: F")
    assert (line, field) == (19, f"{ON_KOM_1} → titel")
    assert "“titel” is unknown" in message
    assert "reflection_questions" in message


def test_names_all_missing_fields() -> None:
    line, field, message = problem(
        "\n        title: Formulare\n        text: Alle verstehen unsere Formulare.", ""
    )
    assert (line, field) == (17, ON_KOM_1)
    assert message == "Something is missing here. Please add: title, text."


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "sentence"),
    [
        ('version: "1.0"', "version: 1.0", 4, "version", "Write a text"),
        ("title: Small", "title: 2021-12-09", 3, "title", "Write a text"),
        ("title: Small", "title:", 3, "title", "This field is empty"),
        ("title: Small", "title: '  '", 3, "title", "This field is empty"),
        ("value: 2", "value: '2'", 12, "scales → levels → levels → 2 → value", "Write a whole"),
        ("value: 2", "value: 2.5", 12, "scales → levels → levels → 2 → value", "Write a whole"),
        ("{value: 2, name: auf dem Weg}", "2", 12, "scales → levels → levels → 2", "Write fields"),
        (
            "title: Formulare",
            "themes: T1\n        title: F",
            18,
            f"{ON_KOM_1} → themes",
            "Write a l",
        ),
    ],
)
def test_refuses_wrong_types(old: str, new: str, line: int, field: str, sentence: str) -> None:
    found = problem(old, new)
    assert found[:2] == (line, field)
    assert found[2].startswith(sentence)


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("key: KOM\n", "key: kom\n", 14, "“kom” does not fit here. It should look like: KOM, A1."),
        ("origin: own", "origin: mine", 7, "Write one of these words: own, original, other."),
        ("title: Small", f"title: {'x' * 101}", 3, "The text is too long. Shorten it to 100"),
        ("value: 2", "value: 2000", 12, "Write a number that is at most 1000."),
        ("value: 1,", "value: -2000,", 11, "Write a number that is at least -1000."),
        ("      - {value: 1, name: am Anfang}\n", "", 10, "The list is too short."),
    ],
)
def test_refuses_values_that_do_not_fit(old: str, new: str, line: int, sentence: str) -> None:
    found = problem(old, new)
    assert found[0] == line
    assert found[2].startswith(sentence)


@pytest.mark.parametrize("hidden", [r'"a\x07"', r'"a\ud800"', '"a\x07"'])
def test_refuses_control_characters_however_they_are_written(hidden: str) -> None:
    line, _, message = problem("title: Small", f"title: {hidden}")
    assert (line, "invisible" in message) == (3, True)


# Keys and scales


def test_refuses_a_requirement_key_used_twice_even_in_another_area() -> None:
    area = "  - {key: ZUG, name: Z, requirements: [{key: KOM-1, title: T, text: S}]}\n"
    (only,) = problems(SMALL + area)
    assert (only.line, only.field) == (20, "areas → ZUG → requirements → KOM-1 → key")
    assert "“KOM-1” is already taken" in only.message


def test_refuses_an_area_key_used_twice() -> None:
    area = "  - {key: KOM, name: K, requirements: [{key: KOM-2, title: T, text: S}]}\n"
    (only,) = problems(SMALL + area)
    assert (only.line, "already taken" in only.message) == (20, True)


def test_refuses_a_scale_key_used_twice() -> None:
    double = "  - {key: levels, range: {minimum: 0, maximum: 10, step: 1}}\nareas:"
    found = problems(
        SMALL.replace("areas:", double).replace("title: F", "scale: levels\n        title: F")
    )
    assert [(entry.line, entry.field) for entry in found] == [(13, "scales → levels → key")]


def test_refuses_an_unknown_scale_and_names_the_known_ones() -> None:
    found = problem("title: Formulare", "title: Formulare\n        scale: stars")
    sentence = "There is no scale “stars”. Use one of these: levels."
    assert found == (19, f"{ON_KOM_1} → scale", sentence)


def test_asks_for_the_scale_where_there_are_several() -> None:
    second = "  - {key: percent, range: {minimum: 0, maximum: 100, step: 1}}\nareas:"
    sentence = "There are several scales. Name one of them: levels, percent."
    assert problem("areas:", second) == (18, ON_KOM_1, sentence)


@pytest.mark.parametrize("value", [0, 1])
def test_refuses_levels_that_do_not_rise(value: int) -> None:
    line, _, message = problem("value: 2", f"value: {value}")
    assert (line, "more than 1" in message) == (12, True)


def test_refuses_more_than_ten_levels() -> None:
    content = yaml.safe_load(SMALL)
    content["scales"][0]["levels"] = [{"value": v, "name": "N"} for v in range(11)]
    with pytest.raises(InstrumentFileError, match="At most 10 entries"):
        parse(content)


@pytest.mark.parametrize(
    ("limits", "field", "sentence"),
    [
        ("minimum: 0, maximum: 100, step: 0", "step", "Write a number that is at least 1."),
        ("minimum: 0, maximum: 100, step: -5", "step", "Write a number that is at least 1."),
        ("minimum: 0, maximum: 100, step: 30", "step", "The step does not divide"),
        ("minimum: 5, maximum: 5, step: 1", "maximum", "The maximum is not greater"),
    ],
)
def test_refuses_ranges_nobody_can_answer_on(limits: str, field: str, sentence: str) -> None:
    start, end = SMALL.index("    levels:"), SMALL.index("areas:")
    (only,) = problems(f"{SMALL[:start]}    range: {{{limits}}}\n{SMALL[end:]}")
    assert (only.line, only.field) == (10, f"scales → levels → range → {field}")
    assert only.message.startswith(sentence)


def test_refuses_a_scale_that_is_both_levels_and_range() -> None:
    both = "- key: levels\n    range: {minimum: 0, maximum: 10, step: 1}"
    line, field, message = problem("- key: levels", both)
    assert (line, field, "either" in message) == (9, "scales → levels", True)


# The report as a whole


def test_reports_everything_at_once_in_the_order_of_the_lines() -> None:
    broken = SMALL.replace("Small", "").replace("value: 2", "value: 1").replace("KOM-1", "kom 1")
    assert [entry.line for entry in problems(broken)] == [3, 12, 17]


def test_reports_at_most_fifty_problems() -> None:
    unknown = "".join(f"unknown_{number}: x\n" for number in range(200))
    assert len(problems(SMALL + unknown)) == MAX_PROBLEMS


def test_every_rule_of_the_schema_has_a_sentence() -> None:
    rules: set[str] = set()

    def collect(schema: object) -> None:
        if isinstance(schema, dict):
            rules.update(key for key in schema if key in Draft202012Validator.VALIDATORS)
            for inner in schema.values():
                collect(inner)
        elif isinstance(schema, list):
            for inner in schema:
                collect(inner)

    collect(json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))
    silent = {"$ref", "properties", "items", "type", "const", "format"}
    assert rules - silent <= instrument_format._SENTENCES.keys()


def test_the_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))


# Files that are made to do harm


@pytest.mark.parametrize("start", ["a: [", "areas: ["])
def test_refuses_a_file_of_nothing_but_commas_before_reading_it(start: str) -> None:
    (only,) = problems(start + "1," * 990_000 + "]")
    assert "far too much in this file" in only.message


def test_refuses_a_file_of_10_mb() -> None:
    (only,) = problems(b"title: " + b"x" * 10_000_000)
    assert "larger than 2 MB" in only.message


def test_reads_as_deep_as_an_instrument_needs() -> None:
    content = yaml.safe_load(SMALL)
    (area,) = content["areas"]
    area["requirements"][0]["reflection_questions"] = [{"text": "Warum?", "origin": "other"}]
    outer = {
        "key": "C",
        "name": "Außen",
        "areas": [{"key": "B2", "name": "Mitte", "areas": [area]}],
    }
    content["areas"] = [outer | {"key": "C2"}]
    assert [depth for _area, depth in parse(content).all_areas] == [0, 1, 2]
