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


class Verdict(TextChoices):
    """What a person says about a requirement itself, while the instrument is tried out."""

    YES = "yes", _("yes")
    PARTLY = "partly", _("partly")
    NO = "no", _("no")


class PilotQuestion(TextChoices):
    """What is counted in a pilot: two questions, and whether people could answer at all."""

    UNDERSTANDABLE = "understandable", _("Understandable?")
    RELEVANT = "relevant", _("Relevant for us?")
    ANSWERED = "answered", _("Answered?")


# What can be counted for each question, in the order of the stored numbers.
PILOT_VALUES: dict[PilotQuestion, tuple[str, ...]] = {
    PilotQuestion.UNDERSTANDABLE: tuple(Verdict.values),
    PilotQuestion.RELEVANT: tuple(Verdict.values),
    PilotQuestion.ANSWERED: (Answer.LEVEL, Answer.CANNOT_JUDGE, Answer.SKIPPED),
}


class Share(TextChoices):
    """What a partner outside the city administration shows the city of its result."""

    ALL = "all", _("everything: words, levels and evidence")
    WORDS = "words", _("the words without levels")
    PARTICIPATION = "participation", _("only that we took part")
