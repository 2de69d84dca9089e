"""Pages of measures ask few questions of the database, however many measures there are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.measures.models import Measure
from tests import measures_world as made

pytestmark = pytest.mark.usefixtures("cities")

BUDGET = 16


def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def more(number: int) -> None:
    for index in range(number):
        made.past(made.own(title=f"Maßnahme {index}"), 200)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("holder", "home"),
        ("holder", "measure_list"),
        ("holder", "measure_check"),
        ("lead", "unit_measures"),
        ("coordination", "unit_measures"),
        ("lead", "functions"),
        ("lead", "function"),
        ("lead", "measure"),
        ("holder", "measure"),
        ("coordination", "measure"),
        ("lead", "measure_edit"),
    ],
)
def test_a_page_of_measures_asks_few_questions_also_with_many(
    who: str, name: str, client_for: Callable[..., Any]
) -> None:
    measure = made.past(made.own(), 200)
    keys = {"home": [], "measure_list": [], "measure_check": [], "function": [measure.function_id]}
    of_unit = {key: [measure.unit_id] for key in ("unit_measures", "functions")}
    url = reverse(name, args=(keys | of_unit).get(name, [measure.pk]))
    client = client_for(who)
    few = queries(client, url)

    more(10)

    assert queries(client, url) == few
    assert few <= BUDGET
    assert Measure.objects.count() == 11
