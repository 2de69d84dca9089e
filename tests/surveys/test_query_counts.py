"""The number of database queries of a page about surveys does not grow with what it shows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chancencheck.barriers.operations import report_barrier
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.doors import forget_doors
from chancencheck.surveys.models import FreeText, Survey, SurveyPart
from chancencheck.surveys.operations import add_place
from tests import surveys_world, world
from tests.world import municipality, person

pytestmark = pytest.mark.usefixtures("cities")

BUDGET = 15


def queries(client: Any, url: str) -> int:
    client.get(url)
    forget_doors()
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def more_places(survey: Survey) -> None:
    for number in range(20):
        add_place(
            survey=survey,
            parts=list(survey.parts.all()),
            place=f"Ort {number}",
            channels=[Channel.QR, Channel.PAPER],
            by=person("coordination"),
        )


def more_texts(survey: Survey) -> None:
    part = surveys_world.part_of(survey)
    for number in range(15):
        FreeText.objects.create(part=part, language="de", text=f"Satz {number}")


def more_surveys(survey: Survey) -> None:
    for number in range(10):
        surveys_world.draft(name=f"Weitere {number}")


def more_published(survey: Survey) -> None:
    for number in range(6):
        made = surveys_world.closed(people=0, name=f"Weitere {number}")
        SurveyPart.objects.filter(survey=made).update(published_on=timezone.localdate())


def more_reports(survey: Survey) -> None:
    for number in range(15):
        report_barrier(
            municipality=municipality(),
            unit=world.participation().unit,
            where="Eingang",
            what=f"Stufe {number}",
            contact="",
            language="de",
            token=f"{number} {timezone.now()}",
        )


PAGES: dict[str, tuple[Callable[..., Survey], str, Callable[[Survey], None]]] = {
    "survey_list": (surveys_world.draft, "coordination", more_surveys),
    "survey": (surveys_world.running, "coordination", more_places),
    "survey_edit": (surveys_world.draft, "coordination", more_places),
    "survey_result": (surveys_world.closed, "coordination", more_texts),
    "survey_texts": (surveys_world.closed, "coordination", more_texts),
    "barrier_list": (surveys_world.draft, "lead", more_reports),
    "home": (surveys_world.running, "lead", more_places),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_staff_asks_few_questions_and_not_more_with_more_rows(
    name: str, client_for: Callable[..., Any]
) -> None:
    make, who, more = PAGES[name]
    survey = make()
    more_reports(survey)
    keys = [survey.pk] if name.startswith("survey") and name != "survey_list" else []
    client, url = client_for(who), reverse(name, args=keys)
    few = queries(client, url)

    more(survey)

    assert queries(client, url) <= max(few, 1)
    assert few <= BUDGET


def test_pages_of_citizens_ask_few_questions() -> None:
    survey, guest = surveys_world.running(), Client()
    page = reverse("survey_in", args=[surveys_world.entrance(survey).code, "ar"])
    city = reverse("city_page", args=[municipality().slug, "de"])
    few = queries(guest, city)
    SurveyPart.objects.filter(survey=surveys_world.closed(name="Vorher")).update(
        published_on=timezone.localdate()
    )

    assert queries(guest, page) <= 5
    guest.get(page)
    with CaptureQueriesContext(connection) as found:
        guest.get(page)
    assert len(found) == 0  # what stands behind the door is kept for a few seconds
    more_published(survey)
    assert queries(guest, city) <= few <= 6


def test_citizens_beside_a_result_cost_a_fixed_number_of_questions(
    client_for: Callable[..., Any],
) -> None:
    world.released()
    url = reverse("result", args=[world.participation().pk])
    surveys_world.closed(people=12)

    assert queries(client_for("lead"), url) <= BUDGET
