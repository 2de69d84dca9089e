"""The room of a workshop: what everybody sees now, what is parked, votes, and the protocol.

Findings, distributions and voices belong to `assessments`. Nothing here names a person.
"""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.assessments.models import Assessment, Distribution
from chancencheck.instruments.models import Requirement
from chancencheck.measures.models import Measure
from chancencheck.workshops.choices import NoteKind, Order


class Room(models.Model):
    """What the wall shows, in which order, until when; and the code that lets guests in."""

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="room")
    # grows with every change that others should see; all screens ask for it
    version = models.PositiveIntegerField(default=0)
    requirement = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, null=True, related_name="+"
    )
    shows_spread = models.BooleanField(default=True)
    shows_voices = models.BooleanField(default=True)
    shows_past = models.BooleanField(default=False)
    shows_citizens = models.BooleanField(default=False)
    shows_code = models.BooleanField(default=False)
    timer_minutes = models.PositiveSmallIntegerField(default=0)
    timer_ends_at = models.DateTimeField(null=True)
    timer_left = models.PositiveIntegerField(null=True)  # seconds, while it is stopped
    order = models.CharField(max_length=10, choices=Order, default=Order.SPREAD)
    own_order = models.JSONField(default=list)
    deep = models.JSONField(null=True)  # none: the first ones with a difference
    minutes = models.PositiveSmallIntegerField(default=120)
    admits_guests = models.BooleanField(default=True)
    code = models.CharField(max_length=10, null=True, unique=True)  # noqa: DJ001  none: no guests
    is_ended = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("room of a workshop")
        verbose_name_plural = _("rooms of workshops")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_ended=False) | Q(code__isnull=True),
                name="the_code_ends_with_the_workshop",
            ),
            models.CheckConstraint(
                condition=Q(admits_guests=True) | Q(code__isnull=True),
                name="no_code_without_guests",
            ),
        ]

    def __str__(self) -> str:
        return str(self.assessment_id)

    @property
    def seconds_left(self) -> int | None:
        """Seconds until the time is up (0 and below: it is up); None without a timer."""
        if self.timer_ends_at is not None:
            return round((self.timer_ends_at - timezone.now()) / timedelta(seconds=1))
        return self.timer_left

    @property
    def is_timer_running(self) -> bool:
        """Whether the time runs."""
        return self.timer_ends_at is not None


class WorkshopNote(models.Model):
    """What is kept beside the findings: parked for later, decided, or handed on to somebody."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="notes")
    requirement = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.PARKED)
    text = models.CharField(max_length=500)
    for_whom = models.CharField(max_length=150, blank=True)
    needs_decision = models.BooleanField(default=False)
    needs_money = models.BooleanField(default=False)
    needs_it = models.BooleanField(default=False)
    # the measure that was proposed from it
    measure = models.ForeignKey(
        Measure, on_delete=models.SET_NULL, null=True, related_name="workshop_notes"
    )
    # made with the form: sent twice (back button, F5), it is still one note
    form_key = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("note of a workshop")
        verbose_name_plural = _("notes of workshops")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_note_says_something"),
            models.CheckConstraint(
                condition=~Q(kind=NoteKind.QUESTION) | ~Q(for_whom=""),
                name="a_question_is_handed_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["assessment", "form_key"],
                condition=~Q(form_key=""),
                name="one_note_per_form",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Ballot(models.Model):
    """One answer in a running vote, under a pseudonym. Deleted when the vote is closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    distribution = models.ForeignKey(Distribution, on_delete=models.CASCADE, related_name="ballots")
    voter_key = models.CharField(max_length=64)
    level = models.IntegerField(null=True)  # none: cannot judge
    is_guest = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [
            models.UniqueConstraint(
                fields=["distribution", "voter_key"], name="one_ballot_per_voter"
            )
        ]

    def __str__(self) -> str:
        return "…"


class Protocol(models.Model):
    """The protocol of a workshop as the lead confirmed it: frozen. A change is a new edition."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="protocols")
    edition = models.PositiveSmallIntegerField(default=1)
    confirmed_on = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    content = models.JSONField()

    class Meta:
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        ordering = ["-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "edition"], name="one_protocol_per_edition"
            ),
            models.CheckConstraint(
                condition=Q(edition=1) | ~Q(reason=""), name="a_new_protocol_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.edition}"
