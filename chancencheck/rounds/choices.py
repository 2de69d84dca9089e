"""Kinds and states of rounds."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoundKind(TextChoices):
    """How much a round binds."""

    PILOT = "pilot", _("pilot")
    BINDING = "binding", _("binding")
    VOLUNTARY = "voluntary", _("voluntary")


class RoundState(TextChoices):
    """Where a round stands."""

    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("running")
    CLOSED = "closed", _("finished")


class Stage(TextChoices):
    """Where an institution stands in a round."""

    INVITED = "invited", _("invited")
    PREPARING = "preparing", _("prepares")
    RATING = "rating", _("everyone rates alone")
    WORKSHOP = "workshop", _("workshop")
    RELEASED = "released", _("released")
    CORRECTING = "correcting", _("is being corrected")
