"""The forms of django-allauth in our look and words."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from chancencheck.ui.forms import StyledForm, style


class Styled:
    """Mixed into allauth's forms: our classes, our labels, no placeholders (they vanish)."""

    use_required_attribute = False
    fields: dict[str, forms.Field]
    labels = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "oldpassword": _("Password until now"),
        "password1": _("New password"),
        "password2": _("New password once more"),
        "code": _("Code from the mail"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name != "password1":
                field.help_text = ""
            style(field)
        if "password1" in self.fields:
            self.fields["password1"].help_text = _(
                "At least ten characters. A sentence is easy to keep in mind."
            )


class LoginForm(Styled, allauth_forms.LoginForm):  # type: ignore[misc]
    """Address and password."""


class RequestLoginCodeForm(Styled, allauth_forms.RequestLoginCodeForm):  # type: ignore[misc]
    """Address for a code."""


class ConfirmLoginCodeForm(Styled, allauth_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code."""


class ResetPasswordForm(Styled, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Address for a link to a new password."""


class ResetPasswordKeyForm(Styled, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password."""


class SetPasswordForm(Styled, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ChangePasswordForm(Styled, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """Another password."""


class ProfileForm(StyledForm):
    """What a person sets about themselves."""

    name = forms.CharField(
        label=_("Name or function"),
        max_length=150,
        help_text=_("This is how others see you in lists of the team."),
    )
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=[("", _("as in the browser")), ("de", "Deutsch"), ("en", "English")],
        required=False,
    )
