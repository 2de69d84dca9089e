"""Citizens' questions in other languages: what there is, what is missing, what is outdated."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from chancencheck.instruments.choices import QuestionKind
from chancencheck.instruments.models import InstrumentVersion, Question, QuestionTranslation

FOLDER = Path(__file__).parent / "data" / "translations"


@dataclass(frozen=True)
class Translated:
    """One question beside its translation in one language, if there is one."""

    question: Question
    translation: QuestionTranslation | None

    @property
    def state(self) -> str:
        """missing, outdated, draft or checked."""
        if self.translation is None:
            return "missing"
        if self.translation.is_outdated(self.question):
            return "outdated"
        return "checked" if self.translation.is_checked else "draft"


def citizen_questions(version: InstrumentVersion) -> list[Question]:
    """The citizens' questions of a version with their requirement, in its order."""
    return list(
        version.questions.filter(kind=QuestionKind.CITIZEN)
        .select_related("requirement__area__parent__parent")  # for the full name
        .order_by("requirement__position", "position")
    )


def translations_of(version: InstrumentVersion) -> dict[int, dict[str, QuestionTranslation]]:
    """Translations by question id and language."""
    return _known(version, citizen_questions(version))


def in_language(version: InstrumentVersion, code: str) -> list[Translated]:
    """Every citizens' question beside its translation in one language."""
    questions = citizen_questions(version)
    known = _known(version, questions)
    return [Translated(q, known[q.pk].get(code)) for q in questions]


def side_by_side(version: InstrumentVersion, codes: Iterable[str]) -> list[list[Translated]]:
    """Every citizens' question with one entry per language, in the order of `codes`."""
    wanted = list(codes)
    questions = citizen_questions(version)
    known = _known(version, questions, wanted)
    return [[Translated(q, known[q.pk].get(code)) for code in wanted] for q in questions]


def states_by_language(version: InstrumentVersion, codes: Iterable[str]) -> dict[str, Counter[str]]:
    """How many citizens' questions are in which state (see `Translated.state`), by language."""
    questions = citizen_questions(version)
    known = _known(version, questions)
    return {
        code: Counter(Translated(q, known[q.pk].get(code)).state for q in questions)
        for code in codes
    }


def _known(
    version: InstrumentVersion, questions: list[Question], codes: Iterable[str] | None = None
) -> dict[int, dict[str, QuestionTranslation]]:
    rows: dict[tuple[str, str], dict[str, QuestionTranslation]] = {}
    found = version.instrument.translations.all()
    for row in found if codes is None else found.filter(language__in=codes):
        rows.setdefault((row.requirement_key, row.question_key), {})[row.language] = row
    return {
        question.pk: rows.get((question.requirement.key, question.key), {})  # type: ignore[union-attr]
        for question in questions
    }


@lru_cache(maxsize=4)
def shipped(instrument_key: str) -> dict[str, dict[str, str]]:
    """Translations that come with an instrument: by language, German words → words. All drafts."""
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["texts"]
        for path in sorted((FOLDER / instrument_key).glob("*.yaml"))
    }
