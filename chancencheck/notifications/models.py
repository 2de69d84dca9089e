"""Messages to people, and the mails that carry them.

A message (`Notification`) exists once per person, object, reason and day; that is a constraint. The
inbox shows it whether mail works or not. Mails wait in the outbox (`OutgoingMail`) until a worker
has sent them; who wants to send one must first hold its only `Handover`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.notifications.choices import MailState, Reason, Rhythm
from chancencheck.organisations.models import Municipality


class OutgoingMail(models.Model):
    """A mail on its way. Once it is sent its words and its recipient are deleted."""

    # the same mail cannot be made twice: “daily:<user>:<day>”, a random one for invitations
    key = models.CharField(max_length=100, unique=True)
    recipient = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)  # what the mail server said

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "not_before"], name="mail_by_state_and_time")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MailState.SENT) | Q(recipient="", subject="", body=""),
                name="a_sent_mail_is_forgotten",
            )
        ]

    def __str__(self) -> str:
        return self.key


class Handover(models.Model):
    """The right to hand one mail to the mail server. There is only one: nobody sends it twice.

    It is made before the mail is sent and stays if the program dies meanwhile: nobody knows then
    whether the mail has gone out, so it is not sent again unless a person says so.
    """

    mail = models.OneToOneField(
        OutgoingMail, on_delete=models.CASCADE, primary_key=True, related_name="handover"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("handover of a mail")
        verbose_name_plural = _("handovers of mails")

    def __str__(self) -> str:
        return str(self.mail_id)


class Notification(models.Model):
    """One message to one person: an object, a reason, a day. Seen by this person alone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=30, choices=Reason)
    about = models.CharField(max_length=60)  # the object in plain text: “measure:12”
    day = models.DateField()
    # what the placeholders stand for; dates as {"date": ISO 8601}
    values = models.JSONField(default=dict)
    path = models.CharField(max_length=200)
    is_read = models.BooleanField(default=False)
    mail = models.ForeignKey(
        OutgoingMail, on_delete=models.SET_NULL, null=True, related_name="notifications"
    )
    made_on = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "about", "reason", "day"],
                name="one_message_per_person_object_reason_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.about}"


class MailChoice(models.Model):
    """How often a person wants mails. Only the person changes it, nothing else ever does."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice"
    )
    rhythm = models.CharField(_("E-mails"), max_length=10, choices=Rhythm, default=Rhythm.DAILY)
    # what happened before this day is not mailed belatedly
    since = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("choice about mails")
        verbose_name_plural = _("choices about mails")

    def __str__(self) -> str:
        return str(Rhythm(self.rhythm).label)


class MessageText(models.Model):
    """The city's own words for one kind of message, in one language."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="message_texts"
    )
    reason = models.CharField(max_length=30, choices=Reason)
    language = models.CharField(max_length=5)
    title = models.CharField(_("heading"), max_length=150)
    text = models.TextField(_("text"), max_length=1000)

    class Meta:
        verbose_name = _("text of a message")
        verbose_name_plural = _("texts of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "reason", "language"],
                name="one_text_per_reason_and_language",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.language})"


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
