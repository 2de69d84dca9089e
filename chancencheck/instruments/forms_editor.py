"""Forms of the editor that are not texts of the instrument."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chancencheck.instruments.choices import Aggregation, ChangeKind, RemarkKind
from chancencheck.instruments.kept import words_of
from chancencheck.instruments.models import (
    Instrument,
    InstrumentVersion,
    QualityArea,
    Requirement,
)
from chancencheck.instruments.slots import BUTTON, HEADING, SENTENCES
from chancencheck.ui.forms import DateInput, StyledForm

AREA_KEY = re.compile(r"[A-Z][A-Z0-9]{1,9}")
REQUIREMENT_KEY = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,19}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,2}")
SHEETS_MAXIMUM = 20


class AreaForm(StyledForm):
    """A new area."""

    name = forms.CharField(label=_("Name of the area"), max_length=HEADING)
    key = forms.CharField(
        label=_("Short key"),
        max_length=10,
        help_text=_("2 to 10 capital letters and digits, for example KOM. It stays for good."),
    )
    parent = forms.ModelChoiceField(
        label=_("Inside which area?"),
        queryset=QualityArea.objects.none(),
        required=False,
        empty_label=_("none"),
    )

    def __init__(self, *args: Any, version: InstrumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["parent"].queryset = version.areas.filter(parent__parent=None)  # type: ignore[attr-defined]

    def clean_key(self) -> str:
        """A key in the shape the format asks for, used once."""
        key: str = self.cleaned_data["key"].strip().upper()
        if not AREA_KEY.fullmatch(key):
            raise forms.ValidationError(
                _("Please write 2 to 10 letters and digits, a letter first.")
            )
        if self.version.areas.filter(key=key).exists():
            raise forms.ValidationError(_("This key is taken already. Please choose another."))
        return key


class RequirementForm(StyledForm):
    """A new requirement."""

    title = forms.CharField(label=_("Title"), max_length=HEADING)
    text = forms.CharField(
        label=_("Requirement"),
        max_length=SENTENCES,
        help_text=_("One sentence that says what good service means."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=20,
        help_text=_("It stays for good, whatever happens to the order and the words."),
    )
    comes_from = forms.MultipleChoiceField(
        label=_("Does it come from older requirements?"),
        help_text=_("Only if several were merged into it, or one was split."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, version: InstrumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["comes_from"].choices = older_requirements(version)  # type: ignore[attr-defined]

    def clean_key(self) -> str:
        """A key in the shape the format asks for, that no other requirement ever had."""
        key: str = self.cleaned_data["key"].strip().upper()
        if not REQUIREMENT_KEY.fullmatch(key):
            raise forms.ValidationError(
                _("Please write at most 20 capital letters, digits, dots and hyphens.")
            )
        if Requirement.objects.filter(
            version__instrument=self.version.instrument, key=key
        ).exists():
            raise forms.ValidationError(
                _("This key is taken, perhaps in an older version. Please choose another.")
            )
        return key


def older_requirements(version: InstrumentVersion) -> list[tuple[str, str]]:
    """Key and title of the requirements of the version before."""
    if version.base is None:
        return []
    (words,) = words_of(version.base)
    return [(spec.key, f"{spec.key} {spec.title.text}") for spec in words.requirements]


class SettingsForm(StyledForm):
    """How a requirement is measured, and where it comes from."""

    scale = forms.TypedChoiceField(label=_("Scale"), coerce=int)
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=1,
        max_value=100,
        help_text=_("Only counts where levels are put together. Usually 1."),
    )
    sheet_keys = forms.MultipleChoiceField(
        label=_("On which answer sheets?"),
        help_text=_("Without a tick it is on all of them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    comes_from = forms.MultipleChoiceField(
        label=_("Does it come from older requirements?"),
        help_text=_("Only if several were merged into it, or one was split."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, requirement: Requirement, **kwargs: Any) -> None:
        version = requirement.version
        super().__init__(
            *args,
            initial={
                "scale": requirement.scale_id,
                "weight": requirement.weight,
                "sheet_keys": requirement.sheet_keys,
                "comes_from": requirement.comes_from,
            },
            prefix="set",
            **kwargs,
        )
        self.fields["scale"].choices = [  # type: ignore[attr-defined]
            (scale.pk, scale.key) for scale in version.scales.all()
        ]
        self.fields["sheet_keys"].choices = [  # type: ignore[attr-defined]
            (sheet["key"], sheet["name"]) for sheet in version.sheets
        ]
        self.fields["comes_from"].choices = older_requirements(version)  # type: ignore[attr-defined]
        for name in ("sheet_keys", "comes_from"):
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]


class FrameForm(StyledForm):
    """What may be calculated, the licence and the answer sheets."""

    aggregation = forms.ChoiceField(
        label=_("What may be calculated from the levels of one institution?"),
        choices=Aggregation,
        widget=forms.RadioSelect,
        help_text=_("Institutions are never compared with each other by it."),
    )
    licence = forms.CharField(label=_("Licence"), max_length=100)
    sheets = forms.CharField(
        label=_("Answer sheets"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One line each: key; name; who fills it in. For example: leads; Leads; Who leads people. Leave it empty if everybody answers everything."
        ),
    )

    def __init__(self, *args: Any, version: InstrumentVersion, **kwargs: Any) -> None:
        lines = [f"{s['key']}; {s['name']}; {s['help']}".rstrip("; ") for s in version.sheets]
        super().__init__(
            *args,
            initial={
                "aggregation": version.aggregation,
                "licence": version.licence,
                "sheets": "\n".join(lines),
            },
            prefix="set",
            **kwargs,
        )

    def clean_sheets(self) -> list[dict[str, str]]:
        """The lines as sheets."""
        sheets: list[dict[str, str]] = []
        for number, line in enumerate(self.cleaned_data["sheets"].splitlines(), start=1):
            if not line.strip():
                continue
            key, name, who = ([part.strip() for part in line.split(";", 2)] + ["", ""])[:3]
            if not SLUG.fullmatch(key) or not name or max(len(key), len(name) / 2) > 30:
                raise forms.ValidationError(
                    _(
                        "Line %(line)s: please write a key of small letters, a semicolon and a short name."
                    )
                    % {"line": number}
                )
            if any(sheet["key"] == key for sheet in sheets):
                raise forms.ValidationError(
                    _("Line %(line)s: the key “%(key)s” is there twice.")
                    % {"line": number, "key": key}
                )
            sheets.append({"key": key, "name": name, "help": who[:SENTENCES]})
        if len(sheets) > SHEETS_MAXIMUM:
            raise forms.ValidationError(_("At most 20 answer sheets are possible."))
        return sheets


class ScaleForm(StyledForm):
    """A new scale: names of levels, or a range of numbers."""

    key = forms.CharField(
        label=_("Short key"), max_length=30, help_text=_("Small letters, for example: stufen")
    )
    levels = forms.CharField(
        label=_("Names of the levels"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line each, the lowest first. For example: no, partly, yes."),
    )
    minimum = forms.IntegerField(label=_("Or a number from"), required=False)
    maximum = forms.IntegerField(label=_("to"), required=False)
    step = forms.IntegerField(label=_("in steps of"), required=False, min_value=1)

    def __init__(self, *args: Any, version: InstrumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version

    def clean_key(self) -> str:
        """A key in the shape the format asks for, used once."""
        key: str = self.cleaned_data["key"].strip()
        if not SLUG.fullmatch(key):
            raise forms.ValidationError(_("Please write small letters, digits and hyphens."))
        if self.version.scales.filter(key=key).exists():
            raise forms.ValidationError(_("This key is taken already. Please choose another."))
        return key

    def clean_levels(self) -> list[str]:
        """The lines as names."""
        names = [line.strip() for line in self.cleaned_data["levels"].splitlines() if line.strip()]
        if names and not 2 <= len(names) <= 10:
            raise forms.ValidationError(_("A scale has 2 to 10 levels."))
        if any(len(name) > BUTTON for name in names):
            raise forms.ValidationError(_("A name has 60 letters at most."))
        return names

    def clean(self) -> dict[str, Any]:
        """Either levels or a whole range that its step divides."""
        data = super().clean() or self.cleaned_data
        limits = [data.get(name) for name in ("minimum", "maximum", "step")]
        data["limits"] = None
        if data.get("levels"):
            return data
        if any(limit is None for limit in limits):
            if not self.errors:
                self.add_error("levels", _("Please write names of levels, or all three numbers."))
            return data
        low, high, step = (limit or 0 for limit in limits)
        if not -1_000_000 <= low < high <= 1_000_000 or (high - low) % step:
            self.add_error(
                "maximum", _("This must be more than the first number, and whole steps away.")
            )
        data["limits"] = (low, high, step)
        return data


class RemarkForm(StyledForm):
    """A comment or a proposal at one text."""

    place = forms.ChoiceField(label=_("For which text?"))
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=RemarkKind,
        initial=RemarkKind.COMMENT,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Your words"),
        max_length=SENTENCES,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A proposal is the whole new text, as it should stand there."),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, prefix="remark", **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class CheckForm(StyledForm):
    """Who has read a requirement, and when."""

    checked_by = forms.CharField(
        label=_("Checked by"), max_length=100, help_text=_("The group, not names of people.")
    )
    checked_on = forms.DateField(label=_("Checked on"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="check", **kwargs)


class ForkForm(StyledForm):
    """Title and key of an instrument of one's own."""

    title = forms.CharField(label=_("Title"), max_length=100)
    key = forms.CharField(
        label=_("Short key"),
        max_length=30,
        help_text=_("Small letters, digits and hyphens. It stays the same in all versions."),
    )

    def __init__(self, *args: Any, base: InstrumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base

    def clean_key(self) -> str:
        """A key that no instrument of the city has."""
        key: str = self.cleaned_data["key"].strip()
        if not SLUG.fullmatch(key):
            raise forms.ValidationError(_("Please write small letters, digits and hyphens."))
        if Instrument.objects.filter(
            municipality=self.base.instrument.municipality_id, key=key
        ).exists():
            raise forms.ValidationError(_("This key is taken already. Please choose another."))
        return key


class NumberForm(StyledForm):
    """The number under which the words are fixed."""

    number = forms.CharField(
        label=_("Number of the version"),
        max_length=20,
        help_text=_(
            "Two or three numbers with dots. The proposal follows from the changes: structure counts the first place, meaning the second, wording the third."
        ),
    )

    def __init__(self, *args: Any, version: InstrumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        if version.is_released or version.is_foreign:
            del self.fields["number"]

    def clean_number(self) -> str:
        """A number in the shape the format asks for, used once."""
        number: str = self.cleaned_data["number"].strip()
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("Please write it like 1.0 or 1.0.1."))
        others = self.version.instrument.versions.exclude(pk=self.version.pk)
        if others.filter(number=number).exists():
            raise forms.ValidationError(_("There is a version with this number already."))
        return number


class AdoptForm(NumberForm):
    """What the body decided."""

    body = forms.CharField(label=_("Which body adopted it?"), max_length=150)
    decided_on = forms.DateField(label=_("When?"), widget=DateInput)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=100,
        required=False,
        help_text=_("Under which the decision can be found."),
    )
    note = forms.CharField(
        label=_("Editorial note"),
        required=False,
        max_length=SENTENCES,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What readers should know about this version. It stands on the first page."),
    )


class ChangeForm(StyledForm):
    """The class of one change."""

    kind = forms.ChoiceField(choices=ChangeKind, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why?"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """Meaning and structure need a reason; a mere rewording speaks for itself."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") in (ChangeKind.MEANING, ChangeKind.STRUCTURE) and not data.get(
            "reason"
        ):
            self.add_error("reason", _("Please write why. Others read it years later."))
        return data
