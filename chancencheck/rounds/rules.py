"""What may follow on what. The tables are the truth; operations ask them."""

from datetime import date

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.rounds.choices import RoundState, Stage

ROUND_TRANSITIONS: dict[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset(),
}

STAGE_TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.INVITED: frozenset({Stage.PREPARING}),
    Stage.PREPARING: frozenset({Stage.RATING}),
    Stage.RATING: frozenset({Stage.WORKSHOP}),
    Stage.WORKSHOP: frozenset({Stage.RELEASED}),
    Stage.RELEASED: frozenset({Stage.CORRECTING}),
    Stage.CORRECTING: frozenset({Stage.RELEASED}),
}

# For the small picture of five steps: preparing, rating, workshop, release, done.
STEPS = [Stage.INVITED, Stage.PREPARING, Stage.RATING, Stage.WORKSHOP, Stage.RELEASED]


def check_round(current: RoundState, target: RoundState) -> None:
    """Raise NotAllowedNow unless the round may go there."""
    if target not in ROUND_TRANSITIONS[current]:
        raise NotAllowedNow(f"{current} → {target}")


def check_stage(current: Stage, target: Stage) -> None:
    """Raise NotAllowedNow unless the institution may go there."""
    if target not in STAGE_TRANSITIONS[current]:
        raise NotAllowedNow(f"{current} → {target}")


def step_number(stage: Stage) -> int:
    """Which of the five steps (1–5) is running; 6 when everything is done."""
    if stage == Stage.RELEASED:
        return 6
    if stage == Stage.CORRECTING:
        return 5
    return STEPS.index(stage) + 1


def days_late(stage: Stage, today: date, *, rating: date, workshop: date, release: date) -> int:
    """How many days (0 or more) an institution is behind the calendar of its round."""
    due = {
        Stage.INVITED: rating,
        Stage.PREPARING: rating,
        Stage.RATING: workshop,
        Stage.WORKSHOP: release,
        Stage.CORRECTING: date.max,
        Stage.RELEASED: date.max,
    }[stage]
    return max(0, (today - due).days) if due < today else 0
