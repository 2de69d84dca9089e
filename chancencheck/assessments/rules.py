"""The rules that protect people and keep the order of the method, in plain Python."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

TEAM_MINIMUM = 3
TEAM_MAXIMUM = 8
POINTS_MAXIMUM = 3  # strengths and potentials per requirement


def author_key(secret: str, salt: bytes, user_id: int, seal: int = 0) -> str:
    """The pseudonym under which one person's answers of one assessment are kept (64 hex digits).

    `seal` changes when the administration opens the account with a link to a new password: what
    was answered before stays closed to whoever uses that link.

    HMAC-SHA-256 (RFC 2104). Without the server's secret and the salt of the assessment nobody can
    compute it from a person; the salt is deleted with the answers when the result is released.
    """
    person = f"{user_id}:{seal}".encode()
    return hmac.new(secret.encode(), salt + person, hashlib.sha256).hexdigest()


class Progress(StrEnum):
    """How far a team is, as coarse as it must be."""

    TOO_FEW = "too_few"
    SOME = "some"
    NEARLY_ALL = "nearly_all"
    ALL = "all"


def progress(done: int, total: int, floor: int) -> Progress:
    """Which progress may be told. Numbers only (SOME) with `floor` people on both sides."""
    if done < floor:
        return Progress.TOO_FEW
    if done >= total:
        return Progress.ALL
    if total - done < floor:
        return Progress.NEARLY_ALL
    return Progress.SOME


def is_whole_team(accounts: int, on_paper: int, smallest: int) -> bool:
    """Whether a team can begin: three to eight people, and no one or two alone on the screen.

    Whoever types the paper in could subtract it: answers of one or two people on the screen could
    never be shown.
    """
    return smallest <= accounts + on_paper <= TEAM_MAXIMUM and not 0 < accounts < smallest


def may_open(done: int, floor: int, typed: int = 0) -> bool:
    """Whether enough people have finished to open the distributions.

    `done` on the screen or `typed` in from paper, each alone: a sum would tell whoever types how
    many have finished on the screen.
    """
    return done >= floor or typed >= floor


@dataclass(frozen=True)
class Count:
    """A distribution: people per stop of the scale, and people who could not judge."""

    per_stop: tuple[int, ...]
    cannot_judge: int


def count(
    stops: Sequence[int | None],
    number_of_stops: int,
    floor: int,
    knowable: Sequence[int | None] = (),
) -> Count | None:
    """Count answers into a distribution, or None when too few people chose a level.

    `stops`: one entry per person, the index of the chosen stop or None for "cannot judge".
    `knowable`: the same for answers somebody may know: sheets typed in for others, votes of guests.
    The floor holds for the people who chose a level: two who cannot judge do not hide a third.
    What somebody knows can be subtracted, so what is left must be nobody or enough people.
    """
    hidden = [stop for stop in stops if stop is not None]
    chosen = hidden + [stop for stop in knowable if stop is not None]
    if len(chosen) < floor or (stops and len(hidden) < floor):
        return None
    stops = [*stops, *knowable]
    per_stop = tuple(chosen.count(index) for index in range(number_of_stops))
    return Count(per_stop, len(stops) - len(chosen))


# From so many institutions on, what they said in a pilot is added to the sums people can read.
INSTITUTIONS_MINIMUM = 3


def tally(
    answers: Sequence[str], values: Sequence[str], floor: int, knowable: Sequence[str] = ()
) -> list[int] | None:
    """How often each value was given, in the order of `values`; None when too few people answered.

    `knowable`: answers somebody may know, because they typed them in. What is left without them
    must be nobody or enough people, as in `count`.
    """
    everybody = [*answers, *knowable]
    if len(everybody) < floor or 0 < len(answers) < floor:
        return None
    return [everybody.count(value) for value in values]


def spread(per_stop: Sequence[int]) -> int:
    """Stops between the lowest and the highest chosen one; 0 when all agree."""
    used = [index for index, people in enumerate(per_stop) if people]
    return used[-1] - used[0] if used else 0


def disagreement(per_stop: Sequence[int]) -> tuple[int, float]:
    """Sort key: widest spread first, then the larger variance."""
    people = sum(per_stop)
    if not people:
        return (0, 0.0)
    mean = sum(i * n for i, n in enumerate(per_stop)) / people
    return (spread(per_stop), sum(n * (i - mean) ** 2 for i, n in enumerate(per_stop)) / people)


def words_first(strengths: Sequence[str], potentials: Sequence[str]) -> bool:
    """Whether there are words enough to fix a level: one strength and one potential."""
    return bool(strengths) and bool(potentials)


@dataclass(frozen=True)
class Thin:
    """An answer sheet with fewer people than the floor."""

    key: str
    people: int


def thin_sheets(keys: Sequence[str], chosen: Sequence[str], floor: int) -> list[Thin]:
    """Answer sheets that nobody or too few people have; empty where nobody is there to choose.

    `keys`: the sheets of the instrument. `chosen`: the sheet of each person, "" for everything.
    """
    everything = chosen.count("")
    holders = {key: chosen.count(key) + everything for key in keys}
    return [Thin(key, people) for key, people in holders.items() if chosen and people < floor]


def clean_points(points: Sequence[str]) -> list[str]:
    """Points without empty ones, at most three."""
    return [point.strip() for point in points if point.strip()][:POINTS_MAXIMUM]


@dataclass(frozen=True)
class Merge:
    """Outcome of a three-way merge: the merged fields and those both sides changed apart."""

    merged: dict[str, object]
    conflicts: tuple[str, ...]


def merge(
    base: Mapping[str, object], mine: Mapping[str, object], saved: Mapping[str, object]
) -> Merge:
    """Merge two edits of one record field by field.

    A field only one side changed takes that change. A field both changed to different values is
    a conflict; `merged` holds mine there, and the caller must ask.
    """
    merged = dict(saved)
    conflicts = []
    for field, value in mine.items():
        if value == base.get(field) or value == saved.get(field):
            continue
        if saved.get(field) != base.get(field):
            conflicts.append(field)
        merged[field] = value
    return Merge(merged, tuple(conflicts))
