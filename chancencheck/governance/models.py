"""Bodies of the city and what they decided."""

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from chancencheck.organisations.models import Municipality


class Body(models.Model):
    """A body that decides or recommends, such as the Stadtvorstand."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="bodies")
    name = models.CharField(_("body"), max_length=150)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"], name="one_body_per_name_and_municipality"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """What a body decided on a day, with the reference under which it can be found."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions")
    decided_on = models.DateField(_("date"))
    reference = models.CharField(_("reference"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "decided_on", "reference"], name="one_decision_per_reference"
            )
        ]

    def __str__(self) -> str:
        words = f"{self.body}, {date_format(self.decided_on)}"
        return f"{words}, {self.reference}" if self.reference else words
