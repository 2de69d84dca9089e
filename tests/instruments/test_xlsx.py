"""An instrument in Excel: nothing is lost, nothing becomes a formula, every problem has its cell."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook

from chancencheck.instruments.format import (
    SCHEMA_PATH,
    InstrumentFile,
    InstrumentFileError,
    Origin,
    Text,
    parse_instrument,
)
from chancencheck.instruments.xlsx import TABLES, parse_xlsx, to_xlsx
from tests.instruments.test_format import SMALL
from tests.instruments.test_round_trip import instruments

SHIPPED = SCHEMA_PATH.with_name("chancencheck-lu-1.0.yaml")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def small() -> InstrumentFile:
    return parse_instrument(SMALL.encode())


def with_title(words: str) -> InstrumentFile:
    return replace(small(), title=words)


def edited(edit: Callable[[Workbook], Any], file: InstrumentFile | None = None) -> bytes:
    """The small instrument after somebody worked on it in their program."""
    workbook = load_workbook(BytesIO(to_xlsx(file or small())))
    edit(workbook)
    result = BytesIO()
    workbook.save(result)
    return result.getvalue()


def put(sheet: str, cell: str, value: Any) -> Callable[[Workbook], None]:
    def edit(workbook: Workbook) -> None:
        workbook[sheet][cell] = value

    return edit


def problems(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InstrumentFileError) as raised:
        parse_xlsx(data)
    return [(problem.field, problem.message) for problem in raised.value.problems]


def problem(sheet: str, cell: str, value: Any) -> tuple[str, str]:
    """The only problem after one cell was changed."""
    (only,) = problems(edited(put(sheet, cell, value)))
    return only


def repacked(change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """An Excel file whose parts were changed by somebody who knows how it is made."""
    result = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(to_xlsx(small()))) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more.items():
            new.writestr(name, content)
    return result.getvalue()


# Nothing is lost


@given(instruments())
@settings(max_examples=20, deadline=None)
def test_a_written_workbook_reads_as_the_same_instrument(file: InstrumentFile) -> None:
    assert parse_xlsx(to_xlsx(file)) == file


def test_the_shipped_instrument_survives_being_saved_by_another_program() -> None:
    shipped = parse_instrument(SHIPPED.read_bytes())

    assert parse_xlsx(edited(lambda workbook: None, shipped)) == shipped


@pytest.mark.parametrize(
    "words",
    [
        "=1+1",
        "+49 621",
        "-5",
        "@SUM(A1)",
        "'quoted",
        "1.0",
        "0012",
        "2021-12-09",
        "#N/A",
        "TRUE",
        "two\nlines",
        "a\rb",
        "_x0041_ and _x005F_x000D_",
        "عربي",
        "🙂 & <b>",
    ],
)
def test_what_looks_like_something_else_stays_a_text(words: str) -> None:
    data = to_xlsx(with_title(words))

    assert parse_xlsx(data).title == words
    assert parse_xlsx(edited(lambda workbook: None, with_title(words))).title == words
    cells = [cell for sheet in load_workbook(BytesIO(data)) for row in sheet for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


def test_people_may_move_columns_and_leave_rows_empty() -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook["Bereiche"]
        sheet.insert_rows(2, amount=3)
        sheet.move_range("A1:A5", cols=30)
        del workbook["Antwortbögen"]
        workbook["Bereiche"].delete_cols(2)

    assert parse_xlsx(edited(edit)) == small()


def test_origin_words_days_and_numbers_may_be_typed_as_people_do() -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook["Anforderungen"]
        headings = {cell.value: cell.column for cell in sheet[1]}
        typed = {
            "Gewicht": "3",
            "Geprüft von": "Prüfgruppe",
            "Geprüft am": date(2022, 3, 24),
            "Titel: Herkunft": "ORIGINALWORTLAUT",
        }
        for heading, value in typed.items():
            sheet.cell(2, headings[heading]).value = value
        put("Über", "B14", "3.4.2022")(workbook)
        put("Über", "B12", "Musterstadt")(workbook)

    file = parse_xlsx(edited(edit))

    (spec,) = file.requirements
    assert (spec.weight, spec.checked_on, spec.title.origin) == (3, "2022-03-24", Origin.ORIGINAL)
    assert file.issued
    assert file.issued.decided_on == "2022-04-03"


# Cells


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "where", "sentence"),
    [
        ("Anforderungen", "C2", "=A2", "C2", "There is a formula in cell C2."),
        ("Über", "B4", "=1+1", "B4", "There is a formula in cell B4."),
        ("Anforderungen", "C2", "#REF!", "C2", "This cell shows an error."),
        ("Anforderungen", "C2", 2022, "C2", "This is a number, a date or a truth value."),
        ("Anforderungen", "C2", True, "C2", "This is a number, a date or a truth value."),
        ("Anforderungen", "C2", date(2022, 1, 1), "C2", "This is a number, a date"),
        ("Anforderungen", "C2", None, "C2", "This cell is empty."),
        ("Anforderungen", "C2", "  ", "C2", "This cell is empty."),
        ("Anforderungen", "C2", "x" * 151, "C2", "The text is too long. Shorten it to 150"),
        ("Anforderungen", "C2", "a\u2028b", "C2", "Here is an invisible control character."),
        ("Anforderungen", "A2", "kom 1", "A2", "“kom 1” does not fit here."),
        ("Anforderungen", "B2", "XYZ", "B2", "There is no area “XYZ”"),
        ("Anforderungen", "G2", "stars", "G2", "There is no scale “stars”."),
        ("Anforderungen", "H2", "viel", "H2", "Write a whole number here."),
        ("Anforderungen", "H2", 1.5, "H2", "Write a whole number here."),
        ("Anforderungen", "H2", 0, "H2", "Write a number that is at least 1."),
        ("Anforderungen", "I2", "leitung", "I2", "There is no answer sheet “leitung”"),
        ("Anforderungen", "L2", "Prüfgruppe", "M2", "Say both: who checked it"),
        ("Anforderungen", "N2", "geklaut", "N2", "Write one of these words: eigener Vorschlag,"),
        ("Anforderungen", "P2", "original", "", ""),
        ("Anforderungen", "ZZ2", "Notiz", "", "The tables are too large."),
        ("Anforderungen", "AB2", "Notiz", "AB2", "There is no heading above this cell."),
        ("Anforderungen", "AB1", "Notiz", "AB1", "This column is unknown."),
        ("Anforderungen", "AB1", "Titel", "AB1", "This column is here twice."),
        ("Anforderungen", "C1", "Titl", "A1", "The column “Titel” is missing."),
        ("Bereiche", "B2", "XYZ", "B2", "There is no area “XYZ”"),
        ("Bereiche", "B2", "KOM", "B2", "This area would lie inside itself."),
        ("Bereiche", "A3", "ZUG", "C3", "This cell is empty."),
        ("Über", "A4", "Titel?", "A4", "This field is unknown."),
        ("Über", "A5", "Titel", "A5", "The field “Titel” is here twice."),
        ("Über", "A4", None, "A1", "The row “Titel” is missing."),
        ("Über", "B13", "Stadtrat", "B12", "This cell is empty."),
        ("Über", "B2", "chancencheck-instrument/3", "B2", "made for a newer version"),
        ("Über", "B2", "recipe/1", "B2", "This is not an instrument file."),
        ("Stufen", "B3", 1, "B3", "The values of the levels must rise."),
        ("Stufen", "B3", None, "B3", "This cell is empty."),
        ("Stufen", "E3", 0, "A3", "This scale has either levels or one row with numbers"),
        ("Stufen", "A3", "other", "A2", "The list is too short."),
        ("Fragen und Hinweise", "B2", "Frage", "B2", "Write one of these words: Standardfrage,"),
        ("Übersetzungen", "A2", "tr", "B2", "This cell is empty."),
        ("Änderungen", "A2", "KOM-1/text", "B2", "This cell is empty."),
    ],
)
def test_every_problem_names_its_sheet_and_cell(
    sheet: str, cell: str, value: Any, where: str, sentence: str
) -> None:
    data = edited(put(sheet, cell, value))
    if not sentence:
        assert parse_xlsx(data).requirements[0].text.origin == Origin.ORIGINAL
        return
    found = problems(data)
    place = f"Sheet {'Über' if sheet == 'Über' else sheet}, cell {where}" if where else ""
    assert [words for at, words in found if at == place and sentence in words]


def test_asks_for_both_keys_where_two_are_alike() -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook["Anforderungen"]
        sheet.append([cell.value for cell in sheet[2]])
        workbook["Bereiche"].append([cell.value for cell in workbook["Bereiche"][2]])

    found = dict(problems(edited(edit)))

    assert "“KOM-1” is already taken" in found["Sheet Anforderungen, cell A3"]
    assert "“KOM” is already taken" in found["Sheet Bereiche, cell A3"]


def test_areas_in_a_circle_are_refused() -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook["Bereiche"]
        for row in (["A1", "A2", "Eins"], ["A2", "A1", "Zwei"]):
            sheet.append(row)

    found = dict(problems(edited(edit)))

    assert "inside itself" in found["Sheet Bereiche, cell B3"]
    assert "inside itself" in found["Sheet Bereiche, cell B4"]


@pytest.mark.parametrize(
    ("row", "cell", "sentence"),
    [
        (["KOM-1", "Standardfrage", None, "Warum?"], "A2", "belongs to no single requirement"),
        ([None, "Frage zum Nachdenken", None, "Warum?"], "A2", "This cell is empty."),
        (["X-1", "Frage zum Nachdenken", None, "Warum?"], "A2", "no requirement “X-1”"),
        (["KOM-1", "Vergleichbar mit", "r1", "Anderes"], "C2", "Nothing belongs here."),
        (["KOM-1", "Frage zum Nachdenken", "R 1", "Warum?"], "C2", "does not fit here"),
        (["KOM-1", "Frage zum Nachdenken", None, None, "eigener Vorschlag"], "D2", "is empty"),
    ],
)
def test_texts_are_put_in_their_place_or_refused(row: list[Any], cell: str, sentence: str) -> None:
    def edit(workbook: Workbook) -> None:
        for column, value in enumerate(row, start=1):
            workbook["Fragen und Hinweise"].cell(2, column).value = value

    ((place, message),) = problems(edited(edit))

    assert (place, sentence in message) == (f"Sheet Fragen und Hinweise, cell {cell}", True)


def test_a_question_without_a_key_is_read() -> None:
    def edit(workbook: Workbook) -> None:
        workbook["Fragen und Hinweise"].append(["KOM-1", "Frage an Bürger*innen", None, "Gut?"])

    (spec,) = parse_xlsx(edited(edit)).requirements
    assert spec.citizen_questions == (Text("Gut?", Origin.OWN, ""),)


def test_merged_cells_are_refused() -> None:
    (first, *_) = problems(edited(lambda book: book["Bereiche"].merge_cells("C2:C3")))
    assert first == ("Sheet Bereiche, cell C2", "The cells C2:C3 are merged. Split them again.")


@pytest.mark.parametrize("name", ["Über", "Bereiche", "Anforderungen", "Stufen"])
def test_a_missing_sheet_is_named(name: str) -> None:
    found = problems(edited(lambda workbook: workbook.remove(workbook[name])))
    assert (f"The sheet “{name}” is missing. Compare it with an export.") in [m for _, m in found]


def test_an_unknown_sheet_is_refused_unless_it_is_empty() -> None:
    parse_xlsx(edited(lambda workbook: workbook.create_sheet("Tabelle1")))
    (only,) = problems(edited(lambda workbook: workbook.create_sheet("Tabelle1").append(["x"])))
    assert only[0] == "Sheet Tabelle1, cell A1"
    assert "This sheet is unknown." in only[1]


def test_an_empty_sheet_is_no_instrument() -> None:
    found = problems(edited(lambda workbook: workbook["Bereiche"].delete_rows(2, 9)))
    assert ("Sheet Bereiche, cell A2", "There is nothing on this sheet yet.") in found


def test_all_problems_come_in_the_order_of_sheets_and_rows() -> None:
    def edit(workbook: Workbook) -> None:
        for sheet, cell in (("Stufen", "C3"), ("Anforderungen", "D2"), ("Über", "B5")):
            workbook[sheet][cell] = "=1+1"

    places = [place for place, _ in problems(edited(edit))]
    assert places == [
        "Sheet Über, cell B5",
        "Sheet Anforderungen, cell D2",
        "Sheet Stufen, cell C3",
    ]


def handbook() -> str:
    return (SCHEMA_PATH.parents[3] / "docs/handbuch/instrument-datei.md").read_text()


def test_the_sheets_fit_the_words_of_the_handbook() -> None:
    assert [name for name in TABLES if f"„{name}“" not in handbook()] == []


def test_the_example_of_the_handbook_can_be_read_and_taken_to_excel() -> None:
    example = handbook().split("```yaml\n")[1].split("```")[0]
    file = parse_instrument(example.encode())

    assert parse_xlsx(to_xlsx(file)) == file


def test_a_draft_with_nothing_in_it_can_be_taken_out() -> None:
    nothing = replace(small(), scales=(), areas=())

    assert ("Sheet Bereiche, cell A2", "There is nothing on this sheet yet.") in problems(
        to_xlsx(nothing)
    )
