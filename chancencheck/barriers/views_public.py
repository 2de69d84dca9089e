"""Reporting a barrier and looking up what became of it: no sign-in, no cookie, no trace."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chancencheck.barriers import operations
from chancencheck.barriers.forms import ReportForm
from chancencheck.barriers.queries import institutions_of, report_with
from chancencheck.barriers.rules import KEPT_AFTER_END, KEPT_MONTHS, grouped
from chancencheck.citizens.languages import ORIGINAL, Language
from chancencheck.citizens.limits import Limit
from chancencheck.citizens.pages import city_of, links_to, page
from chancencheck.citizens.queries import addresses_of
from chancencheck.lib.texts import plain_text
from chancencheck.organisations.models import Municipality

REPORTS = Limit(10, 10 * 60)
LOOKUPS = Limit(20, 10 * 60)
SWITCH = "language"  # the button of another language: show the same text there, send nothing


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def barrier_report(request: HttpRequest, slug: str, speaks: Language) -> HttpResponse:
    """The form; sent, it answers with the code. An address with the code would be kept by browsers."""
    city = city_of(slug)
    is_sent = request.method == "POST" and SWITCH not in request.POST
    typed = request.POST.dict() if request.method == "POST" else {}
    typed.setdefault("unit", request.GET.get("stelle", ""))
    form = ReportForm(typed, speaks=speaks, units=institutions_of(city), is_sent=is_sent)
    if not is_sent:
        return _ask(request, city, speaks, form)
    if not form.is_valid():
        return _ask(request, city, speaks, form, status=422)
    if not REPORTS.allows(request):
        return _ask(request, city, speaks, form, status=429)
    code = operations.report_barrier(municipality=city, language=speaks.code, **form.entry())
    context: dict[str, object] = {"code": grouped(code)}
    return page(request, "barriers/thanks.html", context, city=city, speaks=speaks)


def _ask(
    request: HttpRequest, city: Municipality, speaks: Language, form: ReportForm, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "advice": [each for each in addresses_of(city) if each.is_against_discrimination],
        "form": form,
        "is_too_many": status == 429,
        "days": KEPT_AFTER_END.days,
        "months": KEPT_MONTHS,
    }
    links = links_to("barrier_report", city.slug)
    return page(
        request,
        "barriers/report.html",
        context,
        city=city,
        speaks=speaks,
        links=links,
        status=status,
    )


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def barrier_state(request: HttpRequest, slug: str, speaks: Language) -> HttpResponse:
    """What became of a report. Only its code opens it; how often one may try is limited."""
    city = city_of(slug)
    code = plain_text(request.POST.get("code", ""))[:50]
    report, error, status = None, "", 200
    if code and not LOOKUPS.allows(request):
        status = 429
    elif code:
        report = report_with(code, city)
        error, status = ("", 200) if report else ("barrier_code_wrong", 422)
    elif request.method == "POST" and SWITCH not in request.POST:
        error, status = "barrier_missing", 422
    context: dict[str, object] = {
        "code": code,
        "report": report,
        "error": speaks.say(error) if error else "",
        "state": speaks.say(f"barrier_state_{report.state}") if report else "",
        "is_german": speaks.code.startswith(ORIGINAL),
        "is_too_many": status == 429,
    }
    links = links_to("barrier_state", city.slug)
    return page(
        request,
        "barriers/state.html",
        context,
        city=city,
        speaks=speaks,
        links=links,
        status=status,
    )
