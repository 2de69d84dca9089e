"""The addresses of help as a list of forms."""

from typing import Any

from django import forms
from django.forms import BaseModelFormSet, modelformset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chancencheck.citizens.models import HelpAddress
from chancencheck.organisations.models import Municipality
from chancencheck.ui.forms import style

FIELDS = ["name", "what", "phone", "email", "link", "is_against_discrimination"]


class HelpAddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """One address."""

    use_required_attribute = False
    error_css_class = "cc-field--error"

    link = forms.URLField(label=_("website"), required=False, assume_scheme="https")

    class Meta:
        model = HelpAddress
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style(field)

    def clean(self) -> dict[str, Any]:
        """An address nobody can reach helps nobody."""
        data = super().clean() or self.cleaned_data
        if not (data.get("phone") or data.get("email") or data.get("link")) and not self.errors:
            self.add_error("phone", _("Please write a phone number, a mail address or a website."))
        return data


def help_forms(
    data: QueryDict | None, *, municipality: Municipality
) -> "BaseModelFormSet[Any, Any]":
    """All addresses of a city and two empty forms."""
    form_set = modelformset_factory(
        HelpAddress, form=HelpAddressForm, extra=2, can_delete=True, max_num=40
    )
    return form_set(data, queryset=HelpAddress.objects.filter(municipality=municipality))
