"""The measures of the whole city: list, board, time line, tables; and dates for calendars."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from chancencheck.lib.http import SignedInRequest
from chancencheck.measures import exports, feed
from chancencheck.measures.models import CalendarFeed
from chancencheck.measures.permissions import sees_portfolio
from chancencheck.measures.portfolio import (
    COLUMNS,
    DUE,
    NEEDS,
    STATES,
    Filters,
    Pages,
    board,
    cells,
    numbers,
    portfolio,
    quarters,
    time_row,
    waiting,
)
from chancencheck.measures.queries import requirements_for
from chancencheck.organisations.choices import UnitKind
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.strategy.models import Theme

PAGE_SIZE = 50
VIEWS = ("liste", "tafel", "zeit")


def _city(request: SignedInRequest) -> Municipality:
    city = municipality_of(request)
    if not sees_portfolio(request.user, city):
        raise PermissionDenied
    return city


@require_GET
def portfolio_page(request: SignedInRequest) -> HttpResponse:
    """What the city has taken on, and where it stands. By date, never by institution's success."""
    city = _city(request)
    filters = Filters.read(request.GET)
    view = request.GET.get("ansicht", "")
    view = view if view in VIEWS else VIEWS[0]
    rows = portfolio(request.user, city, filters)
    asked = waiting(rows)
    counted = numbers(rows, asked)
    # a Paginator needs no more than a length and slices; the board has no pages
    ordered: Any = [] if view == "tafel" else Pages(rows, counted)
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "view": view,
        "views": VIEWS,
        "numbers": counted,
        "page": page,
        "columns": COLUMNS,
        "query": _without(request, "page"),
        "query_of_view": _without(request, "page", "ansicht"),
        "today": timezone.localdate(),
        "fields": _fields(city, filters),
        "answers": may_in(request.user, city, Permission.MEASURE_ANSWER),
    }
    context["chosen"] = [
        f | {"without": _without(request, "page", f["name"])}
        for f in context["fields"]
        if f["value"]
    ]
    is_start = view == "liste" and page.number == 1 and not filters.needs
    context["waiting"] = asked if is_start else []
    if view == "liste":
        context["rows"] = [{"measure": m, "cells": cells(m)} for m in page]
    elif view == "tafel":
        context["board"] = board(rows, counted)
        context["query_of_column"] = _without(request, "page", "ansicht", "stand")
    else:
        context["quarters"] = quarters(timezone.localdate())
        context["rows"] = [time_row(m, context["quarters"]) for m in page]
    return render(request, "measures/portfolio.html", context)


def _without(request: SignedInRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _fields(city: Municipality, filters: Filters) -> list[dict[str, Any]]:
    """The filters with their choices, as the form shows them."""
    units = list(
        Unit.objects.filter(
            municipality=city,
            is_archived=False,
            kind__in=[UnitKind.DIVISION, UnitKind.INSTITUTION],
        ).order_by("name")
    )
    themes = Theme.objects.filter(strategy__municipality=city)
    choices: list[tuple[str, str, list[tuple[str, str]], str]] = [
        (
            "dezernat",
            "division",
            [(str(u.pk), u.name) for u in units if u.kind == UnitKind.DIVISION],
            _text(filters.division),
        ),
        (
            "einrichtung",
            "institution",
            [("0", translation.gettext("the whole city"))]
            + [(str(u.pk), u.name) for u in units if u.kind == UnitKind.INSTITUTION],
            _text(filters.unit),
        ),
        (
            "anforderung",
            "requirement",
            [(r.key, f"{r.key} {r.title}") for r in requirements_for(city, None)],
            filters.key,
        ),
        ("thema", "theme", [(str(t.pk), t.name) for t in themes], _text(filters.theme)),
        ("stand", "state", [(key, str(word)) for key, word in STATES], filters.state),
        ("termin", "due", [(key, str(word)) for key, word in DUE.items()], filters.due),
        ("braucht", "needs", [(key, str(word)) for key, word in NEEDS.items()], filters.needs),
    ]
    return [
        {
            "name": name,
            "kind": kind,
            "choices": found,
            "value": value if value in dict(found) else "",
            "word": dict(found).get(value, ""),
        }
        for name, kind, found, value in choices
        if found
    ]


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


@require_GET
def portfolio_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """The same rows and columns as a CSV file."""
    rows = portfolio(request.user, _city(request), Filters.read(request.GET))
    lines = exports.csv_lines(rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="massnahmen.csv"'
    return response


@require_GET
def portfolio_xlsx(request: SignedInRequest) -> HttpResponse:
    """The same rows and columns as an Excel file."""
    rows = portfolio(request.user, _city(request), Filters.read(request.GET))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(exports.xlsx(rows), content_type=kind)
    response["Content-Disposition"] = 'attachment; filename="massnahmen.xlsx"'
    return response


# ------------------------------------------------------------------- calendars


@require_http_methods(["GET", "POST"])
def calendar(request: SignedInRequest) -> HttpResponse:
    """Dates in one's own calendar: a file now, or an address that stays up to date."""
    token = ""
    if request.method == "POST":
        if request.POST.get("do") == "off":
            feed.switch_off_feed(by=request.user)
            return redirect("calendar")
        token = feed.renew_feed(by=request.user)
    context = {
        "address": f"{settings.BASE_URL}/kalender/{token}.ics" if token else "",
        "has_feed": CalendarFeed.objects.filter(user=request.user).exists(),
    }
    return render(request, "measures/calendar.html", context)


@require_GET
def calendar_file(request: SignedInRequest) -> HttpResponse:
    """One's own dates as a file."""
    return _ics(feed.calendar_of(feed.measures_for_calendar(request.user)))


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of whoever has this address, as they are now."""
    user = feed.person_of_feed(token)
    if user is None:
        raise Http404
    with translation.override(user.language or settings.LANGUAGE_CODE):
        return _ics(feed.calendar_of(feed.measures_for_calendar(user)))


def _ics(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="chancencheck.ics"'
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
