"""What stands behind the code of an entrance: everything a page of a survey needs.

Read at most every few seconds per process, because many people open the same page. Whether answers
are still counted, the counting itself decides (`counting.count`).
"""

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from chancencheck.citizens.languages import EASY, ORIGINAL, Language, language
from chancencheck.instruments.translations import translations_of
from chancencheck.organisations.models import Municipality
from chancencheck.surveys.choices import Channel, SurveyState
from chancencheck.surveys.models import Entrance, Survey

FRESH = 5.0  # seconds
KEPT = 2000  # doors at once
_doors: dict[str, tuple[float, "Door"]] = {}


@dataclass(frozen=True)
class Asked:
    """One question: its number, its German words, and its current translations by language."""

    number: int
    requirement_key: str
    original: str
    texts: dict[str, str]


@dataclass(frozen=True)
class Door:
    """An entrance with its survey."""

    code: str
    entrance_id: int
    part_id: int
    survey: Survey
    city: Municipality
    unit_name: str
    is_of_partner: bool
    place: str
    channel: Channel
    questions: tuple[Asked, ...]
    offered: tuple[Language, ...]

    @property
    def is_open(self) -> bool:
        """Whether answers are counted today."""
        return self.survey.state == SurveyState.OPEN and self._is_day

    @property
    def is_before(self) -> bool:
        """Whether it opens on a later day."""
        return self.survey.state == SurveyState.OPEN and _today() < self.survey.opens_on

    @property
    def _is_day(self) -> bool:
        return self.survey.opens_on <= _today() <= self.survey.closes_on

    @property
    def total(self) -> int:
        """How many steps there are, the open question included."""
        return len(self.questions) + self.survey.has_open_question

    @property
    def is_kiosk(self) -> bool:
        """Whether many people answer on the same device."""
        return self.channel == Channel.KIOSK

    def speaks(self, code: str) -> bool:
        """Whether the survey is offered in a language."""
        return any(each.code == code for each in self.offered)


def _today() -> date:
    return timezone.localdate()


def door(code: str) -> Door | None:
    """The door of a code; None if there is none, or its survey was never opened."""
    now = time.monotonic()
    read, found = _doors.get(code, (0.0, None))
    if found is None or now - read > FRESH:
        found = _read(code)
        if found is None:
            _doors.pop(code, None)
            return None
        if len(_doors) >= KEPT:
            _doors.clear()
        _doors[code] = (now, found)
    return found


def forget_doors() -> None:
    """Read all doors afresh next time."""
    _doors.clear()


def _read(code: str) -> Door | None:
    entrance = (
        Entrance.objects.select_related(
            "part__unit",
            "part__survey__round__municipality",
            "part__survey__round__instrument_version__instrument",
        )
        .exclude(part__survey__state=SurveyState.DRAFT)
        .filter(code=code)
        .first()
    )
    return door_of(entrance) if entrance else None


def door_of(entrance: Entrance) -> Door:
    """The door of an entrance, also while the survey is still being made (for its preview)."""
    survey = entrance.part.survey
    questions = questions_of(survey)
    return Door(
        code=entrance.code,
        entrance_id=entrance.pk,
        part_id=entrance.part_id,
        survey=survey,
        city=survey.municipality,
        unit_name=entrance.part.name,
        is_of_partner=entrance.part.is_of_partner,
        place=entrance.place,
        channel=Channel(entrance.channel),
        questions=questions,
        offered=tuple(
            language(code)
            for code in survey.languages
            if code != EASY or all(EASY in asked.texts for asked in questions)
        ),
    )


def questions_of(survey: Survey) -> tuple[Asked, ...]:
    """The questions of a survey in their order, in the words with which it began: new wording that
    flows into a running round leaves them alone. An outdated translation is left out: people would
    answer something else than what is counted."""
    rows = list(survey.questions.select_related("question__requirement"))
    known = translations_of(survey.round.instrument_version)
    asked = []
    for row in rows:
        question: Any = row.question
        texts = {
            code: found.text
            for code, found in known.get(question.pk, {}).items()
            if not found.is_outdated(question) and (found.is_checked or code != EASY)
        }
        asked.append(
            Asked(
                row.number,
                question.requirement.key,
                question.text,
                {**texts, ORIGINAL: question.text},
            )
        )
    return tuple(asked)
