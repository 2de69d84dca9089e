"""From one version to the next: drafts, forks, classes of changes, pilot, adoption, retirement."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chancencheck.governance.operations import ensure_decision
from chancencheck.instruments import lifecycle
from chancencheck.instruments.choices import ChangeKind, VersionState
from chancencheck.instruments.comparison import pieces
from chancencheck.instruments.forms_editor import AdoptForm, ChangeForm, ForkForm, NumberForm
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.places import field_name
from chancencheck.instruments.views_editor import draft_for
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest


@require_POST
def instrument_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin the next draft from a version."""
    version = lifecycle.start_draft(base=draft_for(request, pk), by=request.user)
    messages.success(request, _("The draft is there. Change what should be better."))
    return redirect("editor", version.pk)


@require_http_methods(["GET", "POST"])
def instrument_fork(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make an instrument of one's own from the words of another."""
    base = draft_for(request, pk)
    form = ForkForm(request.POST or None, base=base)
    if request.method == "POST" and form.is_valid():
        version = lifecycle.fork(base=base, by=request.user, **form.cleaned_data)
        return redirect("editor", version.pk)
    context = {"version": base, "form": form}
    return render(request, "instruments/fork.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def instrument_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every change since the version before: the program proposes a class, a person decides."""
    version = draft_for(request, pk)
    if version.base is None or version.is_released:
        raise Http404
    rows = lifecycle.changes_of(version)
    sent = request.POST if request.method == "POST" else None
    only = request.POST.get("take", "")
    entries = []
    for number, row in enumerate(rows):
        found = row.difference
        start = {"kind": row.kind or found.proposed, "reason": row.reason}
        prefix = f"c{number}"
        # a list that changed under the page must not give a class to another change
        is_sent = bool(sent and sent.get(f"{prefix}-place") == found.place)
        form = ChangeForm(sent if is_sent else None, prefix=prefix, initial=start)
        entries.append((row, form, pieces(found.before, found.after)))
    refused = False
    if request.method == "POST":
        for row, form, _parts in entries:
            if only == "wording" and row.difference.proposed == ChangeKind.WORDING:
                if row.kind is None:
                    _decide(request, version, row, ChangeKind.WORDING, "")
            elif only != "wording" and form.is_bound:
                if form.is_valid():
                    data = form.cleaned_data
                    _decide(request, version, row, ChangeKind(data["kind"]), data["reason"])
                else:
                    refused = True
        if not refused:
            messages.success(request, _("Saved."))
            return redirect("instrument_changes", version.pk)
    context = {
        "version": version,
        "entries": [
            (row, form, parts, field_name(row.difference.field)) for row, form, parts in entries
        ],
        "undecided": len([row for row in rows if row.kind is None]),
        "wordings": len(
            [r for r in rows if r.kind is None and r.difference.proposed == ChangeKind.WORDING]
        ),
        "is_refused": refused,
    }
    return render(request, "instruments/changes.html", context, status=422 if refused else 200)


def _decide(
    request: SignedInRequest,
    version: InstrumentVersion,
    row: lifecycle.Decided,
    kind: ChangeKind,
    reason: str,
) -> None:
    if (row.kind, row.reason) != (kind, reason):
        lifecycle.classify(
            version=version, place=row.difference.place, kind=kind, reason=reason, by=request.user
        )


@require_http_methods(["GET", "POST"])
def instrument_pilot(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fix the words and try them in a pilot."""
    version = draft_for(request, pk)
    if version.is_released:
        raise Http404
    start = {"number": lifecycle.suggested_number(version)}
    form = NumberForm(request.POST or None, version=version, initial=start)
    undecided = lifecycle.undecided(version)
    if request.method == "POST" and not undecided and form.is_valid():
        try:
            lifecycle.pilot_version(
                version=version, number=form.cleaned_data.get("number", ""), by=request.user
            )
        except lifecycle.VersionIsIncomplete as error:
            return _settle_page(request, version, form, error, is_pilot=True)
        messages.success(request, _("The words are fixed. You can begin a pilot round with them."))
        return redirect("instrument", version.pk)
    if request.method == "POST" and undecided:
        raise NotAllowedNow("changes without a class")
    return _settle_page(request, version, form, is_pilot=True, undecided=len(undecided))


@require_http_methods(["GET", "POST"])
def instrument_adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note the decision of the body that adopts a version."""
    version = draft_for(request, pk)
    if version.state not in (VersionState.DRAFT, VersionState.PILOT):
        raise Http404
    start = {"number": lifecycle.suggested_number(version)} if not version.is_released else {}
    start |= {"decided_on": "", "note": version.editorial_note}
    form = AdoptForm(request.POST or None, version=version, initial=start)
    undecided = [] if version.is_released else lifecycle.undecided(version)
    if request.method == "POST" and not undecided and form.is_valid():
        data = form.cleaned_data
        decision = ensure_decision(
            municipality=version.instrument.municipality,
            body=data["body"],
            decided_on=data["decided_on"],
            reference=data["reference"],
        )
        try:
            lifecycle.adopt_version(
                version=version,
                decision=decision,
                number=data.get("number", ""),
                note=data["note"],
                by=request.user,
            )
        except lifecycle.VersionIsIncomplete as error:
            return _settle_page(request, version, form, error)
        messages.success(request, _("Noted. From now on rounds can begin with this version."))
        return redirect("instrument", version.pk)
    if request.method == "POST" and undecided:
        raise NotAllowedNow("changes without a class")
    return _settle_page(request, version, form, undecided=len(undecided))


def _settle_page(
    request: SignedInRequest,
    version: InstrumentVersion,
    form: NumberForm,
    error: lifecycle.VersionIsIncomplete | None = None,
    *,
    is_pilot: bool = False,
    undecided: int = 0,
) -> HttpResponse:
    problems = error.problems if error else lifecycle.problems_of(version)
    context = {
        "version": version,
        "form": form,
        "problems": problems,
        "is_pilot": is_pilot,
        "undecided": undecided,
    }
    status = 422 if form.is_bound else 200
    return render(request, "instruments/settle.html", context, status=status)


@require_POST
def instrument_retire(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a version out of use."""
    version = draft_for(request, pk)
    lifecycle.retire_version(version=version, by=request.user)
    messages.success(request, _("No new round begins with this version. Running rounds go on."))
    return redirect("instrument", version.pk)


@require_POST
def instrument_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    version = draft_for(request, pk)
    lifecycle.delete_draft(version=version, by=request.user)
    messages.success(request, _("The draft is deleted."))
    return redirect(reverse("instrument_list"))
