"""What the pages of the own view and of the workshop share: loading, and saving by script."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from chancencheck.assessments.conflicts import conflict_page
from chancencheck.assessments.models import Assessment
from chancencheck.assessments.operations import Conflict
from chancencheck.assessments.permissions import may_with
from chancencheck.instruments.models import Requirement, Scale
from chancencheck.instruments.queries import requirement_of
from chancencheck.lib.http import SignedInRequest, wants_fragment
from chancencheck.organisations.roles import Permission


def load(request: SignedInRequest, pk: int, permission: Permission) -> Assessment:
    """The assessment if it exists for this person (else 404) and the permission is there (else 403)."""
    assessment = get_object_or_404(Assessment.objects.visible_to(request.user).with_place(), pk=pk)
    if not may_with(request.user, assessment, permission):
        raise PermissionDenied
    return assessment


def requirement_in(assessment: Assessment, key: str) -> Requirement:
    """A requirement of the assessment's instrument, else 404."""
    run = assessment.participation.round
    try:
        return requirement_of(run.instrument_version, key, run.wording_id)
    except Requirement.DoesNotExist as error:
        raise Http404 from error


def saved(
    revision: int, fragments: dict[str, str], fields: dict[str, str] | None = None
) -> JsonResponse:
    """Tell the script that it is saved, which pieces of the page and which fields change."""
    now = timezone.localtime().strftime("%H:%M")
    return JsonResponse(
        {
            "state": "saved",
            "message": _("Saved at %(time)s") % {"time": now},
            "revision": revision,
            "fragments": fragments,
            "fields": fields or {},
        }
    )


def invalid(request: SignedInRequest, form: Form) -> JsonResponse | None:
    """Tell the script what is wrong; None if a person sent the form."""
    if not wants_fragment(request):
        return None
    first = next(iter(form.errors.values()))[0]
    return JsonResponse({"state": "invalid", "message": str(first)}, status=422)


def conflict(
    request: SignedInRequest, mine: dict[str, Any], found: Conflict, scale: Scale
) -> HttpResponse:
    """Both texts side by side. Each conflicting field is decided; nothing is lost."""
    if wants_fragment(request):
        return JsonResponse({"state": "conflict"}, status=409)
    page = conflict_page(
        mine=mine,
        saved=found.saved,
        merged=found.merged,
        fields=found.fields,
        revision=found.revision,
        scale=scale,
    )
    return render(request, "assessments/conflict.html", {"page": page}, status=409)
