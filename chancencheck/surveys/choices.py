"""States of a survey, ways to answer, what becomes of a text."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SurveyState(TextChoices):
    """Where a survey stands."""

    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("running")
    CLOSED = "closed", _("finished")


class Channel(TextChoices):
    """The way on which somebody answers."""

    WEB = "web", _("link on the internet")
    QR = "qr", _("poster with QR code")
    KIOSK = "kiosk", _("screen on site")
    PAPER = "paper", _("sheet of paper")
    INTERVIEW = "interview", _("interview")


class TextState(TextChoices):
    """What becomes of a text that somebody wrote."""

    WAITING = "waiting", _("waits")
    INSIDE = "inside", _("published inside")
    REMOVED = "removed", _("removed")


class DoneState(TextChoices):
    """How far an answer of the institution is."""

    PLANNED = "planned", _("planned")
    DOING = "doing", _("is being done")
    DONE = "done", _("done")
    NOT = "not", _("cannot be done")


class Gap(TextChoices):
    """How what citizens say lies beside what the team says."""

    MORE_CRITICAL = "more_critical", _("Citizens see it more critically")
    MORE_POSITIVE = "more_positive", _("Citizens see it more positively")
    ALIKE = "alike", _("a similar picture")
