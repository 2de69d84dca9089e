"""Two versions side by side: what changed, what it means, what became of each requirement.

The classes follow design section 4, rule 10: wording asks the same in other words, meaning asks
something else, structure adds, removes, merges or splits. The program proposes, a person decides.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.format import (
    AreaSpec,
    InstrumentFile,
    RequirementSpec,
    ScaleSpec,
    SheetSpec,
)
from chancencheck.instruments.pieces import Piece as Piece
from chancencheck.instruments.pieces import pieces as pieces
from chancencheck.instruments.places import Cell, texts_of
from chancencheck.instruments.proposals import proposed_kind as proposed_kind


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


def differences(before: InstrumentFile, after: InstrumentFile) -> tuple[Difference, ...]:
    """All changes, in the order in which the newer version is read; what is gone comes last."""
    found = [*_settings(before, after), *_scales(before, after), *_parts(before, after)]
    return tuple([*found, *_texts(before, after)])


def mapping(before: InstrumentFile, after: InstrumentFile) -> tuple[Mapped, ...]:
    """What became of each requirement: those of the newer version in order, then the dropped."""
    old = {spec.key: spec for spec in before.requirements}
    sources = {spec.key: _sources(spec, old) for spec in after.requirements}
    used = Counter(key for keys in sources.values() for key in keys)
    rows = []
    for spec in after.requirements:
        keys = sources[spec.key]
        if not keys:
            fate = Fate.NEW
        elif len(keys) > 1:
            fate = Fate.MERGED
        elif used[keys[0]] > 1:
            fate = Fate.SPLIT
        else:
            twin = old[keys[0]]
            same = (twin.title.text, twin.text.text) == (spec.title.text, spec.text.text)
            fate = Fate.KEPT if same else Fate.REWORDED
        rows.append(Mapped(fate, keys, spec.key))
    dropped = (key for key in old if key not in used)
    return tuple([*rows, *(Mapped(Fate.DROPPED, (key,), "") for key in dropped)])


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
    twin = old.get(spec.key)
    if twin is not None and not _is_reshaped(twin, spec):
        return (spec.key,)
    named = tuple(dict.fromkeys(key for key in spec.comes_from if key in old))
    return named or ((spec.key,) if twin is not None else ())


def _is_reshaped(old: RequirementSpec, new: RequirementSpec) -> bool:
    """Whether it was merged or split between these two; what it says may be older than both."""
    return new.comes_from not in ((), (new.key,), old.comes_from)


def _settings(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    if before.aggregation != after.aggregation:
        yield _difference(
            "version/aggregation",
            "aggregation",
            str(before.aggregation.label),
            str(after.aggregation.label),
        )
    if [s.key for s in before.sheets] != [s.key for s in after.sheets]:
        names = [", ".join(sheet.name.text for sheet in file.sheets) for file in (before, after)]
        yield _difference("version/sheets", "sheets", *names)


def _scales(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    old = {scale.key: scale for scale in before.scales}
    new = {scale.key: scale for scale in after.scales}
    for key in _all_keys(old, new):
        shapes = [_shape(scales.get(key)) for scales in (old, new)]
        if shapes[0] != shapes[1]:
            yield _difference(f"scale:{key}/range", "range", *shapes, event=_event(*shapes))


def _shape(scale: ScaleSpec | None) -> str:
    if scale is None:
        return ""
    if scale.levels:
        return ", ".join(str(level.value) for level in scale.levels)
    return f"{scale.minimum}–{scale.maximum} / {scale.step}"


@dataclass(frozen=True)
class _Home:
    """Where an area stands: in which other one."""

    area: AreaSpec
    parent: str
    parent_name: str


def _homes(areas: tuple[AreaSpec, ...], parent: AreaSpec | None = None) -> Iterator[_Home]:
    for area in areas:
        yield _Home(area, parent.key if parent else "", parent.name.text if parent else "")
        yield from _homes(area.areas, area)


def _parts(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    """Areas and requirements as a whole: added, gone, moved, measured in another way."""
    yield from _areas(before, after)
    yield from _requirements(before, after)


def _areas(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    old, new = ({home.area.key: home for home in _homes(f.areas)} for f in (before, after))
    moved = _moved(old, new, lambda home: home.parent)
    for key in _all_keys(old, new):
        if key not in old or key not in new:
            names = [homes[key].area.name.text if key in homes else "" for homes in (old, new)]
            yield _difference(f"area:{key}/whole", "whole", *names, event=_event(*names))
        elif old[key].parent != new[key].parent:
            names = [homes[key].parent_name for homes in (old, new)]
            yield _difference(f"area:{key}/area", "area", *names, event=Event.MOVED)
        elif key in moved:
            yield _order(f"area:{key}/position")


def _requirements(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    old, new = (
        {spec.key: (area, spec) for area, _depth in file.all_areas for spec in area.requirements}
        for file in (before, after)
    )
    specs = {key: spec for key, (_area, spec) in old.items()}
    sheets = [{sheet.key: sheet for sheet in file.sheets} for file in (before, after)]
    moved = _moved(old, new, lambda home: home[0].key)
    for key in _all_keys(old, new):
        if key not in new:
            yield _difference(
                f"{key}/whole", "whole", _sentence(specs[key]), "", event=Event.REMOVED
            )
        elif key not in old:
            origin = "\n".join(_sentence(specs[each]) for each in _sources(new[key][1], specs))
            words = _sentence(new[key][1])
            yield _difference(f"{key}/whole", "whole", origin, words, event=Event.ADDED)
        else:
            yield from _one_requirement(old[key], new[key], specs, sheets, has_moved=key in moved)


def _one_requirement(
    old_home: tuple[AreaSpec, RequirementSpec],
    new_home: tuple[AreaSpec, RequirementSpec],
    specs: dict[str, RequirementSpec],
    sheets: list[dict[str, SheetSpec]],
    *,
    has_moved: bool,
) -> Iterator[Difference]:
    (old_area, old), (new_area, new) = old_home, new_home
    key = new.key
    if _is_reshaped(old, new):
        sources = [_headline(specs[each]) for each in _sources(new, specs)]
        yield _difference(f"{key}/whole", "whole", "\n".join(sources), _headline(new))
    if old_area.key != new_area.key:
        names = (old_area.name.text, new_area.name.text)
        yield _difference(f"{key}/area", "area", *names, event=Event.MOVED)
    elif has_moved:
        yield _order(f"{key}/position")
    if old.scale != new.scale:
        yield _difference(f"{key}/scale", "scale", old.scale, new.scale)
    if old.weight != new.weight:
        yield _difference(f"{key}/weight", "weight", str(old.weight), str(new.weight))
    if set(old.sheets) != set(new.sheets):
        names = (_names(old.sheets, sheets[0]), _names(new.sheets, sheets[1]))
        yield _difference(f"{key}/sheets", "sheets", *names)


def _names(keys: tuple[str, ...], sheets: dict[str, SheetSpec]) -> str:
    return ", ".join(sheets[key].name.text if key in sheets else key for key in keys)


def _headline(spec: RequirementSpec) -> str:
    return f"{spec.key} {spec.title.text}"


def _sentence(spec: RequirementSpec) -> str:
    return f"{_headline(spec)}: {spec.text.text}"


_Item = TypeVar("_Item")


def _moved(
    old: dict[str, _Item], new: dict[str, _Item], inside: Callable[[_Item], str]
) -> set[str]:
    """Keys that changed their place among those around them; as few as explain the new order."""
    place = {key: number for number, key in enumerate(old)}
    around: dict[str, list[str]] = {}
    for key, item in new.items():
        if key in old and inside(old[key]) == inside(item):
            around.setdefault(inside(item), []).append(key)
    moved = set()
    for keys in around.values():
        still = _longest_rise([place[key] for key in keys])
        moved |= {key for key in keys if place[key] not in still}
    return moved


def _longest_rise(numbers: list[int]) -> set[int]:
    """The longest part of a row of different numbers that already stands in order."""
    ends: list[int] = []  # the smallest number that a rise of each length can end with
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length:] = [number, *ends[length + 1 :]] if length < len(ends) else [number]
    found: set[int] = set()
    number_or_none = ends[-1] if ends else None
    while number_or_none is not None:
        found.add(number_or_none)
        number_or_none = before[number_or_none]
    return found


# The parts that are told as a whole when they are new or gone.
_WHOLES = re.compile(r"(?!version$|standard$|citizens$)")


def _texts(before: InstrumentFile, after: InstrumentFile) -> Iterator[Difference]:
    old, new = texts_of(before), texts_of(after)
    parts = [{cell.part for cell in cells.values()} for cells in (old, new)]
    for cell in [*new.values(), *(cell for place, cell in old.items() if place not in new)]:
        is_in_both = cell.part in parts[0] and cell.part in parts[1]
        if not is_in_both and _WHOLES.match(cell.part):
            continue
        words = [cells[cell.place].text if cell.place in cells else "" for cells in (old, new)]
        if words[0] != words[1]:
            yield _text_difference(cell, *words)


# Where one text more or less is more than other words: something is asked or can be answered.
_COUNTED = frozenset(
    {"standard_questions", "reflection_questions", "citizen_questions", "citizen_scale"}
)


def _text_difference(cell: Cell, before: str, after: str) -> Difference:
    event = _event(before, after)
    kind = proposed_kind(cell.field, before, after)
    is_level = cell.part.startswith("scale:") and cell.field == "name"
    if event != Event.CHANGED and (cell.field in _COUNTED or is_level):
        kind = ChangeKind.STRUCTURE
    return Difference(cell.place, cell.part, cell.field, event, before, after, kind)


def _event(before: str, after: str) -> Event:
    if before and after:
        return Event.CHANGED
    return Event.ADDED if after else Event.REMOVED


def _order(place: str) -> Difference:
    return _difference(place, "position", "", "", event=Event.MOVED, kind=ChangeKind.WORDING)


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


def _all_keys(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """Those of the newer version in their order, then what is gone."""
    return list(dict.fromkeys([*new, *old]))
