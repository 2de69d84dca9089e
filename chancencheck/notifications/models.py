"""The mailbox of the example city. In real use mail goes out by SMTP and is not kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailboxMessage(models.Model):
    """A mail of the example city, kept so that one can open it."""

    sent_at = models.DateTimeField(auto_now_add=True)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()

    class Meta:
        verbose_name = _("mail of the example")
        verbose_name_plural = _("mails of the example")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject
