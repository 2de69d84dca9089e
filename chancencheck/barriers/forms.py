"""What citizens write, in the language of their page; what staff answer."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chancencheck.barriers.choices import ENDED, BarrierState
from chancencheck.barriers.models import BarrierReport
from chancencheck.barriers.queries import institutions_of
from chancencheck.barriers.rules import TOKEN
from chancencheck.citizens.languages import Language
from chancencheck.lib.texts import plain_text
from chancencheck.lib.tokens import new_token
from chancencheck.organisations.models import Unit
from chancencheck.ui.forms import StyledForm


class ReportForm(forms.Form):
    """A report. Nothing typed gets lost: an institution that is gone means “I don't know”.

    The lengths are not written into the page: browsers would cut off what people paste.
    """

    use_required_attribute = False
    error_css_class = "cc-field--error"

    unit = forms.ChoiceField(required=False)
    where = forms.CharField(max_length=200)
    what = forms.CharField(max_length=2000, widget=forms.Textarea)
    contact = forms.CharField(max_length=200, required=False)

    def __init__(
        self,
        typed: Mapping[str, str],
        *,
        speaks: Language,
        units: Iterable[Unit],
        is_sent: bool,
    ) -> None:
        self.units = {str(unit.pk): unit for unit in units}
        given = {name: plain_text(typed.get(name, "")) for name in self.base_fields}
        for name in ("where", "contact"):
            given[name] = " ".join(given[name].split())  # one line
        given["unit"] = given["unit"] if given["unit"] in self.units else ""
        super().__init__(given if is_sent else None, initial=given)
        token = typed.get("token", "")
        self.token = token if TOKEN.fullmatch(token) else new_token()
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", speaks.say("barrier_unit_none")),
            *((key, unit.name) for key, unit in self.units.items()),
        ]
        for field in self.fields.values():
            field.error_messages["required"] = speaks.say("barrier_missing")
            if isinstance(field, forms.CharField):
                field.error_messages["max_length"] = speaks.say(
                    "open_too_long", number=field.max_length
                )

    def entry(self) -> dict[str, Any]:
        """The values of the report."""
        data = self.cleaned_data
        return {**data, "unit": self.units.get(data["unit"]), "token": self.token}


class AnswerForm(StyledForm):
    """Where the report stands, and what is said to whoever has the code."""

    revision = forms.CharField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("Where does it stand?"), choices=BarrierState, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_(
            "Whoever has the code of this report reads it, in German. Please name no person."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    unit = forms.ModelChoiceField(
        label=_("Who looks after it?"),
        help_text=_("If you choose another institution, its lead reads the report and answers."),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("The coordination"),
    )

    def __init__(self, *args: Any, report: BarrierReport, hands_on: bool, **kwargs: Any) -> None:
        initial = {
            "revision": report.revision,
            "state": report.state,
            "answer": report.answer,
            "unit": report.unit_id,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.report = report
        if hands_on:
            kept = Unit.objects.filter(pk=report.unit_id or 0)  # also one that is closed by now
            choice = institutions_of(report.municipality) | kept
            self.fields["unit"].queryset = choice  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]

    def clean_answer(self) -> str:
        """Without signs that nobody sees."""
        return plain_text(self.cleaned_data["answer"])

    def clean(self) -> dict[str, Any]:
        """Nobody is left without a reason at the end."""
        data = super().clean() or self.cleaned_data
        if data.get("state") in ENDED and not data.get("answer") and "answer" not in self.errors:
            self.add_error(
                "answer", _("Please write one or two sentences: what happened, or why it cannot.")
            )
        return data

    def entry(self) -> dict[str, Any]:
        """The values of the answer."""
        data = self.cleaned_data
        return {
            "revision": data["revision"],
            "state": BarrierState(data["state"]),
            "answer": data["answer"],
            "unit": data.get("unit") if "unit" in self.fields else self.report.unit,
        }
