"""Setting up a round in four steps, and seeing where everybody stands."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.governance.models import Decision
from chancencheck.governance.operations import ensure_decision
from chancencheck.instruments.queries import versions_visible_to
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Municipality
from chancencheck.rounds import operations
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.forms import BasicsForm, CalendarForm, InstitutionsForm
from chancencheck.rounds.models import Participation, Round
from chancencheck.rounds.operations import Calendar, Guest
from chancencheck.rounds.permissions import can_manage, can_view
from chancencheck.rounds.queries import (
    lead_emails,
    participations_of,
    rounds_visible_to,
    with_counts,
)


@require_GET
def round_list(request: SignedInRequest) -> HttpResponse:
    """All rounds of the city the person may see."""
    municipality = municipality_of(request)
    if not can_view(request.user, municipality):
        raise PermissionDenied
    rounds = with_counts(rounds_visible_to(request.user).filter(municipality=municipality))
    context = {"rounds": rounds, "can_manage": can_manage(request.user, municipality)}
    return render(request, "rounds/round_list.html", context)


@require_http_methods(["GET", "POST"])
def round_new(request: SignedInRequest) -> HttpResponse:
    """Step 1 of a new round."""
    municipality = municipality_of(request)
    if not can_manage(request.user, municipality):
        raise PermissionDenied
    return _basics(request, municipality, None)


@require_http_methods(["GET", "POST"])
def round_basics(request: SignedInRequest, pk: int) -> HttpResponse:
    """Step 1 again."""
    run = _draft(request, pk)
    return _basics(request, run.municipality, run)


def _basics(
    request: SignedInRequest, municipality: Municipality, run: Round | None
) -> HttpResponse:
    form = BasicsForm(
        request.POST or None, municipality=municipality, run=run, initial=_initial(run)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = {
            "name": data["name"],
            "kind": RoundKind(data["kind"]),
            "version": data["version"],
            "decision": _decision(municipality, data),
            "by": request.user,
        }
        if run is None:
            run = operations.create_round(municipality=municipality, **facts)
        else:
            operations.change_round(run=run, **facts)
        return redirect("round_calendar", run.pk)
    return render(request, "rounds/round_basics.html", {"form": form, "round": run, "step": 1})


def _initial(run: Round | None) -> dict[str, object]:
    if run is None:
        return {"kind": RoundKind.BINDING}
    initial: dict[str, object] = {
        "name": run.name,
        "kind": run.kind,
        "version": run.instrument_version_id,
    }
    if run.decision:
        initial |= {
            "body": run.decision.body.name,
            "decided_on": run.decision.decided_on,
            "reference": run.decision.reference,
        }
    return initial


def _decision(municipality: Municipality, data: dict[str, object]) -> Decision | None:
    if not data["body"]:
        return None
    return ensure_decision(
        municipality=municipality,
        body=str(data["body"]),
        decided_on=data["decided_on"],  # type: ignore[arg-type]
        reference=str(data["reference"]),
    )


@require_http_methods(["GET", "POST"])
def round_calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """Step 2: the dates."""
    run = _draft(request, pk)
    names = list(CalendarForm.base_fields)
    form = CalendarForm(request.POST or None, initial={name: getattr(run, name) for name in names})
    if request.method == "POST" and form.is_valid():
        operations.set_calendar(run=run, calendar=Calendar(**form.cleaned_data), by=request.user)
        return redirect("round_institutions", run.pk)
    return render(request, "rounds/round_calendar.html", {"form": form, "round": run, "step": 2})


@require_http_methods(["GET", "POST"])
def round_institutions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Step 3: who takes part."""
    run = _draft(request, pk)
    known = lead_emails(run.municipality)
    form = InstitutionsForm(request.POST or None, run=run, emails=known)
    if request.method == "POST" and form.is_valid():
        guests = [Guest(unit, email) for unit, email in form.cleaned_data["chosen"]]
        for row in form.cleaned_data["pasted"]:
            unit = operations.ensure_unit(
                municipality=run.municipality,
                name=row.name,
                is_external=row.is_external,
                division=row.division,
                by=request.user,
            )
            guests.append(Guest(unit, row.lead_email))
        operations.set_participants(run=run, guests=guests, by=request.user)
        return redirect("round_confirm", run.pk)
    return render(
        request, "rounds/round_institutions.html", {"form": form, "round": run, "step": 3}
    )


@require_http_methods(["GET", "POST"])
def round_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Step 4: read who will see what and when, then open and invite."""
    run = _draft(request, pk)
    participations = list(participations_of(run))
    is_complete = bool(run.starts_on and participations)
    if request.method == "POST":
        operations.open_round(run=run, by=request.user)
        messages.success(request, _("The round is open. The leads have got their invitation."))
        return redirect("round", run.pk)
    context = {
        "round": run,
        "participations": participations,
        "is_complete": is_complete,
        "step": 4,
    }
    return render(request, "rounds/round_confirm.html", context)


@require_POST
def round_wording(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take over the words of a later version that only rewords the one of the round."""
    run = get_object_or_404(rounds_visible_to(request.user), pk=pk)
    if not can_manage(request.user, run):
        raise PermissionDenied
    chosen = request.POST.get("version", "")
    version = (
        versions_visible_to(request.user)
        .filter(number=chosen)
        .filter(instrument_id=run.instrument_version.instrument_id)
    )
    if not (found := version.first()):
        raise NotAllowedNow("version")
    operations.take_wording(run=run, version=found, by=request.user)
    messages.success(request, _("From now on everybody in this round reads the new words."))
    return redirect("round", run.pk)


@require_POST
def lead_remind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to the lead of an institution once more."""
    participation = get_object_or_404(
        Participation.objects.filter(round__in=rounds_visible_to(request.user)).select_related(
            "round__municipality", "unit"
        ),
        pk=pk,
    )
    operations.remind_lead(participation=participation, by=request.user)
    messages.success(request, _("The lead has got a mail."))
    return redirect("round", participation.round_id)


def _draft(request: SignedInRequest, pk: int) -> Round:
    """A draft the person may set up; a round that has begun cannot be set up any more."""
    run = get_object_or_404(rounds_visible_to(request.user), pk=pk)
    if not can_manage(request.user, run):
        raise PermissionDenied
    if not run.is_draft:
        raise NotAllowedNow("not a draft")
    return run
