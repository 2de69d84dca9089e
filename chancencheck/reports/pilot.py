"""What a pilot says about each requirement of a version. Only what `assessments.pilot` shows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chancencheck.assessments.choices import PILOT_VALUES, PilotQuestion
from chancencheck.assessments.models import PilotTally, PilotText
from chancencheck.instruments.models import InstrumentVersion, QualityArea, Remark, Requirement
from chancencheck.instruments.queries import areas_of
from chancencheck.instruments.remarks_from_pilot import draft_for
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Round
from chancencheck.surveys.rules import tenths

# From this part of the people on, a difficulty is told in a sentence.
NOTABLE = 0.25
# How many requirements are named first.
FIRST = 5


@dataclass(frozen=True)
class Line:
    """How many gave one answer; `tenths` is the same as a picture."""

    name: str
    number: int
    tenths: int


@dataclass(frozen=True)
class Answers:
    """How often each answer was given to one question."""

    question: PilotQuestion
    numbers: list[int]

    @property
    def total(self) -> int:
        """People who answered."""
        return sum(self.numbers)

    @property
    def hard(self) -> int:
        """People with a difficulty: "partly" and "no", or "cannot judge"."""
        return self.numbers[1] if self.question == PilotQuestion.ANSWERED else sum(self.numbers[1:])

    @property
    def weight(self) -> int:
        """People who said "no", or "cannot judge": what counts for the order."""
        return self.numbers[1 if self.question == PilotQuestion.ANSWERED else 2]

    @property
    def is_notable(self) -> bool:
        """Whether so many have a difficulty that one should talk about it."""
        return self.total > 0 and self.hard >= self.total * NOTABLE

    @property
    def title(self) -> str:
        """The question as the page asks it."""
        return {
            PilotQuestion.UNDERSTANDABLE: _("Understandable?"),
            PilotQuestion.RELEVANT: _("Relevant?"),
            PilotQuestion.ANSWERED: _("Could people answer?"),
        }[self.question]

    @property
    def lines(self) -> list[Line]:
        """The answers in their order, in words."""
        names = {
            PilotQuestion.ANSWERED: [_("chose a level"), _("cannot judge"), _("skipped")],
        }.get(self.question, [_("yes"), _("partly"), _("no")])
        return [
            Line(name, number, tenths(number, self.total) if number else 0)
            for name, number in zip(names, self.numbers, strict=True)
        ]

    @property
    def sentence(self) -> str:
        """The difficulty in one sentence."""
        words = {
            PilotQuestion.UNDERSTANDABLE: _(
                "%(number)s of %(total)s people find it not or only partly understandable."
            ),
            PilotQuestion.RELEVANT: _(
                "%(number)s of %(total)s people find it not or only partly relevant."
            ),
            PilotQuestion.ANSWERED: _("%(number)s of %(total)s people cannot judge it."),
        }[self.question]
        return words % {"number": self.hard, "total": self.total}

    @property
    def remark(self) -> str:
        """The sentence as it stands beside a text of a draft."""
        return _("From the pilot: %(sentence)s") % {"sentence": self.sentence}


@dataclass(frozen=True)
class Offer:
    """A sentence that can be taken over into a draft. `chosen`: what its button sends."""

    text: str
    chosen: str
    remark: str
    is_taken: bool


@dataclass(frozen=True)
class Feedback:
    """What is shown about one requirement. `can_take`: whether a draft has a place for it."""

    requirement: Requirement
    answers: list[Answers]
    findings: list[Offer]
    texts: list[Offer]
    can_take: bool

    @property
    def place(self) -> str:
        """Where in a draft a remark about it belongs."""
        return place_of(self.requirement)

    @property
    def weight(self) -> int:
        """How many people have a clear difficulty; for the order only, never shown."""
        return sum(row.weight for row in self.answers if row.is_notable)


@dataclass(frozen=True)
class FeedbackArea:
    """An area with the requirements something is said about."""

    area: QualityArea
    rows: list[Feedback]


@dataclass(frozen=True)
class PilotFeedback:
    """Everything the page shows. `silent`: requirements about which nothing is shown."""

    areas: list[FeedbackArea]
    silent: list[Requirement]
    rounds: list[Round]
    draft: InstrumentVersion | None

    @property
    def rows(self) -> list[Feedback]:
        """All requirements something is said about, in the order of the instrument."""
        return [row for area in self.areas for row in area.rows]

    @property
    def first(self) -> list[Feedback]:
        """The requirements that are worth talking about first."""
        every = [row for row in self.rows if row.weight]
        return sorted(every, key=lambda row: -row.weight)[:FIRST]

    def offer(self, chosen: str) -> tuple[Feedback, Offer] | None:
        """What a button of the page stands for; None if it is not there (any more)."""
        return next(
            (
                (row, offer)
                for row in self.rows
                for offer in [*row.findings, *row.texts]
                if offer.chosen == chosen
            ),
            None,
        )


def place_of(requirement: Requirement) -> str:
    """The place of its sentence."""
    return f"{requirement.key}/text"


def pilot_feedback(version: InstrumentVersion) -> PilotFeedback:
    """What all pilots of this version say, as far as it may be shown. Numbers are sums of rounds."""
    runs = list(version.rounds.filter(kind=RoundKind.PILOT))
    sums = _sums_of(runs)
    texts: dict[int, list[PilotText]] = {}
    for text in PilotText.objects.filter(round__in=runs, is_shown=True):
        texts.setdefault(text.requirement_id, []).append(text)
    draft = draft_for(version)
    in_draft = _InDraft(draft)
    areas, silent = [], []
    for area in areas_of(version):
        rows = []
        for requirement in area.requirements.all():
            pk = requirement.pk
            if pk in sums or pk in texts:
                rows.append(in_draft.feedback(requirement, sums.get(pk, {}), texts.get(pk, [])))
            else:
                silent.append(requirement)
        if rows:
            areas.append(FeedbackArea(area, rows))
    return PilotFeedback(areas, silent, runs, draft)


def _sums_of(runs: list[Round]) -> dict[int, dict[str, list[int]]]:
    sums: dict[int, dict[str, list[int]]] = {}
    for row in PilotTally.objects.filter(round__in=runs):
        if not row.shown:
            continue
        of_one = sums.setdefault(row.requirement_id, {})
        before = of_one.get(row.question, [0] * len(row.shown))
        of_one[row.question] = [a + b for a, b in zip(before, row.shown, strict=True)]
    return sums


class _InDraft:
    """What stands in the draft already."""

    def __init__(self, draft: InstrumentVersion | None) -> None:
        self.keys: set[str] = set()
        self.taken: set[tuple[str, str]] = set()
        if draft is not None:
            remarks = Remark.objects.filter(version=draft, is_from_pilot=True)
            self.keys = set(draft.requirements.values_list("key", flat=True))
            self.taken = set(remarks.values_list("place", "text"))

    def feedback(
        self, requirement: Requirement, numbers: dict[str, list[int]], texts: list[PilotText]
    ) -> Feedback:
        answers = [Answers(q, numbers[q]) for q in PILOT_VALUES if q in numbers]

        def offer(text: str, chosen: str, remark: str) -> Offer:
            return Offer(text, chosen, remark, (place_of(requirement), remark) in self.taken)

        return Feedback(
            requirement=requirement,
            answers=answers,
            findings=[
                offer(row.sentence, f"{row.question}:{requirement.key}", row.remark)
                for row in answers
                if row.is_notable
            ],
            texts=[offer(row.text, f"text:{row.pk}", row.text) for row in texts],
            can_take=requirement.key in self.keys,
        )
