"""The citizens' voice: surveys, and answers that are counted without trace.

Nothing here holds a person, an address, a device or a time. What cannot be linked is not stored:
an answer raises a counter and is gone (docs/adr/0019).
"""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.accounts.models import User
from chancencheck.instruments.models import Question
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import GRANTS, Permission
from chancencheck.rounds.models import Round
from chancencheck.surveys.choices import Channel, DoneState, SurveyState, TextState
from chancencheck.surveys.rules import INSIDE_FLOOR, PUBLIC_FLOOR, TEXT_MAXIMUM


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Filters on surveys."""

    def visible_to(self, user: User) -> Self:
        """Surveys of cities where the person has a part in them, and of institutions they lead."""
        standing = standing_of(user)
        wanted = GRANTS[Permission.CITIZENS_VIEW] | GRANTS[Permission.SURVEY_ENTER]
        return self.filter(
            Q(round__municipality_id__in=standing.municipalities_with(wanted))
            | Q(
                round__municipality_id__in=standing.municipality_ids,
                parts__unit_id__in=standing.led_unit_ids,
            )
        ).distinct()

    def with_place(self) -> Self:
        """With round, city and instrument at hand."""
        return self.select_related("round__municipality", "round__instrument_version__instrument")


class Survey(models.Model):
    """Some of the citizens' questions of a round, asked about institutions or the whole city."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="surveys")
    name = models.CharField(_("name"), max_length=100)
    state = models.CharField(max_length=10, choices=SurveyState, default=SurveyState.DRAFT)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    results_on = models.DateField(_("results can be read from"))
    inside_floor = models.PositiveSmallIntegerField(default=INSIDE_FLOOR)
    public_floor = models.PositiveSmallIntegerField(default=PUBLIC_FLOOR)
    languages = models.JSONField(default=list)
    has_open_question = models.BooleanField(default=True)
    needs_code = models.BooleanField(default=False)
    is_one_page = models.BooleanField(default=False)
    sign_link = models.URLField(_("video in sign language"), blank=True)
    sign_checked_by = models.CharField(_("checked by"), max_length=100, blank=True)
    sign_checked_on = models.DateField(_("checked on"), null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "name"], name="one_survey_per_name_and_round"),
            models.CheckConstraint(
                condition=Q(inside_floor__gte=INSIDE_FLOOR, public_floor__gte=PUBLIC_FLOOR)
                & Q(public_floor__gte=F("inside_floor")),
                name="floors_of_a_survey_never_lowered",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on"), results_on__gt=F("closes_on")),
                name="days_of_a_survey_run_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def municipality(self) -> Municipality:
        """The city."""
        return self.round.municipality

    @property
    def is_draft(self) -> bool:
        """Whether it is still being made."""
        return self.state == SurveyState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it was opened and is not closed; the calendar may still say “not today”."""
        return self.state == SurveyState.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether nothing is counted any more."""
        return self.state == SurveyState.CLOSED

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.closes_on < timezone.localdate()


class SurveyQuestion(models.Model):
    """One question of a survey, in the words of the instrument."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of surveys")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="one_question_per_number"),
            models.UniqueConstraint(fields=["survey", "question"], name="a_question_is_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.question}"


class SurveyPart(models.Model):
    """What a survey asks about: one institution, or the city as a whole (no unit)."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="parts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="survey_parts")
    published_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("part of a survey")
        verbose_name_plural = _("parts of surveys")
        ordering = ["unit__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "unit"],
                condition=Q(unit__isnull=False),
                name="an_institution_is_asked_about_once",
            ),
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(unit__isnull=True),
                name="the_city_is_asked_about_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Name of the institution, or of the city."""
        return self.unit.name if self.unit else self.survey.municipality.name

    @property
    def is_of_partner(self) -> bool:
        """Whether it asks about a partner outside the city, who decides alone what it shares."""
        return self.unit is not None and self.unit.is_external

    @property
    def is_kept_back(self) -> bool:
        """Whether a partner has not published it yet: then the city reads nothing of it."""
        return self.is_of_partner and self.published_on is None


class Entrance(models.Model):
    """A way into a survey: a place and a channel, with a short code for its address."""

    part = models.ForeignKey(SurveyPart, on_delete=models.CASCADE, related_name="entrances")
    place = models.CharField(_("place"), max_length=80)
    channel = models.CharField(max_length=10, choices=Channel)
    code = models.CharField(max_length=12, unique=True)

    class Meta:
        verbose_name = _("way into a survey")
        verbose_name_plural = _("ways into surveys")
        ordering = ["part__unit__name", "place", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "place", "channel"], name="one_entrance_per_place_and_channel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.get_channel_display()}"


class Counter(models.Model):
    """How often a value was chosen. `item` 0 counts the people, 1 … 8 are the questions.

    `shard` is drawn by chance for each answer, so that people who answer at the same moment need not
    wait for each other; a job puts the shards together (shard 0) and writes all rows anew.
    """

    pk = models.CompositePrimaryKey("entrance_id", "language", "item", "value", "shard")
    entrance = models.ForeignKey(Entrance, on_delete=models.CASCADE, related_name="counters")
    language = models.CharField(max_length=12)
    item = models.PositiveSmallIntegerField()
    value = models.PositiveSmallIntegerField()
    shard = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return f"{self.item}/{self.value}: {self.n}"


class Ticket(models.Model):
    """That a page's answers were counted, so that sending them twice counts once.

    A digest of the chance number in the page and nothing else; no answer, no time. Deleted as soon
    as the page is too old to be sent.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    day = models.DateField()

    class Meta:
        verbose_name = _("spent ticket")
        verbose_name_plural = _("spent tickets")

    def __str__(self) -> str:
        return self.digest


class OneTimeCode(models.Model):
    """A code that lets one person in once. It is ticked off at the door, apart from the answers."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, primary_key=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")

    def __str__(self) -> str:
        return self.digest


class FreeText(models.Model):
    """What somebody wrote, alone under a random key."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    part = models.ForeignKey(SurveyPart, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    text = models.TextField(max_length=TEXT_MAXIMUM)
    state = models.CharField(max_length=10, choices=TextState, default=TextState.WAITING)
    published = models.TextField(max_length=TEXT_MAXIMUM, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("text of a citizen")
        verbose_name_plural = _("texts of citizens")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=TextState.INSIDE) | ~Q(published=""),
                name="a_published_text_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(state=TextState.REMOVED) | (Q(text="") & ~Q(reason="")),
                name="a_removed_text_is_gone_and_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SurveyResult(models.Model):
    """What may be told of a survey: made once when it closes, when the counters are deleted."""

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="result")
    content = models.JSONField()
    made_on = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("result of a survey")
        verbose_name_plural = _("results of surveys")

    def __str__(self) -> str:
        return str(self.survey)


class SaidDone(models.Model):
    """“Gesagt – getan”: what people said, and what the institution does about it."""

    part = models.ForeignKey(SurveyPart, on_delete=models.CASCADE, related_name="said_done")
    said = models.CharField(_("What people said"), max_length=300)
    done = models.TextField(_("What we do about it"), max_length=1000)
    state = models.CharField(max_length=10, choices=DoneState, default=DoneState.PLANNED)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("said and done")
        verbose_name_plural = _("said and done")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.said

    @property
    def state_key(self) -> str:
        """Which text of the pages for citizens names the state."""
        return f"state_{self.state}"
