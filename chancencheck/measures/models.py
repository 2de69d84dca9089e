"""From finding to follow-through: what a city and its institutions take on, and what became of it.

A measure belongs to a function, never to a person: no row here says who did what when. Who holds
a function is known so that reminders reach somebody; reports name the function alone.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from chancencheck.assessments.models import Assessment
from chancencheck.barriers.models import BarrierReport
from chancencheck.governance.models import Body, Decision
from chancencheck.instruments.models import Requirement
from chancencheck.measures.choices import OPEN, Answer, EventKind, Origin, Size, State, Verdict
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.rounds.choices import Stage
from chancencheck.strategy.models import GuidingGoal, Theme
from chancencheck.surveys.models import SurveyPart

RELEASED = (Stage.RELEASED, Stage.CORRECTING)


class Function(models.Model):
    """A function (“Leitung der Anmeldung”) that looks after measures, with its deputy.

    Without an institution it is one of the city itself, for measures that concern all.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="functions"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="functions"
    )
    name = models.CharField(_("function"), max_length=150)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    is_archived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("function")
        verbose_name_plural = _("functions")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                condition=Q(unit__isnull=False),
                name="one_function_per_name_and_unit",
            ),
            models.UniqueConstraint(
                fields=["municipality", "name"],
                condition=Q(unit__isnull=True),
                name="one_function_per_name_and_city",
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True) | Q(deputy__isnull=True) | ~Q(holder=F("deputy")),
                name="nobody_is_their_own_deputy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Filters on measures. Who may see which, `queries.measures_visible_to` says."""

    def in_force(self) -> Self:
        """Decided on, and not part of an assessment that is not released yet."""
        released = Assessment.objects.filter(participation__stage__in=RELEASED)
        return self.exclude(state=State.PROPOSED).filter(
            Q(assessment__isnull=True) | Q(assessment__in=released.values("pk"))
        )

    def open(self) -> Self:
        """Those that still have to be done."""
        return self.filter(state__in=OPEN)

    def chosen(self) -> Self:
        """Those taken on; proposals are left out."""
        return self.exclude(state=State.PROPOSED)

    def shareable(self) -> Self:
        """Those other institutions could learn from: begun or done, in force, of one institution."""
        return self.in_force().filter(unit__isnull=False, state__in=[State.RUNNING, State.DONE])

    def with_place(self) -> Self:
        """With institution, function, city and goals at hand."""
        return self.select_related(
            "unit__parent", "function", "municipality", "theme", "goal", "assessment__participation"
        )


class Measure(models.Model):
    """What an institution, or the city for many of them, takes on."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="measures"
    )
    # none: a central measure of the city
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="measures"
    )
    # the self-assessment it comes out of; until that is released only its team sees the measure
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, null=True, blank=True, related_name="measures"
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    barrier = models.ForeignKey(
        BarrierReport, on_delete=models.SET_NULL, null=True, related_name="measures"
    )
    survey_part = models.ForeignKey(
        SurveyPart, on_delete=models.SET_NULL, null=True, related_name="measures"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="measures"
    )
    # the measure of another institution it was taken from
    taken_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(_("What we do"), max_length=200)
    details = models.TextField(_("What exactly"), max_length=2000, blank=True)
    sign = models.CharField(_("How we will notice that it worked"), max_length=300, blank=True)
    resources = models.CharField(_("What it takes"), max_length=300, blank=True)
    effort = models.PositiveSmallIntegerField(_("effort"), choices=Size, null=True, blank=True)
    effect = models.PositiveSmallIntegerField(_("effect"), choices=Size, null=True, blank=True)
    function = models.ForeignKey(
        Function, on_delete=models.PROTECT, null=True, blank=True, related_name="measures"
    )
    due_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    theme = models.ForeignKey(
        Theme,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("theme"),
    )
    goal = models.ForeignKey(
        GuidingGoal,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("guiding goal"),
    )
    made_on = models.DateField(default=timezone.localdate)
    planned_on = models.DateField(null=True)  # since when the present date holds
    ended_on = models.DateField(null=True)  # done or dropped
    confirmed_on = models.DateField(default=timezone.localdate)  # when the state was looked at
    # a partner outside the administration decides for each measure whether the city reads it
    is_shown_to_city = models.BooleanField(_("The city may read this measure"), default=True)
    is_shared = models.BooleanField(default=False)  # as good practice, with other institutions
    public_text = models.CharField(_("In plain words, for everybody"), max_length=400, blank=True)
    published_on = models.DateField(null=True)
    # made with the form: sent twice (back button, F5), it is still one measure
    form_key = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["due_on", "pk"]
        indexes = [
            # with all that decides who sees a measure: counting reads the index alone
            models.Index(
                fields=[
                    "municipality",
                    "state",
                    "due_on",
                    "is_shown_to_city",
                    "assessment",
                    "unit",
                    "function",
                ],
                name="measure_by_state_and_due",
            ),
            # The order of the portfolio. Apart, because PostgreSQL does not see that rows in which
            # a column is empty are in the order of the next one.
            models.Index(
                fields=["municipality", "due_on", "id"],
                condition=Q(ended_on__isnull=True),
                name="open_measures_in_order",
            ),
            models.Index(
                fields=["municipality", "-ended_on", "due_on", "id"],
                condition=Q(ended_on__isnull=False),
                name="ended_measures_in_order",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="a_measure_says_what"),
            models.CheckConstraint(
                condition=Q(state=State.PROPOSED)
                | Q(function__isnull=False, due_on__isnull=False, planned_on__isnull=False),
                name="a_measure_taken_on_has_function_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.POSTPONED, State.DROPPED]) | ~Q(reason=""),
                name="postponed_and_dropped_have_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DONE, State.DROPPED], ended_on__isnull=False)
                | (~Q(state__in=[State.DONE, State.DROPPED]) & Q(ended_on__isnull=True)),
                name="an_ended_measure_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True)
                | (~Q(public_text="") & ~Q(state=State.PROPOSED)),
                name="a_published_measure_has_plain_words",
            ),
            models.UniqueConstraint(
                fields=["municipality", "form_key"],
                condition=~Q(form_key=""),
                name="one_measure_per_form",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_proposal(self) -> bool:
        """Whether it is not decided on yet."""
        return self.state == State.PROPOSED

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        return self.state in OPEN

    @property
    def is_central(self) -> bool:
        """Whether the city does it for many institutions."""
        return self.unit_id is None

    @property
    def is_overdue(self) -> bool:
        """Whether its date has passed and it is still open."""
        return self.is_open and self.is_past(timezone.localdate())

    def is_past(self, today: date) -> bool:
        """Whether its date lies before a day."""
        return self.due_on is not None and self.due_on < today

    @property
    def place(self) -> str:
        """The institution, or the words for the city as a whole."""
        return self.unit.name if self.unit else str(_("the whole city"))


class MeasureLink(models.Model):
    """The requirement a measure is for; of a central measure also whose finding asks for it."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="links")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=20, db_index=True)  # of the requirement, to filter by
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, null=True, related_name="measure_links"
    )

    class Meta:
        verbose_name = _("requirement of a measure")
        verbose_name_plural = _("requirements of measures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "requirement", "assessment"],
                condition=Q(assessment__isnull=False),
                name="one_link_per_finding",
            ),
            models.UniqueConstraint(
                fields=["measure", "requirement"],
                condition=Q(assessment__isnull=True),
                name="one_link_per_requirement",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class MeasureEvent(models.Model):
    """What happened to a measure, told in a sentence. By a function, never by a person."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="events")
    on = models.DateField(default=timezone.localdate)
    kind = models.CharField(max_length=20, choices=EventKind)
    values = models.JSONField(default=dict)  # plain texts; dates as ISO 8601 under `due`, `before`

    class Meta:
        verbose_name = _("event of a measure")
        verbose_name_plural = _("events of measures")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """The event in the reader's language."""
        told = {name: _told(value) for name, value in self.values.items()}
        return str(EventKind(self.kind).label) % told


def _told(value: object) -> str:
    """A stored value for a reader: a date in their way of writing, a choice in their language."""
    if not isinstance(value, dict):
        return str(value)
    ((kind, stored),) = value.items()
    if kind == "date":
        return date_format(date.fromisoformat(stored))
    if kind == "fields":
        return ", ".join(str(Measure._meta.get_field(name).verbose_name) for name in stored)  # type: ignore[union-attr]
    choices = {"origin": Origin, "answer": Answer}[kind]
    return str(choices(stored).label)


class SupportRequest(models.Model):
    """What an institution cannot decide alone: asked of a division or a body, and its answer."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="requests")
    needs_decision = models.BooleanField(_("a decision"), default=False)
    needs_money = models.BooleanField(_("money"), default=False)
    needs_it = models.BooleanField(_("IT"), default=False)
    text = models.CharField(_("What exactly do you need?"), max_length=500)
    division = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="support_requests"
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="support_requests"
    )
    asked_on = models.DateField(default=timezone.localdate)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.OPEN)
    answer_text = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="answered_requests"
    )

    class Meta:
        verbose_name = _("request for support")
        verbose_name_plural = _("requests for support")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure"], condition=Q(answer=Answer.OPEN), name="one_open_request"
            ),
            models.CheckConstraint(
                condition=Q(needs_decision=True) | Q(needs_money=True) | Q(needs_it=True),
                name="a_request_needs_something",
            ),
            models.CheckConstraint(
                condition=Q(division__isnull=False, body__isnull=True)
                | Q(division__isnull=True, body__isnull=False),
                name="a_request_goes_to_one_place",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=[Answer.OPEN, Answer.WITHDRAWN])
                | (Q(answered_on__isnull=False) & ~Q(answer_text="")),
                name="an_answer_has_words_and_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def whom(self) -> str:
        """Whom it was asked of."""
        return str(self.division or self.body)

    @property
    def needs(self) -> list[str]:
        """What is needed, in words."""
        named = ("needs_decision", "needs_money", "needs_it")
        return [
            str(f.verbose_name)
            for f in self._meta.fields
            if f.name in named and getattr(self, f.name)
        ]

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer == Answer.OPEN


class EffectCheck(models.Model):
    """Whether a measure helped, as the team sees it in a later round."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="effect_checks")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="effect_checks"
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    text = models.CharField(_("How do you notice it?"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("look at the effect")
        verbose_name_plural = _("looks at the effect")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "assessment"], name="one_look_at_the_effect_per_round"
            )
        ]

    def __str__(self) -> str:
        return str(Verdict(self.verdict).label)


class CalendarFeed(models.Model):
    """A secret address under which the calendar of a person reads due dates. Only its hash is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return "…"
