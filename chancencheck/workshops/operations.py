"""What people do in a workshop. Each function checks rule and permission and tells all screens."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assessments
from chancencheck.assessments.models import Assessment, Distribution, Evidence, Finding, Voice
from chancencheck.assessments.permissions import may_with
from chancencheck.assessments.rules import count
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.models import Requirement
from chancencheck.instruments.rules import stop_index
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import Origin
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import Source, propose_measure
from chancencheck.measures.sources import words_of
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage
from chancencheck.workshops import live
from chancencheck.workshops.choices import NoteKind, Order
from chancencheck.workshops.guests import Guest, room_with
from chancencheck.workshops.models import Ballot, Protocol, Room, WorkshopNote
from chancencheck.workshops.protocol import digest, freeze
from chancencheck.workshops.queries import schedule
from chancencheck.workshops.rules import ballot_key, new_code, voter

SWITCHES = ("spread", "voices", "past", "citizens", "code")
MORE_MINUTES = 2
ROOM_FIELDS = [
    field.name for field in Room._meta.fields if field.name not in ("id", "assessment", "version")
]


class ProtocolChanged(Exception):
    """Something was written between reading the protocol and confirming it."""


# ------------------------------------------------------------------- the room


@transaction.atomic
def open_workshop(*, assessment: Assessment, by: User) -> None:
    """Open the distributions; from now on the team can talk."""
    assessments.open_distributions(assessment=assessment, by=by)
    Room.objects.get_or_create(assessment=assessment)


@transaction.atomic
def show(*, assessment: Assessment, requirement: Requirement | None, by: User) -> None:
    """Put a requirement on the wall, or the welcome page. The last round's level hides again."""
    room = _steer(assessment, by)
    _show(assessment, room, requirement)


@transaction.atomic
def step(*, assessment: Assessment, forward: bool, by: User) -> None:
    """Put the next or the one before on the wall, in the order of the moderator."""
    room = _steer(assessment, by)
    talk = schedule(assessment, room).talk
    ids = [row.requirement.pk for row in talk]
    here = ids.index(room.requirement_id) if room.requirement_id in ids else -1
    place = min(here + 1, len(talk) - 1) if forward else here - 1
    _show(assessment, room, talk[place].requirement if place >= 0 else None)


def _show(assessment: Assessment, room: Room, requirement: Requirement | None) -> None:
    if requirement and room.requirement_id == requirement.pk:
        return
    room.requirement = requirement
    room.shows_past = room.shows_citizens = room.shows_code = False
    minutes = (
        schedule(assessment, room).plan.minutes_for(requirement.key)
        if requirement is not None
        else 0
    )
    room.timer_minutes = minutes
    room.timer_left = minutes * 60 if minutes else None
    room.timer_ends_at = None
    _save(room)


@transaction.atomic
def switch(*, assessment: Assessment, what: str, on: bool, by: User) -> None:
    """Show or hide something on the wall. `what`: one of SWITCHES. The code is made when needed."""
    room = _steer(assessment, by)
    if what not in SWITCHES:
        raise NotAllowedNow(what)
    setattr(room, f"shows_{what}", on)
    if what == "code" and on:
        room.admits_guests = True
        room.code = room.code or _unused_code()
    _save(room)


@transaction.atomic
def renew_code(*, assessment: Assessment, by: User) -> None:
    """A new code; whoever came in with the old one is outside."""
    room = _steer(assessment, by)
    room.admits_guests = True
    room.code = _unused_code()
    _save(room)


@transaction.atomic
def shut_out_guests(*, assessment: Assessment, by: User) -> None:
    """No code any more: nobody without an account takes part."""
    room = _steer(assessment, by)
    room.code, room.shows_code, room.admits_guests = None, False, False
    _save(room)


@transaction.atomic
def set_timer(*, assessment: Assessment, do: str, by: User) -> None:
    """Let the time run (`start`), stop it (`stop`), or add two minutes (`more`)."""
    room = _steer(assessment, by)
    left = max(0, room.seconds_left or 0)
    if do == "more":
        left += MORE_MINUTES * 60
        room.timer_minutes += MORE_MINUTES
    runs = do == "start" or (do == "more" and room.is_timer_running)
    room.timer_ends_at = timezone.now() + timedelta(seconds=left) if runs else None
    room.timer_left = None if runs else left
    _save(room)


@transaction.atomic
def set_plan(
    *,
    assessment: Assessment,
    order: Order,
    own_order: list[str],
    deep: list[str] | None,
    minutes: int,
    by: User,
) -> None:
    """Order, what is talked about at length, and the minutes altogether."""
    room = _steer(assessment, by)
    room.order, room.own_order, room.deep, room.minutes = order, own_order, deep, minutes
    _save(room)


@transaction.atomic
def hide_voice(*, voice: Voice, hidden: bool, by: User) -> None:
    """Take an anonymous sentence off every screen, or show it again."""
    room = _steer(voice.assessment, by)
    voice.is_hidden = hidden
    voice.save(update_fields=["is_hidden"])
    live.bump(room)


@transaction.atomic
def end_workshop(*, assessment: Assessment, by: User) -> None:
    """The workshop is over: the code ends, a running vote is thrown away."""
    room = _steer(assessment, by)
    if assessment.distributions.filter(is_open=True).exists():
        _running_vote(assessment).delete()
    room.is_ended, room.code, room.requirement = True, None, None
    room.timer_ends_at = room.timer_left = None
    room.shows_code = False
    _save(room)


@transaction.atomic
def resume_workshop(*, assessment: Assessment, by: User) -> None:
    """Go on after the end, for example on a second day. A new code is made only when asked for."""
    room = _steer(assessment, by, ended=True)
    room.is_ended = False
    _save(room)


# ------------------------------------------------------------------- writing


@transaction.atomic
def save_finding(
    *,
    assessment: Assessment,
    requirement: Requirement,
    values: dict[str, Any],
    revision: int,
    by: User,
) -> Finding:
    """Save what the team holds on to; every screen shows it. See `assessments.save_finding`."""
    saved = assessments.save_finding(
        assessment=assessment, requirement=requirement, values=values, revision=revision, by=by
    )
    if saved.revision != revision:
        live.bump_assessment(assessment.pk)
    return saved


@transaction.atomic
def add_evidence(
    *,
    assessment: Assessment,
    requirement: Requirement,
    entry: assessments.EvidenceInput,
    by: User,
) -> Evidence:
    """Put evidence beside a finding; every screen shows it."""
    added = assessments.add_evidence(
        assessment=assessment, requirement=requirement, entry=entry, by=by
    )
    live.bump_assessment(assessment.pk)
    return added


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> None:
    """Take evidence away from every screen."""
    assessments.remove_evidence(evidence=evidence, by=by)
    live.bump_assessment(evidence.finding.assessment_id)


@transaction.atomic
def add_note(
    *,
    assessment: Assessment,
    requirement: Requirement | None,
    kind: NoteKind,
    text: str,
    for_whom: str,
    needs: list[str],
    by: User,
    form_key: str = "",
) -> WorkshopNote:
    """Park something, hold on to a decision, or hand a question on. `needs`: decision, money, it.

    `form_key`: made with the form; the same form sent twice is one note.
    """
    _write(assessment, by)
    if not text.strip() or (kind == NoteKind.QUESTION and not for_whom.strip()):
        raise NotAllowedNow("note")
    twin = assessment.notes.filter(form_key=form_key).first() if form_key else None
    if twin:
        return twin
    note = WorkshopNote.objects.create(
        assessment=assessment,
        form_key=form_key,
        requirement=requirement,
        kind=kind,
        text=text.strip(),
        for_whom=for_whom.strip(),
        needs_decision="decision" in needs,
        needs_money="money" in needs,
        needs_it="it" in needs,
    )
    live.bump_assessment(assessment.pk)
    return note


@transaction.atomic
def remove_note(*, note: WorkshopNote, by: User) -> None:
    """Take a note away. A confirmed protocol that holds it keeps it."""
    _write(note.assessment, by)
    note.delete()
    live.bump_assessment(note.assessment_id)


@transaction.atomic
def propose_from_note(*, note: WorkshopNote, by: User) -> Measure:
    """Propose a measure in the words of a note. Pressed twice, it is one proposal."""
    assessment = note.assessment
    _write(assessment, by)
    if note.kind == NoteKind.QUESTION:
        raise NotAllowedNow("a question is handed on, it is no measure")
    part = assessment.participation
    note.measure = propose_measure(
        municipality=part.round.municipality,
        unit=part.unit,
        words=words_of(note.text, is_shown_to_city=not part.unit.is_external),
        requirements=[note.requirement] if note.requirement else [],
        source=Source(origin=Origin.NOTE, assessment=assessment),
        form_key=f"a{assessment.pk}-note-{note.pk}",
        by=by,
    )
    note.save(update_fields=["measure"])
    live.bump_assessment(assessment.pk)
    return note.measure


# ------------------------------------------------------------------- the second vote


@transaction.atomic
def open_vote(*, assessment: Assessment, requirement: Requirement, by: User) -> Distribution:
    """Ask for the level once more. One published second vote per requirement, one at a time.

    A vote that too few took part in published nothing and may be asked again; a third published
    picture of nearly the same people could be subtracted from the second.
    """
    room = _steer(assessment, by)
    votes = assessment.distributions.filter(vote__gt=1)
    if any(
        vote.is_open or (vote.requirement_id == requirement.pk and vote.is_shown) for vote in votes
    ):
        raise NotAllowedNow("vote")
    votes.filter(requirement=requirement).delete()
    vote = Distribution.objects.create(
        assessment=assessment, requirement=requirement, vote=2, is_open=True
    )
    _show(assessment, room, requirement)
    if room.admits_guests:
        room.shows_code = True
        room.code = room.code or _unused_code()
    _save(room)
    return vote


@transaction.atomic
def cast_ballot(*, vote_id: int, level: int | None, by: User, assessment: Assessment) -> None:
    """A person of the team votes. Until the vote is closed the answer can be changed."""
    if not may_with(by, assessment, Permission.RATING_OWN):
        raise PermissionDenied
    _cast(assessment, vote_id, level, voter(user_id=by.pk), is_guest=False)


@transaction.atomic
def cast_guest_ballot(*, guest: Guest, vote_id: int, level: int | None) -> None:
    """A guest votes. The code must still let in at this very moment."""
    assessment = guest.assessment
    Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    if room_with(guest.room.code or "") is None:
        raise NotAllowedNow("code")
    _cast(assessment, vote_id, level, voter(device=guest.device), is_guest=True)


@transaction.atomic
def leave_workshop(*, guest: Guest) -> None:
    """A guest goes out: their ballot in a running vote goes with them."""
    assessment = guest.assessment
    vote = assessment.distributions.select_for_update().filter(is_open=True).first()
    if vote and assessment.salt is not None:
        key = ballot_key(
            settings.SECRET_KEY, bytes(assessment.salt), vote.pk, voter(device=guest.device)
        )
        vote.ballots.filter(voter_key=key).delete()


def _cast(
    assessment: Assessment, vote_id: int, level: int | None, who: str, *, is_guest: bool
) -> None:
    vote = (
        Distribution.objects.select_for_update(of=("self",))
        .select_related("requirement__scale", "assessment__participation")
        .filter(pk=vote_id, assessment=assessment, is_open=True)
        .first()
    )
    if vote is None or vote.assessment.stage != Stage.WORKSHOP or vote.assessment.salt is None:
        raise NotAllowedNow("vote")
    if level is not None and not vote.requirement.scale.accepts(level):
        raise NotAllowedNow("level")
    key = ballot_key(settings.SECRET_KEY, bytes(vote.assessment.salt), vote.pk, who)
    Ballot.objects.update_or_create(
        distribution=vote, voter_key=key, defaults={"level": level, "is_guest": is_guest}
    )


@transaction.atomic
def close_vote(*, assessment: Assessment, by: User) -> None:
    """Count once, publish, delete every ballot. Below the floor nothing is published or kept.

    Anybody can be a guest several times with several devices, and so know some of the votes. What
    is left without the guests must be nobody, or reach the floor alone.
    """
    room = _steer(assessment, by)
    vote = _running_vote(assessment)
    stops = vote.requirement.scale.stops
    answers: dict[bool, list[int | None]] = {False: [], True: []}
    for level, is_guest in vote.ballots.values_list("level", "is_guest"):
        answers[is_guest].append(None if level is None else stop_index(stops, level))
    floor = assessment.participation.round.municipality.minimum_group_size
    counted = count(answers[False], len(stops), floor, knowable=answers[True])
    vote.ballots.all().delete()
    vote.is_open = False
    vote.counts = list(counted.per_stop) if counted else []
    vote.cannot_judge = counted.cannot_judge if counted else None
    vote.save()
    room.shows_code, room.shows_spread = False, True
    _save(room)


@transaction.atomic
def discard_vote(*, assessment: Assessment, by: User) -> None:
    """Throw a running vote away; nobody learns a number."""
    room = _steer(assessment, by)
    _running_vote(assessment).delete()
    room.shows_code = False
    _save(room)


def _running_vote(assessment: Assessment) -> Distribution:
    vote = (
        assessment.distributions.select_for_update(of=("self",))
        .select_related("requirement__scale")
        .filter(is_open=True)
        .first()
    )
    if vote is None:
        raise NotAllowedNow("vote")
    return vote


# ------------------------------------------------------------------- the protocol


@transaction.atomic
def confirm_protocol(
    *, assessment: Assessment, by: User, reason: str = "", seen: str = ""
) -> Protocol:
    """The lead confirms: the protocol is frozen. A second one is a new edition and says why.

    `seen`: fingerprint of what the lead has read. Raises ProtocolChanged if it is another by now.
    """
    assessment = (
        Assessment.objects.select_for_update(of=("self",)).with_place().get(pk=assessment.pk)
    )
    if not may_with(by, assessment, Permission.PROTOCOL_CONFIRM):
        raise PermissionDenied
    if assessment.stage not in (Stage.WORKSHOP, Stage.RELEASED, Stage.CORRECTING):
        raise NotAllowedNow(assessment.stage)
    newest = assessment.protocols.first()
    if newest and not reason.strip():
        raise NotAllowedNow("reason")
    content = freeze(assessment)
    if seen and seen != digest(content):
        raise ProtocolChanged
    protocol = Protocol.objects.create(
        assessment=assessment,
        edition=newest.edition + 1 if newest else 1,
        confirmed_on=timezone.localdate(),
        reason=reason.strip() if newest else "",
        content=content,
    )
    record(
        action=Action.PROTOCOL_CONFIRMED,
        by=by,
        municipality_key=assessment.participation.round.municipality_id,
        what=str(assessment.participation),
    )
    return protocol


# ------------------------------------------------------------------- common


def _steer(assessment: Assessment, by: User, *, ended: bool = False) -> Room:
    """The room, locked, if this person may steer it and the workshop runs (or has `ended`)."""
    fresh = _locked(assessment)
    if not may_with(by, fresh, Permission.WORKSHOP_STEER):
        raise PermissionDenied
    _must_run(fresh)
    room = Room.objects.get_or_create(assessment=fresh)[0]
    if room.is_ended != ended:
        raise NotAllowedNow("ended")
    return room


def _write(assessment: Assessment, by: User) -> None:
    fresh = _locked(assessment)
    if not may_with(by, fresh, Permission.FINDING_EDIT):
        raise PermissionDenied
    if fresh.stage != Stage.CORRECTING:
        _must_run(fresh)


def _locked(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_for_update(of=("self",)).with_place().get(pk=assessment.pk)


def _must_run(assessment: Assessment) -> None:
    if assessment.stage != Stage.WORKSHOP or not assessment.participation.round.is_open:
        raise NotAllowedNow(assessment.stage)


def _unused_code() -> str:
    code = new_code()
    while Room.objects.filter(code=code).exists():
        code = new_code()
    return code


def _save(room: Room) -> None:
    room.save(update_fields=ROOM_FIELDS)  # never the version: writers of findings let it grow too
    live.bump(room)
