"""What citizens report: something is in somebody's way. Who reported it is kept apart, if at all."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.barriers.choices import ENDED, BarrierState
from chancencheck.barriers.rules import revision_of
from chancencheck.organisations.models import Municipality, Unit


class BarrierReport(models.Model):
    """A barrier in the words of somebody, with the answer. Its key is random and tells no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="barrier_reports"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="barrier_reports"
    )
    where = models.CharField(_("Where is it?"), max_length=200)
    what = models.TextField(_("What does not work?"), max_length=2000)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=6, choices=BarrierState, default=BarrierState.NEW)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    code_digest = models.CharField(max_length=64, unique=True)
    reported_on = models.DateField(default=timezone.localdate)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("report of a barrier")
        verbose_name_plural = _("reports of barriers")
        ordering = ["-reported_on", "pk"]

    def __str__(self) -> str:
        return self.where

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will be done."""
        return self.state in ENDED

    @property
    def revision(self) -> str:
        """Changes with every answer; an old page is known by it."""
        return revision_of(self.state, self.answer, self.unit_id)


class BarrierContact(models.Model):
    """How to reach whoever reported a barrier, until the day on which it is deleted."""

    report = models.OneToOneField(
        BarrierReport, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    text = models.CharField(max_length=200)
    delete_on = models.DateField()

    class Meta:
        verbose_name = _("contact of a report")
        verbose_name_plural = _("contacts of reports")

    def __str__(self) -> str:
        return f"→ {self.delete_on}"  # never the contact itself
