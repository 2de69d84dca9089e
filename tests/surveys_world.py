"""Surveys in the fixed cities, built through the product's own operations."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from chancencheck.instruments.translations import citizen_questions
from chancencheck.organisations.models import Unit
from chancencheck.surveys import operations
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.counting import Counted, count
from chancencheck.surveys.doors import Door, door_of
from chancencheck.surveys.models import Entrance, Survey, SurveyPart
from chancencheck.surveys.operations import SurveyInput
from chancencheck.surveys.tickets import digest_of, new_ticket
from tests.world import HERE, municipality, person, the_round


def entry(units: Sequence[str] = ("Bürgeramt",), city: str = HERE, **changes: Any) -> SurveyInput:
    """What the coordination enters: five questions about these institutions, open from today on."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "name": "Herbst",
        "units": [Unit.objects.get(municipality=municipality(city), name=u) for u in units],
        "questions": citizen_questions(the_round(city).instrument_version)[:5],
        "languages": ["de", "en", "ar"],
        "opens_on": today,
        "closes_on": today + timedelta(days=20),
        "results_on": today + timedelta(days=21),
        "inside_floor": 5,
        "public_floor": 10,
        "has_open_question": True,
        "needs_code": False,
        "is_one_page": False,
        **changes,
    }
    return SurveyInput(**values)


def draft(units: Sequence[str] = ("Bürgeramt",), city: str = HERE, **changes: Any) -> Survey:
    """A survey that is being made, with a waiting room."""
    coordination = person("coordination", city)
    survey = operations.create_survey(
        run=the_round(city), entry=entry(units, city, **changes), by=coordination
    )
    operations.add_place(
        survey=survey,
        parts=list(survey.parts.all()),
        place="Warteraum",
        channels=[Channel.QR, Channel.KIOSK, Channel.PAPER],
        by=coordination,
    )
    return survey


def running(units: Sequence[str] = ("Bürgeramt",), city: str = HERE, **changes: Any) -> Survey:
    """A survey that is open."""
    survey = draft(units, city, **changes)
    operations.open_survey(survey=survey, by=person("coordination", city))
    return survey


def closed(people: int = 12, units: Sequence[str] = ("Bürgeramt",), **changes: Any) -> Survey:
    """A survey to which this many people have answered, each “rather yes” to everything."""
    survey = running(units, **changes)
    for part in survey.parts.all():
        for _person in range(people):
            answer(survey, part=part)
    operations.close_survey(survey=survey, by=person("coordination"))
    return survey


def part_of(survey: Survey, unit: str = "Bürgeramt") -> SurveyPart:
    """The part of a survey about one institution."""
    return SurveyPart.objects.select_related("survey__round__municipality", "unit").get(
        survey=survey, unit__name=unit
    )


def entrance(
    survey: Survey, channel: Channel = Channel.WEB, part: SurveyPart | None = None
) -> Entrance:
    """A way into a survey."""
    found = Entrance.objects.select_related(
        "part__unit",
        "part__survey__round__municipality",
        "part__survey__round__instrument_version__instrument",
    ).filter(part__survey=survey, channel=channel)
    entrance = (found.filter(part=part) if part else found).first()
    assert entrance
    return entrance


def door(survey: Survey, channel: Channel = Channel.WEB) -> Door:
    """What stands behind a way in."""
    return door_of(entrance(survey, channel))


def answer(
    survey: Survey,
    answers: dict[int, int] | None = None,
    *,
    channel: Channel = Channel.WEB,
    language: str = "de",
    text: str = "",
    part: SurveyPart | None = None,
) -> Counted:
    """One person answers; without a ticket of a page of theirs."""
    way = entrance(survey, channel, part)
    digest = digest_of(new_ticket(survey.pk), survey.pk)
    assert digest
    return count(
        survey_id=survey.pk,
        entrance_id=way.pk,
        part_id=way.part_id,
        language=language,
        answers=answers if answers is not None else {n: 2 for n in range(1, 6)},
        text=text,
        digest=digest,
    )
