"""The inbox of reports, one report, and the poster. For the coordination and the leads."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancencheck.barriers import operations
from chancencheck.barriers.forms import AnswerForm
from chancencheck.barriers.permissions import may_hand_on, may_handle_any, may_handle_in
from chancencheck.barriers.queries import (
    contact_of,
    inbox_of,
    institutions_of,
    reports_visible_to,
)
from chancencheck.citizens.languages import Language, languages
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.queries import standing_of
from chancencheck.ui.qr import qr_code

PAGE_SIZE = 20


def _city(request: SignedInRequest) -> Municipality:
    municipality = municipality_of(request)
    if not may_handle_in(request.user, municipality):
        raise PermissionDenied
    return municipality


@require_GET
def barrier_list(request: SignedInRequest) -> HttpResponse:
    """The inbox: open reports, then closed ones."""
    municipality = _city(request)
    operations.forget_contacts()
    reports = inbox_of(request.user, municipality)
    page = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "barriers/list.html", {"page": page, "city": municipality})


@require_http_methods(["GET", "POST"])
def barrier_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Read a report, say where it stands, answer it. Opening the page changes nothing."""
    if not may_handle_any(request.user):
        raise PermissionDenied
    report = get_object_or_404(reports_visible_to(request.user), pk=pk)
    operations.forget_contacts()
    if "delete" in request.POST:
        operations.delete_report(report=report, by=request.user)
        messages.success(request, _("The report is deleted."))
        return redirect("barrier_list")
    form = AnswerForm(
        request.POST or None, report=report, hands_on=may_hand_on(request.user, report)
    )
    if request.method == "POST" and form.is_valid():
        operations.answer_report(report=report, by=request.user, **form.entry())
        messages.success(request, _("Saved."))
        return redirect("barrier_list")
    written_in = languages().get(report.language)
    return render(
        request,
        "barriers/detail.html",
        {
            "report": report,
            "contact": contact_of(report),
            "form": form,
            "written_in": written_in,
            "leads_it": report.unit_id in standing_of(request.user).led_unit_ids,
        },
        status=422 if request.method == "POST" else 200,
    )


@require_GET
def barrier_poster(request: SignedInRequest, speaks: Language) -> HttpResponse:
    """A page to hang up, with a QR code to the form; `?stelle=` is already chosen there."""
    municipality = _city(request)
    units = institutions_of(municipality)
    unit = _chosen(request, units)
    address = settings.BASE_URL + reverse("barrier_report", args=[municipality.slug, speaks])
    context = {
        "language": speaks,
        "languages": languages().values(),
        "units": units,
        "unit": unit,
        "qr": qr_code(f"{address}?stelle={unit.pk}" if unit else address),
        "short": address.partition("://")[2],
    }
    return render(request, "barriers/poster.html", context)


def _chosen(request: HttpRequest, units: QuerySet[Unit]) -> Unit | None:
    wanted = request.GET.get("stelle", "")
    if not wanted:
        return None
    return get_object_or_404(units, pk=int(wanted) if wanted.isdecimal() else 0)
