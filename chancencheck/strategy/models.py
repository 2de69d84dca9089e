"""What the city wants to reach: the strategy with its preamble and themes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chancencheck.organisations.models import Municipality


class Strategy(models.Model):
    """The strategy of a municipality in its own words."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.CASCADE, related_name="strategy"
    )
    title = models.CharField(_("title"), max_length=150)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    preamble = models.TextField(_("preamble"), blank=True)
    preamble_source = models.CharField(_("source of the preamble"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")

    def __str__(self) -> str:
        return self.title


class Theme(models.Model):
    """A theme of the strategy; requirements name it by its key."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="themes")
    key = models.CharField(max_length=20)
    name = models.CharField(_("theme"), max_length=200)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "key"], name="one_theme_per_key")
        ]

    def __str__(self) -> str:
        return self.name


class GuidingGoal(models.Model):
    """A guiding goal (Leitziel) of the strategy, in the city's own words."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="goals")
    key = models.CharField(max_length=20)
    name = models.CharField(_("guiding goal"), max_length=300)

    class Meta:
        verbose_name = _("guiding goal")
        verbose_name_plural = _("guiding goals")
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["strategy", "key"], name="one_goal_per_key")]

    def __str__(self) -> str:
        return self.name
