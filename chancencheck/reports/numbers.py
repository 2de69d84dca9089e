"""What is calculated from the levels of one institution, where its instrument says how.

Everything comes from the frozen result, so nothing changes afterwards; results of instruments that
calculate nothing, and results from before, show none. Only areas, never a total, and never beside
another institution.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from chancencheck.assessments.results import AreaResult, RequirementResult, ResultContent
from chancencheck.instruments.choices import Aggregation
from chancencheck.reports.rules import Weighed, occurrences, weighted_mean, weighted_sum


@dataclass(frozen=True)
class AreaNumbers:
    """One area on one scale. `is_whole`: an area together with all areas inside it.

    Of `mean`, `points` (with their maximum) and `stops` only what the instrument asks for is set.
    """

    name: str
    is_whole: bool
    low: str
    high: str
    counted: int
    total: int
    mean: Decimal | None = None
    points: tuple[int, int] | None = None
    stops: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Numbers:
    """All that is calculated for a result, and which requirements weigh more than once."""

    kind: Aggregation
    areas: list[AreaNumbers]
    heavier: list[tuple[str, int]]


def numbers_of(content: ResultContent) -> Numbers | None:
    """What the instrument lets be calculated; None where that is nothing."""
    kind = Aggregation(content.aggregation)
    if kind == Aggregation.NONE or not content.areas:
        return None
    weights = [(r.key, r.weight) for r in content.requirements if r.weight and r.weight > 1]
    heavier = weights if kind in (Aggregation.MEAN, Aggregation.SUM) else []
    return Numbers(kind, list(_areas(kind, content.areas)), heavier)


def _areas(kind: Aggregation, areas: list[AreaResult]) -> Iterator[AreaNumbers]:
    nested: dict[str, list[AreaResult]] = {}
    for area in areas:
        # also of an area that has requirements of its own beside those inside it
        nested.setdefault(area.outer or area.name, []).append(area)
    for outer, inside in nested.items():
        if len(inside) > 1:
            rows = [r for area in inside for r in area.requirements]
            yield from _by_scale(kind, outer, rows, is_whole=True)
        for area in inside:
            yield from _by_scale(kind, area.name, area.requirements, is_whole=False)


def _by_scale(
    kind: Aggregation, name: str, rows: Iterable[RequirementResult], *, is_whole: bool
) -> Iterator[AreaNumbers]:
    """One line per scale: values of different scales are never put together."""
    scales: dict[str, list[RequirementResult]] = {}
    for row in rows:
        scales.setdefault(row.scale, []).append(row)
    for found in scales.values():
        yield _area(kind, name, found, is_whole=is_whole)


def _area(
    kind: Aggregation, name: str, rows: list[RequirementResult], *, is_whole: bool
) -> AreaNumbers:
    agreed = [row for row in rows if row.is_level]
    levels = [
        Weighed(row.level, row.weight, row.highest)
        for row in agreed
        if row.level is not None and row.weight is not None and row.highest is not None
    ]
    return AreaNumbers(
        name,
        is_whole,
        *_ends(rows[0]),
        counted=len(agreed),
        total=len(rows),
        mean=weighted_mean(levels) if kind == Aggregation.MEAN else None,
        points=weighted_sum(levels) if kind == Aggregation.SUM and levels else None,
        stops=_stops(agreed) if kind == Aggregation.DISTRIBUTION and agreed else (),
    )


def _ends(row: RequirementResult) -> tuple[str, str]:
    if row.is_range or not row.stops:
        return str(row.lowest), str(row.highest)
    return f"{row.lowest} ({row.stops[0]})", f"{row.highest} ({row.stops[-1]})"


def _stops(agreed: list[RequirementResult]) -> tuple[tuple[str, int], ...]:
    names = agreed[0].stops
    # `place` is the middle of a stop on a line from 0 to 1
    found = [int(row.place * len(names)) for row in agreed if row.place is not None]
    return tuple(zip(names, occurrences(found, len(names)), strict=True))
