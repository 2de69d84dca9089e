"""Reading instruments in, and looking after their translations."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.format import InstrumentFile
from chancencheck.instruments.models import (
    EarlierText,
    Instrument,
    InstrumentVersion,
    Question,
    QuestionTranslation,
    Remark,
)
from chancencheck.instruments.packages import find_target, kept_remarks, settled
from chancencheck.instruments.storage import write_version
from chancencheck.instruments.translations import citizen_questions, shipped
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission


class PreviewIsOld(Exception):
    """What was here has changed since the preview was shown."""


@transaction.atomic
def import_instrument(
    *, file: InstrumentFile, municipality: Municipality, by: User, seen: str | None = None
) -> InstrumentVersion:
    """Read a checked file in as a draft. A draft of the same number is replaced.

    Texts without a key get one; translations of the file fill what is missing here. Remarks stay
    where their text is still there. `seen`: the digest of what the person was shown before.
    """
    if not may_in(by, municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    instrument, _made = Instrument.objects.get_or_create(municipality=municipality, key=file.key)
    Instrument.objects.select_for_update().get(pk=instrument.pk)
    target = find_target(file, municipality)
    if seen is not None and seen != target.digest:
        raise PreviewIsOld
    keyed = settled(file, target, municipality)
    remarks, _lost = kept_remarks(target, keyed)
    earlier = list(target.draft.earlier_texts.all()) if target.draft else []
    if target.draft:
        target.draft.delete()
    version = write_version(instrument=instrument, file=keyed, base=target.base)
    for remark in remarks:
        remark.pk, remark.version = None, version
    for text in earlier:
        text.pk, text.version = None, version
    Remark.objects.bulk_create(remarks)
    EarlierText.objects.bulk_create(earlier)
    take_translations(version, keyed)
    take_moved_translations(version)
    _take_shipped_translations(version)
    record(
        action=Action.INSTRUMENT_IMPORTED,
        by=by,
        municipality_key=municipality.pk,
        what=str(version),
    )
    return version


def take_translations(version: InstrumentVersion, file: InstrumentFile) -> None:
    """Add the file's translations where there is none in that language yet."""
    instrument = version.instrument
    known = _known_translations(instrument)
    words = {
        (spec.key, q.key): q.text for spec in file.requirements for q in spec.citizen_questions
    }
    QuestionTranslation.objects.bulk_create(
        QuestionTranslation(
            instrument=instrument,
            language=row.language,
            requirement_key=row.requirement,
            question_key=row.question,
            original=row.original or words[row.requirement, row.question],
            text=row.text,
            checked_by=row.checked_by,
            checked_on=date.fromisoformat(row.checked_on) if row.checked_on else None,
        )
        for row in file.translations
        if (row.language, row.requirement, row.question) not in known
    )


def _known_translations(instrument: Instrument) -> set[tuple[str, str, str]]:
    return set(instrument.translations.values_list("language", "requirement_key", "question_key"))


def take_moved_translations(version: InstrumentVersion) -> None:
    """A question that stands at a new place takes its translations along, checks included.

    Found by the same German words in the same instrument; the row of the old place stays, because
    older versions still ask there.
    """
    instrument = version.instrument
    rows = list(instrument.translations.order_by("pk"))
    known = {(row.language, row.requirement_key, row.question_key) for row in rows}
    by_words: dict[str, dict[str, QuestionTranslation]] = {}
    for row in rows:
        of_these = by_words.setdefault(row.original, {})
        if row.is_checked or row.language not in of_these:  # what is checked goes first
            of_these[row.language] = row
    QuestionTranslation.objects.bulk_create(
        QuestionTranslation(
            instrument=instrument,
            language=code,
            requirement_key=question.requirement.key,
            question_key=question.key,
            original=row.original,
            text=row.text,
            checked_by=row.checked_by,
            checked_on=row.checked_on,
        )
        for question in citizen_questions(version)
        if question.requirement
        for code, row in by_words.get(question.text, {}).items()
        if (code, question.requirement.key, question.key) not in known
    )


def _take_shipped_translations(version: InstrumentVersion) -> None:
    """Add what comes with the instrument for questions that have no translation yet, as drafts."""
    instrument = version.instrument
    known = _known_translations(instrument)
    QuestionTranslation.objects.bulk_create(
        QuestionTranslation(
            instrument=instrument,
            language=code,
            requirement_key=question.requirement.key,
            question_key=question.key,
            original=question.text,
            text=texts[question.text],
        )
        for question in citizen_questions(version)
        if question.requirement
        for code, texts in shipped(instrument.key).items()
        if question.text in texts and (code, question.requirement.key, question.key) not in known
    )


@dataclass(frozen=True)
class TranslationInput:
    """What somebody wrote for one question; `checked_by` empty means nobody has checked it."""

    question: Question
    text: str
    checked_by: str
    checked_on: date | None


@transaction.atomic
def save_translations(
    *, version: InstrumentVersion, language: str, entries: list[TranslationInput], by: User
) -> None:
    """Keep the translations of one language. An empty text takes a translation away."""
    municipality = version.instrument.municipality
    if not may_in(by, municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    for entry in entries:
        requirement = entry.question.requirement
        assert requirement is not None  # citizens' questions belong to a requirement
        place: dict[str, Any] = {
            "instrument": version.instrument,
            "language": language,
            "requirement_key": requirement.key,
            "question_key": entry.question.key,
        }
        if not entry.text:
            QuestionTranslation.objects.filter(**place).delete()
            continue
        QuestionTranslation.objects.update_or_create(
            **place,
            defaults={
                "original": entry.question.text,
                "text": entry.text,
                "checked_by": entry.checked_by,
                "checked_on": entry.checked_on,
            },
        )
    record(
        action=Action.TRANSLATION_CHANGED,
        by=by,
        municipality_key=municipality.pk,
        what=f"{version} ({language})",
    )
