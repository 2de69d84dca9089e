"""Instruments as large and as nested as those of the field, made by rule. All words are our own.

No text of any existing instrument is in here: sentences are put together from short plain pieces.
"""

from typing import Any

import yaml

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment
from chancencheck.instruments.format import InstrumentFile, parse_instrument
from chancencheck.instruments.lifecycle import adopt_version
from chancencheck.instruments.models import InstrumentVersion, Requirement
from chancencheck.instruments.operations import import_instrument
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Participation
from chancencheck.rounds.operations import Guest
from tests import world

SUBJECTS = (
    "Unsere Auskünfte",
    "Unsere Bescheide",
    "Unsere Wartezeiten",
    "Unsere Räume",
    "Unsere Formulare",
    "Unsere Absprachen",
    "Unsere Angebote",
)
CLAIMS = (
    "sind leicht zu verstehen",
    "erreichen alle, die sie brauchen",
    "werden regelmäßig gemeinsam geprüft",
    "passen zu dem, was Menschen fragen",
    "sind mit anderen Stellen abgestimmt",
)
NAMES = (
    "Auskunft",
    "Begegnung",
    "Zusammenarbeit",
    "Wege",
    "Lernen",
    "Führung",
    "Mittel",
    "Sprache",
    "Wirkung",
)

Fields = dict[str, Any]


def _sentence(number: int) -> str:
    claim = CLAIMS[number // len(SUBJECTS) % len(CLAIMS)]
    return f"{SUBJECTS[number % len(SUBJECTS)]} {claim}."


def _requirement(key: str, number: int, **more: Any) -> Fields:
    return {"key": key, "title": f"Frage {number + 1}", "text": _sentence(number), **more}


def _levels(key: str, *names: str, first: int = 1) -> Fields:
    levels = [{"value": first + index, "name": name} for index, name in enumerate(names)]
    return {"key": key, "levels": levels}


def _file(key: str, title: str, **more: Any) -> Fields:
    return {
        "format": "chancencheck-instrument/2",
        "key": key,
        "title": title,
        "version": "1.0",
        "language": "de",
        "licence": "EUPL-1.2",
        "origin": "own",
        "citizen_scale": ["ja", "eher ja", "eher nein", "nein"],
        "standard_questions": ["Woran merken wir das?"],
        **more,
    }


def seven_fields() -> Fields:
    """Seven fields, about 100 questions on four scales, nine topics inside the third field."""
    scales = ("vier-stufen", "ja-teils-nein", "prozent", "reife")
    number = 0

    def questions(area: str, how_many: int) -> list[Fields]:
        nonlocal number
        rows = []
        for place in range(1, how_many + 1):
            rows.append(_requirement(f"{area}-{place}", number, scale=scales[number % 4]))
            number += 1
        rows[0]["who_knows"] = "Wer am Schalter arbeitet."
        return rows

    areas: list[Fields] = []
    for index in range(7):
        field: Fields = {"key": f"F{index + 1}", "name": f"Feld {NAMES[index]}"}
        if index == 2:
            field["areas"] = [
                {
                    "key": f"F3T{topic}",
                    "name": f"Thema {NAMES[topic - 1]}",
                    "requirements": questions(f"F3T{topic}", 4),
                }
                for topic in range(1, 10)
            ]
        else:
            field["requirements"] = questions(f"F{index + 1}", 11)
        areas.append(field)
    return _file(
        "sieben-felder",
        "Sieben Felder",
        scales=[
            _levels("vier-stufen", "noch nicht", "begonnen", "meist", "immer"),
            _levels("ja-teils-nein", "nein", "teilweise", "ja", first=0),
            {"key": "prozent", "range": {"minimum": 0, "maximum": 100, "step": 5}},
            _levels("reife", "Idee", "Versuch", "Regel", "geprüft", "Vorbild"),
        ],
        areas=areas,
    )


PHASES = (("P", "Planen"), ("T", "Tun"), ("W", "Prüfen"), ("V", "Verbessern"))
SUB_CRITERIA = (3, 4, 3, 3, 3, 3, 3, 3, 3)  # 28 in nine criteria


def nine_criteria() -> Fields:
    """Nine criteria with 28 sub-criteria on a range of 0 to 100, four phases in each."""
    areas = []
    number = 0
    for index, how_many in enumerate(SUB_CRITERIA):
        inside = []
        for part in range(1, how_many + 1):
            inside.append(
                {
                    "key": f"K{index + 1}{chr(64 + part)}",
                    "name": f"Teil {index + 1}.{part}",
                    "requirements": [
                        {
                            "key": f"{index + 1}.{part}-{letter}",
                            "title": name,
                            "text": f"{name}: {_sentence(number)}",
                            # who checks must have planned: the last phases weigh twice
                            "weight": 2 if letter in "WV" else 1,
                        }
                        for letter, name in PHASES
                    ],
                }
            )
            number += 1
        areas.append({"key": f"K{index + 1}", "name": f"Kriterium {NAMES[index]}", "areas": inside})
    return _file(
        "neun-kriterien",
        "Neun Kriterien",
        scales=[{"key": "punkte", "range": {"minimum": 0, "maximum": 100, "step": 1}}],
        aggregation="mean",
        areas=areas,
    )


def four_modules() -> Fields:
    """Four modules with three stages; leads and the counter have sheets of their own."""
    areas = []
    number = 0
    for index in range(4):
        rows = []
        for place in range(1, 6):
            row = _requirement(f"M{index + 1}-{place}", number)
            if place == 1:
                row["sheets"] = ["leitung"]
                row["who_knows"] = "Die Leitung."
            elif place == 2:
                row["sheets"] = ["schalter"]
            rows.append(row)
            number += 1
        areas.append(
            {"key": f"M{index + 1}", "name": f"Modul {NAMES[index]}", "requirements": rows}
        )
    return _file(
        "vier-module",
        "Vier Module",
        scales=[_levels("stufen", "Einstieg", "Aufbau", "Verankert")],
        aggregation="distribution",
        sheets=[
            {"key": "leitung", "name": "Leitung", "help": "Für alle, die etwas entscheiden."},
            {"key": "schalter", "name": "Schalter", "help": "Für alle mit Kundschaft."},
        ],
        areas=areas,
    )


STRUCTURES = {"fields": seven_fields, "criteria": nine_criteria, "modules": four_modules}


def as_yaml(content: Fields) -> bytes:
    """The structure as the file somebody would send."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()


def parsed(content: Fields) -> InstrumentFile:
    """The structure after reading."""
    return parse_instrument(as_yaml(content))


# ------------------------------------------------------------------- through the real thing


def begin(content: Fields, kind: RoundKind = RoundKind.BINDING) -> Assessment:
    """Import, adopt, open a round of it; the Bürgeramt has accepted and named its team."""
    home, keeper = world.municipality(), world.person("coordination")
    version = import_instrument(file=parsed(content), municipality=home, by=keeper)
    adopt_version(version=version, by=keeper)
    run = rounds.create_round(
        municipality=home,
        name=f"Durchgang {content['title']}",
        kind=kind,
        version=InstrumentVersion.objects.get(pk=version.pk),
        decision=None,
        by=keeper,
    )
    rounds.set_calendar(run=run, calendar=world.calendar(), by=keeper)
    unit = rounds.ensure_unit(municipality=home, name="Bürgeramt", is_external=False, by=keeper)
    guest = Guest(unit, world.address("lead"))
    rounds.set_participants(run=run, guests=[guest], by=keeper)
    rounds.open_round(run=run, by=keeper)
    lead = world.person("lead")
    part = Participation.objects.select_related("round__municipality", "unit").get(round=run)
    assessment = assess.accept_participation(participation=part, by=lead)
    assess.set_scope(assessment=assessment, scope="Der Schalter im Erdgeschoss", by=lead)
    for key in world.MEMBERS:
        assess.add_member(
            assessment=assessment, email=world.address(key), name=f"Person {key}", by=lead
        )
    assess.name_moderator(
        assessment=assessment, email=world.address("moderator"), name="Moderation", by=lead
    )
    return world.fresh(assessment)


def rating(content: Fields) -> Assessment:
    """The team is invited; nobody has begun."""
    assessment = begin(content)
    assess.invite_team(assessment=assessment, by=world.person("lead"))
    return world.fresh(assessment)


def requirements(assessment: Assessment) -> list[Requirement]:
    """All requirements of the assessment in their order, with scales at hand."""
    version = assessment.participation.round.instrument_version
    return list(
        version.requirements.select_related("scale", "area").prefetch_related("scale__levels")
    )


def values_of(requirement: Requirement) -> list[int]:
    """Values that can be chosen: all levels, or the start, middle and end of a range."""
    scale = requirement.scale
    if scale.minimum is not None and scale.maximum is not None:
        return [scale.minimum, (scale.minimum + scale.maximum) // 2, scale.maximum]
    return [stop.value for stop in scale.stops]


def rate_all(assessment: Assessment, *people: User) -> None:
    """Each of these people rates each requirement, by values of its own scale."""
    for place, user in enumerate(people):
        for requirement in requirements(assessment):
            every = values_of(requirement)
            assess.save_rating(
                assessment=assessment,
                requirement=requirement,
                entry=world.entry(every[place % len(every)]),
                revision=0,
                by=user,
            )
        assess.finish_sheet(assessment=assessment, by=user)


def workshop(content: Fields) -> Assessment:
    """Three people have rated everything and the moderator has opened the workshop."""
    assessment = rating(content)
    rate_all(assessment, *(world.person(key) for key in world.MEMBERS[:3]))
    return world.open_workshop(world.fresh(assessment))


def settle(assessment: Assessment, index: int = -1) -> Assessment:
    """The team agrees everywhere on the value at `index` of what can be chosen."""
    for requirement in requirements(assessment):
        assess.save_finding(
            assessment=assessment,
            requirement=requirement,
            values=world.values(level=values_of(requirement)[index]),
            revision=0,
            by=world.person("moderator"),
        )
    return world.fresh(assessment)


def released(content: Fields, index: int = -1) -> Assessment:
    """The lead has released."""
    return world.release(settle(workshop(content), index))
