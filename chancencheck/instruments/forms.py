"""Reading an instrument file in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chancencheck.ui.forms import StyledForm

# A hostile YAML of 2 MB takes many seconds to read; instruments have far less text than this.
UPLOAD_MAXIMUM = 512 * 1024


class ImportForm(StyledForm):
    """One YAML file."""

    file = forms.FileField(
        label=_("Instrument file"),
        help_text=_("A YAML file in the format chancencheck-instrument/1, at most 512 KB."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def clean_file(self) -> bytes:
        """The bytes of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > UPLOAD_MAXIMUM:
            raise forms.ValidationError(_("This file is larger than 512 KB. Is it the right one?"))
        data: bytes = upload.read()
        return data
