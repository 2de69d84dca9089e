"""Attack: read what a partner does not share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Result
from chancencheck.organisations.models import Unit
from tests import world
from tests.world import fresh, person

pytestmark = pytest.mark.usefixtures("cities")


def partner() -> Any:
    """A partner's result that was first shared whole, then narrowed in a correction."""
    assessment = world.released()
    Unit.objects.filter(pk=assessment.participation.unit_id).update(is_external=True)
    lead = person("lead")
    assess.start_correction(assessment=fresh(assessment), by=lead)
    assess.release_result(
        assessment=fresh(assessment), share=Share.PARTICIPATION, by=lead, reason="Zu viel geteilt"
    )
    return fresh(assessment)


def test_who_shares_less_later_also_closes_the_older_edition(
    client_for: Callable[..., Any],
) -> None:
    part = partner().participation

    old = client_for("coordination").get(reverse("result_edition", args=[part.pk, 1]))
    new = client_for("coordination").get(reverse("result", args=[part.pk]))

    for page in (old, new):
        assert "cc-areas" not in page.content.decode()
        assert "Zu viel geteilt" not in page.content.decode()


def test_a_correction_starts_from_what_was_shared_before(client_for: Callable[..., Any]) -> None:
    assessment = partner()
    assess.start_correction(assessment=assessment, by=person("lead"))
    client = client_for("lead")
    url = reverse("release", args=[assessment.pk])

    page = client.get(url).content.decode()
    answer = client.post(url, {"reason": "Tippfehler"})

    assert 'value="participation" id="id_share_2" class="cc-radio" checked' in page
    assert answer.status_code == 200, "without a decision what to share nothing is released"
    assert Result.objects.filter(assessment=assessment).count() == 2


def test_levels_a_partner_keeps_stand_on_no_result_page_of_the_city(
    client_for: Callable[..., Any],
) -> None:
    before = world.released()
    Result.objects.filter(assessment=before).update(share=Share.WORDS)
    Unit.objects.filter(pk=before.participation.unit_id).update(is_external=True)
    shown = client_for("coordination").get(reverse("result", args=[before.participation_id]))

    assert "cc-track__team" not in shown.content.decode().split("cc-key-list")[0]
    assert 'class="cc-track"' not in shown.content.decode()
