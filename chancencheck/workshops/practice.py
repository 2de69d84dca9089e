"""A workshop to practise with: one click, invented data, nothing of it counts anywhere.

It lives in a city of its own, so every wall between cities keeps it out of rounds, results and
patterns. Each person has one practice workshop; starting again throws the old one away.
"""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import Outcome, VoiceKind
from chancencheck.assessments.models import Assessment, Distribution, Exclusion, Finding, Voice
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.operations import import_instrument, release_version
from chancencheck.organisations.models import Membership, Municipality, Unit
from chancencheck.organisations.operations import ensure_person, give_role
from chancencheck.organisations.queries import forget_standing
from chancencheck.organisations.roles import Role
from chancencheck.rounds.choices import RoundKind, RoundState, Stage
from chancencheck.rounds.models import Participation, Round
from chancencheck.workshops.models import Room

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
    Membership.objects.get_or_create(user=by, municipality=city)
    forget_standing(by)
    content = yaml.safe_load(DATA.read_text())
    run = _round(city, by)
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
    Round.objects.filter(
        municipality__is_practice=True, participations__assessment__moderator=by
    ).delete()
    Membership.objects.filter(user=by, municipality__is_practice=True).delete()
    forget_standing(by)


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
        release_version(version=version, by=keeper)
        keeper.is_active = False
        keeper.save(update_fields=["is_active"])
    return city


def _round(city: Municipality, by: User) -> Round:
    today = timezone.localdate()
    return Round.objects.create(
        municipality=city,
        name=f"Übung {by.pk}",
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
