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
KEPT = 2000
REMEMBERED = 60.0  # seconds for which a piece of a page is kept in memory

_signer = Signer(salt="chancencheck.live")
_numbers: dict[int, tuple[float, int]] = {}
_pieces: dict[tuple[int, str, str], tuple[float, int, SafeString]] = {}
_lock = Lock()


def live_address(assessment_id: int) -> str:
    """The address a screen of this workshop asks. It cannot be guessed for another workshop."""
    return PREFIX + _signer.sign(str(assessment_id)).replace(":", "/")


def bump(room: Room) -> None:
    """Tell all screens that something changed."""
    Room.objects.filter(pk=room.pk).update(version=F("version") + 1)
    transaction.on_commit(lambda: _numbers.pop(room.assessment_id, None))


def bump_assessment(assessment_id: int) -> None:
    """The same where only the assessment is at hand; nothing happens without a room."""
    Room.objects.filter(assessment_id=assessment_id).update(version=F("version") + 1)
    transaction.on_commit(lambda: _numbers.pop(assessment_id, None))


def number_of(assessment_id: int) -> int:
    """The number of the last change; 0 where nothing happened yet. At most `FRESH` seconds old."""
    now = time.monotonic()
    kept = _numbers.get(assessment_id)
    if kept and now - kept[0] < FRESH:
        return kept[1]
    _forget_old_pieces(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version FROM workshops_room WHERE assessment_id = %s", [assessment_id]
        )
        row = cursor.fetchone()
    number = int(row[0]) if row else 0
    with _lock:
        if len(_numbers) > KEPT:
            _numbers.clear()
        _numbers[assessment_id] = (now, number)
    return number


def once_per_change(room: Room, kind: str, make: Callable[[], HttpResponse]) -> SafeString:
    """A piece of a page that is the same for many people, made once per change of the room.

    `kind`: what decides how it looks beside the room, such as the page and who may see how much.
    The number in `room` was read before `make` reads anything: a piece can be newer than its
    number, never older.
    """
    key = (room.assessment_id, kind, get_language() or "")
    now = time.monotonic()
    kept = _pieces.get(key)
    if kept and room.pk and kept[1] == room.version and now - kept[0] < REMEMBERED:
        return kept[2]
    piece = mark_safe(make().content.decode())
    _forget_old_pieces(now)
    with _lock:
        _pieces[key] = (now, room.version, piece)
    return piece


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
