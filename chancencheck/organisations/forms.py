"""Forms for setting up a city and looking after its people."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.roles import ASSIGNABLE, ROLES, Role
from chancencheck.organisations.rules import CEILING, FLOOR, contrast
from chancencheck.ui.forms import StyledForm, style

# WCAG 2.2, 1.4.11: parts of the page that carry meaning need 3:1 against the paper.
CONTRAST_MINIMUM = 3.0


class SetupForm(StyledForm):
    """The first page of a new installation."""

    code = forms.CharField(
        label=_("Setup code"),
        help_text=_(
            "It was printed when the program started, and lies in the file “setup-code” of the data folder."
        ),
    )
    name = forms.CharField(label=_("Name of the municipality"), max_length=150)
    admin_name = forms.CharField(label=_("Your name or function"), max_length=150)
    admin_email = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    password = forms.CharField(
        label=_("A password"),
        widget=forms.PasswordInput,
        help_text=_("At least ten characters. A sentence is easy to keep in mind."),
    )

    def clean_password(self) -> str:
        """Check the password by the rules of the installation."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class InviteForm(StyledForm):
    """Invite a person into a role."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name or function"), max_length=150)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, ROLES[role].name) for role in ASSIGNABLE],
    )
    unit = forms.ModelChoiceField(
        label=_("Institution"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("Only for the lead of an institution."),
        empty_label=_("none"),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.institutions().filter(municipality=municipality)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A lead needs an institution, other roles have none."""
        data = super().clean() or self.cleaned_data
        if data.get("role") == Role.UNIT_LEAD:
            if not data.get("unit"):
                self.add_error("unit", _("Which institution does this person lead?"))
        else:
            data["unit"] = None
        return data


class MunicipalityForm(forms.ModelForm):  # type: ignore[type-arg]
    """Wording and look of the city."""

    use_required_attribute = False

    class Meta:
        model = Municipality
        fields = (
            "name",
            "accent_color",
            "minimum_group_size",
            "measures_per_assessment",
            "contact_email",
            "imprint",
        )
        help_texts = {
            "accent_color": _("The band on top and the sign. It must stand out from white."),
            "minimum_group_size": _(
                "Distributions and numbers of a team appear from this many people on."
            ),
            "contact_email": _("For reports of barriers and questions on data protection."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style(field)

    def clean_accent_color(self) -> str:
        """Refuse a colour that cannot be seen on white."""
        color: str = self.cleaned_data["accent_color"]
        found = contrast(color, "#ffffff")
        if found < CONTRAST_MINIMUM:
            raise forms.ValidationError(
                _(
                    "This colour is too light: its contrast to white is %(found)s, it needs %(needed)s. Please choose a darker one."
                ),
                params={"found": f"{found:.1f}", "needed": f"{CONTRAST_MINIMUM:.0f}"},
            )
        return color

    def clean_minimum_group_size(self) -> int:
        """The floor can be raised, never lowered."""
        size: int = self.cleaned_data["minimum_group_size"]
        if size < FLOOR:
            raise forms.ValidationError(
                _("The floor of three people can be raised, never lowered.")
            )
        if size > CEILING:
            raise forms.ValidationError(
                _("A team has at most eight people; more cannot be asked for.")
            )
        return size
