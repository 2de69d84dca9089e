"""Pages around a draft ask the database as often for 300 requirements as for a few."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.instruments.models import InstrumentVersion, Requirement
from tests.instruments_world import draft, remark, write

pytestmark = pytest.mark.usefixtures("cities")

BUDGET = 16


def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
        return len(found)


def more_requirements(version: InstrumentVersion, number: int) -> None:
    first = version.requirements.first()
    assert first
    Requirement.objects.bulk_create(
        Requirement(
            version=version,
            area=first.area,
            scale=first.scale,
            key=f"NEU-{index}",
            title="Neu",
            text="Neu",
            position=100 + index,
        )
        for index in range(number)
    )
    write(version, "KOM-1/help", "Neue Hilfe.")  # what is kept belongs to the words before


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("editor", []),
        ("editor_part", ["KOM-1"]),
        ("instrument_changes", []),
        ("instrument_compare", ["base"]),
    ],
)
def test_the_number_of_queries_does_not_grow(
    client_for: Any, name: str, arguments: list[Any]
) -> None:
    version = draft()
    remark(version)
    write(version, "KOM-1/text", "Ein anderer Satz.")
    given = [version.base_id if each == "base" else each for each in arguments]
    url, client = reverse(name, args=[version.pk, *given]), client_for("coordination")
    few = queries(client, url)

    more_requirements(version, 30)

    assert queries(client, url) == few <= BUDGET
