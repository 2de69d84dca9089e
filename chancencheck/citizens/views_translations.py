"""The citizens' questions in other languages: what there is, and looking after it."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancencheck.citizens.forms_translations import TranslationsForm
from chancencheck.citizens.languages import EASY, ORIGINAL, Language, easy_language, languages
from chancencheck.instruments.operations import save_translations
from chancencheck.instruments.queries import versions_visible_to
from chancencheck.instruments.translations import in_language, side_by_side, states_by_language
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

AT_ONCE = 3  # languages side by side: what fits beside the German words
FIRST = ["en", "tr", "ar"]


@dataclass(frozen=True)
class Column:
    """A language beside the German words, and how many questions are in which state."""

    language: Language
    name: str
    states: Counter[str]


@require_GET
def translations(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each language and how many questions are checked, drafts, outdated or missing."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    spoken = _spoken()
    states = states_by_language(version, [each.code for each in spoken])
    rows = [(each, name_for_staff(each), states[each.code]) for each in spoken]
    return render(request, "citizens/translations.html", {"version": version, "rows": rows})


@require_GET
def translations_side_by_side(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each question in German, and beside it in up to three languages. The address keeps which."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    offered = _spoken()
    wanted = request.GET.getlist("sprache") or FIRST
    found = [each for each in offered if each.code in wanted]
    chosen = found[:AT_ONCE]
    rows = side_by_side(version, [each.code for each in chosen])
    columns = [
        Column(each, name_for_staff(each), Counter(row[number].state for row in rows))
        for number, each in enumerate(chosen)
    ]
    only_open = "offen" in request.GET
    shown = [row for row in rows if not only_open or any(c.state != "checked" for c in row)]
    context = {
        "version": version,
        "offered": [(each, name_for_staff(each), each in chosen) for each in offered],
        "columns": columns,
        "total": len(rows),
        "rows": [
            (row[0].question, list(zip(columns, row, strict=True))) for row in shown if columns
        ],
        "left_out": [name_for_staff(each) for each in found[AT_ONCE:]],
        "only_open": only_open,
        "can_edit": may_in(
            request.user, version.instrument.municipality, Permission.INSTRUMENT_EDIT
        ),
    }
    return render(request, "citizens/translations_side_by_side.html", context)


def _spoken() -> list[Language]:
    """All languages that questions can be translated into."""
    return [each for each in languages().values() if each.code != ORIGINAL] + [easy_language()]


@require_http_methods(["GET", "POST"])
def translations_in(request: SignedInRequest, pk: int, speaks: Language) -> HttpResponse:
    """All questions beside their translations; only what was touched is saved."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    if speaks.code == ORIGINAL:
        raise Http404
    can_edit = may_in(request.user, version.instrument.municipality, Permission.INSTRUMENT_EDIT)
    if request.method == "POST" and not can_edit:
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    rows = in_language(version, speaks.code)
    form = TranslationsForm(sent, rows=rows, speaks=speaks)
    if request.method == "POST" and form.is_valid():
        if entries := form.entries():
            save_translations(
                version=version, language=speaks.code, entries=entries, by=request.user
            )
        messages.success(request, _("Saved.") if entries else _("Nothing was changed."))
        return redirect("translations_in", version.pk, speaks)
    context = {
        "version": version,
        "speaks": speaks,
        "name": name_for_staff(speaks),
        "is_easy": speaks.code == EASY,
        "can_edit": can_edit,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "citizens/translations_in.html", context, status=status)


def name_for_staff(language: Language) -> str:
    """The name of a language in the words of the reader; kinds of German keep their own."""
    if language.tag == ORIGINAL:
        return language.name
    return str(get_language_info(language.tag)["name_translated"])
