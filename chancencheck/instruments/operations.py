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
from chancencheck.instruments.choices import HintKind, QuestionKind, VersionState
from chancencheck.instruments.format import AreaSpec, InstrumentFile, RequirementSpec, ScaleSpec
from chancencheck.instruments.models import (
    Hint,
    Instrument,
    InstrumentVersion,
    QualityArea,
    Question,
    QuestionTranslation,
    Requirement,
    Scale,
    ScaleLevel,
)
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
    """Read a checked file in as a draft. A draft of the same number is replaced."""
    if not may_in(by, municipality, Permission.INSTRUMENT_IMPORT):
        raise PermissionDenied
    instrument, _made = Instrument.objects.get_or_create(municipality=municipality, key=file.key)
    existing = instrument.versions.filter(number=file.version).first()
    if existing is not None:
        if existing.is_released:
            raise VersionIsReleased
        existing.areas.all().delete()
        existing.delete()
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=file.version,
        title=file.title,
        language=file.language,
        licence=file.licence,
        note=file.note,
        citizen_scale=[text.text for text in file.citizen_scale],
    )
    scales = {spec.key: _create_scale(version, spec) for spec in file.scales}
    Question.objects.bulk_create(
        Question(
            version=version,
            kind=QuestionKind.STANDARD,
            text=text.text,
            origin=text.origin,
            source=text.source,
            position=position,
        )
        for position, text in enumerate(file.standard_questions)
    )
    position = 0
    for area_position, area_spec in enumerate(file.areas):
        area = _create_area(version, area_spec, area_position)
        for spec in area_spec.requirements:
            _create_requirement(version, area, scales[spec.scale], spec, position)
            position += 1
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
    if not may_in(by, municipality, Permission.INSTRUMENT_IMPORT):
        raise PermissionDenied
    locked = InstrumentVersion.objects.select_for_update().get(pk=version.pk)
    if locked.is_released:
        raise VersionIsReleased
    locked.state = VersionState.RELEASED
    locked.released_on = timezone.localdate()
    locked.save()
    record(
        action=Action.INSTRUMENT_RELEASED,
        by=by,
        municipality_key=municipality.pk,
        what=str(version),
    )


def _take_shipped_translations(version: InstrumentVersion) -> None:
    """Add what comes with the instrument for questions that have no translation yet, as drafts."""
    instrument = version.instrument
    known = set(instrument.translations.values_list("language", "requirement_key", "position"))
    QuestionTranslation.objects.bulk_create(
        QuestionTranslation(
            instrument=instrument,
            language=code,
            requirement_key=question.requirement.key,
            position=question.position,
            original=question.text,
            text=texts[question.text],
        )
        for question in citizen_questions(version)
        if question.requirement
        for code, texts in shipped(instrument.key).items()
        if question.text in texts
        and (code, question.requirement.key, question.position) not in known
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
    if not may_in(by, municipality, Permission.INSTRUMENT_IMPORT):
        raise PermissionDenied
    for entry in entries:
        requirement = entry.question.requirement
        assert requirement is not None  # citizens' questions belong to a requirement
        place: dict[str, Any] = {
            "instrument": version.instrument,
            "language": language,
            "requirement_key": requirement.key,
            "position": entry.question.position,
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


def _create_scale(version: InstrumentVersion, spec: ScaleSpec) -> Scale:
    scale = Scale.objects.create(
        version=version, key=spec.key, minimum=spec.minimum, maximum=spec.maximum, step=spec.step
    )
    ScaleLevel.objects.bulk_create(
        ScaleLevel(
            scale=scale,
            value=level.value,
            name=level.name.text,
            description=level.description.text if level.description else "",
        )
        for level in spec.levels
    )
    return scale


def _create_area(version: InstrumentVersion, spec: AreaSpec, position: int) -> QualityArea:
    return QualityArea.objects.create(
        version=version,
        key=spec.key,
        name=spec.name.text,
        name_origin=spec.name.origin,
        name_source=spec.name.source,
        summary=spec.summary.text if spec.summary else "",
        position=position,
    )


def _create_requirement(
    version: InstrumentVersion,
    area: QualityArea,
    scale: Scale,
    spec: RequirementSpec,
    position: int,
) -> None:
    requirement = Requirement.objects.create(
        version=version,
        area=area,
        scale=scale,
        key=spec.key,
        title=spec.title.text,
        title_origin=spec.title.origin,
        text=spec.text.text,
        text_origin=spec.text.origin,
        text_source=spec.text.source,
        help=spec.help.text if spec.help else "",
        theme_keys=list(spec.themes),
        comparable=list(spec.comparable),
        position=position,
    )
    kinds = (
        (QuestionKind.REFLECTION, spec.reflection_questions),
        (QuestionKind.CITIZEN, spec.citizen_questions),
    )
    Question.objects.bulk_create(
        Question(
            version=version,
            requirement=requirement,
            kind=kind,
            text=text.text,
            origin=text.origin,
            source=text.source,
            position=index,
        )
        for kind, texts in kinds
        for index, text in enumerate(texts)
    )
    hints = (
        (HintKind.EVIDENCE, spec.evidence_hints),
        (HintKind.MEASURE, spec.example_measures),
    )
    Hint.objects.bulk_create(
        Hint(requirement=requirement, kind=kind, text=text.text, position=index)
        for kind, texts in hints
        for index, text in enumerate(texts)
    )
