"""Pages that show measures: one's own, an institution's, a single one; and saying where it stands."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.assessments.queries import results_visible_to
from chancencheck.barriers.queries import reports_visible_to
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.measures import operations, queries
from chancencheck.measures.choices import ENDED, EventKind, State
from chancencheck.measures.choosing import choose_measure
from chancencheck.measures.forms import DoneForm, DropForm, MoveForm, PostponeForm, ReopenForm
from chancencheck.measures.forms_choose import TakeOnForm, how_much
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import Words
from chancencheck.measures.permissions import (
    may_change_function,
    may_plan_centrally,
    may_plan_for,
    may_with,
    reads_practice,
    sees_portfolio,
)
from chancencheck.measures.rules import TRANSITIONS, check_is_due
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission
from chancencheck.surveys.models import SurveyPart
from chancencheck.surveys.permissions import may_read

ORDER = re.compile(r"[0-9]+(-[0-9]+)*")


def load(request: SignedInRequest, pk: int, permission: Permission | None = None) -> Measure:
    """A measure the person may see (else 404) and, if asked for, change (else 403)."""
    measure = get_object_or_404(queries.measures_visible_to(request.user).with_place(), pk=pk)
    if permission and not may_with(request.user, measure, permission):
        raise PermissionDenied
    return measure


# ------------------------------------------------------------------- lists


@require_GET
def measure_list(request: SignedInRequest) -> HttpResponse:
    """What the functions of this person look after, and the ways on."""
    city = municipality_of(request)
    mine = list(queries.own_measures(request.user).filter(municipality=city))
    led = Unit.objects.filter(pk__in=standing_of(request.user).led_unit_ids, municipality=city)
    context = {
        "mine": mine,
        "overdue": sum(measure.is_overdue for measure in mine),
        "functions": queries.functions_held_by(request.user).filter(municipality=city),
        "units": led.order_by("name"),
        "sees_portfolio": sees_portfolio(request.user, city),
        "plans_centrally": may_plan_centrally(request.user, city),
        "answers": may_in(request.user, city, Permission.MEASURE_ANSWER),
        "reads_practice": reads_practice(request.user, city),
    }
    return render(request, "measures/list.html", context)


@require_GET
def unit_measures(request: SignedInRequest, pk: int) -> HttpResponse:
    """The measures of one institution, as far as this person may read them."""
    unit = get_object_or_404(Unit, pk=pk, municipality=municipality_of(request))
    rows = list(queries.measures_of_unit(request.user, unit).with_place())
    is_lead = may_plan_for(request.user, unit)
    if not rows and not is_lead and not sees_portfolio(request.user, unit.municipality_id):
        raise Http404
    context = {
        "unit": unit,
        "is_lead": is_lead,
        "groups": [
            (_("To be done"), [m for m in rows if m.is_open]),
            (_("Proposed"), [m for m in rows if m.is_proposal]),
            (_("Finished"), [m for m in rows if m.state in ENDED]),
        ],
        "number": sum(m.is_open for m in rows),
        "is_empty": not rows,
    }
    return render(request, "measures/unit.html", context)


# ------------------------------------------------------------------- one measure


@require_http_methods(["GET", "POST"])
def measure(request: SignedInRequest, pk: int) -> HttpResponse:
    """One measure: what, who, until when, where it stands, and everything that happened to it."""
    found = load(request, pk)
    if request.method == "POST":
        return _say_state(request, found)
    return _page(request, found)


FORMS: dict[str, tuple[State, type[Any]]] = {
    "done": (State.DONE, DoneForm),
    "postpone": (State.POSTPONED, PostponeForm),
    "drop": (State.DROPPED, DropForm),
    "reopen": (State.RUNNING, ReopenForm),
}


def _say_state(request: SignedInRequest, found: Measure) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "take":
        return _take_on(request, found)
    if do == "move":
        return _move(request, found)
    if not may_with(request.user, found, Permission.MEASURE_UPDATE):
        raise PermissionDenied
    if do == "begin":
        operations.set_state(measure=found, state=State.RUNNING, by=request.user)
        return _saved(request, found)
    if do not in FORMS:
        raise NotAllowedNow(do)
    state, form_class = FORMS[do]
    form = form_class(request.POST, prefix=do)
    if not form.is_valid():
        return _page(request, found, **{do: form})
    operations.set_state(measure=found, state=state, by=request.user, **form.cleaned_data)
    return _saved(request, found)


def _take_on(request: SignedInRequest, found: Measure) -> HttpResponse:
    if not may_with(request.user, found, Permission.MEASURE_PLAN):
        raise PermissionDenied
    form = _take_form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, take=form)
    data = form.cleaned_data
    words = Words(
        title=data["title"],
        details=found.details,
        sign=data["sign"],
        resources=found.resources,
        effort=found.effort,
        effect=found.effect,
        theme=found.theme,
        goal=found.goal,
        is_shown_to_city=data.get("is_shown_to_city", found.is_shown_to_city),
    )
    choose_measure(
        measure=found,
        words=words,
        revision=data["revision"],
        function=data.get("function"),
        new_function=data["new_function"],
        due_on=data["due_on"],
        by=request.user,
    )
    return _saved(request, found)


def _take_form(found: Measure, data: Any = None) -> TakeOnForm:
    initial = {
        "revision": found.revision,
        "title": found.title,
        "sign": found.sign,
        "is_shown_to_city": found.is_shown_to_city,
    }
    return TakeOnForm(
        data,
        prefix="take",
        initial=initial,
        measure=found,
        functions=queries.functions_of(found),
        is_full=False,
    )


def _move(request: SignedInRequest, found: Measure) -> HttpResponse:
    if not may_with(request.user, found, Permission.MEASURE_PLAN):
        raise PermissionDenied
    form = MoveForm(request.POST, prefix="move", functions=_other_functions(found))
    if not form.is_valid():
        return _page(request, found, move=form)
    operations.move_measure(measure=found, function=form.cleaned_data["function"], by=request.user)
    return _saved(request, found)


def _other_functions(found: Measure) -> Any:
    return queries.functions_of(found).exclude(pk=found.function_id or 0)


def _saved(request: SignedInRequest, found: Measure) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("measure", found.pk)


def _page(request: SignedInRequest, found: Measure, **bound: Any) -> HttpResponse:
    user = request.user
    plans = may_with(user, found, Permission.MEASURE_PLAN)
    updates = may_with(user, found, Permission.MEASURE_UPDATE) and not found.is_proposal
    next_states = TRANSITIONS[State(found.state)] if updates else frozenset()
    others = _other_functions(found) if plans and found.is_open else None
    in_team = (
        found.assessment is not None
        and Assessment.objects.visible_to(user).filter(pk=found.assessment.pk).exists()
    )
    requests = list(found.requests.select_related("division", "body"))
    is_early = operations.is_before_release(found)
    context = {
        "measure": found,
        "requests": requests,
        "can_ask": plans and found.is_open and not is_early,
        "links": found.links.select_related("requirement").order_by("key"),
        "events": found.events.exclude(kind=EventKind.CONFIRMED),
        "source": _source_of(user, found),
        "how_much": {"effort": how_much(found.effort), "effect": how_much(found.effect)},
        "can_plan": plans,
        "can_update": updates,
        "can_publish": may_with(user, found, Permission.MEASURE_PUBLISH)
        and not found.is_proposal
        and not is_early,
        "can_begin": State.RUNNING in next_states and found.is_open,
        "done": bound.get("done", DoneForm(prefix="done")) if State.DONE in next_states else None,
        "postpone": bound.get("postpone", PostponeForm(prefix="postpone"))
        if State.POSTPONED in next_states
        else None,
        "drop": bound.get("drop", DropForm(prefix="drop"))
        if State.DROPPED in next_states
        else None,
        "reopen": bound.get("reopen", ReopenForm(prefix="reopen", initial={"due_on": found.due_on}))
        if updates and not found.is_open
        else None,
        # out of a self-assessment it is chosen beside the others, where their number is said
        "take": bound.get("take", _take_form(found))
        if plans and found.is_proposal and not found.assessment_id
        else None,
        "move": bound.get("move", MoveForm(prefix="move", functions=others))
        if others is not None and others.exists()
        else None,
        "in_team": in_team,
        "only_team": is_early,
        "may_change_function": bool(found.function and may_change_function(user, found.function)),
    }
    return render(request, "measures/measure.html", context, status=422 if bound else 200)


def _source_of(user: User, found: Measure) -> dict[str, str] | None:
    """Where the measure comes from, as a link, if this person may open that."""
    if found.barrier_id:
        report = reports_visible_to(user).filter(pk=found.barrier_id).first()
        return _link(report.where, "barrier_detail", report.pk) if report else None
    if found.survey_part_id:
        parts = SurveyPart.objects.select_related("survey__round__municipality", "unit")
        part = parts.get(pk=found.survey_part_id)
        is_open = may_read(user, part)
        return _link(part.survey.name, "survey_result", part.survey_id) if is_open else None
    if found.taken_from_id:
        other = queries.measures_visible_to(user).filter(pk=found.taken_from_id).first()
        return _link(other.title, "measure", other.pk) if other else None
    if found.assessment and results_visible_to(user).filter(assessment=found.assessment).exists():
        return _link(_("the result"), "result", found.assessment.participation_id)
    return None


def _link(text: str, name: str, key: object) -> dict[str, str]:
    return {"url": reverse(name, args=[key]), "text": text}


# ------------------------------------------------------------------- the short check


@require_GET
def measure_check(request: SignedInRequest) -> HttpResponse:
    """Ten minutes, twice a year: for each own measure one click."""
    return _check_page(request)


def _check_page(
    request: SignedInRequest, bound: dict[int, PostponeForm] | None = None
) -> HttpResponse:
    today = timezone.localdate()
    rows = _as_before(request, queries.check_list(request.user))
    done = sum(row.confirmed_on == today for row in rows)
    context = {
        "rows": [
            {
                "measure": row,
                "is_looked_at": row.confirmed_on == today,
                "is_due": check_is_due(confirmed_on=row.confirmed_on, today=today),
                "can_begin": State.RUNNING in TRANSITIONS[State(row.state)],
                "form": (bound or {}).get(row.pk) or PostponeForm(prefix=f"later-{row.pk}"),
            }
            for row in rows
        ],
        "order": "-".join(str(row.pk) for row in rows),
        "done": done,
        "total": len(rows),
        "is_finished": bool(rows) and done == len(rows),
    }
    return render(request, "measures/check.html", context, status=422 if bound else 200)


@require_POST
def measure_check_one(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click of the short check; the page comes back at the same place."""
    found = load(request, pk, Permission.MEASURE_UPDATE)
    do = request.POST.get("do", "")
    if do == "still":
        operations.confirm_state(measure=found, by=request.user)
    elif do == "begin":
        operations.set_state(measure=found, state=State.RUNNING, by=request.user)
    elif do == "done":
        operations.set_state(measure=found, state=State.DONE, by=request.user)
    elif do == "postpone":
        form = PostponeForm(request.POST, prefix=f"later-{found.pk}")
        if not form.is_valid():
            return _check_page(request, {found.pk: form})
        operations.set_state(
            measure=found, state=State.POSTPONED, by=request.user, **form.cleaned_data
        )
    else:
        raise NotAllowedNow(do)
    order = request.POST.get("reihe", "")
    there = f"?{urlencode({'reihe': order})}" if ORDER.fullmatch(order) else ""
    return redirect(f"{reverse('measure_check')}{there}#m{found.pk}")


def _as_before(request: SignedInRequest, rows: list[Measure]) -> list[Measure]:
    """The measures in the order in which the page showed them, so that nothing jumps away."""
    sent = request.POST.get("reihe") or request.GET.get("reihe", "")
    if not ORDER.fullmatch(sent):
        return rows
    places = {key: place for place, key in enumerate(sent.split("-"))}
    return sorted(rows, key=lambda row: places.get(str(row.pk), len(places)))
