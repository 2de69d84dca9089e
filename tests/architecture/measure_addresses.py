"""Addresses of measures and functions, with those of the Bürgeramt."""

from django.urls import reverse

from chancencheck.assessments.models import Assessment
from chancencheck.measures.models import Measure
from tests import measures_world as made
from tests.architecture.choosing_addresses import choosing_address, is_choosing

LISTS = ("measure_list", "measure_check", "measure_new", "city_functions")
OF_ONE = ("measure", "measure_edit", "measure_delete", "measure_check_one")
OF_UNIT = ("unit_measures", "functions")


def is_measure(name: str) -> bool:
    """Whether the page is about measures or functions."""
    return name in (*LISTS, *OF_ONE, *OF_UNIT, "function") or is_choosing(name)


def measure_address(name: str, assessment: Assessment | None) -> str:
    """The address of a page; the measure belongs to no self-assessment unless it is chosen there."""
    if is_choosing(name):
        return choosing_address(name, assessment)
    if name in LISTS:
        return reverse(name)
    measure = Measure.objects.filter(title="Abends öffnen").first() or made.own()
    assert measure.function
    if name == "function":
        return reverse(name, args=[measure.function.pk])
    return reverse(name, args=[measure.unit_id if name in OF_UNIT else measure.pk])
