"""The measures of the city as a table, with the columns of the screen."""

import csv
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from chancencheck.lib.texts import plain_text
from chancencheck.measures.models import Measure
from chancencheck.measures.portfolio import COLUMNS, cells, in_order, with_columns

BATCH = 500
# A cell that begins like this is read as a formula by Excel and LibreOffice.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """A text no spreadsheet calculates (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" \t\r\n").startswith(FORMULA) or text[:1] in FORMULA else text


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: QuerySet[Measure]) -> Iterator[str]:
    """Line by line, with semicolons and a mark for Excel; memory does not grow with the rows."""
    return _lines(rows, translation.get_language())


def _lines(rows: QuerySet[Measure], language: str | None) -> Iterator[str]:
    """Each line in the reader's language: the server may read on in another thread."""
    writer: Any = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    with translation.override(language):
        line = writer.writerow([str(column.title) for column in COLUMNS])
    yield line
    for row in _read(rows):
        with translation.override(language):
            line = writer.writerow([harmless(cell) for cell in cells(row)])
        yield line


def _read(rows: QuerySet[Measure]) -> Iterator[Measure]:
    """The rows of the list in its order, some at a time."""
    parts = in_order(with_columns(rows))
    return chain.from_iterable(part.iterator(chunk_size=BATCH) for part in parts)


def xlsx(rows: QuerySet[Measure]) -> bytes:
    """The same as an Excel file. Every cell is text, so nothing in it is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("ChancenCheck")
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, str(column.title)) for column in COLUMNS])
    for row in _read(rows):
        sheet.append([_text(sheet, cell) for cell in cells(row)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: Any, text: str) -> Any:
    try:
        cell = WriteOnlyCell(sheet, value=harmless(text))
    except IllegalCharacterError:
        cell = WriteOnlyCell(sheet, value=harmless(plain_text(text)))
    cell.data_type = "s"
    return cell
