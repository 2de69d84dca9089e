"""Reading instruments, and reading new ones in."""

from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.instruments import operations
from chancencheck.instruments.format import InstrumentFileError, Problem, parse_instrument
from chancencheck.instruments.forms import ImportForm
from chancencheck.instruments.queries import versions_visible_to
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

SCHEMA = Path(__file__).parent / "data" / "instrument.schema.json"


@require_GET
def instrument_list(request: SignedInRequest) -> HttpResponse:
    """All versions of the city."""
    municipality = municipality_of(request)
    versions = versions_visible_to(request.user).filter(instrument__municipality=municipality)
    can_import = may_in(request.user, municipality, Permission.INSTRUMENT_EDIT)
    return render(
        request,
        "instruments/instrument_list.html",
        {"versions": versions, "can_import": can_import},
    )


@require_GET
def instrument_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The words of a version with the origin of each text."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    municipality = version.instrument.municipality
    context = {
        "version": version,
        "areas": version.areas.prefetch_related("requirements__questions"),
        "standard": version.questions.filter(requirement=None),
        "scales": version.scales.prefetch_related("levels"),
        "can_release": may_in(request.user, municipality, Permission.INSTRUMENT_EDIT)
        and not version.is_released,
    }
    return render(request, "instruments/instrument_detail.html", context)


@require_http_methods(["GET", "POST"])
def instrument_import(request: SignedInRequest) -> HttpResponse:
    """Read a file in; every problem names its line and field."""
    municipality = municipality_of(request)
    if not may_in(request.user, municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            file = parse_instrument(form.cleaned_data["file"])
            version = operations.import_instrument(
                file=file, municipality=municipality, by=request.user
            )
        except InstrumentFileError as error:
            problems = error.problems
        except operations.VersionIsReleased:
            form.add_error(
                "file",
                _(
                    "Version %(number)s is already released and cannot change. Give the file a new version number."
                )
                % {"number": file.version},
            )
        else:
            messages.success(request, _("Read in as a draft. Look it through, then release it."))
            return redirect("instrument", version.pk)
    context = {"form": form, "problems": problems}
    status = 422 if problems or form.errors else 200
    return render(request, "instruments/instrument_import.html", context, status=status)


@require_POST
def instrument_release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fix the words of a version."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    try:
        operations.release_version(version=version, by=request.user)
    except operations.VersionIsReleased as error:
        raise NotAllowedNow from error
    messages.success(request, _("Released. From now on these words do not change."))
    return redirect("instrument", version.pk)


@require_GET
def instrument_schema(request: SignedInRequest) -> HttpResponse:
    """The published JSON Schema of the file format."""
    response = HttpResponse(SCHEMA.read_bytes(), content_type="application/schema+json")
    response.headers["Content-Disposition"] = 'attachment; filename="instrument.schema.json"'
    return response
