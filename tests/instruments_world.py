"""Drafts and what people leave at them, for tests."""

from chancencheck.instruments import editing, lifecycle
from chancencheck.instruments.choices import ChangeKind, RemarkKind
from chancencheck.instruments.models import InstrumentVersion, Remark
from chancencheck.instruments.slots import slots_of
from tests.world import HERE, person, the_round


def released(city: str = HERE) -> InstrumentVersion:
    """The version the city's round is about."""
    return the_round(city).instrument_version


def draft(city: str = HERE) -> InstrumentVersion:
    """A draft that goes on from the version in use."""
    found = released(city).successors.filter(state="draft").first()
    return found or lifecycle.start_draft(base=released(city), by=person("coordination", city))


def write(
    version: InstrumentVersion, place: str, text: str, who: str = "coordination"
) -> list[editing.Clash]:
    """Change one text, as somebody who has just seen it."""
    part = place.partition("/")[0]
    return editing.save_texts(
        version=version,
        part=part,
        typed=[editing.Typed(place, words(version, place), text)],
        by=person(who),
    )


def words(version: InstrumentVersion, place: str) -> str:
    """The text at a place today."""
    part = place.partition("/")[0]
    version.refresh_from_db()
    return next(slot.text for slot in slots_of(version, part) if slot.place == place)


def decide(
    version: InstrumentVersion, place: str, kind: ChangeKind, reason: str = "Rückmeldungen"
) -> None:
    """Say what a change means."""
    lifecycle.classify(
        version=version, place=place, kind=kind, reason=reason, by=person("coordination")
    )


def remark(
    version: InstrumentVersion, text: str = "Zu lang", kind: RemarkKind = RemarkKind.COMMENT
) -> Remark:
    """A remark at the sentence of KOM-1."""
    return editing.add_remark(
        version=version,
        place="KOM-1/text",
        kind=kind,
        text=text,
        by=person("coordinating_group"),
    )


def reworded(text: str = "Alle verstehen unsere Formulare gut.") -> InstrumentVersion:
    """A version of mere rewording, adopted."""
    version = draft()
    write(version, "KOM-1/text", text)
    decide(version, "KOM-1/text", ChangeKind.WORDING)
    lifecycle.adopt_version(version=version, by=person("coordination"))
    return version
