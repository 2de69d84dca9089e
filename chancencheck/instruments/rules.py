"""Rules of scales, in plain Python."""

from dataclasses import dataclass
from itertools import pairwise

# A 0–100 scale would let single answers stand alone; its spread is shown in this many bands.
BANDS = 5


@dataclass(frozen=True)
class Stop:
    """A place on a scale: one level, or a band of values. `value` is its lowest value."""

    value: int
    highest: int
    name: str
    description: str = ""


def bands(minimum: int, maximum: int) -> list[Stop]:
    """Equal bands over a range of values, from start to end."""
    number = min(BANDS, maximum - minimum + 1)  # a short range has no empty bands
    width = (maximum - minimum + 1) / number
    edges = [minimum + round(width * i) for i in range(number)] + [maximum + 1]
    return [Stop(low, high - 1, f"{low}–{high - 1}") for low, high in pairwise(edges)]


def stop_index(stops: list[Stop], value: int) -> int:
    """Which stop (from 0) a value belongs to. Raises ValueError for a value off the scale."""
    for index, stop in enumerate(stops):
        if stop.value <= value <= stop.highest:
            return index
    raise ValueError(value)


def position(stops: list[Stop], value: int) -> float:
    """Where the value's stop stands on a line from start (0) to end (1), middle of its place."""
    return (stop_index(stops, value) + 0.5) / len(stops)
