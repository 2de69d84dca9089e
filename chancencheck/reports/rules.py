"""What many have in common, in plain Python. Patterns of all, never a rank of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Fewer levels than this are no pattern.
PATTERN_MINIMUM = 3
# A pattern is what at least this part of the institutions has in common.
MANY = 0.5
# How many patterns of each kind a page tells.
TOLD = 3


@dataclass(frozen=True)
class Pattern:
    """That `number` of `total` institutions stand in one half of the scale for a requirement."""

    key: str
    number: int
    total: int


def halves(stops: Sequence[int], number_of_stops: int) -> tuple[int, int]:
    """How many stand in the lower and in the upper half of the scale; a middle stop is in neither."""
    middle = (number_of_stops - 1) / 2
    return sum(stop < middle for stop in stops), sum(stop > middle for stop in stops)


def patterns(
    stops: Mapping[str, Sequence[int]], sizes: Mapping[str, int]
) -> tuple[list[Pattern], list[Pattern]]:
    """What is still at the beginning in many places, and what works in many.

    `stops`: the stops (from 0) of all institutions per requirement key; `sizes`: stops of its scale.
    """
    low, high = [], []
    for key, found in stops.items():
        if len(found) < PATTERN_MINIMUM:
            continue
        below, above = halves(found, sizes[key])
        if below / len(found) > MANY:
            low.append(Pattern(key, below, len(found)))
        if above / len(found) > MANY:
            high.append(Pattern(key, above, len(found)))
    return _strongest(low), _strongest(high)


def _strongest(found: list[Pattern]) -> list[Pattern]:
    return sorted(found, key=lambda p: -p.number / p.total)[:TOLD]


# ------------------------------------------------------------------- numbers of one institution


@dataclass(frozen=True)
class Weighed:
    """The agreed level of one requirement: its value, its weight, the end of its scale."""

    value: int
    weight: int
    highest: int


def weighted_mean(levels: Sequence[Weighed]) -> Decimal | None:
    """Each value as often as its requirement weighs; one decimal, a half goes up. None of nothing."""
    weights = sum(level.weight for level in levels)
    if not weights:
        return None
    exact = Decimal(sum(level.value * level.weight for level in levels)) / weights
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def weighted_sum(levels: Sequence[Weighed]) -> tuple[int, int]:
    """Values times weights, and what it would be with every scale at its end."""
    total = sum(level.value * level.weight for level in levels)
    return total, sum(level.highest * level.weight for level in levels)


def occurrences(stops: Sequence[int], number_of_stops: int) -> list[int]:
    """How often each stop (from 0) occurs, from the start of the scale to its end."""
    return [stops.count(index) for index in range(number_of_stops)]
