"""Posters, the paper form, and typing it in."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancencheck.citizens.languages import EASY, ORIGINAL, Language, language
from chancencheck.citizens.poster import Poster, poster_pdf
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.roles import Permission
from chancencheck.surveys import operations
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.counting import Counted
from chancencheck.surveys.doors import Door, door_of
from chancencheck.surveys.forms_public import read
from chancencheck.surveys.models import Entrance, Survey
from chancencheck.surveys.operations import Submission, TicketTooOld
from chancencheck.surveys.permissions import led_parts_only, may_with
from chancencheck.surveys.rules import TEXT_MAXIMUM, VALUES
from chancencheck.surveys.tickets import new_ticket


def _load(request: SignedInRequest, pk: int) -> Entrance:
    """A way in of a survey that exists for this person."""
    surveys = Survey.objects.visible_to(request.user)
    entrance = get_object_or_404(
        Entrance.objects.select_related(
            "part__unit",
            "part__survey__round__municipality",
            "part__survey__round__instrument_version__instrument",
        ),
        pk=pk,
        part__survey__in=surveys,
    )
    own = led_parts_only(request.user, entrance.part.survey)
    if own is not None and entrance.part_id not in own:
        raise Http404
    return entrance


def _poster(here: Door, speaks: Language) -> Poster:
    path = reverse("survey_in", args=[here.code, speaks])
    german = language(ORIGINAL)
    return Poster(
        language=speaks.tag,
        is_rtl=speaks.is_rtl,
        city=here.city.name,
        accent=here.city.accent_color,
        title=speaks.say("poster_title"),
        question=speaks.say("poster_unit", unit=here.unit_name),
        how=speaks.say("poster_how"),
        or_type=speaks.say("poster_or"),
        address=f"{settings.BASE_URL}{path}",
        short=f"{settings.BASE_URL.split('://')[1]}/u/{here.code}",
        until=speaks.say("poster_until", day=speaks.day(here.survey.closes_on)),
        nobody=speaks.say("poster_nobody"),
        also_german=""
        if speaks.tag == ORIGINAL
        else german.say("poster_unit", unit=here.unit_name),
    )


@require_GET
def survey_poster(request: SignedInRequest, pk: int, speaks: Language) -> HttpResponse:
    """The poster of a place in one language, to look at and to print."""
    entrance = _load(request, pk)
    here = door_of(entrance)
    context = {
        "entrance": entrance,
        "survey": entrance.part.survey,
        "poster": _poster(here, speaks),
        "language": speaks,
        "offered": here.offered,
        "strips": range(8),
    }
    return render(request, "surveys/poster.html", context)


@require_GET
def survey_poster_pdf(request: SignedInRequest, pk: int, speaks: Language) -> HttpResponse:
    """The poster as PDF."""
    here = door_of(_load(request, pk))
    response = HttpResponse(poster_pdf(_poster(here, speaks)), content_type="application/pdf")
    name = f"plakat-{here.code}-{speaks.code}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
def survey_sheet(request: SignedInRequest, pk: int, speaks: Language) -> HttpResponse:
    """The form on paper in one language."""
    entrance = _load(request, pk)
    here = door_of(entrance)
    context = {
        "entrance": entrance,
        "survey": entrance.part.survey,
        "language": speaks,
        "offered": here.offered,
        "rows": [
            (asked.number, asked.texts.get(speaks.code, asked.original), speaks.code in asked.texts)
            for asked in here.questions
        ],
        "values": [f"answer_{value}" for value in VALUES],
    }
    return render(request, "surveys/sheet.html", context)


@require_http_methods(["GET", "POST"])
def survey_enter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Type sheets of paper in, one after the other, with few keys."""
    entrance = _load(request, pk)
    survey = entrance.part.survey
    if not may_with(request.user, survey, Permission.SURVEY_ENTER):
        raise PermissionDenied
    if entrance.channel != Channel.PAPER:
        raise Http404
    if not survey.is_open:
        raise NotAllowedNow("closed")
    here = door_of(entrance)
    offered = [each for each in here.offered if each.code != EASY]
    wanted = request.POST.get("language", request.GET.get("sprache", ORIGINAL))
    speaks = next((each for each in offered if each.code == wanted), offered[0])
    problem, filled = "", None
    if request.method == "POST":
        filled = read(request.POST, here)
        if filled.is_empty:
            problem = _("Nothing is filled in yet.")
        elif filled.is_too_long:
            problem = _("The text is too long. At most %(number)s characters fit.") % {
                "number": TEXT_MAXIMUM
            }
        else:
            problem = _enter(request, here, speaks, filled.answers, filled.text, filled.ticket)
        if not problem:
            messages.success(request, _("Counted. Now the next sheet."))
            return redirect(f"{reverse('survey_enter', args=[pk])}?sprache={speaks.code}")
    context = {
        "entrance": entrance,
        "survey": survey,
        "door": here,
        "offered": offered,
        "language": speaks,
        "text": filled.text if filled else "",
        "rows": [
            (a.number, a.original, filled.answers.get(a.number) if filled else None)
            for a in here.questions
        ],
        "values": [(value, language(ORIGINAL).say(f"answer_{value}")) for value in VALUES],
        "ticket": new_ticket(survey.pk) if problem or not filled else filled.ticket,
        "problem": problem,
    }
    return render(request, "surveys/enter.html", context, status=422 if problem else 200)


def _enter(
    request: SignedInRequest,
    here: Door,
    speaks: Language,
    answers: dict[int, int],
    text: str,
    ticket: str,
) -> str:
    entry = Submission(speaks.code, answers, text, ticket)
    try:
        counted = operations.enter_paper(door=here, entry=entry, by=request.user)
    except TicketTooOld:
        return _("The page was open for too long. Please save once more.")
    if counted == Counted.ALREADY:
        return _("This sheet was counted already. If it is another one, save once more.")
    if counted == Counted.CLOSED:
        raise NotAllowedNow("closed")
    return ""
