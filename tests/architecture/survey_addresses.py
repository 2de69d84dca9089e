"""Addresses of pages around surveys, each with a survey at the stage the page is for."""

from datetime import date
from typing import Any

from django.urls import reverse

from chancencheck.barriers.models import BarrierReport
from chancencheck.barriers.operations import report_barrier
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.models import Survey, SurveyPart
from tests.surveys_world import closed, draft, entrance, part_of, running
from tests.world import municipality, participation, the_round

# Names of pages around surveys begin like this.
ASKING = (
    "survey",
    "entrance_",
    "kiosk_",
    "city_page",
    "public_result",
    "citizens_",
    "barrier_",
    "said_done",
    "part_publish",
    "help_",
    "translations",
)

MADE = {
    **dict.fromkeys(("survey_texts", "survey_result", "survey_csv", "public_result"), closed),
    **dict.fromkeys(("said_done", "part_publish"), closed),
    **dict.fromkeys(("survey_edit", "survey_start", "entrance_remove", "survey_codes"), draft),
}


def made(name: str) -> Survey:
    """The survey for a page; one of its kind is enough for all of them."""
    make = MADE.get(name, running)
    kind = "mit Code" if name == "survey_codes" else make.__name__
    found = Survey.objects.filter(name=kind).first()
    return found or make(name=kind, needs_code=name == "survey_codes")


def survey_address(name: str) -> str:
    """The address of a page about surveys, with a survey of the Bürgeramt at the right stage."""
    slug = {"slug": municipality().slug}
    speaks = {"speaks": "de"}
    here = {**slug, **speaks}
    without: dict[str, Any] = {
        "survey_list": {},
        "help_addresses": {},
        "barrier_list": {},
        "survey_new": {"round_pk": the_round().pk},
        "city_page_start": slug,
        "city_page": here,
        "citizens_help": here,
        "barrier_report": here,
        "barrier_state": here,
        "barrier_poster": speaks,
        "translations": {"pk": the_round().instrument_version_id},
        "translations_side_by_side": {"pk": the_round().instrument_version_id},
        "translations_in": {"pk": the_round().instrument_version_id, "speaks": "tr"},
    }
    if name in without:
        return reverse(name, kwargs=without[name])
    if name == "barrier_detail":
        return reverse(name, args=[_report()])
    survey = made(name)
    if name == "public_result":
        part = part_of(survey)
        SurveyPart.objects.filter(pk=part.pk).update(published_on=date(2025, 1, 31))
        return reverse(name, kwargs={**here, "pk": part.pk})
    paper = entrance(survey, Channel.PAPER)
    kwargs: dict[str, dict[str, Any]] = {
        "survey_open": {"code": paper.code},
        "kiosk_app": {"code": entrance(survey, Channel.KIOSK).code},
        "survey_in": {"code": paper.code, **speaks},
        "survey_thanks": {"code": paper.code, **speaks},
        "survey_preview": {"pk": survey.pk, **speaks},
        "entrance_remove": {"pk": survey.pk, "entrance_pk": paper.pk},
        "survey_poster": {"pk": paper.pk, **speaks},
        "survey_poster_pdf": {"pk": paper.pk, **speaks},
        "survey_sheet": {"pk": paper.pk, **speaks},
        "survey_enter": {"pk": paper.pk},
        "said_done": {"pk": part_of(survey).pk},
        "part_publish": {"pk": part_of(survey).pk},
    }
    return reverse(name, kwargs=kwargs.get(name, {"pk": survey.pk}))


def _report() -> Any:
    unit = participation().unit
    report_barrier(
        municipality=unit.municipality,
        unit=unit,
        where="Eingang",
        what="Eine Stufe",
        contact="",
        language="de",
        token="matrix",
    )
    return BarrierReport.objects.all()[0].pk
