"""Attacks from inside: a lead, the coordination or an operator wants to know what one person said."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.surveys import operations
from chancencheck.surveys.choices import Channel, DoneState
from chancencheck.surveys.models import Counter, Survey, SurveyPart
from chancencheck.surveys.operations import SaidDoneInput
from chancencheck.surveys.queries import voices_about
from tests import surveys_world as asked
from tests.world import HERE, THERE, municipality, participation, person, the_round

pytestmark = pytest.mark.usefixtures("cities")


def test_no_shard_joins_the_answers_of_one_person() -> None:
    survey = asked.running()

    for _person in range(6):
        asked.answer(survey)

    items: dict[int, set[int]] = {}
    for item, shard in Counter.objects.values_list("item", "shard"):
        items.setdefault(shard, set()).add(item)
    # with one writer there is one shard for all; else a shard holds a bit of this and a bit of that
    assert len(items) == 1 or any(len(found) < 6 for found in items.values())


def test_a_lead_cannot_type_in_sheets_to_know_the_others(client_for: Callable[..., Any]) -> None:
    way = asked.entrance(asked.running(), Channel.PAPER)

    assert client_for("lead").get(reverse("survey_enter", args=[way.pk])).status_code == 403


def test_a_lead_cannot_give_one_person_a_place_of_their_own_while_people_answer() -> None:
    survey = asked.running()

    with pytest.raises(PermissionDenied):
        operations.add_place(
            survey=survey,
            parts=list(survey.parts.all()),
            place="Zimmer 12",
            channels=["qr"],
            by=person("lead"),
        )


def test_a_lead_of_one_institution_sees_no_way_into_the_others(
    client_for: Callable[..., Any],
) -> None:
    survey = asked.running(units=("Bürgeramt", "Bücherei"))
    foreign = asked.entrance(survey, Channel.KIOSK, asked.part_of(survey, "Bücherei"))

    page = client_for("lead").get(reverse("survey", args=[survey.pk])).content.decode()
    poster = client_for("lead").get(reverse("survey_poster", args=[foreign.pk, "de"]))

    assert foreign.code not in page
    assert poster.status_code == 404


def test_the_preview_shows_no_survey_of_another_city(client_for: Callable[..., Any]) -> None:
    asked.draft(city=THERE)
    survey = asked.draft(city=HERE)
    web = asked.entrance(survey, Channel.WEB)

    with pytest.raises(NotAllowedNow):
        operations.remove_entrance(entrance=web, by=person("coordination"))

    page = client_for("coordination").get(reverse("survey_preview", args=[survey.pk, "de"]))
    assert THERE not in page.content.decode()


def test_a_second_survey_that_nobody_answers_hides_nothing() -> None:
    asked.closed(people=12)
    asked.closed(people=0, name="Zweite")

    voices = voices_about(participation().unit, the_round(), public_only=False)

    assert voices["KOM-1"][0].voice


def test_nobody_reads_the_published_numbers_before_the_promised_day() -> None:
    part = asked.part_of(asked.closed(people=12))
    operations.publish_part(part=part, by=person("lead"))

    unit, run = participation().unit, the_round()
    assert part.published_on
    assert part.published_on > timezone.localdate()
    assert voices_about(unit, run, public_only=True) == {}
    SurveyPart.objects.filter(pk=part.pk).update(published_on=timezone.localdate())
    assert voices_about(unit, run, public_only=True)


def test_what_the_institution_answers_is_public_even_without_numbers(guest: Any) -> None:
    part = asked.part_of(asked.closed(people=3))
    pair = SaidDoneInput("Es fehlt eine Bank.", "Sie steht seit Montag.", DoneState.DONE)
    operations.save_said_done(part=part, entries=[pair], by=person("lead"))
    SurveyPart.objects.filter(pk=part.pk).update(published_on=timezone.localdate())

    url = reverse("public_result", args=[municipality().slug, part.pk, "de"])
    page = guest.get(url).content.decode()

    assert "Sie steht seit Montag." in page
    assert "von 10" not in page


def test_the_city_says_openly_what_was_promised_and_is_not_there_yet(guest: Any) -> None:
    survey = asked.closed(people=12)
    Survey.objects.filter(pk=survey.pk).update(
        closes_on=timezone.localdate() - timedelta(days=9),
        opens_on=timezone.localdate() - timedelta(days=20),
        results_on=timezone.localdate(),
    )

    page = guest.get(reverse("city_page", args=[municipality().slug, "de"])).content.decode()

    assert "Bürgeramt" in page
    assert "Es gibt noch keine Ergebnisse." in page


def test_the_last_day_is_never_moved_forward() -> None:
    survey = asked.running()

    with pytest.raises(NotAllowedNow):
        operations.extend_survey(
            survey=survey,
            closes_on=survey.closes_on - timedelta(days=1),
            results_on=survey.results_on,
            by=person("coordination"),
        )


def test_the_program_writes_no_line_about_what_citizens_ask_for(
    guest: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    code = asked.entrance(asked.running()).code
    handler = logging.getLogger().handlers
    guest.post(reverse("survey_in", args=[code, "ar"]), {})

    written = capsys.readouterr()
    assert code not in written.err + written.out
    assert handler is logging.getLogger().handlers
