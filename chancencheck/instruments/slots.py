"""The texts of one part of a draft as slots: where each stands, how long it may be, writing it.

A part is what one page of the editor shows: a requirement, an area, a scale, the standard
questions, the answers for citizens, or the version itself.
"""

from dataclasses import dataclass
from typing import Any

from chancencheck.instruments.choices import HintKind, QuestionKind
from chancencheck.instruments.models import (
    Hint,
    InstrumentVersion,
    QualityArea,
    Question,
    Requirement,
    Scale,
)
from chancencheck.instruments.places import FIELD_OF_KIND, LISTS, REQUIREMENT_FIELDS, next_key

HEADING, SENTENCES, BUTTON, TITLE = 150, 2000, 60, 100  # letters; the format says the same
KIND_OF_FIELD = {field: kind for kind, field in FIELD_OF_KIND.items()}
# A reader who checked a requirement has read these.
READ_BY_CHECKERS = frozenset({"title", "text", "help", "reflection_questions", "citizen_questions"})


@dataclass
class Slot:
    """One text of a draft and the row it is kept in (`row[attribute]`)."""

    place: str
    field: str
    row: Any
    attribute: str
    limit: int
    is_required: bool = False
    is_listed: bool = False  # one of a list: emptied, it is removed

    @property
    def text(self) -> str:
        """The words that stand there now."""
        if self.field == "citizen_scale":
            return str(self.row.citizen_scale[int(self.attribute)])
        return str(getattr(self.row, self.attribute))

    def write(self, text: str) -> None:
        """Store other words."""
        if self.field == "citizen_scale":
            self.row.citizen_scale[int(self.attribute)] = text
            self.row.save(update_fields=["citizen_scale"])
        else:
            setattr(self.row, self.attribute, text)
            self.row.save(update_fields=[self.attribute])


def slots_of(version: InstrumentVersion, part: str) -> list[Slot]:
    """All texts of a part, in the order of the page. Empty if the draft has no such part."""
    if part == "version":
        return [
            Slot("version/title", "title", version, "title", TITLE, is_required=True),
            Slot("version/note", "note", version, "note", SENTENCES),
        ]
    if part == "citizens":
        return [
            Slot(f"citizens/{n + 1}", "citizen_scale", version, str(n), BUTTON, is_required=True)
            for n in range(len(version.citizen_scale))
        ]
    if part == "standard":
        return [_question(part, row) for row in version.questions.filter(requirement=None)]
    kind, _colon, key = part.rpartition(":")
    if kind == "scale":
        scale = version.scales.filter(key=key).first()
        return _scale(scale) if scale else []
    if kind == "area":
        area = version.areas.filter(key=key).first()
        return _area(area) if area else []
    requirement = version.requirements.select_related("area", "scale").filter(key=part).first()
    return _requirement(requirement) if requirement else []


def list_fields(part: str) -> list[str]:
    """Lists of a part to which texts can be added."""
    if part == "standard":
        return ["standard_questions"]
    return [] if part in ("version", "citizens") or ":" in part else list(LISTS)


def add_to_list(
    version: InstrumentVersion, part: str, field: str, text: str, taken: set[str]
) -> str:
    """Add a text at the end of a list and return its key. `taken`: keys used before."""
    letter = LISTS.get(field, "s")
    kind = KIND_OF_FIELD.get(field, QuestionKind.STANDARD)
    if kind in HintKind:
        requirement = version.requirements.get(key=part)
        hints = requirement.hints.all()
        key = next_key(letter, taken | {row.key for row in hints})
        Hint.objects.create(
            requirement=requirement, kind=kind, key=key, text=text, position=_end(hints)
        )
        return key
    owner = None if part == "standard" else version.requirements.get(key=part)
    questions = version.questions.filter(requirement=owner)
    key = next_key(letter, taken | {row.key for row in questions})
    Question.objects.create(
        version=version, requirement=owner, kind=kind, key=key, text=text, position=_end(questions)
    )
    return key


def move_in_list(slots: list[Slot], place: str, step: int) -> None:
    """Move a text of a list up (-1) or down (1); at the end it stays."""
    slot = next(slot for slot in slots if slot.place == place)
    rows = [each.row for each in slots if each.field == slot.field]
    index = rows.index(slot.row)
    other = index + step
    if not 0 <= other < len(rows):
        return
    rows[index], rows[other] = rows[other], rows[index]
    for position, row in enumerate(rows):
        row.position = position
        row.save(update_fields=["position"])


def _end(rows: Any) -> int:
    return max((row.position for row in rows), default=-1) + 1


def _question(part: str, row: Question | Hint) -> Slot:
    field = FIELD_OF_KIND.get(row.kind, "standard_questions")
    return Slot(f"{part}/{row.key}", field, row, "text", SENTENCES, is_listed=True)


def _scale(scale: Scale) -> list[Slot]:
    slots = []
    for level in scale.levels.all():
        place = f"scale:{scale.key}/{level.value}"
        slots.append(Slot(f"{place}/name", "name", level, "name", BUTTON, is_required=True))
        slots.append(Slot(f"{place}/description", "description", level, "description", SENTENCES))
    return slots


def _area(area: QualityArea) -> list[Slot]:
    place = f"area:{area.key}"
    return [
        Slot(f"{place}/name", "name", area, "name", HEADING, is_required=True),
        Slot(f"{place}/summary", "summary", area, "summary", SENTENCES),
    ]


def _requirement(requirement: Requirement) -> list[Slot]:
    slots = [
        Slot(
            f"{requirement.key}/{field}",
            field,
            requirement,
            field,
            HEADING if field == "title" else SENTENCES,
            is_required=field in ("title", "text"),
        )
        for field in REQUIREMENT_FIELDS
    ]
    rows: list[Question | Hint] = [*requirement.questions.all(), *requirement.hints.all()]
    lists = [_question(requirement.key, row) for row in rows]
    order = list(LISTS)
    return slots + sorted(lists, key=lambda slot: (order.index(slot.field), slot.row.position))
