"""The changes between two versions as people read them: by area and requirement, with class and
reason, and one sentence about what they mean for comparing years.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from django.utils.translation import gettext, ngettext

from chancencheck.instruments import history
from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.comparison import (
    Difference,
    Event,
    Fate,
    Mapped,
    Piece,
    differences,
    mapping,
    pieces,
)
from chancencheck.instruments.format import AreaSpec, InstrumentFile, RequirementSpec
from chancencheck.instruments.kept import words_of
from chancencheck.instruments.models import Change, InstrumentVersion
from chancencheck.instruments.places import field_name

STRENGTH = [ChangeKind.WORDING, ChangeKind.MEANING, ChangeKind.STRUCTURE]
LONG = 240  # letters without a change, of which only the ends are shown
ENDS = 90


@dataclass(frozen=True)
class Decision:
    """The class that a person gave to a change, and why."""

    kind: ChangeKind
    reason: str


@dataclass(frozen=True)
class Words:
    """Some words of one side, with the space around them."""

    lead: str
    text: str
    tail: str = ""
    is_gone: bool = False
    is_new: bool = False


@dataclass(frozen=True)
class Row:
    """One change with its class."""

    difference: Difference
    kind: ChangeKind
    is_decided: bool
    reason: str

    @property
    def label(self) -> str:
        """What has changed: the field, and for a level which one."""
        name = field_name(self.difference.field)
        steps = self.difference.place.split("/")
        if len(steps) == 3:  # scale:stufen/3/name
            return gettext("Level %(value)s: %(field)s") % {"value": steps[1], "field": name}
        return name

    @property
    def is_order(self) -> bool:
        """Whether only the order has changed, so that there are no words to show."""
        return self.difference.field == "position"

    @property
    def event_label(self) -> str:
        """What happened, in one or two words."""
        return {
            Event.ADDED: gettext("new"),
            Event.REMOVED: gettext("taken out"),
            Event.CHANGED: gettext("changed"),
            Event.MOVED: gettext("moved"),
        }[self.difference.event]

    @property
    def kind_label(self) -> str:
        """The class, and whether it is only proposed."""
        if self.is_decided:
            return str(self.kind.label)
        return gettext("%(kind)s (proposed)") % {"kind": self.kind.label}

    @cached_property
    def sides(self) -> tuple[list[Words], list[Words]]:
        """The words before and after; empty where there were none."""
        row = pieces(self.difference.before, self.difference.after)
        return list(_side(row, "gone")), list(_side(row, "new"))

    @property
    def before(self) -> list[Words]:
        """The words before."""
        return self.sides[0]

    @property
    def after(self) -> list[Words]:
        """The words after."""
        return self.sides[1]


@dataclass(frozen=True)
class Group:
    """All changes of one requirement, one area, one scale …"""

    key: str
    title: str
    fate: Fate | None
    sources: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def anchor(self) -> str:
        """A name for its place on the page."""
        return "c-" + self.key.replace(":", "-")

    @property
    def heading(self) -> str:
        """Its name, with the key if people know it by that."""
        return f"{self.key} {self.title}" if self.is_requirement else self.title

    @property
    def is_requirement(self) -> bool:
        """Whether it has a key that people know."""
        return self.fate is not None

    @property
    def fate_label(self) -> str:
        """What became of the requirement."""
        keys = {"keys": ", ".join(self.sources)}
        return {
            Fate.KEPT: gettext("the sentence stays as it is"),
            Fate.REWORDED: gettext("reworded"),
            Fate.MERGED: gettext("merged from %(keys)s") % keys,
            Fate.SPLIT: gettext("split from %(keys)s") % keys,
            Fate.NEW: gettext("new"),
            Fate.DROPPED: gettext("dropped"),
            None: "",
        }[self.fate]

    @property
    def former_key(self) -> str:
        """The key it had before, if it has another one now."""
        is_one = self.fate in (Fate.KEPT, Fate.REWORDED)
        return self.sources[0] if is_one and self.sources != (self.key,) else ""


@dataclass(frozen=True)
class Section:
    """The groups of one area, or of what belongs to no area."""

    title: str
    anchor: str
    groups: tuple[Group, ...]
    unchanged: int  # requirements without any change


@dataclass(frozen=True)
class ChangeList:
    """All changes between two versions."""

    sections: tuple[Section, ...]
    comparable: int  # requirements whose levels may stand beside those of the version before
    requirements: int
    unchanged: int

    @cached_property
    def rows(self) -> list[Row]:
        """All changes in the order of reading."""
        return [row for section in self.sections for group in section.groups for row in group.rows]

    @cached_property
    def counts(self) -> dict[ChangeKind, int]:
        """How many changes are of each class, those that are there."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in STRENGTH if found[kind]}

    @property
    def proposed(self) -> int:
        """How many classes nobody has decided."""
        return sum(not row.is_decided for row in self.rows)

    @property
    def summary(self) -> str:
        """“12 changes: 8 wording, 3 meaning, 1 structure”."""
        if not self.rows:
            return gettext("No changes")
        number = len(self.rows)
        total = ngettext("%(number)s change", "%(number)s changes", number) % {"number": number}
        return f"{total}: " + ", ".join(
            f"{count} {kind.label}" for kind, count in self.counts.items()
        )

    @property
    def consequence(self) -> str:
        """What the changes mean for comparing years."""
        numbers = {"number": self.comparable, "total": self.requirements}
        if not self.rows:
            return gettext("Both versions have the same words. All results can be compared.")
        if self.comparable == self.requirements:
            return gettext(
                "Every requirement asks the same as before. Results of both versions can be compared."
            )
        if not self.comparable:
            return gettext(
                "No requirement asks the same as before. Please do not compare levels of both versions."
            )
        return ngettext(
            "%(number)s of %(total)s requirements asks the same as before. Only its levels can be compared between both versions.",
            "%(number)s of %(total)s requirements ask the same as before. Only their levels can be compared between both versions.",
            self.comparable,
        ) % {**numbers}

    def only(self, kind: ChangeKind) -> "ChangeList":
        """Only the changes of one class."""
        sections = []
        for section in self.sections:
            groups = (
                replace(group, rows=tuple(row for row in group.rows if row.kind == kind))
                for group in section.groups
            )
            if kept := tuple(group for group in groups if group.rows):
                sections.append(replace(section, groups=kept))
        return replace(self, sections=tuple(sections))

    @cached_property
    def pairs(self) -> list[tuple[Section, Group]]:
        """All groups with their sections, to be cut into pages."""
        return [(section, group) for section in self.sections for group in section.groups]


def sections_of(pairs: Iterable[tuple[Section, Group]]) -> list[Section]:
    """Put groups together again after a page was cut out."""
    return [
        replace(section, groups=tuple(group for _section, group in rows))
        for section, rows in groupby(pairs, key=lambda pair: pair[0])
    ]


# ------------------------------------------------------------------- from the database


def change_list(before: InstrumentVersion, after: InstrumentVersion) -> ChangeList:
    """The changes from one version to another, with what people decided about them."""
    old, new = words_of(before, after)
    return _with_history(list_changes(old, new, _decisions(before, after)), before, after)


def _with_history(
    found: ChangeList, before: InstrumentVersion, after: InstrumentVersion
) -> ChangeList:
    """Where the years are compared elsewhere, this page says the same as those pages."""
    if not (before.is_released and after.is_released):
        return found
    descents = history.descents(after.pk, before.pk)
    if descents is None:
        return found
    return replace(found, comparable=sum(row.is_comparable for row in descents.values()))


def _decisions(before: InstrumentVersion, after: InstrumentVersion) -> dict[str, Decision]:
    """Classes and reasons by place; over several versions the strongest class of each."""
    way = _way(before, after)
    if not way:
        return {}
    rows = Change.objects.filter(version__in=way).order_by("version_id", "pk")
    found: dict[str, Decision] = {}
    for row in rows:
        kind, known = ChangeKind(row.kind), found.get(row.place)
        if known is None:
            found[row.place] = Decision(kind, row.reason)
            continue
        reasons = dict.fromkeys(text for text in (known.reason, row.reason) if text)
        found[row.place] = Decision(max(kind, known.kind, key=STRENGTH.index), " ".join(reasons))
    return found


def _way(before: InstrumentVersion, after: InstrumentVersion) -> list[int]:
    """The versions from `after` down to, without, `before`; empty if there is no such way."""
    if after.base_id == before.pk:
        return [after.pk]
    bases = dict(
        InstrumentVersion.objects.filter(
            instrument__municipality=after.instrument.municipality_id
        ).values_list("pk", "base_id")
    )
    way: list[int] = []
    here: int | None = after.pk
    while here is not None and here not in way:
        if here == before.pk:
            return way
        way.append(here)
        here = bases.get(here)
    return []


# ------------------------------------------------------------------- putting in order


def list_changes(
    before: InstrumentFile, after: InstrumentFile, decided: Mapping[str, Decision]
) -> ChangeList:
    """The changes from one file to another, in the order in which people read an instrument."""
    return _Sorter(before, after, decided).sorted()


class _Sorter:
    """Puts each change to the area and requirement where people look for it."""

    def __init__(
        self, before: InstrumentFile, after: InstrumentFile, decided: Mapping[str, Decision]
    ) -> None:
        self.before, self.after = before, after
        self.rows: dict[str, list[Row]] = {}
        for found in differences(before, after):
            decision = decided.get(found.place)
            self.rows.setdefault(found.part, []).append(
                Row(
                    found,
                    decision.kind if decision else found.proposed,
                    decision is not None,
                    decision.reason if decision else "",
                )
            )
        rows = mapping(before, after)
        self.mapped = {row.new: row for row in rows if row.new}
        dropped = {row.old[0] for row in rows if not row.new}
        # A key that goes on with something else is told where it stands now.
        self.dropped = dropped - set(self.mapped)
        # What went into another requirement is told there.
        self.went_into: dict[str, list[str]] = {}
        gone = {spec.key for spec in before.requirements} - set(self.mapped) - self.dropped
        for row in rows:
            for key in row.old:
                if key in gone:
                    gone.remove(key)
                    self.went_into.setdefault(row.new, []).append(key)

    def sorted(self) -> ChangeList:
        sections = [self._frame(), *self._areas(), *self._gone_areas()]
        unchanged = sum(section.unchanged for section in sections)
        return ChangeList(
            sections=tuple(section for section in sections if section.groups),
            comparable=sum(self._is_comparable(spec) for spec in self.after.requirements),
            requirements=len(self.after.requirements),
            unchanged=unchanged,
        )

    def _frame(self) -> Section:
        parts = [
            part
            for part in self.rows
            if part in ("version", "standard", "citizens") or part.startswith(("scale:", "sheet:"))
        ]
        titles = {
            "version": gettext("Title and rules"),
            "standard": gettext("Asked about every requirement"),
            "citizens": gettext("Answers for citizens"),
        }
        for file in (self.before, self.after):
            for scale in file.scales:
                titles[f"scale:{scale.key}"] = gettext("Scale “%(key)s”") % {"key": scale.key}
            for sheet in file.sheets:
                name = {"name": sheet.name.text}
                titles[f"sheet:{sheet.key}"] = gettext("Answer sheet “%(name)s”") % name
        groups = (self._group(part, titles[part]) for part in parts)
        return Section(gettext("The instrument as a whole"), "c-frame", tuple(groups), 0)

    def _areas(self) -> Iterator[Section]:
        dropped: dict[str, list[RequirementSpec]] = {}
        for area, _depth in self.before.all_areas:
            dropped[area.key] = [spec for spec in area.requirements if spec.key in self.dropped]
        for path, area in _paths(self.after.areas):
            groups = self._area_itself(area)
            unchanged = 0
            for spec in area.requirements:
                group = self._requirement(spec, self.mapped[spec.key])
                if group.rows or group.fate != Fate.KEPT:
                    groups.append(group)
                else:
                    unchanged += 1
            groups += [self._dropped(spec) for spec in dropped.get(area.key, ())]
            yield Section(path, f"c-in-{area.key}", tuple(groups), unchanged)

    def _gone_areas(self) -> Iterator[Section]:
        still = {area.key for area, _depth in self.after.all_areas}
        for path, area in _paths(self.before.areas):
            if area.key not in still:
                groups = self._area_itself(area)
                groups += [
                    self._dropped(spec) for spec in area.requirements if spec.key in self.dropped
                ]
                yield Section(path, f"c-in-{area.key}", tuple(groups), 0)

    def _area_itself(self, area: AreaSpec) -> list[Group]:
        part = f"area:{area.key}"
        return [self._group(part, gettext("The area itself"))] if part in self.rows else []

    def _requirement(self, spec: RequirementSpec, mapped: Mapped) -> Group:
        rows = list(self.rows.get(spec.key, ()))
        for key in self.went_into.get(spec.key, ()):
            rows += self.rows.get(key, ())
        return Group(spec.key, spec.title.text, mapped.fate, mapped.old, tuple(rows))

    def _dropped(self, spec: RequirementSpec) -> Group:
        rows = tuple(self.rows.get(spec.key, ()))
        return Group(spec.key, spec.title.text, Fate.DROPPED, (spec.key,), rows)

    def _group(self, part: str, title: str) -> Group:
        return Group(part, title, None, (), tuple(self.rows[part]))

    def _is_comparable(self, spec: RequirementSpec) -> bool:
        if self.mapped[spec.key].fate not in (Fate.KEPT, Fate.REWORDED):
            return False
        own = self.rows.get(spec.key, ())
        asked = [r for r in own if r.difference.field in ("title", "text", "whole", "scale")]
        asked += self.rows.get(f"scale:{spec.scale}", ())
        return all(row.kind == ChangeKind.WORDING for row in asked)


def _paths(areas: tuple[AreaSpec, ...], around: str = "") -> Iterator[tuple[str, AreaSpec]]:
    for area in areas:
        path = f"{around} – {area.name.text}" if around else area.name.text
        yield path, area
        yield from _paths(area.areas, path)


def _side(row: tuple[Piece, ...], changed: str) -> Iterator[Words]:
    shown = [piece for piece in row if piece.kind in ("same", changed)]
    for number, piece in enumerate(shown):
        if piece.kind == "same":
            is_first, is_last = number == 0, number == len(shown) - 1
            yield Words("", _shortened(piece.text, is_first=is_first, is_last=is_last))
        else:
            text = piece.text.strip()
            lead, _text, tail = piece.text.partition(text)
            is_gone, is_new = (bool(text) and changed == kind for kind in ("gone", "new"))
            yield Words(lead, text, tail, is_gone=is_gone, is_new=is_new)


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Only the ends of a long stretch without a change, next to the changes."""
    if len(text) <= LONG:
        return text
    if is_first and is_last:
        return f"{text[:ENDS].rpartition(' ')[0]} […]"
    start = "" if is_first else text[:ENDS].rpartition(" ")[0]
    end = "" if is_last else text[-ENDS:].partition(" ")[2]
    return f"{start} […] {end}"
