"""The result of a survey: made once from the counters, cut down by one rule, then only read.

Content as plain JSON: `tables` holds one row per group that may be told, with the number of people
(`n`) and how often each value was chosen, and to whom its shares may be told (`judged`). What is not
in it can be shown nowhere.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
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
        "tables": tables_of(survey, _read(survey)),
    }


def tables_of(survey: Survey, counts: dict[int, dict[Cell, list[int]]]) -> list[dict[str, Any]]:
    """One row per item and group that may be told. `counts`: by item, cell and value.

    The number of people decides once which groups there are, and a question shows no others:
    nearly everybody answers everything, so two questions shown by different breakdowns could be
    calculated with as if they were one.
    """
    people = {cell: sum(values) for cell, values in counts.get(PEOPLE, {}).items()}
    every = dict.fromkeys((cell for item in counts.values() for cell in item), 0)
    inside = _groups({**every, **people})
    # the public never sees all parts together: what one institution does not publish could be
    # calculated from the sum
    public = {group: cells for group, cells in inside.items() if group[0] != WHOLE}
    rows = []
    for item, cells in sorted(counts.items()):  # the people come first
        numbers = {cell: sum(values) for cell, values in cells.items()}
        to_all = _told(numbers, public, survey.public_floor)
        told = _told(numbers, inside, survey.inside_floor, shown=to_all)
        # a share is told of those who judged, so the same holds for their number
        judged = {cell: yes_of(values)[1] for cell, values in cells.items()}
        shares_to_all = _told(judged, to_all, survey.public_floor)
        shares = _told(judged, told, survey.inside_floor, shown=shares_to_all)
        for group in told:
            rows.append(
                {
                    **_row(item, group, cells, told[group]),
                    "public": group in to_all,
                    "judged": group in shares,
                    "judged_public": group in shares_to_all,
                }
            )
        if item == PEOPLE:
            inside, public = told, to_all
    return rows


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


# Breakdowns and the place of their name in a cell; of equal size the first comes first.
KINDS = {"language": 3, "channel": 2, "place": 1}


def _groups(cells: Mapping[Cell, int]) -> dict[Group, set[Cell]]:
    """All groups pages would like to show, the most important first. `cells`: people per cell.

    First the institutions, then their parts from the largest to the smallest: so most people find
    themselves again where not all breakdowns can be shown together.
    """
    found: dict[Group, set[Cell]] = {}
    parts = sorted({cell[0] for cell in cells})
    for part in parts:
        found[part, "all", ""] = {cell for cell in cells if cell[0] == part}
    if len(parts) > 1:
        found[WHOLE, "all", ""] = set(cells)
    for part in [*parts, WHOLE] if len(parts) > 1 else parts:
        smaller: dict[Group, set[Cell]] = defaultdict(set)
        for kind, place in KINDS.items():
            if part == WHOLE and kind == "place":
                continue
            for cell in sorted(cells):
                if part in (WHOLE, cell[0]):
                    smaller[part, kind, str(cell[place])].add(cell)
        sizes = {group: sum(cells[c] for c in inside) for group, inside in smaller.items()}
        found |= {group: smaller[group] for group in sorted(smaller, key=lambda g: -sizes[g])}
    return found


def _told(
    numbers: Mapping[Cell, int],
    groups: Mapping[Group, set[Cell]],
    floor: int,
    shown: Collection[Group] = (),
) -> dict[Group, set[Cell]]:
    names = list(groups)
    places = [names.index(group) for group in shown]
    found = showable(numbers, list(groups.values()), floor, shown=places)
    return {names[i]: groups[names[i]] for i in found}


def _row(
    item: int, group: Group, cells: Mapping[Cell, list[int]], inside: set[Cell]
) -> dict[str, Any]:
    part, kind, name = group
    values = [sum(cells[c][v] for c in inside if c in cells) for v in range(len(VALUES))]
    return {
        "item": item,
        "part": part,
        "kind": kind,
        "name": name,
        "n": sum(values),
        "values": values,
    }


# ------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Voice:
    """What a group says to one question, as it may be told. `values` stay inside this class.

    `is_judged`: whether enough of them judged at all, so that their share may be told.
    """

    n: int
    values: tuple[int, ...]
    is_judged: bool

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
        if row is None:
            return None
        is_judged = row["judged_public" if self.public_only else "judged"]
        return Voice(row["n"], tuple(row["values"]), is_judged)
