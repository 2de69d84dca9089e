"""Places: where a text stands in an instrument, by keys that stay the same in all versions.

    version/title                 standard/s1              citizens/2
    scale:stufen/3/name           scale:stufen/3/description
    sheet:leitung/name            area:KOM/summary
    KOM-1/text                    KOM-1/help               KOM-1/r2

Remarks, changes, origins, tables and comparisons all speak of texts by their place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext

from chancencheck.instruments.choices import HintKind, Origin, QuestionKind
from chancencheck.instruments.format import (
    AreaSpec,
    InstrumentFile,
    RequirementSpec,
    Text,
)

# The lists of texts with keys: their field in a requirement, and the first letter of their keys.
LISTS = {
    "reflection_questions": "r",
    "citizen_questions": "c",
    "evidence_hints": "e",
    "example_measures": "m",
}
FIELD_OF_KIND: dict[str, str] = {
    QuestionKind.REFLECTION: "reflection_questions",
    QuestionKind.CITIZEN: "citizen_questions",
    HintKind.EVIDENCE: "evidence_hints",
    HintKind.MEASURE: "example_measures",
}
REQUIREMENT_FIELDS = ("title", "text", "help", "who_knows")


@dataclass(frozen=True)
class Cell:
    """One text at its place. `part` is the key of its requirement, else the place's first step."""

    place: str
    part: str
    field: str
    text: str
    origin: Origin = Origin.OWN
    source: str = ""


def part_of(place: str) -> str:
    """`KOM-1/r2` → `KOM-1`, `area:KOM/name` → `area:KOM`."""
    return place.partition("/")[0]


def texts_of(file: InstrumentFile) -> dict[str, Cell]:
    """All texts of an instrument by place, in the order in which they are read."""
    return {cell.place: cell for cell in _cells(file)}


def texts_of_requirement(spec: RequirementSpec) -> Iterator[Cell]:
    """The texts of one requirement: its fields, then the lists."""
    for field in REQUIREMENT_FIELDS:
        yield from _one(spec.key, field, getattr(spec, field))
    for field in LISTS:
        for text in getattr(spec, field):
            yield Cell(
                f"{spec.key}/{text.key}", spec.key, field, text.text, text.origin, text.source
            )


def field_name(field: str) -> str:
    """The name of a field for people."""
    names = {
        "title": gettext("Title"),
        "note": gettext("Note"),
        "name": gettext("Name"),
        "summary": gettext("Summary"),
        "description": gettext("Description"),
        "text": gettext("Requirement"),
        "help": gettext("Help"),
        "who_knows": gettext("Who knows this?"),
        "standard_questions": gettext("Standard question"),
        "citizen_scale": gettext("Answer for citizens"),
        "reflection_questions": gettext("Question to think about"),
        "citizen_questions": gettext("Question for citizens"),
        "evidence_hints": gettext("Hint at evidence"),
        "example_measures": gettext("Example of a measure"),
        "scale": gettext("Scale"),
        "weight": gettext("Weight"),
        "sheets": gettext("Answer sheets"),
        "area": gettext("Quality area"),
        "position": gettext("Order"),
        "aggregation": gettext("What may be calculated"),
        "whole": gettext("As a whole"),
        "range": gettext("Range of numbers"),
    }
    return names[field]


def with_keys(file: InstrumentFile, before: InstrumentFile | None = None) -> InstrumentFile:
    """The same instrument, each text of a list with a key.

    Texts without one get the key that the same words had in the version before, else the key of
    the words that stood in their place and are gone (they are reworded), else a new number.
    """
    old = {spec.key: spec for spec in before.requirements} if before else {}

    def keyed(spec: RequirementSpec) -> RequirementSpec:
        twin = old.get(spec.key)
        lists: dict[str, Any] = {
            field: _keyed(getattr(spec, field), getattr(twin, field) if twin else (), letter)
            for field, letter in LISTS.items()
        }
        return replace(spec, **lists)

    def inside(area: AreaSpec) -> AreaSpec:
        return replace(
            area,
            requirements=tuple(keyed(spec) for spec in area.requirements),
            areas=tuple(inside(inner) for inner in area.areas),
        )

    return replace(
        file,
        standard_questions=_keyed(
            file.standard_questions, before.standard_questions if before else (), "s"
        ),
        areas=tuple(inside(area) for area in file.areas),
    )


def next_key(letter: str, taken: set[str]) -> str:
    """The first of `r1`, `r2` … behind all that are taken."""
    numbers = [int(key[1:]) for key in taken if key[:1] == letter and key[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


def _keyed(texts: tuple[Text, ...], before: tuple[Text, ...], letter: str) -> tuple[Text, ...]:
    taken = {text.key for text in (*texts, *before)}
    free = {text.key: text.text for text in before}
    for text in texts:
        free.pop(text.key, None)
    keys = [text.key for text in texts]
    for number, text in enumerate(texts):  # first who says the same words
        same = next((key for key, words in free.items() if words == text.text), "")
        if not keys[number] and same:
            keys[number] = same
            del free[same]
    for number, text in enumerate(before):  # then who stands in the same place: reworded
        if number < len(texts) and not keys[number] and text.key in free:
            keys[number] = text.key
    result = []
    for text, found in zip(texts, keys, strict=True):
        key = found or next_key(letter, taken)
        taken.add(key)
        result.append(replace(text, key=key))
    return tuple(result)


def _cells(file: InstrumentFile) -> Iterator[Cell]:
    yield Cell("version/title", "version", "title", file.title)
    if file.note:
        yield Cell("version/note", "version", "note", file.note)
    for text in file.standard_questions:
        yield Cell(
            f"standard/{text.key}",
            "standard",
            "standard_questions",
            text.text,
            text.origin,
            text.source,
        )
    for number, text in enumerate(file.citizen_scale, start=1):
        yield Cell(
            f"citizens/{number}", "citizens", "citizen_scale", text.text, text.origin, text.source
        )
    for scale in file.scales:
        for level in scale.levels:
            yield from _one(f"scale:{scale.key}", "name", level.name, f"{level.value}/")
            yield from _one(
                f"scale:{scale.key}", "description", level.description, f"{level.value}/"
            )
    for sheet in file.sheets:
        yield from _one(f"sheet:{sheet.key}", "name", sheet.name)
        yield from _one(f"sheet:{sheet.key}", "help", sheet.help)
    for area, _depth in file.all_areas:
        yield from _one(f"area:{area.key}", "name", area.name)
        yield from _one(f"area:{area.key}", "summary", area.summary)
        for spec in area.requirements:
            yield from texts_of_requirement(spec)


def _one(part: str, field: str, text: Text | None, inner: str = "") -> Iterator[Cell]:
    if text is not None:
        yield Cell(f"{part}/{inner}{field}", part, field, text.text, text.origin, text.source)
