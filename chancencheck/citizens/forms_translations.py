"""The citizens' questions in one language as a list of forms, and who has checked them."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.citizens.languages import EASY, Language
from chancencheck.instruments.models import Question
from chancencheck.instruments.operations import TranslationInput
from chancencheck.instruments.translations import Translated
from chancencheck.ui.forms import DateInput, StyledForm

TEXT_MAXIMUM = 500


def one_line(text: str) -> str:
    """A question is one line; the spaces inside stay, because French needs its narrow ones."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


class OneLine(forms.CharField):
    """A text whose line breaks become spaces."""

    def to_python(self, value: Any) -> str:
        """The words in one line."""
        return one_line(super().to_python(value) or "")


class TranslationForm(StyledForm):
    """One question. Only what the person touched is saved.

    `was` holds the text the page showed, so that an old page overwrites nothing.
    """

    text = OneLine(
        label=_("Translation"),
        required=False,
        max_length=TEXT_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    was = OneLine(required=False, widget=forms.HiddenInput)
    still_fits = forms.BooleanField(
        label=_("It still fits: the German words mean the same as before"), required=False
    )
    is_checked = forms.BooleanField(label=_("Checked"), required=False)

    def __init__(self, data: QueryDict | None, *, row: Translated, speaks: Language) -> None:
        self.row = row
        self.stored = one_line(row.translation.text) if row.translation else ""
        self.is_conflict = False
        super().__init__(data, prefix=f"q{row.question.pk}", initial={"text": self.stored})
        self.fields["text"].widget.attrs.update({"lang": speaks.tag, "dir": speaks.direction})
        if speaks.code == EASY:
            self.fields["is_checked"].label = _("Checked by a test group")
        elif row.state == "checked":
            self.fields["is_checked"].label = _("Checked anew")

    @property
    def question(self) -> Question:
        """The question in German."""
        return self.row.question

    @property
    def seen(self) -> str:
        """The stored text the person has seen by now."""
        if self.is_bound and not self.is_conflict:
            return str(self.cleaned_data.get("was", ""))
        return self.stored

    def clean(self) -> dict[str, Any]:
        """Nothing empty is checked; what somebody else has written meanwhile is not lost."""
        data = super().clean() or self.cleaned_data
        text, was = data.get("text"), data.get("was", "")
        if text is None:  # it has an error already
            return data
        data["is_touched"] = text != was or data["is_checked"] or data["still_fits"]
        self.is_conflict = data["is_touched"] and self.stored not in (was, text)
        if self.is_conflict:
            message = _(
                "Somebody else has changed this meanwhile to “%(text)s”. If you save again, your text takes its place."
            )
            self.add_error("text", forms.ValidationError(message, params={"text": self.stored}))
        elif data["is_checked"] and not text:
            self.add_error("text", _("There is no translation yet that could be checked."))
        return data

    def entry(self, checked_by: str, checked_on: date | None) -> TranslationInput | None:
        """What is to be saved; None where nothing was touched. A new text loses the old check."""
        data, old = self.cleaned_data, self.row.translation
        if not data["is_touched"] or (old is None and not data["text"]):
            return None
        if not data["is_checked"]:
            keeps = old is not None and data["text"] == self.stored
            checked_by = old.checked_by if old and keeps else ""
            checked_on = old.checked_on if old and keeps else None
        return TranslationInput(self.question, data["text"], checked_by, checked_on)


class CheckForm(StyledForm):
    """Who has checked the ticked ones, and when."""

    checked_by = forms.CharField(
        label=_("Checked by"),
        max_length=100,
        required=False,
        help_text=_("A person who speaks the language well, or an office of translators."),
    )
    checked_on = forms.DateField(label=_("Checked on"), required=False, widget=DateInput)

    def __init__(self, data: QueryDict | None, *, is_easy: bool, is_ticked: bool) -> None:
        super().__init__(data, initial={"checked_on": timezone.localdate()})
        self.is_ticked = is_ticked
        if is_easy:
            self.fields["checked_by"].help_text = _("The test group of people who need it.")

    def clean(self) -> dict[str, Any]:
        """Both where something is ticked; a name alone checks nothing."""
        data = super().clean() or self.cleaned_data
        if not self.is_ticked:
            if data.get("checked_by"):
                self.add_error("checked_by", _("Please tick the questions that were checked."))
            return data
        if data.get("checked_by") == "":
            self.add_error("checked_by", _("Please write who has checked the ticked questions."))
        if "checked_on" in data and not data["checked_on"]:
            self.add_error("checked_on", _("Please write when the ticked questions were checked."))
        elif data.get("checked_on") and data["checked_on"] > timezone.localdate():
            self.add_error("checked_on", _("This day has not come yet."))
        return data


class TranslationsForm:
    """All questions of one language together."""

    def __init__(self, data: QueryDict | None, *, rows: list[Translated], speaks: Language) -> None:
        self.rows = [TranslationForm(data, row=row, speaks=speaks) for row in rows]
        self._are_rows_valid = all([form.is_valid() for form in self.rows])
        is_ticked = any(f.is_bound and f.cleaned_data["is_checked"] for f in self.rows)
        self.check = CheckForm(data, is_easy=speaks.code == EASY, is_ticked=is_ticked)

    def is_valid(self) -> bool:
        """Whether everything can be saved."""
        return self.check.is_valid() and self._are_rows_valid

    @property
    def is_invalid(self) -> bool:
        """Whether it was sent and something needs another look."""
        return self.check.is_bound and not self.is_valid()

    def entries(self) -> list[TranslationInput]:
        """What was touched."""
        check = self.check.cleaned_data
        found = [form.entry(check["checked_by"], check["checked_on"]) for form in self.rows]
        return [entry for entry in found if entry is not None]
