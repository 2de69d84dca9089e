"""What the measurements work on: a city of its own with many people who rate."""

from datetime import timedelta
from pathlib import Path

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment
from chancencheck.governance.models import Body
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.operations import import_instrument, release_version
from chancencheck.lib.sessions import SessionStore
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.operations import ensure_person, give_role
from chancencheck.organisations.roles import Role
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Participation, Round
from chancencheck.rounds.operations import Calendar, Guest

INSTRUMENT = Path(rounds.__file__).parents[1] / "instruments" / "data" / "chancencheck-lu-1.0.yaml"
TEAMS, PEOPLE = 4, 8


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
    release_version(version=version, by=boss)
    version.refresh_from_db()
    run = rounds.create_round(
        municipality=city,
        name="Messung",
        kind=RoundKind.PILOT,
        version=version,
        decision=None,
        by=boss,
    )
    rounds.set_calendar(run=run, calendar=calendar(), by=boss)
    guests = [
        Guest(Unit.objects.create(municipality=city, name=f"Amt {i}"), f"leitung{i}@mess.example")
        for i in range(TEAMS)
    ]
    rounds.set_participants(run=run, guests=guests, by=boss)
    rounds.open_round(run=run, by=boss)
    everybody = []
    for i, part in enumerate(run.participations.select_related("round", "unit")):
        everybody += _team(part, i)
    Body.objects.bulk_create(Body(municipality=city, name=f"Gremium {i}") for i in range(64))
    return boss, version, everybody


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
