"""The frozen content of a result: made once at release, read ever after.

The content is plain JSON with its own format number, so that a result of 2021 can still be read
when tables have long changed.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from chancencheck.assessments.choices import Outcome, Share
from chancencheck.assessments.models import Assessment, Evidence, Finding
from chancencheck.instruments.choices import Aggregation
from chancencheck.instruments.models import Requirement
from chancencheck.instruments.queries import areas_of
from chancencheck.instruments.rules import position, stop_index

FORMAT = 1


@dataclass(frozen=True)
class RequirementResult:
    """What is told about one requirement."""

    key: str
    title: str
    text: str
    is_original: bool
    outcome: str
    level: int | None = None
    level_name: str = ""
    place: float | None = None
    low_name: str = ""
    low_text: str = ""
    low_place: float | None = None
    high_name: str = ""
    high_text: str = ""
    high_place: float | None = None
    reason: str = ""
    strengths: list[str] = field(default_factory=list)
    potentials: list[str] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    area: str = ""  # in a protocol, the nested area it lies in
    # what a calculation needs; not there in results of instruments that ask for none
    weight: int | None = None
    scale: str = ""
    is_range: bool = False
    lowest: int | None = None
    highest: int | None = None

    @property
    def is_level(self) -> bool:
        """Whether the team agreed on a level that may be shown."""
        return self.outcome == Outcome.LEVEL and bool(self.level_name)

    @property
    def is_dissent(self) -> bool:
        """Whether two views stand side by side."""
        return self.outcome == Outcome.DISSENT

    @property
    def is_not_applicable(self) -> bool:
        """Whether it does not apply."""
        return self.outcome == Outcome.NOT_APPLICABLE


@dataclass(frozen=True)
class AreaResult:
    """One quality area with its requirements."""

    key: str
    name: str
    requirements: list[RequirementResult]
    outer: str = ""  # the name of the outermost area around a nested one

    @property
    def stops(self) -> list[str]:
        """Names of the stops if all requirements of the area share them, else nothing."""
        first = self.requirements[0].stops if self.requirements else []
        return first if all(r.stops == first for r in self.requirements) else []


@dataclass(frozen=True)
class ResultContent:
    """A whole result, as frozen."""

    scope: str
    team_size: int
    workshop_on: str
    instrument: str
    areas: list[AreaResult]
    aggregation: str = Aggregation.NONE

    @property
    def requirements(self) -> list[RequirementResult]:
        """All requirements in order."""
        return [r for area in self.areas for r in area.requirements]

    def by_key(self) -> dict[str, RequirementResult]:
        """Requirements by their stable key."""
        return {r.key: r for r in self.requirements}


def freeze(assessment: Assessment, findings: dict[int, Finding]) -> dict[str, Any]:
    """The content to keep. `findings`: by requirement id, with evidence prefetched."""
    run = assessment.participation.round
    aggregation = run.instrument_version.aggregation
    calculates = aggregation != Aggregation.NONE
    areas = []
    for area in areas_of(run.instrument_version, run.wording_id):
        rows = [
            freeze_requirement(r, findings[r.pk]) | (_freeze_weight(r) if calculates else {})
            for r in area.requirements.all()
        ]
        outer = {"outer": area.outermost.name} if area.parent_id else {}
        areas.append({"key": area.key, "name": area.full_name, "requirements": rows, **outer})
    return {
        "format": FORMAT,
        "aggregation": aggregation,
        "scope": assessment.scope,
        "team_size": assessment.team_size,
        "workshop_on": workshop_day(assessment),
        "instrument": str(run.words_of),
        "areas": areas,
    }


def _freeze_weight(requirement: Requirement) -> dict[str, Any]:
    """What a calculation needs beside the level."""
    scale = requirement.scale
    return {
        "weight": requirement.weight,
        "scale": scale.key,
        "is_range": scale.is_range,
        "lowest": scale.minimum if scale.is_range else scale.stops[0].value,
        "highest": scale.maximum if scale.is_range else scale.stops[-1].value,
    }


def workshop_day(assessment: Assessment) -> str:
    """The day of the workshop in the city's time (ISO 8601), or nothing."""
    at = assessment.workshop_at
    return timezone.localdate(at).isoformat() if at else ""


def summarise(assessment: Assessment, findings: dict[int, Finding]) -> dict[str, Any]:
    """Outcome and stop per requirement key: small enough to read for a thousand institutions."""
    version = assessment.participation.round.instrument_version
    return {
        requirement.key: {
            "outcome": findings[requirement.pk].outcome,
            "stop": _stop(requirement, findings[requirement.pk]),
        }
        for area in areas_of(version)
        for requirement in area.requirements.all()
    }


def _stop(requirement: Requirement, finding: Finding) -> int | None:
    if finding.outcome != Outcome.LEVEL or finding.level is None:
        return None
    return stop_index(requirement.scale.stops, finding.level)


def freeze_requirement(requirement: Requirement, finding: Finding) -> dict[str, Any]:
    """One requirement with what the team holds on to, as plain values."""
    scale = requirement.scale

    def place(value: int | None) -> float | None:
        return None if value is None else position(scale.stops, value)

    return {
        "key": requirement.key,
        "title": requirement.title,
        "text": requirement.text,
        "is_original": requirement.is_original,
        "outcome": finding.outcome,
        "level": finding.level if finding.outcome == Outcome.LEVEL else None,
        "level_name": scale.name_of(finding.level) if finding.outcome == Outcome.LEVEL else "",
        "place": place(finding.level) if finding.outcome == Outcome.LEVEL else None,
        **_freeze_dissent(finding, scale.name_of, place),
        "reason": finding.reason if finding.outcome == Outcome.NOT_APPLICABLE else "",
        "strengths": finding.strengths,
        "potentials": finding.potentials,
        "evidence": [_freeze_evidence(e) for e in _evidence(finding) if not e.is_removed],
        "stops": [stop.name for stop in scale.stops],
    }


def _evidence(finding: Finding) -> list[Evidence]:
    return list(finding.evidence.all()) if finding.pk else []


def _freeze_dissent(finding: Finding, name_of: Any, place: Any) -> dict[str, Any]:
    if finding.outcome != Outcome.DISSENT:
        return {}
    return {
        "low_name": name_of(finding.low_level),
        "low_text": finding.low_text,
        "low_place": place(finding.low_level),
        "high_name": name_of(finding.high_level),
        "high_text": finding.high_text,
        "high_place": place(finding.high_level),
    }


def _freeze_evidence(evidence: Evidence) -> dict[str, str]:
    return {
        "kind": evidence.kind,
        "text": evidence.text,
        "link": evidence.link,
        "file_name": evidence.file_name,
        "id": str(evidence.pk) if evidence.file else "",
        "valid_until": evidence.valid_until.isoformat() if evidence.valid_until else "",
    }


def read(content: dict[str, Any], share: Share = Share.ALL) -> ResultContent:
    """The content as it may be told under this sharing. The one place where it is cut down."""
    if share == Share.PARTICIPATION:
        areas = []
    else:
        areas = [
            AreaResult(
                area["key"],
                area["name"],
                [read_requirement(row, share) for row in area["requirements"]],
                area.get("outer", ""),
            )
            for area in content["areas"]
        ]
    return ResultContent(
        scope=content["scope"],
        team_size=content["team_size"],
        workshop_on=content["workshop_on"],
        instrument=content["instrument"],
        areas=areas,
        # what is calculated from levels goes where the levels go
        aggregation=content.get("aggregation", Aggregation.NONE)
        if share == Share.ALL
        else Aggregation.NONE,
    )


# With "words only" neither a level nor what would tell it (two views with their levels, evidence).
_LEVEL_FIELDS = ("level", "level_name", "place", "low_name", "low_place", "high_name", "high_place")


def read_requirement(row: dict[str, Any], share: Share = Share.ALL) -> RequirementResult:
    """One frozen requirement as it may be told under this sharing."""
    if share == Share.WORDS:
        row = {k: v for k, v in row.items() if k not in (*_LEVEL_FIELDS, "evidence")}
    evidence = [
        {**e, "valid_until": date.fromisoformat(e["valid_until"]) if e["valid_until"] else None}
        for e in row.get("evidence", [])
    ]
    return RequirementResult(**{**row, "evidence": evidence})


# How many sentences the first lines of a result show; the rest follows below.
FIRST_WORDS = 5


def best_strengths(content: ResultContent) -> list[tuple[RequirementResult, str]]:
    """One strength each of the requirements that are furthest; without levels, in their order."""
    rows = sorted(content.requirements, key=lambda r: -(r.place or 0))
    return [(r, r.strengths[0]) for r in rows if r.strengths][:FIRST_WORDS]


def largest_potentials(content: ResultContent) -> list[tuple[RequirementResult, str]]:
    """One potential each of the requirements that are at the beginning."""
    rows = sorted(content.requirements, key=lambda r: 1 if r.place is None else r.place)
    return [(r, r.potentials[0]) for r in rows if r.potentials][:FIRST_WORDS]
