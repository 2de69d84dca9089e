"""Fixed words of instruments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Origin(TextChoices):
    """Where a text comes from."""

    ORIGINAL = "original", _("original wording")
    OWN = "own", _("own proposal")
    OTHER = "other", _("from another city")


class VersionState(TextChoices):
    """A released version never changes."""

    DRAFT = "draft", _("draft")
    RELEASED = "released", _("released")


class QuestionKind(TextChoices):
    """Who a question is for."""

    STANDARD = "standard", _("standard question")
    REFLECTION = "reflection", _("question to think about")
    CITIZEN = "citizen", _("question for citizens")


class HintKind(TextChoices):
    """What a hint helps with."""

    EVIDENCE = "evidence", _("hint at evidence")
    MEASURE = "measure", _("example of a measure")
