"""Builds the example city through the same operations as real use.

The names of the institutions and what the strategy says are real (public talk of 2021); every
rating, text and piece of evidence is invented. People have functions instead of names.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Answer, Outcome, Share
from chancencheck.assessments.models import Assessment, Result
from chancencheck.audit.models import Entry
from chancencheck.governance.operations import ensure_decision
from chancencheck.home.example.instrument import (
    make_adopted_version,
    make_next_draft,
    make_pilot_version,
    what_people_said,
)
from chancencheck.home.example.measures import build_measures
from chancencheck.home.example.surveys import (
    build_pilot_survey,
    build_running_surveys,
    report_barriers,
)
from chancencheck.instruments.models import InstrumentVersion, Requirement
from chancencheck.notifications.models import MailboxMessage, OutgoingMail
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.operations import ensure_person, give_role
from chancencheck.organisations.roles import Role
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Round
from chancencheck.rounds.operations import Calendar, Guest
from chancencheck.strategy.models import Strategy, Theme
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.choices import NoteKind
from chancencheck.workshops.models import Protocol

CONTENT = Path(__file__).parent / "content"
DOMAIN = "ludwigshafen.example"
UNITS = {
    "aa": ("Agentur für Arbeit", True),
    "abh": ("Ausländerbehörde", False),
    "ift": ("Internationaler Frauentreff", True),
    "jc": ("Jobcenter", True),
    "vhs": ("Volkshochschule", False),
    "wbl": ("Wirtschaftsbetrieb Ludwigshafen", False),
}
# invented, like everything but the names of the institutions
DIVISIONS = {
    "abh": "Dezernat A (Beispiel)",
    "vhs": "Dezernat B (Beispiel)",
    "wbl": "Dezernat A (Beispiel)",
}
CITY_ROLES = [
    (Role.COORDINATION, "Koordination (Abteilung Integration)", "koordination"),
    (Role.COORDINATING_GROUP, "Koordinierungsgruppe", "koordinierungsgruppe"),
    (Role.STEERING_COMMITTEE, "Lenkungskreis", "lenkungskreis"),
    (Role.EXECUTIVE, "Stadtvorstand", "stadtvorstand"),
    (Role.ADVISORY_BOARD, "Beirat für Migration und Integration", "beirat"),
    (Role.OVERSIGHT, "Personalrat", "personalrat"),
    (Role.ADMINISTRATION, "Administration", "administration"),
]
MODERATOR = ("Moderation (Koordinierungsgruppe)", f"moderation@{DOMAIN}")


@transaction.atomic
def build_example() -> Municipality:
    """Make the city, its people, the finished pilot and the running round."""
    city = Municipality.objects.create(
        name="Ludwigshafen am Rhein",
        slug="ludwigshafen",
        contact_email=f"chancencheck@{DOMAIN}",
        imprint="Dies ist eine Beispielinstallation. Sie gehört nicht der Stadt Ludwigshafen am Rhein.",
        is_example=True,
    )
    people = {role: _city_person(city, role, name, key) for role, name, key in CITY_ROLES}
    coordination = people[Role.COORDINATION]
    _make_strategy(city)
    editors = people[Role.COORDINATING_GROUP]
    pilot = make_pilot_version(city, editors)
    _build_pilot(city, pilot, coordination)
    adopted = make_adopted_version(pilot, editors)
    _build_running(city, adopted, coordination)
    make_next_draft(adopted, coordination, editors)
    build_measures(city, *_units_and_leads(city), coordination)
    return city


def _city_person(city: Municipality, role: Role, name: str, key: str) -> User:
    user = ensure_person(email=f"{key}@{DOMAIN}", name=name, municipality=city)
    give_role(user=user, role=role, municipality=city, by=None)
    return user


def _make_strategy(city: Municipality) -> None:
    strategy = Strategy.objects.create(
        municipality=city,
        title="Wir alle sind LU",
        subtitle="Strategie für Qualität und Vielfalt",
        preamble=(
            "Die Beschäftigten stehen vor der Aufgabe, Dienstleistungen und "
            "Beteiligungsmöglichkeiten so zu gestalten, dass die Bürger*innen ungeachtet ihrer "
            "Verschiedenheit faire Chancen haben, diese in Anspruch zu nehmen und für die "
            "Gestaltung ihrer Lebenslagen zu nutzen. Darin sehen wir ein wichtiges "
            "Qualitätsmerkmal."
        ),
        preamble_source="Zitat aus der Präambel, Vortrag vom 9. Dezember 2021",
    )
    Theme.objects.bulk_create(
        [
            Theme(
                strategy=strategy,
                key="T1",
                name="Zielgruppengerechte Ansprache, verständliche Kommunikation",
            ),
            Theme(
                strategy=strategy,
                key="T2",
                name="Identifizierung und Abbau von Zugangsbarrieren zu Angeboten u. Dienstleistungen",
            ),
        ]
    )


# ------------------------------------------------------------------- the rounds


def _build_pilot(city: Municipality, version: InstrumentVersion, by: User) -> None:
    run = rounds.create_round(
        municipality=city,
        name="Pilot 2021",
        kind=RoundKind.PILOT,
        version=version,
        decision=None,
        by=by,
    )
    calendar = Calendar(
        starts_on=date(2021, 4, 1),
        rating_until=date(2021, 5, 14),
        workshop_until=date(2021, 6, 18),
        release_until=date(2021, 6, 30),
        report_on=date(2021, 12, 9),
    )
    _open(run, calendar, by)
    for key, data in _contents("pilot"):
        assessment = _prepare(run, key, data, at=_day(data["workshop"]["date"]))
        _rate(assessment, data)
        _hold_workshop(assessment, data)
        _confirm_protocol(assessment, key, on=data["released_on"])
        _release(assessment, key, data)
        Result.objects.filter(assessment=assessment).update(released_on=data["released_on"])
    build_pilot_survey(run, *_units_and_leads(city), by)
    rounds.close_round(run=run, by=by)
    Entry.objects.filter(municipality_key=city.pk).update(at=_day(date(2021, 6, 30)))
    # mail of 2021 lies in nobody's inbox any more
    MailboxMessage.objects.all().delete()
    OutgoingMail.objects.all().delete()


def _build_running(city: Municipality, version: InstrumentVersion, by: User) -> None:
    today = timezone.localdate()
    run = rounds.create_round(
        municipality=city,
        name=f"Durchgang {today.year}",
        kind=RoundKind.BINDING,
        version=version,
        decision=ensure_decision(
            municipality=city,
            body="Stadtvorstand",
            decided_on=date(2021, 12, 14),
            reference="Beispiel 2021/0815",
        ),
        by=by,
    )
    calendar = Calendar(
        starts_on=today - timedelta(days=50),
        rating_until=today + timedelta(days=9),
        workshop_until=today + timedelta(days=40),
        release_until=today + timedelta(days=70),
        report_on=today + timedelta(days=110),
    )
    _open(run, calendar, by)
    for key, data in _contents("running"):
        _build_running_institution(run, key, data)
    units, leads = _units_and_leads(city)
    build_running_surveys(run, units, by)
    report_barriers(city, units, leads)


def _units_and_leads(city: Municipality) -> tuple[dict[str, Unit], dict[str, User]]:
    units = {
        key: Unit.objects.get(municipality=city, name=name) for key, (name, _) in UNITS.items()
    }
    return units, {key: User.objects.get(email=lead_address(key)) for key in UNITS}


def _build_running_institution(run: Round, key: str, data: dict[str, Any]) -> None:
    state = data["state"]
    if state == "invited":
        return
    when = data.get("workshop")
    assessment = _prepare(run, key, data, at=_workshop_time(when) if when else None)
    if state == "preparing":
        return
    _rate(assessment, data)
    if state == "rating":
        return
    _hold_workshop(assessment, data)
    if state == "released":
        released = timezone.localdate() - timedelta(days=data["released_days_ago"])
        _confirm_protocol(assessment, key, on=released)
        _release(assessment, key, data)
        Result.objects.filter(assessment=assessment).update(released_on=released)


def _contents(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key in UNITS:
        yield key, yaml.safe_load((CONTENT / folder / f"{key}.yaml").read_text())


def _day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(14)))


def _workshop_time(when: dict[str, Any]) -> datetime:
    day = timezone.localdate() + timedelta(days=when["in_days"])
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(str(when["time"]))))


def _open(run: Round, calendar: Calendar, by: User) -> None:
    rounds.set_calendar(run=run, calendar=calendar, by=by)
    guests = []
    for key, (name, is_external) in UNITS.items():
        unit = rounds.ensure_unit(
            municipality=run.municipality,
            name=name,
            is_external=is_external,
            division=DIVISIONS.get(key, ""),
            by=by,
        )
        lead = ensure_person(
            email=lead_address(key), name=f"Leitung: {name}", municipality=run.municipality
        )
        guests.append(Guest(unit, lead.email))
    rounds.set_participants(run=run, guests=guests, by=by)
    rounds.open_round(run=run, by=by)
    run.refresh_from_db()


def lead_address(key: str) -> str:
    """The invented address of the lead of an institution."""
    return f"leitung.{key}@{DOMAIN}"


def member_address(key: str, function: str) -> str:
    """The invented address of somebody in a team; the first of each team is the lead."""
    return f"{slugify(function)[:40]}.{key}@{DOMAIN}"


# ------------------------------------------------------------------- one institution


def _prepare(run: Round, key: str, data: dict[str, Any], at: datetime | None) -> Assessment:
    unit = Unit.objects.get(municipality=run.municipality, name=UNITS[key][0])
    lead = User.objects.get(email=lead_address(key))
    assessment = assess.accept_participation(
        participation=run.participations.select_related("round", "unit").get(unit=unit), by=lead
    )
    assess.set_scope(assessment=assessment, scope=data["scope"], by=lead)
    for index, function in enumerate(data["team"]):
        email = lead.email if index == 0 else member_address(key, function)
        assess.add_member(assessment=assessment, email=email, name=function, by=lead)
    assess.name_moderator(assessment=assessment, email=MODERATOR[1], name=MODERATOR[0], by=lead)
    if data.get("paper_seats"):
        assess.set_paper_seats(assessment=assessment, seats=data["paper_seats"], by=lead)
    _set_applicability(assessment, data, lead)
    if at:
        assess.set_workshop(
            assessment=assessment, at=at, place=data["workshop"].get("place", ""), by=lead
        )
    if data.get("state") != "preparing":
        assess.invite_team(assessment=assessment, by=lead)
    return _fresh(assessment)


def _set_applicability(assessment: Assessment, data: dict[str, Any], lead: User) -> None:
    ids = _requirements(assessment)
    reasons = dict(data.get("not_applicable", {}))
    for key, row in data.get("requirements", {}).items():
        if reason := row.get("finding", {}).get("not_applicable"):
            reasons[key] = reason
    team = _team(assessment)
    assess.set_applicability(
        assessment=assessment,
        reasons={ids[key].pk: reason for key, reason in reasons.items()},
        handovers={ids[key].pk: team[i].pk for key, i in data.get("handover", {}).items()},
        by=lead,
    )


def _team(assessment: Assessment) -> list[Any]:
    return list(assessment.members.select_related("user").order_by("pk"))


def _requirements(assessment: Assessment) -> dict[str, Requirement]:
    version = assessment.participation.round.instrument_version
    rows = version.requirements.select_related("scale").prefetch_related("scale__levels")
    return {row.key: row for row in rows}


def _fresh(assessment: Assessment) -> Assessment:
    return Assessment.objects.with_place().get(pk=assessment.pk)


def _rate(assessment: Assessment, data: dict[str, Any]) -> None:
    requirements = _requirements(assessment)
    team = [member.user for member in _team(assessment)]
    for key, row in data["requirements"].items():
        for index, vote in enumerate(row.get("votes", [])):
            entry = _entry(vote, index, row)
            if entry is not None:
                if assessment.participation.round.kind == RoundKind.PILOT:
                    entry = what_people_said(entry, data["unit"], key, index)
                assess.save_rating(
                    assessment=assessment,
                    requirement=requirements[key],
                    entry=entry,
                    revision=0,
                    by=team[index],
                )
    for user in team[: data.get("finished", len(team))]:
        assess.finish_sheet(assessment=assessment, by=user)


def _entry(vote: Any, index: int, row: dict[str, Any]) -> assess.RatingInput | None:
    example = next((e for e in row.get("examples", []) if e["by"] == index), None)
    idea = next((e for e in row.get("ideas", []) if e["by"] == index), None)
    if vote == "-" and not example and not idea:
        return None
    answer = {"x": Answer.CANNOT_JUDGE, "-": Answer.OPEN}.get(str(vote), Answer.LEVEL)
    return assess.RatingInput(
        answer=answer,
        level=int(vote) if answer == Answer.LEVEL else None,
        example=example["text"] if example else "",
        share_example=bool(example and example.get("shared")),
        idea=idea["text"] if idea else "",
        share_idea=bool(idea and idea.get("shared")),
    )


def _hold_workshop(assessment: Assessment, data: dict[str, Any]) -> None:
    moderator = User.objects.get(email=MODERATOR[1])
    workshops.open_workshop(assessment=_fresh(assessment), by=moderator)
    assessment = _fresh(assessment)
    requirements = _requirements(assessment)
    for key, row in data["requirements"].items():
        found = row.get("finding")
        if not found or "not_applicable" in found:
            continue
        assess.save_finding(
            assessment=assessment,
            requirement=requirements[key],
            values=_finding(found),
            revision=0,
            by=moderator,
        )
        for item in found.get("evidence", []):
            if item["kind"] != "none":
                assess.add_evidence(
                    assessment=assessment,
                    requirement=requirements[key],
                    entry=assess.EvidenceInput(
                        kind=item["kind"],
                        text=item["text"],
                        link=item.get("link", ""),
                        file="",
                        file_name="",
                        valid_until=item.get("valid_until"),
                    ),
                    by=moderator,
                )

    for note in data.get("notes", []):
        workshops.add_note(
            assessment=assessment,
            requirement=requirements[note["key"]] if "key" in note else None,
            kind=NoteKind(note["kind"]),
            text=note["text"],
            for_whom=note.get("for", ""),
            needs=note.get("needs", []),
            by=moderator,
        )


def _finding(found: dict[str, Any]) -> dict[str, Any]:
    dissent = found.get("dissent")
    low = dissent["low"] if dissent else {}
    high = dissent["high"] if dissent else {}
    return {
        "strengths": found["strengths"],
        "potentials": found["potentials"],
        "outcome": Outcome.DISSENT if dissent else Outcome.LEVEL,
        "level": found.get("level"),
        "low_level": low.get("level"),
        "low_text": low.get("text", ""),
        "high_level": high.get("level"),
        "high_text": high.get("text", ""),
        "reason": "",
    }


def _confirm_protocol(assessment: Assessment, key: str, on: date) -> None:
    moderator = User.objects.get(email=MODERATOR[1])
    workshops.end_workshop(assessment=_fresh(assessment), by=moderator)
    workshops.confirm_protocol(
        assessment=_fresh(assessment), by=User.objects.get(email=lead_address(key))
    )
    Protocol.objects.filter(assessment=assessment).update(confirmed_on=on)


def _release(assessment: Assessment, key: str, data: dict[str, Any]) -> None:
    assess.release_result(
        assessment=_fresh(assessment),
        share=Share(data.get("share", "all")),
        by=User.objects.get(email=lead_address(key)),
    )
