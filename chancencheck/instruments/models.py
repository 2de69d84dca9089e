"""Instruments as data: versions of areas, requirements, questions and scales.

A released version never changes. Results point to a requirement of a version; the stable key
(`KOM-1`) is the same through all versions.
"""

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chancencheck.instruments.choices import HintKind, Origin, QuestionKind, VersionState
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
    """One version: the exact words people answer to."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("title"), max_length=150)
    language = models.CharField(max_length=10, default="de")
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    note = models.TextField(_("note"), blank=True)
    citizen_scale = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    released_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("version of an instrument")
        verbose_name_plural = _("versions of instruments")
        ordering = ["title", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT, released_on__isnull=True)
                | Q(state=VersionState.RELEASED, released_on__isnull=False),
                name="released_version_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def is_released(self) -> bool:
        """Whether the words are fixed."""
        return self.state == VersionState.RELEASED


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
    """One of the fields an instrument looks at."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="areas")
    key = models.CharField(max_length=10)
    name = models.CharField(max_length=150)
    name_origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    name_source = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

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


class Requirement(models.Model):
    """One sentence that says what good service means. People rate how far it holds."""

    version = models.ForeignKey(
        InstrumentVersion, on_delete=models.CASCADE, related_name="requirements"
    )
    area = models.ForeignKey(QualityArea, on_delete=models.CASCADE, related_name="requirements")
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="requirements")
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    title_origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    text = models.TextField()
    text_origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    text_source = models.CharField(max_length=200, blank=True)
    help = models.TextField(blank=True)
    theme_keys = models.JSONField(default=list)
    comparable = models.JSONField(default=list)
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
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Question(models.Model):
    """A question of a version: the standard ones, or those of one requirement."""

    version = models.ForeignKey(
        InstrumentVersion, on_delete=models.CASCADE, related_name="questions"
    )
    requirement = models.ForeignKey(
        Requirement, on_delete=models.CASCADE, null=True, related_name="questions"
    )
    kind = models.CharField(max_length=10, choices=QuestionKind)
    text = models.TextField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    source = models.CharField(max_length=200, blank=True)
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
            )
        ]

    def __str__(self) -> str:
        return self.text


class Hint(models.Model):
    """A hint of a requirement: what could be evidence, what others did."""

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="hints")
    kind = models.CharField(max_length=10, choices=HintKind)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("hint")
        verbose_name_plural = _("hints")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class QuestionTranslation(models.Model):
    """A citizens' question in another language, for the place it has in the instrument.

    It lives beside the versions: a new version with the same words finds its translations again,
    and where the words have changed (`original`), they are marked as outdated.
    """

    instrument = models.ForeignKey(
        Instrument, on_delete=models.CASCADE, related_name="translations"
    )
    language = models.CharField(max_length=12)
    requirement_key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    original = models.TextField()
    text = models.TextField(max_length=500)
    checked_by = models.CharField(_("checked by"), max_length=100, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("translation of a question")
        verbose_name_plural = _("translations of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "language", "requirement_key", "position"],
                name="one_translation_per_language_and_place",
            ),
            models.CheckConstraint(
                condition=Q(checked_by="", checked_on__isnull=True)
                | (~Q(checked_by="") & Q(checked_on__isnull=False)),
                name="a_checked_translation_says_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_key}/{self.position + 1} {self.language}"

    @property
    def is_checked(self) -> bool:
        """Whether somebody who speaks the language has read it."""
        return bool(self.checked_by)

    def is_outdated(self, question: Question) -> bool:
        """Whether the question has changed since it was translated."""
        return self.original != question.text
