"""Forms for requests for support, their answers, and measures for many institutions."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.governance.models import Body
from chancencheck.measures.central import LowFinding
from chancencheck.measures.choices import Answer
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.rules import names_a_person
from chancencheck.organisations.choices import UnitKind
from chancencheck.organisations.models import Unit
from chancencheck.ui.forms import DateInput, StyledForm

NEEDS = [("decision", _("a decision")), ("money", _("money")), ("it", _("IT"))]


class RequestForm(StyledForm):
    """What is needed, and of whom."""

    needs = forms.MultipleChoiceField(
        label=_("What do you need?"), choices=NEEDS, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("What exactly?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What should be decided? How much money, for what, until when?"),
    )
    division = forms.ModelChoiceField(
        label=_("Of whom?"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("a body, named below"),
    )
    body = forms.CharField(
        label=_("Body"),
        max_length=150,
        required=False,
        help_text=_("For example: city executive, steering committee, social committee."),
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        divisions = Unit.objects.filter(
            municipality_id=measure.municipality_id, kind=UnitKind.DIVISION, is_archived=False
        )
        chooser = self.fields["division"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = divisions.order_by("name")
        if measure.unit and measure.unit.parent_id:
            self.initial.setdefault("division", measure.unit.parent_id)
        names = Body.objects.filter(municipality_id=measure.municipality_id)
        self.bodies = list(names.values_list("name", flat=True))
        if not divisions.exists():
            del self.fields["division"]
            self.fields["body"].required = True

    def clean(self) -> dict[str, Any]:
        """Exactly one place is asked."""
        data = super().clean() or self.cleaned_data
        if "division" in self.fields and not data.get("division") and not data.get("body"):
            self.add_error("body", _("Please say whom you ask: a division or a body."))
        return data


class AnswerForm(StyledForm):
    """The answer to a request."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(a.value, a.label) for a in (Answer.AGREED, Answer.PARTLY, Answer.DECLINED)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose an answer.")},
    )
    text = forms.CharField(
        label=_("In words"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What happens now, until when? If not: why?"),
    )
    decided_on = forms.DateField(
        label=_("Decided on"),
        required=False,
        widget=DateInput,
        help_text=_("Only if a body has decided."),
    )
    reference = forms.CharField(label=_("Reference"), max_length=100, required=False)


class CentralForm(StyledForm):
    """One measure for many institutions."""

    title = forms.CharField(
        label=_("What does the city do for all?"),
        max_length=200,
        help_text=_("With a verb: “Set up interpreting for all”, not “Interpreting”."),
    )
    sign = forms.CharField(
        label=_("How will we notice that it worked?"), max_length=300, required=False
    )
    institutions = forms.TypedMultipleChoiceField(
        label=_("For which institutions?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please tick at least one institution.")},
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
        help_text=_("A function such as “Integration department”, not a person's name."),
    )
    due_on = forms.DateField(label=_("Until when?"), widget=DateInput)
    form_key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, low: list[LowFinding], functions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["institutions"]
        assert isinstance(chooser, forms.TypedMultipleChoiceField)
        chooser.choices = [(row.assessment.pk, f"{row.name}: {row.level}") for row in low]
        self.initial.setdefault("institutions", [row.assessment.pk for row in low])
        self.initial.setdefault("form_key", uuid4().hex)
        holder = self.fields["function"]
        assert isinstance(holder, forms.ModelChoiceField)
        holder.queryset = functions
        if not functions.exists():
            del self.fields["function"]
            self.fields["new_function"].label = _("Who looks after it?")

    def clean_due_on(self) -> date:
        """A date that has passed cannot be kept."""
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Please choose a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        """One function: chosen or named, never a person."""
        data = super().clean() or self.cleaned_data
        name = data.get("new_function", "")
        if not data.get("function") and not name:
            self.add_error("new_function", _("Please choose a function or name a new one."))
        elif names_a_person(name):
            self.add_error("new_function", _("Please name the function, not the person."))
        return data
