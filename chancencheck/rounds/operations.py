"""Setting up and running a round. Each function checks, changes and writes the log."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.governance.models import Decision
from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.history import may_take
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.choices import UnitKind
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.operations import ensure_person, give_role, send_invitation
from chancencheck.organisations.queries import leads_of
from chancencheck.organisations.roles import Role
from chancencheck.rounds.choices import RoundKind, RoundState, Stage
from chancencheck.rounds.models import Participation, Round
from chancencheck.rounds.permissions import can_manage
from chancencheck.rounds.rules import check_round, check_stage


@dataclass(frozen=True)
class Calendar:
    """The five dates of a round, in order."""

    starts_on: date
    rating_until: date
    workshop_until: date
    release_until: date
    report_on: date


@transaction.atomic
def create_round(
    *,
    municipality: Municipality,
    name: str,
    kind: RoundKind,
    version: InstrumentVersion,
    decision: Decision | None,
    by: User,
) -> Round:
    """Begin a round as a draft. The instrument version must be released and of the same city."""
    _check(by, municipality)
    _check_version(version, kind, municipality.pk)
    run = Round.objects.create(
        municipality=municipality,
        name=name,
        kind=kind,
        instrument_version=version,
        decision=decision,
    )
    record(action=Action.ROUND_CREATED, by=by, municipality_key=municipality.pk, what=run.name)
    return run


@transaction.atomic
def change_round(
    *,
    run: Round,
    name: str,
    kind: RoundKind,
    version: InstrumentVersion,
    decision: Decision | None,
    by: User,
) -> None:
    """Change the basics of a draft."""
    run = _lock_draft(run, by)
    _check_version(version, kind, run.municipality_id)
    run.name, run.kind, run.instrument_version, run.decision = name, kind, version, decision
    run.save()


@transaction.atomic
def set_calendar(*, run: Round, calendar: Calendar, by: User) -> None:
    """Set the dates of a draft."""
    run = _lock_draft(run, by)
    for field, value in vars(calendar).items():
        setattr(run, field, value)
    run.save()


@dataclass(frozen=True)
class Guest:
    """An institution to invite and the address of its lead."""

    unit: Unit
    lead_email: str


@transaction.atomic
def set_participants(*, run: Round, guests: list[Guest], by: User) -> None:
    """Set which institutions take part in a draft."""
    run = _lock_draft(run, by)
    kept = {guest.unit.pk for guest in guests}
    run.participations.exclude(unit_id__in=kept).delete()
    for guest in guests:
        Participation.objects.update_or_create(
            round=run, unit=guest.unit, defaults={"lead_email": guest.lead_email.strip().lower()}
        )


@transaction.atomic
def ensure_unit(
    *, municipality: Municipality, name: str, is_external: bool, by: User, division: str = ""
) -> Unit:
    """The institution with this name, made if new. An existing one keeps what it is.

    A division (Dezernat) that is named is made too; an institution without one gets it.
    """
    _check(by, municipality)
    parent = None
    if division.strip():
        parent, _made = Unit.objects.get_or_create(
            municipality=municipality,
            name=division.strip(),
            defaults={"kind": UnitKind.DIVISION},
        )
    unit, _made = Unit.objects.get_or_create(
        municipality=municipality,
        name=name.strip(),
        defaults={"is_external": is_external, "parent": parent},
    )
    if unit.parent_id is None and parent is not None and parent.kind == UnitKind.DIVISION:
        unit.parent = parent
        unit.save(update_fields=["parent"])
    return unit


@transaction.atomic
def open_round(*, run: Round, by: User) -> None:
    """Open the round and invite the leads by mail. Refused without dates or institutions."""
    run = _lock_draft(run, by)
    check_round(RoundState(run.state), RoundState.OPEN)
    participations = list(run.participations.select_related("unit"))
    if run.starts_on is None or not participations:
        raise NotAllowedNow("incomplete")
    run.state = RoundState.OPEN
    run.save()
    for participation in participations:
        _invite_lead(run, participation, by)
    record(action=Action.ROUND_OPENED, by=by, municipality_key=run.municipality_id, what=run.name)


def _invite_lead(run: Round, participation: Participation, by: User) -> None:
    unit, municipality = participation.unit, run.municipality
    if participation.lead_email and participation.lead_email not in known_leads(unit):
        if not may_name_lead(unit):
            # else the coordination could make itself lead and read what was never shared with it
            raise NotAllowedNow("only the administration changes a lead")
        user = ensure_person(email=participation.lead_email, municipality=municipality)
        give_role(user=user, role=Role.UNIT_LEAD, municipality=municipality, unit=unit, by=by)
    # the role says it from now on; an address kept here would outlive a closed account
    participation.lead_email = ""
    participation.save(update_fields=["lead_email"])
    _mail_leads(participation, "rounds/mail/lead_invitation.txt")


def known_leads(unit: Unit) -> set[str]:
    """Addresses of the people who lead the unit today."""
    return set(leads_of(unit).values_list("email", flat=True))


def may_name_lead(unit: Unit) -> bool:
    """Whether the coordination may name the lead: only of an institution that has none and that
    has not worked in a round yet. Everything else is up to the administration."""
    has_worked = unit.participations.exclude(stage=Stage.INVITED).exists()
    return not has_worked and not known_leads(unit)


def _mail_leads(participation: Participation, template: str) -> None:
    run = participation.round
    for lead in leads_of(participation.unit):
        send_invitation(
            user=lead,
            municipality=run.municipality,
            template=template,
            context={"round": run, "unit": participation.unit},
            next_path=f"/teilnahme/{participation.pk}/",
        )


@transaction.atomic
def remind_lead(*, participation: Participation, by: User) -> None:
    """Send the lead of an institution the invitation to its next step once more."""
    run = participation.round
    _check(by, run.municipality)
    if not run.is_open:
        raise NotAllowedNow("closed")
    _mail_leads(participation, "rounds/mail/lead_reminder.txt")
    record(
        action=Action.ROUND_REMINDED,
        by=by,
        municipality_key=run.municipality_id,
        what=str(participation),
    )


@transaction.atomic
def close_round(*, run: Round, by: User) -> None:
    """Finish a round. Called through `assessments.operations.close_round`, which forgets people."""
    _check(by, run.municipality)
    run = Round.objects.select_for_update().get(pk=run.pk)
    check_round(RoundState(run.state), RoundState.CLOSED)
    run.state = RoundState.CLOSED
    run.save()
    record(action=Action.ROUND_CLOSED, by=by, municipality_key=run.municipality_id, what=run.name)


@transaction.atomic
def take_wording(*, run: Round, version: InstrumentVersion, by: User) -> None:
    """Let people read the words of a later version from now on. What is meant stays the same.

    Refused unless every change since the round's version is decided to be mere wording. Answers,
    levels and citizens' surveys stay as they are; results that are released keep their words.
    """
    _check(by, run.municipality)
    locked = (
        Round.objects.select_for_update(of=("self",))
        .select_related("instrument_version")
        .get(pk=run.pk)
    )
    if not locked.is_open:
        raise NotAllowedNow("closed")
    if not may_take(version, pinned=locked.instrument_version, taken_id=locked.wording_id):
        raise NotAllowedNow("not mere wording")
    locked.wording, locked.wording_since = version, timezone.localdate()
    locked.save(update_fields=["wording", "wording_since"])
    run.wording, run.wording_since = locked.wording, locked.wording_since
    record(
        action=Action.ROUND_WORDING,
        by=by,
        municipality_key=locked.municipality_id,
        what=f"{locked.name}, {version}",
    )


def advance(*, participation: Participation, target: Stage) -> None:
    """Move an institution to its next stage. Refused if the round does not run or the step is wrong.

    Corrections stay possible after the end of a round: a mistake must never be stuck.
    """
    locked = (
        Participation.objects.select_for_update(of=("self",))
        .select_related("round")
        .get(pk=participation.pk)
    )
    correcting = Stage.CORRECTING in (target, locked.stage)
    if not locked.round.is_open and not correcting:
        raise NotAllowedNow("closed")
    check_stage(Stage(locked.stage), target)
    locked.stage = target
    locked.save(update_fields=["stage"])
    participation.stage = target


def _lock_draft(run: Round, by: User) -> Round:
    _check(by, run.municipality)
    locked = (
        Round.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=run.pk)
    )
    if not locked.is_draft:
        raise NotAllowedNow("not a draft")
    return locked


def _check_version(version: InstrumentVersion, kind: RoundKind, municipality_id: int) -> None:
    """Rounds begin with fixed words; only a pilot with words that nobody has adopted yet."""
    states = {VersionState.ADOPTED.value}
    if kind == RoundKind.PILOT:
        states.add(VersionState.PILOT.value)
    if version.state not in states or version.instrument.municipality_id != municipality_id:
        raise NotAllowedNow("version")


def _check(by: User, municipality: Municipality) -> None:
    if not can_manage(by, municipality):
        raise PermissionDenied
