"""A pilot: teams say what they think of the requirements, then they release."""

from dataclasses import replace
from typing import Any

from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Assessment
from chancencheck.assessments.operations import close_round
from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.storage import read_version
from tests import world
from tests.world import MEMBERS, person, the_round

UNITS = tuple(world.INSTITUTIONS)


def rated(unit: str = "Bürgeramt", people: int = 5, key: str = "KOM-1", **said: Any) -> Assessment:
    """The whole team rates and is finished; the first `people` also say something about `key`."""
    assessment = world.rating(unit)
    for number, who in enumerate(MEMBERS):
        for each in world.KEYS:
            words = said if each == key and number < people else {}
            world.rate(assessment, who, each, level=2, **words)
    world.finish(assessment, *MEMBERS)
    return world.fresh(assessment)


def release(assessment: Assessment, share: Share = Share.ALL) -> Assessment:
    """Workshop, results, release."""
    return world.release(world.settle(world.open_workshop(assessment)), share)


def released(
    unit: str = "Bürgeramt", people: int = 5, key: str = "KOM-1", **said: Any
) -> Assessment:
    """The whole way of one institution."""
    return release(rated(unit, people, key, **said))


def all_released(people: int = 5, key: str = "KOM-1", **said: Any) -> None:
    """Three institutions: from now on the page shows what they said."""
    for unit in UNITS:
        released(unit, people, key, **said)


def close() -> None:
    """The coordination finishes the round."""
    close_round(run=the_round(), by=person("coordination"))


def draft(number: str = "9", *, is_child: bool = True) -> InstrumentVersion:
    """A draft of the next version, made from the one of the round."""
    version = the_round().instrument_version
    file = read_version(version)
    made = import_instrument(
        file=replace(file, version=number, follows=version.number if is_child else ""),
        municipality=world.municipality(),
        by=person("coordination"),
    )
    assert made.state == VersionState.DRAFT
    return made
