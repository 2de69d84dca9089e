"""What a citizen sends: read by hand, because the form is the same in fourteen languages."""

from dataclasses import dataclass

from django.http import QueryDict

from chancencheck.lib.texts import plain_text
from chancencheck.surveys.doors import Door
from chancencheck.surveys.rules import TEXT_MAXIMUM, VALUES

ANSWERS = {str(value): value for value in VALUES}


@dataclass(frozen=True)
class Filled:
    """A page of a survey as it was filled in; whatever was sent, it can be shown again."""

    answers: dict[int, int]
    text: str
    ticket: str
    step: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered at all."""
        return not self.answers and not self.text

    @property
    def is_too_long(self) -> bool:
        """Whether the text is longer than what is kept."""
        return len(self.text) > TEXT_MAXIMUM


def read(data: QueryDict, door: Door) -> Filled:
    """Read what was sent. Values that are no answers are no answers."""
    answers = {}
    for asked in door.questions:
        value = ANSWERS.get(str(data.get(f"a{asked.number}", "")))
        if value is not None:
            answers[asked.number] = value
    text = plain_text(str(data.get("text", ""))) if door.survey.has_open_question else ""
    return Filled(answers, text, str(data.get("ticket", "")), str(data.get("step", "")))
