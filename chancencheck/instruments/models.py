"""Instruments as data: versions of areas, requirements, questions and scales.

A released version never changes. Results point to a requirement of a version; the stable key
(`KOM-1`) is the same through all versions.
"""

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chancencheck.accounts.models import User
from chancencheck.governance.models import Decision
from chancencheck.instruments.choices import (
    Aggregation,
    ChangeKind,
    HintKind,
    Origin,
    QuestionKind,
    RemarkKind,
    RemarkState,
    VersionState,
)
from chancencheck.instruments.rules import Stop, bands
from chancencheck.organisations.models import Municipality


class Instrument(models.Model):
    """An instrument through all its versions."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="instruments"
    )
    key = models.SlugField(max_length=60)

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "key"], name="one_instrument_per_key_and_municipality"
            )
        ]

    def __str__(self) -> str:
        return self.key


class InstrumentVersion(models.Model):
    """One version: the exact words people answer to.

    `origins` says for each place (see `places`) whose text is not of the usual origin where it
    comes from: [origin, source]. `issued` is filled when the version comes from a file of another
    city: who issued it and what was decided there.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("title"), max_length=150)
    language = models.CharField(max_length=10, default="de")
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    note = models.TextField(_("note"), blank=True)
    citizen_scale = models.JSONField(default=list)
    aggregation = models.CharField(
        _("what may be calculated"), max_length=12, choices=Aggregation, default=Aggregation.NONE
    )
    # answer sheets: [{"key", "name", "help"}], in their order
    sheets = models.JSONField(default=list)
    usual_origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    origins = models.JSONField(default=dict)
    issued = models.JSONField(default=dict)
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="successors")
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    released_on = models.DateField(null=True)  # from this day on the words are fixed
    retired_on = models.DateField(null=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="adopted_versions"
    )
    editorial_note = models.TextField(_("editorial note"), blank=True)
    # another one after each change of a draft: what is kept about its words belongs to one stamp
    stamp = models.CharField(max_length=16, default="", blank=True)

    class Meta:
        verbose_name = _("version of an instrument")
        verbose_name_plural = _("versions of instruments")
        ordering = ["title", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT, released_on__isnull=True)
                | (~Q(state=VersionState.DRAFT) & Q(released_on__isnull=False)),
                name="released_version_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.RETIRED, retired_on__isnull=False)
                | (~Q(state=VersionState.RETIRED) & Q(retired_on__isnull=True)),
                name="retired_version_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def is_released(self) -> bool:
        """Whether the words are fixed."""
        return self.state != VersionState.DRAFT

    @property
    def is_foreign(self) -> bool:
        """Whether another city issued it: it is used as it is, or a fork is made of it."""
        return bool(self.issued)

    def origin_of(self, place: str) -> tuple[str, str]:
        """Origin and source of the text at this place."""
        origin, source = self.origins.get(place, (self.usual_origin, ""))
        return origin, source


class Scale(models.Model):
    """A scale: two to ten described levels, or a range of numbers."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="scales")
    key = models.SlugField(max_length=30)
    minimum = models.IntegerField(null=True)
    maximum = models.IntegerField(null=True)
    step = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("scale")
        verbose_name_plural = _("scales")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_scale_per_key"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True, maximum__isnull=True, step__isnull=True)
                | Q(minimum__isnull=False, maximum__gt=models.F("minimum"), step__gt=0),
                name="range_of_a_scale_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_range(self) -> bool:
        """Whether people write a number instead of choosing a level."""
        return self.minimum is not None

    @cached_property
    def stops(self) -> list[Stop]:
        """The places on the scale from start to end: its levels, or bands of a range."""
        if self.minimum is not None and self.maximum is not None:
            return bands(self.minimum, self.maximum)
        return [
            Stop(level.value, level.value, level.name, level.description)
            for level in self.levels.all()
        ]

    def accepts(self, value: int) -> bool:
        """Whether this value can be chosen."""
        if self.minimum is not None and self.maximum is not None and self.step:
            in_range = self.minimum <= value <= self.maximum
            return in_range and (value - self.minimum) % self.step == 0
        return any(stop.value == value for stop in self.stops)

    def name_of(self, value: int | None) -> str:
        """The value in words: the name of the level, or the number itself."""
        if value is None:
            return ""
        if self.is_range:
            return str(value)
        return next((stop.name for stop in self.stops if stop.value == value), "")


class ScaleLevel(models.Model):
    """A level with a name and a described situation."""

    scale = models.ForeignKey(Scale, on_delete=models.CASCADE, related_name="levels")
    value = models.IntegerField()
    name = models.CharField(max_length=60)
    description = models.TextField(blank=True)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "value"], name="one_level_per_value")
        ]

    def __str__(self) -> str:
        return self.name


class QualityArea(models.Model):
    """One of the fields an instrument looks at; large instruments nest them."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="areas")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    key = models.CharField(max_length=10)
    name = models.CharField(max_length=150)
    summary = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()  # an area stands before the areas inside it

    class Meta:
        verbose_name = _("quality area")
        verbose_name_plural = _("quality areas")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_area_per_key"),
            models.UniqueConstraint(fields=["version", "position"], name="one_area_per_position"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """How deep it is nested; 0 stands alone."""
        return self.parent.depth + 1 if self.parent else 0

    @property
    def full_name(self) -> str:
        """The name with those of the areas around it."""
        return f"{self.parent.full_name} – {self.name}" if self.parent else self.name

    @property
    def outermost(self) -> "QualityArea":
        """The area around all others that this one lies in, or itself."""
        return self.parent.outermost if self.parent else self


class Requirement(models.Model):
    """One sentence that says what good service means. People rate how far it holds."""

    version = models.ForeignKey(
        InstrumentVersion, on_delete=models.CASCADE, related_name="requirements"
    )
    area = models.ForeignKey(QualityArea, on_delete=models.CASCADE, related_name="requirements")
    scale = models.ForeignKey(Scale, on_delete=models.RESTRICT, related_name="requirements")
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    text = models.TextField()
    help = models.TextField(blank=True)
    who_knows = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    sheet_keys = models.JSONField(default=list)
    # keys in the version before, where they differ: merged from several, or split from one
    comes_from = models.JSONField(default=list)
    theme_keys = models.JSONField(default=list)
    comparable = models.JSONField(default=list)
    checked_by = models.CharField(_("checked by"), max_length=100, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_requirement_per_key"),
            models.UniqueConstraint(
                fields=["version", "position"], name="one_requirement_per_position"
            ),
            models.CheckConstraint(
                condition=Q(checked_by="", checked_on__isnull=True)
                | (~Q(checked_by="") & Q(checked_on__isnull=False)),
                name="a_checked_requirement_says_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def is_original(self) -> bool:
        """Whether the sentence is the original wording of the instrument's source."""
        return self.version.origin_of(f"{self.key}/text")[0] == Origin.ORIGINAL


class Question(models.Model):
    """A question of a version: the standard ones, or those of one requirement."""

    version = models.ForeignKey(
        InstrumentVersion, on_delete=models.CASCADE, related_name="questions"
    )
    requirement = models.ForeignKey(
        Requirement, on_delete=models.CASCADE, null=True, related_name="questions"
    )
    kind = models.CharField(max_length=10, choices=QuestionKind)
    key = models.CharField(max_length=20)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.STANDARD, requirement__isnull=True)
                | (~Q(kind=QuestionKind.STANDARD) & Q(requirement__isnull=False)),
                name="only_standard_questions_stand_alone",
            ),
            models.UniqueConstraint(
                fields=["version", "requirement", "key"], name="one_question_per_key"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Hint(models.Model):
    """A hint of a requirement: what could be evidence, what others did."""

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="hints")
    kind = models.CharField(max_length=10, choices=HintKind)
    key = models.CharField(max_length=20)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("hint")
        verbose_name_plural = _("hints")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["requirement", "key"], name="one_hint_per_key")
        ]

    def __str__(self) -> str:
        return self.text


class Change(models.Model):
    """What a person decided about one change since the version before, and why."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="changes")
    place = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=ChangeKind)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("class of a change")
        verbose_name_plural = _("classes of changes")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["version", "place"], name="one_class_per_change")
        ]

    def __str__(self) -> str:
        return self.place


class Remark(models.Model):
    """A comment or a proposal at one text of a draft, with what became of it.

    Remarks from the pilot have no author: nobody knows who in which institution said it.
    """

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="remarks")
    place = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=RemarkKind)
    text = models.TextField(max_length=2000)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="remarks")
    written_on = models.DateField()
    is_from_pilot = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RemarkState, default=RemarkState.OPEN)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.state == RemarkState.OPEN


class EarlierText(models.Model):
    """Words that stood at a place of a draft before somebody changed or removed them."""

    version = models.ForeignKey(
        InstrumentVersion, on_delete=models.CASCADE, related_name="earlier_texts"
    )
    place = models.CharField(max_length=100)
    text = models.TextField()
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_on = models.DateField()

    class Meta:
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text


class Presence(models.Model):
    """That somebody has a part of a draft open just now, so that two do not meet by surprise.

    Kept for a minute or two, one row per person and draft, deleted after that.
    """

    version = models.ForeignKey(
        InstrumentVersion, on_delete=models.CASCADE, related_name="presences"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=100)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="one_presence_per_draft")
        ]

    def __str__(self) -> str:
        return self.place


class QuestionTranslation(models.Model):
    """A citizens' question in another language, found again by its key.

    It lives beside the versions: a new version with the same words finds its translations again,
    and where the words have changed (`original`), they are marked as outdated.
    """

    instrument = models.ForeignKey(
        Instrument, on_delete=models.CASCADE, related_name="translations"
    )
    language = models.CharField(max_length=12)
    requirement_key = models.CharField(max_length=20)
    question_key = models.CharField(max_length=20)
    original = models.TextField()
    text = models.TextField(max_length=500)
    checked_by = models.CharField(_("checked by"), max_length=100, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("translation of a question")
        verbose_name_plural = _("translations of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "language", "requirement_key", "question_key"],
                name="one_translation_per_language_and_place",
            ),
            models.CheckConstraint(
                condition=Q(checked_by="", checked_on__isnull=True)
                | (~Q(checked_by="") & Q(checked_on__isnull=False)),
                name="a_checked_translation_says_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_key}/{self.question_key} {self.language}"

    @property
    def is_checked(self) -> bool:
        """Whether somebody who speaks the language has read it."""
        return bool(self.checked_by)

    def is_outdated(self, question: Question) -> bool:
        """Whether the question has changed since it was translated."""
        return self.original != question.text
