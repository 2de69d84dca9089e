"""Fixed words of a self-assessment."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Answer(TextChoices):
    """What a person answered to a requirement. Only LEVEL counts as a level."""

    LEVEL = "level", _("a level")
    CANNOT_JUDGE = "cannot_judge", _("I cannot judge this")
    SKIPPED = "skipped", _("skipped")
    OPEN = "open", _("open")


class Outcome(TextChoices):
    """What a team holds on to for a requirement. Dissent is a valid result."""

    OPEN = "open", _("still open")
    LEVEL = "level", _("We agree on a level")
    DISSENT = "dissent", _("We keep two views")
    NOT_APPLICABLE = "not_applicable", _("This does not apply to us")


class EvidenceKind(TextChoices):
    """What a finding rests on. Its own dimension, never part of the level."""

    EXAMPLE = "example", _("example from daily work")
    DOCUMENT = "document", _("document or rule")
    FIGURES = "figures", _("figures")
    OUTSIDE = "outside", _("feedback from outside")


class VoiceKind(TextChoices):
    """What an anonymous sentence is."""

    EXAMPLE = "example", _("example")
    IDEA = "idea", _("idea")


class Share(TextChoices):
    """What a partner outside the city administration shows the city of its result."""

    ALL = "all", _("everything: words, levels and evidence")
    WORDS = "words", _("the words without levels")
    PARTICIPATION = "participation", _("only that we took part")
