"""A small fixed cast and its two cities, built through the product's own operations.

Nothing is kept in memory: `person("lead")` reads afresh, so that no test sees another's objects.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Answer, Outcome, Share
from chancencheck.assessments.models import Assessment, IndividualRating
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.lifecycle import adopt_version
from chancencheck.instruments.models import Requirement
from chancencheck.instruments.operations import import_instrument
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.operations import create_municipality, ensure_person, give_role
from chancencheck.organisations.roles import Role
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Participation, Round
from chancencheck.rounds.operations import Calendar, Guest
from chancencheck.strategy.models import Strategy
from chancencheck.workshops import operations as workshops

HERE, THERE = "Musterstadt", "Nachbarstadt"
PASSWORD = "ein Satz zum Merken"
TINY = Path(__file__).parent / "data" / "tiny.yaml"
KEYS = ("KOM-1", "KOM-2", "ZUG-1")
CITY_ROLES = {
    "coordination": Role.COORDINATION,
    "coordinating_group": Role.COORDINATING_GROUP,
    "steering": Role.STEERING_COMMITTEE,
    "executive": Role.EXECUTIVE,
    "advisory_board": Role.ADVISORY_BOARD,
    "oversight": Role.OVERSIGHT,
}
# institution → what the keys of its people begin with, and whether it is a partner
INSTITUTIONS = {
    "Bürgeramt": ("", False),
    "Bücherei": ("library_", False),
    "Jobcenter": ("job_", True),
}
MEMBERS = ("member1", "member2", "member3", "member4", "member5")


def address(key: str, city: str = HERE) -> str:
    """The mail address of somebody of the cast."""
    return f"{key.replace('_', '-')}@{city.lower()}.example"


def person(key: str, city: str = HERE) -> User:
    """Somebody of the cast, read afresh."""
    return User.objects.get(email=address(key, city))


def municipality(city: str = HERE) -> Municipality:
    """One of the two cities."""
    return Municipality.objects.get(name=city)


def the_round(city: str = HERE) -> Round:
    """The running round of a city."""
    return Round.objects.select_related("municipality").get(
        municipality__name=city, name=f"Durchgang {city}"
    )


def participation(unit: str = "Bürgeramt", city: str = HERE) -> Participation:
    """The part of an institution in the running round."""
    return Participation.objects.select_related("round__municipality", "unit").get(
        round=the_round(city), unit__name=unit
    )


def fresh(assessment: Assessment) -> Assessment:
    """The assessment as it is stored now."""
    return Assessment.objects.with_place().get(pk=assessment.pk)


def requirement(assessment: Assessment, key: str = "KOM-1") -> Requirement:
    """A requirement of the assessment's instrument."""
    return Requirement.objects.select_related("scale").get(
        version=assessment.participation.round.instrument_version, key=key
    )


# ------------------------------------------------------------------- the cities


def build() -> None:
    """Make both cities with cast, instrument and an open round."""
    for city in (HERE, THERE):
        _build_city(city)


def _build_city(city: str) -> None:
    create_municipality(
        name=city,
        admin_email=address("administration", city),
        admin_name=f"Administration {city}",
        password=PASSWORD,
    )
    home = municipality(city)
    for key, role in CITY_ROLES.items():
        user = ensure_person(email=address(key, city), name=f"{key} {city}", municipality=home)
        give_role(user=user, role=role, municipality=home, by=None)
    Strategy.objects.create(municipality=home, title=f"Wir sind {city}", preamble="Alle zusammen.")
    build_round(city)


def build_round(city: str, name: str = "", units: tuple[str, ...] = tuple(INSTITUTIONS)) -> Round:
    """Make and open a round; the instrument is read in the first time."""
    home, coordination = municipality(city), person("coordination", city)
    version = home.instruments.first() and home.instruments.get().versions.order_by("pk").first()
    if version is None:
        version = import_instrument(
            file=parse_instrument(TINY.read_bytes()), municipality=home, by=coordination
        )
        adopt_version(version=version, by=coordination)
        version.refresh_from_db()
    run = rounds.create_round(
        municipality=home,
        name=name or f"Durchgang {city}",
        kind=RoundKind.PILOT,
        version=version,
        decision=None,
        by=coordination,
    )
    rounds.set_calendar(run=run, calendar=calendar(), by=coordination)
    guests = [_guest(home, unit, coordination) for unit in units]
    rounds.set_participants(run=run, guests=guests, by=coordination)
    rounds.open_round(run=run, by=coordination)
    run.refresh_from_db()
    return run


def calendar(begins_in: int = -10) -> Calendar:
    """Five dates, ten days apart."""
    first = timezone.localdate() + timedelta(days=begins_in)
    return Calendar(*(first + timedelta(days=10 * step) for step in range(5)))


def _guest(home: Municipality, name: str, by: User) -> Guest:
    prefix, is_external = INSTITUTIONS[name]
    unit = rounds.ensure_unit(municipality=home, name=name, is_external=is_external, by=by)
    lead = ensure_person(
        email=address(f"{prefix}lead", home.name), name=f"Leitung {name}", municipality=home
    )
    return Guest(unit, lead.email)


def report_is_due(city: str = HERE) -> None:
    """Let the whole calendar of the round lie in the past."""
    past = vars(calendar(begins_in=-60))
    Round.objects.filter(pk=the_round(city).pk).update(**past)


# ------------------------------------------------------------------- the stages


class Team:
    """Who is who in one institution."""

    def __init__(self, unit: str = "Bürgeramt", city: str = HERE) -> None:
        self.unit, self.city = unit, city
        self.prefix = INSTITUTIONS[unit][0]

    def email(self, key: str) -> str:
        """The address of `lead`, `moderator`, `member1` … of this institution."""
        return address(f"{self.prefix}{key}", self.city)

    def person(self, key: str) -> User:
        """The same as a person."""
        return person(f"{self.prefix}{key}", self.city)


def team_of(assessment: Assessment) -> Team:
    """The people of an assessment."""
    part = assessment.participation
    return Team(part.unit.name, part.round.municipality.name)


def preparing(unit: str = "Bürgeramt", city: str = HERE, members: int = 5) -> Assessment:
    """Accepted, with scope, team and moderator; nobody is invited yet."""
    team = Team(unit, city)
    lead = team.person("lead")
    assessment = assess.accept_participation(participation=participation(unit, city), by=lead)
    assess.set_scope(assessment=assessment, scope="Der Schalter im Erdgeschoss", by=lead)
    for key in MEMBERS[:members]:
        assess.add_member(
            assessment=assessment, email=team.email(key), name=f"Person {key}", by=lead
        )
    assess.name_moderator(
        assessment=assessment, email=team.email("moderator"), name="Moderation", by=lead
    )
    return fresh(assessment)


def rating(unit: str = "Bürgeramt", city: str = HERE, members: int = 5) -> Assessment:
    """Everybody is invited and rates alone; nobody has begun."""
    assessment = preparing(unit, city, members)
    assess.invite_team(assessment=assessment, by=team_of(assessment).person("lead"))
    return fresh(assessment)


def entry(level: int | None = 2, **words: Any) -> assess.RatingInput:
    """What somebody typed for one requirement; without a level they cannot judge."""
    answer = Answer.CANNOT_JUDGE if level is None else Answer.LEVEL
    rest = {"example": "", "share_example": False, "idea": "", "share_idea": False, **words}
    return assess.RatingInput(answer=answer, level=level, **rest)


def rate(
    assessment: Assessment, who: str, key: str = "KOM-1", level: int | None = 2, **words: Any
) -> IndividualRating:
    """One person of the team rates one requirement."""
    return assess.save_rating(
        assessment=assessment,
        requirement=requirement(assessment, key),
        entry=entry(level, **words),
        revision=0,
        by=team_of(assessment).person(who),
    )


def finish(assessment: Assessment, *who: str) -> None:
    """These people say to be finished."""
    for key in who:
        assess.finish_sheet(assessment=assessment, by=team_of(assessment).person(key))


def rated(
    unit: str = "Bürgeramt", city: str = HERE, finished: int = 5, members: int = 5
) -> Assessment:
    """The first `finished` people have rated everything and say so."""
    assessment = rating(unit, city, members)
    for index, who in enumerate(MEMBERS[:finished]):
        for key in KEYS:
            rate(assessment, who, key, level=1 + index % 4)
    finish(assessment, *MEMBERS[:finished])
    return fresh(assessment)


def open_workshop(assessment: Assessment) -> Assessment:
    """The moderator opens the distributions."""
    workshops.open_workshop(assessment=assessment, by=team_of(assessment).person("moderator"))
    return fresh(assessment)


def workshop(unit: str = "Bürgeramt", city: str = HERE) -> Assessment:
    """All have rated and the distributions are open; nothing is written yet."""
    return open_workshop(rated(unit, city))


def values(**changes: Any) -> dict[str, Any]:
    """The fields of a finding: agreed on the second level, unless said otherwise."""
    return {
        "strengths": ["Wir hören zu"],
        "potentials": ["Mehr Bilder"],
        "outcome": Outcome.LEVEL,
        "level": 2,
        "low_level": None,
        "low_text": "",
        "high_level": None,
        "high_text": "",
        "reason": "",
        **changes,
    }


def settle(assessment: Assessment, **changes: Any) -> Assessment:
    """The moderator writes a result for every requirement."""
    for key in KEYS:
        found = assessment.findings.filter(requirement__key=key).first()
        assess.save_finding(
            assessment=assessment,
            requirement=requirement(assessment, key),
            values=values(**changes),
            revision=found.revision if found else 0,
            by=team_of(assessment).person("moderator"),
        )
    return fresh(assessment)


def settled(unit: str = "Bürgeramt", city: str = HERE) -> Assessment:
    """Every requirement has a result; the lead can release."""
    return settle(workshop(unit, city))


def release(assessment: Assessment, share: Share = Share.ALL, reason: str = "") -> Assessment:
    """The lead releases."""
    lead = team_of(assessment).person("lead")
    assess.release_result(assessment=assessment, share=share, reason=reason, by=lead)
    return fresh(assessment)


def released(unit: str = "Bürgeramt", city: str = HERE, share: Share = Share.ALL) -> Assessment:
    """The result is out, everything of single people is deleted."""
    return release(settled(unit, city), share)


def correcting(unit: str = "Bürgeramt", city: str = HERE) -> Assessment:
    """A released result is being corrected."""
    assessment = released(unit, city)
    assess.start_correction(assessment=assessment, by=team_of(assessment).person("lead"))
    return fresh(assessment)


STAGES = {
    "preparing": preparing,
    "rating": rating,
    "rated": rated,
    "workshop": workshop,
    "settled": settled,
    "released": released,
    "correcting": correcting,
}
