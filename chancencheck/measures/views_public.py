"""Publishing a measure in plain words, and the public page on which everybody reads it."""

import re
from collections.abc import Iterable
from itertools import groupby

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from chancencheck.accounts.models import User
from chancencheck.citizens.languages import Language
from chancencheck.citizens.pages import city_of, links_to, page
from chancencheck.lib.http import SignedInRequest
from chancencheck.lib.plain_language import read
from chancencheck.lib.texts import plain_text
from chancencheck.measures import publish as operations
from chancencheck.measures.choices import State
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import is_before_release
from chancencheck.measures.rules import names_a_person
from chancencheck.measures.views import load
from chancencheck.organisations.roles import Permission
from chancencheck.ui.forms import StyledForm

STATE_KEYS = {
    State.PLANNED: "state_planned",
    State.RUNNING: "state_doing",
    State.POSTPONED: "state_later",
    State.DONE: "state_done",
    State.DROPPED: "state_not",
}


class PublishForm(StyledForm):
    """A measure in words that everybody understands."""

    text = forms.CharField(
        label=gettext_lazy("In plain words, for everybody"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "What changes for people? Short sentences, no office words, no names of persons."
        ),
    )

    def __init__(self, *args: object, measure: Measure, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure

    def clean_text(self) -> str:
        """No person stands on a public page."""
        text = plain_text(self.cleaned_data["text"])
        if names_a_person(text) or self._names_somebody(text):
            raise forms.ValidationError(
                _("This seems to name a person. Please write it without names.")
            )
        return text

    def _names_somebody(self, text: str) -> bool:
        """Whether the first and last name of somebody with an account here stand in it."""
        people = User.objects.filter(memberships__municipality_id=self.measure.municipality_id)
        names = people.exclude(name="").values_list("name", flat=True)
        # one word, or a function like “Leitung der Anmeldung”, is no name of a person
        found = [name.split() for name in names.iterator() if len(name.split()) == 2]
        words = " ".join(text.split())  # a name also counts across the end of a line
        return any(
            re.search(rf"\b{re.escape(' '.join(name))}s?\b", words, re.IGNORECASE) for name in found
        )


@require_http_methods(["GET", "POST"])
def measure_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write a measure in plain words, look at it, publish it or take it back."""
    measure = load(request, pk, Permission.MEASURE_PUBLISH)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "withdraw":
        operations.withdraw_measure(measure=measure, by=request.user)
        messages.success(request, _("Nobody reads it on the public page any more."))
        return redirect("measure", measure.pk)
    form = PublishForm(
        request.POST or None,
        measure=measure,
        initial={"text": measure.public_text or measure.title},
    )
    if do == "publish" and form.is_valid():
        operations.publish_measure(measure=measure, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, _("Published. Everybody can read it now."))
        return redirect("measure", measure.pk)
    shown = str(form["text"].value() or "")
    context = {
        "measure": measure,
        "form": form,
        "shown": shown,
        "notes": read(shown).notes,
        "is_early": measure.is_proposal or is_before_release(measure),
        "is_kept_inside": not measure.is_shown_to_city,
    }
    return render(request, "measures/publish.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def said_and_done(request: HttpRequest, slug: str, speaks: Language) -> HttpResponse:
    """What the city and its institutions do, and what became of it. For everybody."""
    city = city_of(slug)
    every = list(operations.published_measures(city))
    unit, theme = request.GET.get("stelle", ""), request.GET.get("thema", "")
    rows = [
        row
        for row in every
        if unit in ("", str(row.unit_id or 0)) and theme in ("", str(row.theme_id or 0))
    ]
    context = {
        "groups": _groups(rows),
        "number": len(rows),
        "done": sum(row.state == State.DONE for row in rows),
        "units": _choices(
            (str(row.unit_id or 0), row.unit.name if row.unit else "") for row in every
        ),
        "themes": _choices((str(row.theme_id), row.theme.name) for row in every if row.theme),
        "unit": unit,
        "theme": theme,
    }
    links = links_to("said_and_done", slug)
    return page(request, "measures/public.html", context, city=city, speaks=speaks, links=links)


def _choices(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(set(pairs), key=lambda pair: pair[1])


def _groups(rows: list[Measure]) -> list[dict[str, object]]:
    """Measures by institution from A to Z, the whole city first; never who does them."""
    rows = sorted(rows, key=lambda row: row.unit.name if row.unit else "")
    return [
        {
            "name": name,
            "rows": [
                {
                    "text": row.public_text,
                    "theme": row.theme.name if row.theme else "",
                    "state_key": STATE_KEYS[State(row.state)],
                    "state": row.state,
                    "due_on": row.due_on if row.is_open else None,
                    "ended_on": row.ended_on,
                }
                for row in group
            ],
        }
        for name, group in groupby(rows, key=lambda row: row.unit.name if row.unit else "")
    ]
