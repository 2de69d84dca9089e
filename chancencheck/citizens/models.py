"""Where people who need help are heard."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chancencheck.organisations.models import Municipality


class HelpAddress(models.Model):
    """An office or association that helps, in the words of the city."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="help_addresses"
    )
    name = models.CharField(_("name"), max_length=150)
    what = models.CharField(_("What do people get there?"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    link = models.URLField(_("website"), blank=True)
    is_against_discrimination = models.BooleanField(
        _("advises people who are discriminated against"), default=False
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("help address")
        verbose_name_plural = _("help addresses")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
