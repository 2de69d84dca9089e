"""Hints for the moderator at the right moment. The texts are data: `data/hinweise.yaml`."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from chancencheck.workshops.rules import Situation

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Hint:
    """A short help: when it fits, and what the moderator can say."""

    title: str
    text: str
    say: str


@dataclass(frozen=True)
class Step:
    """One step of the facilitator's script."""

    title: str
    minutes: str
    do: tuple[str, ...]
    say: str


@lru_cache
def _hints() -> dict[Situation, Hint]:
    rows = yaml.safe_load((DATA / "hinweise.yaml").read_text())
    return {Situation(key): Hint(**row) for key, row in rows.items()}


def hints_for(found: list[Situation]) -> list[Hint]:
    """The texts for these situations, in the same order."""
    return [_hints()[situation] for situation in found]


def every_hint() -> list[Hint]:
    """All hints, for the script on paper."""
    return list(_hints().values())


@lru_cache
def script() -> list[Step]:
    """The steps of a workshop, for the facilitator's script."""
    rows = yaml.safe_load((DATA / "leitfaden.yaml").read_text())
    return [Step(row["title"], row["minutes"], tuple(row["do"]), row["say"]) for row in rows]
