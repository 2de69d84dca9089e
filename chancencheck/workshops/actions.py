"""What the buttons of the moderator do. A button says `do=<name>` or `do=<name>:<what>`."""

from collections.abc import Callable
from uuid import UUID

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.instruments.models import Requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.workshops import operations
from chancencheck.workshops.models import WorkshopNote
from chancencheck.workshops.queries import room_of

Act = Callable[[Assessment, Requirement | None, str, User], object]


def _need(requirement: Requirement | None) -> Requirement:
    if requirement is None:
        raise NotAllowedNow("requirement")
    return requirement


def _hide(assessment: Assessment, _requirement: Requirement | None, what: str, by: User) -> None:
    pk, _, hidden = what.partition(":")
    try:
        voice = assessment.voices.filter(pk=UUID(pk)).first()
    except ValueError:
        voice = None
    if voice is None:
        raise NotAllowedNow("voice")
    operations.hide_voice(voice=voice, hidden=hidden == "on", by=by)


def _note(assessment: Assessment, what: str) -> WorkshopNote:
    note = assessment.notes.filter(pk=int(what)).first() if _is_number(what) else None
    if note is None:
        raise NotAllowedNow("note")
    return note


def _remove_note(assessment: Assessment, _r: Requirement | None, what: str, by: User) -> None:
    operations.remove_note(note=_note(assessment, what), by=by)


def _note_measure(assessment: Assessment, _r: Requirement | None, what: str, by: User) -> None:
    operations.propose_from_note(note=_note(assessment, what), by=by)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _timer(assessment: Assessment, _requirement: Requirement | None, what: str, by: User) -> None:
    if what == "toggle":
        what = "stop" if room_of(assessment).is_timer_running else "start"
    if what not in ("start", "stop", "more"):
        raise NotAllowedNow(what)
    operations.set_timer(assessment=assessment, do=what, by=by)


def _switch(assessment: Assessment, _requirement: Requirement | None, what: str, by: User) -> None:
    name, _, state = what.partition(":")
    operations.switch(assessment=assessment, what=name, on=state == "on", by=by)


ACTS: dict[str, Act] = {
    "show": lambda a, r, what, by: operations.show(assessment=a, requirement=_need(r), by=by),
    "welcome": lambda a, r, what, by: operations.show(assessment=a, requirement=None, by=by),
    "forward": lambda a, r, what, by: operations.step(assessment=a, forward=True, by=by),
    "back": lambda a, r, what, by: operations.step(assessment=a, forward=False, by=by),
    "switch": _switch,
    "timer": _timer,
    "hide": _hide,
    "note_measure": _note_measure,
    "note_remove": _remove_note,
    "vote_open": lambda a, r, what, by: operations.open_vote(
        assessment=a, requirement=_need(r), by=by
    ),
    "vote_close": lambda a, r, what, by: operations.close_vote(assessment=a, by=by),
    "vote_discard": lambda a, r, what, by: operations.discard_vote(assessment=a, by=by),
    "code_new": lambda a, r, what, by: operations.renew_code(assessment=a, by=by),
    "code_off": lambda a, r, what, by: operations.shut_out_guests(assessment=a, by=by),
    "end": lambda a, r, what, by: operations.end_workshop(assessment=a, by=by),
    "resume": lambda a, r, what, by: operations.resume_workshop(assessment=a, by=by),
}


def is_act(do: str) -> bool:
    """Whether a button of the room was pressed."""
    return do.partition(":")[0] in ACTS


def act(*, assessment: Assessment, requirement: Requirement | None, do: str, by: User) -> None:
    """Do what the button says. NotAllowedNow for a button that does not exist."""
    name, _, what = do.partition(":")
    if name not in ACTS:
        raise NotAllowedNow(do)
    ACTS[name](assessment, requirement, what, by)
