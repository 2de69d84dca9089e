"""The page on which a team chooses its measures, mostly before a projector; and good practice."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.assessments.models import Assessment
from chancencheck.assessments.queries import areas_in
from chancencheck.assessments.views_common import load
from chancencheck.instruments.models import Requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest, wants_fragment
from chancencheck.measures import operations, practice
from chancencheck.measures.choices import Origin, Size
from chancencheck.measures.choosing import choose_measure
from chancencheck.measures.forms_choose import (
    HOW_MUCH,
    OwnWordsForm,
    PlaceForm,
    TakeOnForm,
    how_much,
)
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.operations import Source, Words
from chancencheck.measures.permissions import may_plan_in, reads_practice
from chancencheck.measures.queries import (
    chosen_number,
    measures_visible_to,
    proposals_of,
    shared_measures,
)
from chancencheck.measures.sources import Material, find_material, material_for
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage

PAGE_SIZE = 20


# ------------------------------------------------------------------- loading


def _load(request: SignedInRequest, pk: int) -> Assessment:
    """An assessment whose team talks or has talked; before that there is nothing to choose from."""
    assessment = load(request, pk, Permission.MEASURE_VIEW)
    if assessment.stage not in (*operations.WRITING, Stage.RELEASED):
        raise NotAllowedNow(assessment.stage)
    return assessment


def _load_to_plan(request: SignedInRequest, pk: int) -> Assessment:
    assessment = load(request, pk, Permission.MEASURE_VIEW)
    if not may_plan_in(request.user, assessment):
        raise PermissionDenied
    return _load(request, pk)


def _measure(assessment: Assessment, pk: int) -> Measure:
    return get_object_or_404(proposals_of(assessment), pk=pk)


def _back(pk: int, anchor: str) -> HttpResponse:
    return redirect(reverse("assessment_measures", args=[pk]) + f"#{anchor}")


# ------------------------------------------------------------------- the page of the team


@require_GET
def assessment_measures(request: SignedInRequest, pk: int) -> HttpResponse:
    """Collect, place, choose: the measures of one self-assessment."""
    return _page(request, _load(request, pk))


def _page(
    request: SignedInRequest, assessment: Assessment, form: OwnWordsForm | None = None
) -> HttpResponse:
    found = list(proposals_of(assessment))
    can_plan = may_plan_in(request.user, assessment)
    form = form or OwnWordsForm(
        requirements=_requirements(assessment), initial={"form_key": uuid4().hex[:20]}
    )
    context = {
        **_grid(assessment, found, can_plan=can_plan),
        "form": form,
        "heaps": material_for(assessment, found) if can_plan else [],
        "open_key": request.GET.get("offen", ""),
        "limit": assessment.participation.round.municipality.measures_per_assessment,
        "is_before_release": assessment.stage == Stage.WORKSHOP,
        "is_released": assessment.stage == Stage.RELEASED,
    }
    return render(request, "measures/choose.html", context, status=422 if form.errors else 200)


def _requirements(assessment: Assessment) -> list[Requirement]:
    return [row for area in areas_in(assessment) for row in area.requirements.all()]


def _grid(assessment: Assessment, found: list[Measure], *, can_plan: bool) -> dict[str, Any]:
    """What the grid and the lists beside it show."""
    for measure in found:
        measure.effort_word = how_much(measure.effort)  # type: ignore[attr-defined]
        measure.effect_word = how_much(measure.effect)  # type: ignore[attr-defined]
    rows = [
        {
            "effect": effect,
            "word": word,
            "cells": [
                {
                    "effort": effort,
                    "word": effort_word,
                    "measures": [m for m in found if (m.effort, m.effect) == (effort, effect)],
                    "is_first": effort == Size.SMALL and effect == Size.LARGE,
                }
                for effort, effort_word in HOW_MUCH
            ],
        }
        for effect, word in reversed(HOW_MUCH)
    ]
    proposals = [measure for measure in found if measure.is_proposal]
    return {
        "assessment": assessment,
        "can_plan": can_plan,
        "measures": found,
        "unplaced": [m for m in found if not (m.effort and m.effect)],
        "grid": rows,
        "sizes": HOW_MUCH,
        "proposals": sorted(proposals, key=_first_look),
        "chosen": [measure for measure in found if not measure.is_proposal],
    }


def _first_look(measure: Measure) -> tuple[bool, int, int]:
    """Much effect for little effort comes first; what is not placed yet comes last."""
    if not (measure.effort and measure.effect):
        return (True, 0, measure.pk)
    return (False, measure.effort - measure.effect, measure.pk)


@require_POST
def assessment_measure_propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Propose a measure: of what lies there already, or in own words."""
    assessment = _load_to_plan(request, pk)
    key = request.POST.get("material", "")
    if key:
        material = find_material(assessment, key)
        if material is None:
            raise NotAllowedNow("this is not there any more")
        _propose(request, assessment, material)
        key = material.requirements[0].key
        here = reverse("assessment_measures", args=[pk])
        return redirect(f"{here}?offen={key}#requirement-{key}")  # the list stays open
    form = OwnWordsForm(request.POST, requirements=_requirements(assessment))
    if not form.is_valid():
        return _page(request, assessment, form)
    sent = form.cleaned_data["form_key"] or uuid4().hex[:20]
    source = Source(origin=Origin.OWN, assessment=assessment)
    own = Material(f"a{pk}-{sent}", form.cleaned_data["title"], form.chosen(), source)
    measure = _propose(request, assessment, own)
    messages.success(request, _("Proposed: %(measure)s") % {"measure": measure.title})
    return _back(pk, "collect")


def _propose(request: SignedInRequest, assessment: Assessment, material: Material) -> Measure:
    part = assessment.participation
    return operations.propose_measure(
        municipality=part.round.municipality,
        unit=part.unit,
        words=material.words(is_shown_to_city=not part.unit.is_external),
        requirements=material.requirements,
        source=material.source,
        form_key=material.key,
        by=request.user,
    )


@require_POST
def assessment_measure_place(request: SignedInRequest, pk: int, measure_pk: int) -> HttpResponse:
    """Put a measure on the grid: chosen in its form, or dragged there by the page's script."""
    assessment = _load_to_plan(request, pk)
    measure = _measure(assessment, measure_pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise NotAllowedNow("no such place on the grid")
    operations.place_measure(
        measure=measure,
        effort=form.cleaned_data["effort"],
        effect=form.cleaned_data["effect"],
        by=request.user,
    )
    if not wants_fragment(request):
        return _back(pk, f"place-{measure_pk}")
    context = _grid(assessment, list(proposals_of(assessment)), can_plan=True)
    context["moved"] = next((m for m in context["measures"] if m.pk == measure_pk), None)
    return render(request, "measures/_grid.html", context)


@require_http_methods(["GET", "POST"])
def assessment_measure_take(request: SignedInRequest, pk: int, measure_pk: int) -> HttpResponse:
    """Take a proposal on: who looks after it, until when, how we notice it."""
    assessment = _load_to_plan(request, pk)
    measure = _measure(assessment, measure_pk)
    if not measure.is_proposal:
        raise NotAllowedNow(measure.state)
    limit = assessment.participation.round.municipality.measures_per_assessment
    number = chosen_number(assessment)
    form = TakeOnForm(
        request.POST or None,
        initial={
            "revision": measure.revision,
            "title": measure.title,
            "sign": measure.sign,
            "is_shown_to_city": measure.is_shown_to_city,
        },
        measure=measure,
        functions=Function.objects.filter(unit=measure.unit_id, is_archived=False),
        is_full=number >= limit,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        choose_measure(
            measure=measure,
            words=_words(measure, data),
            revision=data["revision"],
            function=data.get("function"),
            new_function=data["new_function"],
            due_on=data["due_on"],
            by=request.user,
        )
        messages.success(request, _("Taken on: %(measure)s") % {"measure": data["title"]})
        return _back(pk, "choose")
    context = {
        "assessment": assessment,
        "measure": measure,
        "form": form,
        "number": number,
        "limit": limit,
    }
    status = 422 if form.errors else 200
    return render(request, "measures/take.html", context, status=status)


def _words(measure: Measure, data: dict[str, Any]) -> Words:
    """The words of the proposal with what was typed when it was taken on."""
    return Words(
        title=data["title"],
        sign=data["sign"],
        details=measure.details,
        resources=measure.resources,
        effort=measure.effort,
        effect=measure.effect,
        theme=measure.theme,
        goal=measure.goal,
        is_shown_to_city=data.get("is_shown_to_city", True),
    )


@require_POST
def assessment_measure_back(request: SignedInRequest, pk: int, measure_pk: int) -> HttpResponse:
    """Make a chosen measure a proposal again, before the release."""
    assessment = _load_to_plan(request, pk)
    operations.put_back(measure=_measure(assessment, measure_pk), by=request.user)
    return _back(pk, "choose")


@require_POST
def assessment_measure_remove(request: SignedInRequest, pk: int, measure_pk: int) -> HttpResponse:
    """Take a proposal away. Its words stand in the answer, so that they are not lost."""
    assessment = _load_to_plan(request, pk)
    measure = _measure(assessment, measure_pk)
    operations.delete_proposal(measure=measure, by=request.user)
    messages.success(request, _("Taken away: %(measure)s") % {"measure": measure.title})
    return _back(pk, "choose")


# ------------------------------------------------------------------- good practice


@require_POST
def measure_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Share a measure with other institutions, or take it back (`on=0`)."""
    measure = get_object_or_404(measures_visible_to(request.user), pk=pk)
    if request.POST.get("on") == "0":
        practice.unshare_measure(measure=measure, by=request.user)
        messages.success(request, _("Other institutions do not see this measure any more."))
    else:
        practice.share_measure(measure=measure, by=request.user)
        messages.success(request, _("Other institutions can now learn from this measure."))
    return redirect("measure", pk)


@require_GET
def good_practice(request: SignedInRequest) -> HttpResponse:
    """What other institutions of the city do, for one requirement or all."""
    municipality = municipality_of(request)
    if not reads_practice(request.user, municipality):
        raise PermissionDenied
    rows = shared_measures([municipality.pk])
    keys = sorted({link.key for measure in rows for link in measure.links.all()})
    wanted = request.GET.get("anforderung", "")
    if wanted in keys:
        rows = rows.filter(links__key=wanted).distinct()
    else:
        wanted = ""
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "keys": keys,
        "wanted": wanted,
        "targets": practice.targets_of(request.user, municipality),
    }
    return render(request, "measures/good_practice.html", context)


@require_POST
def good_practice_take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Propose a shared measure for an own institution."""
    cities = standing_of(request.user).municipality_ids
    shared = get_object_or_404(shared_measures(cities).select_related("municipality"), pk=pk)
    if not reads_practice(request.user, shared.municipality):
        raise PermissionDenied
    targets = practice.targets_of(request.user, shared.municipality)
    if not targets:
        raise PermissionDenied
    wanted = request.POST.get("ziel", "")
    target = next((row for row in targets if row.key == wanted), None)
    if target is None:
        raise Http404
    practice.take_practice(shared=shared, target=target, by=request.user)
    messages.success(
        request,
        _("Proposed for %(unit)s: %(measure)s")
        % {"unit": target.unit.name, "measure": shared.title},
    )
    if target.assessment:
        return _back(target.assessment.pk, "choose")
    return redirect("unit_measures", target.unit.pk)
