"""Later versions of the small instrument, made through the product's own operations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import yaml

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment
from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.dump import to_yaml
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.lifecycle import adopt_version, changes_of, classify
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.storage import read_version
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Participation, Round
from tests import world
from tests.world import HERE, person

OLD_WORDS = "Wir sprechen verständlich."
NEW_WORDS = "Wir sprechen so, dass man uns versteht."

Edit = Callable[[dict[str, Any]], None]


def first(city: str = HERE) -> InstrumentVersion:
    """The version with which the cities begin."""
    return InstrumentVersion.objects.select_related("instrument").get(
        instrument__municipality__name=city, number="1.0"
    )


def spec(content: dict[str, Any], key: str) -> dict[str, Any]:
    """A requirement in the content of a file."""
    every = (row for area in content["areas"] for row in area["requirements"])
    found: dict[str, Any] = next(row for row in every if row["key"] == key)
    return found


def other_words(key: str = "KOM-1", field: str = "text", words: str = NEW_WORDS) -> Edit:
    """An edit: this field of a requirement says something else."""

    def edit(content: dict[str, Any]) -> None:
        spec(content, key)[field] = words

    return edit


def drafted(base: InstrumentVersion, number: str, *edits: Edit) -> InstrumentVersion:
    """A draft that goes on from `base`."""
    content = yaml.safe_load(to_yaml(read_version(base)))
    content |= {"version": number, "follows": base.number}
    content.pop("changes", None)
    for edit in edits:
        edit(content)
    return import_instrument(
        file=parse_instrument(yaml.safe_dump(content, allow_unicode=True).encode()),
        municipality=base.instrument.municipality,
        by=person("coordination", base.instrument.municipality.name),
    )


def adopted(
    base: InstrumentVersion,
    number: str,
    *edits: Edit,
    kind: ChangeKind = ChangeKind.WORDING,
    kinds: dict[str, ChangeKind] | None = None,
) -> InstrumentVersion:
    """A later version that is in use; somebody decided that all changes are of this kind."""
    version = drafted(base, number, *edits)
    by = person("coordination", base.instrument.municipality.name)
    for row in changes_of(version):
        place = row.difference.place
        chosen = (kinds or {}).get(place, kind)
        classify(version=version, place=place, kind=chosen, reason="", by=by)
    adopt_version(version=version, by=by)
    return version


# ------------------------------------------------------------------- rounds one after the other


def years_back(run: Round, years: int) -> None:
    """Let a round have begun so many years earlier."""
    start = world.calendar().starts_on - timedelta(days=365 * years)
    Round.objects.filter(pk=run.pk).update(starts_on=start)


def next_round(name: str, version: InstrumentVersion, unit: str = "Bürgeramt") -> Participation:
    """The next round of an institution, with this version."""
    home, by = world.municipality(), person("coordination")
    run = rounds.create_round(
        municipality=home,
        name=name,
        kind=RoundKind.BINDING,
        version=version,
        decision=None,
        by=by,
    )
    rounds.set_calendar(run=run, calendar=world.calendar(), by=by)
    guests = [world._guest(home, unit, by)]
    rounds.set_participants(run=run, guests=guests, by=by)
    rounds.open_round(run=run, by=by)
    return Participation.objects.select_related("round", "unit").get(round=run)


def rating_again(
    name: str, version: InstrumentVersion, unit: str = "Bürgeramt", moderator: str = "moderator"
) -> Assessment:
    """The same institution in its next round: everybody rates alone."""
    part = next_round(name, version, unit)
    prefix = world.INSTITUTIONS[unit][0]
    lead = person(f"{prefix}lead")
    assessment = assess.accept_participation(participation=part, by=lead)
    assess.set_scope(assessment=assessment, scope="Der Tresen", by=lead)
    for who in world.MEMBERS:
        email = world.address(f"{prefix}{who}")
        assess.add_member(assessment=assessment, email=email, by=lead)
    email = world.address(f"{prefix}{moderator}")
    assess.name_moderator(assessment=assessment, email=email, by=lead)
    assess.invite_team(assessment=assessment, by=lead)
    return world.fresh(assessment)


def workshop_again(
    name: str, version: InstrumentVersion, unit: str = "Bürgeramt", moderator: str = "moderator"
) -> Assessment:
    """The same institution in its next round: the workshop is open."""
    assessment = rating_again(name, version, unit, moderator)
    world.finish(assessment, *world.MEMBERS)
    by = person(f"{world.INSTITUTIONS[unit][0]}{moderator}")
    assess.open_distributions(assessment=assessment, by=by)
    return world.fresh(assessment)


def settle(assessment: Assessment, level: int = 2, **changes: Any) -> Assessment:
    """The moderator writes a result for every requirement of the version."""
    for requirement in assessment.participation.round.instrument_version.requirements.all():
        assess.save_finding(
            assessment=assessment,
            requirement=world.requirement(assessment, requirement.key),
            values=world.values(level=level, **changes),
            revision=0,
            by=world.team_of(assessment).person("moderator"),
        )
    return world.fresh(assessment)


def released_again(name: str, version: InstrumentVersion, level: int = 2) -> Assessment:
    """The same institution has released its next result."""
    return world.release(settle(workshop_again(name, version), level))
