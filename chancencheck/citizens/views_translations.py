"""The citizens' questions in other languages: what there is, and looking after it."""

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
from chancencheck.instruments.translations import in_language, states_by_language
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission


@require_GET
def translations(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each language and how many questions are checked, drafts, outdated or missing."""
    version = get_object_or_404(versions_visible_to(request.user), pk=pk)
    spoken = [each for each in languages().values() if each.code != ORIGINAL] + [easy_language()]
    states = states_by_language(version, [each.code for each in spoken])
    rows = [(each, name_for_staff(each), states[each.code]) for each in spoken]
    return render(request, "citizens/translations.html", {"version": version, "rows": rows})


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
