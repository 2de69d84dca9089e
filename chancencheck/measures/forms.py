"""Forms on the pages of a measure."""

from datetime import date
from itertools import groupby
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.instruments.models import Requirement
from chancencheck.measures.forms_choose import HOW_MUCH, function_name
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.operations import Words
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.strategy.models import GuidingGoal, Theme
from chancencheck.ui.forms import DateInput, StyledForm

NOT_SAID = [("", _("not said yet"))]


class MeasureForm(StyledForm):
    """What a measure says: words first, then for what, then how we would notice."""

    title = forms.CharField(
        label=_("What do we do?"),
        max_length=200,
        help_text=_("With a verb: “Rewrite the form”, not “Forms”."),
    )
    sign = forms.CharField(
        label=_("How will we notice that it worked?"), max_length=300, required=False
    )
    requirements = forms.MultipleChoiceField(
        label=_("For which requirements?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    details = forms.CharField(
        label=_("What exactly?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    resources = forms.CharField(
        label=_("What does it take?"),
        max_length=300,
        required=False,
        help_text=_("Time, money, people, rooms."),
    )
    effort = forms.TypedChoiceField(
        label=_("Effort"),
        choices=[*NOT_SAID, *HOW_MUCH],
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )
    effect = forms.TypedChoiceField(
        label=_("Effect we hope for"),
        choices=[*NOT_SAID, *HOW_MUCH],
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )
    theme = forms.ModelChoiceField(
        label=_("Theme of the strategy"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=_("not said yet"),
    )
    goal = forms.ModelChoiceField(
        label=_("Guiding goal"),
        queryset=GuidingGoal.objects.none(),
        required=False,
        empty_label=_("not said yet"),
    )
    is_shown_to_city = forms.BooleanField(
        label=_("The city may read this measure"),
        required=False,
        help_text=_("You are a partner: without this tick only your own team reads it."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        unit: Unit | None,
        requirements: list[Requirement],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.key: row for row in requirements}
        chooser = self.fields["requirements"]
        assert isinstance(chooser, forms.MultipleChoiceField)
        chooser.choices = [(row.key, f"{row.key} {row.title}") for row in requirements]
        for name, rows in (
            ("theme", Theme.objects.filter(strategy__municipality=municipality)),
            ("goal", GuidingGoal.objects.filter(strategy__municipality=municipality)),
        ):
            if rows.exists():
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        if not requirements:
            del self.fields["requirements"]
        if unit is None or not unit.is_external:
            del self.fields["is_shown_to_city"]
        self.initial.setdefault("form_key", uuid4().hex)

    def areas(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The requirements by area, with those that are ticked."""
        ticked = self["requirements"].value() or []
        return [
            (
                area,
                [{"key": r.key, "title": r.title, "is_chosen": r.key in ticked} for r in rows],
            )
            for area, rows in groupby(self.rows.values(), key=lambda row: row.area.name)
        ]

    def says_more(self) -> bool:
        """Whether anything is said, or wrong, beyond the words and the requirements."""
        rest = ("details", "resources", "effort", "effect", "theme", "goal")
        return any(self[name].value() or self[name].errors for name in rest if name in self.fields)

    def words(self) -> Words:
        """What was typed."""
        data = self.cleaned_data
        return Words(
            title=data["title"],
            details=data["details"],
            sign=data["sign"],
            resources=data["resources"],
            effort=data["effort"],
            effect=data["effect"],
            theme=data.get("theme"),
            goal=data.get("goal"),
            is_shown_to_city=data.get("is_shown_to_city", True),
        )

    def chosen(self) -> list[Requirement]:
        """The requirements that were ticked."""
        return [self.rows[key] for key in self.cleaned_data.get("requirements", [])]


def values_of(measure: Measure) -> dict[str, Any]:
    """A measure as its form shows it."""
    return {
        "title": measure.title,
        "details": measure.details,
        "sign": measure.sign,
        "resources": measure.resources,
        "effort": measure.effort,
        "effect": measure.effect,
        "theme": measure.theme_id,
        "goal": measure.goal_id,
        "is_shown_to_city": measure.is_shown_to_city,
        "requirements": [link.key for link in measure.links.all()],
        "revision": measure.revision,
    }


class DecisionForm(StyledForm):
    """The decision a measure comes from, if it does."""

    body = forms.CharField(
        label=_("Which body decided it?"),
        max_length=150,
        required=False,
        help_text=_("For example: city executive, steering committee, social committee."),
    )
    decided_on = forms.DateField(label=_("Decided on"), required=False, widget=DateInput)
    reference = forms.CharField(label=_("Reference"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="decision", **kwargs)

    def clean(self) -> dict[str, Any]:
        """Nothing, or a body and a day."""
        data = super().clean() or self.cleaned_data
        if data.get("body") and not data.get("decided_on") and "decided_on" not in self.errors:
            self.add_error("decided_on", _("Please say when it was decided."))
        elif (data.get("decided_on") or data.get("reference")) and not data.get("body"):
            self.add_error("body", _("Please name the body."))
        return data


class TakeNowForm(StyledForm):
    """Taking it on at once, for who knows already who looks after it."""

    function = forms.ModelChoiceField(
        label=_("Who looks after it?"),
        queryset=Function.objects.none(),
        required=False,
        empty_label=_("not said yet"),
    )
    new_function = forms.CharField(
        label=_("A new function"),
        max_length=150,
        required=False,
        help_text=_("A function such as “Head of reception”, not a person's name."),
    )
    due_on = forms.DateField(label=_("Until when?"), widget=DateInput, required=False)

    def __init__(self, *args: Any, functions: QuerySet[Function], **kwargs: Any) -> None:
        super().__init__(*args, prefix="take", **kwargs)
        if functions.exists():
            self.fields["function"].queryset = functions  # type: ignore[attr-defined]
        else:
            del self.fields["function"]

    def clean_new_function(self) -> str:
        """A function outlives the person who holds it."""
        return function_name(self.cleaned_data["new_function"])

    def clean_due_on(self) -> date | None:
        """A date that has passed cannot be kept."""
        day = self.cleaned_data["due_on"]
        return day and _from_today(day)

    def clean(self) -> dict[str, Any]:
        """Nothing, or one function and a date."""
        data = super().clean() or self.cleaned_data
        chosen, named = data.get("function"), data.get("new_function")
        if chosen and named:
            self.add_error("new_function", _("Please choose one of both: the list or a new name."))
        elif (chosen or named) and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Please say until when."))
        elif data.get("due_on") and not chosen and not named and not self.errors:
            first = "function" if "function" in self.fields else "new_function"
            self.add_error(first, _("Please choose a function or name a new one."))
        return data

    def entry(self) -> dict[str, Any]:
        """What was said; nothing of it if there is no date."""
        data = self.cleaned_data
        return {
            "function": data.get("function"),
            "new_function": data["new_function"],
            "due_on": data["due_on"],
        }


class DoneForm(StyledForm):
    """Done; what came of it may be said."""

    reason = forms.CharField(label=_("What came of it?"), max_length=500, required=False)


class PostponeForm(StyledForm):
    """Later: why, and until when instead."""

    reason = forms.CharField(label=_("Why does it take longer?"), max_length=500)
    due_on = forms.DateField(label=_("Until when instead?"), widget=DateInput)

    def clean_due_on(self) -> date:
        """A date that has passed cannot be kept."""
        return _from_today(self.cleaned_data["due_on"])


class DropForm(StyledForm):
    """Not any more: why."""

    reason = forms.CharField(label=_("Why do we drop it?"), max_length=500)


class ReopenForm(StyledForm):
    """Taken up again, with a date if the old one has passed."""

    due_on = forms.DateField(label=_("Until when?"), widget=DateInput)

    def clean_due_on(self) -> date:
        """A date that has passed cannot be kept."""
        return _from_today(self.cleaned_data["due_on"])


def _from_today(day: date) -> date:
    if day < timezone.localdate():
        raise forms.ValidationError(_("This day has passed. Please choose a later one."))
    return day


class MoveForm(StyledForm):
    """Another function looks after it."""

    function = forms.ModelChoiceField(
        label=_("To which function?"), queryset=Function.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, functions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["function"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = functions


class FunctionForm(StyledForm):
    """A function, who holds it and who deputises."""

    name = forms.CharField(
        label=_("Function"),
        max_length=150,
        help_text=_("A function such as “Head of reception”, not a person's name."),
    )
    holder_email = forms.EmailField(
        label=_("E-mail address of whoever holds it"), max_length=254, required=False
    )
    holder_name = forms.CharField(
        label=_("Name of whoever holds it"), max_length=150, required=False
    )
    deputy_email = forms.EmailField(
        label=_("E-mail address of the deputy"), max_length=254, required=False
    )
    deputy_name = forms.CharField(label=_("Name of the deputy"), max_length=150, required=False)

    def clean_name(self) -> str:
        """A function outlives the person who holds it."""
        return function_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Nobody is their own deputy."""
        data = super().clean() or self.cleaned_data
        holder, deputy = (data.get(n, "").lower() for n in ("holder_email", "deputy_email"))
        if holder and holder == deputy:
            self.add_error("deputy_email", _("The deputy is somebody else."))
        return data
