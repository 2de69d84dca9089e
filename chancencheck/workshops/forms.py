"""Forms of a workshop."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chancencheck.assessments.choices import Answer
from chancencheck.assessments.forms import CANNOT_JUDGE, RatingForm
from chancencheck.assessments.operations import RatingInput
from chancencheck.instruments.models import Requirement, Scale
from chancencheck.ui.forms import StyledForm
from chancencheck.workshops.choices import NoteKind, Order
from chancencheck.workshops.rules import TIME_LIMITS

NEEDS = [("decision", _("a decision")), ("money", _("money")), ("it", _("IT"))]


class NoteForm(StyledForm):
    """Something to keep beside the finding. Its fields lie in the same form as the finding."""

    note_kind = forms.ChoiceField(
        label=_("What is it?"), choices=NoteKind, initial=NoteKind.PARKED, widget=forms.RadioSelect
    )
    note_text = forms.CharField(label=_("In one sentence"), max_length=500)
    note_for = forms.CharField(
        label=_("For whom?"),
        max_length=150,
        required=False,
        help_text=_("A function, not a name."),
    )
    note_key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    note_needs = forms.MultipleChoiceField(
        label=_("Does it need something?"),
        choices=NEEDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        """A question that is handed on goes to somebody."""
        data = super().clean() or self.cleaned_data
        if data.get("note_kind") == NoteKind.QUESTION and not data.get("note_for"):
            self.add_error("note_for", _("Who can answer the question? A function is enough."))
        return data

    def entry(self) -> dict[str, Any]:
        """The values of the note."""
        data = self.cleaned_data
        return {
            "kind": NoteKind(data["note_kind"]),
            "text": data["note_text"],
            "for_whom": data["note_for"],
            "needs": data["note_needs"],
            "form_key": data["note_key"],
        }


class PlanForm(StyledForm):
    """Order and time of a workshop."""

    minutes = forms.IntegerField(
        label=_("How many minutes do you have?"),
        min_value=TIME_LIMITS[0],
        max_value=TIME_LIMITS[1],
        help_text=_("Most workshops take 90 to 180 minutes."),
    )
    order = forms.ChoiceField(
        label=_("In which order do you talk?"), choices=Order, widget=forms.RadioSelect
    )


class CodeForm(StyledForm):
    """The code of a workshop."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six letters and digits. You see it on the wall."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class BallotForm(StyledForm):
    """One answer in a vote."""

    level = forms.CharField(max_length=20)

    def __init__(self, *args: Any, scale: Scale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = scale

    def clean_level(self) -> int | None:
        """A level of the scale; None for "cannot judge"."""
        typed = RatingForm({"level": self.cleaned_data["level"]}, scale=self.scale)
        if not typed.is_valid():
            raise forms.ValidationError(str(typed.errors["level"][0]))
        value: str = typed.cleaned_data["level"]
        return None if value == CANNOT_JUDGE else int(value)


class ProtocolForm(StyledForm):
    """Confirm the protocol again, after it was changed."""

    reason = forms.CharField(
        label=_("What has changed?"),
        max_length=500,
        help_text=_("Everybody who reads the protocol reads this too."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def paper_sheet(
    data: QueryDict, requirements: list[Requirement]
) -> tuple[dict[Requirement, RatingInput], dict[int, str]]:
    """Read a whole sheet of paper: what was typed, and what is wrong by requirement id.

    The fields of a requirement carry its id: `level-7`, `example-7`, `share_example-7` …
    """
    entries: dict[Requirement, RatingInput] = {}
    errors: dict[int, str] = {}
    for requirement in requirements:
        form = RatingForm(
            {
                name: data.get(f"{name}-{requirement.pk}", "")
                for name in ("level", "example", "share_example", "idea", "share_idea")
            },
            scale=requirement.scale,
        )
        if not form.is_valid():
            errors[requirement.pk] = str(next(iter(form.errors.values()))[0])
            continue
        entry = form.entry(skip=False)
        if entry.answer != Answer.OPEN or entry.example or entry.idea:
            entries[requirement] = entry
    return entries, errors
