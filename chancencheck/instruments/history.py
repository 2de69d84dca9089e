"""From version to version: whose words may flow into a running round, and which years compare.

With its words, a released version's base and the classes of its changes are fixed. So what two of
them differ in is kept per process.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from chancencheck.instruments.choices import ChangeKind, VersionState
from chancencheck.instruments.comparison import (
    Difference,
    Event,
    Fate,
    Mapped,
    differences,
    mapping,
)
from chancencheck.instruments.models import Change, InstrumentVersion
from chancencheck.instruments.storage import read_version

# What decides how people answer, beyond all words. It never changes while a round runs.
NOT_WORDS = frozenset({"aggregation", "sheets", "range", "whole", "area", "scale", "weight"})
# Other words may flow in here, but no new text, and none may go.
ASKED = frozenset(
    {"name", "standard_questions", "reflection_questions", "citizen_questions", "citizen_scale"}
)
# What the people of a round read. Citizens keep the words with which their survey began.
READ_BY_TEAMS = frozenset(
    {
        "title",
        "text",
        "help",
        "who_knows",
        "summary",
        "name",
        "description",
        "reflection_questions",
        "standard_questions",
    }
)


class Bond(StrEnum):
    """How a requirement hangs together with an earlier version; from close to loose."""

    SAME = "same"
    WORDING = "wording"
    MEANING = "meaning"
    SCALE = "scale"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"


@dataclass(frozen=True)
class Descent:
    """Where a requirement comes from: its keys in the earlier version, and how close it still is."""

    old_keys: tuple[str, ...]
    bond: Bond

    @property
    def is_comparable(self) -> bool:
        """Whether levels of both versions may stand side by side."""
        return self.bond in (Bond.SAME, Bond.WORDING)


@dataclass(frozen=True)
class Rewording:
    """What reads differently in a round since its new wording, as far as teams read it."""

    places: tuple[tuple[str, str], ...]  # part and place, in the order of reading
    keys: tuple[str, ...]  # requirements with other words of their own

    @property
    def number(self) -> int:
        """How many texts are worded anew."""
        return len(self.places)

    def around(self, *parts: str) -> "Rewording | None":
        """Only what concerns these parts (`KOM-1`, `scale:stufen`); None if nothing does."""
        places = tuple(row for row in self.places if row[0] in parts)
        return Rewording(places, tuple(k for k in self.keys if k in parts)) if places else None


@dataclass(frozen=True)
class _Step:
    """All that happened between two versions."""

    found: tuple[Difference, ...]
    by_part: dict[str, tuple[Difference, ...]]
    mapped: dict[str, Mapped]  # by the key in the newer version
    scales: dict[str, str]  # requirement → scale, in the newer version


class _Decisions:
    """The classes people gave to changes, by version and place; what is undecided has none."""

    def __init__(self, version_ids: Iterable[int]) -> None:
        rows = Change.objects.filter(version_id__in=list(version_ids))
        self.known = {(row.version_id, row.place): row.kind for row in rows}

    def are_wording(self, version_id: int, found: Iterable[Difference]) -> bool:
        """Whether somebody said of each change that it asks the same in other words."""
        return all(self.known.get((version_id, d.place)) == ChangeKind.WORDING for d in found)


# ------------------------------------------------------------------- words for running rounds


def flows_into(version: InstrumentVersion) -> bool:
    """Whether the words of this version may be shown in rounds of the version before it.

    So it is once it is adopted, if it has new words only and a person said of each change that it
    is mere wording.
    """
    if version.state != VersionState.ADOPTED or version.base is None:
        return False
    return _is_rewording(version, version.base, _Decisions([version.pk]))


def may_take(
    version: InstrumentVersion, *, pinned: InstrumentVersion, taken_id: int | None
) -> bool:
    """Whether a round of the version `pinned`, with the wording taken so far, may show these words."""
    return version in _candidates(pinned, taken_id)


def newest_wording(*, pinned: InstrumentVersion, taken_id: int | None) -> InstrumentVersion | None:
    """The latest version whose words a round may take over; None if there is nothing new."""
    found = _candidates(pinned, taken_id)
    return found[0] if found else None


def number_of_changes(*, before_id: int, after_id: int) -> int:
    """How many changes lie between two released versions."""
    return len(_step(before_id, after_id).found)


@lru_cache(maxsize=64)
def rewording(pinned_id: int, wording_id: int) -> Rewording:
    """What people of a round read differently since it took the wording of a later version."""
    step = _step(pinned_id, wording_id)
    found = [d for d in step.found if d.field in READ_BY_TEAMS and _is_read(d.part)]
    own = {d.part for d in found}
    return Rewording(
        tuple((d.part, d.place) for d in found), tuple(key for key in step.scales if key in own)
    )


def _is_read(part: str) -> bool:
    return part != "version" and not part.startswith("sheet:")


def _candidates(pinned: InstrumentVersion, taken_id: int | None) -> list[InstrumentVersion]:
    """Adopted versions of mere rewording after `pinned`, the newest first. Two queries."""
    every = InstrumentVersion.objects.filter(instrument_id=pinned.instrument_id).exclude(
        state=VersionState.DRAFT
    )
    by_id = {version.pk: version for version in every.select_related("instrument")}
    later = [by_id[pk] for pk in sorted(by_id, reverse=True) if pk != pinned.pk]
    ways = {v.pk: way for v in later if (way := _way(v, pinned.pk, by_id))}
    decisions = _Decisions({pk for way in ways.values() for pk in way})
    return [
        version
        for version in later
        if version.state == VersionState.ADOPTED
        and version.pk in ways
        and version.pk != taken_id
        and (taken_id is None or taken_id in ways[version.pk])
        and all(
            _is_rewording(by_id[pk], by_id[by_id[pk].base_id or 0], decisions)
            for pk in ways[version.pk]
        )
    ]


def _way(
    version: InstrumentVersion, pinned_id: int, by_id: dict[int, InstrumentVersion]
) -> tuple[int, ...]:
    """The versions from this one down to, without, the pinned one; empty if it leads elsewhere."""
    way: list[int] = []
    here: InstrumentVersion | None = version
    while here is not None and here.pk not in way:
        way.append(here.pk)
        if here.base_id == pinned_id:
            return tuple(way)
        here = by_id.get(here.base_id or 0)
    return ()


def _is_rewording(
    version: InstrumentVersion, base: InstrumentVersion, decisions: _Decisions
) -> bool:
    if not base.is_released or base.instrument_id != version.instrument_id:
        return False
    found = _step(base.pk, version.pk).found
    return bool(found) and all(map(_is_words, found)) and decisions.are_wording(version.pk, found)


def _is_words(found: Difference) -> bool:
    if found.field in NOT_WORDS:
        return False
    return found.field not in ASKED or found.event == Event.CHANGED


# ------------------------------------------------------------------- years side by side


def descents(newer_id: int, older_id: int) -> dict[str, Descent] | None:
    """Where each requirement of a version comes from, seen from an earlier one, by its key.

    None if the two are not in one line: then nobody has said what became of what. Kept, because
    with its words a released version's base and the classes of its changes are fixed, too.
    """
    try:
        return _descents(newer_id, older_id)
    except _EndsAtADraft:
        return None


class _EndsAtADraft(Exception):
    """The words of a draft may still change, so nothing that rests on it is told or kept."""


@lru_cache(maxsize=256)
def _descents(newer_id: int, older_id: int) -> dict[str, Descent] | None:
    line = _line(newer_id, older_id)
    if line is None:
        return None
    decisions = _Decisions(line)
    steps = [(pk, _step(base_id, pk)) for pk, base_id in pairwise(line)]
    return {key: _descent(key, steps, decisions) for key in steps[0][1].scales}


def _line(newer_id: int, older_id: int) -> tuple[int, ...] | None:
    """Both versions and those between them, the newest first."""
    every = InstrumentVersion.objects.filter(
        instrument__municipality__instruments__versions=newer_id
    )
    bases = {
        pk: (base_id, state) for pk, base_id, state in every.values_list("pk", "base_id", "state")
    }
    line: list[int] = []
    here: int | None = newer_id
    while here in bases and here not in line:
        line.append(here)
        if here == older_id:
            return tuple(line) if len(line) > 1 else None
        here, state = bases[here]
        if state == VersionState.DRAFT:
            raise _EndsAtADraft
    return None


def _descent(key: str, steps: list[tuple[int, _Step]], decisions: _Decisions) -> Descent:
    keys: tuple[str, ...] = (key,)
    bond = Bond.SAME
    for version_id, step in steps:
        before: list[str] = []
        for each in keys:
            bond = max(bond, _bond(each, version_id, step, decisions), key=list(Bond).index)
            before += step.mapped[each].old
        keys = tuple(dict.fromkeys(before))
    if not keys:
        return Descent((), Bond.NEW)
    # a part that is new beside older ones was put together, too
    return Descent(keys, Bond.MERGED if bond == Bond.NEW else bond)


def _bond(key: str, version_id: int, step: _Step, decisions: _Decisions) -> Bond:
    special = {Fate.NEW: Bond.NEW, Fate.MERGED: Bond.MERGED, Fate.SPLIT: Bond.SPLIT}
    if found := special.get(step.mapped[key].fate):
        return found
    own = step.by_part.get(key, ())
    words = [d for d in own if d.field in ("title", "text", "whole")]
    scale = [d for d in own if d.field == "scale"]
    scale += step.by_part.get(f"scale:{step.scales[key]}", ())
    if not decisions.are_wording(version_id, scale):
        return Bond.SCALE
    if not decisions.are_wording(version_id, words):
        return Bond.MEANING
    return Bond.WORDING if scale or words else Bond.SAME


# ------------------------------------------------------------------- kept


@lru_cache(maxsize=64)
def _step(before_id: int, after_id: int) -> _Step:
    """What lies between two released versions, whether one follows the other or not."""
    versions = InstrumentVersion.objects.select_related("instrument", "base").in_bulk(
        [before_id, after_id]
    )
    before, after = (read_version(versions[pk]) for pk in (before_id, after_id))
    found = differences(before, after)
    by_part: dict[str, list[Difference]] = defaultdict(list)
    for each in found:
        by_part[each.part].append(each)
    return _Step(
        found,
        {part: tuple(rows) for part, rows in by_part.items()},
        {row.new: row for row in mapping(before, after) if row.new},
        {spec.key: spec.scale for spec in after.requirements},
    )


def forget() -> None:
    """Forget what is kept; needed only where a database is thrown away (tests, the example)."""
    _step.cache_clear()
    _descents.cache_clear()
    rewording.cache_clear()
