"""Attack: find out who said what about a requirement in a pilot."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import PilotTally, PilotText
from chancencheck.audit.models import Entry
from chancencheck.organisations.models import Municipality, Unit
from tests import pilot_world, world
from tests.attacks.everything import tables, where
from tests.world import MEMBERS, person, the_round

pytestmark = pytest.mark.usefixtures("cities")

SECRET = "das versteht bei uns am Empfang niemand"
OTHERS = [
    "lead",
    "moderator",
    "member2",
    "coordination",
    "coordinating_group",
    "administration",
    "oversight",
    "steering",
    "library_lead",
]


def page_of(client: Any) -> str:
    url = reverse("pilot_feedback", args=[the_round().instrument_version_id])
    lines = client.get(url).content.decode().splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def shown(question: str = "understandable") -> list[int]:
    rows = PilotTally.objects.filter(requirement__key="KOM-1", question=question)
    return next((row.shown for row in rows), [])


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_it_while_the_team_rates(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment = pilot_world.rated(people=1, understandable="no", missing=SECRET)
    client = client_for(who)

    for name in ("sheet", "sheet_print", "workshop", "prepare", "paper", "release"):
        assert SECRET not in client.get(reverse(name, args=[assessment.pk])).content.decode()
    rate = client.get(reverse("rate", args=[assessment.pk, "KOM-1"])).content.decode()
    assert SECRET not in rate
    assert SECRET not in page_of(client)


@pytest.mark.parametrize("who", OTHERS)
def test_in_the_workshop_nobody_reads_it_either(who: str, client_for: Callable[..., Any]) -> None:
    assessment = world.settle(
        world.open_workshop(pilot_world.rated(understandable="no", missing=SECRET))
    )
    client = client_for(who)

    for name in ("workshop", "release", "protocol"):
        assert SECRET not in client.get(reverse(name, args=[assessment.pk])).content.decode()
    assert where(SECRET) == {"assessments_individualrating"}


def test_after_the_release_nothing_leads_from_a_sentence_to_person_team_or_institution() -> None:
    assessment = world.open_workshop(pilot_world.rated(people=1, missing=SECRET))
    keys = set(assessment.ratings.values_list("author_key", flat=True))

    world.release(world.settle(assessment))

    assert where(SECRET) == {"assessments_pilottext"}
    assert not [key for key in keys if where(key)]
    row = next(row for row in tables()["assessments_pilottext"] if SECRET in row)
    assert len(row) == 5  # key, sentence, shown or not, round, requirement


@pytest.mark.parametrize("model", [PilotTally, PilotText])
def test_no_column_is_a_person_an_institution_or_a_time(model: type[models.Model]) -> None:
    related = {field.related_model for field in model._meta.fields if field.is_relation}
    assert {m._meta.label for m in related} == {"rounds.Round", "instruments.Requirement"}  # type: ignore[union-attr]
    assert not {User, Unit} & related
    for field in model._meta.fields:
        assert not isinstance(field, models.DateField | models.TimeField)


def test_sentences_have_random_keys_and_lie_in_their_order() -> None:
    for unit in pilot_world.UNITS:
        pilot_world.released(unit, missing=f"Satz aus {unit}")

    keys = [str(row[0]) for row in tables()["assessments_pilottext"]]

    assert len(keys) == 15
    assert keys == sorted(keys)
    assert all(uuid.UUID(key).version == 4 for key in keys)


@pytest.mark.parametrize("people", [1, 2])
def test_a_question_that_fewer_than_three_of_a_team_answered_leaves_nothing(people: int) -> None:
    pilot_world.all_released(people=people, understandable="no")
    pilot_world.close()

    assert not PilotTally.objects.filter(question="understandable").exists()
    assert shown("answered") == [15, 0, 0]


def test_a_small_group_does_not_hide_behind_larger_ones() -> None:
    pilot_world.released("Bürgeramt", people=2, understandable="no")
    pilot_world.released("Bücherei", understandable="yes")
    pilot_world.released("Jobcenter", understandable="yes")

    pilot_world.close()

    assert shown() == [10, 0, 0]


def test_a_raised_floor_holds_here_too() -> None:
    Municipality.objects.update(minimum_group_size=5)

    pilot_world.released(people=4, understandable="no")

    assert not PilotTally.objects.filter(question="understandable").exists()


def test_who_typed_paper_in_cannot_subtract_it() -> None:
    assessment = world.preparing(members=3)
    lead = person("lead")
    assess.set_paper_seats(assessment=assessment, seats=3, by=lead)
    assess.invite_team(assessment=world.fresh(assessment), by=lead)
    assessment = world.fresh(assessment)
    requirement = world.requirement(assessment)
    for _ in range(3):
        assess.add_paper_sheet(
            assessment=assessment, entries={requirement: world.entry(2)}, by=person("moderator")
        )
    world.rate(assessment, "member1", level=None, missing=SECRET)
    world.finish(assessment, "member1")

    pilot_world.release(world.fresh(assessment))

    assert not PilotTally.objects.filter(requirement=requirement).exists()
    assert not where(SECRET)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_below_three_institutions_the_page_does_not_change_at_all(
    number: int, client_for: Callable[..., Any]
) -> None:
    client = client_for("coordinating_group")
    nothing = page_of(client)

    for unit in pilot_world.UNITS[:number]:
        pilot_world.released(unit, understandable="no", missing=SECRET)

    assert page_of(client) == nothing


def test_two_states_of_the_page_differ_by_three_institutions_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more = tuple(f"Amt {number}" for number in range(3))
    for number, name in enumerate(more):
        monkeypatch.setitem(world.INSTITUTIONS, name, (f"amt{number}_", False))
    run = world.build_round(world.HERE, "Mit mehr Einrichtungen", more)
    run.participations.update(round=the_round())
    states = []

    for unit in (*pilot_world.UNITS, *more):
        pilot_world.released(unit, understandable="no")
        states.append(sum(shown()))

    assert states == [0, 0, 15, 15, 15, 30]


def test_after_the_end_of_the_round_nothing_changes_any_more(
    client_for: Callable[..., Any],
) -> None:
    assessment = pilot_world.released(understandable="no", missing=SECRET)
    pilot_world.close()
    client = client_for("coordinating_group")
    before = page_of(client)

    assess.start_correction(assessment=assessment, by=person("lead"))
    world.release(world.fresh(assessment), reason="Ein Tippfehler")

    assert page_of(client) == before
    assert SECRET in before


def test_what_was_never_released_is_deleted_at_the_end_of_the_round() -> None:
    pilot_world.rated("Bürgeramt", understandable="no", missing=SECRET)
    world.open_workshop(pilot_world.rated("Bücherei", understandable="no", missing=SECRET))

    pilot_world.close()

    assert not where(SECRET)
    assert not PilotTally.objects.exists()


def test_a_partner_that_shares_only_its_participation_adds_nothing() -> None:
    assessment = pilot_world.rated("Jobcenter", understandable="no", missing=SECRET)

    pilot_world.release(assessment, Share.PARTICIPATION)

    assert not where(SECRET)
    assert not PilotTally.objects.exists()


def test_the_log_says_nothing_about_it() -> None:
    assessment = world.rating()
    before = Entry.objects.count()

    for who in MEMBERS:
        world.rate(assessment, who, understandable="no", missing=SECRET)

    assert Entry.objects.count() == before


def test_the_page_names_no_institution(client_for: Callable[..., Any]) -> None:
    pilot_world.all_released(understandable="no", missing=SECRET)

    page = page_of(client_for("coordinating_group"))

    assert SECRET in page
    assert not [unit for unit in pilot_world.UNITS if unit in page]
