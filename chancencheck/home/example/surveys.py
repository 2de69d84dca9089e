"""The citizens' voice of the example city. Who answered what is invented, by chance but the same
each time; it is counted through the same operations as real answers."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.barriers import operations as barriers
from chancencheck.barriers.choices import BarrierState
from chancencheck.barriers.models import BarrierReport
from chancencheck.instruments.models import Question
from chancencheck.instruments.translations import citizen_questions
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.rounds.models import Round
from chancencheck.surveys import operations as surveys
from chancencheck.surveys.choices import DoneState, TextState
from chancencheck.surveys.counting import count
from chancencheck.surveys.models import Entrance, FreeText, Survey, SurveyPart
from chancencheck.surveys.rules import INSIDE_FLOOR, PUBLIC_FLOOR
from chancencheck.surveys.tickets import digest_of, new_ticket

CONTENT = Path(__file__).parent / "content" / "surveys.yaml"


def content() -> dict[str, Any]:
    """What is told about surveys in the example."""
    data: dict[str, Any] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return data


def build_pilot_survey(
    run: Round, units: dict[str, Unit], leads: dict[str, User], by: User
) -> None:
    """The survey of the pilot: closed, and published for two of the institutions."""
    data = content()["pilot"]
    survey = _make(run, data, units, timezone.localdate(), by)
    surveys.close_survey(survey=survey, by=by)
    for key, told in data["published"].items():
        part = SurveyPart.objects.select_related("survey").get(survey=survey, unit=units[key])
        _publish(part, told, leads[key], by)
        SurveyPart.objects.filter(pk=part.pk).update(published_on=data["results"])
    Survey.objects.filter(pk=survey.pk).update(
        opens_on=data["opens"], closes_on=data["closes"], results_on=data["results"]
    )


def build_running_surveys(run: Round, units: dict[str, Unit], by: User) -> None:
    """One survey that is over, so that the workshop can talk about it, and one that runs."""
    today = timezone.localdate()
    for data in content()["running"]:
        opens, closes, results = (today + timedelta(days=n) for n in data["days"])
        survey = _make(run, data, units, max(closes, today), by)
        if closes < today:
            surveys.close_survey(survey=survey, by=by)
        Survey.objects.filter(pk=survey.pk).update(
            opens_on=opens, closes_on=closes, results_on=results
        )


def _make(
    run: Round, data: dict[str, Any], units: dict[str, Unit], until: date, by: User
) -> Survey:
    asked: dict[str, Question] = {}
    for question in citizen_questions(run.instrument_version):
        asked.setdefault(question.requirement.key, question)  # type: ignore[union-attr]
    entry = surveys.SurveyInput(
        name=data["name"],
        units=[units[key] for key in data["agree"]],
        questions=[asked[key] for key in data["questions"]],
        languages=data["languages"],
        opens_on=timezone.localdate(),
        closes_on=until,
        results_on=until + timedelta(days=1),
        inside_floor=INSIDE_FLOOR,
        public_floor=PUBLIC_FLOOR,
        has_open_question=True,
        needs_code=False,
        is_one_page=False,
    )
    survey = surveys.create_survey(run=run, entry=entry, by=by)
    parts = list(survey.parts.all())
    for place, channels in data["places"].items():
        surveys.add_place(survey=survey, parts=parts, place=place, channels=channels, by=by)
    surveys.open_survey(survey=survey, by=by)
    by_unit = {unit.pk: key for key, unit in units.items()}
    for part in parts:
        key = by_unit[part.unit_id or 0]
        _answer(survey, part, data, data["agree"][key])
        for language, words in data.get("waiting", {}).get(key, []):
            FreeText.objects.create(part=part, language=language, text=words)
    return survey


def _answer(survey: Survey, part: SurveyPart, data: dict[str, Any], yes: dict[str, int]) -> None:
    chance = random.Random(f"{data['name']} {part.name}")
    entrances = list(Entrance.objects.filter(part=part).order_by("place", "channel"))
    for _person in range(data["people"]):
        # German is asked for most often; everything else shares the rest
        language = chance.choices(data["languages"], [12, *[2] * (len(data["languages"]) - 1)])[0]
        count(
            survey_id=survey.pk,
            entrance_id=chance.choice(entrances).pk,
            part_id=part.pk,
            language=language,
            answers=_answers(chance, data["questions"], yes),
            text="",
            digest=digest_of(new_ticket(survey.pk), survey.pk) or "",
        )


def _answers(chance: random.Random, keys: list[str], yes: dict[str, int]) -> dict[int, int]:
    answers = {}
    for number, key in enumerate(keys, start=1):
        if chance.random() < 0.05:
            continue  # left out
        if chance.random() < 0.08:
            answers[number] = 5
        elif chance.random() * 10 < yes[key]:
            answers[number] = chance.choice((1, 2))
        else:
            answers[number] = chance.choice((3, 4))
    return answers


def _publish(part: SurveyPart, told: dict[str, Any], lead: User, by: User) -> None:
    reader = lead if part.is_of_partner else by
    for words in told["texts"]:
        text = FreeText.objects.create(part=part, language="de", text=words)
        surveys.review_text(
            text=text, state=TextState.INSIDE, published=words, reason="", by=reader
        )
    surveys.save_said_done(
        part=part,
        entries=[
            surveys.SaidDoneInput(row["said"], row["done"], DoneState(row["state"]))
            for row in told["pairs"]
        ],
        by=lead,
    )
    surveys.publish_part(part=part, by=lead)


def report_barriers(city: Municipality, units: dict[str, Unit], leads: dict[str, User]) -> None:
    """Two reports of barriers, one of them answered."""
    for number, row in enumerate(content()["barriers"]):
        barriers.report_barrier(
            municipality=city,
            unit=units[row["unit"]],
            where=row["where"],
            what=row["what"],
            contact=row["contact"],
            language="de",
            token=f"example {number}",
        )
        if row["state"]:
            report = BarrierReport.objects.get(municipality=city, where=row["where"])
            barriers.answer_report(
                report=report,
                revision=report.revision,
                state=BarrierState(row["state"]),
                answer=row["answer"],
                unit=report.unit,
                by=leads[row["unit"]],
            )
