"""The pages of citizens: answering, thanks, what came out. No session, no cookie, no account."""

from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from chancencheck.citizens.languages import (
    ORIGINAL,
    Language,
    language,
    languages,
    preferred,
)
from chancencheck.citizens.limits import Limit
from chancencheck.citizens.pages import city_of, links_to, page
from chancencheck.lib.http import wants_fragment
from chancencheck.surveys import operations
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.counting import Counted
from chancencheck.surveys.doors import Door, door, questions_of
from chancencheck.surveys.forms_public import Filled, read
from chancencheck.surveys.operations import Submission, TicketTooOld
from chancencheck.surveys.queries import (
    open_entrances,
    promised_parts,
    published_parts,
    reader_of_part,
)
from chancencheck.surveys.rules import TEXT_MAXIMUM, VALUES
from chancencheck.surveys.tickets import digest_of, new_ticket

# A waiting room with free internet is one address, too.
SENT = Limit(amount=60, seconds=600)
CODES = Limit(amount=20, seconds=600)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, code: str, speaks: Language | None = None) -> HttpResponse:
    """All questions on one page; the address says which one is seen."""
    here = door(code.lower())  # as somebody may type it from a poster
    if here is None:
        raise Http404
    if speaks is None or not here.speaks(speaks.code):
        offered = [each.code for each in here.offered]
        speaks = language(preferred(request.headers.get("Accept-Language", ""), offered))
    if not here.is_open:
        return _not_open(request, here, speaks)
    if request.method != "POST":
        return _begin(request, here, speaks)
    if "code" in request.POST:
        return _let_in(request, here, speaks)
    filled = read(request.POST, here)
    if wanted := request.POST.get("language"):
        speaks = language(wanted) if here.speaks(wanted) else speaks
        return _page(request, here, speaks, filled)
    return _send(request, here, speaks, filled)


def _begin(request: HttpRequest, here: Door, speaks: Language) -> HttpResponse:
    if here.survey.needs_code:
        return _ask_code(request, here, speaks)
    return _page(request, here, speaks, Filled({}, "", new_ticket(here.survey.pk), ""))


def _ask_code(
    request: HttpRequest, here: Door, speaks: Language, *, wrong: bool = False, status: int = 200
) -> HttpResponse:
    context = {"door": here, "is_wrong": wrong}
    return _render(request, "surveys/code.html", context, here, speaks, status)


def _let_in(request: HttpRequest, here: Door, speaks: Language) -> HttpResponse:
    if CODES.is_used_up(request):
        return _ask_code(request, here, speaks, wrong=True, status=429)
    ticket = operations.spend_code(survey=here.survey, code=str(request.POST["code"]))
    if ticket is None:
        CODES.allows(request)  # only wrong codes are counted
        return _ask_code(request, here, speaks, wrong=True, status=422)
    return _page(request, here, speaks, Filled({}, "", ticket, ""))


def _send(request: HttpRequest, here: Door, speaks: Language, filled: Filled) -> HttpResponse:
    if filled.is_empty:
        return _again(request, here, speaks, filled, "nothing_answered", 422)
    if filled.is_too_long:
        return _again(request, here, speaks, filled, "open_too_long", 422)
    if not SENT.allows(request):
        return _again(request, here, speaks, filled, "too_many", 429)
    entry = Submission(speaks.code, filled.answers, filled.text, filled.ticket)
    try:
        counted = operations.submit(door=here, entry=entry)
    except TicketTooOld:
        return _again(request, here, speaks, filled, "page_old", 409)
    if counted == Counted.CLOSED:
        return _not_open(request, here, speaks)
    address = _thanks_address(here.code, speaks.code)
    if wants_fragment(request):
        return JsonResponse({"next": address})
    return HttpResponseRedirect(address)


@lru_cache(maxsize=1024)
def _thanks_address(code: str, language_code: str) -> str:
    """Where people are led after sending. Kept, because many people send at the same door."""
    return reverse("survey_thanks", args=[code, language_code])


def _again(
    request: HttpRequest, here: Door, speaks: Language, filled: Filled, problem: str, status: int
) -> HttpResponse:
    """The same page with everything that was filled in, and a sentence that says what to do."""
    if wants_fragment(request):
        return JsonResponse({"problem": problem}, status=status)
    return _page(request, here, speaks, filled, problem=problem, status=status)


def _page(
    request: HttpRequest,
    here: Door,
    speaks: Language,
    filled: Filled,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    ticket = filled.ticket
    if digest_of(ticket, here.survey.pk) is None:
        if here.survey.needs_code:
            return _ask_code(request, here, speaks, status=status)
        ticket = new_ticket(here.survey.pk)
    context = page_context(here, speaks, filled, ticket, problem)
    return _render(request, "surveys/survey.html", context, here, speaks, status)


def page_context(
    here: Door, speaks: Language, filled: Filled, ticket: str = "", problem: str = ""
) -> dict[str, object]:
    """What the page of a survey shows; also for its preview."""
    steps = [
        {
            "number": asked.number,
            "text": asked.texts.get(speaks.code, asked.original),
            "is_german": speaks.code not in asked.texts,
            "chosen": filled.answers.get(asked.number),
            "done": round(120 * asked.number / here.total),
        }
        for asked in here.questions
    ]
    return {
        "door": here,
        "survey": here.survey,
        "steps": steps,
        "filled": filled,
        "ticket": ticket,
        "problem": problem,
        "first": _first_step(here, filled, problem),
        "values": [(value, f"answer_{value}") for value in VALUES],
        "text_maximum": TEXT_MAXIMUM,
    }


def _first_step(here: Door, filled: Filled, problem: str) -> str:
    """The step that is seen at first: the one people were at, else the first without an answer."""
    steps = ["f0", *(f"f{asked.number}" for asked in here.questions)]
    if here.survey.has_open_question:
        steps.append("f9")
    if problem == "open_too_long":
        return "f9"
    if filled.step in steps:
        return filled.step
    if problem == "nothing_answered":
        return "f1"
    if problem:
        return steps[-1]
    if filled.is_empty:
        return "f0"
    missing = (a.number for a in here.questions if a.number not in filled.answers)
    return next((f"f{number}" for number in missing), steps[-1])


def _not_open(request: HttpRequest, here: Door, speaks: Language) -> HttpResponse:
    if wants_fragment(request):
        return JsonResponse({"problem": "closed"}, status=410)
    status = 200 if here.is_before else 410
    return _render(request, "surveys/not_open.html", {"door": here}, here, speaks, status)


@login_not_required
@require_safe
def kiosk_app(request: HttpRequest, code: str) -> HttpResponse:
    """The survey as an app of the device (W3C Web Application Manifest): it fills the screen."""
    here = door(code)
    if here is None or not here.is_kiosk:
        raise Http404
    start = reverse("survey_open", args=[code])
    manifest = {
        "name": here.unit_name,
        "start_url": start,
        "scope": start,
        "display": "fullscreen",
        "icons": [{"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


@login_not_required
@require_safe
def thanks(request: HttpRequest, code: str, speaks: Language) -> HttpResponse:
    """The answers have arrived: what happens now, and where help is."""
    here = door(code)
    if here is None:
        raise Http404
    links = [(each, reverse("survey_thanks", args=[code, each])) for each in here.offered]
    context = {"door": here, "survey": here.survey}
    return page(request, "surveys/thanks.html", context, city=here.city, speaks=speaks, links=links)


def _render(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    here: Door,
    speaks: Language,
    status: int,
) -> HttpResponse:
    links = [(each, reverse("survey_in", args=[here.code, each])) for each in here.offered]
    return page(
        request, template, context, city=here.city, speaks=speaks, links=links, status=status
    )


# ------------------------------------------------------------------- the city's page


@login_not_required
@require_safe
def city_page_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the page in the language of the browser."""
    wanted = preferred(request.headers.get("Accept-Language", ""), list(languages()))
    return HttpResponseRedirect(reverse("city_page", args=[slug, wanted]))


@login_not_required
@require_safe
def city_page(request: HttpRequest, slug: str, speaks: Language) -> HttpResponse:
    """Where people can answer now, and what came out before."""
    city = city_of(slug)
    entrances = open_entrances(city)
    context = {
        "entrances": entrances,
        "published": published_parts(city),
        "promised": promised_parts(city),
    }
    links = links_to("city_page", slug)
    return page(request, "surveys/city.html", context, city=city, speaks=speaks, links=links)


@login_not_required
@require_safe
def public_result(request: HttpRequest, slug: str, pk: int, speaks: Language) -> HttpResponse:
    """What people said about one institution, and what it does."""
    city = city_of(slug)
    part = next((each for each in published_parts(city) if each.pk == pk), None)
    if part is None:
        raise Http404
    reader = reader_of_part(part, public_only=True)
    texts = {asked.number: asked.texts for asked in questions_of(part.survey)}
    answers = [
        {
            "text": texts[row.number].get(speaks.code, texts[row.number][ORIGINAL]),
            "is_german": speaks.code not in texts[row.number],
            "voice": row.voice,
        }
        for row in reader.answers(part.pk)
    ]
    people = reader.people(part.pk)
    context = {
        "part": part,
        "people": people,
        "answers": answers if people else [],
        "channels": [
            (f"channel_{channel.value}", number)
            for channel in Channel
            if (number := reader.people(part.pk, "channel", channel.value))
        ],
        "pairs": part.said_done.all(),
    }
    links = links_to("public_result", slug, pk)
    return page(request, "surveys/public.html", context, city=city, speaks=speaks, links=links)
