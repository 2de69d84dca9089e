"""The plan of a workshop, the code for guests, and when which tip fits. Plain Python."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chancencheck.assessments.rules import spread

# Without letters and digits that are taken for one another (0 and O, 1 and I and L, 2 and Z …).
CODE_ALPHABET = "ABCDEFGHKMNPQRTUVWXY346789"
CODE_LENGTH = 6

MINUTES_TO_BEGIN = 10  # welcome, how it goes
MINUTES_TO_END = 10  # looking at the whole, what happens next
MINUTES_SHORT = 3  # a requirement without depth: all see it alike, words only
MINUTES_DEEP = 8  # below that no talk comes about
TIME_LIMITS = (30, 480)


def new_code() -> str:
    """A code people can type on a phone: six of 26 signs, about 300 million possibilities."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def plain_code(typed: str) -> str:
    """What somebody typed as a code is stored: without spaces and dashes, in capitals."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())[:20]


def voter(*, user_id: int = 0, device: str = "") -> str:
    """Who votes, as `ballot_key` takes it: a person of the team, or a device without an account."""
    return f"device:{device}" if device else f"user:{user_id}"


def ballot_key(secret: str, salt: bytes, vote_id: int, who: str) -> str:
    """The pseudonym of one ballot in one vote (64 hex digits).

    `who`: from `voter`. HMAC-SHA-256 (RFC 2104) with another text than the
    pseudonyms of ratings, so that a ballot cannot be laid beside a rating.
    """
    return hmac.new(
        secret.encode(), b"ballot:" + salt + f":{vote_id}:{who}".encode(), hashlib.sha256
    ).hexdigest()


@dataclass(frozen=True)
class Slot:
    """One requirement in the time plan. `begins`: minutes after the start."""

    key: str
    is_deep: bool
    begins: int
    minutes: int


@dataclass(frozen=True)
class Plan:
    """A time plan. `is_tight`: the talks are too short to be talks."""

    slots: tuple[Slot, ...]
    deep_minutes: int
    is_tight: bool

    def minutes_for(self, key: str) -> int:
        """Minutes planned for a requirement; 0 if it is not in the plan."""
        return next((slot.minutes for slot in self.slots if slot.key == key), 0)


def plan(keys: Sequence[str], deep: Sequence[str], minutes: int) -> Plan:
    """Divide the time: the deep ones share what the others, the beginning and the end leave.

    `keys` in the order of the talk, `deep` those talked about at length, `minutes` altogether.
    """
    deep_keys = [key for key in keys if key in deep]
    short = len(keys) - len(deep_keys)
    left = minutes - MINUTES_TO_BEGIN - MINUTES_TO_END - short * MINUTES_SHORT
    each = max(1, left // len(deep_keys)) if deep_keys else 0
    slots, clock = [], MINUTES_TO_BEGIN
    for key in keys:
        length = each if key in deep_keys else MINUTES_SHORT
        slots.append(Slot(key, key in deep_keys, clock, length))
        clock += length
    is_tight = left < 0 or bool(deep_keys and each < MINUTES_DEEP)
    return Plan(tuple(slots), each, is_tight)


def arrange(keys: Sequence[str], own: Sequence[str]) -> list[str]:
    """`keys` in the moderator's own order; what it does not name comes after, in the given order."""
    named = [key for key in own if key in keys]
    return named + [key for key in keys if key not in named]


class Situation(StrEnum):
    """What a moderator may need help with. The texts are data (`data/tipps.yaml`)."""

    START = "start"
    TOO_FEW = "too_few"
    NOBODY_JUDGES = "nobody_judges"
    FAR_APART = "far_apart"
    TOP_WITHOUT_EVIDENCE = "top_without_evidence"
    ALL_ALIKE = "all_alike"
    NO_WORDS = "no_words"
    VOTED_AGAIN = "voted_again"
    SETTLED = "settled"


def situations(
    counts: Sequence[int],
    cannot_judge: int,
    *,
    has_words: bool,
    has_evidence: bool,
    is_settled: bool,
    is_voted_again: bool = False,
) -> list[Situation]:
    """Which tips fit now, the most urgent first.

    `counts`: people per stop of the scale, empty where too few people chose a level.
    """
    if is_settled:
        return [Situation.SETTLED]
    found = [Situation.VOTED_AGAIN] if is_voted_again else []
    people = sum(counts)
    if not people:
        found.append(Situation.TOO_FEW)
    else:
        if cannot_judge >= people:
            found.append(Situation.NOBODY_JUDGES)
        if spread(counts) >= 2:
            found.append(Situation.FAR_APART)
        elif spread(counts) == 0:
            is_top = counts[-1] == people
            found.append(
                Situation.TOP_WITHOUT_EVIDENCE
                if is_top and not has_evidence
                else Situation.ALL_ALIKE
            )
    if not has_words:
        found.append(Situation.NO_WORDS)
    return found
