"""Asking about assessments. Nothing here tells who rated what."""

from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import Answer, Share
from chancencheck.assessments.models import (
    Assessment,
    Distribution,
    Evidence,
    Exclusion,
    Finding,
    IndividualRating,
    Result,
    TeamMember,
    Voice,
)
from chancencheck.assessments.results import read
from chancencheck.assessments.rules import (
    Progress,
    author_key,
    disagreement,
    may_open,
    progress,
    spread,
    thin_sheets,
)
from chancencheck.instruments.choices import QuestionKind
from chancencheck.instruments.history import Rewording, rewording
from chancencheck.instruments.models import (
    InstrumentVersion,
    QualityArea,
    Question,
    Requirement,
    Scale,
)
from chancencheck.instruments.queries import areas_of, questions_in, released_requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import AFTER_REPORT, GRANTS, Permission
from chancencheck.rounds.choices import RoundKind, RoundState, Stage
from chancencheck.rounds.models import Participation


def key_of(user: User, assessment: Assessment) -> str:
    """The person's own pseudonym in this assessment. Needs the salt, so it ends with the release."""
    if assessment.salt is None:
        raise NotAllowedNow("the answers of single people are deleted")
    return author_key(settings.SECRET_KEY, bytes(assessment.salt), user.pk, user.seal)


def sealed_keys_of(user: User, assessment: Assessment) -> list[str]:
    """Pseudonyms of the person from before their account was opened with a link.

    Their answers still count until they are given anew; nobody can read them any more.
    """
    if assessment.salt is None:
        return []
    salt = bytes(assessment.salt)
    return [author_key(settings.SECRET_KEY, salt, user.pk, seal) for seal in range(user.seal)]


# ------------------------------------------------------------------ the instrument


def areas_in(assessment: Assessment) -> list[QualityArea]:
    """Areas of the version this assessment is pinned to, in the words the round reads today."""
    run = assessment.participation.round
    return areas_of(run.instrument_version, run.wording_id)


def questions_of(
    requirement: Requirement, wording_id: int | None = None
) -> tuple[list[Question], list[Question]]:
    """The standard questions of the version, and the questions to think about.

    Rounds are pinned to released versions, so the questions are kept. `wording_id`: the version
    whose words the round has taken over, if any.
    """
    rows = questions_in(requirement.version_id, is_released=True, wording_id=wording_id)
    standard = [q for q in rows if q.kind == QuestionKind.STANDARD]
    return standard, [
        q for q in rows if q.kind == QuestionKind.REFLECTION and q.requirement_id == requirement.pk
    ]


def rewording_of(
    assessment: Assessment, requirement: Requirement | None = None
) -> Rewording | None:
    """What reads differently since the round took over new wording; of one page, or of all."""
    run = assessment.participation.round
    if run.wording_id is None:
        return None
    found = rewording(run.instrument_version_id, run.wording_id)
    if requirement is None:
        return found
    parts = [requirement.key, f"scale:{requirement.scale.key}", "standard"]
    area: QualityArea | None = requirement.area
    while area is not None:
        parts.append(f"area:{area.key}")
        area = area.parent
    return found.around(*parts)


def exclusions_of(assessment: Assessment) -> dict[int, Exclusion]:
    """Requirements that do not apply, by requirement id."""
    return {row.requirement_id: row for row in assessment.exclusions.all()}


# ------------------------------------------------------------------- the own view


@dataclass(frozen=True)
class SheetRow:
    """One requirement on the person's own sheet."""

    requirement: Requirement
    answer: Answer
    is_for_me: bool
    is_here: bool = False

    @property
    def mark(self) -> str:
        """CSS mark of the small strip."""
        if self.is_here:
            return "is-here"
        if self.answer in (Answer.LEVEL, Answer.CANNOT_JUDGE):
            return "is-done"
        return "is-skipped" if self.answer == Answer.SKIPPED else "is-open"


@dataclass(frozen=True)
class SheetArea:
    """A quality area on the own sheet."""

    area: QualityArea
    rows: list[SheetRow]

    @property
    def is_here(self) -> bool:
        """Whether the page being read lies in this area."""
        return any(row.is_here for row in self.rows)


@dataclass(frozen=True)
class SheetGroup:
    """A quality area with all areas inside it, for the small strip."""

    area: QualityArea
    rows: list[SheetRow]

    @property
    def is_here(self) -> bool:
        """Whether the page being read lies in it."""
        return any(row.is_here for row in self.rows)


@dataclass(frozen=True)
class AnswerSheet:
    """An answer sheet of the instrument. `is_thin`: fewer people have it than the floor."""

    key: str
    name: str
    help: str
    is_thin: bool = False


@dataclass(frozen=True)
class Sheet:
    """The person's own sheet: their own progress, seen by nobody else.

    `others`: what is not on the person's answer sheet; everybody may still answer it, it does not
    count here.
    """

    areas: list[SheetArea]
    is_finished: bool
    answer_sheet: AnswerSheet | None = None
    others: list[SheetArea] = field(default_factory=list)

    @property
    def rows(self) -> list[SheetRow]:
        """All rows in order."""
        return [row for area in self.areas for row in area.rows]

    @property
    def total(self) -> int:
        """Requirements that apply."""
        return len(self.rows)

    @property
    def done(self) -> int:
        """Requirements answered with a level or with "cannot judge"."""
        return sum(row.answer in (Answer.LEVEL, Answer.CANNOT_JUDGE) for row in self.rows)

    @property
    def next_open(self) -> Requirement | None:
        """The first requirement without an answer, handed-over ones first; then skipped ones."""
        open_rows = [row for row in self.rows if row.answer == Answer.OPEN]
        skipped = [row for row in self.rows if row.answer == Answer.SKIPPED]
        ordered = sorted(open_rows, key=lambda row: not row.is_for_me) + skipped
        return ordered[0].requirement if ordered else None

    @property
    def groups(self) -> list[SheetGroup]:
        """The rows by outermost area."""
        groups: list[SheetGroup] = []
        for area in self.areas:
            outer = area.area.outermost
            if not groups or groups[-1].area != outer:
                groups.append(SheetGroup(outer, []))
            groups[-1].rows.extend(area.rows)
        return groups

    @property
    def area_here(self) -> SheetArea | None:
        """The area of the page being read, on the own sheet or beside it."""
        return next((area for area in [*self.areas, *self.others] if area.is_here), None)

    def neighbour(self, requirement: Requirement, offset: int) -> Requirement | None:
        """The requirement of the own sheet before (-1) or after (+1) this one, if there is one."""
        place = requirement.position
        every = [row.requirement for row in self.rows]
        before = [r for r in every if r.position < place]
        after = [r for r in every if r.position > place]
        if offset < 0:
            return before[-1] if before else None
        return after[0] if after else None


def own_sheet(user: User, assessment: Assessment, here: str = "") -> Sheet:
    """The sheet of this person. `here`: key of the requirement whose page is open."""
    version = assessment.participation.round.instrument_version
    answer_sheet = answer_sheet_of(user, assessment, version)
    mine = key_of(user, assessment)
    answers = dict(
        assessment.ratings.filter(author_key=mine).values_list("requirement_id", "answer")
    )
    for_me = set(
        assessment.handovers.filter(member__user=user).values_list("requirement_id", flat=True)
    )
    excluded = exclusions_of(assessment)
    areas: list[SheetArea] = []
    others: list[SheetArea] = []
    for area in areas_in(assessment):
        rows = [
            SheetRow(r, Answer(answers.get(r.pk, Answer.OPEN)), r.pk in for_me, r.key == here)
            for r in area.requirements.all()
            if r.pk not in excluded
        ]
        for is_mine, place in ((True, areas), (False, others)):
            found = [row for row in rows if _is_on(row, answer_sheet) == is_mine]
            if found:
                place.append(SheetArea(area, found))
    is_finished = assessment.sheets.filter(author_key=mine).exists()
    return Sheet(areas, is_finished, answer_sheet, others)


def _is_on(row: SheetRow, sheet: AnswerSheet | None) -> bool:
    # what was handed to somebody is theirs, whatever sheet they have
    keys = row.requirement.sheet_keys
    return sheet is None or not keys or sheet.key in keys or row.is_for_me


def answer_sheet_of(
    user: User, assessment: Assessment, version: InstrumentVersion
) -> AnswerSheet | None:
    """The answer sheet the lead chose for this person; None if everything is theirs.

    No query where the instrument has no sheets.
    """
    if not version.sheets:
        return None
    chosen = dict(assessment.members.filter(is_active=True).values_list("user_id", "sheet_key"))
    key = chosen.get(user.pk, "")
    row = next((row for row in version.sheets if row["key"] == key), None)
    if row is None:
        return None
    floor = assessment.participation.round.municipality.minimum_group_size
    is_thin = bool(thin_sheets([key], list(chosen.values()), floor))
    return AnswerSheet(key, row["name"], row["help"], is_thin)


@dataclass(frozen=True)
class SheetChoice:
    """An answer sheet as the lead sees it on the page of the team."""

    key: str
    name: str
    help: str
    number: int  # requirements on it
    people: int | None  # only where they are too few: then the lead reads a sentence


def sheets_for_lead(assessment: Assessment, members: list[TeamMember]) -> list[SheetChoice]:
    """The sheets of the instrument, with a word of warning where too few people have one."""
    version = assessment.participation.round.instrument_version
    if not version.sheets:
        return []
    floor = assessment.participation.round.municipality.minimum_group_size
    keys = [row["key"] for row in version.sheets]
    thin = {t.key: t.people for t in thin_sheets(keys, [m.sheet_key for m in members], floor)}
    excluded = exclusions_of(assessment)
    on = [
        r.sheet_keys
        for area in areas_in(assessment)
        for r in area.requirements.all()
        if r.pk not in excluded
    ]
    return [
        SheetChoice(
            key=row["key"],
            name=row["name"],
            help=row["help"],
            number=sum(not keys or row["key"] in keys for keys in on),
            people=thin.get(row["key"]),
        )
        for row in version.sheets
    ]


def own_rating(
    user: User, assessment: Assessment, requirement: Requirement
) -> IndividualRating | None:
    """The person's own rating, if there is one."""
    return assessment.ratings.filter(
        author_key=key_of(user, assessment), requirement=requirement
    ).first()


@dataclass(frozen=True)
class RatingDesk:
    """What is needed to save a rating again: where it lies, and which values fit."""

    assessment_id: int
    requirement_id: int
    author_key: str
    scale: Scale
    is_pilot: bool


# Written out, because building this query costs Django more than the database needs to answer it,
# and this is the one query of every keystroke's save (docs/performance.md).
DESK_SQL = """
    SELECT a.salt, r.instrument_version_id, r.kind
    FROM assessments_teammember m
    JOIN assessments_assessment a ON a.id = m.assessment_id
    JOIN rounds_participation p ON p.id = a.participation_id
    JOIN rounds_round r ON r.id = p.round_id
    JOIN organisations_membership s
      ON s.user_id = m.user_id AND s.municipality_id = r.municipality_id
    WHERE m.assessment_id = %s AND m.user_id = %s AND m.is_active
      AND p.stage = %s AND r.state = %s
"""


def rating_desk(user: User, assessment_id: int, key: str) -> RatingDesk | None:
    """The desk of a team member while the team rates; one query. None sends to the long way.

    People save far more often than they do anything else, so this way is short.
    """
    if assessment_id >= 2**63:  # no such row, and no database takes the number
        return None
    with connection.cursor() as cursor:
        cursor.execute(DESK_SQL, [assessment_id, user.pk, Stage.RATING, RoundState.OPEN])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    requirement = released_requirement(row[1], key)
    if requirement is None:
        return None
    pseudonym = author_key(settings.SECRET_KEY, bytes(row[0]), user.pk, user.seal)
    is_pilot = row[2] == RoundKind.PILOT
    return RatingDesk(assessment_id, requirement.pk, pseudonym, requirement.scale, is_pilot)


def own_ratings(user: User, assessment: Assessment) -> dict[int, IndividualRating]:
    """All own ratings by requirement id, for the print-out."""
    rows = assessment.ratings.filter(author_key=key_of(user, assessment))
    return {row.requirement_id: row for row in rows}


# ----------------------------------------------------------------------- the team


@dataclass(frozen=True)
class TeamProgress:
    """How far the team is. `done` and `total` are set only when numbers may be told."""

    state: Progress
    can_open: bool
    done: int | None = None
    total: int | None = None


def team_progress(assessment: Assessment) -> TeamProgress:
    """How far the team is, never who. Who left still counts, so that nothing can be subtracted.

    Sheets of paper are not in these numbers: whoever types them in could subtract them.
    """
    floor = assessment.participation.round.municipality.minimum_group_size
    total = assessment.members.count()
    sheets = list(assessment.sheets.values_list("is_paper", flat=True))
    done = sheets.count(False)
    state = progress(done, total, floor)
    numbers = {"done": done, "total": total} if state == Progress.SOME else {}
    return TeamProgress(state, may_open(done, floor, sheets.count(True)), **numbers)


def members_of(assessment: Assessment) -> QuerySet[TeamMember]:
    """The people in the team today."""
    return assessment.members.filter(is_active=True).select_related("user")


# ------------------------------------------------------------------- the workshop


@dataclass(frozen=True)
class Spread:
    """A distribution for the page: people per stop, in words and as a picture."""

    stops: list[tuple[str, int]]
    cannot_judge: int
    distance: int


@dataclass(frozen=True)
class AgendaRow:
    """One requirement on the moderator's list."""

    requirement: Requirement
    distribution: Distribution | None
    finding: Finding | None
    exclusion: Exclusion | None

    @property
    def is_settled(self) -> bool:
        """Whether the team has a result here. A requirement left out has one from the opening on."""
        return bool(self.finding and self.finding.is_settled)

    @property
    def distance(self) -> int | None:
        """Stops between the extremes, None when not shown."""
        if self.distribution is None or not self.distribution.is_shown:
            return None
        return spread(self.distribution.counts)

    @property
    def result_name(self) -> str:
        """The agreed level in words."""
        return self.requirement.scale.name_of(self.finding.level) if self.finding else ""


def agenda(assessment: Assessment, every: list[Distribution] | None = None) -> list[AgendaRow]:
    """Requirements for the workshop: the widest spread first, then those without a picture.

    `every`: the distributions of the assessment, if they are at hand already.
    """
    every = list(assessment.distributions.all()) if every is None else every
    distributions = {d.requirement_id: d for d in every if d.vote == 1}
    findings = {f.requirement_id: f for f in assessment.findings.all()}
    excluded = exclusions_of(assessment)
    rows = [
        AgendaRow(r, distributions.get(r.pk), findings.get(r.pk), excluded.get(r.pk))
        for area in areas_in(assessment)
        for r in area.requirements.all()
    ]

    def order(row: AgendaRow) -> tuple[bool, bool, float, float, int]:
        shown = row.distribution is not None and row.distribution.is_shown
        counts = row.distribution.counts if row.distribution else []
        wide, variance = disagreement(counts)
        return (bool(row.exclusion), not shown, -wide, -variance, row.requirement.position)

    return sorted(rows, key=order)


def spread_of(row: AgendaRow) -> Spread | None:
    """The frozen distribution of a requirement, or None when too few chose a level."""
    found = row.distribution
    if found is None or not found.is_shown:
        return None
    names = [stop.name for stop in row.requirement.scale.stops]
    return Spread(
        stops=list(zip(names, found.counts, strict=True)),
        cannot_judge=found.cannot_judge or 0,
        distance=spread(found.counts),
    )


def voices_of(assessment: Assessment, requirement: Requirement) -> QuerySet[Voice]:
    """Anonymous sentences of a requirement in random order, hidden ones too."""
    return assessment.voices.filter(requirement=requirement)


def finding_of(assessment: Assessment, requirement: Requirement) -> Finding:
    """The finding of a requirement; an unsaved empty one if nothing is written yet."""
    evidence = Prefetch("evidence", Evidence.objects.filter(is_removed=False))
    found = assessment.findings.filter(requirement=requirement).prefetch_related(evidence).first()
    return found or Finding(assessment=assessment, requirement=requirement)


# --------------------------------------------------------------------- the result


def evidence_visible_to(user: User, pk: UUID) -> Evidence:
    """An uploaded file the person may open, else DoesNotExist.

    Everybody who works in the assessment may; others only if the file is in a result they may read
    whole.
    """
    evidence = Evidence.objects.select_related("finding__assessment__participation__unit").get(
        pk=pk, file__gt=""
    )
    assessment = evidence.finding.assessment
    if Assessment.objects.visible_to(user).filter(pk=assessment.pk).exists():
        return evidence
    for result in assessment.results.filter(pk__in=results_visible_to(user).values("pk")):
        content = read(result.content, share_for(user, result))
        if any(row["id"] == str(evidence.pk) for r in content.requirements for row in r.evidence):
            return evidence
    raise Evidence.DoesNotExist


def results_visible_to(user: User) -> QuerySet[Result]:
    """Released results the person may read, in whichever cut `share_for` says."""
    standing = standing_of(user)
    readers = GRANTS[Permission.RESULT_VIEW]
    at_once = standing.municipalities_with(readers - AFTER_REPORT)
    later = standing.municipalities_with(AFTER_REPORT)
    city = "assessment__participation__round__municipality_id__in"
    report = "assessment__participation__round__report_on__lte"
    return Result.objects.filter(
        Q(assessment__in=Assessment.objects.visible_to(user))
        | Q(**{city: at_once})
        | Q(**{city: later, report: timezone.localdate()})
    )


def share_for(user: User, result: Result) -> Share:
    """How much of a result this person sees: those who made it all, others what was shared."""
    assessment = result.assessment
    standing = standing_of(user)
    if (
        assessment.participation.unit_id in standing.led_unit_ids
        or assessment.moderator_id == user.pk
        or assessment.members.filter(user=user, is_active=True).exists()
    ):
        return Share.ALL
    # the last word of the institution holds for its older editions too
    newest = assessment.results.first()
    return Share(newest.share) if newest else Share(result.share)


def latest_results(user: User) -> list[Result]:
    """The newest edition of each result the person may read, by round and institution."""
    rows = (
        results_visible_to(user)
        .select_related("assessment__participation__unit", "assessment__participation__round")
        .defer("content")
        .order_by(
            "-assessment__participation__round__starts_on",
            "assessment__participation__unit__name",
            "-edition",
        )
    )
    seen: dict[int, Result] = {}
    for row in rows:
        seen.setdefault(row.assessment_id, row)
    return list(seen.values())


# ---------------------------------------------------------------- for the lead and others


def participations_led_by(user: User) -> QuerySet[Participation]:
    """Participations of the institutions the person leads."""
    return Participation.objects.shown().filter(unit_id__in=standing_of(user).led_unit_ids)


def is_team_member(user: User, assessment: Assessment) -> bool:
    """Whether the person is in the team today."""
    return assessment.members.filter(user=user, is_active=True).exists()


def lacks_results(assessment: Assessment) -> bool:
    """Whether a requirement still has no result; no query where `findings` are prefetched."""
    total = sum(len(area.requirements.all()) for area in areas_in(assessment))
    return sum(finding.is_settled for finding in assessment.findings.all()) < total


def open_requirements(assessment: Assessment) -> list[AgendaRow]:
    """What still lacks a result before the lead can release."""
    return [row for row in agenda(assessment) if not row.is_settled]


def stage_is(assessment: Assessment, *stages: Stage) -> bool:
    """Whether the institution is at one of these stages."""
    return assessment.stage in stages
