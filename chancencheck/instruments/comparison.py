"""Two versions side by side: what changed, what it means, what became of each requirement.

The classes follow design section 4, rule 10: wording asks the same in other words, meaning asks
something else, structure adds, removes, merges or splits. The program proposes, a person decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.format import InstrumentFile, RequirementSpec, ScaleSpec
from chancencheck.instruments.places import Cell, texts_of

# From this share of same words on, a reworded text probably still asks the same. A proposal only.
SAME_WORDS = 0.75
# Words that turn a sentence round or make it stricter, however little else has changed.
TURNING = frozenset(
    [
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "keines",
        "nie",
        "niemals",
        "immer",
        "stets",
        "alle",
        "allen",
        "nur",
        "muss",
        "müssen",
        "soll",
        "sollen",
        "kann",
        "können",
        "darf",
        "dürfen",
        "mindestens",
        "höchstens",
        "regelmäßig",
        "not",
        "no",
        "never",
        "always",
        "all",
        "only",
        "must",
        "should",
        "can",
        "may",
    ]
)
# What is rated, or fixes how: other words here may break the comparison of years.
RATED = frozenset({"title", "text", "name", "description", "range", "citizen_questions"})
LARGEST = 20_000  # letters; more is shown as one block instead of word by word


class Event(StrEnum):
    """What happened at a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Difference:
    """One change: its place, what happened, the words before and after, the proposed class."""

    place: str
    part: str
    field: str
    event: Event
    before: str
    after: str
    proposed: ChangeKind


class Fate(StrEnum):
    """What became of a requirement."""

    KEPT = "kept"
    REWORDED = "reworded"
    MERGED = "merged"
    SPLIT = "split"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Mapped:
    """A requirement in both versions; `new` is empty if it was dropped, `old` if it is new."""

    fate: Fate
    old: tuple[str, ...]
    new: str


@dataclass(frozen=True)
class Piece:
    """Some words that are in both versions ("same"), only before ("gone") or only after ("new")."""

    kind: str
    text: str


def differences(before: InstrumentFile, after: InstrumentFile) -> tuple[Difference, ...]:
    """All changes, in the order in which the newer version is read; what is gone comes last."""
    found = [*_settings(before, after), *_scales(before, after), *_parts(before, after)]
    return tuple([*found, *_texts(before, after)])


def mapping(before: InstrumentFile, after: InstrumentFile) -> tuple[Mapped, ...]:
    """What became of each requirement: those of the newer version in order, then the dropped."""
    old = {spec.key: spec for spec in before.requirements}
    sources = {spec.key: _sources(spec, old) for spec in after.requirements}
    used = [key for keys in sources.values() for key in keys]
    rows = []
    for spec in after.requirements:
        keys = sources[spec.key]
        if not keys:
            fate = Fate.NEW
        elif len(keys) > 1:
            fate = Fate.MERGED
        elif used.count(keys[0]) > 1:
            fate = Fate.SPLIT
        else:
            twin = old[keys[0]]
            same = (twin.title.text, twin.text.text) == (spec.title.text, spec.text.text)
            fate = Fate.KEPT if same else Fate.REWORDED
        rows.append(Mapped(fate, keys, spec.key))
    dropped = (key for key in old if key not in used)
    return tuple([*rows, *(Mapped(Fate.DROPPED, (key,), "") for key in dropped)])


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in one row. Joined, "same" and "new" give the text after."""
    if len(before) + len(after) > LARGEST:
        parts = (Piece("gone", before), Piece("new", after))
        return tuple(part for part in parts if part.text)
    old, new = _words(before), _words(after)
    result = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result.append(Piece("same", "".join(old[i:j])))
            continue
        if i < j:
            result.append(Piece("gone", "".join(old[i:j])))
        if k < m:
            result.append(Piece("new", "".join(new[k:m])))
    return tuple(result)


def proposed_kind(field: str, before: str, after: str) -> ChangeKind:
    """The class that a change of words probably has."""
    if field not in RATED:
        return ChangeKind.WORDING
    old, new = set(_plain(before)), set(_plain(after))
    if (old ^ new) & TURNING or _numbers(before) != _numbers(after):
        return ChangeKind.MEANING
    share = SequenceMatcher(None, _plain(before), _plain(after), autojunk=False).ratio()
    return ChangeKind.WORDING if share >= SAME_WORDS else ChangeKind.MEANING


def next_number(number: str, kinds: set[ChangeKind]) -> str:
    """The number after `number`: wording counts the third place, meaning the second, structure
    the first.
    """
    first, second, third = ([int(step) for step in number.split(".")] + [0, 0])[:3]
    if ChangeKind.STRUCTURE in kinds:
        return f"{first + 1}.0"
    if ChangeKind.MEANING in kinds:
        return f"{first}.{second + 1}"
    return f"{first}.{second}.{third + 1}"


def _sources(spec: RequirementSpec, old: dict[str, RequirementSpec]) -> tuple[str, ...]:
    named = tuple(key for key in spec.comes_from if key in old)
    return named or ((spec.key,) if spec.key in old else ())


def _settings(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    if before.aggregation != after.aggregation:
        yield _difference(
            "version/aggregation",
            "aggregation",
            str(before.aggregation.label),
            str(after.aggregation.label),
        )
    names = [", ".join(sheet.key for sheet in file.sheets) for file in (before, after)]
    if names[0] != names[1]:
        yield _difference("version/sheets", "sheets", *names)


def _scales(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    old = {scale.key: scale for scale in before.scales}
    new = {scale.key: scale for scale in after.scales}
    for key in [*new, *(key for key in old if key not in new)]:
        shapes = [_shape(scales.get(key)) for scales in (old, new)]
        if shapes[0] != shapes[1]:
            event = (
                Event.CHANGED
                if key in old and key in new
                else (Event.ADDED if key in new else Event.REMOVED)
            )
            yield _difference(f"scale:{key}/range", "range", *shapes, event=event)


def _shape(scale: ScaleSpec | None) -> str:
    if scale is None:
        return ""
    if scale.levels:
        return ", ".join(str(level.value) for level in scale.levels)
    return f"{scale.minimum}–{scale.maximum} / {scale.step}"


def _parts(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    """Areas and requirements as a whole: added, gone, moved, measured in another way."""
    areas = [{area.key: area for area, _depth in file.all_areas} for file in (before, after)]
    for key in [*areas[1], *(key for key in areas[0] if key not in areas[1])]:
        if (key in areas[0]) != (key in areas[1]):
            names = [found[key].name.text if key in found else "" for found in areas]
            event = Event.ADDED if key in areas[1] else Event.REMOVED
            yield _difference(f"area:{key}/whole", "whole", *names, event=event)
    homes = [
        {spec.key: (area, spec) for area, _depth in file.all_areas for spec in area.requirements}
        for file in (before, after)
    ]
    moved = _moved([key for key in homes[0] if key in homes[1]], list(homes[1]))
    for key in [*homes[1], *(key for key in homes[0] if key not in homes[1])]:
        if key not in homes[0] or key not in homes[1]:
            titles = [found[key][1].title.text if key in found else "" for found in homes]
            event = Event.ADDED if key in homes[1] else Event.REMOVED
            yield _difference(f"{key}/whole", "whole", *titles, event=event)
            continue
        (old_area, old), (new_area, new) = homes[0][key], homes[1][key]
        if old.comes_from != new.comes_from and _is_reshaped(new):
            yield _difference(f"{key}/whole", "whole", old.title.text, new.title.text)
        if old_area.key != new_area.key:
            yield _difference(
                f"{key}/area", "area", old_area.name.text, new_area.name.text, event=Event.MOVED
            )
        elif key in moved:
            yield _difference(
                f"{key}/position", "position", "", "", event=Event.MOVED, kind=ChangeKind.WORDING
            )
        for field in ("scale", "weight", "sheets"):
            values = [_value(getattr(spec, field)) for spec in (old, new)]
            if values[0] != values[1]:
                yield _difference(f"{key}/{field}", field, *values)


def _is_reshaped(spec: RequirementSpec) -> bool:
    return bool(spec.comes_from) and spec.comes_from != (spec.key,)


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Keys that do not stand in the longest common order."""
    kept = [key for key in new if key in set(old)]
    matcher = SequenceMatcher(None, old, kept, autojunk=False)
    still = {
        key for block in matcher.get_matching_blocks() for key in kept[block.b :][: block.size]
    }
    return set(kept) - still


def _texts(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    old, new = texts_of(before), texts_of(after)
    parts = [{cell.part for cell in cells.values()} for cells in (old, new)]
    for cell in [*new.values(), *(cell for place, cell in old.items() if place not in new)]:
        if cell.part not in parts[0] or cell.part not in parts[1]:
            continue  # the part as a whole is new or gone
        words = [cells[cell.place].text if cell.place in cells else "" for cells in (old, new)]
        if words[0] != words[1]:
            yield _text_difference(cell, *words)


def _text_difference(cell: Cell, before: str, after: str) -> Difference:
    event = Event.CHANGED if before and after else (Event.ADDED if after else Event.REMOVED)
    kind = proposed_kind(cell.field, before, after)
    if event != Event.CHANGED and cell.field.endswith("_questions"):
        kind = ChangeKind.STRUCTURE
    return Difference(cell.place, cell.part, cell.field, event, before, after, kind)


def _difference(
    place: str,
    field: str,
    before: str,
    after: str,
    *,
    event: Event = Event.CHANGED,
    kind: ChangeKind = ChangeKind.STRUCTURE,
) -> Difference:
    return Difference(place, place.partition("/")[0], field, event, before, after, kind)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _plain(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)
