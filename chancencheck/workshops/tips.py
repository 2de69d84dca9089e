"""Tips for the moderator at the right moment. The texts are data: `data/tipps.yaml`."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from chancencheck.workshops.rules import Situation

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Tip:
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
def _tips() -> dict[Situation, Tip]:
    rows = yaml.safe_load((DATA / "tipps.yaml").read_text())
    return {Situation(key): Tip(**row) for key, row in rows.items()}


def tips_for(found: list[Situation]) -> list[Tip]:
    """The texts for these situations, in the same order."""
    return [_tips()[situation] for situation in found]


def every_tip() -> list[Tip]:
    """All tips, for the script on paper."""
    return list(_tips().values())


@lru_cache
def script() -> list[Step]:
    """The steps of a workshop, for the facilitator's script."""
    rows = yaml.safe_load((DATA / "leitfaden.yaml").read_text())
    return [Step(row["title"], row["minutes"], tuple(row["do"]), row["say"]) for row in rows]
