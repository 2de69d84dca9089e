"""Asking about instruments."""

from functools import lru_cache

from django.db.models import Count, QuerySet

from chancencheck.accounts.models import User
from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.models import (
    InstrumentVersion,
    QualityArea,
    Question,
    Requirement,
)
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission


def versions_visible_to(user: User) -> QuerySet[InstrumentVersion]:
    """Versions of the person's cities: drafts for who may import, released ones for everybody."""
    standing = standing_of(user)
    editors = {
        key for key in standing.municipality_ids if may_in(user, key, Permission.INSTRUMENT_IMPORT)
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
        instrument__municipality=municipality, state=VersionState.RELEASED
    )


def areas_of(version: InstrumentVersion) -> list[QualityArea]:
    """Areas with their requirements and scales.

    A released version never changes, so it is read once per process and then kept.
    """
    if version.is_released:
        return list(_released_areas(version.pk))
    return _read_areas(version.pk)


def requirement_of(version: InstrumentVersion, key: str) -> Requirement:
    """One requirement with area and scale; Requirement.DoesNotExist if the version has none."""
    for area in areas_of(version):
        for requirement in area.requirements.all():
            if requirement.key == key:
                return requirement
    raise Requirement.DoesNotExist(key)


@lru_cache(maxsize=2000)
def released_requirement(version_id: int, key: str) -> Requirement | None:
    """One requirement of a version that is known to be released, without asking the database."""
    rows = (r for area in _released_areas(version_id) for r in area.requirements.all())
    return next((r for r in rows if r.key == key), None)


@lru_cache(maxsize=64)
def _released_areas(version_id: int) -> tuple[QualityArea, ...]:
    return tuple(_read_areas(version_id))


def questions_in(version_id: int, *, is_released: bool) -> tuple[Question, ...]:
    """All questions of a version in their order; kept like its areas once it is released."""
    return _released_questions(version_id) if is_released else _read_questions(version_id)


@lru_cache(maxsize=64)
def _released_questions(version_id: int) -> tuple[Question, ...]:
    return _read_questions(version_id)


def _read_questions(version_id: int) -> tuple[Question, ...]:
    return tuple(Question.objects.filter(version_id=version_id))


def forget_released() -> None:
    """Forget what is kept; needed only where a database is thrown away (tests, the example)."""
    _released_areas.cache_clear()
    _released_questions.cache_clear()
    released_requirement.cache_clear()


def _read_areas(version_id: int) -> list[QualityArea]:
    areas = list(
        QualityArea.objects.filter(version_id=version_id).prefetch_related(
            "requirements__scale__levels"
        )
    )
    for area in areas:
        for requirement in area.requirements.all():
            requirement.area = area
    return areas
