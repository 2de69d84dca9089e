"""What the measurements work on: a city of its own with many people who rate."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Answer
from chancencheck.assessments.models import Assessment, Finding, IndividualRating
from chancencheck.assessments.queries import key_of
from chancencheck.governance.models import Body
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.lifecycle import adopt_version
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.operations import import_instrument
from chancencheck.lib.sessions import SessionStore
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.operations import ensure_person, give_role
from chancencheck.organisations.roles import Role
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Participation, Round
from chancencheck.rounds.operations import Calendar, Guest
from chancencheck.workshops import operations as in_workshop

INSTRUMENT = Path(rounds.__file__).parents[1] / "instruments" / "data" / "chancencheck-lu-1.0.yaml"
TEAMS, PEOPLE = 4, 8
WORKSHOP_TEAM = 6


def session_of(user: User) -> str:
    """The key of a signed-in session."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def calendar() -> Calendar:
    """A round that runs now."""
    today = timezone.localdate()
    return Calendar(*(today + timedelta(days=days) for days in (-10, 20, 40, 60, 80)))


@transaction.atomic
def build() -> tuple[User, InstrumentVersion, list[tuple[Assessment, User]]]:
    """The coordination, the instrument, and everybody who rates with their assessment."""
    city = Municipality.objects.create(name="Messstadt", slug="messstadt")
    boss = ensure_person(email="koordination@mess.example", municipality=city)
    give_role(user=boss, role=Role.COORDINATION, municipality=city, by=None)
    version = import_instrument(
        file=parse_instrument(INSTRUMENT.read_bytes()), municipality=city, by=boss
    )
    adopt_version(version=version, by=boss)
    version.refresh_from_db()
    run = _open_round("Messung", [f"Amt {i}" for i in range(TEAMS)], "leitung", version, boss)
    everybody = []
    for i, part in enumerate(run.participations.select_related("round", "unit")):
        everybody += _team(part, i)
    Body.objects.bulk_create(Body(municipality=city, name=f"Gremium {i}") for i in range(64))
    return boss, version, everybody


def _open_round(
    name: str, units: list[str], leads: str, version: InstrumentVersion, boss: User
) -> Round:
    """An open round of new institutions; `leads`: what the addresses of their leads begin with."""
    city = version.instrument.municipality
    run = rounds.create_round(
        municipality=city,
        name=name,
        kind=RoundKind.PILOT,
        version=version,
        decision=None,
        by=boss,
    )
    rounds.set_calendar(run=run, calendar=calendar(), by=boss)
    guests = [
        Guest(Unit.objects.create(municipality=city, name=unit), f"{leads}{i}@mess.example")
        for i, unit in enumerate(units)
    ]
    rounds.set_participants(run=run, guests=guests, by=boss)
    rounds.open_round(run=run, by=boss)
    return run


def _team(part: Participation, number: int) -> list[tuple[Assessment, User]]:
    lead = User.objects.get(email=f"leitung{number}@mess.example")
    assessment = assess.accept_participation(participation=part, by=lead)
    assess.set_scope(assessment=assessment, scope="Alles", by=lead)
    people = [
        assess.add_member(assessment=assessment, email=f"p{number}-{i}@mess.example", by=lead).user
        for i in range(PEOPLE)
    ]
    assess.name_moderator(assessment=assessment, email="moderation@mess.example", by=lead)
    assess.invite_team(assessment=assessment, by=lead)
    return [(assessment, person) for person in people]


@dataclass(frozen=True)
class Workshop:
    """A workshop that runs, with a code for guests."""

    assessment: Assessment
    moderator: User
    team: list[User]


@transaction.atomic
def workshops(number: int, version: InstrumentVersion, boss: User) -> list[Workshop]:
    """Institutions in the middle of their workshop: spread, voices and words are there."""
    units = [f"Werkstatt {i:03d}" for i in range(number)]
    run = _open_round("Werkstätten", units, "werkstatt", version, boss)
    parts = run.participations.select_related("round", "unit")
    return [_workshop(part, i) for i, part in enumerate(parts)]


def _workshop(part: Participation, number: int) -> Workshop:
    lead = User.objects.get(email=f"werkstatt{number}@mess.example")
    assessment = assess.accept_participation(participation=part, by=lead)
    assess.set_scope(assessment=assessment, scope="Alles", by=lead)
    team = [
        assess.add_member(assessment=assessment, email=f"w{number}-{i}@mess.example", by=lead).user
        for i in range(WORKSHOP_TEAM)
    ]
    assess.name_moderator(assessment=assessment, email=f"moderation{number}@mess.example", by=lead)
    assess.invite_team(assessment=assessment, by=lead)
    for place, person in enumerate(team):
        _rate_everything(assessment, person, place)
        assess.finish_sheet(assessment=assessment, by=person)
    assessment = Assessment.objects.with_place().get(pk=assessment.pk)
    moderator = assessment.moderator
    assert moderator
    in_workshop.open_workshop(assessment=assessment, by=moderator)
    in_workshop.renew_code(assessment=assessment, by=moderator)
    Finding.objects.bulk_create(
        Finding(
            assessment=assessment,
            requirement=requirement,
            strengths=["Die Wege sind kurz, und wer fragt, bekommt eine Antwort."],
            potentials=["Abends fehlt jemand, der Auskunft gibt.", "Das Formular ist zu lang."],
            revision=1,
        )
        for requirement in assessment.participation.round.instrument_version.requirements.all()
    )
    return Workshop(assessment, moderator, team)


def _rate_everything(assessment: Assessment, person: User, place: int) -> None:
    """Levels that differ, and a sentence for the workshop from every second person."""
    version = assessment.participation.round.instrument_version
    author_key = key_of(person, assessment)
    IndividualRating.objects.bulk_create(
        IndividualRating(
            assessment=assessment,
            requirement=requirement,
            author_key=author_key,
            answer=Answer.LEVEL,
            level=1 + (place + requirement.position) % 4,
            example=f"Ein Beispiel aus dem Alltag, Nummer {place}, mit ein paar Worten mehr.",
            share_example=place % 2 == 0,
        )
        for requirement in version.requirements.all()
    )


def big_round(size: int, version: InstrumentVersion, boss: User) -> Round:
    """An open round with many institutions, for the round page."""
    city = version.instrument.municipality
    run = rounds.create_round(
        municipality=city,
        name=f"{size} Einrichtungen",
        kind=RoundKind.PILOT,
        version=version,
        decision=None,
        by=boss,
    )
    rounds.set_calendar(run=run, calendar=calendar(), by=boss)
    Unit.objects.bulk_create(
        Unit(municipality=city, name=f"Einrichtung {size}-{i:04d}") for i in range(size)
    )
    units = Unit.objects.filter(name__startswith=f"Einrichtung {size}-")
    Participation.objects.bulk_create(Participation(round=run, unit=unit) for unit in units)
    Round.objects.filter(pk=run.pk).update(state="open")
    run.refresh_from_db()
    return run
