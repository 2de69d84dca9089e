"""What people say: the result inside, its table, what they wrote, “Gesagt – getan”."""

import csv
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.citizens.languages import language
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission
from chancencheck.surveys import operations
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.forms import ReviewForm, entries_of, said_done_forms
from chancencheck.surveys.models import Survey, SurveyPart
from chancencheck.surveys.permissions import (
    kept_back_parts,
    may_publish,
    readable_parts,
    reviewed_parts,
)
from chancencheck.surveys.queries import reader_of, reader_of_part, texts_inside, texts_waiting
from chancencheck.surveys.results import WHOLE, Answered, ResultReader
from chancencheck.surveys.views import load

TEXTS_AT_ONCE = 20
KINDS = ("channel", "language", "place")


def _kind_name(kind: str) -> str:
    return {"channel": _("by way"), "language": _("by language"), "place": _("by place")}[kind]


def _group_name(kind: str, name: str) -> str:
    if kind == "channel":
        return str(Channel(name).label)
    if kind == "language":
        return language(name).name
    return name


def _readable(request: SignedInRequest, survey: Survey) -> list[SurveyPart]:
    parts = readable_parts(request.user, survey)
    if not parts and not may_in(request.user, survey.municipality, Permission.CITIZENS_VIEW):
        raise PermissionDenied
    if not survey.is_closed:
        raise NotAllowedNow("not closed")
    if not parts:
        raise NotAllowedNow("not published by the partner")
    return parts


def _reader(survey: Survey) -> ResultReader:
    reader = reader_of(survey)
    if reader is None:
        raise NotAllowedNow("not closed")
    return reader


@require_GET
def survey_result(request: SignedInRequest, pk: int) -> HttpResponse:
    """What people say, for one institution at a time, and for parts of the people."""
    survey = load(request, pk)
    parts = _readable(request, survey)
    reader = _reader(survey)
    here = next((p for p in parts if str(p.pk) == request.GET.get("teil")), parts[0])
    kind, _colon, name = request.GET.get("nach", "").partition(":")
    groups = [
        (f"{k}:{n}", _kind_name(k), _group_name(k, n))
        for k in KINDS
        for n in reader.names(here.pk, k)
    ]
    if f"{kind}:{name}" not in {key for key, _kind, _name in groups}:
        kind, name = "all", ""
    context = {
        "survey": survey,
        "parts": parts,
        "kept_back": kept_back_parts(request.user, survey),
        "part": here,
        "groups": groups,
        "chosen": f"{kind}:{name}",
        "group_name": _group_name(kind, name) if kind != "all" else "",
        "people": reader.people(here.pk, kind, name),
        "all_people": reader.people(here.pk),
        "answers": reader.answers(here.pk, kind, name),
        "ways": _ways(reader, here),
        "texts": texts_inside(here, reader) if kind == "all" else [],
        "pairs": here.said_done.all(),
        "can_publish": may_publish(request.user, here),
        "leads_it": here.unit_id in standing_of(request.user).led_unit_ids,
    }
    return render(request, "surveys/result.html", context)


def _ways(reader: ResultReader, part: SurveyPart) -> list[tuple[str, list[tuple[str, int]]]]:
    """How many people per way, language and place, as far as it may be told."""
    found = []
    for kind in KINDS:
        rows = [
            (_group_name(kind, name), number)
            for name in reader.names(part.pk, kind)
            if (number := reader.people(part.pk, kind, name)) is not None
        ]
        if rows:
            found.append((_kind_name(kind), rows))
    return found


@require_GET
def survey_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same as a table, for all groups of all institutions the person may read."""
    survey = load(request, pk)
    parts = _readable(request, survey)
    reader = _reader(survey)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="befragung-{survey.pk}.csv"'
    table = csv.writer(response, delimiter=";")
    table.writerow(
        [
            _("Institution"),
            _("Group"),
            _("Requirement"),
            _("Question"),
            _("People"),
            _("Yes or rather yes, of ten"),
            _("Cannot say, of ten"),
        ]
    )
    scopes = [(part.pk, part.name) for part in parts]
    sees_city = may_in(request.user, survey.municipality, Permission.CITIZENS_VIEW)
    # what a partner keeps back could be calculated from the sum
    if sees_city and not kept_back_parts(request.user, survey):
        scopes.append((WHOLE, _("all together")))
    for part_pk, part_name in scopes:
        groups = [("all", "")] + [(k, n) for k in KINDS for n in reader.names(part_pk, k)]
        for kind, name in groups:
            label = _group_name(kind, name) if kind != "all" else _("everybody")
            for row in reader.answers(part_pk, kind, name):
                table.writerow(
                    [_plain(c) for c in (part_name, label, row.key, row.text, *_cells(row))]
                )
    return response


def _cells(row: Answered) -> list[Any]:
    if row.voice is None or not row.voice.is_judged:
        return ["", "", ""]
    return [row.voice.n, row.voice.yes, row.voice.dont_know]


def _plain(cell: object) -> object:
    """A cell that a spreadsheet does not take for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else cell


@require_http_methods(["GET", "POST"])
def survey_texts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look through what people wrote: publish inside, or remove with a reason."""
    survey = load(request, pk)
    parts = reviewed_parts(request.user, survey)
    if not parts:
        raise PermissionDenied
    if not survey.is_closed:
        raise NotAllowedNow("not closed")
    forms = [ReviewForm(text=text) for text in texts_waiting(survey, parts)[:TEXTS_AT_ONCE]]
    if request.method == "POST":
        number, forms = _review(request, forms)
        if number:
            messages.success(request, _("This text is done."))
        if not forms:
            return redirect("survey_texts", pk)
    context = {
        "survey": survey,
        "forms": forms,
        "is_partner": all(part.is_of_partner for part in parts),
        "waiting": texts_waiting(survey, parts).count(),
        "names": {form.text.language: language(form.text.language).name for form in forms},
    }
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, "surveys/texts.html", context, status=status)


def _review(request: SignedInRequest, forms: list[ReviewForm]) -> tuple[int, list[ReviewForm]]:
    """Do what the pressed button says for its text; what was typed for the others stays."""
    done, left = 0, []
    for empty in forms:
        if not {f"publish-{empty.prefix}", f"remove-{empty.prefix}"} & set(request.POST):
            typed = {
                name: request.POST[f"{empty.prefix}-{name}"]
                for name in empty.fields
                if f"{empty.prefix}-{name}" in request.POST
            }
            left.append(ReviewForm(text=empty.text, initial={**empty.initial, **typed}))
            continue
        form = ReviewForm(request.POST, text=empty.text)
        if not form.is_valid():
            left.append(form)
            continue
        operations.review_text(
            text=form.text, state=form.wanted, by=request.user, **form.cleaned_data
        )
        done += 1
    return done, left


def _part(request: SignedInRequest, pk: int) -> SurveyPart:
    surveys = Survey.objects.visible_to(request.user)
    part = get_object_or_404(
        SurveyPart.objects.select_related("unit", "survey__round__municipality", "survey__result"),
        pk=pk,
        survey__in=surveys,
    )
    if not may_publish(request.user, part):
        raise PermissionDenied
    if not part.survey.is_closed:
        raise NotAllowedNow("not closed")
    return part


@require_http_methods(["GET", "POST"])
def said_done(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write what people said and what is done about it."""
    part = _part(request, pk)
    forms = said_done_forms(request.POST or None, part)
    if request.method == "POST" and all([form.is_valid() for form in forms]):
        operations.save_said_done(part=part, entries=entries_of(forms), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("said_done", pk)
    context = {
        "part": part,
        "survey": part.survey,
        "forms": forms,
        "people": reader_of_part(part, public_only=True).people(part.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/said_done.html", context, status=status)


@require_POST
def part_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the result of one part public."""
    part = _part(request, pk)
    operations.publish_part(part=part, by=request.user)
    messages.success(request, _("Published. Citizens can read it on the page of the city."))
    return redirect("said_done", pk)
