"""The rounds before: what the same institution held on to, how far it compares, and what to confirm.

Levels stand beside each other only where both years asked the same; where not, `Past.bond` says why.
Everything is cut to what the person may read of the earlier result.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import OuterRef, QuerySet, Subquery

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Assessment, Result, TeamMember
from chancencheck.assessments.results import RequirementResult, ResultContent, read
from chancencheck.instruments.history import Bond, Descent, descents
from chancencheck.instruments.models import Requirement
from chancencheck.organisations.queries import standing_of

EARLIER = 5  # so many rounds a trend looks back


def last_result_before(assessment: Assessment) -> Result | None:
    """The newest result of the same institution from an earlier round."""
    return _before(assessment).first()


def results_before(assessment: Assessment) -> list[Result]:
    """The newest edition of each of the last rounds of the institution, the latest round first."""
    return list(_before(assessment)[:EARLIER])


def _before(assessment: Assessment) -> QuerySet[Result]:
    part = assessment.participation
    if part.round.starts_on is None:
        return Result.objects.none()
    newest = (
        Result.objects.filter(assessment_id=OuterRef("assessment_id"))
        .order_by("-edition")
        .values("pk")[:1]
    )
    return (
        Result.objects.filter(
            pk=Subquery(newest),
            assessment__participation__unit_id=part.unit_id,
            assessment__participation__round__starts_on__lt=part.round.starts_on,
            assessment__participation__round__municipality_id=part.round.municipality_id,
        )
        .select_related("assessment__participation__round")
        .order_by("-assessment__participation__round__starts_on", "-pk")
    )


def shares_of(user: User, results: list[Result]) -> dict[int, Share]:
    """How much of each of an institution's earlier results the person sees, by result id.

    The same as `queries.share_for`, in one query for all; `results` are the newest editions.
    """
    assessments = [result.assessment for result in results]
    own = {a.pk for a in assessments if a.moderator_id == user.pk}
    own |= {a.pk for a in assessments if a.participation.unit_id in standing_of(user).led_unit_ids}
    if own != {a.pk for a in assessments}:
        own |= set(
            TeamMember.objects.filter(
                user=user, is_active=True, assessment__in=assessments
            ).values_list("assessment_id", flat=True)
        )
    return {r.pk: Share.ALL if r.assessment_id in own else Share(r.share) for r in results}


# ------------------------------------------------------------------- one requirement


@dataclass(frozen=True)
class Past:
    """What was held on to last time for one requirement.

    Words are there whenever the requirement goes back to something; the level only where it may
    stand beside the one of today.
    """

    round_name: str
    bond: Bond
    old_keys: tuple[str, ...] = ()
    outcome: str = ""
    level_name: str = ""
    place: float | None = None
    low_name: str = ""
    high_name: str = ""
    strengths: tuple[str, ...] = ()
    potentials: tuple[str, ...] = ()

    @property
    def is_comparable(self) -> bool:
        """Whether both years asked the same."""
        return self.bond in (Bond.SAME, Bond.WORDING)

    @property
    def has_words(self) -> bool:
        """Whether there is something to read from then."""
        return bool(self.strengths or self.potentials)


@dataclass(frozen=True)
class Words:
    """Only the words of last time: what may be read before the own view is given."""

    round_name: str
    strengths: tuple[str, ...]
    potentials: tuple[str, ...]


class Earlier:
    """One earlier result, as far as somebody may read it, seen from a version of today."""

    def __init__(
        self, result: Result, share: Share, line: dict[str, Descent] | None, *, is_same: bool
    ) -> None:
        self.round_name = result.assessment.participation.round.name
        self.share = share
        self.rows = read(result.content, share).by_key()
        self.line = line
        self.is_same = is_same

    def past_of(self, key: str, text: str, stops: list[str]) -> Past | None:
        """What was held on to for a requirement; None if nothing can be said about it."""
        descent = self._descent(key, text, stops)
        if descent is None or not self.rows:
            return None
        rows = [self.rows[old] for old in descent.old_keys if old in self.rows]
        if descent.bond == Bond.NEW:
            return Past(self.round_name, Bond.NEW)
        return self._past(descent, rows) if rows else None

    def _descent(self, key: str, text: str, stops: list[str]) -> Descent | None:
        if self.is_same:
            return Descent((key,), Bond.SAME)
        if self.line is not None:
            return self.line.get(key)
        # no line between the two versions: comparable if sentence and scale are the very same
        row = self.rows.get(key)
        if row is None:
            return None
        is_same = row.text == text and row.stops == stops
        return Descent((key,), Bond.SAME if is_same else Bond.MEANING)

    def _past(self, descent: Descent, rows: list[RequirementResult]) -> Past:
        strengths = tuple(text for row in rows for text in row.strengths)
        potentials = tuple(text for row in rows for text in row.potentials)
        words = (strengths, potentials)
        if not descent.is_comparable:
            return _without_level(self.round_name, descent, *words)
        row = rows[0]
        return Past(
            self.round_name,
            descent.bond,
            descent.old_keys,
            row.outcome,
            row.level_name,
            row.place,
            row.low_name,
            row.high_name,
            *words,
        )


def _without_level(
    name: str, descent: Descent, strengths: tuple[str, ...], potentials: tuple[str, ...]
) -> Past:
    return Past(name, descent.bond, descent.old_keys, strengths=strengths, potentials=potentials)


def earlier(version_id: int, results: Iterable[tuple[Result, Share]]) -> list[Earlier]:
    """Earlier results seen from the version of an assessment, in the given order."""
    pairs = list(results)
    versions = [result.assessment.participation.round.instrument_version_id for result, _ in pairs]
    return [
        Earlier(result, share, _line(version_id, old), is_same=old == version_id)
        for (result, share), old in zip(pairs, versions, strict=True)
    ]


def _line(newer_id: int, older_id: int) -> dict[str, Descent] | None:
    return None if newer_id == older_id else descents(newer_id, older_id)


def past_of(
    assessment: Assessment,
    requirement: Requirement,
    previous: Result | None,
    share: Share = Share.ALL,
) -> Past | None:
    """Last round's finding for a requirement of today."""
    if previous is None:
        return None
    version_id = assessment.participation.round.instrument_version_id
    stops = [stop.name for stop in requirement.scale.stops]
    found = earlier(version_id, [(previous, share)])[0]
    return found.past_of(requirement.key, requirement.text, stops)


def words_of(past: Past | None) -> Words | None:
    """The words alone, without the level and all that would tell it."""
    if past is None or not past.has_words:
        return None
    return Words(past.round_name, past.strengths, past.potentials)


# ------------------------------------------------------------------- to confirm


@dataclass(frozen=True)
class Offer:
    """A sentence of last time that the team can keep. `kind`: strength or potential."""

    kind: str
    text: str

    @property
    def sign(self) -> str:
        """What its button says; a result corrected meanwhile cannot be mistaken for another."""
        return sha256(f"{self.kind} {self.text}".encode()).hexdigest()[:16]


def offers_of(past: Past | None, kept: Iterable[str] = ()) -> list[Offer]:
    """Sentences of last time that are not among the kept ones yet."""
    if past is None:
        return []
    known = {_plain(text) for text in kept}
    both = (("strength", past.strengths), ("potential", past.potentials))
    return [
        Offer(kind, text) for kind, texts in both for text in texts if _plain(text) not in known
    ]


def _plain(text: str) -> str:
    return " ".join(text.split())


# ------------------------------------------------------------------- the profile of a result


@dataclass(frozen=True)
class Point:
    """One round in a trend."""

    round_name: str
    outcome: str
    level_name: str


@dataclass(frozen=True)
class ProfileRow:
    """One line of the profile: now, last time beside it, and how it went over the rounds.

    `trend` is empty unless two earlier rounds compare with this one; the oldest comes first.
    """

    now: RequirementResult
    past: Past | None
    trend: list[Point] = field(default_factory=list)

    @property
    def places(self) -> dict[str, float | None]:
        """Places on the line for the picture; the last round only where it can be compared."""
        comparable = self.past is not None and self.past.is_comparable
        return {
            "team": self.now.place,
            "low": self.now.low_place,
            "high": self.now.high_place,
            "past": self.past.place if self.past is not None and comparable else None,
        }


@dataclass(frozen=True)
class ProfileArea:
    """One area of the profile."""

    name: str
    stops: list[str]
    rows: list[ProfileRow]


def profile(content: ResultContent, round_name: str, before: list[Earlier]) -> list[ProfileArea]:
    """The profile of a result. `before`: earlier results, the latest first."""
    return [
        ProfileArea(
            area.name, area.stops, [_row(now, round_name, before) for now in area.requirements]
        )
        for area in content.areas
    ]


def _row(now: RequirementResult, round_name: str, before: list[Earlier]) -> ProfileRow:
    found = [each.past_of(now.key, now.text, now.stops) for each in before]
    points = [
        Point(past.round_name, past.outcome, past.level_name)
        for past, each in zip(found, before, strict=True)
        if past is not None and past.is_comparable and each.share == Share.ALL
    ]
    trend = [Point(round_name, now.outcome, now.level_name), *points] if len(points) > 1 else []
    return ProfileRow(now, found[0] if found else None, trend[::-1])
