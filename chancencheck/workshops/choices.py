"""Fixed words of a workshop."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Order(TextChoices):
    """In which order the team talks about the requirements."""

    SPREAD = "spread", _("Widest differences first")
    AREA = "area", _("By quality area, as in the instrument")
    OWN = "own", _("My own order")


class NoteKind(TextChoices):
    """What is written down beside the findings."""

    PARKED = "parked", _("parking list")
    DECISION = "decision", _("what we decided")
    QUESTION = "question", _("question we hand on")
