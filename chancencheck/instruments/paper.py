"""A version as the body that adopts it reads it: the same content for the page and the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext

from chancencheck.instruments.changes import ChangeList, change_list
from chancencheck.instruments.choices import Aggregation, VersionState
from chancencheck.instruments.format import (
    AreaSpec,
    InstrumentFile,
    RequirementSpec,
    ScaleSpec,
    Text,
)
from chancencheck.instruments.kept import words_of
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.places import LISTS


class Look(StrEnum):
    """How a piece of the paper is set."""

    HEADING = "heading"
    SENTENCE = "sentence"  # the one sentence that people rate
    TEXT = "text"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True)
class Marked:
    """A text of the instrument, and where it comes from if it is not of the usual origin."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Block:
    """One piece of the paper. `level` 2 to 6 is that of a heading."""

    look: Look
    text: Marked = Marked("")
    label: str = ""
    level: int = 0
    anchor: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Marked, ...], ...] = ()


@dataclass(frozen=True)
class Paper:
    """Everything that stands on the paper."""

    title: str
    number: str
    state: str
    is_draft: bool
    language: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    base: str  # the version before; empty if there is none
    changes: ChangeList | None
    notes: tuple[str, ...]

    @property
    def contents(self) -> list[Block]:
        """The headings that stand in the table of contents."""
        return [block for block in self.blocks if block.look == Look.HEADING and block.anchor]


def paper_of(version: InstrumentVersion, base: InstrumentVersion | None) -> Paper:
    """The paper of a version; `base` is the version before, if there is one to compare with."""
    (file,) = words_of(version)
    blocks = tuple(_Writer(file).blocks())
    return Paper(
        title=version.title,
        number=version.number,
        state=str(version.get_state_display()),
        is_draft=version.state == VersionState.DRAFT,
        language=version.language,
        facts=tuple(_facts(version, file, blocks)),
        blocks=blocks,
        base=str(base) if base else "",
        changes=change_list(base, version) if base else None,
        notes=tuple(text for text in (version.note, version.editorial_note) if text),
    )


def _facts(
    version: InstrumentVersion, file: InstrumentFile, blocks: tuple[Block, ...]
) -> Iterator[tuple[str, str]]:
    yield gettext("Version"), version.number
    state = str(version.get_state_display())
    if version.released_on:
        day = date_format(version.released_on)
        state = gettext("%(state)s, words fixed on %(day)s") % {"state": state, "day": day}
    yield gettext("State"), state
    if version.decision:
        yield gettext("Decision"), str(version.decision)
    if version.issued:
        issued = (version.issued.get(name, "") for name in ("city", "body", "reference"))
        yield gettext("Issued by"), ", ".join(text for text in issued if text)
    yield gettext("Requirements"), str(len(file.requirements))
    if version.aggregation != Aggregation.NONE:
        yield gettext("What may be calculated"), str(version.get_aggregation_display())
    if version.licence:
        yield gettext("Licence"), version.licence
    if any(map(_has_mark, blocks)):
        usual = {"origin": file.origin.label}
        yield (
            gettext("Origin of the texts"),
            gettext("%(origin)s, unless something else stands beside a text") % usual,
        )
    else:
        yield gettext("Origin of the texts"), str(file.origin.label)


def _has_mark(block: Block) -> bool:
    return bool(block.text.mark) or any(cell.mark for row in block.rows for cell in row)


class _Writer:
    """Turns an instrument into blocks, in the order in which people read it."""

    def __init__(self, file: InstrumentFile) -> None:
        self.file = file
        self.sheets = {sheet.key: sheet.name.text for sheet in file.sheets}
        self.has_weights = any(spec.weight != 1 for spec in file.requirements)

    def blocks(self) -> Iterator[Block]:
        yield from self.frame()
        for area, depth in self.file.all_areas:
            yield from self.area(area, 2 + min(depth, 2))

    def frame(self) -> Iterator[Block]:
        file = self.file
        if file.standard_questions:
            yield _heading(gettext("Asked about every requirement"), 2, "standard")
            yield self.list("", file.standard_questions)
        yield _heading(
            gettext("The scales") if len(file.scales) > 1 else gettext("The scale"), 2, "scales"
        )
        for scale in file.scales:
            yield from self.scale(scale)
        if file.citizen_scale:
            yield _heading(gettext("Answers for citizens"), 2, "citizens")
            yield self.list("", file.citizen_scale)
        if file.sheets:
            yield _heading(gettext("Answer sheets"), 2, "sheets")
            rows = tuple((self.mark(s.name), self.maybe(s.help)) for s in file.sheets)
            head = (gettext("Answer sheet"), gettext("Help"))
            yield Block(Look.TABLE, head=head, rows=rows, label=gettext("Answer sheets"))

    def scale(self, scale: ScaleSpec) -> Iterator[Block]:
        name = gettext("Scale “%(key)s”") % {"key": scale.key}
        if len(self.file.scales) > 1:
            yield _heading(name, 3)
        if not scale.levels:
            numbers = {"low": scale.minimum, "high": scale.maximum, "step": scale.step}
            words = gettext("A number from %(low)s to %(high)s in steps of %(step)s.") % numbers
            yield Block(Look.TEXT, Marked(words))
            return
        head = (gettext("Value"), gettext("Level"), gettext("Description"))
        rows = tuple(
            (Marked(str(level.value)), self.mark(level.name), self.maybe(level.description))
            for level in scale.levels
        )
        yield Block(Look.TABLE, label=name, head=head, rows=rows)

    def area(self, area: AreaSpec, level: int) -> Iterator[Block]:
        yield _heading(self.mark(area.name), level, f"area-{area.key}")
        if area.summary:
            yield Block(Look.TEXT, self.mark(area.summary))
        for spec in area.requirements:
            yield from self.requirement(spec, level + 1)

    def requirement(self, spec: RequirementSpec, level: int) -> Iterator[Block]:
        title = self.mark(spec.title)
        yield _heading(Marked(f"{spec.key} {title.text}", title.mark), level, f"r-{spec.key}")
        yield Block(Look.SENTENCE, self.mark(spec.text))
        for label, text in (
            (gettext("Help"), spec.help),
            (gettext("Who knows this?"), spec.who_knows),
        ):
            if text:
                yield Block(Look.TEXT, self.mark(text), label)
        if rules := ". ".join(self.rules(spec)):
            yield Block(Look.TEXT, Marked(f"{rules}."))
        labels = {
            "reflection_questions": gettext("Questions to think about"),
            "citizen_questions": gettext("Questions for citizens"),
            "evidence_hints": gettext("What can be evidence"),
            "example_measures": gettext("Examples of measures"),
        }
        for name in LISTS:
            if texts := getattr(spec, name):
                yield self.list(labels[name], texts)
        if spec.checked_by:
            yield Block(Look.TEXT, Marked(_checked(spec)))

    def rules(self, spec: RequirementSpec) -> Iterator[str]:
        """How it is rated, where that is not the same everywhere."""
        if len(self.file.scales) > 1:
            yield gettext("Scale “%(key)s”") % {"key": spec.scale}
        if self.has_weights:
            yield gettext("Weight: %(weight)s") % {"weight": spec.weight}
        if spec.sheets:
            names = ", ".join(self.sheets.get(key, key) for key in spec.sheets)
            yield gettext("Answer sheets: %(names)s") % {"names": names}

    def list(self, label: str, texts: tuple[Text, ...]) -> Block:
        rows = tuple((self.mark(text),) for text in texts)
        return Block(Look.LIST, label=label, rows=rows)

    def mark(self, text: Text) -> Marked:
        if text.origin == self.file.origin and not text.source:
            return Marked(text.text)
        return Marked(text.text, ": ".join(t for t in (str(text.origin.label), text.source) if t))

    def maybe(self, text: Text | None) -> Marked:
        return self.mark(text) if text else Marked("")


def _heading(text: Marked | str, level: int, anchor: str = "") -> Block:
    return Block(
        Look.HEADING, text if isinstance(text, Marked) else Marked(text), level=level, anchor=anchor
    )


def _checked(spec: RequirementSpec) -> str:
    day = date_format(date.fromisoformat(spec.checked_on))
    return gettext("Checked for plain language by %(who)s on %(day)s.") % {
        "who": spec.checked_by,
        "day": day,
    }
