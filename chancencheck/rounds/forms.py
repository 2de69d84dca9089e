"""The steps of setting up a round."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chancencheck.instruments.choices import VersionState
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.queries import released_versions
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Round
from chancencheck.rounds.operations import known_leads, may_name_lead
from chancencheck.ui.forms import DateInput, StyledForm

LINES_MAXIMUM = 1000
PARTNER_WORDS = {"", "partner", "extern", "external"}


class BasicsForm(StyledForm):
    """Name, kind, words and decision."""

    name = forms.CharField(label=_("Name of the round"), max_length=100)
    kind = forms.ChoiceField(
        label=_("What kind of round is it?"), choices=RoundKind, widget=forms.RadioSelect
    )
    version = forms.ModelChoiceField(
        label=_("Instrument"), queryset=InstrumentVersion.objects.none(), empty_label=None
    )
    body = forms.CharField(
        label=_("Which body decided on the round?"),
        max_length=150,
        required=False,
        help_text=_("For example the city executive. A binding round needs a decision."),
    )
    decided_on = forms.DateField(label=_("When?"), required=False, widget=DateInput)
    reference = forms.CharField(
        label=_("Reference, so that it can be found"), max_length=100, required=False
    )

    def __init__(
        self, *args: Any, municipality: Municipality, run: Round | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        self.run = run
        self.fields["version"].queryset = released_versions(municipality)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """A name is there once in a city."""
        name: str = self.cleaned_data["name"].strip()
        same = Round.objects.filter(municipality=self.municipality, name=name)
        if self.run:
            same = same.exclude(pk=self.run.pk)
        if same.exists():
            raise ValidationError(
                _("There is a round of this name already. Please choose another.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        """A binding round rests on a decision; a decision has a body and a date."""
        data = super().clean() or self.cleaned_data
        version = data.get("version")
        if version and version.state == VersionState.PILOT and data.get("kind") != RoundKind.PILOT:
            self.add_error(
                "version",
                _("Nobody has adopted this version yet. Only a pilot round can begin with it."),
            )
        some = data.get("body") or data.get("decided_on") or data.get("reference")
        if data.get("kind") == RoundKind.BINDING or some:
            if not data.get("body"):
                self.add_error("body", _("Please write which body decided."))
            if not data.get("decided_on"):
                self.add_error("decided_on", _("Please write when it was decided."))
        return data


class CalendarForm(StyledForm):
    """The five dates."""

    starts_on = forms.DateField(label=_("The round starts on"), widget=DateInput)
    rating_until = forms.DateField(label=_("Everyone has rated until"), widget=DateInput)
    workshop_until = forms.DateField(
        label=_("The workshops have taken place until"), widget=DateInput
    )
    release_until = forms.DateField(label=_("The leads have released until"), widget=DateInput)
    report_on = forms.DateField(
        label=_("Steering committee, executive and advisory board read the results from"),
        widget=DateInput,
    )

    def clean(self) -> dict[str, Any]:
        """Dates run forward."""
        data = super().clean() or self.cleaned_data
        names = list(self.fields)
        given = dict(data)  # add_error takes a field out of the cleaned data
        for earlier, later in pairwise(names):
            if given.get(earlier) and given.get(later) and given[later] < given[earlier]:
                self.add_error(later, _("This date must not lie before the one above it."))
        return data


@dataclass(frozen=True)
class PastedUnit:
    """One line of a pasted list."""

    name: str
    lead_email: str
    is_external: bool
    division: str = ""


def parse_list(text: str) -> list[PastedUnit]:
    """Read lines like `Name; mail of the lead; partner; division`.

    The last two may be missing. Raises ValidationError naming the line.
    """
    rows: list[PastedUnit] = []
    problems = []
    lines = text.splitlines()
    if len(lines) > LINES_MAXIMUM:
        raise ValidationError(_("At most 1,000 lines at once, please."))
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("\t", ";").split(";")] + ["", "", ""]
        name, email, partner, division = parts[:4]
        if not name or len(name) > 150:
            problems.append(_("Line %(line)s: the name is missing or too long.") % {"line": number})
        elif not _is_email(email):
            problems.append(
                _("Line %(line)s: “%(name)s” needs the mail address of its lead after a semicolon.")
                % {"line": number, "name": name}
            )
        elif partner.lower() not in PARTNER_WORDS:
            problems.append(
                _("Line %(line)s: in the third place stands the word “partner” or nothing.")
                % {"line": number}
            )
        else:
            rows.append(PastedUnit(name, email, bool(partner), division[:150]))
    if problems:
        raise ValidationError([str(problem) for problem in problems[:10]])
    return rows


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254  # as much as the account keeps


class InstitutionsForm(StyledForm):
    """Which institutions take part, and who leads them."""

    pasted = forms.CharField(
        label=_("Add institutions from a list"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One line each: name; mail address of the lead; the word “partner” if it is outside the city administration; division (Dezernat). The last two may be left out."
        ),
    )

    def __init__(self, *args: Any, run: Round, emails: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = list(Unit.objects.institutions().filter(municipality=run.municipality))
        self.chosen = {p.unit_id: p.lead_email for p in run.participations.all()}
        self.emails = emails

    def rows(self) -> list[dict[str, Any]]:
        """What the page shows for each known institution."""
        return [
            {
                "unit": unit,
                "checked": self._is_chosen(unit.pk),
                "email": self._email(unit.pk),
                "error": self.unit_errors.get(unit.pk) if self.is_bound else None,
            }
            for unit in self.units
        ]

    def _is_chosen(self, pk: int) -> bool:
        if isinstance(self.data, QueryDict) and self.is_bound:
            return str(pk) in self.data.getlist("unit")
        return pk in self.chosen

    def _email(self, pk: int) -> str:
        if self.is_bound:
            return str(self.data.get(f"email-{pk}", ""))
        return self.chosen.get(pk) or self.emails.get(pk, "")

    def clean_pasted(self) -> list[PastedUnit]:
        """The pasted list as rows."""
        return parse_list(self.cleaned_data["pasted"])

    def clean(self) -> dict[str, Any]:
        """At least one institution; each chosen one has a lead."""
        data = super().clean() or self.cleaned_data
        self.unit_errors: dict[int, str] = {}
        chosen = []
        for unit in self.units:
            if not self._is_chosen(unit.pk):
                continue
            email = self._email(unit.pk).strip()
            if not _is_email(email):
                self.unit_errors[unit.pk] = str(_("Please write the mail address of the lead."))
            elif email.lower() not in known_leads(unit) and not may_name_lead(unit):
                self.unit_errors[unit.pk] = str(
                    _(
                        "This institution has a lead or has had one. Only the administration changes that."
                    )
                )
            chosen.append((unit, email))
        if self.unit_errors:
            raise ValidationError(_("Please look at the leads of the institutions once more."))
        if not chosen and not data.get("pasted") and "pasted" not in self.errors:
            raise ValidationError(_("Please choose at least one institution."))
        by_name = {unit.name: unit for unit in self.units}
        for row in data.get("pasted") or []:
            known = by_name.get(row.name)
            if known is None or row.lead_email.lower() in known_leads(known):
                continue
            if not may_name_lead(known):
                self.add_error(
                    "pasted",
                    _("“%(name)s” has a lead or has had one. Only the administration changes that.")
                    % {"name": row.name},
                )
        data["chosen"] = chosen
        return data
