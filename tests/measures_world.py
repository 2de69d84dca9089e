"""Measures of the cast: proposed, taken on, out of a released assessment or not."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from chancencheck.assessments.models import Assessment
from chancencheck.measures import operations
from chancencheck.measures.choices import Origin
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.operations import Source, Words
from chancencheck.organisations.models import Unit
from chancencheck.organisations.operations import ensure_person
from tests import world


def unit(name: str = "Bürgeramt", city: str = world.HERE) -> Unit:
    """An institution of the cast."""
    return Unit.objects.get(municipality__name=city, name=name)


def function(
    name: str = "Leitung der Anmeldung",
    place: str = "Bürgeramt",
    holder: str = "holder",
    deputy: str = "",
    city: str = world.HERE,
) -> Function:
    """A function with its holder; `place=""` makes one of the city itself."""
    home = world.municipality(city)
    people = [
        ensure_person(email=world.address(key, city), name=f"Funktion {key}", municipality=home)
        if key
        else None
        for key in (holder, deputy)
    ]
    found, _made = Function.objects.get_or_create(
        municipality=home,
        unit=unit(place, city) if place else None,
        name=name,
        defaults={"holder": people[0], "deputy": people[1]},
    )
    return found


def words(title: str = "Das Formular neu schreiben", **more: Any) -> Words:
    """What somebody typed about a measure."""
    return Words(title=title, sign="Weniger Rückfragen", **more)


def proposed(assessment: Assessment, title: str = "Das Formular neu schreiben") -> Measure:
    """The lead proposes a measure for KOM-1 out of an assessment."""
    part = assessment.participation
    return operations.propose_measure(
        municipality=part.round.municipality,
        unit=part.unit,
        words=words(title),
        requirements=[world.requirement(assessment)],
        source=Source(origin=Origin.FINDING, assessment=assessment),
        by=world.team_of(assessment).person("lead"),
    )


def in_days(days: int) -> Any:
    """The day some days from today."""
    return timezone.localdate() + timedelta(days=days)


def taken_on(
    assessment: Assessment, title: str = "Das Formular neu schreiben", due_in: int = 60
) -> Measure:
    """The lead takes it on until a day; a function of the institution looks after it."""
    measure = proposed(assessment, title)
    team = world.team_of(assessment)
    return operations.take_on(
        measure=measure,
        function=function(place=team.unit, city=team.city),
        due_on=in_days(due_in),
        by=team.person("lead"),
    )


def own(
    place: str = "Bürgeramt", title: str = "Abends öffnen", due_in: int = 60, city: str = world.HERE
) -> Measure:
    """A measure an institution takes on by itself, without any self-assessment."""
    lead = world.Team(place, city).person("lead")
    measure = operations.propose_measure(
        municipality=world.municipality(city),
        unit=unit(place, city),
        words=words(title),
        requirements=[],
        by=lead,
    )
    return operations.take_on(
        measure=measure, function=function(place=place, city=city), due_on=in_days(due_in), by=lead
    )


def central(title: str = "Dolmetschen für alle", due_in: int = 60) -> Measure:
    """The coordination takes one on for the whole city."""
    by = world.person("coordination")
    measure = operations.propose_measure(
        municipality=world.municipality(), unit=None, words=words(title), requirements=[], by=by
    )
    return operations.take_on(
        measure=measure,
        function=function("Abteilung Integration", place="", holder="city_holder"),
        due_on=in_days(due_in),
        by=by,
    )


def past(measure: Measure, days: int) -> Measure:
    """Let everything about the measure have happened so many days earlier."""
    ago = timedelta(days=days)
    for name in ("made_on", "planned_on", "due_on", "confirmed_on"):
        value = getattr(measure, name)
        setattr(measure, name, value - ago if value else None)
    measure.save()
    return measure
