"""Reading instruments, and reading new ones in."""

from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.models import Question
from chancencheck.instruments.queries import tree_of, versions_visible_to
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

SCHEMA = Path(__file__).parent / "data" / "instrument.schema.json"


@require_GET
def instrument_list(request: SignedInRequest) -> HttpResponse:
    """All versions of the city: what is worked on, what is in use, what was before."""
    municipality = municipality_of(request)
    versions = versions_visible_to(request.user).filter(instrument__municipality=municipality)
    can_import = may_in(request.user, municipality, Permission.INSTRUMENT_EDIT)
    groups = [
        (_("Being worked on"), [v for v in versions if v.state == VersionState.DRAFT]),
        (
            _("In use"),
            [v for v in versions if v.state in (VersionState.PILOT, VersionState.ADOPTED)],
        ),
        (_("No longer in use"), [v for v in versions if v.state == VersionState.RETIRED]),
    ]
    return render(
        request,
        "instruments/instrument_list.html",
        {"groups": [group for group in groups if group[1]], "can_import": can_import},
    )


@require_GET
def instrument_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The words of a version with the origin of each text, and where it goes from here."""
    version = get_object_or_404(
        versions_visible_to(request.user).select_related("base", "decision__body"), pk=pk
    )
    questions: dict[int | None, list[Question]] = {}
    for question in version.questions.all():
        questions.setdefault(question.requirement_id, []).append(question)
    areas = [
        (area, [(r, questions.get(r.pk, [])) for r in area.requirements.all()])
        for area in tree_of(version)
    ]
    context = {
        "version": version,
        "areas": areas,
        "standard": questions.get(None, []),
        "scales": version.scales.prefetch_related("levels"),
        "can_edit": may_in(
            request.user, version.instrument.municipality, Permission.INSTRUMENT_EDIT
        ),
        "drafts": version.successors.filter(state=VersionState.DRAFT),
    }
    return render(request, "instruments/instrument_detail.html", context)


@require_GET
def instrument_schema(request: SignedInRequest) -> HttpResponse:
    """The published JSON Schema of the file format."""
    response = HttpResponse(SCHEMA.read_bytes(), content_type="application/schema+json")
    response.headers["Content-Disposition"] = 'attachment; filename="instrument.schema.json"'
    return response
