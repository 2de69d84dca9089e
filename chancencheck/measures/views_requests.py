"""Asking for support, answering, and making one measure for many institutions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancencheck.instruments.queries import areas_of
from chancencheck.lib.http import SignedInRequest
from chancencheck.measures import requests as operations
from chancencheck.measures.central import low_findings, make_central_measure
from chancencheck.measures.choices import Answer
from chancencheck.measures.forms_requests import AnswerForm, CentralForm, RequestForm
from chancencheck.measures.models import Function
from chancencheck.measures.operations import Words, is_before_release
from chancencheck.measures.permissions import may_plan_centrally
from chancencheck.measures.views import load
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.queries import rounds_visible_to

PAGE_SIZE = 30


@require_http_methods(["GET", "POST"])
def measure_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for a decision, money or IT; or say that it is no longer needed."""
    measure = load(request, pk, Permission.MEASURE_PLAN)
    running = measure.requests.filter(answer=Answer.OPEN).select_related("division", "body").first()
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        if running is None:
            raise Http404
        operations.withdraw_request(request=running, by=request.user)
        messages.success(request, _("The request is withdrawn."))
        return redirect("measure", measure.pk)
    form = RequestForm(request.POST or None, measure=measure)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        operations.ask_for_support(
            measure=measure,
            needs=set(data["needs"]),
            text=data["text"],
            division=data.get("division"),
            body_name=data["body"],
            by=request.user,
        )
        messages.success(request, _("The request is on its way. The answer will stand here."))
        return redirect("measure", measure.pk)
    context = {
        "measure": measure,
        "form": form,
        "running": running,
        "is_early": is_before_release(measure) or not measure.is_open,
    }
    return render(request, "measures/request.html", context, status=422 if form.errors else 200)


@require_GET
def request_list(request: SignedInRequest) -> HttpResponse:
    """What institutions need: open requests first, each from A to Z."""
    city = municipality_of(request)
    if not may_in(request.user, city, Permission.MEASURE_ANSWER):
        raise PermissionDenied
    rows = (
        operations.requests_visible_to(request.user)
        .filter(measure__municipality=city)
        .annotate(
            rank=Case(
                When(answer=Answer.OPEN, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
        .order_by("rank", "measure__unit__name", "-asked_on", "pk")
    )
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "number": rows.filter(answer=Answer.OPEN).count(),
    }
    return render(request, "measures/requests.html", context)


@require_http_methods(["GET", "POST"])
def request_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request, and the answer to it."""
    found = get_object_or_404(operations.requests_visible_to(request.user), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        operations.answer_request(
            request=found,
            answer=Answer(data["answer"]),
            text=data["text"],
            decided_on=data["decided_on"],
            reference=data["reference"],
            by=request.user,
        )
        messages.success(request, _("Answered. The institution gets a message."))
        return redirect("request_list")
    context = {"request_for": found, "measure": found.measure, "form": form}
    return render(request, "measures/answer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def measure_central(request: SignedInRequest) -> HttpResponse:
    """One measure for all institutions in which a requirement is low."""
    number, key = request.GET.get("runde", ""), request.GET.get("anforderung", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    run = get_object_or_404(rounds_visible_to(request.user), pk=int(number))
    if not may_plan_centrally(request.user, run.municipality_id):
        raise PermissionDenied
    areas = areas_of(run.instrument_version, run.wording_id)
    rows = {row.key: row for area in areas for row in area.requirements.all()}
    if key not in rows:
        raise Http404
    low = low_findings(request.user, run, rows[key])
    functions = Function.objects.filter(
        municipality=run.municipality, unit=None, is_archived=False
    ).order_by("name")
    form = CentralForm(request.POST or None, low=low, functions=functions)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = make_central_measure(
            run=run,
            requirement=rows[key],
            words=Words(title=data["title"], sign=data["sign"]),
            assessments=data["institutions"],
            function=data.get("function"),
            new_function=data["new_function"],
            due_on=data["due_on"],
            form_key=data["form_key"],
            by=request.user,
        )
        messages.success(request, _("Taken on for all. The leads get a message."))
        return redirect("measure", made.pk)
    context = {"round": run, "requirement": rows[key], "low": low, "form": form}
    return render(request, "measures/central.html", context, status=422 if form.errors else 200)
