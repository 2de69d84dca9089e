"""Asking about the room of a workshop. Nothing here tells who rated or voted what."""

from dataclasses import dataclass

from django.conf import settings

from chancencheck.accounts.models import User
from chancencheck.assessments import queries as assessments
from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import (
    Assessment,
    Distribution,
    Evidence,
    Finding,
    Result,
    Voice,
)
from chancencheck.assessments.past import Past, last_result_before, past_of, shares_of
from chancencheck.assessments.permissions import roles_for
from chancencheck.assessments.queries import AgendaRow, Spread
from chancencheck.assessments.rules import spread
from chancencheck.instruments.models import Requirement
from chancencheck.organisations.roles import Role
from chancencheck.rounds.choices import Stage
from chancencheck.surveys.queries import voices_about
from chancencheck.surveys.results import Answered
from chancencheck.workshops.choices import NoteKind, Order
from chancencheck.workshops.models import Ballot, Room, WorkshopNote
from chancencheck.workshops.rules import Plan, arrange, ballot_key, plan, situations
from chancencheck.workshops.tips import Tip, tips_for

DEEP_BY_DEFAULT = 5
# How many signs of text fit on a wall of 16:9 in large and in smaller type; tried, not computed.
ROOMY, DENSE = 330, 600


def room_of(assessment: Assessment) -> Room:
    """The room of an assessment; an unsaved one with the defaults if nothing was set yet."""
    return Room.objects.filter(assessment=assessment).first() or Room(assessment=assessment)


# ------------------------------------------------------------------- order and time


@dataclass(frozen=True)
class Schedule:
    """The requirements in the order of the talk, and the time for each."""

    rows: list[AgendaRow]
    plan: Plan
    votes: dict[int, Distribution]  # second votes by requirement id

    @property
    def talk(self) -> list[AgendaRow]:
        """What the team talks about: without what was left out beforehand."""
        return [row for row in self.rows if not row.exclusion]

    def place_of(self, requirement_id: int | None) -> int | None:
        """Place (from 0) among what the team talks about."""
        ids = [row.requirement.pk for row in self.talk]
        return ids.index(requirement_id) if requirement_id in ids else None

    def vote_on(self, requirement: Requirement) -> "SecondVote | None":
        """The vote after the talk about a requirement, if there is one."""
        found = self.votes.get(requirement.pk)
        return _told(found, requirement) if found else None

    def row_of(self, requirement_id: int) -> AgendaRow:
        """The row of a requirement."""
        return next(row for row in self.rows if row.requirement.pk == requirement_id)


def schedule(assessment: Assessment, room: Room) -> Schedule:
    """Order and time plan as the moderator set them."""
    every = list(assessment.distributions.all())
    by_spread = assessments.agenda(assessment, every)
    rows = _ordered(by_spread, room)
    keys = [row.requirement.key for row in rows if not row.exclusion]
    deep = room.deep
    if deep is None:
        apart = [row.requirement.key for row in by_spread if row.distance]
        deep = (apart or keys)[:DEEP_BY_DEFAULT]
    votes = {vote.requirement_id: vote for vote in every if vote.vote > 1}
    return Schedule(rows, plan(keys, deep, room.minutes), votes)


def _ordered(rows: list[AgendaRow], room: Room) -> list[AgendaRow]:
    if room.order == Order.SPREAD:
        return rows
    by_area = sorted(rows, key=lambda row: (bool(row.exclusion), row.requirement.position))
    if room.order == Order.AREA:
        return by_area
    keys = [row.requirement.key for row in by_area]
    places = {key: place for place, key in enumerate(arrange(keys, room.own_order))}
    return sorted(by_area, key=lambda row: places[row.requirement.key])


# ------------------------------------------------------------------- one requirement


@dataclass(frozen=True)
class SecondVote:
    """The vote after the talk. `spread` only once it is closed and enough people chose a level."""

    pk: int
    requirement: Requirement
    is_open: bool
    spread: Spread | None
    number: int | None = None  # ballots so far, only from the floor on


@dataclass(frozen=True)
class Scene:
    """Everything about one requirement in the room."""

    requirement: Requirement
    row: AgendaRow
    finding: Finding
    evidence: list[Evidence]
    spread: Spread | None
    voices: list[Voice]
    past: Past | None
    question: str
    vote: SecondVote | None
    tips: list[Tip]
    place: int | None
    total: int

    @property
    def shown_voices(self) -> list[Voice]:
        """Voices the moderator has not hidden."""
        return [voice for voice in self.voices if not voice.is_hidden]

    @property
    def has_words(self) -> bool:
        """Whether something is written down already."""
        return bool(self.finding.strengths or self.finding.potentials)

    def density(self, *, voices: bool) -> str:
        """How much there is to read on the wall: `roomy`, `dense` or `full`; decides the type."""
        found = self.finding
        texts = [*found.strengths, *found.potentials, found.low_text, found.high_text]
        texts += [item.text for item in self.evidence]
        texts += [voice.text for voice in self.shown_voices] if voices else []
        texts += [] if self.has_words else [self.question]
        signs = len(self.requirement.text) + sum(len(text) for text in texts)
        return "roomy" if signs < ROOMY else "dense" if signs < DENSE else "full"


def scene(user: User, assessment: Assessment, requirement: Requirement, order: Schedule) -> Scene:
    """Collect what is there about a requirement, as far as this person may see the last round."""
    row = order.row_of(requirement.pk)
    finding = row.finding or Finding(assessment=assessment, requirement=requirement)
    evidence = list(finding.evidence.filter(is_removed=False)) if finding.pk else []
    vote = order.vote_on(requirement)
    run = assessment.participation.round
    reflection = assessments.questions_of(requirement, run.wording_id)[1]
    return Scene(
        requirement=requirement,
        row=row,
        finding=finding,
        evidence=evidence,
        spread=assessments.spread_of(row),
        voices=list(assessments.voices_of(assessment, requirement)),
        past=last_round(user, assessment, requirement),
        question=reflection[0].text if reflection else "",
        vote=vote,
        tips=tips_for(
            situations(
                row.distribution.counts if row.distribution else [],
                (row.distribution.cannot_judge or 0) if row.distribution else 0,
                has_words=bool(finding.strengths or finding.potentials),
                has_evidence=bool(evidence),
                is_settled=finding.is_settled,
                is_voted_again=bool(vote and vote.spread),
            )
        ),
        place=order.place_of(requirement.pk),
        total=len(order.talk),
    )


def last_round(user: User, assessment: Assessment, requirement: Requirement) -> Past | None:
    """What the team held on to last time, as far as this person may see it."""
    previous = last_result_before(assessment)
    return past_of(assessment, requirement, previous, _share_of(user, assessment, previous))


def share_of_last_round(user: User, assessment: Assessment) -> Share:
    """How much of the last round this person may see here."""
    if roles_for(user, assessment) & {Role.UNIT_LEAD, Role.TEAM_MEMBER}:
        return Share.ALL
    return _share_of(user, assessment, last_result_before(assessment))


def _share_of(user: User, assessment: Assessment, previous: Result | None) -> Share:
    # a moderator from elsewhere sees of a partner's last round only what the partner shared
    if previous is None or roles_for(user, assessment) & {Role.UNIT_LEAD, Role.TEAM_MEMBER}:
        return Share.ALL
    return shares_of(user, [previous])[previous.pk]


# ------------------------------------------------------------------- the second vote


def has_voted(assessment: Assessment, vote: SecondVote | None, who: str) -> bool:
    """Whether this device or person has voted. Asked only by itself."""
    if vote is None or assessment.salt is None:
        return False
    key = ballot_key(settings.SECRET_KEY, bytes(assessment.salt), vote.pk, who)
    return Ballot.objects.filter(distribution_id=vote.pk, voter_key=key).exists()


def open_vote_of(assessment: Assessment, order: Schedule | None = None) -> SecondVote | None:
    """The vote that runs now, with the number of ballots as far as it may be told."""
    if order is None:
        found = assessment.distributions.filter(is_open=True).first()
    else:
        found = next((vote for vote in order.votes.values() if vote.is_open), None)
    if found is None:
        return None
    every = (r for area in assessments.areas_in(assessment) for r in area.requirements.all())
    requirement = next(r for r in every if r.pk == found.requirement_id)
    number = found.ballots.count()
    floor = assessment.participation.round.municipality.minimum_group_size
    return SecondVote(found.pk, requirement, True, None, number if number >= floor else None)


def _told(found: Distribution, requirement: Requirement) -> SecondVote:
    shown = None
    if found.is_shown and not found.is_open:
        names = [stop.name for stop in requirement.scale.stops]
        shown = Spread(
            stops=list(zip(names, found.counts, strict=True)),
            cannot_judge=found.cannot_judge or 0,
            distance=spread(found.counts),
        )
    return SecondVote(found.pk, requirement, found.is_open, shown)


# ------------------------------------------------------------------- notes


def notes_of(assessment: Assessment) -> list[WorkshopNote]:
    """Everything parked, decided or handed on, in the order in which it was written."""
    return list(assessment.notes.select_related("requirement"))


def notes_to_propose(assessment: Assessment) -> list[WorkshopNote]:
    """Notes out of which no measure is proposed yet; questions are handed on instead."""
    if assessment.stage == Stage.RELEASED:
        return []  # notes are written, and proposed, until then
    return list(assessment.notes.filter(measure=None).exclude(kind=NoteKind.QUESTION))


def citizens_on(assessment: Assessment, key: str) -> list[Answered]:
    """What citizens say to one requirement of this institution, for the talk in the workshop."""
    part = assessment.participation
    return voices_about(part.unit, part.round, public_only=False).get(key, [])
