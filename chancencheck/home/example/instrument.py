"""The instrument of the example through its versions: pilot, adopted, and the next draft."""

from dataclasses import replace
from datetime import date

from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.operations import RatingInput
from chancencheck.governance.operations import ensure_decision
from chancencheck.instruments import editing, lifecycle
from chancencheck.instruments.choices import ChangeKind, RemarkKind
from chancencheck.instruments.format import SCHEMA_PATH, parse_instrument
from chancencheck.instruments.models import InstrumentVersion, Remark
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.places import texts_of, with_keys
from chancencheck.instruments.slots import slots_of
from chancencheck.organisations.models import Municipality

FILE = SCHEMA_PATH.with_name("chancencheck-lu-1.0.yaml")

# What was asked in the pilot, where it differs from today: place → (words, class, reason).
PILOT_WORDS = {
    "KOM-2/text": (
        "Die Dienststelle kennt die Menschen, die ihre Angebote brauchen, und spricht sie über "
        "Wege an, die sie tatsächlich erreichen.",
        ChangeKind.WORDING,
        "„Kennt die Menschen“ klang, als müsse man jede Person kennen.",
    ),
    "KOM-3/help": (
        "Gemeint sind Gespräche am Schalter, am Telefon und am Bildschirm. Dolmetschende, "
        "einfache Worte und technische Hilfen zählen dazu.",
        ChangeKind.WORDING,
        "Zwei Teams wollten wissen, ob auch Briefe gemeint sind.",
    ),
    "ZUG-2/text": (
        "Die Dienststelle sucht nach Zugangsbarrieren in ihren Angeboten und Abläufen und baut "
        "sie Schritt für Schritt ab.",
        ChangeKind.MEANING,
        "Neu ist, dass Betroffene mitsuchen. Das wurde im Pilot mehrfach gewünscht.",
    ),
    "STE-2/text": (
        "Die Dienststelle nutzt Zahlen, Erfahrungen und Rückmeldungen, um zu erkennen, wen sie "
        "erreicht und was ihre Angebote bewirken.",
        ChangeKind.MEANING,
        "Der Datenschutz hat gefehlt. Er gehört zur Anforderung.",
    ),
    "STE-3/title": (
        "Verbesserungen umsetzen",
        ChangeKind.WORDING,
        "Das Dranbleiben war gemeint und stand nur im Satz.",
    ),
}
# What people said of the requirements in the pilot: one letter for each person, in turn.
UNDERSTANDABLE = {
    "KOM-2": "ypny",
    "ZUG-2": "yypy",
    "STE-2": "pnpy",
    "BET-3": "pyny",
    "KOM-3": "ypy",
}
RELEVANT = {"PER-3": "ypny", "STE-2": "ypy", "BET-1": "yyp"}
WORDS = {"y": "yes", "p": "partly", "n": "no"}
# institution, requirement and person: what is missing
MISSING = {
    ("ift", "KOM-2", 1): "„Kennt die Menschen“: Muss ich jede Person kennen?",
    ("vhs", "KOM-3", 2): "Zählen Briefe auch dazu?",
    ("wbl", "KOM-3", 1): "Ich wusste nicht, ob auch Schreiben gemeint sind.",
    ("vhs", "ZUG-2", 3): "Wer sucht die Barrieren: nur wir oder auch die, die davorstehen?",
    ("abh", "ZUG-2", 2): "Betroffene sollten mitsuchen.",
    ("jc", "STE-2", 1): "Der Datenschutz fehlt.",
    ("aa", "STE-2", 2): "Welche Zahlen dürfen wir überhaupt erheben?",
    ("abh", "BET-3", 1): "Der Satz ist zu lang. Beim zweiten Mal lesen ging es.",
}
# What the coordinating group is writing for the next version.
NEXT_WORDS = {
    "KOM-1/help": "Gemeint ist alles, was Menschen von Ihnen zu lesen bekommen: Briefe, "
    "Formulare, Aushänge, Internetseiten. Verstehen das auch Menschen, die wenig lesen, schlecht "
    "sehen oder Deutsch erst lernen?",
    "BET-3/text": "Die Dienststelle arbeitet verbindlich mit anderen Ämtern, Beiräten, Vereinen "
    "und Einrichtungen zusammen. Niemand geht zwischen Zuständigkeiten verloren.",
}


def make_pilot_version(city: Municipality, by: User) -> InstrumentVersion:
    """Version 0.9, as the institutions of the pilot read it."""
    file = parse_instrument(FILE.read_bytes())
    version = import_instrument(file=replace(file, version="0.9"), municipality=city, by=by)
    _write(version, {place: words for place, (words, _, _) in PILOT_WORDS.items()}, by)
    version.earlier_texts.all().delete()  # the words of 1.0 were not known then
    lifecycle.pilot_version(version=version, by=by)
    _set_day(version, date(2021, 3, 15))
    return version


def what_people_said(entry: RatingInput, unit: str, requirement: str, person: int) -> RatingInput:
    """A rating with the feedback of one invented person on one requirement of the pilot."""
    understandable = UNDERSTANDABLE.get(requirement, "y")
    relevant = RELEVANT.get(requirement, "y")
    return replace(
        entry,
        understandable=WORDS[understandable[person % len(understandable)]],
        relevant=WORDS[relevant[person % len(relevant)]],
        missing=MISSING.get((unit, requirement, person), ""),
    )


def make_adopted_version(pilot: InstrumentVersion, by: User) -> InstrumentVersion:
    """Version 1.0: what the coordinating group changed after the pilot, adopted by the city."""
    draft = lifecycle.start_draft(base=pilot, by=by)
    _write(draft, {place: _shipped()[place] for place in PILOT_WORDS}, by)
    draft.refresh_from_db()
    draft.origins = {place: list(found) for place, found in pilot.origins.items()}
    draft.save(update_fields=["origins"])
    draft.earlier_texts.update(changed_on=date(2021, 10, 5))
    for place, (_, kind, reason) in PILOT_WORDS.items():
        lifecycle.classify(version=draft, place=place, kind=kind, reason=reason, by=by)
    decision = ensure_decision(
        municipality=pilot.instrument.municipality,
        body="Stadtvorstand",
        decided_on=date(2021, 12, 14),
        reference="Beispiel 2021/0815",
    )
    lifecycle.adopt_version(
        version=draft,
        decision=decision,
        number="1.0",
        note="Redaktionelle Endfassung der Koordinierungsgruppe nach dem Pilot.",
        by=by,
    )
    _set_day(draft, date(2021, 12, 14))
    return draft


def make_next_draft(adopted: InstrumentVersion, by: User, colleague: User) -> InstrumentVersion:
    """A draft in the middle of the work, with remarks of two people and from the pilot."""
    draft = lifecycle.start_draft(base=adopted, by=by)
    _write(draft, NEXT_WORDS, by)
    editing.add_remark(
        version=draft,
        place="BET-1/text",
        kind=RemarkKind.PROPOSAL,
        text="Menschen, die ein Angebot nutzen oder nutzen könnten, planen und verbessern es mit. "
        "Auch die, die selten gehört werden.",
        by=colleague,
    )
    editing.add_remark(
        version=draft,
        place="PER-3/title",
        kind=RemarkKind.COMMENT,
        text="Meinen wir nur das Team oder auch die Leitung? Bitte in der Hilfe sagen.",
        by=colleague,
    )
    Remark.objects.create(
        version=draft,
        place="STE-2/text",
        kind=RemarkKind.COMMENT,
        text="Welche Zahlen dürfen wir überhaupt erheben?",
        written_on=timezone.localdate(),
        is_from_pilot=True,
    )
    return draft


def _write(version: InstrumentVersion, words: dict[str, str], by: User) -> None:
    for place, text in words.items():
        part = place.partition("/")[0]
        now = next(s.text for s in slots_of(version, part) if s.place == place)
        typed = [editing.Typed(place, now, text)]
        editing.save_texts(version=version, part=part, typed=typed, by=by)


def _shipped() -> dict[str, str]:
    file = with_keys(parse_instrument(FILE.read_bytes()))
    return {place: cell.text for place, cell in texts_of(file).items()}


def _set_day(version: InstrumentVersion, day: date) -> None:
    """The example tells of years; the program knows only today."""
    InstrumentVersion.objects.filter(pk=version.pk).update(released_on=day)
    version.refresh_from_db()
