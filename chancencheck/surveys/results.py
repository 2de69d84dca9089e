"""The result of a survey: made once from the counters, cut down by one rule, then only read.

Content as plain JSON: `tables` holds one row per group that may be told, with the number of people
(`n`) and how often each value was chosen. What is not in it can be shown nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Sum

from chancencheck.surveys.counting import PEOPLE
from chancencheck.surveys.models import Counter, Survey
from chancencheck.surveys.rules import VALUES, showable, tenths, yes_of

FORMAT = 1
WHOLE = 0  # instead of the id of a part: all parts together

# part, place, channel, language
Cell = tuple[int, str, str, str]
# part, kind (all, channel, language, place), name
Group = tuple[int, str, str]


def freeze(survey: Survey) -> dict[str, Any]:
    """Everything that may ever be told of the survey, from its counters."""
    counts = _read(survey)
    every = {cell for item in counts.values() for cell in item}
    rows = []
    for item, cells in sorted(counts.items()):
        kinds = KINDS_OF_PEOPLE if item == PEOPLE else KINDS_OF_ANSWERS
        rows += _tables(survey, item, cells, _groups(every, kinds))
    return {
        "format": FORMAT,
        "questions": [
            {
                "number": row.number,
                "key": row.question.requirement.key,  # type: ignore[union-attr]
                "text": row.question.text,
            }
            for row in survey.questions.select_related("question__requirement")
        ],
        "parts": [{"id": part.pk, "name": part.name} for part in survey.parts.all()],
        "tables": rows,
    }


def _read(survey: Survey) -> dict[int, dict[Cell, list[int]]]:
    rows = (
        Counter.objects.filter(entrance__part__survey=survey)
        .values_list(
            "item",
            "value",
            "entrance__part_id",
            "entrance__place",
            "entrance__channel",
            "language",
        )
        .annotate(total=Sum("n"))
    )
    counts: dict[int, dict[Cell, list[int]]] = defaultdict(dict)
    for item, value, part, place, channel, language, total in rows:
        values = counts[item].setdefault((part, place, channel, language), [0] * len(VALUES))
        values[value - 1 if item != PEOPLE else 0] += total
    return counts


# Which breakdown comes first where not all fit: of the people it is the way they answered, of the
# answers the language, because that is what an institution can do something about.
KINDS_OF_PEOPLE = {"channel": 2, "place": 1, "language": 3}
KINDS_OF_ANSWERS = {"language": 3, "channel": 2, "place": 1}


def _groups(cells: Iterable[Cell], kinds: dict[str, int]) -> dict[Group, set[Cell]]:
    """All groups pages would like to show, in the order of `kinds`."""
    found: dict[Group, set[Cell]] = {}
    every = sorted(cells)
    parts = sorted({cell[0] for cell in every})
    for part in parts:
        found[part, "all", ""] = {cell for cell in every if cell[0] == part}
    if len(parts) > 1:
        found[WHOLE, "all", ""] = set(every)
    for part in [*parts, WHOLE] if len(parts) > 1 else parts:
        for kind, place in kinds.items():
            if part == WHOLE and kind == "place":
                continue
            for cell in every:
                if part in (WHOLE, cell[0]):
                    found.setdefault((part, kind, str(cell[place])), set()).add(cell)
    return found


def _tables(
    survey: Survey, item: int, cells: dict[Cell, list[int]], groups: dict[Group, set[Cell]]
) -> list[dict[str, Any]]:
    names, sets = list(groups), list(groups.values())
    numbers = {cell: sum(values) for cell, values in cells.items()}
    # the public never sees all parts together: what one institution does not publish could be
    # calculated from the sum
    open_to_all = [i for i, (part, _kind, _name) in enumerate(names) if part != WHOLE]
    public = [
        open_to_all[i]
        for i in showable(numbers, [sets[i] for i in open_to_all], survey.public_floor)
    ]
    rows = []
    for i in showable(numbers, sets, survey.inside_floor, shown=public):
        part, kind, name = names[i]
        values = [sum(cells[c][v] for c in sets[i] if c in cells) for v in range(len(VALUES))]
        rows.append(
            {
                "item": item,
                "part": part,
                "kind": kind,
                "name": name,
                "n": sum(values),
                "values": values,
                "public": i in public,
            }
        )
    return rows


# ------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Voice:
    """What a group says to one question, as it may be told. `values` stay inside this class."""

    n: int
    values: tuple[int, ...]
    floor: int

    @property
    def is_judged(self) -> bool:
        """Whether enough of them judged at all, so that their share may be told."""
        return yes_of(self.values)[1] >= self.floor

    @property
    def yes(self) -> int:
        """How many of ten say yes or rather yes, among those who judged."""
        return tenths(*yes_of(self.values))

    @property
    def dont_know(self) -> int:
        """How many of ten cannot say, among all who answered."""
        return tenths(self.values[4], self.n)


@dataclass(frozen=True)
class Answered:
    """A question with what a group says; None where that must not be told."""

    number: int
    key: str
    text: str
    voice: Voice | None


@dataclass(frozen=True)
class ResultReader:
    """The one way from the frozen content to screen, export and picture."""

    content: dict[str, Any]
    public_only: bool
    floor: int

    @cached_property
    def _rows(self) -> dict[tuple[int, int, str, str], dict[str, Any]]:
        return {
            (row["item"], row["part"], row["kind"], row["name"]): row
            for row in self.content["tables"]
            if row["public"] or not self.public_only
        }

    def people(self, part: int, kind: str = "all", name: str = "") -> int | None:
        """How many people answered; None where that must not be told."""
        row = self._rows.get((PEOPLE, part, kind, name))
        return row["n"] if row else None

    def names(self, part: int, kind: str) -> list[str]:
        """The groups of a breakdown of which something may be told, from A to Z."""
        return sorted({name for _item, p, k, name in self._rows if (p, k) == (part, kind)})

    def answers(self, part: int, kind: str = "all", name: str = "") -> list[Answered]:
        """Every question with what this group says."""
        return [
            Answered(
                row["number"],
                row["key"],
                row["text"],
                self._voice(row["number"], part, kind, name),
            )
            for row in self.content["questions"]
        ]

    def _voice(self, item: int, part: int, kind: str, name: str) -> Voice | None:
        row = self._rows.get((item, part, kind, name))
        return Voice(row["n"], tuple(row["values"]), self.floor) if row else None
