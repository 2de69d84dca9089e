"""Files that are made to do harm, or are no Excel files at all, end in a sentence."""

import time
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.utils import translation

from chancencheck.instruments.format import MAX_BYTES
from chancencheck.instruments.workbooks import MAX_CELLS, MAX_PARTS
from chancencheck.instruments.xlsx import parse_xlsx, to_xlsx
from tests.instruments.test_xlsx import problems, repacked, small

SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def sentence(data: bytes) -> str:
    began = time.perf_counter()
    ((place, message),) = problems(data)
    assert place == ""
    assert time.perf_counter() - began < 30  # seconds on a busy machine, no minutes
    return message


def instead(name: str, old: bytes, new: bytes) -> bytes:
    def change(part: str, content: bytes) -> bytes:
        if part != name:
            return content
        assert old in content
        return content.replace(old, new, 1)

    return repacked(change)


def archive(**parts: bytes) -> bytes:
    result = BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return result.getvalue()


def test_a_file_of_10_mb_is_refused() -> None:
    assert "larger than 2 MB" in sentence(b"PK\x03\x04" + b"x" * 10_000_000)
    assert MAX_BYTES == 2_000_000


def test_half_a_file_is_refused() -> None:
    data = to_xlsx(small())
    assert "cannot be opened" in sentence(data[: len(data) // 2])


def test_another_archive_is_refused() -> None:
    assert "not an Excel file" in sentence(archive(**{"letter.txt": b"Hello"}))


def test_an_old_excel_file_is_refused() -> None:
    assert "old kind (.xls)" in sentence(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000)


def test_a_file_with_a_password_is_refused() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
    assert "password" in sentence(locked + "EncryptedPackage".encode("utf-16-le"))


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(to_xlsx(small()))
    start = data.index(b"PK\x01\x02")
    data[start + 8] |= 1  # the flag in the table of contents
    assert "password" in sentence(bytes(data))


def test_a_file_with_macros_is_refused() -> None:
    with_macros = repacked(lambda name, content: content, **{"xl/vbaProject.bin": b"Sub Auto()"})
    assert "macros" in sentence(with_macros)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro_kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert "macros" in sentence(instead("[Content_Types].xml", kind, macro_kind))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(lambda name, content: content, **{"xl/media/a.xml": b" " * 39_000_000})
    assert len(bomb) < 100_000
    assert "unpacks to far more" in sentence(bomb)


def test_a_bomb_of_many_parts_is_refused() -> None:
    parts = {f"xl/{number}.xml": b"<a/>" for number in range(MAX_PARTS)}
    assert "unpacks to far more" in sentence(repacked(lambda name, content: content, **parts))


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    data = to_xlsx(small())
    with zipfile.ZipFile(BytesIO(data)) as made:
        size = made.getinfo(SHEET).file_size.to_bytes(4, "little")
    assert "cannot be opened" in sentence(data.replace(size, (9).to_bytes(4, "little")))


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_part_and_encoding(part: str, encoding: str) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    document = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'
    content = f'<?xml version="1.0" encoding="{encoding}"?>{document}'.encode(encoding)

    data = repacked(lambda name, old: content if name == part else old)

    assert "unpacks to far more" in sentence(data)


def test_endless_rows_and_columns_are_refused() -> None:
    far = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert "too large" in sentence(instead(SHEET, b"</sheetData>", far))
    many = "".join(f'<c r="B{number}"/>' for number in range(MAX_CELLS + 1))
    cells = f"<row>{many}</row></sheetData>".encode()
    assert "too large" in sentence(instead(SHEET, b"</sheetData>", cells))


def test_empty_cells_far_away_cost_nothing() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
    assert parse_xlsx(instead(SHEET, b"</sheetData>", far)) == small()


def test_a_part_that_is_no_xml_is_refused() -> None:
    assert "cannot be opened" in sentence(instead(SHEET, b"<sheetData>", b"<sheetData"))


def test_a_text_that_is_not_there_is_refused() -> None:
    wrong = b'<row r="9"><c r="A9" t="s"><v>99</v></c></row></sheetData>'
    assert "cannot be opened" in sentence(instead(SHEET, b"</sheetData>", wrong))


def test_an_open_document_is_refused() -> None:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    assert "not an Excel file" in sentence(archive(mimetype=kind, **{"content.xml": b"<a/>"}))
