"""The page that says what a pilot teaches about the instrument, and the way into a draft."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.assessments.models import PilotTally, PilotText
from chancencheck.instruments.models import InstrumentVersion, Remark, Requirement
from chancencheck.instruments.remarks_from_pilot import add_pilot_remark
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.reports.pilot import PilotFeedback, pilot_feedback
from tests import pilot_world, world
from tests.page_lint import by_class, parse, text_of
from tests.world import person, the_round

pytestmark = pytest.mark.usefixtures("cities")

SENTENCE = "Was heißt „barrierefrei“ hier genau?"


def version() -> InstrumentVersion:
    return the_round().instrument_version


def url(name: str = "pilot_feedback") -> str:
    return reverse(name, args=[version().pk])


def found() -> PilotFeedback:
    return pilot_feedback(version())


def tally(key: str, question: str, *numbers: int) -> None:
    PilotTally.objects.create(
        round=the_round(),
        requirement=Requirement.objects.get(version=version(), key=key),
        question=question,
        shown=list(numbers),
    )


def text(key: str, words: str) -> PilotText:
    return PilotText.objects.create(
        round=the_round(),
        requirement=Requirement.objects.get(version=version(), key=key),
        text=words,
        is_shown=True,
    )


def take(client: Any, chosen: str) -> Any:
    return client.post(url("pilot_feedback_take"), {"take": chosen})


# ------------------------------------------------------------------- reading


def test_before_anything_has_come_the_page_says_when_it_will(
    client_for: Callable[..., Any],
) -> None:
    page = client_for("coordinating_group").get(url())

    assert len(by_class(parse(page), "cc-empty")) == 1
    assert not by_class(parse(page), "cc-spread-table")


def test_numbers_and_sentences_stand_at_their_requirement(client_for: Callable[..., Any]) -> None:
    pilot_world.all_released(understandable="no", relevant="yes", missing=SENTENCE)

    page = client_for("coordinating_group").get(url())

    tree = parse(page)
    tables = by_class(tree, "cc-spread-table")
    assert [text_of(row.findall("td")[0]) for row in tables[0].iter("tr")] == ["0", "0", "15"]
    assert len(by_class(tree, "cc-quote")) == 15
    assert [row.requirement.key for row in found().rows] == list(world.KEYS)


def test_requirements_stand_in_the_order_of_the_instrument_and_the_difficult_ones_first() -> None:
    tally("KOM-1", "understandable", 10, 1, 1)
    tally("KOM-2", "understandable", 5, 0, 7)
    tally("ZUG-1", "answered", 2, 10, 0)

    feedback = found()

    assert [row.requirement.key for row in feedback.rows] == ["KOM-1", "KOM-2", "ZUG-1"]
    assert [row.requirement.key for row in feedback.first] == ["ZUG-1", "KOM-2"]


def test_a_requirement_without_feedback_is_named_as_such() -> None:
    tally("KOM-2", "relevant", 3, 0, 0)

    assert [requirement.key for requirement in found().silent] == ["KOM-1", "ZUG-1"]


def test_several_pilots_of_a_version_are_added_up() -> None:
    tally("KOM-1", "understandable", 3, 2, 1)
    other = world.build_round(world.HERE, "Zweiter Versuch", ("Bücherei",))
    PilotTally.objects.create(
        round=other,
        requirement=Requirement.objects.get(version=version(), key="KOM-1"),
        question="understandable",
        shown=[1, 1, 4],
    )

    assert found().rows[0].answers[0].numbers == [4, 3, 5]


def test_what_still_waits_is_not_read() -> None:
    PilotTally.objects.create(
        round=the_round(),
        requirement=Requirement.objects.get(version=version(), key="KOM-1"),
        question="understandable",
        waiting=[3, 0, 0],
        waiting_institutions=1,
    )
    PilotText.objects.create(
        round=the_round(),
        requirement=Requirement.objects.get(version=version(), key="KOM-1"),
        text=SENTENCE,
    )

    assert found().rows == []


def test_rounds_of_another_kind_are_not_read() -> None:
    tally("KOM-1", "understandable", 3, 2, 1)
    run = the_round()
    run.kind = "binding"
    run.save()

    assert found().rows == []


def test_the_number_of_queries_does_not_grow(client_for: Callable[..., Any]) -> None:
    pilot_world.draft()
    tally("KOM-1", "understandable", 3, 0, 4)
    client = client_for("coordination")
    client.get(url())
    with CaptureQueriesContext(connection) as few:
        client.get(url())

    for key in ("KOM-2", "ZUG-1"):
        for question in ("understandable", "relevant", "answered"):
            tally(key, question, 3, 4, 5)
        for number in range(20):
            text(key, f"Satz {number}")

    with CaptureQueriesContext(connection) as many:
        client.get(url())
    assert len(many) == len(few) <= 16


# ------------------------------------------------------------------- taking over


def test_a_sentence_becomes_a_comment_without_an_author_in_the_draft(
    client_for: Callable[..., Any],
) -> None:
    draft = pilot_world.draft()
    row = text("KOM-1", SENTENCE)
    client = client_for("coordinating_group")

    answer = take(client, f"text:{row.pk}")

    remark = Remark.objects.get()
    assert (remark.version, remark.place, remark.text) == (draft, "KOM-1/text", SENTENCE)
    assert (remark.author, remark.is_from_pilot, remark.kind) == (None, True, "comment")
    assert answer["Location"].endswith("#KOM-1")
    assert by_class(parse(client.get(url())), "cc-state--done")


def test_a_finding_becomes_a_comment_in_words(client_for: Callable[..., Any]) -> None:
    pilot_world.draft()
    tally("KOM-1", "understandable", 5, 3, 4)

    take(client_for("coordinating_group"), "understandable:KOM-1")

    assert "7" in Remark.objects.get().text
    assert "12" in Remark.objects.get().text


def test_taking_over_twice_leaves_one_comment(client_for: Callable[..., Any]) -> None:
    pilot_world.draft()
    row = text("KOM-1", SENTENCE)
    client = client_for("coordinating_group")

    take(client, f"text:{row.pk}")
    take(client, f"text:{row.pk}")

    assert Remark.objects.count() == 1


def test_the_newest_draft_made_from_this_version_is_taken() -> None:
    mine = pilot_world.draft("8")
    pilot_world.draft("9", is_child=False)

    assert found().draft == mine


@pytest.mark.parametrize(
    "chosen", ["", "text:", "text:00000000-0000-4000-8000-000000000000", "relevant:KOM-1", "x:y:z"]
)
def test_what_is_not_on_the_page_cannot_be_taken_over(
    chosen: str, client_for: Callable[..., Any]
) -> None:
    pilot_world.draft()
    tally("KOM-1", "relevant", 12, 0, 0)

    assert take(client_for("coordinating_group"), chosen).status_code == 409
    assert not Remark.objects.exists()


def test_without_a_draft_nothing_is_taken_over_and_the_page_says_what_is_needed(
    client_for: Callable[..., Any],
) -> None:
    row = text("KOM-1", SENTENCE)
    client = client_for("coordinating_group")

    assert take(client, f"text:{row.pk}").status_code == 409
    page = parse(client.get(url()))
    assert by_class(page, "cc-notice")
    assert not [b for b in page.iter("button") if b.get("name") == "take"]


def test_a_requirement_the_draft_no_longer_holds_offers_nothing(
    client_for: Callable[..., Any],
) -> None:
    draft = pilot_world.draft()
    Requirement.objects.filter(version=draft, key="KOM-1").delete()
    row = text("KOM-1", SENTENCE)
    client = client_for("coordinating_group")

    page = parse(client.get(url()))

    assert not [b for b in page.iter("button") if b.get("name") == "take"]
    assert take(client, f"text:{row.pk}").status_code == 409


def test_a_released_version_takes_no_remark() -> None:
    with pytest.raises(NotAllowedNow):
        add_pilot_remark(version=version(), place="KOM-1/text", text="x", by=person("coordination"))


@pytest.mark.parametrize("who", ["lead", "administration", "steering"])
def test_only_who_edits_the_instrument_takes_over(who: str) -> None:
    draft = pilot_world.draft()

    with pytest.raises(PermissionDenied):
        add_pilot_remark(version=draft, place="KOM-1/text", text="x", by=person(who))


def test_the_round_leads_to_the_page(client_for: Callable[..., Any]) -> None:
    round_page = reverse("round", args=[the_round().pk])

    assert url() in client_for("coordinating_group").get(round_page).content.decode()
    assert url() not in client_for("steering").get(round_page).content.decode()
