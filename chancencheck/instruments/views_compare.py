"""Two versions side by side; a version on paper and as a document, for the body that adopts it."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from chancencheck.instruments.changes import change_list, sections_of
from chancencheck.instruments.document import WORD, document
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.paper import paper_of
from chancencheck.instruments.queries import versions_visible_to
from chancencheck.lib.http import SignedInRequest

ON_A_PAGE = 40  # requirements, areas, scales … with changes


@require_GET
def instrument_compare(request: SignedInRequest, pk: int, other_pk: int) -> HttpResponse:
    """What differs between two versions, word by word. Of one instrument, the older is “before”."""
    version, other = _versions(request, pk, other_pk)
    before, after = other, version
    if before.instrument_id == after.instrument_id and before.pk > after.pk:
        before, after = after, before
    found = change_list(before, after)
    kind = next((each for each in found.counts if each == request.GET.get("art")), None)
    shown = found.only(kind) if kind else found
    page = Paginator(shown.pairs, ON_A_PAGE).get_page(request.GET.get("seite"))
    context = {
        "version": version,
        "other": other,
        "before": before,
        "after": after,
        "changes": found,
        "kind": kind,
        "page": page,
        "sections": sections_of(page.object_list),
        "versions": _beside(request, version),
    }
    return render(request, "instruments/comparison.html", context)


@require_GET
def instrument_compare_base(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go to the comparison with the chosen version, else with the one before."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    wanted = request.GET.get("mit", "")
    if wanted.isdecimal():
        other = get_object_or_404(_beside(request, version), pk=wanted)
        return redirect("instrument_compare", version.pk, other.pk)
    visible = _beside(request, version)
    own = visible.filter(instrument=version.instrument_id, pk__lt=version.pk)
    base = visible.filter(pk=version.base_id or 0).first() or own.order_by("-pk").first()
    if base is None:
        raise Http404
    return redirect("instrument_compare", version.pk, base.pk)


@require_GET
def instrument_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole version on paper, with what has changed."""
    version = _whole(request, pk)
    context = {"version": version, "paper": paper_of(version, _base(request, version))}
    return render(request, "instruments/version_print.html", context)


@require_GET
def instrument_docx(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same as a document that can be edited."""
    version = _whole(request, pk)
    content = document(paper_of(version, _base(request, version)))
    response = HttpResponse(content, content_type=WORD)
    name = slugify(f"{version.title} {version.number}".replace(".", "-"))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return response


def _versions(
    request: SignedInRequest, pk: int, other_pk: int
) -> tuple[InstrumentVersion, InstrumentVersion]:
    found = versions_visible_to(request.user).in_bulk({pk, other_pk})
    version, other = found.get(pk), found.get(other_pk)
    if version is None or other is None:
        raise Http404
    if version.instrument.municipality_id != other.instrument.municipality_id:
        raise Http404
    return version, other


def _beside(request: SignedInRequest, version: InstrumentVersion) -> QuerySet[InstrumentVersion]:
    """What a version can be compared with."""
    return (
        versions_visible_to(request.user)
        .filter(instrument__municipality=version.instrument.municipality_id)
        .exclude(pk=version.pk)
    )


def _whole(request: SignedInRequest, pk: int) -> InstrumentVersion:
    visible = versions_visible_to(request.user).select_related("decision__body")
    return get_object_or_404(visible, pk=pk)


def _base(request: SignedInRequest, version: InstrumentVersion) -> InstrumentVersion | None:
    """The version before, if the person may see it."""
    return versions_visible_to(request.user).filter(pk=version.base_id or 0).first()
