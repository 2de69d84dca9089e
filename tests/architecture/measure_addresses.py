"""Addresses of measures and functions, with those of the Bürgeramt."""

from django.urls import reverse

from chancencheck.assessments.models import Assessment
from chancencheck.measures.models import Measure, SupportRequest
from chancencheck.measures.requests import ask_for_support
from tests import measures_world as made
from tests import world
from tests.architecture.choosing_addresses import choosing_address, is_choosing

LISTS = ("measure_list", "measure_check", "measure_new", "city_functions", "request_list")
OF_CITY = ("portfolio", "portfolio_csv", "portfolio_xlsx", "calendar", "calendar_file")
OF_ONE = ("measure", "measure_edit", "measure_delete", "measure_check_one", "measure_request")
OF_UNIT = ("unit_measures", "functions")
OTHERS = ("function", "request_answer", "measure_central", "calendar_feed")
PUBLISHING = ("measure_publish", "said_and_done")
OURS = {*LISTS, *OF_CITY, *OF_ONE, *OF_UNIT, *OTHERS, *PUBLISHING}


def is_measure(name: str) -> bool:
    """Whether the page is about measures or functions."""
    return name in OURS or is_choosing(name)


def measure_address(name: str, assessment: Assessment | None) -> str:
    """The address of a page; the measure belongs to no self-assessment unless it is chosen there."""
    if is_choosing(name):
        return choosing_address(name, assessment)
    if name in LISTS or name in OF_CITY:
        return reverse(name)
    if name == "measure_central":
        return f"{reverse(name)}?runde={world.the_round().pk}&anforderung=KOM-1"
    if name == "calendar_feed":
        return reverse(name, args=["guessed"])
    if name == "said_and_done":
        return reverse(name, args=[world.municipality().slug, "de"])
    measure = Measure.objects.filter(title="Abends öffnen").first() or made.own()
    assert measure.function
    if name == "request_answer":
        return reverse(name, args=[_request(measure).pk])
    if name == "function":
        return reverse(name, args=[measure.function.pk])
    return reverse(name, args=[measure.unit_id if name in OF_UNIT else measure.pk])


def _request(measure: Measure) -> SupportRequest:
    return ask_for_support(
        measure=measure,
        needs={"money"},
        text="3.000 Euro",
        division=None,
        body_name="Stadtvorstand",
        by=world.person("lead"),
    )
