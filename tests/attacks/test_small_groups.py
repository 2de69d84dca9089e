"""Attack: learn something from small numbers, or from the difference of two states."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment, Distribution
from chancencheck.assessments.queries import team_progress
from chancencheck.assessments.rules import Progress
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.models import Municipality
from tests import world
from tests.page_lint import by_class, parse
from tests.world import fresh, person

pytestmark = pytest.mark.usefixtures("cities")

WATCHERS = ("lead", "moderator", "member5")


def pages(client: Any, assessment: Assessment) -> list[Any]:
    """The pages that say how far a team is."""
    found = [client.get(reverse(n, args=[assessment.pk])) for n in ("prepare", "sheet", "workshop")]
    return [page for page in found if page.status_code == 200]


@pytest.mark.parametrize("who", WATCHERS)
@pytest.mark.parametrize("finished", [0, 1, 2])
def test_below_three_nobody_learns_how_many_have_finished(
    who: str, finished: int, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()
    client = client_for(who)
    nobody = [_plain(page) for page in pages(client, assessment)]

    world.finish(assessment, *world.MEMBERS[:finished])

    assert [_plain(page) for page in pages(client, assessment)] == nobody


@pytest.mark.parametrize("who", WATCHERS)
def test_three_of_five_is_not_told_because_two_are_missing(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.rated(finished=3)

    shown = pages(client_for(who), assessment)

    assert shown
    assert not [page for page in shown if by_class(parse(page), "cc-count")]
    assert team_progress(assessment).done is None


def test_numbers_show_with_three_on_each_side() -> None:
    assessment = world.rated(finished=3)
    assess.add_member(assessment=assessment, email="neu@musterstadt.example", by=person("lead"))

    found = team_progress(fresh(assessment))

    assert (found.state, found.done, found.total) == (Progress.SOME, 3, 6)


def test_with_two_finished_the_moderator_can_neither_see_nor_open(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rated(finished=2)
    client = client_for("moderator")

    page = client.get(reverse("workshop", args=[assessment.pk]))
    finding = client.get(reverse("finding", args=[assessment.pk, "KOM-1"]))
    opened = client.post(reverse("workshop_open", args=[assessment.pk]), {"a": "b"})

    assert not by_class(parse(page), "cc-next")
    assert not by_class(parse(page), "cc-spread-table")
    assert (finding.status_code, opened.status_code) == (409, 409)
    assert fresh(assessment).stage == "rating"
    assert not Distribution.objects.exists()


def test_with_three_finished_the_moderator_can_open(client_for: Callable[..., Any]) -> None:
    assessment = world.rated(finished=3)
    client = client_for("moderator")
    before = client.get(reverse("workshop", args=[assessment.pk]))

    client.post(reverse("workshop_open", args=[assessment.pk]), {"a": "b"})

    page = client.get(reverse("finding", args=[assessment.pk, "KOM-1"]))
    assert by_class(parse(before), "cc-next")
    assert by_class(parse(page), "cc-spread-table")


@pytest.mark.parametrize("who", ["lead", "member1", "coordination", "administration"])
def test_nobody_but_the_moderator_opens(who: str) -> None:
    assessment = world.rated()

    with pytest.raises(PermissionDenied):
        assess.open_distributions(assessment=assessment, by=person(who))


def test_where_fewer_than_three_chose_a_level_no_number_is_stored(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()
    for who, level in zip(world.MEMBERS, (1, 4, None, None, None), strict=True):
        world.rate(assessment, who, "KOM-1", level=level)
        world.rate(assessment, who, "KOM-2", level=3)
    world.finish(assessment, *world.MEMBERS)

    opened = world.open_workshop(fresh(assessment))

    hidden = opened.distributions.get(requirement__key="KOM-1")
    shown = opened.distributions.get(requirement__key="KOM-2")
    assert (hidden.counts, hidden.cannot_judge) == ([], None)
    assert (shown.counts, shown.cannot_judge) == ([0, 0, 5, 0], 0)
    page = client_for("moderator").get(reverse("finding", args=[opened.pk, "KOM-1"]))
    assert not by_class(parse(page), "cc-spread-table")


def test_a_raised_floor_holds_for_opening_and_for_distributions() -> None:
    Municipality.objects.update(minimum_group_size=5)
    assessment = world.rated(finished=4)

    with pytest.raises(NotAllowedNow):
        world.open_workshop(assessment)

    world.rate(assessment, "member5", "KOM-1", level=None)
    world.finish(assessment, "member5")
    opened = world.open_workshop(fresh(assessment))
    assert {tuple(d.counts) for d in opened.distributions.all()} == {()}


def test_a_late_answer_is_refused_and_changes_no_distribution(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.open_workshop(world.rated(finished=4))
    before = list(assessment.distributions.order_by("pk").values())

    page = client_for("member5").post(
        reverse("rate", args=[assessment.pk, "KOM-1"]),
        {"level": "4", "example": "doch noch ein langer Satz", "revision": "0"},
    )

    assert page.status_code == 409
    assert "doch noch ein langer Satz" in page.content.decode()  # not lost
    assert list(assessment.distributions.order_by("pk").values()) == before
    assert assessment.ratings.count() == 12


def test_opening_counts_each_answer_once_and_stores_no_second_state() -> None:
    assessment = world.workshop()

    assert assessment.distributions.count() == len(world.KEYS)
    assert {tuple(d.counts) for d in assessment.distributions.all()} == {(2, 1, 1, 1)}


@pytest.mark.parametrize("who", ["member1", "member5"])
def test_taking_somebody_out_changes_no_number(who: str, client_for: Callable[..., Any]) -> None:
    assessment = world.rated(finished=3)
    assess.add_member(assessment=assessment, email="neu@musterstadt.example", by=person("lead"))
    before = team_progress(fresh(assessment))

    assess.remove_member(member=assessment.members.get(user=person(who)), by=person("lead"))

    assert team_progress(fresh(assessment)) == before


def test_bringing_somebody_back_changes_no_number() -> None:
    assessment = world.rated(finished=3)
    assess.add_member(assessment=assessment, email="neu@musterstadt.example", by=person("lead"))
    member = assessment.members.get(user=person("member1"))
    assess.remove_member(member=member, by=person("lead"))
    before = team_progress(fresh(assessment))

    assess.add_member(assessment=assessment, email=member.user.email, by=person("lead"))

    assert team_progress(fresh(assessment)) == before


def test_the_answers_of_who_left_still_count() -> None:
    assessment = world.rated(finished=5)
    assess.remove_member(member=assessment.members.get(user=person("member1")), by=person("lead"))

    opened = world.open_workshop(fresh(assessment))

    assert {sum(d.counts) for d in opened.distributions.all()} == {5}


@pytest.mark.parametrize("who", ["coordination", "coordinating_group", "steering"])
def test_the_city_sees_the_stage_and_never_how_far_people_are(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()
    url = reverse("round", args=[assessment.participation.round_id])
    client = client_for(who)
    before = _plain(client.get(url))

    world.finish(assessment, *world.MEMBERS)

    assert _plain(client.get(url)) == before


def _plain(page: Any) -> str:
    """The page without the parts that differ each time, and without the person's own state."""
    lines = page.content.decode().splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)
