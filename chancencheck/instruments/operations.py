"""Reading instruments in and releasing them. A released version never changes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.format import InstrumentFile
from chancencheck.instruments.models import (
    Instrument,
    InstrumentVersion,
    Question,
    QuestionTranslation,
)
from chancencheck.instruments.places import with_keys
from chancencheck.instruments.storage import read_version, write_version
from chancencheck.instruments.translations import citizen_questions, shipped
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission


class VersionIsReleased(Exception):
    """A version with this number is already released and cannot be replaced."""


@transaction.atomic
def import_instrument(
    *, file: InstrumentFile, municipality: Municipality, by: User
) -> InstrumentVersion:
    """Read a checked file in as a draft. A draft of the same number is replaced.

    Texts without a key get one; translations of the file fill what is missing here.
    """
    if not may_in(by, municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    instrument, _made = Instrument.objects.get_or_create(municipality=municipality, key=file.key)
    existing = instrument.versions.filter(number=file.version).first()
    if existing is not None:
        if existing.is_released or existing.successors.exists():
            raise VersionIsReleased
        existing.areas.all().delete()
        existing.delete()
    base = instrument.versions.filter(number=file.follows).first() if file.follows else None
    before = base or instrument.versions.order_by("-pk").first()
    keyed = with_keys(file, read_version(before) if before else None)
    version = write_version(instrument=instrument, file=keyed, base=base)
    _take_translations(version, keyed)
    _take_shipped_translations(version)
    record(
        action=Action.INSTRUMENT_IMPORTED,
        by=by,
        municipality_key=municipality.pk,
        what=str(version),
    )
    return version


@transaction.atomic
def release_version(*, version: InstrumentVersion, by: User) -> None:
    """Fix the words. From now on rounds can be made from this version."""
    municipality = version.instrument.municipality
    if not may_in(by, municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    locked = InstrumentVersion.objects.select_for_update().get(pk=version.pk)
    if locked.is_released:
        raise VersionIsReleased
    locked.state = VersionState.ADOPTED
    locked.released_on = timezone.localdate()
    locked.save()
    record(
        action=Action.INSTRUMENT_RELEASED,
        by=by,
        municipality_key=municipality.pk,
        what=str(version),
    )


def _take_translations(version: InstrumentVersion, file: InstrumentFile) -> None:
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
