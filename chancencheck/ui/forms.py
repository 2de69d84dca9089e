"""What all forms share: KERN classes, no browser bubbles, errors in our own words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class StyledForm(forms.Form):
    """A form whose widgets carry the classes of the design system.

    `required` is not written into the page: the browser's bubbles are hard to read and speak
    another language; the server answers with a sentence at the field.
    """

    use_required_attribute = False
    error_css_class = "cc-field--error"
    _is_styled = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        cls = type(self)
        if "_is_styled" not in cls.__dict__:  # once per class: forms are made for every save
            for field in cls.base_fields.values():
                style(field)
            cls._is_styled = True
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() - cls.base_fields.keys():
            style(self.fields[name])


def style(field: forms.Field) -> None:
    """Give one field its classes and a friendly sentence when it is left out."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs.setdefault("class", "cc-radio cc-radio--check")
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        widget.attrs.setdefault("class", "cc-select")
    elif not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        widget.attrs.setdefault("class", "kern-form-input__input")
    plain = str(forms.Field.default_error_messages["required"])
    if str(field.error_messages.get("required")) == plain:
        field.error_messages["required"] = _("Please fill this in.")


class DateInput(forms.DateInput):
    """The device's own date field; it always speaks ISO 8601."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    """The device's own time field."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)
