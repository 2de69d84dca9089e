"""What people do in an assessment. Each function checks rule and permission, changes, logs.

What a single person rates is never logged.
"""

import secrets
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments import pilot
from chancencheck.assessments.choices import Answer, Outcome, Share, VoiceKind
from chancencheck.assessments.models import (
    Assessment,
    Distribution,
    Evidence,
    Exclusion,
    Finding,
    FindingRevision,
    Handover,
    IndividualRating,
    IndividualSheet,
    Result,
    TeamMember,
    Voice,
)
from chancencheck.assessments.permissions import may_with
from chancencheck.assessments.queries import (
    RatingDesk,
    exclusions_of,
    finding_of,
    key_of,
    open_requirements,
    sealed_keys_of,
    team_progress,
)
from chancencheck.assessments.results import freeze, summarise
from chancencheck.assessments.rules import (
    TEAM_MAXIMUM,
    TEAM_MINIMUM,
    Merge,
    clean_points,
    count,
    is_whole_team,
    merge,
    words_first,
)
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.models import Requirement
from chancencheck.instruments.rules import stop_index
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.operations import ensure_person, send_invitation
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.choices import RoundKind, RoundState, Stage
from chancencheck.rounds.models import Participation, Round
from chancencheck.rounds.operations import advance


class Conflict(Exception):
    """Somebody else saved in between. Holds what is saved and what both sides changed."""

    def __init__(
        self,
        saved: dict[str, Any],
        revision: int,
        fields: tuple[str, ...],
        merged: dict[str, Any],
    ) -> None:
        super().__init__(", ".join(fields))
        self.saved = saved
        self.revision = revision
        self.fields = fields
        self.merged = merged


class WordsFirst(NotAllowedNow):
    """A level needs at least one strength and one potential in words."""


class TeamSize(Exception):
    """A team has three to eight people."""


# ------------------------------------------------------------------- preparing (lead)


@transaction.atomic
def accept_participation(*, participation: Participation, by: User) -> Assessment:
    """The lead accepts; the assessment begins."""
    if participation.unit_id not in standing_of(by).led_unit_ids:
        raise PermissionDenied
    advance(participation=participation, target=Stage.PREPARING)
    assessment = Assessment.objects.create(participation=participation)
    _log(Action.PARTICIPATION_ACCEPTED, assessment, by)
    return assessment


@transaction.atomic
def set_scope(*, assessment: Assessment, scope: str, by: User) -> None:
    """Say what is assessed: the whole institution or a part of it. Fixed once the workshop begins."""
    assessment = _lock(assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING, Stage.RATING)
    assessment.scope = scope.strip()
    assessment.save(update_fields=["scope"])


@transaction.atomic
def add_member(*, assessment: Assessment, email: str, by: User, name: str = "") -> TeamMember:
    """Put a person into the team, or back into it. After the invitation they are invited at once."""
    assessment = _lock(assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING, Stage.RATING)
    municipality = assessment.participation.round.municipality
    user = ensure_person(email=email, name=name, municipality=municipality)
    member, _made = TeamMember.objects.get_or_create(assessment=assessment, user=user)
    member.is_active = True
    member.save()
    if assessment.team_size > TEAM_MAXIMUM:
        raise TeamSize
    if assessment.stage == Stage.RATING and not member.is_invited:
        _invite(assessment, member)
    _log(Action.ASSESSMENT_TEAM_CHANGED, assessment, by)
    return member


@transaction.atomic
def remove_member(*, member: TeamMember, by: User) -> None:
    """Take a person out of the team.

    Before the invitation they are simply gone. Afterwards they lose access, but still count in all
    numbers with what they answered: otherwise the lead could read off the difference.
    """
    assessment = _lock(
        member.assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING, Stage.RATING
    )
    if assessment.stage == Stage.PREPARING:
        member.delete()
    else:
        if assessment.team_size <= smallest_team(assessment):
            raise TeamSize
        member.is_active = False
        member.save()
        member.handovers.all().delete()
    _log(Action.ASSESSMENT_TEAM_CHANGED, assessment, by)


@transaction.atomic
def choose_sheets(*, assessment: Assessment, chosen: dict[int, str], by: User) -> None:
    """Say who fills in which answer sheet (member id → key of the sheet, "" for everything)."""
    assessment = _lock(assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING, Stage.RATING)
    version = assessment.participation.round.instrument_version
    members = {member.pk: member for member in assessment.members.filter(is_active=True)}
    if not set(chosen) <= set(members):
        raise NotAllowedNow("members")
    if not set(chosen.values()) <= {"", *(row["key"] for row in version.sheets)}:
        raise NotAllowedNow("sheets")
    for pk, key in chosen.items():
        members[pk].sheet_key = key
    TeamMember.objects.bulk_update(members.values(), ["sheet_key"])
    _log(Action.ASSESSMENT_TEAM_CHANGED, assessment, by)


@transaction.atomic
def name_moderator(*, assessment: Assessment, email: str, by: User, name: str = "") -> None:
    """Name who leads through the workshop."""
    assessment = _lock(
        assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING, Stage.RATING, Stage.WORKSHOP
    )
    municipality = assessment.participation.round.municipality
    user = ensure_person(email=email, name=name, municipality=municipality)
    if assessment.moderator_id == user.pk:
        return
    assessment.moderator = user
    assessment.save(update_fields=["moderator"])
    if assessment.stage != Stage.PREPARING:
        _invite_moderator(assessment)
    _log(Action.ASSESSMENT_MODERATOR, assessment, by)


@transaction.atomic
def set_applicability(
    *, assessment: Assessment, reasons: dict[int, str], handovers: dict[int, int], by: User
) -> None:
    """Say what does not apply (requirement id → reason) and who knows best (→ member id)."""
    assessment = _lock(assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING)
    version = assessment.participation.round.instrument_version_id
    known = set(Requirement.objects.filter(version=version).values_list("pk", flat=True))
    members = set(assessment.members.filter(is_active=True).values_list("pk", flat=True))
    if not set(reasons) < known or not set(handovers) <= known:
        raise NotAllowedNow("requirements")
    if not set(handovers.values()) <= members:
        raise NotAllowedNow("members")
    assessment.exclusions.all().delete()
    assessment.handovers.all().delete()
    Exclusion.objects.bulk_create(
        Exclusion(assessment=assessment, requirement_id=pk, reason=reason.strip())
        for pk, reason in reasons.items()
    )
    Handover.objects.bulk_create(
        Handover(assessment=assessment, requirement_id=pk, member_id=member)
        for pk, member in handovers.items()
        if pk not in reasons
    )


@transaction.atomic
def set_workshop(*, assessment: Assessment, at: datetime | None, place: str, by: User) -> None:
    """Set when and where the workshop takes place."""
    assessment = _lock(
        assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING, Stage.RATING, Stage.WORKSHOP
    )
    assessment.workshop_at, assessment.workshop_place = at, place.strip()
    assessment.save(update_fields=["workshop_at", "workshop_place"])


@transaction.atomic
def invite_team(*, assessment: Assessment, by: User) -> None:
    """Invite team and moderator; from now on everybody rates alone.

    Refused without a description of what is assessed, a moderator, and three to eight people.
    """
    assessment = _lock(assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING)
    if missing_for_invitation(assessment):
        raise NotAllowedNow("incomplete")
    advance(participation=assessment.participation, target=Stage.RATING)
    for member in assessment.members.select_related("user"):
        _invite(assessment, member)
    if not assessment.members.filter(user=assessment.moderator, is_active=True).exists():
        _invite_moderator(assessment)
    _log(Action.ASSESSMENT_INVITED, assessment, by)


@transaction.atomic
def set_paper_seats(*, assessment: Assessment, seats: int, by: User) -> None:
    """Say how many people of the team answer on paper.

    Once people rate, the number can only grow: otherwise somebody could be subtracted.
    """
    assessment = _lock(assessment, by, Permission.ASSESSMENT_PREPARE, Stage.PREPARING, Stage.RATING)
    if assessment.stage == Stage.RATING and seats < assessment.paper_seats:
        raise NotAllowedNow("paper seats")
    assessment.paper_seats = seats
    if assessment.team_size > TEAM_MAXIMUM:
        raise TeamSize
    assessment.save(update_fields=["paper_seats"])
    _log(Action.ASSESSMENT_TEAM_CHANGED, assessment, by)


def smallest_team(assessment: Assessment) -> int:
    """How many people a team needs: three, or more where the city has raised its floor."""
    return max(TEAM_MINIMUM, assessment.participation.round.municipality.minimum_group_size)


def missing_for_invitation(assessment: Assessment) -> list[str]:
    """What is still missing: `scope`, `team`, `moderator`."""
    checks = {
        "scope": bool(assessment.scope),
        "team": is_whole_team(
            assessment.members.filter(is_active=True).count(),
            assessment.paper_seats,
            smallest_team(assessment),
        ),
        "moderator": assessment.moderator_id is not None,
    }
    return [name for name, is_there in checks.items() if not is_there]


@transaction.atomic
def remind_team(*, assessment: Assessment, by: User) -> None:
    """Remind the whole team, at most once a day. Never single people: nobody knows who is late."""
    assessment = _lock(assessment, by, Permission.TEAM_REMIND, Stage.RATING)
    today = timezone.localdate()
    if assessment.reminded_on == today:
        raise NotAllowedNow("reminded")
    assessment.reminded_on = today
    assessment.save(update_fields=["reminded_on"])
    city = assessment.participation.round.municipality
    for member in assessment.members.filter(
        is_active=True, user__memberships__municipality=city
    ).select_related("user"):
        _mail(
            assessment, member.user, "assessments/mail/team_reminder.txt", _rating_path(assessment)
        )
    _log(Action.ASSESSMENT_REMINDED, assessment, by)


# ------------------------------------------------------------------- the own view


@dataclass(frozen=True)
class RatingInput:
    """What a person typed for one requirement."""

    answer: Answer
    level: int | None
    example: str
    share_example: bool
    idea: str
    share_idea: bool
    # about the requirement itself; only in a pilot
    understandable: str = ""
    relevant: str = ""
    missing: str = ""

    @property
    def is_about_the_instrument(self) -> bool:
        """Whether something is said that only a pilot asks."""
        return bool(self.understandable or self.relevant or self.missing)


@transaction.atomic
def save_rating(
    *, assessment: Assessment, requirement: Requirement, entry: RatingInput, revision: int, by: User
) -> IndividualRating:
    """Save the person's own view of one requirement. Nobody else is told, nothing is logged.

    `revision` is the one the form was made from (0: none yet). Raises Conflict if another window
    of the same person saved something else in between.
    """
    assessment = _lock_for_rating(assessment, by)
    if requirement.pk in exclusions_of(assessment):
        raise NotAllowedNow("excluded")
    if entry.level is not None and not requirement.scale.accepts(entry.level):
        raise NotAllowedNow("level")
    if entry.is_about_the_instrument and assessment.participation.round.kind != RoundKind.PILOT:
        raise NotAllowedNow("not a pilot")
    values = vars(entry)
    _replace_sealed(assessment, requirement, by)
    rating, made = IndividualRating.objects.select_for_update().get_or_create(
        assessment=assessment,
        requirement=requirement,
        author_key=key_of(by, assessment),
        defaults=values,
    )
    if made:
        return rating
    saved = {field: getattr(rating, field) for field in values}
    if saved == values:
        return rating
    if rating.revision != revision:
        changed = tuple(field for field in values if values[field] != saved[field])
        raise Conflict(saved, rating.revision, changed, saved)
    for field, value in values.items():
        setattr(rating, field, value)
    rating.revision += 1
    rating.save()
    return rating


# Written out like DESK_SQL in queries.py, for the same reason: it runs at every pause in typing.
RATED = tuple(field.name for field in fields(RatingInput))
SAVE_AGAIN_SQL = f"""
    UPDATE assessments_individualrating
    SET {", ".join(f"{name} = %s" for name in RATED)}, revision = revision + 1
    WHERE assessment_id = %s AND requirement_id = %s AND author_key = %s AND revision = %s
"""


def save_rating_again(*, desk: RatingDesk, entry: RatingInput, revision: int) -> int | None:
    """Save a rating that is there in this very revision; one statement. Returns the new revision.

    None if there is no such row (first answer, or another window was quicker): the caller goes the
    long way, which tells the cases apart. `desk` proved the right to rate a moment ago; should the
    workshop open in between, the distribution is made already and does not change.
    """
    if entry.level is not None and not desk.scale.accepts(entry.level):
        return None
    values: list[Any] = [getattr(entry, name) for name in RATED]
    values += [desk.assessment_id, desk.requirement_id, desk.author_key, revision]
    with connection.cursor() as cursor:
        cursor.execute(SAVE_AGAIN_SQL, values)
        return revision + 1 if cursor.rowcount else None


@transaction.atomic
def finish_sheet(*, assessment: Assessment, by: User) -> None:
    """Say to be finished. Everything can still be changed until the workshop opens."""
    assessment = _lock_for_rating(assessment, by)
    assessment.sheets.filter(author_key__in=sealed_keys_of(by, assessment)).delete()
    IndividualSheet.objects.get_or_create(assessment=assessment, author_key=key_of(by, assessment))


@transaction.atomic
def add_paper_sheet(
    *, assessment: Assessment, entries: dict[Requirement, RatingInput], by: User
) -> IndividualSheet:
    """Type in a whole sheet of paper. It gets a random key: nothing ties it to a person.

    Refused when as many sheets are there as people of the team write on paper.
    """
    assessment = _lock(assessment, by, Permission.PAPER_ENTER, Stage.RATING)
    if assessment.sheets.filter(is_paper=True).count() >= assessment.paper_seats:
        raise NotAllowedNow("sheets")
    sheet = IndividualSheet.objects.create(
        assessment=assessment, author_key=secrets.token_hex(32), is_paper=True
    )
    for requirement, entry in entries.items():
        if entry.level is not None and not requirement.scale.accepts(entry.level):
            raise NotAllowedNow("level")
        IndividualRating.objects.create(
            assessment=assessment,
            requirement=requirement,
            author_key=sheet.author_key,
            **vars(entry),
        )
    return sheet


@transaction.atomic
def remove_paper_sheet(*, assessment: Assessment, sheet_id: UUID, by: User) -> None:
    """Take a sheet back that was typed in wrongly. Only who just typed it knows its number."""
    assessment = _lock(assessment, by, Permission.PAPER_ENTER, Stage.RATING)
    sheet = assessment.sheets.filter(pk=sheet_id, is_paper=True).first()
    if sheet is None:
        raise NotAllowedNow("sheet")
    assessment.ratings.filter(author_key=sheet.author_key).delete()
    sheet.delete()


def _replace_sealed(assessment: Assessment, requirement: Requirement, by: User) -> None:
    # one person, one answer: what the person answers anew replaces what was sealed
    sealed = sealed_keys_of(by, assessment)
    if sealed:
        assessment.ratings.filter(requirement=requirement, author_key__in=sealed).delete()


def _lock_for_rating(assessment: Assessment, by: User) -> Assessment:
    # No row lock on the assessment: people of one team must not wait for each other. The stage is
    # read in this transaction; opening waits for it through the lock on the participation row.
    if not assessment.members.filter(user=by, is_active=True).exists():
        raise PermissionDenied
    stage, state = (
        Participation.objects.select_for_update(of=("self",), no_key=True)
        .values_list("stage", "round__state")
        .get(pk=assessment.participation_id)
    )
    if stage != Stage.RATING or state != RoundState.OPEN:
        raise NotAllowedNow("rating is over")
    return assessment


# ------------------------------------------------------------------- the workshop


@transaction.atomic
def open_distributions(*, assessment: Assessment, by: User) -> None:
    """Open the workshop: rating ends, every distribution is made once and then never changes.

    Refused until as many people as the floor have finished. A requirement where fewer people chose
    a level gets no numbers at all. Sentences enter only if their author ticked so.
    """
    assessment = _lock(assessment, by, Permission.DISTRIBUTION_OPEN, Stage.RATING)
    if not team_progress(assessment).can_open:
        raise NotAllowedNow("too few")
    advance(participation=assessment.participation, target=Stage.WORKSHOP)
    ratings = list(assessment.ratings.all())
    paper = set(assessment.sheets.filter(is_paper=True).values_list("author_key", flat=True))
    excluded = exclusions_of(assessment)
    version = assessment.participation.round.instrument_version
    floor = assessment.participation.round.municipality.minimum_group_size
    for requirement in version.requirements.select_related("scale").prefetch_related(
        "scale__levels"
    ):
        if requirement.pk in excluded:
            continue
        own = [r for r in ratings if r.requirement_id == requirement.pk]
        _make_distribution(assessment, requirement, own, paper, floor)
        _make_voices(assessment, requirement, own)
    for pk, exclusion in excluded.items():
        Finding.objects.get_or_create(
            assessment=assessment,
            requirement_id=pk,
            defaults={"outcome": Outcome.NOT_APPLICABLE, "reason": exclusion.reason},
        )
    _log(Action.ASSESSMENT_DISTRIBUTIONS, assessment, by)


def _make_distribution(
    assessment: Assessment,
    requirement: Requirement,
    ratings: list[IndividualRating],
    paper: set[str],
    floor: int,
) -> None:
    stops = requirement.scale.stops
    answers: dict[bool, list[int | None]] = {False: [], True: []}
    for r in ratings:
        if r.answer in (Answer.LEVEL, Answer.CANNOT_JUDGE):
            stop = None if r.level is None else stop_index(stops, r.level)
            answers[r.author_key in paper].append(stop)
    counted = count(answers[False], len(stops), floor, knowable=answers[True])
    Distribution.objects.create(
        assessment=assessment,
        requirement=requirement,
        counts=list(counted.per_stop) if counted else [],
        cannot_judge=counted.cannot_judge if counted else None,
    )


def _make_voices(
    assessment: Assessment, requirement: Requirement, ratings: list[IndividualRating]
) -> None:
    voices = [
        Voice(assessment=assessment, requirement=requirement, kind=kind, text=text)
        for r in ratings
        for kind, text, is_shared in (
            (VoiceKind.EXAMPLE, r.example, r.share_example),
            (VoiceKind.IDEA, r.idea, r.share_idea),
        )
        if is_shared and text.strip()
    ]
    # stored in the order of the random ids, so that not even the table's order tells a person
    Voice.objects.bulk_create(sorted(voices, key=lambda voice: voice.pk))


@transaction.atomic
def save_finding(
    *,
    assessment: Assessment,
    requirement: Requirement,
    values: dict[str, Any],
    revision: int,
    by: User,
) -> Finding:
    """Save what the team says about a requirement. Two people may write at once.

    `values`: the fields of `Finding.FIELDS`. Changes to different fields are merged; where both
    changed the same field, Conflict is raised and nothing is written. Raises WordsFirst for a
    level or dissent without a strength and a potential.
    """
    assessment = _lock(assessment, by, Permission.FINDING_EDIT, Stage.WORKSHOP, Stage.CORRECTING)
    values = {
        **values,
        "strengths": clean_points(values["strengths"]),
        "potentials": clean_points(values["potentials"]),
    }
    finding = finding_of(assessment, requirement)
    merged = _merge_finding(finding, values, revision)
    _check_finding(requirement, merged)
    if finding.pk and merged == finding.values():
        return finding
    for field, value in merged.items():
        setattr(finding, field, value)
    finding.revision += 1
    finding.save()
    FindingRevision.objects.create(finding=finding, revision=finding.revision, values=merged)
    return finding


def _merge_finding(finding: Finding, mine: dict[str, Any], revision: int) -> dict[str, Any]:
    if finding.revision == revision:
        return mine
    before = finding.revisions.filter(revision=revision).first() if finding.pk else None
    base = before.values if before else Finding().values()
    result: Merge = merge(base, mine, finding.values())
    if result.conflicts:
        raise Conflict(finding.values(), finding.revision, result.conflicts, result.merged)
    return dict(result.merged)


def _check_finding(requirement: Requirement, values: dict[str, Any]) -> None:
    outcome = values["outcome"]
    if outcome in (Outcome.LEVEL, Outcome.DISSENT) and not words_first(
        values["strengths"], values["potentials"]
    ):
        raise WordsFirst
    chosen = {
        Outcome.LEVEL: [values["level"]],
        Outcome.DISSENT: [values["low_level"], values["high_level"]],
    }.get(outcome, [])
    for level in chosen:
        if level is None or not requirement.scale.accepts(level):
            raise NotAllowedNow("level")
    # the form has checked one side; after a merge both sides must still fit together
    texts = {
        Outcome.DISSENT: [values["low_text"], values["high_text"]],
        Outcome.NOT_APPLICABLE: [values["reason"]],
    }.get(outcome, [])
    if not all(text.strip() for text in texts):
        raise NotAllowedNow("text")


@dataclass(frozen=True)
class EvidenceInput:
    """A piece of evidence as typed."""

    kind: str
    text: str
    link: str
    file: Any
    file_name: str
    valid_until: date | None


@transaction.atomic
def add_evidence(
    *, assessment: Assessment, requirement: Requirement, entry: EvidenceInput, by: User
) -> Evidence:
    """Put a piece of evidence beside a finding. It never changes the level."""
    assessment = _lock(assessment, by, Permission.FINDING_EDIT, Stage.WORKSHOP, Stage.CORRECTING)
    finding = finding_of(assessment, requirement)
    if finding.pk is None:
        finding.save()
    return Evidence.objects.create(
        finding=finding, position=finding.evidence.count(), **vars(entry)
    )


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> None:
    """Take a piece of evidence away. A released edition that shows it keeps it."""
    _lock(
        evidence.finding.assessment, by, Permission.FINDING_EDIT, Stage.WORKSHOP, Stage.CORRECTING
    )
    evidence.is_removed = True
    evidence.save(update_fields=["is_removed"])


# ------------------------------------------------------------------- the release


@transaction.atomic
def release_result(*, assessment: Assessment, share: Share, by: User, reason: str = "") -> Result:
    """Release: the result is frozen, and everything of single people is deleted.

    Refused while a requirement has no result. A second release needs a correction in between and
    says why. Institutions of the city share everything; partners decide.
    """
    assessment = _lock(assessment, by, Permission.RESULT_RELEASE, Stage.WORKSHOP, Stage.CORRECTING)
    if open_requirements(assessment):
        raise NotAllowedNow("open requirements")
    is_correction = assessment.stage == Stage.CORRECTING
    if is_correction and not reason.strip():
        raise NotAllowedNow("reason")
    if not assessment.participation.unit.is_external:
        share = Share.ALL
    advance(participation=assessment.participation, target=Stage.RELEASED)
    findings = {f.requirement_id: f for f in assessment.findings.prefetch_related("evidence")}
    newest = assessment.results.first()
    result = Result.objects.create(
        assessment=assessment,
        edition=newest.edition + 1 if newest else 1,
        released_on=timezone.localdate(),
        correction_reason=reason.strip() if is_correction else "",
        share=share,
        content=freeze(assessment, findings),
        summary=summarise(assessment, findings),
    )
    if share != Share.PARTICIPATION:  # a partner that shares nothing adds nothing either
        pilot.take_in(assessment)
    _forget_people(assessment)
    _log(Action.ASSESSMENT_RELEASED, assessment, by)
    return result


@transaction.atomic
def close_round(*, run: Round, by: User) -> None:
    """Finish a round. Where nothing was released, the answers of single people go now.

    With them goes what they said about a pilot.

    Nobody will release them any more, and the promise to delete them must not hang in the air.
    """
    # who is saving right now comes first, whoever comes later finds the round closed
    list(run.participations.select_for_update().values_list("pk", flat=True))
    rounds.close_round(run=run, by=by)
    unreleased = Assessment.objects.filter(
        participation__round=run, participation__stage__in=[Stage.RATING, Stage.WORKSHOP]
    )
    for assessment in unreleased:
        _forget_people(assessment)
    pilot.show_rest(run)


def _forget_people(assessment: Assessment) -> None:
    assessment.ratings.all().delete()
    assessment.sheets.all().delete()
    assessment.voices.all().delete()
    assessment.handovers.all().delete()
    # first locked, so that no ballot comes in between; then deleted with every ballot that is left
    list(assessment.distributions.select_for_update().filter(vote__gt=1))
    assessment.distributions.filter(vote__gt=1).delete()
    assessment.salt = None
    assessment.save(update_fields=["salt"])


@transaction.atomic
def start_correction(*, assessment: Assessment, by: User) -> None:
    """Open the findings again. The released edition stays visible until the new one is released."""
    assessment = _lock(assessment, by, Permission.RESULT_RELEASE, Stage.RELEASED)
    advance(participation=assessment.participation, target=Stage.CORRECTING)
    _log(Action.ASSESSMENT_CORRECTION, assessment, by)


# ------------------------------------------------------------------- common


def _lock(assessment: Assessment, by: User, permission: Permission, *stages: Stage) -> Assessment:
    """The assessment afresh and locked, if the person may and the stage fits."""
    locked = Assessment.objects.select_for_update(of=("self",)).with_place().get(pk=assessment.pk)
    if not may_with(by, locked, permission):
        raise PermissionDenied
    if locked.stage not in stages:
        raise NotAllowedNow(locked.stage)
    # a mistake must never be stuck: corrections stay possible after the end of a round
    can_be_late = locked.stage in (Stage.RELEASED, Stage.CORRECTING)
    if not locked.participation.round.is_open and not can_be_late:
        raise NotAllowedNow("closed")
    return locked


def _log(action: Action, assessment: Assessment, by: User) -> None:
    record(
        action=action,
        by=by,
        municipality_key=assessment.participation.round.municipality_id,
        what=str(assessment.participation),
    )


def _rating_path(assessment: Assessment) -> str:
    return f"/selbstbewertung/{assessment.pk}/meine-sicht/"


def _invite(assessment: Assessment, member: TeamMember) -> None:
    _mail(assessment, member.user, "assessments/mail/team_invitation.txt", _rating_path(assessment))
    member.is_invited = True
    member.save(update_fields=["is_invited"])


def _invite_moderator(assessment: Assessment) -> None:
    if assessment.moderator:
        _mail(
            assessment,
            assessment.moderator,
            "assessments/mail/moderator_invitation.txt",
            f"/selbstbewertung/{assessment.pk}/workshop/",
        )


def _mail(assessment: Assessment, user: User, template: str, path: str) -> None:
    run = assessment.participation.round
    send_invitation(
        user=user,
        municipality=run.municipality,
        template=template,
        context={"round": run, "unit": assessment.participation.unit, "assessment": assessment},
        next_path=path,
    )
