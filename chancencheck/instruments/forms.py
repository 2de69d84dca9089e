"""Reading an instrument file in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chancencheck.instruments.format import MAX_BYTES
from chancencheck.ui.forms import StyledForm


class ImportForm(StyledForm):
    """One YAML or Excel file."""

    file = forms.FileField(
        label=_("Instrument file"),
        help_text=_("A YAML file (.yaml) or an Excel workbook (.xlsx), at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.xlsx"}),
    )

    def clean_file(self) -> bytes:
        """The bytes of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is larger than 2 MB. Is it the right one?"))
        data: bytes = upload.read()
        return data
