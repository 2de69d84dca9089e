"""The measures of the city as tables: the same rows and columns as on the screen."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from chancencheck.measures.portfolio import COLUMNS
from tests import measures_world as made
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]


def csv_rows(client: Any, **chosen: str) -> list[list[str]]:
    response = client.get(reverse("portfolio_csv"), chosen)
    assert response.streaming
    content = response.getvalue()
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def xlsx_rows(client: Any, **chosen: str) -> list[list[str]]:
    content = client.get(reverse("portfolio_xlsx"), chosen).getvalue()
    rows = load_workbook(io.BytesIO(content)).active.values
    return [[str(cell or "") for cell in row] for row in rows]


def test_list_csv_and_excel_have_the_same_columns_and_cells(client_for: SignIn) -> None:
    made.own(title="Vom Amt", due_in=10)
    made.past(made.own("Bücherei", "Zu spät", due_in=5), 30)
    made.central("Von der Stadt")
    client = client_for("coordination")

    page = client.get(reverse("portfolio"))
    with translation.override("de"):
        heads = [str(column.title) for column in COLUMNS]
    seen = [heads, *(row["cells"] for row in page.context["rows"])]

    assert csv_rows(client) == seen
    assert xlsx_rows(client) == seen
    assert [head for head in heads if f">{head}</th>" not in page.content.decode()] == []


def test_a_table_has_the_rows_of_the_filters(client_for: SignIn) -> None:
    made.own(title="Vom Amt")
    made.own("Bücherei", "Von der Bücherei")
    client = client_for("coordination")
    chosen = {"einrichtung": str(made.unit("Bücherei").pk)}

    assert [row[0] for row in csv_rows(client, **chosen)[1:]] == ["Von der Bücherei"]
    assert [row[0] for row in xlsx_rows(client, **chosen)[1:]] == ["Von der Bücherei"]


def test_a_table_speaks_the_language_of_its_reader(client_for: SignIn) -> None:
    made.own()
    reader = person("coordination")
    reader.language = "en"
    reader.save()

    assert csv_rows(client_for("coordination"))[0] == [
        "Measure",
        "Institution",
        "For",
        "Responsible",
        "Until",
        "State",
        "Needed",
        "Theme",
    ]


def test_line_breaks_and_semicolons_stay_in_their_cell(client_for: SignIn) -> None:
    made.own(title='Eins; "zwei"\nund drei')

    rows = csv_rows(client_for("coordination"))

    assert [len(row) for row in rows] == [len(COLUMNS)] * 2
    assert rows[1][0] == 'Eins; "zwei"\nund drei'
