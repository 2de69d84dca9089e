"""Fixed words about measures."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Origin(TextChoices):
    """What a measure comes from."""

    FINDING = "finding", _("from the self-assessment")
    NOTE = "note", _("from the parking list of the workshop")
    BARRIER = "barrier", _("from a reported barrier")
    CITIZENS = "citizens", _("from what citizens say")
    DECISION = "decision", _("from a decision")
    OWN = "own", _("own idea")


class State(TextChoices):
    """Where a measure stands. A proposal is not decided on yet."""

    PROPOSED = "proposed", _("proposed")
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("has begun")
    POSTPONED = "postponed", _("postponed")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


OPEN = (State.PLANNED, State.RUNNING, State.POSTPONED)
ENDED = (State.DONE, State.DROPPED)


class Size(IntegerChoices):
    """How much effort a measure takes, how much effect is expected. Both are guesses of the team."""

    SMALL = 1, _("small")
    MEDIUM = 2, _("medium")
    LARGE = 3, _("large")


class EventKind(TextChoices):
    """What happened to a measure, as a sentence. `%(…)s` are its stored values."""

    PROPOSED = "proposed", _("Proposed: %(origin)s.")
    PLANNED = "planned", _("Taken on, until %(due)s. Responsible: %(function)s.")
    RUNNING = "running", _("Begun.")
    POSTPONED = "postponed", _("Postponed from %(before)s to %(due)s. Reason: %(reason)s")
    DONE = "done", _("Done.")
    DONE_WITH = "done_with", _("Done. %(reason)s")
    DROPPED = "dropped", _("Dropped. Reason: %(reason)s")
    REOPENED = "reopened", _("Taken up again, until %(due)s.")
    CONFIRMED = "confirmed", _("Looked at: the state is still right.")
    CHANGED = "changed", _("Changed: %(fields)s.")
    MOVED = "moved", _("Handed from %(before)s to %(function)s.")
    HANDED_OVER = "handed_over", _("The function %(function)s is held by somebody else now.")
    REQUESTED = "requested", _("Support asked for from %(whom)s: %(needs)s.")
    ANSWERED = "answered", _("%(whom)s: %(answer)s. %(text)s")
    REQUEST_WITHDRAWN = "request_withdrawn", _("The request to %(whom)s is no longer needed.")
    SHARED = "shared", _("Shared with other institutions as good practice.")
    UNSHARED = "unshared", _("No longer shared as good practice.")
    PUBLISHED = "published", _("Published under “Said and done”.")
    UNPUBLISHED = "unpublished", _("No longer published.")


class Answer(TextChoices):
    """What became of a request for support."""

    OPEN = "open", _("waits for an answer")
    AGREED = "agreed", _("agreed")
    PARTLY = "partly", _("partly agreed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("no longer needed")


class Verdict(TextChoices):
    """Whether a measure helped, as the team sees it in the next round. No claim about causes."""

    HELPED = "helped", _("It helped")
    PARTLY = "partly", _("It helped a little")
    NOT = "not", _("It did not help")
    UNKNOWN = "unknown", _("We cannot tell")
