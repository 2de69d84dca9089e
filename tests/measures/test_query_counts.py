"""Pages of measures ask few questions of the database, however many measures there are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.measures.models import Measure
from chancencheck.measures.publish import publish_measure
from chancencheck.measures.requests import ask_for_support
from tests import measures_world as made
from tests import world

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


def more_public(number: int) -> None:
    for index in range(number):
        measure, lead = made.own(title=f"Maßnahme {index}"), world.person("lead")
        publish_measure(measure=measure, text="Sie können abends kommen.", by=lead)
        ask_for_support(
            measure=measure,
            needs={"money"},
            text="500 Euro",
            division=None,
            body_name="Beirat",
            by=lead,
        )


@pytest.mark.parametrize(
    ("who", "name"),
    [("executive", "request_list"), ("lead", "calendar_file"), ("lead", "said_and_done")],
)
def test_requests_dates_and_the_public_page_ask_no_more_with_many(
    who: str, name: str, client_for: Callable[..., Any]
) -> None:
    more_public(1)
    client = client_for(who)
    url = reverse(name, args=[world.municipality().slug, "de"] if name == "said_and_done" else [])
    few = queries(client, url)

    more_public(8)

    assert queries(client, url) == few
    assert few <= BUDGET
