"""Asking about instruments."""

from collections.abc import Iterator
from functools import lru_cache

from django.db.models import Count, QuerySet

from chancencheck.accounts.models import User
from chancencheck.instruments import history, kept
from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.models import (
    InstrumentVersion,
    QualityArea,
    Question,
    Requirement,
    Scale,
)
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission


def versions_visible_to(user: User) -> QuerySet[InstrumentVersion]:
    """Versions of the person's cities: drafts for who may import, released ones for everybody."""
    standing = standing_of(user)
    editors = {
        key for key in standing.municipality_ids if may_in(user, key, Permission.INSTRUMENT_EDIT)
    }
    mine = InstrumentVersion.objects.filter(
        instrument__municipality_id__in=standing.municipality_ids
    )
    drafts_of_others = mine.filter(state=VersionState.DRAFT).exclude(
        instrument__municipality_id__in=editors
    )
    return (
        mine.exclude(pk__in=drafts_of_others.values("pk"))
        .select_related("instrument__municipality")
        .annotate(number_of_requirements=Count("requirements"))
    )


def released_versions(municipality: Municipality) -> QuerySet[InstrumentVersion]:
    """Versions a round can be made from."""
    return InstrumentVersion.objects.filter(
        instrument__municipality=municipality,
        state__in=[VersionState.PILOT, VersionState.ADOPTED],
    )


def areas_of(version: InstrumentVersion, wording_id: int | None = None) -> list[QualityArea]:
    """Areas that have requirements, with those and their scales.

    `wording_id`: a later version of mere rewording whose words are shown instead. The words of a
    released version do not change, so they are read once per process and then kept.
    """
    if version.is_released:
        return list(_released_areas(version.pk, wording_id))
    return _read_areas(version.pk)


def requirement_of(
    version: InstrumentVersion, key: str, wording_id: int | None = None
) -> Requirement:
    """One requirement with area and scale; Requirement.DoesNotExist if the version has none."""
    for area in areas_of(version, wording_id):
        for requirement in area.requirements.all():
            if requirement.key == key:
                return requirement
    raise Requirement.DoesNotExist(key)


@lru_cache(maxsize=2000)
def released_requirement(
    version_id: int, key: str, wording_id: int | None = None
) -> Requirement | None:
    """One requirement of a version of a round, without asking the database."""
    rows = (r for area in _released_areas(version_id, wording_id) for r in area.requirements.all())
    return next((r for r in rows if r.key == key), None)


@lru_cache(maxsize=64)
def _released_areas(version_id: int, wording_id: int | None) -> tuple[QualityArea, ...]:
    areas = _read_areas(version_id)
    if wording_id is not None:
        _put_words(areas, _read_areas(wording_id))
    return tuple(areas)


def questions_in(
    version_id: int, *, is_released: bool, wording_id: int | None = None
) -> tuple[Question, ...]:
    """All questions of a version in their order; kept like its areas once it is released."""
    if not is_released:
        return _read_questions(version_id)
    return _released_questions(version_id, wording_id)


@lru_cache(maxsize=64)
def _released_questions(version_id: int, wording_id: int | None) -> tuple[Question, ...]:
    rows = _read_questions(version_id)
    if wording_id is not None:
        newer = {_place(row): row.text for row in _read_questions(wording_id)}
        for row in rows:
            row.text = newer.get(_place(row), row.text)
    return rows


def _place(question: Question) -> tuple[str, str]:
    requirement = question.requirement
    return (requirement.key if requirement else "", question.key)


def _read_questions(version_id: int) -> tuple[Question, ...]:
    return tuple(Question.objects.filter(version_id=version_id).select_related("requirement"))


def _put_words(areas: list[QualityArea], newer: list[QualityArea]) -> None:
    """Replace words by those of a reworded version. What is not words stays as it is."""
    names = {area.key: area for area in _with_parents(newer)}
    requirements = {r.key: r for area in newer for r in area.requirements.all()}
    for area in _with_parents(areas):
        if twin := names.get(area.key):
            area.name, area.summary = twin.name, twin.summary
    for area in areas:
        for requirement in area.requirements.all():
            if words := requirements.get(requirement.key):
                for field in ("title", "text", "help", "who_knows"):
                    setattr(requirement, field, getattr(words, field))
                place = f"{requirement.key}/text"  # reworded, it may not be original any more
                area.version.origins[place] = list(words.version.origin_of(place))
                _put_level_words(requirement.scale, words.scale)


def _with_parents(areas: list[QualityArea]) -> Iterator[QualityArea]:
    for area in areas:
        around: QualityArea | None = area
        while around is not None:
            yield around
            around = around.parent


def _put_level_words(scale: Scale, newer: Scale) -> None:
    words = {level.value: level for level in newer.levels.all()}
    for level in scale.levels.all():
        if twin := words.get(level.value):
            level.name, level.description = twin.name, twin.description


def forget_released() -> None:
    """Forget what is kept; needed only where a database is thrown away (tests, the example)."""
    _released_areas.cache_clear()
    _released_questions.cache_clear()
    released_requirement.cache_clear()
    history.forget()
    kept.forget()


def tree_of(version: InstrumentVersion) -> list[QualityArea]:
    """All areas in their order, also those that only hold other areas."""
    areas = list(
        QualityArea.objects.filter(version=version).prefetch_related("requirements__scale__levels")
    )
    by_id = {area.pk: area for area in areas}
    for area in areas:
        area.version = version
        area.parent = by_id[area.parent_id] if area.parent_id else None
        for requirement in area.requirements.all():
            requirement.area, requirement.version = area, version
    return areas


def _read_areas(version_id: int) -> list[QualityArea]:
    version = InstrumentVersion.objects.get(pk=version_id)
    return [area for area in tree_of(version) if area.requirements.all()]
