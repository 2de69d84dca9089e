"""Making a survey, its places, what staff types in, and looking texts through."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.accounts.models import User
from chancencheck.citizens.languages import EASY, ORIGINAL, easy_language, language, languages
from chancencheck.instruments.models import Question
from chancencheck.instruments.translations import citizen_questions, states_by_language
from chancencheck.lib.texts import plain_text
from chancencheck.organisations.models import Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.models import Round
from chancencheck.surveys.choices import Channel, DoneState, TextState
from chancencheck.surveys.models import FreeText, Survey, SurveyPart
from chancencheck.surveys.operations import CODES_AT_ONCE, SaidDoneInput, SurveyInput
from chancencheck.surveys.queries import units_for_survey
from chancencheck.surveys.rules import (
    INSIDE_FLOOR,
    PUBLIC_FLOOR,
    QUESTIONS_MAXIMUM,
    QUESTIONS_MINIMUM,
    TEXT_MAXIMUM,
)
from chancencheck.ui.forms import DateInput, StyledForm

# offered to begin with; the others are one tick away
FIRST_LANGUAGES = ["de", "de-simple", "en", "tr", "ar", "uk", "ru"]
PAIRS = 3  # empty pairs of “Gesagt – getan” at the end of the form


class SurveyForm(StyledForm):
    """Everything about a survey on one page."""

    name = forms.CharField(
        label=_("Name of the survey"),
        max_length=100,
        help_text=_("Only staff reads it. For example “Autumn 2026”."),
    )
    about = forms.ChoiceField(
        label=_("What do you ask about?"),
        choices=[("units", _("institutions")), ("city", _("the city as a whole"))],
        widget=forms.RadioSelect,
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Which institutions?"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    questions = forms.MultipleChoiceField(
        label=_("Which questions?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose five to eight. More than that is not answered in three minutes."),
    )
    has_open_question = forms.BooleanField(
        label=_("Also ask what should be better, in own words"),
        required=False,
        help_text=_("You look every text through before anybody else reads it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("In which languages?"), widget=forms.CheckboxSelectMultiple
    )
    opens_on = forms.DateField(label=_("First day"), widget=DateInput)
    closes_on = forms.DateField(label=_("Last day"), widget=DateInput)
    results_on = forms.DateField(
        label=_("Results can be read publicly from"),
        widget=DateInput,
        help_text=_("Citizens read this day on the last page. Please keep it."),
    )
    inside_floor = forms.IntegerField(
        label=_("Smallest number of people that is shown inside"),
        min_value=INSIDE_FLOOR,
        max_value=100,
        help_text=_("Never less than five."),
    )
    public_floor = forms.IntegerField(
        label=_("Smallest number of people that is published"),
        min_value=PUBLIC_FLOOR,
        max_value=1000,
        help_text=_("Never less than ten."),
    )
    is_one_page = forms.BooleanField(
        label=_("Show all questions on one page"),
        required=False,
        help_text=_("Otherwise one question after the other; people may choose both."),
    )
    needs_code = forms.BooleanField(
        label=_("Only with a code"),
        required=False,
        help_text=_(
            "Each person gets a code that is valid once. Nothing leads from it to answers."
        ),
    )
    sign_link = forms.URLField(
        label=_("Video in sign language (address)"), required=False, assume_scheme="https"
    )
    sign_checked_by = forms.CharField(
        label=_("The video was checked by"),
        max_length=100,
        required=False,
        help_text=_("Without this it is not shown."),
    )
    sign_checked_on = forms.DateField(label=_("Checked on"), required=False, widget=DateInput)

    def __init__(
        self, *args: Any, run: Round, by: User, survey: Survey | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _initial(survey))
        super().__init__(*args, **kwargs)
        self.run, self.survey = run, survey
        self.manages_city = may_in(by, run.municipality_id, Permission.SURVEY_MANAGE)
        self.asked = {str(q.pk): q for q in citizen_questions(run.instrument_version)}
        units: Any = self.fields["units"]
        units.queryset = units_for_survey(by, run)
        questions: Any = self.fields["questions"]
        questions.choices = [(key, q.text) for key, q in self.asked.items()]
        choice: Any = self.fields["languages"]
        choice.choices = [(code, each.name) for code, each in languages().items()]
        choice.choices += [(EASY, easy_language().name)]
        if not self.manages_city:
            del self.fields["about"]

    def question_areas(self) -> Iterator[tuple[str, list[tuple[Question, Any]]]]:
        """Questions with their boxes, by quality area."""
        found: dict[str, list[tuple[Question, Any]]] = {}
        for box in self["questions"]:
            question = self.asked[str(box.data["value"])]
            area = question.requirement.area.full_name  # type: ignore[union-attr]
            found.setdefault(area, []).append((question, box))
        yield from found.items()

    def language_states(self) -> list[tuple[Any, int, bool]]:
        """Each language with its box, how many questions it lacks, and whether all are checked."""
        boxes = list(self["languages"])
        states = states_by_language(
            self.run.instrument_version, [str(box.data["value"]) for box in boxes]
        )
        rows = []
        for box in boxes:
            code = str(box.data["value"])
            is_own, found = code == ORIGINAL, states[code]
            lacking = 0 if is_own else found["missing"] + found["outdated"]
            words = language(code)
            is_checked = is_own or (set(found) == {"checked"} and not words.is_draft)
            rows.append((box, lacking, is_checked))
        return rows

    def clean_name(self) -> str:
        """A name is there once in a round."""
        name: str = self.cleaned_data["name"].strip()
        same = self.run.surveys.filter(name=name)
        if self.survey:
            same = same.exclude(pk=self.survey.pk)
        if same.exists():
            raise ValidationError(
                _("There is a survey of this name already. Please choose another.")
            )
        return name

    def clean_questions(self) -> list[Question]:
        """Five to eight, in the order of the instrument."""
        chosen = [self.asked[key] for key in self.cleaned_data["questions"]]
        if not QUESTIONS_MINIMUM <= len(chosen) <= QUESTIONS_MAXIMUM:
            raise ValidationError(
                _("You have chosen %(number)s questions. Please choose five to eight.")
                % {"number": len(chosen)}
            )
        return sorted(chosen, key=list(self.asked.values()).index)

    def clean_languages(self) -> list[str]:
        """German always belongs to it: it is what everything falls back to."""
        chosen = self.cleaned_data["languages"]
        order = [*languages(), EASY]
        return [code for code in order if code in chosen or code == ORIGINAL]

    def clean(self) -> dict[str, Any]:
        """Institutions where they are asked about; days that run forward; floors in order."""
        data = super().clean() or self.cleaned_data
        is_city = self.manages_city and data.get("about") == "city"
        if is_city:
            data["units"] = []
        elif not data.get("units") and "units" not in self.errors:
            self.add_error("units", _("Please choose at least one institution."))
        given = dict(data)
        for earlier, later in (("opens_on", "closes_on"), ("closes_on", "results_on")):
            if given.get(earlier) and given.get(later) and given[later] < given[earlier]:
                self.add_error(later, _("This date must not lie before the one above it."))
        if given.get("closes_on") and given.get("results_on") == given.get("closes_on"):
            self.add_error("results_on", _("Results need at least one day after the last day."))
        if given.get("closes_on") and given["closes_on"] < timezone.localdate():
            self.add_error("closes_on", _("This day has passed already."))
        low, high = given.get("inside_floor"), given.get("public_floor")
        if low and high and high < low:
            self.add_error("public_floor", _("Publishing needs at least as many people."))
        if bool(given.get("sign_checked_by")) != bool(given.get("sign_checked_on")):
            self.add_error("sign_checked_on", _("Please write both: by whom and when."))
        return data

    def entry(self) -> SurveyInput:
        """The checked fields as the operation takes them."""
        data = {k: v for k, v in self.cleaned_data.items() if k != "about"}
        return SurveyInput(**{**data, "units": list(data["units"])})


def _initial(survey: Survey | None) -> dict[str, Any]:
    if survey is None:
        today = timezone.localdate()
        return {
            "about": "units",
            "languages": FIRST_LANGUAGES,
            "has_open_question": True,
            "opens_on": today,
            "closes_on": today + timedelta(days=28),
            "results_on": today + timedelta(days=90),
            "inside_floor": INSIDE_FLOOR,
            "public_floor": PUBLIC_FLOOR,
        }
    units = [part.unit_id for part in survey.parts.all() if part.unit_id]
    fields = [f.name for f in survey._meta.concrete_fields if f.name not in ("id", "round")]
    return {
        **{name: getattr(survey, name) for name in fields},
        "about": "units" if units else "city",
        "units": units,
        "questions": [row.question_id for row in survey.questions.all()],
    }


class PlaceForm(StyledForm):
    """A place and the ways to answer there."""

    place = forms.CharField(
        label=_("Place"),
        max_length=80,
        help_text=_("For example “waiting room” or “library”. Citizens see it on the paper form."),
    )
    parts = forms.ModelMultipleChoiceField(
        label=_("For which institutions?"),
        queryset=SurveyPart.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    channels = forms.MultipleChoiceField(
        label=_("How do people answer there?"),
        choices=[(c.value, c.label) for c in Channel if c != Channel.WEB],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts: Any = self.fields["parts"]
        parts.queryset = survey.parts.select_related("unit", "survey__round__municipality")
        self.fields["parts"].initial = [part.pk for part in parts.queryset]


class ExtendForm(StyledForm):
    """A later last day."""

    closes_on = forms.DateField(label=_("Last day"), widget=DateInput)
    results_on = forms.DateField(label=_("Results can be read publicly from"), widget=DateInput)

    def clean(self) -> dict[str, Any]:
        """From today on, results afterwards."""
        data = super().clean() or self.cleaned_data
        first, second = data.get("closes_on"), data.get("results_on")
        before = self.initial.get("closes_on")
        if first and before and first < before:
            self.add_error(
                "closes_on", _("People were promised the day before; later is possible.")
            )
        elif first and first < timezone.localdate():
            self.add_error("closes_on", _("This day has passed already."))
        if first and second and second <= first:
            self.add_error("results_on", _("Results need at least one day after the last day."))
        return data


class CodesForm(StyledForm):
    """How many codes to make."""

    number = forms.IntegerField(
        label=_("How many codes?"), min_value=1, max_value=CODES_AT_ONCE, initial=50
    )


class ReviewForm(StyledForm):
    """One text: publish inside in these words, or remove with a reason."""

    published = forms.CharField(
        label=_("As it is published inside"),
        required=False,
        max_length=TEXT_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Take out names and whatever tells who wrote it. Translate by hand."),
    )
    reason = forms.CharField(label=_("Reason, if you remove it"), required=False, max_length=300)

    def __init__(self, *args: Any, text: FreeText, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", text.pk.hex)
        words = text.text if text.language.startswith(ORIGINAL) else ""
        kwargs.setdefault("initial", {"published": words})
        super().__init__(*args, **kwargs)
        self.text = text

    @property
    def wanted(self) -> TextState:
        """Which of the two buttons was pressed."""
        is_removed = f"remove-{self.prefix}" in self.data
        return TextState.REMOVED if is_removed else TextState.INSIDE

    def clean(self) -> dict[str, Any]:
        """A published text has words; a removed one has a reason."""
        data = super().clean() or self.cleaned_data
        data["published"] = plain_text(data.get("published", ""))
        if self.wanted == TextState.INSIDE and not data["published"]:
            self.add_error("published", _("Please write the words that are published."))
        if self.wanted == TextState.REMOVED and not data.get("reason", "").strip():
            self.add_error("reason", _("Please write why. The reason is kept, the text is not."))
        return data


class SaidDoneForm(StyledForm):
    """One pair of “Gesagt – getan”; left empty it is not kept."""

    said = forms.CharField(label=_("What people said"), required=False, max_length=300)
    done = forms.CharField(
        label=_("What we do about it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    state = forms.ChoiceField(label=_("How far is it?"), choices=DoneState)

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        data = super().clean() or self.cleaned_data
        if data.get("said") and not data.get("done"):
            self.add_error("done", _("Please write what the institution does about it."))
        if data.get("done") and not data.get("said"):
            self.add_error("said", _("Please write what people said."))
        return data


def said_done_forms(data: Any, part: SurveyPart) -> list[SaidDoneForm]:
    """The pairs that are there and three empty ones."""
    rows: list[dict[str, Any]] = [
        dict(row) for row in part.said_done.values("said", "done", "state")
    ]
    rows += [{"state": DoneState.PLANNED}] * PAIRS
    return [SaidDoneForm(data, prefix=str(number), initial=row) for number, row in enumerate(rows)]


def entries_of(pairs: list[SaidDoneForm]) -> list[SaidDoneInput]:
    """The filled pairs."""
    return [
        SaidDoneInput(
            plain_text(form.cleaned_data["said"]),
            plain_text(form.cleaned_data["done"]),
            DoneState(form.cleaned_data["state"]),
        )
        for form in pairs
        if form.cleaned_data.get("said")
    ]
