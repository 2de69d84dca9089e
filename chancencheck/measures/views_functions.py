"""Who looks after measures: the functions of an institution, or of the city."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from chancencheck.accounts.models import User
from chancencheck.lib.http import SignedInRequest
from chancencheck.measures import functions as operations
from chancencheck.measures.choices import OPEN
from chancencheck.measures.forms import FunctionForm, MoveForm
from chancencheck.measures.models import Function
from chancencheck.measures.permissions import (
    may_change_function,
    may_plan_centrally,
    may_plan_for,
)
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Municipality, Unit


@require_http_methods(["GET", "POST"])
def functions(request: SignedInRequest, pk: int) -> HttpResponse:
    """The functions of an institution."""
    unit = get_object_or_404(Unit, pk=pk, municipality=municipality_of(request))
    if not may_plan_for(request.user, unit):
        raise PermissionDenied
    return _list(request, unit.municipality, unit)


@require_http_methods(["GET", "POST"])
def city_functions(request: SignedInRequest) -> HttpResponse:
    """The functions of the city itself."""
    city = municipality_of(request)
    if not may_plan_centrally(request.user, city):
        raise PermissionDenied
    return _list(request, city, None)


def _list(request: SignedInRequest, city: Municipality, unit: Unit | None) -> HttpResponse:
    form = FunctionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.make_function(
                municipality=city, unit=unit, by=request.user, **form.cleaned_data
            )
        except operations.NameTaken:
            form.add_error("name", _("There is a function of this name already."))
        else:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    rows = (
        Function.objects.filter(municipality=city, unit=unit, is_archived=False)
        .select_related("holder", "deputy")
        .annotate(number=Count("measures", filter=Q(measures__state__in=OPEN)))
        .order_by("name")
    )
    context = {"unit": unit, "rows": rows, "form": form}
    return render(request, "measures/functions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def function(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename a function, hand it over, hand its measures on, or end it."""
    found = get_object_or_404(
        Function.objects.select_related("unit", "municipality", "holder", "deputy"),
        pk=pk,
        municipality=municipality_of(request),
        is_archived=False,
    )
    if not may_change_function(request.user, found):
        raise PermissionDenied
    do = request.POST.get("do", "") if request.method == "POST" else ""
    others = Function.objects.filter(
        municipality=found.municipality, unit=found.unit, is_archived=False
    ).exclude(pk=found.pk)
    initial = {
        "name": found.name,
        "holder_email": _address(found.holder),
        "deputy_email": _address(found.deputy),
    }
    form = FunctionForm(request.POST if do == "change" else None, initial=initial)
    move = MoveForm(request.POST if do == "move" else None, prefix="move", functions=others)
    if do == "change" and form.is_valid():
        try:
            operations.change_function(function=found, by=request.user, **form.cleaned_data)
        except operations.NameTaken:
            form.add_error("name", _("There is a function of this name already."))
        else:
            return _back(request, found, _("Saved."))
    if do == "move" and move.is_valid():
        to = move.cleaned_data["function"]
        number = operations.move_all(function=found, to=to, by=request.user)
        told = ngettext(
            "%(number)s measure was handed to %(function)s.",
            "%(number)s measures were handed to %(function)s.",
            number,
        ) % {"number": number, "function": to.name}
        return _back(request, found, told)
    if do == "end":
        operations.archive_function(function=found, by=request.user)
        return _back(request, found, _("The function is ended. What it did stays."))
    context = {
        "function": found,
        "form": form,
        "move": move if others.exists() else None,
        "number": operations.open_measures_of(found).count(),
    }
    status = 422 if form.errors or move.errors else 200
    return render(request, "measures/function.html", context, status=status)


def _address(user: User | None) -> str:
    """Where somebody is reached; an account that was closed has no address any more."""
    return user.email if user and user.is_active else ""


def _back(request: SignedInRequest, found: Function, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("functions", found.unit_id) if found.unit_id else redirect("city_functions")
