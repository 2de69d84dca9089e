"""What an institution took on and what became of it, beside its levels and citizens' answers.

The picture puts things side by side that happened one after the other. It claims no cause.
"""

from dataclasses import dataclass
from datetime import date

from chancencheck.accounts.models import User
from chancencheck.assessments import past, queries, results
from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Assessment, Result
from chancencheck.assessments.past import Earlier, Past
from chancencheck.assessments.results import RequirementResult
from chancencheck.measures.choices import State
from chancencheck.measures.effect import EarlierMeasure, earlier_measures
from chancencheck.measures.models import Measure
from chancencheck.measures.queries import measures_visible_to
from chancencheck.reports.queries import citizens_beside
from chancencheck.surveys.results import Answered, Voice


def chosen_measures(user: User, assessment: Assessment) -> list[Measure]:
    """What the institution took on out of this assessment, as far as the person may read it."""
    rows = measures_visible_to(user).filter(assessment=assessment).exclude(state=State.PROPOSED)
    return list(
        rows.select_related("function", "unit").prefetch_related("links").order_by("due_on", "pk")
    )


def measures_before(user: User, assessment: Assessment) -> list[EarlierMeasure]:
    """What was taken on before this round, each once, as far as the person may read it."""
    found = _readable(user, assessment)
    return list({row.measure.pk: row for rows in found.values() for row in rows}.values())


def _readable(user: User, assessment: Assessment) -> dict[str, list[EarlierMeasure]]:
    found = earlier_measures(assessment)
    keys = {row.measure.pk for rows in found.values() for row in rows}
    if not keys:
        return {}
    seen = set(measures_visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    readable = {key: [r for r in rows if r.measure.pk in seen] for key, rows in found.items()}
    return {key: rows for key, rows in readable.items() if rows}


# ------------------------------------------------------------------- the picture


@dataclass(frozen=True)
class Moment:
    """One round in a picture: what the team held on to, and what citizens answered."""

    round_name: str
    outcome: str  # level, dissent, not_applicable, not_comparable, not_shared, ""
    level: str = ""
    places: tuple[tuple[str, float], ...] = ()
    voice: Voice | None = None
    is_asked: bool = False

    @property
    def marks(self) -> dict[str, float | None]:
        """Places as the track draws them."""
        return {"team": None, "low": None, "high": None, "past": None, **dict(self.places)}


@dataclass(frozen=True)
class Bar:
    """One measure in a picture: in which rounds it ran."""

    row: EarlierMeasure
    cells: list[str]  # per round: "" | "runs" | "end"


@dataclass(frozen=True)
class Picture:
    """One requirement over the rounds, from old to new."""

    requirement: RequirementResult
    moments: list[Moment]
    bars: list[Bar]

    @property
    def stops(self) -> int:
        """Levels of the scale."""
        return len(self.requirement.stops)

    @property
    def has_citizens(self) -> bool:
        """Whether citizens were asked in any of the rounds."""
        return any(moment.is_asked for moment in self.moments)

    @property
    def levels(self) -> list[Moment]:
        """Rounds whose levels compare, for the sentence above."""
        return [moment for moment in self.moments if moment.outcome == "level"]


def pictures(user: User, shown: Result) -> list[Picture]:
    """A picture for each requirement that had a measure before this round."""
    assessment = shown.assessment
    measures = _readable(user, assessment)
    if not measures:
        return []
    share = queries.share_for(user, shown)
    content = results.read(shown.content, share)
    before = past.results_before(assessment)
    shares = past.shares_of(user, before)
    version_id = assessment.participation.round.instrument_version_id
    earlier = past.earlier(version_id, [(r, shares[r.pk]) for r in before])
    voices = [citizens_beside(user, r.assessment) for r in before]
    now = citizens_beside(user, assessment)
    found = []
    for row in content.requirements:
        if row.key not in measures:
            continue
        moments = [_then(each, row, said) for each, said in zip(earlier, voices, strict=True)][::-1]
        moments.append(_now(assessment, row, share, now))
        starts = [r.assessment.participation.round.starts_on for r in before][::-1]
        starts.append(assessment.participation.round.starts_on)
        found.append(Picture(row, moments, [_bar(m, starts) for m in measures[row.key]]))
    return found


def _then(each: Earlier, row: RequirementResult, said: dict[str, list[Answered]]) -> Moment:
    seen = each.past_of(row.key, row.text, row.stops)
    voice, is_asked = _voice(said, seen.old_keys if seen else ())
    if seen is None or each.share == Share.PARTICIPATION:
        return Moment(each.round_name, "", voice=voice, is_asked=is_asked)
    if each.share != Share.ALL:
        return Moment(each.round_name, "not_shared", voice=voice, is_asked=is_asked)
    if not seen.is_comparable:
        return Moment(each.round_name, "not_comparable")
    return Moment(
        each.round_name,
        seen.outcome,
        seen.level_name or _both(seen),
        (("team", seen.place),) if seen.place is not None else (),
        voice,
        is_asked,
    )


def _both(seen: Past) -> str:
    return f"{seen.low_name} / {seen.high_name}" if seen.low_name else ""


def _now(
    assessment: Assessment, row: RequirementResult, share: Share, said: dict[str, list[Answered]]
) -> Moment:
    voice, is_asked = _voice(said, (row.key,))
    name = assessment.participation.round.name
    if share != Share.ALL:
        return Moment(name, "not_shared", voice=voice, is_asked=is_asked)
    places = {"team": row.place, "low": row.low_place, "high": row.high_place}
    level = row.level_name or (f"{row.low_name} / {row.high_name}" if row.low_name else "")
    return Moment(
        name,
        row.outcome,
        level,
        tuple((key, place) for key, place in places.items() if place is not None),
        voice,
        is_asked,
    )


def _voice(said: dict[str, list[Answered]], keys: tuple[str, ...]) -> tuple[Voice | None, bool]:
    """The first answer to the requirement, and whether citizens were asked at all."""
    for key in keys:
        for answer in said.get(key, []):
            return answer.voice, True
    return None, False


def _bar(row: EarlierMeasure, starts: list[date | None]) -> Bar:
    """In which rounds a measure ran: from the round before it was taken on to the one it ended in."""
    begun, ended = row.measure.planned_on, row.measure.ended_on
    cells = []
    for place, start in enumerate(starts):
        after = starts[place + 1] if place + 1 < len(starts) else None
        has_begun = begun is not None and (after is None or begun < after)
        is_over = ended is not None and start is not None and ended < start
        ends_here = ended is not None and not is_over and (after is None or ended < after)
        cells.append("" if not has_begun or is_over else "end" if ends_here else "runs")
    return Bar(row, cells)
