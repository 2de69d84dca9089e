"""What may be shown of citizens' answers, in plain Python. One function decides: `showable`.

Words used here: a *cell* is the finest count there is (institution, place, channel, language).
A *group* is a set of cells that a page would like to show as one number. The *floor* is the
smallest number of people that may ever be told apart.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from chancencheck.surveys.choices import Gap

# Below these no city can go (design section 3, rule 5).
INSIDE_FLOOR = 5
PUBLIC_FLOOR = 10

QUESTIONS_MINIMUM = 5
QUESTIONS_MAXIMUM = 8
TEXT_MAXIMUM = 1000  # characters of an answer in own words

# Values of the citizens' scale, in its order.
YES, RATHER_YES, RATHER_NO, NO, DONT_KNOW = range(1, 6)
VALUES = (YES, RATHER_YES, RATHER_NO, NO, DONT_KNOW)

Cell = TypeVar("Cell", bound=Hashable)
OUTSIDE = 0  # the class of cells that no shown group contains


def showable(
    counts: Mapping[Cell, int],
    groups: Sequence[Collection[Cell]],
    floor: int,
    shown: Collection[int] = (),
) -> list[int]:
    """Which groups may be shown together so that nothing smaller than the floor can be calculated.

    `counts`: people per cell. `groups`: in order of importance. `shown`: places of groups that are
    shown anyway (because the public sees them). Gives the places of all groups that may be shown.

    Two cells that lie in exactly the same shown groups cannot be told apart by any sum or
    difference of shown numbers. So a group is shown only if all cells that could then be told
    apart from others count at least `floor` people together. This is complementary suppression for
    any number of breakdowns that cross each other (docs/adr/0020).
    """
    filled = {cell: n for cell, n in counts.items() if n > 0}
    class_of = dict.fromkeys(filled, OUTSIDE)
    totals = {OUTSIDE: sum(filled.values())}
    accepted = []
    order = [*sorted(shown), *(i for i in range(len(groups)) if i not in shown)]
    for place in order:
        cells = [cell for cell in groups[place] if cell in filled]
        inside: dict[int, int] = {}
        for cell in cells:
            inside[class_of[cell]] = inside.get(class_of[cell], 0) + filled[cell]
        if not cells or not _may_split(inside, totals, floor):
            continue
        accepted.append(place)
        _split(cells, inside, class_of, totals)
    return sorted(accepted)


def _may_split(inside: Mapping[int, int], totals: Mapping[int, int], floor: int) -> bool:
    for part, number in inside.items():
        rest = 0 if part == OUTSIDE else totals[part] - number
        if number < floor or 0 < rest < floor:
            return False
    return True


def _split(
    cells: Sequence[Cell],
    inside: Mapping[int, int],
    class_of: dict[Cell, int],
    totals: dict[int, int],
) -> None:
    fresh = {}
    for part, number in inside.items():
        if part != OUTSIDE and totals[part] == number:
            continue  # the whole class lies inside: nothing new can be told apart
        fresh[part] = max(totals) + 1
        totals[fresh[part]] = number
        totals[part] -= number
    for cell in cells:
        class_of[cell] = fresh.get(class_of[cell], class_of[cell])


def tenths(part: int, whole: int) -> int:
    """How many of ten. None and all are said only where it is really none or all.

    >>> tenths(1, 100), tenths(99, 100), tenths(0, 7), tenths(7, 7), tenths(1, 4)
    (1, 9, 0, 10, 3)
    """
    if part in (0, whole):
        return 0 if part == 0 else 10
    return min(9, max(1, (20 * part + whole) // (2 * whole)))


def yes_of(values: Sequence[int]) -> tuple[int, int]:
    """How many say yes or rather yes, and how many judged at all. `values`: counts in order."""
    return values[0] + values[1], sum(values[:4])


def gap(place: float | None, values: Sequence[int]) -> Gap | None:
    """How citizens see it beside the team. The two scales differ, so only clear cases are told.

    `place`: where the team stands from start (0) to end (1). None where one of them says nothing.
    """
    yes, judged = yes_of(values)
    if place is None or judged == 0:
        return None
    if place > 0.5 and yes <= judged * 0.5:
        return Gap.MORE_CRITICAL
    if place < 0.5 and yes >= judged * 0.7:
        return Gap.MORE_POSITIVE
    return Gap.ALIKE


def at_least(number: int) -> int:
    """The number rounded down to tens: all that is told while a survey runs."""
    return number // 10 * 10
