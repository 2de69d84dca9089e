"""Guests: people in the room without an account. A code lets a device into one workshop.

Nothing about a guest is stored on the server. The device holds a signed cookie with the code and
a random number of its own; when the code ends, the cookie is worth nothing.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse

from chancencheck.assessments.models import Assessment
from chancencheck.rounds.choices import RoundState, Stage
from chancencheck.workshops.models import Room

COOKIE = "workshop"
HOURS = 12
_SALT = "chancencheck.guest"


@dataclass(frozen=True)
class Guest:
    """A device in one workshop. `device`: random, tells nothing about a person."""

    room: Room
    device: str

    @property
    def assessment(self) -> Assessment:
        """The assessment of the workshop."""
        return self.room.assessment


def room_with(code: str) -> Room | None:
    """The room this code lets into, while its workshop runs."""
    return (
        Room.objects.select_related(
            "assessment__participation__unit",
            "assessment__participation__round__municipality",
            "assessment__participation__round__instrument_version",
        )
        .filter(
            code=code,
            is_ended=False,
            assessment__participation__stage=Stage.WORKSHOP,
            assessment__participation__round__state=RoundState.OPEN,
        )
        .first()
        if code
        else None
    )


def guest_of(request: HttpRequest) -> Guest | None:
    """The guest behind a request, if their code is still worth something."""
    kept = _cookie(request)
    room = room_with(kept.get("code", ""))
    return Guest(room, kept["device"]) if room else None


def _cookie(request: HttpRequest) -> dict[str, str]:
    try:
        kept: dict[str, str] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=HOURS * 60 * 60
        )
    except signing.BadSignature:
        return {}
    return kept


# Written out like the query of saving a rating, for the same reason: after each change every
# guest of the room asks this at once (docs/performance.md).
GLANCE_SQL = """
    SELECT m.assessment_id, m.version,
      EXISTS (SELECT 1 FROM assessments_distribution d
              WHERE d.assessment_id = m.assessment_id AND d.is_open)
    FROM workshops_room m
    JOIN assessments_assessment a ON a.id = m.assessment_id
    JOIN rounds_participation p ON p.id = a.participation_id
    JOIN rounds_round r ON r.id = p.round_id
    WHERE m.code = %s AND NOT m.is_ended AND p.stage = %s AND r.state = %s
"""


@dataclass(frozen=True)
class Glance:
    """Where a room stands: enough to know whether a guest can be given what is kept."""

    assessment_id: int
    version: int
    is_voting: bool


def glance_of(request: HttpRequest) -> Glance | None:
    """The room of a guest in one short query, by the same conditions as `room_with`."""
    code = _cookie(request).get("code", "")
    if not code:
        return None
    with connection.cursor() as cursor:
        cursor.execute(GLANCE_SQL, [code, Stage.WORKSHOP, RoundState.OPEN])
        row = cursor.fetchone()
    return Glance(int(row[0]), int(row[1]), bool(row[2])) if row else None


def let_in(request: HttpRequest, response: HttpResponse, room: Room) -> None:
    """Give the device its cookie. It keeps its number under a new code, so it votes only once."""
    device = _cookie(request).get("device") or secrets.token_hex(16)
    value = signing.dumps({"code": room.code, "device": device}, salt=_SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=HOURS * 60 * 60,
        path="/mitmachen/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def let_out(response: HttpResponse) -> None:
    """Forget the workshop on this device."""
    response.delete_cookie(COOKIE, path="/mitmachen/", samesite="Lax")
