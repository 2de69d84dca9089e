"""Forms of an assessment."""

import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.assessments.choices import Answer, EvidenceKind, Outcome, Share, Verdict
from chancencheck.assessments.models import TeamMember
from chancencheck.assessments.operations import EvidenceInput, RatingInput
from chancencheck.assessments.past import Offer
from chancencheck.assessments.rules import POINTS_MAXIMUM, TEAM_MAXIMUM
from chancencheck.instruments.models import Requirement, Scale
from chancencheck.ui.forms import DateInput, StyledForm, TimeInput

TEXT_MAXIMUM = 1000
MISSING_MAXIMUM = 500  # characters of what is missing in a requirement
REVISION_MAXIMUM = 2_000_000_000  # what the column holds
CANNOT_JUDGE = "cannot_judge"


class ScopeForm(StyledForm):
    """What is assessed."""

    scope = forms.CharField(
        label=_("What do we look at?"),
        max_length=TEXT_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The whole institution, or a part such as the counter? Write it so that everybody has the same in mind. This is the most frequent cause of disagreement."
        ),
    )


class PersonForm(StyledForm):
    """One person by address."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name or function"), max_length=150, required=False)


class PaperForm(StyledForm):
    """How many people of the team answer on paper."""

    seats = forms.IntegerField(
        label=_("People who answer on paper"),
        min_value=0,
        max_value=TEAM_MAXIMUM,
        help_text=_("For people without a computer. They belong to the team like all others."),
    )


class WorkshopForm(StyledForm):
    """When and where."""

    day = forms.DateField(label=_("Day"), required=False, widget=DateInput)
    time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput)
    place = forms.CharField(label=_("Place"), max_length=150, required=False)

    def clean(self) -> dict[str, Any]:
        """A time needs a day, and the other way round."""
        data = super().clean() or self.cleaned_data
        if data.get("day") and not data.get("time"):
            self.add_error("time", _("At what time does it begin?"))
        if data.get("time") and not data.get("day"):
            self.add_error("day", _("On which day?"))
        return data

    def at(self) -> datetime | None:
        """The moment in the city's time."""
        day, time = self.cleaned_data["day"], self.cleaned_data["time"]
        return timezone.make_aware(datetime.combine(day, time)) if day and time else None


# ------------------------------------------------------------------- the own view


VERDICTS = [*Verdict.choices, ("", _("not stated"))]
PILOT_FIELDS = ("understandable", "relevant", "missing")


class RatingForm(StyledForm):
    """The person's own view of one requirement. Everything is optional: skipping is allowed.

    In a pilot it also asks what people think of the requirement itself.
    """

    level = forms.CharField(label=_("Level"), required=False, max_length=20)
    example = forms.CharField(
        label=_("An example from your daily work"),
        help_text=_("What makes you see it this way? Please give no names."),
        required=False,
        max_length=TEXT_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    share_example = forms.BooleanField(
        label=_("The example may appear in the workshop without my name."), required=False
    )
    idea = forms.CharField(
        label=_("An idea"),
        required=False,
        max_length=TEXT_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    share_idea = forms.BooleanField(
        label=_("The idea may appear in the workshop without my name."), required=False
    )
    understandable = forms.ChoiceField(
        label=_("Is this requirement understandable?"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        required=False,
    )
    relevant = forms.ChoiceField(
        label=_("Is it relevant for us?"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        required=False,
    )
    missing = forms.CharField(
        label=_("What is missing?"),
        required=False,
        max_length=MISSING_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    revision = forms.IntegerField(
        required=False, min_value=0, max_value=REVISION_MAXIMUM, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, scale: Scale, is_pilot: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = scale
        self.is_pilot = is_pilot
        if not is_pilot:
            for name in PILOT_FIELDS:
                del self.fields[name]

    @property
    def verdicts(self) -> list[forms.BoundField]:
        """The two questions about the requirement itself."""
        return [self[name] for name in PILOT_FIELDS[:2]]

    def clean_level(self) -> str:
        """A level of this scale, "cannot judge", or nothing."""
        value: str = self.cleaned_data["level"].strip()
        if value in ("", CANNOT_JUDGE):
            return value
        if not re.fullmatch(r"-?\d{1,6}", value) or not self.scale.accepts(int(value)):
            if self.scale.is_range:
                raise forms.ValidationError(
                    _("Please write a number from %(low)s to %(high)s in steps of %(step)s."),
                    params={
                        "low": self.scale.minimum,
                        "high": self.scale.maximum,
                        "step": self.scale.step,
                    },
                )
            raise forms.ValidationError(_("Please choose one of the levels."))
        return value

    def entry(self, *, skip: bool) -> RatingInput:
        """What to save. Skipping keeps a chosen answer; it only marks an open one."""
        data = self.cleaned_data
        answer, level = _answer(data["level"])
        if skip and answer == Answer.OPEN:
            answer = Answer.SKIPPED
        return RatingInput(
            answer=answer,
            level=level,
            example=data["example"],
            share_example=data["share_example"],
            idea=data["idea"],
            share_idea=data["share_idea"],
            **{name: data[name] for name in PILOT_FIELDS if self.is_pilot},
        )


def _answer(value: str) -> tuple[Answer, int | None]:
    if value == "":
        return Answer.OPEN, None
    if value == CANNOT_JUDGE:
        return Answer.CANNOT_JUDGE, None
    return Answer.LEVEL, int(value)


# ------------------------------------------------------------------- the workshop


class FindingForm(StyledForm):
    """What the team holds on to."""

    outcome = forms.ChoiceField(label=_("Our result"), choices=Outcome, required=False)
    level = forms.IntegerField(label=_("Level"), required=False)
    low_level = forms.IntegerField(label=_("The ones see"), required=False)
    low_text = forms.CharField(label=_("The ones say"), required=False, max_length=TEXT_MAXIMUM)
    high_level = forms.IntegerField(label=_("The others see"), required=False)
    high_text = forms.CharField(label=_("The others say"), required=False, max_length=TEXT_MAXIMUM)
    reason = forms.CharField(
        label=_("Why it does not apply"), required=False, max_length=TEXT_MAXIMUM
    )
    revision = forms.IntegerField(min_value=0, max_value=REVISION_MAXIMUM)

    def __init__(self, *args: Any, requirement: Requirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.requirement = requirement
        for name in ("strength", "potential"):
            for number in range(1, POINTS_MAXIMUM + 1):
                self.fields[f"{name}_{number}"] = forms.CharField(
                    label=_("Strengths") if name == "strength" else _("Potential"),
                    required=False,
                    max_length=TEXT_MAXIMUM,
                )

    def clean(self) -> dict[str, Any]:
        """Each kind of result has what it needs, said in a sentence at the field."""
        data = super().clean() or self.cleaned_data
        for name in ("level", "low_level", "high_level"):
            if data.get(name) is not None and not self.requirement.scale.accepts(data[name]):
                self.add_error(name, _("Please choose one of the levels."))
        outcome = data.get("outcome") or Outcome.OPEN
        if outcome in (Outcome.LEVEL, Outcome.DISSENT):
            self._check_words()
        if outcome == Outcome.LEVEL:
            self._check_level("level", _("Which level do you agree on?"))
        elif outcome == Outcome.DISSENT:
            self._check_level("low_level", _("Which level do the ones see?"))
            self._check_level("high_level", _("Which level do the others see?"))
            self._check_text("low_text", _("Please write the view of the ones in one sentence."))
            self._check_text("high_text", _("Please write the view of the others in one sentence."))
        elif outcome == Outcome.NOT_APPLICABLE:
            self._check_text(
                "reason",
                _(
                    "Please write shortly why the requirement does not apply. One sentence is enough."
                ),
            )
        return data

    def _check_words(self) -> None:
        points = self.points()
        if not points["strengths"]:
            self.add_error("strength_1", _("Words first: please write at least one strength."))
        if not points["potentials"]:
            self.add_error("potential_1", _("Words first: please write at least one potential."))

    def _check_level(self, name: str, sentence: Any) -> None:
        value = self.cleaned_data.get(name)
        if name in self.errors:
            return
        if value is None or not self.requirement.scale.accepts(value):
            self.add_error(name, sentence)

    def _check_text(self, name: str, sentence: Any) -> None:
        if not (self.cleaned_data.get(name) or "").strip():
            self.add_error(name, sentence)

    def points(self) -> dict[str, list[str]]:
        """Strengths and potentials as lists without gaps."""
        data = self.cleaned_data
        numbers = range(1, POINTS_MAXIMUM + 1)

        def filled(name: str) -> list[str]:
            texts = (data.get(f"{name}_{number}") or "" for number in numbers)
            return [text.strip() for text in texts if text.strip()]

        return {"strengths": filled("strength"), "potentials": filled("potential")}

    def typed_points(self) -> list[str]:
        """All strengths and potentials that stand in the form, saved or not."""
        names = [
            f"{kind}_{n}"
            for kind in ("strength", "potential")
            for n in range(1, POINTS_MAXIMUM + 1)
        ]
        return [str(self[name].value() or "") for name in names]

    def values(self) -> dict[str, Any]:
        """The fields of the finding."""
        data = self.cleaned_data
        names = ("level", "low_level", "low_text", "high_level", "high_text", "reason")
        return {
            **self.points(),
            "outcome": data["outcome"] or Outcome.OPEN,
            **{name: data[name] for name in names},
        }


def with_offer(data: QueryDict, offer: Offer) -> tuple[QueryDict, bool]:
    """The sent form with a sentence of the last round in the first free line of its kind.

    False if there is no free line. What stands there already is not written twice.
    """
    names = [f"{offer.kind}_{number}" for number in range(1, POINTS_MAXIMUM + 1)]
    if any(data.get(name, "").split() == offer.text.split() for name in names):
        return data, True
    free = next((name for name in names if not data.get(name, "").strip()), None)
    if free is None:
        return data, False
    data = data.copy()
    data[free] = offer.text
    return data, True


# Kinds of files that a browser or office opens without running anything: ending → first bytes.
FILE_KINDS = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".pptx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
    ".ods": (b"PK\x03\x04",),
}


class EvidenceForm(StyledForm):
    """A link, a file, or just words."""

    kind = forms.ChoiceField(label=_("What kind of evidence is it?"), choices=EvidenceKind)
    text = forms.CharField(label=_("In one sentence"), max_length=300)
    link = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "PDF, picture or office file, at most 10 MB. Please no files with names of citizens."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(FILE_KINDS)}),
    )
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=DateInput)

    def clean_link(self) -> str:
        """Only addresses of the web."""
        link: str = self.cleaned_data["link"]
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Please give an address that begins with https://."))
        return link

    def clean_file(self) -> "UploadedFile[Any] | None":
        """Refuse what is too large, of another kind, or not what its name says."""
        upload: UploadedFile[Any] | None = self.cleaned_data["file"]
        if not upload:
            return None
        if (upload.size or 0) > settings.EVIDENCE_FILE_MAX_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 10 MB. Perhaps a link is enough?")
            )
        ending = PurePosixPath(upload.name or "").suffix.lower()
        starts = FILE_KINDS.get(ending)
        head = upload.read(16)
        upload.seek(0)
        if starts is None or not head.startswith(starts):
            raise forms.ValidationError(
                _("We cannot take this kind of file. PDF, PNG, JPEG and office files are fine.")
            )
        return upload

    def entry(self) -> EvidenceInput:
        """What to save; the name is only for people, never for the disk."""
        data = self.cleaned_data
        upload = data["file"]
        return EvidenceInput(
            kind=data["kind"],
            text=data["text"],
            link=data["link"],
            file=upload or "",
            file_name=clean_file_name(upload.name or "") if upload else "",
            valid_until=data["valid_until"],
        )


def clean_file_name(name: str) -> str:
    """The bare name of a file, without path, control or direction-changing characters."""
    bare = re.split(r"[\\/]", name)[-1]
    visible = "".join(char for char in bare if char.isprintable())
    return visible[-150:] or "datei"


# ------------------------------------------------------------------- the release


class ReleaseForm(StyledForm):
    """Release, and for partners: what they share."""

    share = forms.ChoiceField(
        label=_("What do you share with the city?"),
        choices=Share,
        widget=forms.RadioSelect,  # nothing is chosen beforehand: sharing is a decision
    )
    reason = forms.CharField(
        label=_("Why is the result corrected?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who reads the result reads this too."),
    )

    def __init__(self, *args: Any, is_external: bool, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_external:
            del self.fields["share"]
        if is_correction:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


def chosen_sheets(data: QueryDict, members: list[TeamMember]) -> dict[int, str]:
    """Read who fills in which answer sheet: key of the sheet by member id, "" for everything."""
    names = {member.pk: f"sheet-{member.pk}" for member in members}
    return {pk: data.get(name, "") for pk, name in names.items() if name in data}


def applicability(
    data: QueryDict, requirements: list[Requirement]
) -> tuple[dict[int, str], dict[int, int], dict[int, str]]:
    """Read the page of requirements: reasons, handovers, and what is wrong by requirement id."""
    reasons: dict[int, str] = {}
    handovers: dict[int, int] = {}
    errors: dict[int, str] = {}
    for requirement in requirements:
        pk = requirement.pk
        if data.get(f"excluded-{pk}"):
            reason = data.get(f"reason-{pk}", "").replace("\0", "").strip()[:500]
            reasons[pk] = reason
            if not reason:
                errors[pk] = str(
                    _(
                        "Please write shortly why the requirement does not apply. One sentence is enough."
                    )
                )
        member = data.get(f"member-{pk}", "")
        if re.fullmatch(r"[0-9]{1,18}", member):
            handovers[pk] = int(member)
    if len(reasons) == len(requirements):
        errors[requirements[0].pk] = str(_("At least one requirement must apply."))
    return reasons, handovers, errors
