"""In a pilot people say what they think of the requirements themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Answer
from chancencheck.assessments.models import Assessment, IndividualRating, PilotTally, PilotText
from chancencheck.assessments.rules import tally
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.rounds.choices import RoundKind
from chancencheck.rounds.models import Round
from tests import pilot_world, world
from tests.page_lint import by_class, parse

pytestmark = pytest.mark.usefixtures("cities")

SAID = {"understandable": "no", "relevant": "partly", "missing": "Ein Beispiel fehlt."}


def url_of(assessment: Assessment) -> str:
    return reverse("rate", args=[assessment.pk, "KOM-1"])


def sums(question: str) -> tuple[list[int], list[int], int]:
    row = PilotTally.objects.get(requirement__key="KOM-1", question=question)
    return row.shown, row.waiting, row.waiting_institutions


# ------------------------------------------------------------------- asking


def test_the_page_asks_in_a_pilot_and_says_before_who_reads_it(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()

    page = client_for("member1").get(url_of(assessment))

    assert len(by_class(parse(page), "cc-pilot")) == 1
    html = page.content.decode()
    asked = html.index('class="cc-pilot')
    assert asked < html.index("cc-promise", asked) < html.index('name="understandable"')


@pytest.mark.parametrize("kind", [RoundKind.BINDING, RoundKind.VOLUNTARY])
def test_other_rounds_do_not_ask_and_take_no_answer(
    kind: RoundKind, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()
    Round.objects.update(kind=kind)
    assessment = world.fresh(assessment)
    client = client_for("member1")

    page = client.get(url_of(assessment))
    client.post(url_of(assessment), {"level": "2", "revision": "0", **SAID})

    assert not by_class(parse(page), "cc-pilot")
    saved = IndividualRating.objects.get()
    assert (saved.level, saved.understandable, saved.missing) == (2, "", "")
    with pytest.raises(NotAllowedNow):
        world.rate(world.fresh(assessment), "member2", understandable="no")


def test_what_people_say_is_saved_with_the_rating_and_comes_back(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()
    client = client_for("member1")

    client.post(url_of(assessment), {"level": "2", "revision": "0", **SAID})

    saved = IndividualRating.objects.get()
    assert {name: getattr(saved, name) for name in SAID} == SAID
    page = client.get(url_of(assessment))
    assert "Ein Beispiel fehlt." in page.content.decode()
    assert page.context["form"]["understandable"].value() == "no"


def test_somebody_may_say_something_without_rating() -> None:
    rating = world.rate(world.rating(), "member1", level=None, understandable="no")

    assert (rating.answer, rating.understandable) == (Answer.CANNOT_JUDGE, "no")


def test_the_short_way_of_saving_keeps_it_too(client_for: Callable[..., Any]) -> None:
    assessment = world.rating()
    world.rate(assessment, "member1", level=2)

    answer = client_for("member1").post(
        url_of(assessment),
        {"level": "2", "revision": "1", **SAID},
        HTTP_X_REQUESTED_WITH="fetch",
    )

    saved = IndividualRating.objects.get()
    assert answer.json()["revision"] == saved.revision == 2
    assert {name: getattr(saved, name) for name in SAID} == SAID


def test_the_printed_sheet_shows_it_too(client_for: Callable[..., Any]) -> None:
    assessment = world.rating()
    world.rate(assessment, "member1", "KOM-1", 2, **SAID)

    page = client_for("member1").get(reverse("sheet_print", args=[assessment.pk]))

    assert SAID["missing"] in page.content.decode()


def test_two_windows_see_both_answers_side_by_side(client_for: Callable[..., Any]) -> None:
    assessment = world.rating()
    world.rate(assessment, "member1", level=2, understandable="yes", missing="Erster Satz")
    client = client_for("member1")

    page = client.post(
        url_of(assessment),
        {"level": "2", "revision": "0", "understandable": "no", "missing": "Zweiter Satz"},
    )

    html = page.content.decode()
    assert page.status_code == 409
    assert "Erster Satz" in html
    assert "Zweiter Satz" in html
    assert IndividualRating.objects.get().understandable == "yes"

    client.post(
        url_of(assessment),
        {
            "level": "2",
            "revision": "1",
            "keep-understandable": "mine",
            "mine-understandable": "no",
            "saved-understandable": "yes",
            "keep-missing": "both",
            "mine-missing": "Zweiter Satz",
            "saved-missing": "Erster Satz",
        },
    )

    saved = IndividualRating.objects.get()
    assert saved.understandable == "no"
    assert "Erster Satz" in saved.missing
    assert "Zweiter Satz" in saved.missing


@pytest.mark.parametrize(("name", "value"), [("understandable", "maybe"), ("missing", "x" * 501)])
def test_what_does_not_fit_is_told_at_the_field_and_nothing_is_lost(
    name: str, value: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()

    page = client_for("member1").post(
        url_of(assessment), {"level": "2", "revision": "0", "example": "mein Satz", name: value}
    )

    assert page.status_code == 422
    assert name in page.context["form"].errors
    assert "mein Satz" in page.content.decode()


# ------------------------------------------------------------------- keeping


def test_the_numbers_of_a_team_wait_until_three_institutions_have_added_theirs() -> None:
    pilot_world.released("Bürgeramt", understandable="yes")
    pilot_world.released("Bücherei", people=4, understandable="no")
    assert sums("understandable") == ([], [5, 0, 4], 2)

    pilot_world.released("Jobcenter", people=3, understandable="partly")

    assert sums("understandable") == ([5, 3, 4], [], 0)


def test_the_end_of_the_round_shows_what_still_waits() -> None:
    pilot_world.released(understandable="no", missing="Ein Bild")

    pilot_world.close()

    assert sums("understandable") == ([0, 0, 5], [], 0)
    assert {text.is_shown for text in PilotText.objects.all()} == {True}


def test_it_counts_who_chose_a_level_who_could_not_judge_and_who_skipped() -> None:
    assessment = world.rating()
    for who, level in zip(world.MEMBERS, (1, 2, None, None, 3), strict=True):
        world.rate(assessment, who, level=level)
    assess.save_rating(
        assessment=assessment,
        requirement=world.requirement(assessment),
        entry=assess.RatingInput(Answer.SKIPPED, None, "", False, "", False),
        revision=1,
        by=world.person("member5"),
    )
    world.finish(assessment, *world.MEMBERS)

    pilot_world.release(world.fresh(assessment))

    assert sums("answered")[1] == [2, 2, 1]


def test_sentences_wait_with_the_numbers_of_their_requirement() -> None:
    for unit in pilot_world.UNITS[:2]:
        pilot_world.released(unit, missing=f"Satz aus {unit}")
    assert not PilotText.objects.filter(is_shown=True).exists()

    pilot_world.released(pilot_world.UNITS[2])

    assert PilotText.objects.filter(is_shown=True).count() == 10


def test_a_correction_adds_nothing_a_second_time() -> None:
    assessment = pilot_world.released(understandable="no", missing="Ein Bild")
    before = list(PilotTally.objects.values_list("question", "waiting"))

    assess.start_correction(assessment=assessment, by=world.person("lead"))
    world.release(world.fresh(assessment), reason="Ein Tippfehler")

    assert list(PilotTally.objects.values_list("question", "waiting")) == before
    assert PilotText.objects.count() == 5


def test_a_round_that_is_no_pilot_keeps_nothing() -> None:
    Round.objects.update(kind=RoundKind.BINDING)

    world.released()

    assert not PilotTally.objects.exists()


@pytest.mark.parametrize(
    ("answers", "knowable", "told"),
    [
        ("yyn", "", [2, 0, 1]),
        ("yn", "", None),
        ("", "yyy", [3, 0, 0]),
        ("y", "yyy", None),  # who typed the three in could subtract them
        ("ypn", "y", [2, 1, 1]),
        ("", "", None),
    ],
)
def test_a_number_needs_enough_people_whom_nobody_knows(
    answers: str, knowable: str, told: list[int] | None
) -> None:
    assert tally(list(answers), ("y", "p", "n"), 3, list(knowable)) == told
