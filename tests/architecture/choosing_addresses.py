"""Addresses around choosing measures, each with what has to lie behind it."""

from typing import Any

from django.urls import reverse

from chancencheck.measures.choices import State
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import set_state
from chancencheck.measures.practice import share_measure
from tests import measures_world, world

SHARING = ("good_practice_take", "measure_share")


def is_choosing(name: str) -> bool:
    """Whether this file knows the address."""
    return name.startswith("assessment_measure_") or name in (*SHARING, "good_practice")


def choosing_address(name: str, assessment: Any) -> str:
    """The address of a name, with a measure of the Bürgeramt."""
    if name == "good_practice":
        return reverse(name)
    if name == "assessment_measure_propose":
        return reverse(name, args=[assessment.pk])
    if name in SHARING:
        return reverse(name, args=[_begun(assessment, is_shared=name != "measure_share").pk])
    chosen = name == "assessment_measure_back"
    measure = (measures_world.taken_on if chosen else measures_world.proposed)(assessment)
    return reverse(name, args=[assessment.pk, measure.pk])


def _begun(assessment: Any, *, is_shared: bool) -> Measure:
    lead = world.person("lead")
    measure = measures_world.taken_on(assessment) if assessment else measures_world.own()
    set_state(measure=measure, state=State.RUNNING, by=lead)
    if is_shared:
        share_measure(measure=measure, by=lead)
    return measure
