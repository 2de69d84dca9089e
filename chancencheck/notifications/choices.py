"""Why somebody gets a message, and how mails go out. Everything a message can say by default."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why somebody gets a message: one sentence, as it stands in every mail."""

    MEASURE_DUE = "measure_due", _("you look after this measure")
    MEASURE_OVERDUE = "measure_overdue", _("you look after this measure")
    MEASURE_OVERDUE_LEAD = "measure_overdue_lead", _("you lead the institution of this measure")
    MEASURE_TAKEN = "measure_taken", _("you hold the function that looks after this measure")
    MEASURE_CHECK = "measure_check", _("you look after measures")
    MEASURE_CENTRAL = "measure_central", _("the measure is for your institution too")
    REQUEST_ASKED = "request_asked", _("you decide about such requests")
    REQUEST_ANSWERED = "request_answered", _("you asked for support, or look after the measure")


# What happens before somebody gets a message, for those who change its words.
OCCASIONS: dict[Reason, Promise] = {
    Reason.MEASURE_TAKEN: _("A function gets a measure"),
    Reason.MEASURE_DUE: _("A date comes closer"),
    Reason.MEASURE_OVERDUE: _("A date has passed"),
    Reason.MEASURE_OVERDUE_LEAD: _("A date has passed: to the lead of the institution"),
    Reason.MEASURE_CHECK: _("Time for the ten-minute check"),
    Reason.MEASURE_CENTRAL: _("The city takes a measure on for all"),
    Reason.REQUEST_ASKED: _("An institution asks for support"),
    Reason.REQUEST_ANSWERED: _("A request for support is answered"),
}


@dataclass(frozen=True)
class Wording:
    """What a message says by default: placeholders in curly brackets are named in `PLACEHOLDERS`."""

    title: Promise
    text: Promise
    button: Promise


PLACEHOLDERS: dict[str, Promise] = {
    "measure": _("measure"),
    "place": _("institution"),
    "day": _("date"),
    "number": _("number"),
    "needs": _("needs"),
    "answer": _("answer"),
}

WORDINGS: dict[Reason, Wording] = {
    Reason.MEASURE_DUE: Wording(
        _("Until {day}: {measure}"),
        _(
            "The measure “{measure}” ({place}) is to be done by {day}. Is it going well? Say where it stands, or choose another date."
        ),
        _("To the measure"),
    ),
    Reason.MEASURE_OVERDUE: Wording(
        _("The date has passed: {measure}"),
        _(
            "The measure “{measure}” ({place}) was to be done by {day}. Is it done? Does it take longer? One click is enough."
        ),
        _("Say where it stands"),
    ),
    Reason.MEASURE_OVERDUE_LEAD: Wording(
        _("Perhaps help is needed: {measure}"),
        _(
            "The measure “{measure}” ({place}) was to be done by {day} and is still open. Perhaps it needs another date, or support."
        ),
        _("To the measure"),
    ),
    Reason.MEASURE_TAKEN: Wording(
        _("New for your function: {measure}"),
        _("Your function looks after the measure “{measure}” ({place}), until {day}."),
        _("To the measure"),
    ),
    Reason.MEASURE_CHECK: Wording(
        _("Ten minutes for your measures"),
        _(
            "Nobody has looked at {number} of your measures for half a year. Is what is written there still right? One click for each is enough."
        ),
        _("To the short check"),
    ),
    Reason.MEASURE_CENTRAL: Wording(
        _("The city takes it on for all: {measure}"),
        _(
            "The measure “{measure}” is meant for several institutions, also for {place}. You need not do it alone."
        ),
        _("To the measure"),
    ),
    Reason.REQUEST_ASKED: Wording(
        _("{place} asks for support: {measure}"),
        _("For the measure “{measure}” {place} needs: {needs}. Your answer is awaited."),
        _("Read and answer"),
    ),
    Reason.REQUEST_ANSWERED: Wording(
        _("There is an answer: {measure}"),
        _("Your request about the measure “{measure}” was answered: {answer}."),
        _("To the answer"),
    ),
}


class Rhythm(TextChoices):
    """How often mails go out. The inbox in the product is always there."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("at most once a day, from seven in the morning")
    WEEKLY = "weekly", _("at most once a week, on Monday from seven in the morning")
    OFF = "off", _("never")


# What keeps a mail server silent (the name of the error), in plain words.
SILENCES: dict[str, Promise] = {
    "ConnectionRefusedError": _("Nothing answers at the address of the mail server."),
    "TimeoutError": _("The mail server does not answer."),
    "gaierror": _("The name of the mail server is not known."),
    "SSLCertVerificationError": _("The certificate of the mail server is not valid."),
    "SMTPServerDisconnected": _("The mail server falls silent, or breaks the connection off."),
}
BAD_PASSWORD = ("530", "534", "535", "538")  # what a mail server says to a wrong name or password


class MailState(TextChoices):
    """Where a mail stands on its way out."""

    WAITING = "waiting", _("waits")
    SENT = "sent", _("sent")
    FAILED = "failed", _("was refused")
    UNCLEAR = "unclear", _("perhaps sent")
