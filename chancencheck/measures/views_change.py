"""Writing a measure down, and changing what it says."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chancencheck.barriers.queries import reports_visible_to
from chancencheck.governance.models import Decision
from chancencheck.governance.operations import ensure_decision
from chancencheck.lib.http import SignedInRequest
from chancencheck.measures import operations, queries
from chancencheck.measures.choices import Origin
from chancencheck.measures.choosing import write_down
from chancencheck.measures.conflicts import conflict_page, resolve
from chancencheck.measures.forms import DecisionForm, MeasureForm, TakeNowForm, values_of
from chancencheck.measures.operations import ChangedMeanwhile, Source
from chancencheck.measures.permissions import may_plan_centrally, may_plan_for
from chancencheck.measures.views import load
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Unit
from chancencheck.organisations.roles import Permission
from chancencheck.surveys.models import SurveyPart
from chancencheck.surveys.permissions import may_read


@require_http_methods(["GET", "POST"])
def measure_new(request: SignedInRequest) -> HttpResponse:
    """A proposal of one's own, or out of a report, an answer of citizens, a decision."""
    city = municipality_of(request)
    unit = _unit(request)
    source = _source(request, unit)
    form = MeasureForm(
        request.POST or None,
        municipality=city,
        unit=unit,
        requirements=queries.requirements_for(city, unit),
        initial={"is_shown_to_city": unit is None or not unit.is_external},
    )
    now = TakeNowForm(request.POST or None, functions=queries.functions_for(city, unit))
    decided = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and now.is_valid() and decided.is_valid():
        if source.origin == Origin.OWN and decided.cleaned_data["body"]:
            decision = ensure_decision(municipality=city, **decided.cleaned_data)
            source = Source(origin=Origin.DECISION, decision=decision)
        made = write_down(
            municipality=city,
            unit=unit,
            words=form.words(),
            requirements=form.chosen(),
            source=source,
            form_key=form.cleaned_data["form_key"],
            by=request.user,
            **now.entry(),
        )
        return redirect("measure", made.pk)
    context = {
        "form": form,
        "now": now,
        "decided": decided,
        "unit": unit,
        "source": source,
        "is_new": True,
    }
    status = 422 if form.errors or now.errors or decided.errors else 200
    return render(request, "measures/form.html", context, status=status)


def _unit(request: SignedInRequest) -> Unit | None:
    """The institution named in the address, if the person may plan for it; none for the city."""
    city = municipality_of(request)
    wanted = request.GET.get("einrichtung", "")
    if not wanted:
        if not may_plan_centrally(request.user, city):
            raise PermissionDenied
        return None
    unit = get_object_or_404(Unit, pk=_number(wanted), municipality=city)
    if not may_plan_for(request.user, unit):
        raise PermissionDenied
    return unit


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _source(request: SignedInRequest, unit: Unit | None) -> Source:
    """What the measure comes from, if the address names something this person may read."""
    if wanted := request.GET.get("meldung"):
        try:
            key = UUID(wanted)
        except ValueError as error:
            raise Http404 from error
        report = get_object_or_404(reports_visible_to(request.user), pk=key, unit=unit)
        return Source(origin=Origin.BARRIER, barrier=report)
    if wanted := request.GET.get("teil"):
        parts = SurveyPart.objects.select_related("survey__round", "unit")
        part = get_object_or_404(parts, pk=_number(wanted), unit=unit)
        if not may_read(request.user, part):
            raise Http404
        return Source(origin=Origin.CITIZENS, survey_part=part)
    if wanted := request.GET.get("beschluss"):
        decisions = Decision.objects.filter(body__municipality=municipality_of(request))
        found = get_object_or_404(decisions.select_related("body"), pk=_number(wanted))
        return Source(origin=Origin.DECISION, decision=found)
    return Source()


@require_http_methods(["GET", "POST"])
def measure_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what a measure says. Two people at once: both texts side by side, people choose."""
    found = load(request, pk, Permission.MEASURE_PLAN)
    form = MeasureForm(
        resolve(request.POST) if request.method == "POST" else None,
        municipality=found.municipality,
        unit=found.unit,
        requirements=queries.requirements_for(found.municipality, found.unit, found.assessment),
        initial=values_of(found),
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_measure(
                measure=found,
                words=form.words(),
                requirements=form.chosen() if "requirements" in form.fields else None,
                revision=form.cleaned_data["revision"] or 0,
                by=request.user,
            )
        except ChangedMeanwhile as conflict:
            page = conflict_page(form, values_of(conflict.measure))
            context = {"page": page, "measure": found}
            return render(request, "measures/conflict.html", context, status=409)
        messages.success(request, _("Saved."))
        return redirect("measure", found.pk)
    context = {"form": form, "measure": found, "unit": found.unit, "is_new": False}
    return render(request, "measures/form.html", context, status=422 if form.errors else 200)


@require_POST
def measure_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete a proposal."""
    found = load(request, pk, Permission.MEASURE_PLAN)
    unit_id = found.unit_id
    operations.delete_proposal(measure=found, by=request.user)
    messages.success(request, _("The proposal is deleted."))
    return redirect("unit_measures", unit_id) if unit_id else redirect("measure_list")
