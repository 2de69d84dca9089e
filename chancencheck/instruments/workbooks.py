"""Opening Excel files of strangers: what could do harm is refused before openpyxl sees it.

Only XML parts that were looked through are handed on, in a new archive. So nothing is read that
was not checked.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

MAX_PARTS = 200
MAX_UNPACKED = 40_000_000  # bytes of all parts together
MAX_RATIO = 150  # real sheets are packed to a tenth, a bomb to a thousandth
MAX_CELLS = 150_000
MAX_ROWS = 25_000
MAX_COLUMNS = 60

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and files with a password
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\v-\r\x0e-\x1f\ufffe\uffff]")


class WorkbookRefused(Exception):
    """The file cannot be read as an Excel file; the message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """One filled cell. `kind`: text, number, day, truth, formula or error."""

    row: int
    column: int
    kind: str
    value: Any

    @property
    def name(self) -> str:
        """As Excel calls it: `C7`."""
        return cell_name(self.row, self.column)


@dataclass(frozen=True)
class Sheet:
    """One sheet: the filled cells of each row, and the cells that are merged (`A1:B2`)."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[str, ...]


def cell_name(row: int, column: int) -> str:
    """As Excel calls it: `C7`."""
    return f"{get_column_letter(column)}{row}"


def looks_like_a_workbook(data: bytes) -> bool:
    """Whether these bytes are meant for `read_workbook`: no text file begins like this."""
    return data.startswith((*_ZIP, _OLD_OFFICE))


def escaped(text: str) -> str:
    """A text as Excel writes it: `_x000D_` for what XML cannot hold."""
    return _TO_ESCAPE.sub(lambda hit: f"_x{ord(hit[0]):04X}_", text)


def read_workbook(data: bytes) -> tuple[Sheet, ...]:
    """All sheets with their filled cells, or WorkbookRefused."""
    parts = _parts(data)
    merged, cells = {}, 0
    for name, content in parts.items():
        look = _Look(MAX_CELLS - cells)
        look.through(content)
        cells += look.cells
        merged[name] = tuple(look.merged)
    try:
        return tuple(_sheets(_packed(parts), merged))
    except Exception as error:
        # openpyxl trusts its files: a broken one ends in whatever Python says at that place.
        raise _broken() from error


# ------------------------------------------------------------------- the archive


def _parts(data: bytes) -> dict[str, bytes]:
    """The XML parts of the archive by name."""
    if data.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _locked()
        raise WorkbookRefused(
            gettext(
                "This is an Excel file of the old kind (.xls). Open it and save it as an Excel "
                "workbook (.xlsx)."
            )
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_entries(archive.infolist())
            parts = {
                entry.filename: _unpacked(archive, entry)
                for entry in archive.infolist()
                if entry.filename.lower().endswith((".xml", ".rels"))
            }
            _check_kind(set(archive.namelist()), parts.get("[Content_Types].xml", b""))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise _broken() from None
    return parts


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Judge the archive by its table of contents, before anything is unpacked."""
    if any(entry.flag_bits & 1 for entry in entries):
        raise _locked()
    if len({entry.filename for entry in entries}) < len(entries):
        raise _broken()
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MAX_PARTS
        or unpacked > MAX_UNPACKED
        or any(
            entry.file_size > 100_000 and entry.file_size > MAX_RATIO * entry.compress_size
            for entry in entries
        )
    ):
        raise _bomb()
    if any(
        entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries
    ):
        raise _broken()


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as part:
        content = part.read(entry.file_size + 1)  # never more than the table of contents says
    if len(content) > entry.file_size:
        raise _bomb()
    return content


def _check_kind(names: set[str], types: bytes) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types:
        raise WorkbookRefused(
            gettext(
                "This file can hold macros. Save it as an Excel workbook without macros (.xlsx)."
            )
        )
    if b"spreadsheetml.sheet.main+xml" not in types:
        raise WorkbookRefused(
            gettext(
                "This is not an Excel file. Save your table as an Excel workbook (.xlsx) and "
                "choose it again."
            )
        )


def _packed(parts: dict[str, bytes]) -> BytesIO:
    """The checked parts as a new archive."""
    result = BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name, content in parts.items():
            if name.endswith("sharedStrings.xml"):
                # openpyxl drops "x005F_" here, though not in other cells; all are read in one way
                content = content.replace(b"x005F_", b"x005x005F_F_")
            archive.writestr(name, content)
    result.seek(0)
    return result


# ------------------------------------------------------------------- one part


class _Look:
    """Goes through a part once: no entities, no endless tables. Notes which cells are merged."""

    def __init__(self, cells_left: int) -> None:
        self.cells_left = cells_left
        self.cells = self.row = self.column = 0
        self.merged: list[str] = []

    def through(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.element
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError):
            raise _broken() from None

    def doctype(self, *_args: object) -> None:
        """No Excel writes one; it is the way to texts that repeat themselves a billion times."""
        raise _bomb()

    def element(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif name == "c":
            self.cells += 1
            letters = re.match("[A-Za-z]{1,3}", attributes.get("r", ""))
            self.column = column_index_from_string(letters[0]) if letters else self.column + 1
            if self.cells > self.cells_left:
                raise _too_large()
        elif name in ("v", "is", "f"):
            if self.row > MAX_ROWS or self.column > MAX_COLUMNS:
                raise _too_large()
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", "")[:20])


# ------------------------------------------------------------------- the cells


def _sheets(archive: BytesIO, merged: dict[str, tuple[str, ...]]) -> Iterator[Sheet]:
    workbook = load_workbook(archive, read_only=True, keep_links=False)
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()  # some programs write a wrong size, and cells would be missing
        rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
        filled = tuple(
            cells
            for number, row in enumerate(rows, start=1)
            if (
                cells := tuple(
                    found
                    for column, cell in enumerate(row, start=1)
                    if (found := _cell(number, column, cell.data_type, cell.value))
                )
            )
        )
        part: str = sheet._worksheet_path  # type: ignore[attr-defined]  # openpyxl's stubs
        yield Sheet(sheet.title, filled, merged[part])
    workbook.close()


_KINDS = {"f": "formula", "e": "error", "b": "truth", "n": "number"}


def _cell(row: int, column: int, data_type: str, value: Any) -> Cell | None:
    if value is None:
        return None
    if data_type in _KINDS:
        return Cell(row, column, _KINDS[data_type], value)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return Cell(row, column, "day", value.date())
    if isinstance(value, date) and not isinstance(value, datetime):
        return Cell(row, column, "day", value)
    if not isinstance(value, str):
        return Cell(row, column, "number", value)  # a time of day, a length of time
    text = _ESCAPE.sub(lambda hit: chr(int(hit[1], 16)), value).strip()
    return Cell(row, column, "text", text) if text else None


# ------------------------------------------------------------------- sentences


def _broken() -> WorkbookRefused:
    return WorkbookRefused(
        gettext(
            "The Excel file cannot be opened. Open it in your program, save it once more as an "
            "Excel workbook (.xlsx) and choose it again."
        )
    )


def _locked() -> WorkbookRefused:
    return WorkbookRefused(
        gettext("The file is protected by a password. Save it without one and choose it again.")
    )


def _bomb() -> WorkbookRefused:
    return WorkbookRefused(
        gettext(
            "This file unpacks to far more than an instrument needs. Copy your sheets into a new "
            "Excel workbook and save that."
        )
    )


def _too_large() -> WorkbookRefused:
    return WorkbookRefused(
        gettext(
            "The tables are too large. A sheet can have %(rows)s rows and %(columns)s columns. "
            "Delete what stands outside of them."
        )
        % {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
    )
