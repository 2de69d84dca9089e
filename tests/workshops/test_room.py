"""What the moderator does in the room, and what everybody's screen learns of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.choices import NoteKind, Order
from chancencheck.workshops.models import Room
from chancencheck.workshops.queries import schedule
from chancencheck.workshops.rules import MINUTES_TO_BEGIN
from tests import room, world
from tests.room import room_of
from tests.world import fresh, person, requirement

pytestmark = pytest.mark.usefixtures("cities")


def steps(assessment: Assessment, who: str = "moderator") -> dict[str, Callable[[], Any]]:
    """Everything that only the moderator may do, ready to be done by somebody."""
    here: dict[str, Any] = {"assessment": assessment, "by": person(who)}
    kom = requirement(assessment)
    plan = {"order": Order.AREA, "own_order": [], "deep": ["KOM-1"], "minutes": 90}
    return {
        "show": lambda: workshops.show(requirement=kom, **here),
        "forward": lambda: workshops.step(forward=True, **here),
        "back": lambda: workshops.step(forward=False, **here),
        "switch": lambda: workshops.switch(what="spread", on=False, **here),
        "code": lambda: workshops.switch(what="code", on=True, **here),
        "renew": lambda: workshops.renew_code(**here),
        "shut out": lambda: workshops.shut_out_guests(**here),
        "timer": lambda: workshops.set_timer(do="start", **here),
        "plan": lambda: workshops.set_plan(**plan, **here),
        "vote": lambda: workshops.open_vote(requirement=kom, **here),
        "end": lambda: workshops.end_workshop(**here),
    }


STEPS = [
    "show",
    "forward",
    "back",
    "switch",
    "code",
    "renew",
    "shut out",
    "timer",
    "plan",
    "vote",
    "end",
]


@pytest.mark.parametrize("name", STEPS)
def test_each_step_reaches_every_screen(name: str) -> None:
    assessment = world.workshop()
    before = room_of(assessment).version

    steps(assessment)[name]()

    assert room_of(assessment).version > before


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("who", ["lead", "member1", "coordination", "administration"])
def test_nobody_but_the_moderator_steers(name: str, who: str) -> None:
    assessment = world.workshop()
    before = Room.objects.values().get()

    with pytest.raises(PermissionDenied):
        steps(assessment, who)[name]()

    assert Room.objects.values().get() == before


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("stage", ["rated", "released", "correcting", "closed", "ended"])
def test_only_a_running_workshop_is_steered(name: str, stage: str) -> None:
    assessment = world.STAGES.get(stage, world.workshop)()
    if stage == "closed":
        assess.close_round(run=assessment.participation.round, by=person("coordination"))
    if stage == "ended":
        room.end(assessment)

    with pytest.raises(NotAllowedNow):
        steps(fresh(assessment))[name]()


# ------------------------------------------------------------------- what the wall shows


def test_a_new_requirement_brings_its_time_and_hides_the_last_round_again() -> None:
    assessment = world.workshop()
    for what in ("past", "code"):
        workshops.switch(assessment=assessment, what=what, on=True, by=person("moderator"))

    room.show(assessment)

    found = room_of(assessment)
    planned = schedule(assessment, found).plan.minutes_for("KOM-1")
    assert (found.shows_past, found.shows_code) == (False, False)
    assert (found.timer_minutes, found.seconds_left) == (planned, planned * 60)
    assert not found.is_timer_running


def test_showing_the_same_again_changes_nothing() -> None:
    assessment = world.workshop()
    room.show(assessment)
    before = Room.objects.values().get()

    room.show(assessment)

    assert Room.objects.values().get() == before


def test_next_and_back_go_through_the_order_from_the_welcome_to_the_last() -> None:
    assessment = world.workshop()
    keys = [row.requirement.key for row in schedule(assessment, room_of(assessment)).talk]

    def on_the_wall(forward: bool) -> str:
        workshops.step(assessment=assessment, forward=forward, by=person("moderator"))
        shown = room_of(assessment).requirement
        return shown.key if shown else ""

    there = [on_the_wall(True) for _ in range(len(keys) + 1)]
    back = [on_the_wall(False) for _ in range(len(keys) + 1)]

    assert there == [*keys, keys[-1]]
    assert back == [*keys[-2::-1], "", ""]


def test_what_was_left_out_beforehand_never_comes_on_the_wall() -> None:
    assessment = world.preparing()
    assess.set_applicability(
        assessment=assessment,
        reasons={requirement(assessment, "KOM-2").pk: "Wir haben keine Bilder"},
        handovers={},
        by=person("lead"),
    )
    assess.invite_team(assessment=assessment, by=person("lead"))
    world.finish(assessment, *world.MEMBERS)
    opened = world.open_workshop(fresh(assessment))

    found = schedule(opened, room_of(opened))

    assert {row.requirement.key for row in found.talk} == {"KOM-1", "ZUG-1"}
    assert {slot.key for slot in found.plan.slots} == {"KOM-1", "ZUG-1"}


def test_a_switch_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotAllowedNow):
        workshops.switch(
            assessment=world.workshop(), what="ratings", on=True, by=person("moderator")
        )


@pytest.mark.parametrize(
    "do", ["", "fly", "hide:guessed:on", "note_remove:²", "timer:back", "switch:names:on", "show"]
)
def test_a_button_that_does_not_exist_is_refused(do: str, client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()

    page = client_for("moderator").post(reverse("steer", args=[assessment.pk]), {"do": do})

    assert page.status_code == 409


# ------------------------------------------------------------------- order and time


def order_of(assessment: Assessment) -> list[str]:
    return [row.requirement.key for row in schedule(assessment, room_of(assessment)).rows]


def wide() -> Assessment:
    """The widest differences are in ZUG-1, the smallest in KOM-1."""
    assessment = world.rating()
    levels = {"KOM-1": (2, 2, 2, 2, 2), "KOM-2": (2, 2, 3, 3, 3), "ZUG-1": (1, 1, 4, 4, 4)}
    for key, row in levels.items():
        for who, level in zip(world.MEMBERS, row, strict=True):
            world.rate(assessment, who, key, level=level)
    world.finish(assessment, *world.MEMBERS)
    return world.open_workshop(fresh(assessment))


def test_the_widest_differences_come_first_unless_said_otherwise() -> None:
    assessment = wide()
    spread = order_of(assessment)
    plan = {"assessment": assessment, "deep": [], "minutes": 90, "by": person("moderator")}

    workshops.set_plan(order=Order.AREA, own_order=[], **plan)
    area = order_of(assessment)
    workshops.set_plan(order=Order.OWN, own_order=["KOM-2"], **plan)
    own = order_of(assessment)

    assert spread == ["ZUG-1", "KOM-2", "KOM-1"]
    assert area == ["KOM-1", "KOM-2", "ZUG-1"]
    assert own == ["KOM-2", "KOM-1", "ZUG-1"]


def test_where_all_agree_no_time_is_planned_for_a_long_talk() -> None:
    assessment = wide()

    found = schedule(assessment, room_of(assessment)).plan

    assert {slot.key: slot.is_deep for slot in found.slots} == {
        "ZUG-1": True,
        "KOM-2": True,
        "KOM-1": False,
    }
    assert found.slots[0].begins == MINUTES_TO_BEGIN


def test_the_page_of_the_plan_moves_a_requirement_and_keeps_the_ticks(
    client_for: Callable[..., Any],
) -> None:
    assessment = wide()
    form = {"minutes": "60", "order": "spread", "deep": ["KOM-1", "NEU-9"], "move": "up:KOM-1"}

    page = client_for("moderator").post(reverse("plan", args=[assessment.pk]), form)

    found = room_of(assessment)
    assert page.status_code == 302
    assert (found.order, found.minutes, found.deep) == ("own", 60, ["KOM-1"])
    assert order_of(assessment) == ["ZUG-1", "KOM-1", "KOM-2"]


@pytest.mark.parametrize("minutes", ["", "0", "29", "481", "²", "9" * 30, "-60"])
def test_an_impossible_time_gets_a_sentence(minutes: str, client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()

    page = client_for("moderator").post(
        reverse("plan", args=[assessment.pk]), {"minutes": minutes, "order": "spread"}
    )

    assert page.status_code == 422
    assert page.context["form"].errors["minutes"]


def test_the_timer_runs_stops_and_gets_longer() -> None:
    assessment = world.workshop()
    room.show(assessment)
    planned = room_of(assessment).seconds_left or 0

    def after(do: str) -> Room:
        workshops.set_timer(assessment=assessment, do=do, by=person("moderator"))
        return room_of(assessment)

    started = after("start")
    assert started.is_timer_running
    assert planned - 5 <= (started.seconds_left or 0) <= planned
    longer = after("more")
    assert longer.is_timer_running
    assert planned + 115 <= (longer.seconds_left or 0) <= planned + 120
    stopped = after("stop")
    assert not stopped.is_timer_running
    assert planned + 115 <= (stopped.seconds_left or 0) <= planned + 120


def test_a_time_that_is_over_can_be_made_longer() -> None:
    assessment = world.workshop()
    Room.objects.update(timer_ends_at=timezone.now() - timedelta(minutes=5))

    workshops.set_timer(assessment=assessment, do="more", by=person("moderator"))

    assert 115 <= (room_of(assessment).seconds_left or 0) <= 120


# ------------------------------------------------------------------- the end


def test_the_end_takes_the_code_the_picture_and_a_running_vote() -> None:
    assessment = world.workshop()
    vote = room.ask_again(assessment)
    room.team_votes(assessment, vote, (1, 2, 3))

    room.end(assessment)

    found = room_of(assessment)
    assert (found.is_ended, found.code, found.requirement) == (True, None, None)
    assert not assessment.distributions.filter(vote__gt=1).exists()
    assert not vote.ballots.exists()


def test_a_second_day_goes_on_with_a_new_code() -> None:
    assessment = world.workshop()
    first = room.code_of(assessment)
    room.end(assessment)

    workshops.resume_workshop(assessment=assessment, by=person("moderator"))

    found = room_of(assessment)
    assert (found.is_ended, found.code) == (False, None)
    assert room.code_of(assessment) != first
    with pytest.raises(NotAllowedNow):
        workshops.resume_workshop(assessment=assessment, by=person("moderator"))


def test_after_the_end_the_result_can_still_be_written_and_released() -> None:
    assessment = world.workshop()
    room.end(assessment)

    room.note(assessment, "Das fiel uns danach noch ein", NoteKind.PARKED)
    released = world.release(world.settle(assessment))

    assert released.stage == "released"


def test_saving_and_going_on_takes_the_wall_along_only_if_it_showed_this(
    client_for: Callable[..., Any],
) -> None:
    assessment = wide()
    client = client_for("moderator")
    form = {"revision": "0", "outcome": "open", "do": "next"}

    client.post(reverse("finding", args=[assessment.pk, "KOM-1"]), form)
    apart = room_of(assessment).requirement
    room.show(assessment, "ZUG-1")
    client.post(reverse("finding", args=[assessment.pk, "ZUG-1"]), form)

    together = room_of(assessment).requirement
    assert apart is None
    assert together is not None
    assert together.key == "KOM-2"


def test_to_write_leads_to_what_the_wall_shows_and_else_to_the_list(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.workshop()
    client, url = client_for("moderator"), reverse("finding_now", args=[assessment.pk])
    at_the_welcome = client.get(url)

    room.show(assessment, "ZUG-1")

    assert at_the_welcome["Location"] == reverse("workshop", args=[assessment.pk])
    assert client.get(url)["Location"] == reverse("finding", args=[assessment.pk, "ZUG-1"])


@pytest.mark.parametrize("name", ["wall", "follow"])
def test_a_screen_left_open_leads_to_the_list_when_the_workshop_is_done(
    name: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.released()

    page = client_for("member1").get(reverse(name, args=[assessment.pk]))

    assert page["Location"] == reverse("workshop", args=[assessment.pk])
