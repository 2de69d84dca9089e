"""Attack: reach into a workshop from outside, or learn in it who wrote what."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import models
from django.urls import reverse

from chancencheck.assessments.models import (
    Assessment,
    IndividualRating,
    IndividualSheet,
    Voice,
)
from chancencheck.workshops import live
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.actions import ACTS
from chancencheck.workshops.choices import NoteKind
from chancencheck.workshops.live import LiveAddress, live_address
from chancencheck.workshops.models import Ballot, Room, WorkshopNote
from tests import room, world
from tests.attacks.everything import tables, where
from tests.page_lint import holds, words
from tests.room import IDEA
from tests.world import fresh, person, requirement

pytestmark = pytest.mark.usefixtures("cities")

ROOM = ("workshop", "wall", "follow", "plan", "script", "paper", "questionnaire")
PAPERS = ("protocol", "protocol_docx")
FETCH = {"x-requested-with": "fetch"}


def pages_of(assessment: Assessment) -> list[str]:
    """Every address in the room of a workshop."""
    urls = [reverse(name, args=[assessment.pk]) for name in (*ROOM, *PAPERS)]
    urls.append(reverse("handouts", args=[assessment.pk, "a4"]))
    urls.append(reverse("protocol_edition", args=[assessment.pk, 1]))
    return urls + [reverse("finding", args=[assessment.pk, key]) for key in world.KEYS]


def seen(client: Any, assessment: Assessment) -> str:
    """All that this person can read in the room, whole pages and the pieces for scripts."""
    found = [client.get(url) for url in pages_of(assessment)]
    found += [client.get(url, headers=FETCH) for url in pages_of(assessment)]
    return "".join(page.content.decode("utf-8", "replace") for page in found)


# ------------------------------------------------------------------- from outside


@pytest.mark.parametrize(
    "who",
    [
        "library_lead",
        "library_member1",
        "library_moderator",
        "coordination",
        "coordinating_group",
        "administration",
        "oversight",
        "steering",
    ],
)
def test_nobody_from_outside_reads_or_touches_the_state_of_a_workshop(
    who: str, client_for: Callable[..., Any]
) -> None:
    world.workshop("Bücherei")  # so that the others are somebody at home
    mine = room.with_words(world.workshop())
    vote = room.ask_again(mine)
    room.confirm(mine)
    client, before = client_for(who), Room.objects.values().get(assessment=mine)
    posts = {
        "steer": {"do": "forward"},
        "vote": {"vote": vote.pk, "level": 1},
        "plan": {"minutes": 60, "order": "area"},
        "protocol": {"reason": "x"},
    }

    statuses = {url: client.get(url).status_code for url in pages_of(mine)}
    statuses |= {
        name: client.post(reverse(name, args=[mine.pk]), data).status_code
        for name, data in posts.items()
    }

    assert set(statuses.values()) == {404}
    assert Room.objects.values().get(assessment=mine) == before
    assert not Ballot.objects.exists()


def ask_live(path: str) -> str:
    """The status the live address answers with."""
    said: list[str] = []

    def pages(_environ: Any, start: Any) -> Iterable[bytes]:
        start("599 Passed on", [])
        return []

    list(LiveAddress(pages)({"PATH_INFO": path}, lambda status, _headers: said.append(status)))
    return said[0]


def test_the_live_address_of_another_workshop_cannot_be_made_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "close_old_connections", lambda: None)
    mine, theirs = world.workshop(), world.workshop("Bücherei")
    signature = live_address(mine.pk).rsplit("/", 1)[1]
    foreign_salt = Signer(salt="chancencheck.guest").sign(str(theirs.pk)).replace(":", "/")
    forged = [
        f"/live/{theirs.pk}/{signature}",
        f"/live/{theirs.pk}",
        f"/live/{theirs.pk}/",
        f"/live/{foreign_salt}",
        f"/live/{mine.pk}/{signature[:-1]}",
        f"/live/0{mine.pk}/{signature}",
        f"/live/{mine.pk} OR 1=1/{signature}",
        "/live/",
        "/live/²/x",
        "/live//",
    ]

    assert ask_live(live_address(mine.pk)) == "200 OK"
    assert {ask_live(path) for path in forged} == {"404 Not Found"}


def test_notes_and_protocol_stay_with_the_team_even_after_the_release(
    client_for: Callable[..., Any],
) -> None:
    secret = "der Chef war dagegen"
    assessment = world.workshop()
    for kind in NoteKind:
        room.note(assessment, secret, kind, for_whom="Hauptamt", needs=["money"])
    room.confirm(assessment)
    released = world.release(world.settle(assessment))
    world.report_is_due()
    city = [reverse(name) for name in ("home", "round_list", "result_list", "log", "people")]
    city += [reverse("round", args=[released.participation.round_id])]
    city += [reverse("round_pattern", args=[released.participation.round_id])]
    city += [reverse("result", args=[released.participation_id])]

    for who in ("coordination", "steering", "executive", "administration", "library_lead"):
        client = client_for(who)
        everything = [client.get(url) for url in city + pages_of(released)]
        assert secret not in "".join(page.content.decode() for page in everything), who

    assert where(secret) == {"workshops_workshopnote", "workshops_protocol"}
    member = client_for("member1").get(reverse("protocol", args=[released.pk]))
    assert secret in words(member)


# ------------------------------------------------------------------- inside: who may what


LEADS_MAY = {"note_remove"}  # the lead writes too; everything else is steering


@pytest.mark.parametrize("who", ["lead", "member1"])
def test_the_lead_and_the_team_cannot_steer_open_votes_or_hide_voices(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment = room.with_words(world.workshop())
    before, voice = Room.objects.values().get(), Voice.objects.get()
    client = client_for(who)
    what = {"switch": "code:on", "timer": "start", "hide": f"{voice.pk}:on"}

    for address in (
        reverse("steer", args=[assessment.pk]),
        reverse("finding", args=[assessment.pk, "KOM-1"]),
    ):
        for name in set(ACTS) - LEADS_MAY:
            do = f"{name}:{what.get(name, '')}"
            page = client.post(address, {"do": do, "key": "KOM-1", "revision": 0})
            assert page.status_code in (403, 409), do

    assert Room.objects.values().get() == before
    assert not Voice.objects.filter(is_hidden=True).exists()
    assert not assessment.distributions.filter(vote__gt=1).exists()


def test_a_voice_of_another_workshop_cannot_be_hidden(client_for: Callable[..., Any]) -> None:
    mine, theirs = world.workshop(), room.with_words(world.workshop("Bücherei"))
    voice = theirs.voices.get()

    page = client_for("moderator").post(
        reverse("steer", args=[mine.pk]), {"do": f"hide:{voice.pk}:on"}
    )

    assert page.status_code == 409
    assert not Voice.objects.filter(is_hidden=True).exists()


@pytest.mark.parametrize("who", ["lead", "member1", "coordination", "administration"])
def test_nobody_but_the_moderator_opens_the_page_for_paper(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()
    Assessment.objects.update(paper_seats=2)
    sheet = IndividualSheet.objects.create(assessment=assessment, is_paper=True)
    client = client_for(who)
    level = {f"level-{requirement(assessment).pk}": "1"}

    enter = reverse("paper_enter", args=[assessment.pk])
    back = reverse("paper_take_back", args=[assessment.pk, sheet.pk])
    pages = [client.get(enter), client.post(enter, level), client.post(back, {"a": "b"})]

    assert {page.status_code for page in pages} <= {403, 404}
    assert IndividualSheet.objects.count() == 1


def test_a_sheet_of_paper_is_never_shown_again(client_for: Callable[..., Any]) -> None:
    assessment = world.rated()
    Assessment.objects.update(paper_seats=2)
    kom, client = requirement(assessment), client_for("moderator")
    kept, shared = "am Dienstag rief Herr Beispiel an", "mehr Schilder im Flur"
    form = {f"level-{kom.pk}": "4", f"example-{kom.pk}": kept, f"idea-{kom.pk}": shared}

    after = client.post(
        reverse("paper_enter", args=[assessment.pk]),
        form | {f"share_idea-{kom.pk}": "on"},
        follow=True,
    )
    again = client.get(reverse("paper_enter", args=[assessment.pk]))
    opened = world.open_workshop(fresh(assessment))

    assert after.status_code == again.status_code == 200
    for page in (after, again):
        assert not holds(page, kept)
        assert not holds(page, shared)
    everything = seen(client, opened)
    assert kept not in everything
    assert shared in everything


def test_a_moderator_of_another_team_cannot_take_a_sheet_back(
    client_for: Callable[..., Any],
) -> None:
    mine, theirs = world.rating(), world.rating("Bücherei")
    (sheet,) = room.sheets(theirs, 3)

    page = client_for("moderator").post(
        reverse("paper_take_back", args=[mine.pk, sheet.pk]), {"a": "b"}
    )

    assert page.status_code == 409
    assert IndividualSheet.objects.filter(pk=sheet.pk).exists()


# ------------------------------------------------------------------- inside: who wrote what


def test_the_order_on_the_wall_is_not_the_order_in_which_people_wrote(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()
    for who in world.MEMBERS:
        for key in world.KEYS:
            texts = {"example": f"erst {who}", "idea": f"dann {who}"}
            world.rate(assessment, who, key, share_example=True, share_idea=True, **texts)
    world.finish(assessment, *world.MEMBERS)
    opened = world.open_workshop(fresh(assessment))
    written = [f"{when} {who}" for who in world.MEMBERS for when in ("erst", "dann")]

    orders = []
    for key in world.KEYS:
        room.show(opened, key)
        page = words(client_for("member1").get(reverse("wall", args=[opened.pk])))
        orders.append(sorted(written, key=page.index))

    # three random orders of ten: that all are the order of writing happens once in 10**19
    assert all(set(order) == set(written) for order in orders)
    assert [order for order in orders if order != written]
    assert len({tuple(order) for order in orders}) > 1


def test_voices_have_random_ids_and_lie_in_their_order_in_the_table() -> None:
    assessment = world.rating()
    for who in world.MEMBERS:
        for key in world.KEYS:
            idea = {"idea": f"{who} {key}", "share_idea": True}
            world.rate(assessment, who, key, example="auch das", share_example=True, **idea)
    world.finish(assessment, *world.MEMBERS)
    world.open_workshop(fresh(assessment))

    for key in world.KEYS:
        ids = [voice.pk for voice in Voice.objects.filter(requirement__key=key)]
        texts = [voice.pk.hex for voice in Voice.objects.filter(requirement__key=key)]
        stored = [str(row[0]).replace("-", "") for row in tables()["assessments_voice"]]
        assert {pk.version for pk in ids} == {4}
        assert [pk for pk in stored if pk in texts] == sorted(texts)


@pytest.mark.parametrize("model", [Voice, Ballot, IndividualSheet, IndividualRating, WorkshopNote])
def test_nothing_a_single_person_said_has_a_time_or_a_name(model: type[models.Model]) -> None:
    fields = model._meta.get_fields()

    times = [f for f in fields if isinstance(f, models.DateField | models.TimeField)]
    related = {f.related_model._meta.label for f in fields if f.is_relation and f.related_model}
    assert times == []
    assert "accounts.User" not in related


def test_a_hidden_voice_is_on_no_page_of_the_team_and_on_no_wall(
    client_for: Callable[..., Any],
) -> None:
    assessment = room.with_words(world.workshop())
    phone = room.device(room.code_of(assessment))
    shown = {who: IDEA in seen(client_for(who), assessment) for who in ("member1", "lead")}

    workshops.hide_voice(voice=assessment.voices.get(), hidden=True, by=person("moderator"))

    for who in ("member1", "lead"):
        assert shown[who]
        assert IDEA not in seen(client_for(who), assessment), who
    wall = client_for("moderator").get(reverse("wall", args=[assessment.pk]))
    assert IDEA not in wall.content.decode()
    assert IDEA not in phone.get(reverse("guest_now")).content.decode()
    found = room.confirm(assessment)
    assert IDEA not in str(found.content)


def test_neither_wall_nor_own_screen_name_anybody(client_for: Callable[..., Any]) -> None:
    assessment = room.with_words(world.workshop())
    room.team_votes(assessment, room.ask_again(assessment), (1, 2, 3, 4))
    room.close_vote(assessment)

    for name in ("wall", "follow"):
        piece = client_for("member2").get(reverse(name, args=[assessment.pk]), headers=FETCH)
        text = piece.content.decode()
        people = [str(person(who)) for who in world.MEMBERS]
        assert not [name for name in people if name in text]
        assert "@" not in text
