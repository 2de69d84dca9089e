"""Paper: people of the team without a computer, typed in by the moderator, without a name."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment, IndividualRating, IndividualSheet
from chancencheck.assessments.queries import key_of, team_progress
from chancencheck.assessments.rules import count
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.workshops.protocol import freeze, read
from tests import room, world
from tests.page_lint import holds
from tests.world import fresh, person, requirement

pytestmark = pytest.mark.usefixtures("cities")


def seats(assessment: Assessment, number: int, who: str = "lead") -> Assessment:
    assess.set_paper_seats(assessment=assessment, seats=number, by=person(who))
    return fresh(assessment)


def typed(assessment: Assessment, who: str = "moderator", level: int | None = 2) -> Any:
    return assess.add_paper_sheet(
        assessment=assessment,
        entries={requirement(assessment): world.entry(level)},
        by=person(who),
    )


# ------------------------------------------------------------------- seats


def test_three_people_who_write_on_paper_are_a_team() -> None:
    assessment = seats(world.preparing(members=0), 3)

    assess.invite_team(assessment=assessment, by=person("lead"))

    assert fresh(assessment).stage == "rating"


@pytest.mark.parametrize(("members", "on_paper"), [(1, 2), (2, 5), (0, 2)])
def test_nobody_is_alone_on_the_screen_beside_paper(members: int, on_paper: int) -> None:
    assessment = seats(world.preparing(members=members), on_paper)

    with pytest.raises(NotAllowedNow):
        assess.invite_team(assessment=assessment, by=person("lead"))


def test_a_team_has_at_most_eight_people_on_paper_and_screen_together() -> None:
    assessment = seats(world.preparing(members=5), 3)

    with pytest.raises(assess.TeamSize):
        seats(assessment, 4)
    with pytest.raises(assess.TeamSize):
        assess.add_member(assessment=assessment, email="neu@musterstadt.example", by=person("lead"))

    assert fresh(assessment).paper_seats == 3


def test_while_people_rate_the_number_only_grows() -> None:
    preparing = seats(seats(world.preparing(members=4), 3), 1)
    assess.invite_team(assessment=preparing, by=person("lead"))
    rating = seats(preparing, 2)

    with pytest.raises(NotAllowedNow):
        seats(rating, 1)

    assert fresh(rating).paper_seats == 2


@pytest.mark.parametrize("who", ["moderator", "member1", "coordination", "library_lead"])
def test_only_the_lead_says_how_many_write_on_paper(who: str) -> None:
    assessment = world.preparing()

    with pytest.raises(PermissionDenied):
        seats(assessment, 1, who)


def test_after_the_opening_no_seat_is_added() -> None:
    with pytest.raises(NotAllowedNow):
        seats(world.workshop(), 1)


@pytest.mark.parametrize("number", ["-1", "9", "", "²", "3", "9" * 30])
def test_the_page_of_the_team_refuses_impossible_numbers(
    number: str, client_for: Callable[..., Any]
) -> None:
    assessment = seats(world.rating(), 1)
    number = "0" if number == "3" else number  # smaller than before

    page = client_for("lead").post(
        reverse("team", args=[assessment.pk]), {"do": "paper", "paper-seats": number}
    )

    assert page.status_code == 422
    assert page.context["paper_form"].errors["seats"]
    assert fresh(assessment).paper_seats == 1


# ------------------------------------------------------------------- typing in


def test_only_as_many_sheets_as_people_who_write_on_paper() -> None:
    assessment = seats(world.rating(), 2)
    typed(assessment)
    typed(assessment)

    with pytest.raises(NotAllowedNow):
        typed(assessment)

    assert assessment.sheets.filter(is_paper=True).count() == 2


@pytest.mark.parametrize("who", ["lead", "member1", "coordination", "administration"])
def test_nobody_but_the_moderator_types_sheets_in(who: str) -> None:
    assessment = seats(world.rating(), 1)

    with pytest.raises(PermissionDenied):
        typed(assessment, who)


@pytest.mark.parametrize("stage", ["preparing", "workshop", "released"])
def test_sheets_are_typed_in_only_while_the_team_rates(stage: str) -> None:
    assessment = world.STAGES[stage]()
    Assessment.objects.update(paper_seats=1)

    with pytest.raises(NotAllowedNow):
        typed(assessment)


def test_a_sheet_hangs_on_a_random_key_that_no_person_has() -> None:
    assessment = world.rating()

    first, second = room.sheets(assessment, 2, 3)

    keys = {first.author_key, second.author_key}
    people = {key_of(user, fresh(assessment)) for user in User.objects.all()}
    assert len(keys) == 2
    assert keys.isdisjoint(people)
    assert all(len(key) == 64 and int(key, 16) for key in keys)
    assert {first.pk.version, second.pk.version} == {4}
    assert set(IndividualRating.objects.values_list("author_key", flat=True)) == keys


def test_a_whole_sheet_is_typed_in_on_one_page(client_for: Callable[..., Any]) -> None:
    assessment = seats(world.rating(), 1)
    kom, zug = requirement(assessment), requirement(assessment, "ZUG-1")
    form = {f"level-{kom.pk}": "3", f"idea-{kom.pk}": "Mehr Schilder", f"share_idea-{kom.pk}": "on"}
    form |= {f"level-{zug.pk}": "cannot_judge"}

    page = client_for("moderator").post(reverse("paper_enter", args=[assessment.pk]), form)

    rows = {row.requirement_id: row for row in assessment.ratings.all()}
    assert page.status_code == 302
    assert set(rows) == {kom.pk, zug.pk}
    assert (rows[kom.pk].level, rows[kom.pk].idea, rows[kom.pk].share_idea) == (
        3,
        "Mehr Schilder",
        True,
    )
    assert rows[zug.pk].answer == "cannot_judge"
    assert assessment.sheets.get().is_paper


def test_a_mistake_in_one_field_loses_nothing_of_the_sheet(client_for: Callable[..., Any]) -> None:
    assessment = seats(world.rating(), 1)
    kom, zug = requirement(assessment), requirement(assessment, "ZUG-1")
    form = {f"level-{kom.pk}": "9", f"example-{zug.pk}": "Die Tür klemmt"}

    page = client_for("moderator").post(reverse("paper_enter", args=[assessment.pk]), form)

    assert page.status_code == 422
    assert set(page.context["errors"]) == {kom.pk}
    assert holds(page, "Die Tür klemmt")
    assert not IndividualSheet.objects.exists()
    assert not IndividualRating.objects.exists()


def test_an_empty_sheet_is_not_a_sheet(client_for: Callable[..., Any]) -> None:
    assessment = seats(world.rating(), 1)

    page = client_for("moderator").post(reverse("paper_enter", args=[assessment.pk]), {"a": "b"})

    assert page.status_code == 422
    assert not IndividualSheet.objects.exists()


def test_the_last_sheet_can_be_taken_back_with_all_its_answers(
    client_for: Callable[..., Any],
) -> None:
    assessment = seats(world.rating(), 1)
    world.rate(assessment, "member1")
    sheet, client = typed(assessment), client_for("moderator")

    client.post(reverse("paper_take_back", args=[assessment.pk, sheet.pk]), {"a": "b"})

    assert not IndividualSheet.objects.exists()
    assert IndividualRating.objects.get().author_key == key_of(person("member1"), assessment)


def test_what_somebody_finished_on_screen_cannot_be_taken_back_as_paper() -> None:
    assessment = world.rated()
    own = assessment.sheets.order_by("pk")[0]

    with pytest.raises(NotAllowedNow):
        assess.remove_paper_sheet(assessment=assessment, sheet_id=own.pk, by=person("moderator"))


# ------------------------------------------------------------------- counting


def opened(hidden: list[int | None], paper: list[int | None]) -> list[int]:
    """The distribution of KOM-1, from people on screen and sheets of paper."""
    assessment = world.rating()
    for who, level in zip(world.MEMBERS, hidden, strict=False):
        world.rate(assessment, who, level=level)
    world.finish(assessment, *world.MEMBERS)
    room.sheets(assessment, *paper)
    found = world.open_workshop(fresh(assessment))
    counts: list[int] = found.distributions.get(requirement__key="KOM-1").counts
    return counts


def test_paper_and_screen_are_counted_together() -> None:
    assert opened([1, 2, 3], [4]) == [1, 1, 1, 1]


def test_paper_alone_is_counted() -> None:
    assert opened([], [1, 1, 4]) == [2, 0, 0, 1]


@pytest.mark.parametrize("hidden", [[1], [1, 4], [1, None, None]])
def test_who_typed_the_paper_in_cannot_subtract_it_from_the_rest(hidden: list[int | None]) -> None:
    assert opened(hidden, [2, 2, 2]) == []


answers = st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=8)


@given(answers, answers, st.integers(3, 6))
def test_what_is_left_without_the_paper_is_nothing_or_could_be_shown_alone(
    hidden: list[int | None], paper: list[int | None], floor: int
) -> None:
    shown = count(hidden, 4, floor, knowable=paper)

    if shown is not None:
        assert not hidden or count(hidden, 4, floor) is not None
        assert sum(shown.per_stop) >= floor


def test_a_sentence_from_paper_enters_only_if_it_was_ticked() -> None:
    assessment = seats(world.rated(), 1)
    entry = world.entry(2, example="bleibt bei mir", idea="Mehr Schilder", share_idea=True)
    assess.add_paper_sheet(
        assessment=assessment, entries={requirement(assessment): entry}, by=person("moderator")
    )

    found = world.open_workshop(fresh(assessment))

    assert [voice.text for voice in found.voices.all()] == ["Mehr Schilder"]


def test_progress_tells_nothing_that_paper_could_be_subtracted_from() -> None:
    assessment = world.rating()
    world.finish(assessment, "member1", "member2")
    before = team_progress(fresh(assessment))

    room.sheets(assessment, 1, 2, 3)

    after = team_progress(fresh(assessment))
    assert (after.state, after.done, after.total) == (before.state, before.done, before.total)
    assert after.can_open


def test_the_release_deletes_sheets_of_paper_too() -> None:
    assessment = world.rated()
    room.sheets(assessment, 1, 2)

    world.release(world.settle(world.open_workshop(fresh(assessment))))

    assert not IndividualSheet.objects.exists()
    assert not IndividualRating.objects.exists()


def test_result_and_protocol_name_the_same_size_of_the_team() -> None:
    assessment = world.rated()
    room.sheets(assessment, 1, 2)

    released = world.release(world.settle(world.open_workshop(fresh(assessment))))

    protocol = read(freeze(released))
    assert protocol.team_size == 7
    assert released.results.get().content["team_size"] == protocol.team_size


# ------------------------------------------------------------------- to print


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_there_is_one_sheet_for_each_requirement_that_applies(
    size: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.preparing()
    left_out = requirement(assessment, "KOM-2").pk
    assess.set_applicability(
        assessment=assessment, reasons={left_out: "Ohne"}, handovers={}, by=person("lead")
    )
    url = reverse("handouts", args=[assessment.pk, size])

    page = client_for("moderator").get(url)
    one = client_for("moderator").get(url, {"nur": "ZUG-1"})

    assert [r.key for r in page.context["rows"]] == ["KOM-1", "ZUG-1"]
    assert [r.key for r in one.context["rows"]] == ["ZUG-1"]


@pytest.mark.parametrize("path", ["blaetter/a5/", "blaetter/a4/?nur=KOM-9"])
def test_sheets_that_do_not_exist_are_not_found(path: str, client_for: Callable[..., Any]) -> None:
    assessment = world.rating()

    page = client_for("moderator").get(f"/selbstbewertung/{assessment.pk}/workshop/papier/{path}")

    assert page.status_code == 404


def test_the_questionnaire_of_a_team_holds_what_applies_and_the_blank_one_everything(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()
    version = assessment.participation.round.instrument_version

    own = client_for("member1").get(reverse("questionnaire", args=[assessment.pk]))
    blank = client_for("steering").get(reverse("questionnaire_blank", args=[version.pk]))

    for page in (own, blank):
        text = page.content.decode()
        assert all(key in text for key in world.KEYS)
        assert "Wie sprechen wir?" in text
    assert "Bürgeramt" in own.content.decode()
    assert "Bürgeramt" not in blank.content.decode()


def test_before_the_opening_the_script_shows_no_picture_of_the_team(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rated()

    page = client_for("moderator").get(reverse("script", args=[assessment.pk]))

    assert page.context["shows_spread"] is False
    assert {slot.key for _row, slot in page.context["slots"]} == set(world.KEYS)
