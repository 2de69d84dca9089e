"""Forms for choosing measures out of a self-assessment."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.instruments.models import Requirement
from chancencheck.measures.choices import Size
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.rules import names_a_person
from chancencheck.ui.forms import DateInput, StyledForm

FUNCTION_NOT_PERSON = _(
    "Please name the function, not the person: “Head of reception”. Functions stay when people go."
)
HOW_MUCH = [(Size.SMALL, _("little")), (Size.MEDIUM, _("medium")), (Size.LARGE, _("a lot"))]


def how_much(size: int | None) -> str:
    """How much effort or effect, in a word."""
    return next((str(word) for value, word in HOW_MUCH if value == size), "")


def function_name(typed: str) -> str:
    """The name of a function; refused if it is surely the name of a person."""
    name = " ".join(typed.split())
    if names_a_person(name):
        raise forms.ValidationError(FUNCTION_NOT_PERSON)
    return name


class OwnWordsForm(StyledForm):
    """A measure in the team's own words."""

    title = forms.CharField(label=_("In our own words"), max_length=200)
    requirement = forms.ChoiceField(label=_("For which requirement?"), required=False)
    form_key = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, requirements: list[Requirement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.key: row for row in requirements}
        choice = self.fields["requirement"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", _("for none in particular")),
            *((row.key, f"{row.key} {row.title}") for row in requirements),
        ]

    def chosen(self) -> list[Requirement]:
        """The requirement it is for, if one was named."""
        key = self.cleaned_data["requirement"]
        return [self.rows[key]] if key else []


class PlaceForm(StyledForm):
    """Where a measure lies on the grid; left open, it is taken off."""

    effort = forms.TypedChoiceField(
        choices=[("", ""), *HOW_MUCH], coerce=int, empty_value=None, required=False
    )
    effect = forms.TypedChoiceField(
        choices=[("", ""), *HOW_MUCH], coerce=int, empty_value=None, required=False
    )


class TakeOnForm(StyledForm):
    """Who looks after it, until when, and how we notice that it worked."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What we do"),
        max_length=200,
        help_text=_("With a verb: “Rewrite the form”, not “Forms”."),
    )
    sign = forms.CharField(
        label=_("How we will notice that it worked"), max_length=300, required=False
    )
    function = forms.ModelChoiceField(
        label=_("Who looks after it?"),
        queryset=Function.objects.none(),
        required=False,
        empty_label=_("another function"),
    )
    new_function = forms.CharField(
        label=_("Another function"),
        max_length=150,
        required=False,
        help_text=_("A function such as “Head of reception”, not a person's name."),
    )
    due_on = forms.DateField(label=_("Until when?"), widget=DateInput)
    is_shown_to_city = forms.BooleanField(
        label=_("The city may read this measure"),
        required=False,
        help_text=_("You are a partner: without this tick only your own team reads it."),
    )
    confirm = forms.BooleanField(label=_("Take it on all the same"), required=False)

    def __init__(
        self, *args: Any, measure: Measure, functions: Any, is_full: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.is_full = is_full
        chooser = self.fields["function"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = functions
        if not functions.exists():
            del self.fields["function"]
            self.fields["new_function"].label = _("Who looks after it?")
            self.fields["new_function"].required = True
        if measure.unit is None or not measure.unit.is_external:
            del self.fields["is_shown_to_city"]
        if not is_full:
            del self.fields["confirm"]

    def clean_new_function(self) -> str:
        """A function outlives the person who holds it."""
        return function_name(self.cleaned_data["new_function"])

    def clean_due_on(self) -> date:
        """A date that has passed cannot be kept."""
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Please choose a later one."))
        return day

    def clean_confirm(self) -> bool:
        """The program advises; who takes on more says so once."""
        if not self.cleaned_data["confirm"]:
            raise forms.ValidationError(
                _("Tick this if you want more, or put another measure back first.")
            )
        return True

    def clean(self) -> dict[str, Any]:
        """One function: chosen or named."""
        data = super().clean() or self.cleaned_data
        if "function" in self.fields and not self.errors.get("function"):
            if not data.get("function") and not data.get("new_function"):
                self.add_error("function", _("Please choose a function or name a new one."))
            elif data.get("function") and data.get("new_function"):
                self.add_error(
                    "new_function", _("Please choose one of both: the list or a new name.")
                )
        return data
