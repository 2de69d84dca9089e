"""Reading released results of many institutions side by side."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import Outcome, Share
from chancencheck.assessments.models import Assessment, Result
from chancencheck.assessments.permissions import roles_for
from chancencheck.assessments.queries import results_visible_to
from chancencheck.assessments.results import RequirementResult
from chancencheck.instruments.models import QualityArea, Requirement
from chancencheck.instruments.queries import areas_of
from chancencheck.organisations.choices import UnitKind
from chancencheck.organisations.models import Unit
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import AFTER_REPORT, GRANTS, OWN, Permission
from chancencheck.reports.rules import PATTERN_MINIMUM, Pattern, patterns
from chancencheck.rounds.models import Participation, Round
from chancencheck.surveys.choices import Gap
from chancencheck.surveys.models import SurveyPart
from chancencheck.surveys.queries import reader_of_part, voices_about
from chancencheck.surveys.results import Answered, Voice
from chancencheck.surveys.rules import gap


@dataclass(frozen=True)
class Cell:
    """One requirement of one institution: always a word, the tone only repeats it."""

    kind: str  # level, split, na, none (not shared), open (not released)
    name: str = ""
    tone: int = 0  # 1 to 4 from start to end


@dataclass(frozen=True)
class Row:
    """One requirement with a cell per institution of the page."""

    requirement: Requirement
    cells: list[Cell]


@dataclass(frozen=True)
class Told:
    """A pattern with its requirement and the names of the levels meant."""

    requirement: Requirement
    number: int
    total: int
    levels: str


@dataclass(frozen=True)
class Overview:
    """Patterns in sentences, then the matrix."""

    low: list[Told]
    high: list[Told]
    rows: list[tuple[QualityArea, list[Row]]]
    released: int
    readable: set[int]  # participations whose result the person may open


def reads_results(user: User, run: Round) -> bool:
    """Whether the person reads results of the round now; some bodies only from the report date on."""
    roles = standing_of(user).roles_in(run.municipality_id) & GRANTS[Permission.RESULT_VIEW]
    is_reported = run.report_on is not None and run.report_on <= timezone.localdate()
    return bool(roles) if is_reported else bool(roles - AFTER_REPORT)


def divisions_of(run: Round) -> QuerySet[Unit]:
    """Divisions (Dezernate) that have an institution in the round."""
    return Unit.objects.filter(
        kind=UnitKind.DIVISION, children__participations__round=run
    ).distinct()


def newest_results(user: User, run: Round) -> dict[int, Result]:
    """The newest edition per participation that the person may read, without its long content."""
    newest = (
        Result.objects.filter(assessment_id=OuterRef("assessment_id"))
        .order_by("-edition")
        .values("pk")[:1]
    )
    rows = (
        results_visible_to(user)
        .filter(assessment__participation__round=run, pk=Subquery(newest))
        .values_list("assessment__participation_id", "share", "summary", named=True)
    )
    return {row.assessment__participation_id: row for row in rows}  # type: ignore[misc]


def overview(
    run: Round,
    results: dict[int, Result],
    columns: list[Participation],
    area_key: str,
    unit_ids: set[int] | None,
) -> Overview:
    """Patterns over the round (or one division) and the matrix of the institutions of this page.

    `results`: the newest readable ones. `columns`: participations of the page; `unit_ids`: participations that count for the patterns,
    None for all.
    """
    areas = [a for a in areas_of(run.instrument_version, run.wording_id) if area_key in ("", a.key)]
    requirements = {r.key: r for area in areas for r in area.requirements.all()}
    counted = [
        row.summary
        for pk, row in results.items()
        if row.share == Share.ALL and (unit_ids is None or pk in unit_ids)
    ]
    stops = {
        key: [s[key]["stop"] for s in counted if key in s and s[key]["stop"] is not None]
        for key in requirements
    }
    sizes = {key: len(r.scale.stops) for key, r in requirements.items()}
    low, high = patterns(stops, sizes)
    return Overview(
        low=[_told(p, requirements[p.key], upper=False) for p in low],
        high=[_told(p, requirements[p.key], upper=True) for p in high],
        rows=[
            (
                area,
                [
                    Row(r, [_cell(r, results.get(column.pk)) for column in columns])
                    for r in area.requirements.all()
                ],
            )
            for area in areas
        ],
        released=len(counted),
        readable=set(results),
    )


def _told(pattern: Pattern, requirement: Requirement, *, upper: bool) -> Told:
    names = [stop.name for stop in requirement.scale.stops]
    half = len(names) // 2
    chosen = names[-half:] if upper else names[:half]
    return Told(requirement, pattern.number, pattern.total, " / ".join(chosen))


def _cell(requirement: Requirement, result: Result | None) -> Cell:
    if result is None:
        return Cell("open")
    found = result.summary.get(requirement.key)
    if result.share != Share.ALL or found is None:
        return Cell("none")
    if found["outcome"] == Outcome.DISSENT:
        return Cell("split")
    if found["stop"] is None:
        return Cell("na")
    stops = requirement.scale.stops
    tone = 1 + round(found["stop"] * 3 / max(1, len(stops) - 1))
    return Cell("level", stops[found["stop"]].name, tone)


# ------------------------------------------------------------------- what citizens say beside it


@dataclass(frozen=True)
class Beside:
    """What citizens answered to one question, and how it lies beside the team's level."""

    text: str
    voice: Voice | None
    gap: Gap | None


@dataclass(frozen=True)
class Talk:
    """A requirement on which team and citizens see different things."""

    requirement: RequirementResult
    gap: Gap
    said: list[Beside]


def citizens_beside(user: User, assessment: Assessment) -> dict[str, list[Answered]]:
    """What citizens say about the institution, as far as this person may read it.

    Its own people read all of it; coordination and coordinating group, of a partner, only what its
    lead has published.
    """
    part = assessment.participation
    roles = roles_for(user, assessment) & GRANTS[Permission.CITIZENS_VIEW]
    return voices_about(part.unit, part.round, public_only=not roles, shared_only=not roles & OWN)


def voices_in(
    voices: dict[str, list[Answered]], requirements: list[RequirementResult]
) -> dict[str, list[Beside]]:
    """Answers beside each requirement by its key; nothing where citizens were not asked at all."""
    return {
        row.key: [_beside(answer, row.place) for answer in voices.get(row.key, [])]
        for row in requirements
        if voices
    }


def gaps_in(voices: dict[str, list[Answered]], requirements: list[RequirementResult]) -> list[Talk]:
    """Requirements with a gap, in the order of the instrument."""
    found = []
    for row in requirements:
        said = [_beside(answer, row.place) for answer in voices.get(row.key, [])]
        clear = [b for b in said if b.gap in (Gap.MORE_CRITICAL, Gap.MORE_POSITIVE)]
        if clear and clear[0].gap:
            found.append(Talk(row, clear[0].gap, clear))
    return found


def _beside(answer: Answered, place: float | None) -> Beside:
    voice = answer.voice
    is_told = voice is not None and voice.is_judged
    return Beside(answer.text, voice, gap(place, voice.values) if voice and is_told else None)


@dataclass(frozen=True)
class GapPattern:
    """In how many of the institutions that asked citizens see it differently."""

    requirement: Requirement
    critical: int
    positive: int
    total: int


def gap_patterns(
    run: Round,
    results: dict[int, Result],
    parts: list[SurveyPart],
    unit_ids: set[int] | None,
    *,
    public_only: bool,
) -> list[GapPattern]:
    """Where citizens see it differently in several institutions. Patterns, never one institution.

    `unit_ids`: participations that count, None for all. Told from `PATTERN_MINIMUM` institutions on
    that asked the question, released levels and have enough answers.
    """
    if len(parts) < PATTERN_MINIMUM:
        return []
    unit_of = dict(run.participations.values_list("pk", "unit_id"))
    summaries = {
        unit_of[pk]: row.summary
        for pk, row in results.items()
        if row.share == Share.ALL and (unit_ids is None or pk in unit_ids)
    }
    sizes = {
        r.key: len(r.scale.stops)
        for area in areas_of(run.instrument_version, run.wording_id)
        for r in area.requirements.all()
    }
    gaps: dict[str, list[Gap]] = {}
    for part in parts:
        summary = summaries.get(part.unit_id or 0, {})
        for answer in reader_of_part(part, public_only=public_only).answers(part.pk):
            stop = summary.get(answer.key, {}).get("stop")
            size = sizes.get(answer.key, 0)
            place = None if stop is None or not size else (stop + 0.5) / size
            found = _beside(answer, place).gap
            if found:
                gaps.setdefault(answer.key, []).append(found)
    return [
        GapPattern(r, critical, positive, len(gaps[r.key]))
        for area in areas_of(run.instrument_version, run.wording_id)
        for r in area.requirements.all()
        if len(gaps.get(r.key, [])) >= PATTERN_MINIMUM
        and (
            (critical := gaps[r.key].count(Gap.MORE_CRITICAL))
            + (positive := gaps[r.key].count(Gap.MORE_POSITIVE))
        )
    ]
