"""A workshop to practise with: one click, invented data, nothing of it counts anywhere.

It lives in a city of its own, so every wall between cities keeps it out of rounds, results and
patterns. Each person has one practice workshop; starting again throws the old one away.
"""

from functools import partial
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import Outcome, VoiceKind
from chancencheck.assessments.models import (
    Assessment,
    Distribution,
    Evidence,
    Exclusion,
    Finding,
    Voice,
)
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.lifecycle import adopt_version
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.operations import import_instrument
from chancencheck.measures.models import Function
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.operations import ensure_person, give_role
from chancencheck.organisations.roles import Role
from chancencheck.rounds.choices import RoundKind, RoundState, Stage
from chancencheck.rounds.models import Participation, Round
from chancencheck.workshops.models import Room
from chancencheck.workshops.rules import new_code

DATA = Path(__file__).parent / "data" / "uebung.yaml"
INSTRUMENT = Path(__file__).parents[1] / "instruments" / "data" / "chancencheck-lu-1.0.yaml"
CITY = "Übungsstadt"
KEEPER = "uebung@chancencheck.invalid"  # holds the instrument there; nobody can sign in with it


@transaction.atomic
def start_practice(*, by: User) -> Assessment:
    """A fresh practice workshop for this person as moderator."""
    User.objects.select_for_update().get(pk=by.pk)  # two clicks make one practice
    city = _city()
    end_practice(by=by)
    content = yaml.safe_load(DATA.read_text())
    run = _round(city)
    unit, _made = Unit.objects.get_or_create(municipality=city, name=content["unit"])
    part = Participation.objects.create(round=run, unit=unit, stage=Stage.WORKSHOP)
    assessment = Assessment.objects.create(
        participation=part,
        scope=content["scope"],
        moderator=by,
        workshop_at=timezone.now(),
        workshop_place=content["place"],
    )
    _fill(assessment, run.instrument_version, content)
    Room.objects.create(assessment=assessment, minutes=content["minutes"])
    return assessment


@transaction.atomic
def end_practice(*, by: User) -> None:
    """Throw the practice workshop of this person away, with everything typed in it."""
    # with the practice of people who are gone: nobody else would ever throw it away
    mine = Q(participations__assessment__moderator=by)
    gone = Q(participations__assessment__moderator__is_active=False)
    rounds = Round.objects.filter(mine | gone, municipality__is_practice=True)
    files = [
        evidence.file
        for evidence in Evidence.objects.filter(
            finding__assessment__participation__round__in=rounds, file__gt=""
        )
    ]
    Round.objects.filter(pk__in=list(rounds.values_list("pk", flat=True))).delete()
    Function.objects.filter(municipality__is_practice=True, measures__isnull=True).delete()
    for file in files:
        transaction.on_commit(partial(file.delete, save=False))


def practice_of(user: User) -> Assessment | None:
    """The practice workshop this person is in, if there is one."""
    return Assessment.objects.filter(
        moderator=user, participation__round__municipality__is_practice=True
    ).first()


def _city() -> Municipality:
    city, made = Municipality.objects.get_or_create(
        is_practice=True, defaults={"name": CITY, "slug": "uebung"}
    )
    if made:
        keeper = ensure_person(email=KEEPER, name="Übung", municipality=city)
        give_role(user=keeper, role=Role.COORDINATION, municipality=city, by=None)
        version = import_instrument(
            file=parse_instrument(INSTRUMENT.read_bytes()), municipality=city, by=keeper
        )
        adopt_version(version=version, by=keeper)
        keeper.is_active = False
        keeper.save(update_fields=["is_active"])
    return city


def _round(city: Municipality) -> Round:
    today = timezone.localdate()
    return Round.objects.create(
        municipality=city,
        name=f"Übung {new_code()}",  # names are unique in a city
        kind=RoundKind.VOLUNTARY,
        instrument_version=InstrumentVersion.objects.get(instrument__municipality=city),
        state=RoundState.OPEN,
        starts_on=today,
        rating_until=today,
        workshop_until=today,
        release_until=today,
        report_on=today,
    )


def _fill(assessment: Assessment, version: InstrumentVersion, content: dict[str, Any]) -> None:
    for requirement in version.requirements.all():
        row = content["requirements"].get(requirement.key)
        if row is None:
            reason = content["left_out"]
            Exclusion.objects.create(assessment=assessment, requirement=requirement, reason=reason)
            Finding.objects.create(
                assessment=assessment,
                requirement=requirement,
                outcome=Outcome.NOT_APPLICABLE,
                reason=reason,
            )
            continue
        Distribution.objects.create(
            assessment=assessment,
            requirement=requirement,
            counts=row.get("counts", []),
            cannot_judge=row.get("cannot_judge", 0) if row.get("counts") else None,
        )
        voices = [
            Voice(assessment=assessment, requirement=requirement, kind=kind, text=text)
            for kind in VoiceKind
            for text in row.get(f"{kind}s", [])
        ]
        Voice.objects.bulk_create(sorted(voices, key=lambda voice: voice.pk))
