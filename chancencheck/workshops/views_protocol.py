"""The protocol: as a page, on paper, as a document; frozen when the lead confirms it."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancencheck.assessments.models import Assessment
from chancencheck.assessments.permissions import may_with
from chancencheck.assessments.views_common import load
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import Stage
from chancencheck.workshops import operations
from chancencheck.workshops.docx import document
from chancencheck.workshops.forms import ProtocolForm
from chancencheck.workshops.models import Protocol
from chancencheck.workshops.protocol import digest, freeze, read

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _load(request: SignedInRequest, pk: int) -> Assessment:
    assessment = load(request, pk, Permission.FINDING_VIEW)
    if assessment.stage not in (Stage.WORKSHOP, Stage.RELEASED, Stage.CORRECTING):
        raise NotAllowedNow(assessment.stage)
    return assessment


def _chosen(editions: list[Protocol], edition: int | None) -> Protocol | None:
    if edition is None:
        return editions[0] if editions else None
    for found in editions:
        if found.edition == edition:
            return found
    raise Http404


@require_http_methods(["GET", "POST"])
def protocol(request: SignedInRequest, pk: int, edition: int | None = None) -> HttpResponse:
    """The confirmed protocol; before that, how it stands now. The lead confirms it here."""
    assessment = _load(request, pk)
    editions = list(assessment.protocols.all())
    shown = _chosen(editions, edition)
    live_content = freeze(assessment)
    changed_meanwhile = False
    has_changed = bool(editions) and editions[0].content != live_content
    form = ProtocolForm(request.POST or None) if editions else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        try:
            operations.confirm_protocol(
                assessment=assessment,
                by=request.user,
                reason=reason,
                seen=request.POST.get("seen", ""),
            )
        except operations.ProtocolChanged:
            changed_meanwhile = True
        else:
            messages.success(request, _("The protocol is confirmed. It does not change any more."))
            return redirect("protocol", pk)
    context = {
        "assessment": assessment,
        "protocol": shown,
        "editions": editions,
        "content": (content := read(shown.content if shown else live_content)),
        "held_on": date.fromisoformat(content.held_on) if content.held_on else None,
        "has_changed": has_changed,
        "changed_meanwhile": changed_meanwhile,
        "seen": digest(live_content),
        "form": form,
        "can_confirm": may_with(request.user, assessment, Permission.PROTOCOL_CONFIRM)
        and (not editions or has_changed)
        and (shown is None or shown == editions[0]),
        "can_edit": may_with(request.user, assessment, Permission.FINDING_EDIT),
    }
    status = 409 if changed_meanwhile else 422 if form and form.errors else 200
    return render(request, "workshops/protocol.html", context, status=status)


@require_GET
def protocol_docx(request: SignedInRequest, pk: int, edition: int | None = None) -> HttpResponse:
    """The same as a document that can be edited."""
    assessment = _load(request, pk)
    shown = _chosen(list(assessment.protocols.all()), edition)
    content = read(shown.content if shown else freeze(assessment))
    response = HttpResponse(document(content, shown), content_type=WORD)
    name = slugify(f"protokoll {content.unit} {content.held_on}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return response
