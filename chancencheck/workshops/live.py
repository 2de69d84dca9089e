"""How everybody's screen follows: one tiny address that answers with a number.

Each screen asks it every second and fetches its page again when the number has grown. The page
checks every right as always; the number alone says nothing. The address answers before Django's
own machinery, because 60 people in 20 workshops ask more often than anything else is asked
(docs/adr/0014, docs/performance.md).
"""

import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F
from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from chancencheck.workshops.models import Room

PREFIX = "/live/"
FRESH = 0.2  # seconds for which a number that was read is passed on
ASKED_LATELY = 5.0  # seconds after which a workshop nobody asks for is not read any more
REMEMBERED = 60.0  # seconds for which a piece of a page is kept in memory

_signer = Signer(salt="chancencheck.live")
_asked: dict[int, float] = {}  # workshop → when a screen asked for it last
# when the numbers were read, and the numbers; replaced as one, so that no thread sees half of it
_known: list[tuple[float, dict[int, int]]] = [(0.0, {})]
_reading = Lock()
_pieces: dict[tuple[int, str, str], tuple[float, int, SafeString]] = {}
_lock = Lock()


def live_address(assessment_id: int) -> str:
    """The address a screen of this workshop asks. It cannot be guessed for another workshop."""
    return PREFIX + _signer.sign(str(assessment_id)).replace(":", "/")


def bump(room: Room) -> None:
    """Tell all screens that something changed."""
    Room.objects.filter(pk=room.pk).update(version=F("version") + 1)
    transaction.on_commit(lambda: _known[0][1].pop(room.assessment_id, None))


def bump_assessment(assessment_id: int) -> None:
    """The same where only the assessment is at hand; nothing happens without a room."""
    Room.objects.filter(assessment_id=assessment_id).update(version=F("version") + 1)
    transaction.on_commit(lambda: _known[0][1].pop(assessment_id, None))


def number_of(assessment_id: int) -> int:
    """The number of the last change; 0 where nothing happened yet. At most `FRESH` seconds old.

    One question to the database answers for all workshops that were asked for in the last seconds.
    """
    now = time.monotonic()
    _asked[assessment_id] = now
    number = _fresh_number(assessment_id, now)
    if number is not None:
        return number
    with _reading:  # who waited here finds what the one before has read
        number = _fresh_number(assessment_id, now)
        return _read_numbers(now)[assessment_id] if number is None else number


def _fresh_number(assessment_id: int, now: float) -> int | None:
    read_at, numbers = _known[0]
    return numbers.get(assessment_id) if now - read_at < FRESH else None


def _read_numbers(now: float) -> dict[int, int]:
    _forget_old_pieces(now)
    for old in [key for key, asked in list(_asked.items()) if now - asked > ASKED_LATELY]:
        _asked.pop(old, None)
    wanted = list(_asked)
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT assessment_id, version FROM workshops_room WHERE assessment_id IN ({marks})",
            wanted,
        )
        found = {int(key): int(version) for key, version in cursor.fetchall()}
    numbers = dict.fromkeys(wanted, 0) | found
    _known[0] = (now, numbers)
    return numbers


def forget_everything() -> None:
    """Forget what is kept; needed only where a database is thrown away (tests)."""
    _asked.clear()
    _pieces.clear()
    _known[0] = (0.0, {})


def once_per_change(room: Room, kind: str, make: Callable[[], HttpResponse]) -> SafeString:
    """A piece of a page that is the same for many people, made once per change of the room.

    `kind`: what decides how it looks beside the room, such as the page and who may see how much.
    The number in `room` was read before `make` reads anything: a piece can be newer than its
    number, never older.
    """
    kept = kept_piece(room.assessment_id, kind, room.version) if room.pk else None
    if kept is not None:
        return kept
    piece = mark_safe(make().content.decode())
    now = time.monotonic()
    _forget_old_pieces(now)
    with _lock:
        _pieces[room.assessment_id, kind, get_language() or ""] = (now, room.version, piece)
    return piece


def kept_piece(assessment_id: int, kind: str, version: int) -> SafeString | None:
    """The piece that was made for this very version of the room, if it is still kept."""
    kept = _pieces.get((assessment_id, kind, get_language() or ""))
    if kept and kept[1] == version and time.monotonic() - kept[0] < REMEMBERED:
        return kept[2]
    return None


def _forget_old_pieces(now: float) -> None:
    # words of people shall not stay in memory when the workshop is over
    with _lock:
        for old in [k for k, (made, _v, _p) in _pieces.items() if now - made > REMEMBERED]:
            del _pieces[old]


StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class LiveAddress:
    """WSGI: answers `/live/<workshop>/<signature>` with "number milliseconds", else passes on.

    The milliseconds are the server's clock, for the timers of the screens.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self.application(environ, start_response)
        assessment_id = opened(path)
        if assessment_id is None:
            start_response("404 Not Found", [("Content-Length", "0")])
            return [b""]
        try:
            number = number_of(assessment_id)
        except DatabaseError:
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        finally:
            close_old_connections()
        body = f"{number} {time.time_ns() // 1_000_000}".encode()
        headers = [
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK", headers)
        return [body]


def opened(path: str) -> int | None:
    """Which workshop an address belongs to; None if we did not make it."""
    try:
        return int(_signer.unsign(path.removeprefix(PREFIX).replace("/", ":")))
    except (BadSignature, ValueError):
        return None
