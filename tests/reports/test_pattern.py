"""The page that puts released results side by side."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Result
from chancencheck.organisations.models import Unit
from chancencheck.reports.queries import newest_results, overview
from chancencheck.rounds.models import Participation
from chancencheck.rounds.queries import participations_of
from tests import world
from tests.page_lint import by_class, parse
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")


def cells(who: str) -> set[str]:
    run = world.released().participation.round
    columns = list(participations_of(run))
    found = overview(run, newest_results(person(who), run), columns, "", None)
    place = [c.unit.name for c in columns].index("Bürgeramt")
    return {row.cells[place].kind for _, rows in found.rows for row in rows}


def test_the_coordination_sees_released_levels_in_words() -> None:
    assert "level" in cells("coordination")


def test_before_the_report_the_steering_committee_sees_nothing_released() -> None:
    assert cells("steering") == {"open"}


@pytest.mark.parametrize("share", [Share.WORDS, Share.PARTICIPATION])
def test_levels_a_partner_keeps_appear_in_no_cell_and_no_pattern(share: Share) -> None:
    assessment = world.released()
    Result.objects.filter(assessment=assessment).update(share=share)
    run = assessment.participation.round

    found = overview(
        run, newest_results(person("coordination"), run), list(participations_of(run)), "", None
    )

    kinds = {cell.kind for _, rows in found.rows for row in rows for cell in row.cells}
    assert kinds <= {"none", "open"}
    assert (found.low, found.high, found.released) == ([], [], 0)


def test_the_page_shows_one_area_when_asked(client_for: Callable[..., Any]) -> None:
    run = world.released().participation.round

    page = client_for("coordination").get(
        reverse("round_pattern", args=[run.pk]), {"bereich": "KOM"}
    )

    assert len(by_class(parse(page), "cc-matrix__area")) == 1


def test_a_thousand_institutions_ask_no_more_than_ten(client_for: Callable[..., Any]) -> None:
    run = world.released().participation.round
    client = client_for("coordination")
    url = reverse("round_pattern", args=[run.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    units = Unit.objects.bulk_create(
        Unit(municipality=run.municipality, name=f"Einrichtung {i:04d}") for i in range(1000)
    )
    Participation.objects.bulk_create(Participation(round=run, unit=unit) for unit in units)

    with CaptureQueriesContext(connection) as many:
        page = client.get(url)

    assert len(many) <= len(few) <= 13
    assert len(by_class(parse(page), "cc-matrix__area")) >= 1
