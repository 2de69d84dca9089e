"""Fixed words of instruments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Origin(TextChoices):
    """Where a text comes from."""

    ORIGINAL = "original", _("original wording")
    OWN = "own", _("own proposal")
    OTHER = "other", _("from another city")


class VersionState(TextChoices):
    """The life of a version. From the pilot on its words are fixed."""

    DRAFT = "draft", _("draft")
    PILOT = "pilot", _("in the pilot")
    ADOPTED = "adopted", _("adopted")
    RETIRED = "retired", _("no longer in use")


class ChangeKind(TextChoices):
    """What a change means for comparing the years."""

    WORDING = "wording", _("Wording")
    MEANING = "meaning", _("Meaning")
    STRUCTURE = "structure", _("Structure")


class Aggregation(TextChoices):
    """What may be calculated from the levels of one institution."""

    NONE = "none", _("nothing")
    DISTRIBUTION = "distribution", _("how often each level occurs")
    MEAN = "mean", _("the weighted mean")
    SUM = "sum", _("the weighted sum")


class RemarkKind(TextChoices):
    """What somebody leaves at a text of a draft."""

    COMMENT = "comment", _("Comment")
    PROPOSAL = "proposal", _("Proposal for new words")


class RemarkState(TextChoices):
    """What became of a remark."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    TAKEN = "taken", _("taken over")
    DECLINED = "declined", _("not taken over")


class QuestionKind(TextChoices):
    """Who a question is for."""

    STANDARD = "standard", _("standard question")
    REFLECTION = "reflection", _("question to think about")
    CITIZEN = "citizen", _("question for citizens")


class HintKind(TextChoices):
    """What a hint helps with."""

    EVIDENCE = "evidence", _("hint at evidence")
    MEASURE = "measure", _("example of a measure")
