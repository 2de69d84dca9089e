"""The instrument as an Excel file, for people who work there: eight sheets, one row per text.

The words of the sheets are German, whatever language the pages have: they belong to the format.
`parse_xlsx(to_xlsx(file)) == file` for every checked file. What is read goes through the same
checks as a YAML file; every problem names its sheet and cell.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from chancencheck.instruments.choices import Aggregation, ChangeKind, Origin
from chancencheck.instruments.dump import to_fields
from chancencheck.instruments.format import (
    INVISIBLE,
    KEYED,
    MAX_BYTES,
    READABLE,
    Fields,
    InstrumentFile,
    InstrumentFileError,
    Place,
    Problem,
    findings_in,
    instrument_from,
    invisible_sentence,
)
from chancencheck.instruments.workbooks import (
    Cell,
    Sheet,
    WorkbookRefused,
    cell_name,
    escaped,
    read_workbook,
)

# ------------------------------------------------------------------- the words of the format

ORIGINS = {
    "eigener Vorschlag": Origin.OWN.value,
    "Originalwortlaut": Origin.ORIGINAL.value,
    "aus einer anderen Stadt": Origin.OTHER.value,
}
AGGREGATIONS = {
    "nichts": Aggregation.NONE.value,
    "wie oft jede Stufe vorkommt": Aggregation.DISTRIBUTION.value,
    "gewichteter Mittelwert": Aggregation.MEAN.value,
    "gewichtete Summe": Aggregation.SUM.value,
}
CHANGES = {
    "Wortlaut": ChangeKind.WORDING.value,
    "Bedeutung": ChangeKind.MEANING.value,
    "Aufbau": ChangeKind.STRUCTURE.value,
}
STANDARD, ANSWER, COMPARABLE = "standard_questions", "citizen_scale", "comparable"
KINDS_OF_TEXT = {
    "Standardfrage": STANDARD,
    "Antwort für Bürger*innen": ANSWER,
    "Frage zum Nachdenken": "reflection_questions",
    "Frage an Bürger*innen": "citizen_questions",
    "Hinweis auf Belege": "evidence_hints",
    "Beispiel einer Maßnahme": "example_measures",
    "Vergleichbar mit": COMPARABLE,
}


@dataclass(frozen=True, eq=False)
class Column:
    """A column, or a row of the first sheet. `kind`: text, number, day, keys or word."""

    heading: str
    name: str
    kind: str = "text"
    needed: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    width: int = 18


def _with_origin(*columns: Column) -> tuple[Column, ...]:
    """Where each text comes from, in columns behind all others."""
    return tuple(
        origin
        for column in columns
        for origin in (
            Column(f"{column.heading}: Herkunft", f"{column.name}.origin", "word", words=ORIGINS),
            Column(f"{column.heading}: Quelle", f"{column.name}.source"),
        )
    )


_NAME = Column("Name", "name", needed=True, width=34)
_SUMMARY = Column("Zusammenfassung", "summary", width=60)
_TITLE = Column("Titel", "title", needed=True, width=34)
_TEXT = Column("Anforderung", "text", needed=True, width=60)
_HELP = Column("Hilfe", "help", width=60)
_WHO_KNOWS = Column("Wer weiß das?", "who_knows", width=34)
_DESCRIPTION = Column("Beschreibung", "description", width=60)
_CHECKED = (Column("Geprüft von", "checked_by"), Column("Geprüft am", "checked_on", "day"))

ABOUT, AREAS, REQUIREMENTS, TEXTS = "Über", "Bereiche", "Anforderungen", "Fragen und Hinweise"
LEVELS, SHEETS, TRANSLATIONS = "Stufen", "Antwortbögen", "Übersetzungen"
CHANGED = "Änderungen"

# The rows of the first sheet, each with what it means.
ABOUT_ROWS = {
    Column("Format", "format", needed=True): "Bitte nicht ändern.",
    Column("Kurzname", "key", needed=True): "Bleibt in allen Fassungen gleich.",
    Column("Titel", "title", needed=True): "Der Name, den alle lesen.",
    Column("Fassung", "version", needed=True): "Nummer wie 1.0 oder 2.1.3.",
    Column("Fassung davor", "follows"): "Nummer der Fassung, auf der diese aufbaut.",
    Column("Sprache", "language", needed=True): "Sprache der Texte, zum Beispiel de.",
    Column("Lizenz", "licence", needed=True): "Unter welcher Lizenz die Texte stehen.",
    Column("Hinweis", "note"): "Was Lesende über die Herkunft wissen sollen.",
    Column("Übliche Herkunft", "origin", "word", needed=True, words=ORIGINS): (
        "Gilt für alle Texte, bei denen keine andere Herkunft steht."
    ),
    Column("Was berechnet werden darf", "aggregation", "word", words=AGGREGATIONS): (
        "Leer heißt: nichts."
    ),
    Column("Herausgegeben von", "city"): "Kommune, von der diese Fassung stammt.",
    Column("Beschlossen von", "body"): "Welches Gremium sie beschlossen hat.",
    Column("Beschlossen am", "decided_on", "day"): "Tag des Beschlusses, zum Beispiel 24.03.2022.",
    Column("Aktenzeichen", "reference"): "Unter dem der Beschluss zu finden ist.",
}
_ISSUED = ("city", "body", "decided_on", "reference")

TABLES: dict[str, tuple[Column, ...]] = {
    ABOUT: (
        Column("Feld", "name", width=28),
        Column("Inhalt", "content", width=60),
        Column("Erklärung", "help", width=60),
    ),
    AREAS: (
        Column("Schlüssel", "key", needed=True),
        Column("Liegt im Bereich", "parent"),
        _NAME,
        _SUMMARY,
        *_with_origin(_NAME, _SUMMARY),
    ),
    REQUIREMENTS: (
        Column("Schlüssel", "key", needed=True),
        Column("Bereich", "area", needed=True),
        _TITLE,
        _TEXT,
        _HELP,
        _WHO_KNOWS,
        Column("Skala", "scale"),
        Column("Gewicht", "weight", "number", width=10),
        Column("Antwortbögen", "sheets", "keys"),
        Column("Hervorgegangen aus", "comes_from", "keys"),
        Column("Themen", "themes", "keys"),
        *_CHECKED,
        *_with_origin(_TITLE, _TEXT, _HELP, _WHO_KNOWS),
    ),
    TEXTS: (
        Column("Anforderung", "requirement"),
        Column("Art", "kind", "word", needed=True, words=KINDS_OF_TEXT, width=28),
        Column("Schlüssel", "key"),
        Column("Text", "text", needed=True, width=80),
        Column("Herkunft", "text.origin", "word", words=ORIGINS),
        Column("Quelle", "text.source"),
    ),
    LEVELS: (
        Column("Skala", "key", needed=True),
        Column("Wert", "value", "number", width=10),
        Column("Name", "name", width=34),
        _DESCRIPTION,
        Column("Kleinste Zahl", "minimum", "number"),
        Column("Größte Zahl", "maximum", "number"),
        Column("Schritt", "step", "number"),
        *_with_origin(_NAME, _DESCRIPTION),
    ),
    SHEETS: (
        Column("Schlüssel", "key", needed=True),
        _NAME,
        _HELP,
        *_with_origin(_NAME, _HELP),
    ),
    TRANSLATIONS: (
        Column("Sprache", "language", needed=True),
        Column("Anforderung", "requirement", needed=True),
        Column("Schlüssel der Frage", "question", needed=True),
        Column("Übersetzung", "text", needed=True, width=60),
        Column("Übersetzt aus", "original", width=60),
        *_CHECKED,
    ),
    CHANGED: (
        Column("Stelle", "place", needed=True),
        Column("Art", "kind", "word", needed=True, words=CHANGES),
        Column("Begründung", "reason", width=60),
    ),
}
NEEDED_SHEETS = (ABOUT, AREAS, REQUIREMENTS, LEVELS)


# ------------------------------------------------------------------- writing


def to_xlsx(file: InstrumentFile) -> bytes:
    """The file as an Excel workbook. No cell can become a formula."""
    workbook = Workbook()
    workbook.properties.creator = "ChancenCheck"
    workbook.remove(workbook.worksheets[0])
    for name, rows in _rows(to_fields(file)).items():
        _write(workbook.create_sheet(name), TABLES[name], rows)
    result = BytesIO()
    workbook.save(result)
    return result.getvalue()


def _rows(content: Fields) -> dict[str, list[Fields]]:
    """The rows of each sheet, a value for each filled field."""
    areas = list(_flat(content.get("areas", []), ""))
    scales = content.get("scales", [])  # a draft may have none yet
    requirements = [(area, spec) for area, _ in areas for spec in area.get("requirements", [])]
    return {
        ABOUT: [
            {"name": row.heading, "content": _about(content, row), "help": words}
            for row, words in ABOUT_ROWS.items()
        ],
        AREAS: [area | {"parent": parent} for area, parent in areas],
        REQUIREMENTS: [
            {"scale": scales[0]["key"]} | spec | {"area": area["key"]}
            for area, spec in requirements
        ],
        TEXTS: [
            *_text_rows(content, (STANDARD, ANSWER), ""),
            *(
                row
                for _, spec in requirements
                for row in _text_rows(spec, (*KEYED, COMPARABLE), spec["key"])
            ),
        ],
        LEVELS: [
            {"key": scale["key"]} | row
            for scale in scales
            for row in scale.get("levels") or [scale["range"]]
        ],
        SHEETS: content.get("sheets", []),
        TRANSLATIONS: content.get("translations", []),
        CHANGED: content.get("changes", []),
    }


def _about(content: Fields, row: Column) -> str:
    value = (content | content.get("issued", {})).get(row.name, "")
    return _word(row.words, value)


def _flat(areas: list[Fields], parent: str) -> Iterator[tuple[Fields, str]]:
    for area in areas:
        yield area, parent
        yield from _flat(area.get("areas", []), area["key"])


def _text_rows(content: Fields, lists: Iterable[str], requirement: str) -> Iterator[Fields]:
    for kind in lists:
        for text in content.get(kind, []):
            row = {"requirement": requirement, "kind": kind, "text": text}
            yield row | ({"key": text.get("key", "")} if isinstance(text, dict) else {})


def _write(sheet: Worksheet, columns: tuple[Column, ...], rows: list[Fields]) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        letter = cell_name(1, number)[:-1]
        sheet.column_dimensions[letter].width = column.width
        _write_cell(sheet, 1, number, column.heading)
        sheet.cell(1, number).font = Font(bold=True)
        for row, values in enumerate(rows, start=2):
            _write_cell(sheet, row, number, _cell_value(column, values))
        if column.words:
            # The list is offered, not forced: reading in says what is wrong, in a sentence.
            words = DataValidation("list", formula1=f'"{",".join(column.words)}"')
            words.showErrorMessage = False
            words.add(f"{letter}2:{letter}{len(rows) + 200}")
            sheet.add_data_validation(words)


def _cell_value(column: Column, values: Fields) -> str | int | None:
    name, _, detail = column.name.partition(".")
    value = values.get(name)
    if isinstance(value, dict):
        value = value.get(detail or "text")
    elif detail:
        return None
    if column.kind == "keys":
        return ", ".join(value or [])
    if column.words:
        return _word(column.words, value or "")
    return value


def _word(words: Mapping[str, str], value: str) -> str:
    return next((word for word, meant in words.items() if meant == value), value)


def _write_cell(sheet: Worksheet, row: int, column: int, value: str | int | None) -> None:
    if value is None or value == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(value, int):
        cell.value = value
        return
    # Text through and through, whatever openpyxl guesses: neither "=1+1" nor "1.0" nor "#N/A"
    # becomes something else, now or when somebody types into the cell.
    cell.value = escaped(value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


# ------------------------------------------------------------------- reading

At = tuple[int, int, int]  # number of the sheet, row, column


@dataclass
class Row:
    """A filled row: what each field says and where it stands."""

    values: Fields
    cells: dict[str, At]

    @property
    def home(self) -> At:
        """The cell that stands for the row."""
        return next(iter(self.cells.values()))


def parse_xlsx(data: bytes) -> InstrumentFile:
    """Read an instrument from an Excel file, or raise InstrumentFileError with all problems."""
    if len(data) > MAX_BYTES:
        message = gettext("The file is larger than %(size)s MB. Send only the instrument itself.")
        raise InstrumentFileError([Problem(None, "", message % {"size": MAX_BYTES // 1_000_000})])
    try:
        sheets = read_workbook(data)
    except WorkbookRefused as error:
        raise InstrumentFileError([Problem(None, "", str(error))]) from None
    reader = _Reader(sheets)
    if newer := reader.unreadable_format():
        raise InstrumentFileError([newer])
    content = reader.content()
    problems = dict(reader.found)
    if content is not None:
        for place, message in findings_in(content):
            # examples of texts stand in quotation marks, which YAML needs and cells do not
            problems.setdefault(reader.cell_at(content, place), message.replace('"', ""))
    if problems:
        raise InstrumentFileError(
            Problem(None, reader.name_of(at), problems[at]) for at in sorted(problems)
        )
    assert content is not None  # without problems there is content
    return instrument_from(content)


class _Reader:
    """Puts the rows of all sheets together to what a YAML file would have said.

    `at` remembers the cell of each value, by the object that holds it and its name or number.
    """

    def __init__(self, sheets: tuple[Sheet, ...]) -> None:
        self.names = [sheet.name for sheet in sheets]
        self.found: dict[At, str] = {}
        self.at: dict[tuple[int, str | int], At] = {}
        self.kept: list[Any] = []  # so that no two objects get the same number
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        for number, sheet in enumerate(sheets):
            self.read_sheet(number, sheet)
        for name in NEEDED_SHEETS:
            if name not in self.names:
                message = gettext("The sheet “%(sheet)s” is missing. Compare it with an export.")
                self.found[(len(self.names), NEEDED_SHEETS.index(name), 0)] = message % {
                    "sheet": name
                }

    # Cells

    def say(self, at: At, message: str) -> None:
        """Only the first problem of a cell is told."""
        self.found.setdefault(at, message)

    def name_of(self, at: At) -> str:
        """`Sheet Anforderungen, cell C7`"""
        sheet, row, column = at
        if sheet >= len(self.names):
            return ""
        return gettext("Sheet %(sheet)s, cell %(cell)s") % {
            "sheet": self.names[sheet],
            "cell": cell_name(row, column),
        }

    def cell_at(self, content: Fields, place: Place) -> At:
        """The cell of a place; where it has none, that of what is around it."""
        at: At = (0, 1, 1)
        inside: Any = content
        for step in place:
            at = self.at.get((id(inside), step), at)
            try:
                inside = inside[step]
            except (KeyError, IndexError, TypeError):
                break
        return at

    def read_sheet(self, number: int, sheet: Sheet) -> None:
        if sheet.name not in TABLES:
            if sheet.rows:
                message = gettext(
                    "This sheet is unknown. Delete it, or use these names: %(known)s."
                )
                self.say((number, 1, 1), message % {"known": ", ".join(TABLES)})
            return
        for merged in sheet.merged:
            message = gettext("The cells %(cells)s are merged. Split them again.")
            first = sheet.rows[0][0] if sheet.rows else None
            at = (number, *_corner(merged)) if first else (number, 1, 1)
            self.say(at, message % {"cells": merged})
        if sheet.name == ABOUT:
            self.read_about(number, sheet)
        else:
            self.read_table(number, sheet)

    def read_table(self, number: int, sheet: Sheet) -> None:
        known = {column.heading: column for column in TABLES[sheet.name]}
        head = sheet.rows[0] if sheet.rows and sheet.rows[0][0].row == 1 else ()
        columns: dict[int, Column] = {}
        for cell in head:
            heading = str(cell.value)
            if heading not in known:
                message = gettext("This column is unknown. Delete it, or use: %(known)s.")
                self.say((number, 1, cell.column), message % {"known": ", ".join(known)})
            elif known[heading] in columns.values():
                message = gettext("This column is here twice. Keep only one.")
                self.say((number, 1, cell.column), message)
            else:
                columns[cell.column] = known[heading]
        for column in known.values():
            if column.needed and column not in columns.values():
                message = gettext("The column “%(column)s” is missing. Compare it with an export.")
                self.say((number, 1, 1), message % {"column": column.heading})
                return  # each row would be wrong
        for cells in sheet.rows[1:] if head else sheet.rows:
            self.rows[sheet.name].append(self.read_row(number, cells, columns))

    def read_row(self, number: int, cells: tuple[Cell, ...], columns: dict[int, Column]) -> Row:
        row = Row({}, {})
        places = {column.name: (number, cells[0].row, at) for at, column in columns.items()}
        for cell in cells:
            at = (number, cell.row, cell.column)
            if cell.column not in columns:
                self.say(at, gettext("There is no heading above this cell. Delete what is in it."))
                continue
            column = columns[cell.column]
            row.values[column.name] = self.value(cell, column, at)
        row.cells = places
        for column in columns.values():
            if column.needed and column.name not in row.values:
                self.miss(row, column.name)
        return row

    def read_about(self, number: int, sheet: Sheet) -> None:
        known = {row.heading: row for row in ABOUT_ROWS}
        row = Row({}, {})
        for cells in sheet.rows:
            label = cells[0]
            if label.column != 1 or (label.row == 1 and label.value == "Feld"):
                continue
            at = (number, label.row, 2)
            if label.value not in known:
                message = gettext("This field is unknown. Delete the row, or use: %(known)s.")
                self.say((number, label.row, 1), message % {"known": ", ".join(known)})
                continue
            column = known[str(label.value)]
            if column.name in row.cells:
                message = gettext("The field “%(name)s” is here twice. Keep only one.")
                self.say((number, label.row, 1), message % {"name": column.heading})
                continue
            row.cells[column.name] = at
            for cell in cells[1:]:
                if cell.column == 2:
                    row.values[column.name] = self.value(cell, column, at)
        for column in known.values():
            if column.needed and column.name not in row.cells:
                message = gettext("The row “%(name)s” is missing. Compare it with an export.")
                self.say((number, 1, 1), message % {"name": column.heading})
                row.values[column.name] = None
                row.cells[column.name] = (number, 1, 1)
            elif column.needed and column.name not in row.values:
                self.miss(row, column.name)
        self.rows[ABOUT].append(row)

    def miss(self, row: Row, name: str) -> None:
        """Say that a cell must be filled; nothing else is said about it."""
        row.values[name] = None
        self.say(row.cells.get(name, row.home), gettext("This cell is empty. Please fill it in."))

    def value(self, cell: Cell, column: Column, at: At) -> Any:
        """What a cell says, or None with a sentence."""
        message = _wrong_kind(cell, column)
        if not message and isinstance(cell.value, str) and INVISIBLE.search(cell.value):
            message = invisible_sentence()
        if message:
            self.say(at, message)
            return None
        if column.kind == "number":
            return int(cell.value)
        if column.kind == "day" and cell.kind == "day":
            return cell.value.isoformat()
        if column.kind == "day":
            return _day(cell.value)
        if column.kind == "keys":
            return [key for part in cell.value.split(",") if (key := part.strip())]
        if column.words:
            meant = {word.casefold(): value for word, value in column.words.items()}
            meant |= {value: value for value in column.words.values()}
            if cell.value.casefold() not in meant:
                message = gettext("Write one of these words: %(known)s.")
                self.say(at, message % {"known": ", ".join(column.words)})
                return None
            return meant[cell.value.casefold()]
        return cell.value

    # Objects

    def put(self, target: Any, name: str | int, value: Any, at: At) -> None:
        """Keep a value and its cell."""
        if isinstance(name, int):
            target.append(value)
        else:
            target[name] = value
        self.at[id(target), name] = at
        self.kept.append(target)

    def add(self, target: Fields, name: str, value: Any, at: At) -> None:
        """Put a value at the end of a list."""
        if name not in target:
            self.put(target, name, [], at)
        self.put(target[name], len(target[name]), value, at)

    def take(self, row: Row, target: Fields, *fields: str) -> None:
        """Put plain values of a row into their object."""
        for name in fields:
            if name not in row.values:
                continue
            value, at = row.values[name], row.cells[name]
            self.put(target, name, value, at)
            for number in range(len(value) if isinstance(value, list) else 0):
                self.at[id(value), number] = at

    def take_text(self, row: Row, target: Fields, *fields: str) -> None:
        """Put texts of a row into their object, with origin and source where they are said."""
        for name in fields:
            text = self.text(row, name)
            if text is not None or name in row.values:
                self.put(target, name, text, row.cells[name])

    def text(self, row: Row, name: str) -> Any:
        """A text: plain words, or fields. None where there is nothing, or something is wrong."""
        details = {
            part: f"{name}.{part}"
            for part in ("origin", "source")
            if f"{name}.{part}" in row.values
        }
        words = row.values.get(name)
        if words is None:
            if details and name not in row.values:
                self.miss(row, name)
            return None
        if not details:
            return words
        text: Fields = {}
        self.put(text, "text", words, row.cells[name])
        for part, source in details.items():
            self.put(text, part, row.values[source], row.cells[source])
        return text

    # Sheets

    def content(self) -> Fields | None:
        """What the file says as plain values; None where sheets or columns are missing."""
        if self.found and not all(self.rows[name] for name in NEEDED_SHEETS):
            return None
        content: Fields = {}
        self.about(content)
        for name, list_name in (
            (AREAS, "areas"),
            (LEVELS, "scales"),
            (REQUIREMENTS, "requirements"),
        ):
            if not self.rows[name]:
                number = self.names.index(name)
                self.say((number, 2, 1), gettext("There is nothing on this sheet yet."))
                self.put(content, list_name, None, (number, 2, 1))
        self.scales(content)
        self.sheets(content)
        areas = self.areas(content)
        self.texts(content, self.requirements(content, areas))
        content.pop("requirements", None)
        for sheet, listed in ((TRANSLATIONS, "translations"), (CHANGED, "changes")):
            for row in self.rows[sheet]:
                entry: Fields = {}
                self.take(row, entry, *(column.name for column in TABLES[sheet]))
                self.both(row, entry)
                self.add(content, listed, entry, row.home)
        return content

    def unreadable_format(self) -> Problem | None:
        """A format that is judged by other rules; nothing else is said about such a file then."""
        for row in self.rows[ABOUT]:
            if isinstance(found := row.values.get("format"), str) and found not in READABLE:
                ((_, message),) = findings_in({"format": found})
                return Problem(None, self.name_of(row.cells["format"]), message)
        return None

    def about(self, content: Fields) -> None:
        (row,) = self.rows[ABOUT]
        plain = [column.name for column in ABOUT_ROWS if column.name not in _ISSUED]
        self.take(row, content, *plain)
        if any(name in row.values for name in _ISSUED):
            issued: Fields = {}
            if "city" not in row.values:
                self.miss(row, "city")
            self.take(row, issued, *_ISSUED)
            self.put(content, "issued", issued, row.cells.get("city", row.home))

    def both(self, row: Row, entry: Fields) -> None:
        """Who checked it and when belong together."""
        said = [name for name in ("checked_by", "checked_on") if name in row.values]
        if len(said) == 1:
            (missing,) = {"checked_by", "checked_on"} - set(said)
            at = row.cells.get(missing, row.cells[said[0]])
            self.say(at, gettext("Say both: who checked it, and on which day."))
            self.put(entry, missing, None, at)

    def scales(self, content: Fields) -> None:
        scales: dict[Any, Fields] = {}
        limits = ("minimum", "maximum", "step")
        for row in self.rows[LEVELS]:
            key = row.values["key"]
            if key not in scales:
                scales[key] = {}
                self.take(row, scales[key], "key")
                self.add(content, "scales", scales[key], row.home)
            scale, entry = scales[key], Fields()
            is_range = any(name in row.values for name in limits)
            needed = limits if is_range else ("value", "name")
            for name in needed:
                if name not in row.values:
                    self.miss(row, name)
            if "range" in scale or (is_range and "levels" in scale):
                message = gettext("This scale has either levels or one row with numbers, not both.")
                self.say(row.home, message)
                continue
            if is_range:
                self.take(row, entry, *limits)
                self.put(scale, "range", entry, row.home)
            else:
                self.take(row, entry, "value")
                self.take_text(row, entry, "name", "description")
                self.add(scale, "levels", entry, row.home)

    def sheets(self, content: Fields) -> None:
        for row in self.rows[SHEETS]:
            sheet: Fields = {}
            self.take(row, sheet, "key")
            self.take_text(row, sheet, "name", "help")
            self.add(content, "sheets", sheet, row.home)

    def areas(self, content: Fields) -> dict[str, Fields]:
        """All areas by key, those inside others in their place."""
        areas: dict[str, Fields] = {}
        parents = {row.values["key"]: row.values.get("parent") for row in self.rows[AREAS]}
        for row in self.rows[AREAS]:
            area: Fields = {}
            self.take(row, area, "key")
            self.take_text(row, area, "name", "summary")
            areas.setdefault(row.values["key"], area)
            self.kept.append(area)
            row.values["self"] = area
        for row in self.rows[AREAS]:
            parent, at = row.values.get("parent"), row.cells.get("parent", row.home)
            if parent is None:
                self.add(content, "areas", row.values["self"], row.home)
            elif parent not in parents:
                message = gettext("There is no area “%(key)s” on the sheet %(sheet)s.")
                self.say(at, message % {"key": parent[:40], "sheet": AREAS})
            elif _is_circle(row.values["key"], parents):
                message = gettext("This area would lie inside itself. Look at what lies in what.")
                self.say(at, message)
            else:
                self.add(areas[parent], "areas", row.values["self"], row.home)
        return areas

    def requirements(self, content: Fields, areas: dict[str, Fields]) -> dict[str, Fields]:
        requirements: dict[str, Fields] = {}
        several = len(content.get("scales") or []) > 1
        sheets = [sheet["key"] for sheet in content.get("sheets", [])]
        for row in self.rows[REQUIREMENTS]:
            spec: Fields = {}
            plain = ("key", "scale", "weight", "sheets", "comes_from", "themes")
            self.take(row, spec, *plain, "checked_by", "checked_on")
            self.take_text(row, spec, "title", "text", "help", "who_knows")
            self.both(row, spec)
            if several and "scale" not in row.values:
                self.miss(row, "scale")
                self.put(spec, "scale", None, row.cells.get("scale", row.home))
            for sheet in row.values.get("sheets") or []:
                if sheet not in sheets:
                    message = gettext("There is no answer sheet “%(key)s” on the sheet %(sheet)s.")
                    self.say(row.cells["sheets"], message % {"key": sheet[:40], "sheet": SHEETS})
            requirements.setdefault(row.values["key"], spec)
            area = row.values["area"]
            if area in areas:
                self.add(areas[area], "requirements", spec, row.home)
            elif area is not None:
                message = gettext("There is no area “%(key)s” on the sheet %(sheet)s.")
                self.say(row.cells["area"], message % {"key": area[:40], "sheet": AREAS})
        for row in self.rows[AREAS]:
            area = row.values["self"]
            if areas[row.values["key"]] is not area:
                message = gettext("The key “%(key)s” is already taken. Choose another one.")
                self.say(row.cells["key"], message % {"key": str(row.values["key"])[:40]})
            if not {"areas", "requirements"} & area.keys():
                message = gettext("This area has neither requirements nor areas inside it.")
                self.say(row.home, message)
                self.put(area, "requirements", None, row.home)
        return requirements

    def texts(self, content: Fields, requirements: dict[str, Fields]) -> None:
        for row in self.rows[TEXTS]:
            kind, requirement = row.values["kind"], row.values.get("requirement")
            stands_alone = kind in (STANDARD, ANSWER)
            target = content if stands_alone else requirements.get(str(requirement))
            at = row.cells.get("requirement", row.home)
            if kind is None:
                continue
            if stands_alone and requirement is not None:
                message = gettext("This belongs to no single requirement. Leave this cell empty.")
                self.say(at, message)
            elif target is None and requirement is None:
                self.miss(row, "requirement")
            elif target is None:
                message = gettext("There is no requirement “%(key)s” on the sheet %(sheet)s.")
                self.say(at, message % {"key": str(requirement)[:40], "sheet": REQUIREMENTS})
            if target is not None:
                entry = self.entry(row, kind)
                self.add(target, kind, entry, row.home if entry else row.cells["text"])

    def entry(self, row: Row, kind: str) -> Any:
        """An entry of a list: a text, with its key where it has one."""
        unwanted = {ANSWER: ("key",), COMPARABLE: ("key", "text.origin", "text.source")}
        for name in unwanted.get(kind, ()):
            if row.values.pop(name, None) is not None:
                self.say(row.cells[name], gettext("Nothing belongs here. Leave this cell empty."))
        text, key = self.text(row, "text"), row.values.get("key")
        if key is None or text is None:
            return text
        if not isinstance(text, dict):
            words, text = text, {}
            self.put(text, "text", words, row.cells["text"])
        self.put(text, "key", key, row.cells["key"])
        return text


def _is_circle(key: Any, parents: dict[Any, Any]) -> bool:
    """Whether the way up from here never ends."""
    seen = set()
    while key is not None and key not in seen:
        seen.add(key)
        key = parents.get(key)
    return key is not None


def _corner(cells: str) -> tuple[int, int]:
    try:
        column, row, _, _ = range_boundaries(cells)
    except ValueError:
        return 1, 1
    return row or 1, column or 1


def _wrong_kind(cell: Cell, column: Column) -> str:
    """What is wrong with the kind of a cell, or nothing."""
    if cell.kind == "formula":
        message = gettext("There is a formula in cell %(cell)s. Write the text itself there.")
        return message % {"cell": cell.name}
    if cell.kind == "error":
        return gettext("This cell shows an error. Write the text itself there.")
    if column.kind == "number":
        text = str(cell.value).removesuffix(".0")
        is_whole = cell.kind in ("number", "text") and text.removeprefix("-").isdecimal()
        return "" if is_whole and len(text) < 10 else gettext("Write a whole number here.")
    if column.kind == "day":
        if cell.kind in ("day", "text"):
            return ""
        return gettext("Write a day here, like 24.03.2022.")
    if cell.kind != "text":
        return gettext(
            "This is a number, a date or a truth value. Format the cell as text and type it again."
        )
    return ""


def _day(text: str) -> str:
    """`24.03.2022` as `2022-03-24`; whatever else it is, the checks will tell."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.strip().isdecimal() for part in parts):
        day, month, year = (part.strip() for part in parts)
        return f"{year}-{month:0>2}-{day:0>2}"
    return text
