"""The instrument file: YAML in, checked and frozen objects out.

People write instruments by hand. So whatever is wrong with a file is told as a sentence with its
line, and everything at once. What a file may contain is written in `data/instrument.schema.json`;
this module adds only what a schema cannot say.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import yaml
from django.utils.translation import gettext, gettext_noop
from jsonschema import Draft202012Validator, ValidationError

from chancencheck.instruments.choices import Aggregation, ChangeKind, Origin

FORMAT = "chancencheck-instrument/2"
READABLE = (FORMAT, "chancencheck-instrument/1")
MAX_BYTES = 2_000_000
MAX_DEPTH = 3  # areas inside areas
MAX_ENTRIES = 400_000  # names, values and brackets; the largest honest file has far fewer
DEEPEST = 40  # brackets inside brackets; an instrument needs a dozen
MAX_PROBLEMS = 50
SCHEMA_PATH = Path(__file__).parent / "data" / "instrument.schema.json"

Place = tuple[str | int, ...]  # the way to a value: field names and list positions
Finding = tuple[Place, str]  # what is wrong there
Fields = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """A text and where it comes from; `source` is empty when the file names none.

    `key` is given where several texts stand in a list, and stays the same in all versions.
    """

    text: str
    origin: Origin
    source: str
    key: str = ""


@dataclass(frozen=True)
class LevelSpec:
    """One level of a scale, in words."""

    value: int
    name: Text
    description: Text | None


@dataclass(frozen=True)
class ScaleSpec:
    """A scale: either levels, or a range with minimum, maximum and step."""

    key: str
    levels: tuple[LevelSpec, ...]
    minimum: int | None
    maximum: int | None
    step: int | None


@dataclass(frozen=True)
class RequirementSpec:
    """A quality requirement; `scale` is always the key of an existing scale."""

    key: str
    title: Text
    text: Text
    help: Text | None
    who_knows: Text | None
    scale: str
    weight: int
    sheets: tuple[str, ...]
    comes_from: tuple[str, ...]
    checked_by: str
    checked_on: str
    reflection_questions: tuple[Text, ...]
    citizen_questions: tuple[Text, ...]
    evidence_hints: tuple[Text, ...]
    example_measures: tuple[Text, ...]
    themes: tuple[str, ...]
    comparable: tuple[str, ...]


@dataclass(frozen=True)
class AreaSpec:
    """A quality area with its requirements, then the areas inside, in the order of the file."""

    key: str
    name: Text
    summary: Text | None
    requirements: tuple[RequirementSpec, ...]
    areas: "tuple[AreaSpec, ...]"


@dataclass(frozen=True)
class SheetSpec:
    """An answer sheet for one group in a team."""

    key: str
    name: Text
    help: Text | None


@dataclass(frozen=True)
class ChangeSpec:
    """What a person decided about one change since the version before."""

    place: str
    kind: ChangeKind
    reason: str


@dataclass(frozen=True)
class IssuedSpec:
    """Which city issued the version, and what it decided; all but the city may be empty."""

    city: str
    body: str
    decided_on: str
    reference: str


@dataclass(frozen=True)
class TranslationSpec:
    """A citizens' question in another language; `original` is empty if the words are today's."""

    language: str
    requirement: str
    question: str
    original: str
    text: str
    checked_by: str
    checked_on: str


@dataclass(frozen=True)
class InstrumentFile:
    """A complete instrument, checked."""

    key: str
    title: str
    version: str
    language: str
    licence: str
    note: str
    origin: Origin
    scales: tuple[ScaleSpec, ...]
    citizen_scale: tuple[Text, ...]
    standard_questions: tuple[Text, ...]
    areas: tuple[AreaSpec, ...]
    aggregation: Aggregation = Aggregation.NONE
    sheets: tuple[SheetSpec, ...] = ()
    follows: str = ""
    changes: tuple[ChangeSpec, ...] = ()
    issued: IssuedSpec | None = None
    translations: tuple[TranslationSpec, ...] = ()

    @property
    def all_areas(self) -> list[tuple[AreaSpec, int]]:
        """Every area with its depth (from 0), in the order in which they are shown."""
        return list(_flat(self.areas, 0))

    @property
    def requirements(self) -> list[RequirementSpec]:
        """Every requirement in the order in which they are shown."""
        return [spec for area, _depth in self.all_areas for spec in area.requirements]


def _flat(areas: tuple[AreaSpec, ...], depth: int) -> Iterator[tuple[AreaSpec, int]]:
    for area in areas:
        yield area, depth
        yield from _flat(area.areas, depth + 1)


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is, and a sentence that says what to do."""

    line: int | None
    field: str
    message: str


class InstrumentFileError(Exception):
    """The file cannot be used; `problems` says why, in the order of the lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        in_order = sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0)
        self.problems = tuple(in_order[:MAX_PROBLEMS])
        super().__init__(" ".join(problem.message for problem in self.problems))


def parse_instrument(data: bytes) -> InstrumentFile:
    """Read an instrument file, or raise InstrumentFileError with all its problems."""
    source = _Source()
    content = source.read(_compose(_decode(data)), ())
    if findings := source.findings + findings_in(content):
        raise InstrumentFileError(
            Problem(source.lines.get(place), _readable(place, content), message)
            for place, message in findings
        )
    return instrument_from(content)


def findings_in(content: Any) -> list[Finding]:
    """Everything that is wrong with plain values, wherever they were read from."""
    if not isinstance(content, dict):
        message = gettext("The file must begin with fields such as “format: %(format)s”.")
        return [((), message % {"format": FORMAT})]
    if (found := content.get("format", FORMAT)) not in READABLE:
        # Everything else would be judged by the wrong rules, so it is not judged at all.
        return [(("format",), _format_sentence(str(found)))]
    return [*_schema_findings(content), *_meaning_findings(content)]


# From bytes to plain values

# Control characters, lone surrogates, separators: nobody sees them, databases stumble over them.
INVISIBLE = re.compile(r"[\x00-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def _refusal(message: str, line: int | None = None) -> InstrumentFileError:
    return InstrumentFileError([Problem(line, "", message)])


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        message = gettext("The file is larger than %(size)s MB. Send only the instrument itself.")
        raise _refusal(message % {"size": MAX_BYTES // 1_000_000})
    try:
        text = data.decode("utf-8-sig")  # Windows editors put a mark in front
    except UnicodeDecodeError as error:
        message = gettext("The file is not UTF-8. Save it again and choose the encoding UTF-8.")
        raise _refusal(message, data.count(b"\n", 0, error.start) + 1) from None
    if hit := INVISIBLE.search(text):
        raise _refusal(invisible_sentence(), text.count("\n", 0, hit.start()) + 1)
    return text


# libyaml in C where it is there: the same nodes, some twenty times faster on large files.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _check_tree(text: str) -> None:
    """Refuse what is no plain tree, before anything is built of it.

    An alias could contain itself, or repeat a text a billion times; nesting without end would
    use up the stack.
    """
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if number > MAX_ENTRIES:
            raise _refusal(too_much_sentence())
        if isinstance(event, yaml.AliasEvent):
            message = gettext("References with * are not allowed. Write the text out here.")
            mark = event.start_mark
            raise _refusal(message, mark.line + 1 if mark else None)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            message = gettext(
                "The file is nested too deeply. Compare it with a working instrument."
            )
            raise _refusal(message)


def _compose(text: str) -> yaml.Node | None:
    try:
        _check_tree(text)
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        message = gettext(
            "The file cannot be read from here on. Check indentation, quotation marks and colons "
            "in this line and the one before."
        )
        mark = error.problem_mark
        if "Unicode" in (error.problem or ""):  # an escape such as \ud800
            message = invisible_sentence()
        raise _refusal(message, mark.line + 1 if mark else None) from None


# Only what a file needs. Other values (dates, decimals, foreign tags) stay nodes, which fit no
# type of the schema; nothing is ever constructed from a tag.
_SCALARS: dict[str, Callable[[str], object]] = {
    "tag:yaml.org,2002:str": str.strip,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:null": lambda value: None,
}


class _Source:
    """Turns nodes into plain values and remembers the line of each place."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.lines: dict[Place, int] = {}

    def read(self, node: yaml.Node | None, place: Place) -> Any:
        """The value of a node."""
        if node is None:
            return None
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*place, index)) for index, item in enumerate(node.value)]
        if INVISIBLE.search(node.value):
            self.findings.append((place, invisible_sentence()))
        try:
            return _SCALARS[node.tag](node.value)
        except (KeyError, ValueError):
            return node

    def _read_mapping(self, node: yaml.MappingNode, place: Place) -> Fields:
        content: Fields = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            inner = (*place, name)
            self.lines[inner] = key.start_mark.line + 1
            if name in content:
                message = gettext("The field “%(name)s” is here twice. Keep only one.")
                self.findings.append((inner, message % {"name": _shown(name)}))
            content[name] = self.read(value, inner)
        return content


def _shown(value: object) -> str:
    text = INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", str(value))
    return text if len(text) <= 40 else f"{text[:39]}…"


def _readable(place: Place, content: Any) -> str:
    """`areas → KOM → name`: entries of a list by their key, else by their number."""
    steps = []
    for step in place:
        name = step
        if isinstance(step, int):
            content = content[step]
            key = content.get("key") if isinstance(content, dict) else None
            name = key if isinstance(key, str) and key else step + 1
        else:
            content = content.get(step)
        steps.append(_shown(name))
    return " → ".join(steps)


# What the schema says, as sentences

_SENTENCES = {
    "additionalProperties": gettext_noop(
        "The field “%(name)s” is unknown here. Remove it, or use: %(known)s."
    ),
    "anyOf": gettext_noop("An area needs “requirements”, or “areas” inside it."),
    "array": gettext_noop("Write a list here, each entry on its own line after a hyphen."),
    "enum": gettext_noop("Write one of these words: %(known)s."),
    "integer": gettext_noop("Write a whole number here, without quotation marks."),
    "maximum": gettext_noop("Write a number that is at most %(limit)s."),
    "maxItems": gettext_noop("The list is too long. At most %(limit)s entries are possible."),
    "maxLength": gettext_noop("The text is too long. Shorten it to %(limit)s characters at most."),
    "minimum": gettext_noop("Write a number that is at least %(limit)s."),
    "minItems": gettext_noop("The list is too short. It needs at least this many: %(limit)s."),
    "object": gettext_noop("Write fields here, one per line, like “key: KOM”."),
    "oneOf": gettext_noop("Give this scale either “levels” or a “range”, exactly one of them."),
    "pattern": gettext_noop("“%(value)s” does not fit here. It should look like: %(known)s."),
    "required": gettext_noop("Something is missing here. Please add: %(known)s."),
    "text": gettext_noop("Write a text here. Put numbers, dates, yes and no in quotation marks."),
}


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))


def _schema_findings(content: Fields) -> Iterator[Finding]:
    # A hopeless file has more errors than anybody reads; looking at some hundred is enough.
    for error in islice(_validator().iter_errors(content), 500):
        place, value = tuple(error.absolute_path), error.instance
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            for name in (name for name in value if name not in known):
                yield (*place, name), _sentence(error, name=name, known=known)
        elif error.validator == "required":
            missing = [name for name in error.validator_value if name not in value]
            yield place, _sentence(error, known=missing)
        else:
            known = error.validator_value if error.validator == "enum" else ()
            yield place, _sentence(error, known=error.schema.get("examples", known))


def _sentence(error: ValidationError, *, name: str = "", known: Iterable[str] = ()) -> str:
    kind, limit = str(error.validator), error.validator_value
    if error.instance is None or error.instance == "":
        return gettext("This field is empty. Fill it in or remove it.")
    if kind == "type":
        kind = limit if limit in ("array", "integer", "object") else "text"
    return gettext(_SENTENCES[kind]) % {
        "name": _shown(name),
        "known": ", ".join(known),
        "limit": limit,
        "value": _shown(error.instance),
    }


def _format_sentence(found: str) -> str:
    newer = re.fullmatch(r"chancencheck-instrument/([0-9]{1,9})", found)
    if newer and int(newer[1]) > 2:
        message = gettext(
            "The file is made for a newer version of this software. Update the software, or use a "
            "file with the format “%(format)s”."
        )
    else:
        message = gettext("This is not an instrument file. Its format must be “%(format)s”.")
    return message % {"format": FORMAT}


def invisible_sentence() -> str:
    """What to say where a text hides a control character."""
    return gettext("Here is an invisible control character. Delete it or type the line again.")


def too_much_sentence() -> str:
    """What to say about a file that would take minutes to read."""
    return gettext("There is far too much in this file. Send only the instrument itself.")


# What a schema cannot say. The content may still be malformed, so nothing is taken for granted.


def _meaning_findings(content: Fields) -> Iterator[Finding]:
    scales = list(_entries(content, (), "scales"))
    areas = list(_areas(content, ()))
    requirements = [
        entry for place, area in areas for entry in _entries(area, place, "requirements")
    ]
    sheets = list(_entries(content, (), "sheets"))
    for entries in (scales, sheets, areas, requirements):
        yield from _repeated_keys(entries)
    yield from _depth(areas)
    yield from _repeated_keys(list(_entries(content, (), "standard_questions")))
    for place, requirement in requirements:
        yield from _repeated_keys(
            [entry for field in KEYED for entry in _entries(requirement, place, field)]
        )
    yield from _sheet_references(requirements, [sheet.get("key") for _, sheet in sheets])
    yield from _translation_references(content, requirements)
    yield from _days(content, requirements)
    yield from _scale_references(requirements, [scale.get("key") for _, scale in scales])
    for place, scale in scales:
        yield from _level_order(list(_entries(scale, place, "levels")))
        if isinstance(limits := scale.get("range"), dict):
            yield from _uneven_range(limits, (*place, "range"))


def _entries(parent: Fields, place: Place, field: str) -> Iterator[tuple[Place, Fields]]:
    items = parent.get(field)
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield (*place, field, index), item


# Lists of texts with a key of their own, in a requirement.
KEYED = ("reflection_questions", "citizen_questions", "evidence_hints", "example_measures")


def _areas(parent: Fields, place: Place) -> Iterator[tuple[Place, Fields]]:
    for inner, area in _entries(parent, place, "areas"):
        yield inner, area
        yield from _areas(area, inner)


def _depth(areas: list[tuple[Place, Fields]]) -> Iterator[Finding]:
    message = gettext("Areas can be nested %(depth)s levels deep. Move this one up.")
    for place, _area in areas:
        if len(place) > 2 * MAX_DEPTH:
            yield place, message % {"depth": MAX_DEPTH}


def _sheet_references(
    requirements: list[tuple[Place, Fields]], sheets: list[object]
) -> Iterator[Finding]:
    message = gettext("There is no answer sheet “%(sheet)s”. Describe it under “sheets”.")
    for place, requirement in requirements:
        named = requirement.get("sheets")
        for index, sheet in enumerate(named if isinstance(named, list) else []):
            if isinstance(sheet, str) and sheet not in sheets:
                yield (*place, "sheets", index), message % {"sheet": _shown(sheet)}


def _translation_references(
    content: Fields, requirements: list[tuple[Place, Fields]]
) -> Iterator[Finding]:
    known = {
        (requirement.get("key"), question.get("key"))
        for place, requirement in requirements
        for _, question in _entries(requirement, place, "citizen_questions")
    }
    message = gettext("There is no citizens’ question “%(name)s” in this file.")
    repeated = gettext("This question is translated twice into the same language.")
    seen: set[tuple[str, str, str]] = set()
    for place, entry in _entries(content, (), "translations"):
        names = [entry.get(field) for field in ("language", "requirement", "question")]
        if not all(isinstance(name, str) for name in names):
            continue
        language, requirement_key, question = (str(name) for name in names)
        if (requirement_key, question) not in known:
            yield place, message % {"name": _shown(f"{requirement_key}/{question}")}
        if (language, requirement_key, question) in seen:
            yield place, repeated
        seen.add((language, requirement_key, question))


def _days(content: Fields, requirements: list[tuple[Place, Fields]]) -> Iterator[Finding]:
    issued = content.get("issued")
    entries = [*requirements, *_entries(content, (), "translations")]
    if isinstance(issued, dict):
        entries.append((("issued",), issued))
    unknown = gettext("There is no such day. Look at the calendar once more.")
    half = gettext("Say both: who checked it (“checked_by”) and when (“checked_on”).")
    for place, entry in entries:
        for field in ("checked_on", "decided_on"):
            day = entry.get(field)
            if isinstance(day, str) and _DAY.fullmatch(day) and not _is_day(day):
                yield (*place, field), unknown
        if ("checked_by" in entry) != ("checked_on" in entry):
            yield place, half


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _repeated_keys(entries: list[tuple[Place, Fields]]) -> Iterator[Finding]:
    seen: set[str] = set()
    message = gettext("The key “%(key)s” is already taken. Choose another one.")
    for place, entry in entries:
        if isinstance(key := entry.get("key"), str):
            if key in seen:
                yield (*place, "key"), message % {"key": _shown(key)}
            seen.add(key)


def _scale_references(
    requirements: list[tuple[Place, Fields]], scales: list[object]
) -> Iterator[Finding]:
    names = ", ".join(_shown(scale) for scale in scales if isinstance(scale, str))
    for place, requirement in requirements:
        scale = requirement.get("scale")
        if "scale" not in requirement and len(scales) > 1:
            message = gettext("There are several scales. Name one of them: %(scales)s.")
            yield place, message % {"scales": names}
        elif isinstance(scale, str) and scale not in scales:
            message = gettext("There is no scale “%(scale)s”. Use one of these: %(scales)s.")
            yield (*place, "scale"), message % {"scale": _shown(scale), "scales": names}


def _level_order(levels: list[tuple[Place, Fields]]) -> Iterator[Finding]:
    message = gettext("The values of the levels must rise. Write more than %(value)s here.")
    for (_, lower), (place, upper) in pairwise(levels):
        low, high = lower.get("value"), upper.get("value")
        if isinstance(low, int) and isinstance(high, int) and low >= high:
            yield (*place, "value"), message % {"value": low}


def _uneven_range(limits: Fields, place: Place) -> Iterator[Finding]:
    low, high, step = (limits.get(name) for name in ("minimum", "maximum", "step"))
    if not (isinstance(low, int) and isinstance(high, int) and isinstance(step, int)):
        return
    if low >= high:
        message = gettext("The maximum is not greater than the minimum. Change one of them.")
        yield (*place, "maximum"), message
    elif step > 0 and (high - low) % step:
        message = gettext("The step does not divide the range evenly. Choose another step.")
        yield (*place, "step"), message


# From checked values to objects


def instrument_from(content: Fields) -> InstrumentFile:
    """Plain values without findings as an instrument."""
    usual: Fields = {"note": "", "follows": "", "aggregation": Aggregation.NONE.value}
    content = usual | content
    for scale in content["scales"]:
        scale |= scale.pop("range", {})
    for place, area in _areas(content, ()):
        for _, requirement in _entries(area, place, "requirements"):
            requirement.setdefault("scale", content["scales"][0]["key"])
            requirement.setdefault("weight", 1)
    instrument: InstrumentFile = _typed(InstrumentFile, content, content["origin"])
    return instrument


def _typed(hint: Any, value: Any, origin: str) -> Any:
    """A checked value as the type its dataclass asks for; a plain text gets the usual origin."""
    if get_origin(hint) is tuple:
        return tuple(_typed(get_args(hint)[0], item, origin) for item in value or ())
    if value is None:
        return "" if hint is str else None
    if hint in (Text, Text | None):
        fields = {"text": value} if isinstance(value, str) else value
        return Text(
            fields["text"],
            Origin(fields.get("origin", origin)),
            fields.get("source", ""),
            fields.get("key", ""),
        )
    if isinstance(value, dict):
        if isinstance(hint, UnionType):
            hint = get_args(hint)[0]
        hints = get_type_hints(hint).items()
        return hint(**{name: _typed(inner, value.get(name), origin) for name, inner in hints})
    return hint(value) if hint in (Origin, Aggregation, ChangeKind) else value
