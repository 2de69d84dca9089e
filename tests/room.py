"""What people do in the room of a workshop, and the devices of guests."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment, Distribution, IndividualSheet, Voice
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.choices import NoteKind
from chancencheck.workshops.models import Protocol, Room, WorkshopNote
from tests import world
from tests.page_lint import LintingClient
from tests.world import requirement, team_of

IDEA = "wir sprechen zu schnell"


def moderator(assessment: Assessment) -> User:
    """Who leads through the workshop."""
    return team_of(assessment).person("moderator")


def room_of(assessment: Assessment) -> Room:
    """The room as it is stored now."""
    return Room.objects.get(assessment=assessment)


def show(assessment: Assessment, key: str = "KOM-1") -> None:
    """The moderator puts a requirement on the wall."""
    workshops.show(
        assessment=assessment, requirement=requirement(assessment, key), by=moderator(assessment)
    )


def with_words(assessment: Assessment, key: str = "KOM-1", text: str = IDEA) -> Assessment:
    """An anonymous sentence is there, and its requirement is on the wall."""
    Voice.objects.create(
        assessment=assessment, requirement=requirement(assessment, key), kind="idea", text=text
    )
    show(assessment, key)
    return assessment


def note(
    assessment: Assessment, text: str, kind: NoteKind = NoteKind.PARKED, **more: Any
) -> WorkshopNote:
    """The moderator writes something down beside the findings."""
    entry = {"requirement": None, "for_whom": "", "needs": [], "by": moderator(assessment), **more}
    return workshops.add_note(assessment=assessment, kind=kind, text=text, **entry)


def confirm(assessment: Assessment, reason: str = "") -> Protocol:
    """The lead confirms the protocol."""
    lead = team_of(assessment).person("lead")
    return workshops.confirm_protocol(assessment=assessment, reason=reason, by=lead)


# ------------------------------------------------------------------- voting


def ask_again(assessment: Assessment, key: str = "KOM-1") -> Distribution:
    """The moderator asks for the level once more."""
    return workshops.open_vote(
        assessment=assessment, requirement=requirement(assessment, key), by=moderator(assessment)
    )


def team_votes(
    assessment: Assessment, vote: Distribution, levels: Sequence[int | None], begin: int = 0
) -> None:
    """People of the team vote, one after the other; `begin`: who is the first of them."""
    for who, level in zip(world.MEMBERS[begin:], levels, strict=False):
        workshops.cast_ballot(
            vote_id=vote.pk,
            level=level,
            by=team_of(assessment).person(who),
            assessment=assessment,
        )


def close_vote(assessment: Assessment) -> None:
    """The moderator closes the vote that runs."""
    workshops.close_vote(assessment=assessment, by=moderator(assessment))


def end(assessment: Assessment) -> None:
    """The workshop is over."""
    workshops.end_workshop(assessment=assessment, by=moderator(assessment))


# ------------------------------------------------------------------- guests


def code_of(assessment: Assessment) -> str:
    """The code on the wall; the moderator lets it be made if there is none."""
    if not room_of(assessment).code:
        workshops.switch(assessment=assessment, what="code", on=True, by=moderator(assessment))
    return room_of(assessment).code or ""


def device(code: str) -> LintingClient:
    """A phone that tries to come in with this code."""
    phone = LintingClient()
    phone.post(reverse("join"), {"code": code})
    return phone


def is_in(phone: LintingClient) -> bool:
    """Whether the phone is in a workshop."""
    return phone.get(reverse("guest_now")).status_code == 200


def tap(phone: LintingClient, vote: Distribution, level: int | str) -> Any:
    """Vote on a phone."""
    return phone.post(reverse("guest_vote"), {"vote": vote.pk, "level": level})


# ------------------------------------------------------------------- paper


def sheets(
    assessment: Assessment, *levels: int | None, key: str = "KOM-1"
) -> list[IndividualSheet]:
    """So many people of the team write on paper; the moderator types their sheets in."""
    lead = team_of(assessment).person("lead")
    assess.set_paper_seats(assessment=assessment, seats=len(levels), by=lead)
    return [
        assess.add_paper_sheet(
            assessment=assessment,
            entries={requirement(assessment, key): world.entry(level)},
            by=moderator(assessment),
        )
        for level in levels
    ]
