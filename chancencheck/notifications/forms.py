"""Forms about messages: how often mails come, and the city's own words."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chancencheck.notifications import texts
from chancencheck.notifications.choices import Reason, Rhythm
from chancencheck.ui.forms import StyledForm

LANGUAGES = dict(settings.LANGUAGES)


class MailChoiceForm(StyledForm):
    """How often mails come."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("Mails come"), choices=Rhythm, widget=forms.RadioSelect
    )


class TextsForm(StyledForm):
    """Title and text of one kind of message, in each language.

    `seen` says which words the page showed: two people must not overwrite each other unawares.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        reason: Reason,
        current: Mapping[str, texts.Words],
    ) -> None:
        self.reason, self.current = reason, current
        self.state = state_of(current)
        initial = {"seen": self.state}
        for language, words in current.items():
            initial[f"title_{language}"], initial[f"text_{language}"] = words
        super().__init__(data, initial=initial)

    def clean_seen(self) -> str:
        """Refuse to write over what somebody else has changed meanwhile."""
        seen: str = self.cleaned_data["seen"]
        if seen != self.state:
            self.data = self.data.copy()  # type: ignore[attr-defined]  # the next time it is seen
            self.data["seen"] = self.state  # type: ignore[index]
            raise forms.ValidationError(self._changed())
        return seen

    def _changed(self) -> str:
        theirs = " · ".join(f"{title}: {text}" for title, text in self.current.values())
        return _(
            "Somebody has changed these texts meanwhile. Now they are: %(texts)s. Save again if yours shall hold."
        ) % {"texts": theirs}

    def clean(self) -> dict[str, Any]:
        """Only placeholders that mean something here."""
        data = super().clean() or self.cleaned_data
        for name, value in list(data.items()):
            kind, _sign, language = name.partition("_")
            if language not in LANGUAGES:
                continue
            if kind == "title":
                data[name] = " ".join(value.split())
            wrong = texts.unknown_placeholders(value, self.reason, language)
            if wrong:
                self.add_error(name, self._sentence(wrong, language))
        return data

    def _sentence(self, wrong: list[str], language: str) -> str:
        known = texts.placeholders_of(self.reason)
        return _("%(wrong)s means nothing here. You can use: %(known)s.") % {
            "wrong": ", ".join(f"{{{name}}}" for name in wrong),
            "known": ", ".join(texts.shown_name(key, language) for key in known),
        }

    def words(self) -> dict[str, texts.Words]:
        """What was typed, by language."""
        data = self.cleaned_data
        return {key: (data[f"title_{key}"], data[f"text_{key}"]) for key in LANGUAGES}


for _language in LANGUAGES:
    TextsForm.base_fields[f"title_{_language}"] = forms.CharField(
        label=gettext_lazy("Heading, also the subject of the mail"), max_length=150
    )
    TextsForm.base_fields[f"text_{_language}"] = forms.CharField(
        label=gettext_lazy("Text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 6})
    )


def state_of(words: Mapping[str, texts.Words]) -> str:
    """A short mark of these words."""
    return hashlib.sha256(repr(sorted(words.items())).encode()).hexdigest()[:16]
