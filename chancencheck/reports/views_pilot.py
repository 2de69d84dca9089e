"""What a pilot says about the instrument, and the way from there into a draft."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.queries import versions_visible_to
from chancencheck.instruments.remarks_from_pilot import add_pilot_remark
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.reports.pilot import pilot_feedback


def _load(request: SignedInRequest, pk: int) -> InstrumentVersion:
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    if not may_in(request.user, version.instrument.municipality_id, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    return version


@require_GET
def feedback(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sums and sentences per requirement; who said it, and where, nobody knows."""
    version = _load(request, pk)
    context = {"version": version, "feedback": pilot_feedback(version)}
    return render(request, "reports/pilot_feedback.html", context)


@require_POST
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a sentence as a comment into the draft."""
    version = _load(request, pk)
    found = pilot_feedback(version)
    offered = found.offer(request.POST.get("take", ""))
    if offered is None or found.draft is None:
        raise NotAllowedNow("nothing to take over")
    row, offer = offered
    add_pilot_remark(version=found.draft, place=row.place, text=offer.remark, by=request.user)
    messages.success(
        request,
        _("It now stands as a comment beside %(key)s in the draft %(draft)s.")
        % {"key": row.requirement.key, "draft": found.draft},
    )
    return redirect(f"{reverse('pilot_feedback', args=[version.pk])}#{row.requirement.key}")
