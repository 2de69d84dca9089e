"""A run of an instrument version through the institutions of a city."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.governance.models import Decision
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.rounds.choices import RoundKind, RoundState, Stage
from chancencheck.rounds.rules import days_late, step_number


class Round(models.Model):
    """One run: which words, on whose decision, until when."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=RoundKind, default=RoundKind.BINDING)
    instrument_version = models.ForeignKey(
        InstrumentVersion, on_delete=models.PROTECT, related_name="rounds"
    )
    # a later version of mere rewording, whose words people read since that day
    wording = models.ForeignKey(
        InstrumentVersion, on_delete=models.PROTECT, null=True, related_name="reworded_rounds"
    )
    wording_since = models.DateField(null=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="rounds"
    )
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.DRAFT)
    starts_on = models.DateField(_("start"), null=True)
    rating_until = models.DateField(_("everyone has rated until"), null=True)
    workshop_until = models.DateField(_("workshops until"), null=True)
    release_until = models.DateField(_("results are released until"), null=True)
    report_on = models.DateField(_("report to the steering committee from"), null=True)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = [F("starts_on").desc(nulls_first=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"], name="one_round_per_name_and_municipality"
            ),
            models.CheckConstraint(
                condition=Q(wording__isnull=True, wording_since__isnull=True)
                | Q(wording__isnull=False, wording_since__isnull=False),
                name="new_wording_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state=RoundState.DRAFT)
                | Q(
                    starts_on__isnull=False,
                    rating_until__gte=F("starts_on"),
                    workshop_until__gte=F("rating_until"),
                    release_until__gte=F("workshop_until"),
                    report_on__gte=F("release_until"),
                ),
                name="calendar_of_a_round_runs_forward",
                violation_error_message=_("Each date must not lie before the one above it."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        """Whether it is still being set up."""
        return self.state == RoundState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether institutions can work in it."""
        return self.state == RoundState.OPEN

    @property
    def words_of(self) -> InstrumentVersion:
        """The version whose words people read: the pinned one, or one that only rewords it."""
        return self.wording or self.instrument_version


class ParticipationQuerySet(models.QuerySet["Participation"]):
    """Filters on participations."""

    def shown(self) -> Self:
        """Of rounds that have begun, with what their pages need."""
        return self.exclude(round__state=RoundState.DRAFT).select_related(
            "unit", "round__municipality", "round__instrument_version", "round__wording"
        )


class Participation(models.Model):
    """The part of one institution in a round, and the stage it is at."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="participations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="participations")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.INVITED)
    lead_email = models.EmailField(blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["unit__name"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit"], name="one_participation_per_round")
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.round}"

    @property
    def step(self) -> int:
        """Which of five steps is running (6: all done)."""
        return step_number(Stage(self.stage))

    @property
    def days_late(self) -> int:
        """Days behind the calendar; 0 if in time."""
        run = self.round
        if not run.is_open or not (run.rating_until and run.workshop_until and run.release_until):
            return 0
        return days_late(
            Stage(self.stage),
            timezone.localdate(),
            rating=run.rating_until,
            workshop=run.workshop_until,
            release=run.release_until,
        )
