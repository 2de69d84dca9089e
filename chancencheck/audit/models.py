"""Who did what when. Never contents: an entry names a thing, it does not quote it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chancencheck.audit.choices import Action


class Entry(models.Model):
    """One thing that one person did, told in a sentence.

    The municipality and the target are kept as plain values, so that this app knows no domain
    and an entry outlives what it speaks of.
    """

    at = models.DateTimeField(auto_now_add=True)
    municipality_key = models.BigIntegerField(null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=40, choices=Action)
    target_label = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["municipality_key", "-at"], name="entry_municipality_at")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """The entry as a sentence in the reader's language."""
        return str(Action(self.action).label) % {
            "who": self.actor_name or _("The program"),
            "what": self.target_label,
        }
