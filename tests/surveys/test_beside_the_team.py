"""What citizens say stands beside what the team says: in the workshop, the result, the city."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests import surveys_world as asked
from tests import world
from tests.world import participation, person

pytestmark = pytest.mark.usefixtures("cities")


def test_the_wall_shows_citizens_only_when_the_moderator_wants(
    client_for: Callable[..., Any],
) -> None:
    asked.closed(people=12)
    assessment = world.workshop()
    steer, wall = (reverse(name, args=[assessment.pk]) for name in ("steer", "wall"))
    moderator = client_for("moderator")
    moderator.post(steer, {"do": "show:KOM-1", "key": "KOM-1"})

    before = moderator.get(wall).content.decode()
    moderator.post(steer, {"do": "switch:citizens:on", "key": "KOM-1"})
    after = moderator.get(wall).content.decode()

    assert "cc-tenths" not in before
    assert "cc-tenths" in after
    assert "alle sagen Ja" in after


def test_nobody_who_still_rates_alone_reads_what_citizens_say(
    client_for: Callable[..., Any],
) -> None:
    asked.closed(people=12)
    assessment = world.rating()

    page = client_for("member1").get(reverse("handouts", args=[assessment.pk, "a4"]))

    assert "Bürger*innen sagen" not in page.content.decode()


def test_a_gap_is_the_first_thing_worth_talking_about(client_for: Callable[..., Any]) -> None:
    survey = asked.running()
    for _person in range(12):
        asked.answer(survey, {1: 4})  # “no” to the first question about KOM-1
    asked.operations.close_survey(survey=survey, by=person("coordination"))
    world.release(world.settle(world.workshop(), level=4))

    page = client_for("lead").get(reverse("result", args=[participation().pk])).content.decode()

    assert "Bürger*innen sehen es kritischer" in page
    assert "niemand sagt Ja" in page or "0 von 10" in page
