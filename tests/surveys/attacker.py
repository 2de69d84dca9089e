"""Somebody who adds and subtracts numbers that are shown. Written apart from the rule they attack.

They know which cells are empty and try every linear combination, in whole
numbers, so exactly.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from math import gcd, prod
from typing import TypeVar

Cell = TypeVar("Cell", bound=Hashable)


def recovered(
    counts: Mapping[Cell, int], shown: Sequence[Collection[Cell]], floor: int
) -> set[Cell] | None:
    """A set of cells with fewer people than the floor whose sum can be calculated, or None.

    A sum over cells can be calculated from shown sums if and only if its vector of zeros and ones
    lies in the space these span, that is, if it is orthogonal to all that is orthogonal to them.
    """
    filled = [cell for cell, n in counts.items() if n > 0]
    rows = [[int(cell in group) for cell in filled] for group in shown]
    unseen = _orthogonal(rows, len(filled))
    for chosen in _small_sets([counts[cell] for cell in filled], floor):
        if all(sum(vector[i] for i in chosen) == 0 for vector in unseen):
            return {filled[i] for i in chosen}
    return None


def _small_sets(numbers: Sequence[int], floor: int) -> Iterator[tuple[int, ...]]:
    """Each set of places, not empty, whose numbers add up to less than the floor."""
    waiting: list[tuple[tuple[int, ...], int]] = [((), 0)]
    while waiting:
        chosen, total = waiting.pop()
        for place in range(chosen[-1] + 1 if chosen else 0, len(numbers)):
            if total + numbers[place] < floor:
                more = (*chosen, place)
                yield more
                waiting.append((more, total + numbers[place]))


def _orthogonal(rows: list[list[int]], width: int) -> list[list[int]]:
    """A basis of all vectors orthogonal to the rows (Gauss and Jordan in whole numbers)."""
    pivots: list[int] = []
    for column in range(width):
        done = len(pivots)
        found = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if found is None:
            continue
        rows[done], rows[found] = rows[found], rows[done]
        head = rows[done]
        for r, row in enumerate(rows):
            if r != done and row[column]:
                less = [a * head[column] - row[column] * b for a, b in zip(row, head, strict=True)]
                scale = gcd(*less) or 1
                rows[r] = [value // scale for value in less]
        pivots.append(column)
    basis = []
    for free in set(range(width)) - set(pivots):
        scale = prod(rows[r][pivot] for r, pivot in enumerate(pivots))
        vector = [scale if place == free else 0 for place in range(width)]
        for r, pivot in enumerate(pivots):
            vector[pivot] = -rows[r][free] * (scale // rows[r][pivot])
        basis.append(vector)
    return basis
