"""Instruments as files: taking one out, and reading one in after a look at what it would do."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancencheck.instruments import operations, packages
from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.comparison import Difference, Event, Piece, pieces
from chancencheck.instruments.dump import to_yaml
from chancencheck.instruments.format import InstrumentFile, InstrumentFileError, Problem
from chancencheck.instruments.forms import ImportForm
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.places import field_name
from chancencheck.instruments.queries import versions_visible_to
from chancencheck.instruments.xlsx import to_xlsx
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200  # changes in a preview; more is told as a number


@require_GET
def instrument_yaml(request: SignedInRequest, pk: int) -> HttpResponse:
    """A version as a YAML file."""
    version = get_object_or_404(_with_decision(request), pk=pk)
    return _download(version, to_yaml(packages.exported(version)), "application/yaml", "yaml")


@require_GET
def instrument_xlsx(request: SignedInRequest, pk: int) -> HttpResponse:
    """A version as an Excel workbook."""
    version = get_object_or_404(_with_decision(request), pk=pk)
    return _download(version, to_xlsx(packages.exported(version)), XLSX, "xlsx")


def _with_decision(request: SignedInRequest) -> QuerySet[InstrumentVersion]:
    return versions_visible_to(request.user).select_related(
        "instrument__municipality", "base", "decision__body"
    )


def _download(version: InstrumentVersion, data: bytes, kind: str, ending: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    name = f"{version.instrument.key}-{version.number}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def instrument_import(request: SignedInRequest) -> HttpResponse:
    """Choose a file and see what it would do; every problem names its place."""
    municipality = municipality_of(request)
    if not may_in(request.user, municipality, Permission.INSTRUMENT_EDIT):
        raise PermissionDenied
    if "package" in request.POST:
        return _confirm(request, municipality)
    form = ImportForm(request.POST or None, request.FILES or None)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            file = packages.read_package(form.cleaned_data["file"])
            return _preview(request, municipality, file)
        except InstrumentFileError as error:
            problems = error.problems
        except packages.VersionIsReleased:
            form.add_error("file", _released_sentence(file))
    return _choose(request, form, problems)


def _choose(
    request: SignedInRequest, form: ImportForm, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    context = {"form": form, "problems": problems}
    status = 422 if problems or form.errors else 200
    return render(request, "instruments/instrument_import.html", context, status=status)


def _refused(request: SignedInRequest, sentence: str) -> HttpResponse:
    """The page to choose a file again, with the sentence at the field."""
    form = ImportForm({}, {})
    form.errors.clear()
    form.add_error("file", sentence)
    return _choose(request, form)


def _released_sentence(file: InstrumentFile) -> str:
    message = _(
        "Version %(number)s is no draft any more and cannot change. Give the file a new version number."
    )
    return message % {"number": file.version}


@dataclass(frozen=True)
class ShownChange:
    """One change as the page tells it."""

    where: str
    what: str
    field: str
    words: tuple[Piece, ...]
    proposed: str


def _preview(
    request: SignedInRequest,
    municipality: Municipality,
    file: InstrumentFile,
    *,
    again: bool = False,
) -> HttpResponse:
    found = packages.preview(file, municipality)
    kinds = Counter(each.proposed for each in found.differences)
    context = {
        "found": found,
        "file": found.file,
        "number_of_areas": len(found.file.all_areas),
        "number_of_requirements": len(found.file.requirements),
        "changes": [_shown(each) for each in found.differences[:MOST_SHOWN]],
        "number_of_more": max(0, len(found.differences) - MOST_SHOWN),
        "kinds": [(kind.label, kinds[kind]) for kind in ChangeKind if kinds[kind]],
        "sealed": packages.seal(found, municipality=municipality, by=request.user),
        "is_again": again,
    }
    status = 409 if again else 200
    return render(request, "instruments/import_preview.html", context, status=status)


def _confirm(request: SignedInRequest, municipality: Municipality) -> HttpResponse:
    """Read in what the preview showed, if everything is still as it was then."""
    try:
        file, seen = packages.unseal(
            request.POST["package"], municipality=municipality, by=request.user
        )
    except packages.PackageIsOld:
        return _refused(request, _("This page is too old. Please choose the file once more."))
    try:
        version = operations.import_instrument(
            file=file, municipality=municipality, by=request.user, seen=seen
        )
    except operations.PreviewIsOld:
        return _preview(request, municipality, file, again=True)
    except packages.VersionIsReleased:
        return _refused(request, _released_sentence(file))
    messages.success(request, _("Read in as a draft. Look it through."))
    return redirect("instrument", version.pk)


def _shown(found: Difference) -> ShownChange:
    events = {
        Event.ADDED: _("new"),
        Event.REMOVED: _("removed"),
        Event.CHANGED: _("changed"),
        Event.MOVED: _("moved"),
    }
    return ShownChange(
        where=_part_name(found.part),
        what=events[found.event],
        field=field_name(found.field),
        words=pieces(found.before, found.after),
        proposed=str(found.proposed.label),
    )


def _part_name(part: str) -> str:
    """`area:KOM` → “Quality area KOM”; requirements are called by their key."""
    kind, _colon, key = part.partition(":")
    names = {
        "area": _("Quality area %(key)s"),
        "scale": _("Scale %(key)s"),
        "sheet": _("Answer sheet %(key)s"),
        "version": _("The whole instrument"),
        "standard": _("Standard questions"),
        "citizens": _("Answers for citizens"),
    }
    return names[kind] % {"key": key} if kind in names and (key or kind not in _KEYED) else part


_KEYED = ("area", "scale", "sheet")
