"""Where a report of a barrier stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BarrierState(TextChoices):
    """How far it is. Citizens read the sentence `barrier_state_…` of their language."""

    NEW = "new", _("new, not read yet")
    READ = "read", _("has been read")
    DOING = "doing", _("is being worked on")
    SOLVED = "solved", _("the barrier is gone")
    NOT = "not", _("cannot be changed")


ENDED = (BarrierState.SOLVED, BarrierState.NOT)
