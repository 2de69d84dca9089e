"""The structures of the field fit without code: nested areas, many questions, scales of their own."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Outcome
from chancencheck.assessments.models import Assessment, IndividualRating
from chancencheck.instruments.dump import to_yaml
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.queries import areas_of
from chancencheck.instruments.storage import read_version
from tests import room, structures, world

pytestmark = pytest.mark.usefixtures("cities")

BUDGET = 16
STRUCTURES = pytest.mark.parametrize("name", structures.STRUCTURES)


def page(client: Any, name: str, *args: object, query: str = "") -> str:
    """A page that opens, with as few queries as that of a small instrument."""
    url = reverse(name, args=args) + query
    client.get(url)  # so that what is kept between requests is there
    with CaptureQueriesContext(connection) as found:
        answer = client.get(url)
    assert answer.status_code == 200, url
    assert len(found) <= BUDGET, url
    text: str = answer.content.decode()
    return text


def outer_and_inner(assessment: Assessment) -> list[str]:
    """Full names of the areas people see."""
    return [a.full_name for a in areas_of(assessment.participation.round.instrument_version)]


@pytest.mark.parametrize(
    ("name", "outer", "with_requirements", "number"),
    [("fields", 7, 15, 102), ("criteria", 9, 28, 112), ("modules", 4, 4, 20)],
)
def test_a_structure_of_the_field_is_read_whole(
    name: str, outer: int, with_requirements: int, number: int
) -> None:
    file = structures.parsed(structures.STRUCTURES[name]())

    assert len(file.areas) == outer
    assert sum(bool(area.requirements) for area, _ in file.all_areas) == with_requirements
    assert len(file.requirements) == number


@STRUCTURES
def test_a_structure_of_the_field_comes_out_as_it_went_in(name: str) -> None:
    version = import_instrument(
        file=structures.parsed(structures.STRUCTURES[name]()),
        municipality=world.municipality(),
        by=world.person("coordination"),
    )

    kept = read_version(version)

    assert parse_instrument(to_yaml(kept)) == kept


@STRUCTURES
def test_a_team_rates_every_requirement_on_its_own_scale(
    name: str, client_for: Callable[..., Any]
) -> None:
    assessment = structures.rating(structures.STRUCTURES[name]())
    member = client_for("member1")
    every = structures.requirements(assessment)
    some = {r.scale_id: r for r in every}.values()  # one of each scale

    for requirement in some:
        value = structures.values_of(requirement)[-1]
        member.post(
            reverse("rate", args=[assessment.pk, requirement.key]),
            {"level": value, "revision": 0, "do": "next"},
        )
        text = page(member, "rate", assessment.pk, requirement.key)
        for stop in requirement.scale.stops if not requirement.scale.is_range else ():
            assert stop.name in text

    rated = IndividualRating.objects.filter(assessment=assessment)
    assert {r.level for r in rated} == {structures.values_of(r)[-1] for r in some}
    sheet = page(member, "sheet", assessment.pk)
    assert all(f">{name}</h3>" in sheet for name in outer_and_inner(assessment))


@STRUCTURES
def test_paper_shows_every_area_with_those_around_it(
    name: str, client_for: Callable[..., Any]
) -> None:
    assessment = structures.rating(structures.STRUCTURES[name]())
    names = outer_and_inner(assessment)

    asked = page(client_for("member1"), "questionnaire", assessment.pk)
    mine = page(client_for("member1"), "sheet_print", assessment.pk)
    posters = page(client_for("moderator"), "handouts", assessment.pk, "a3")
    script = page(client_for("moderator"), "script", assessment.pk)
    page(client_for("moderator"), "handouts", assessment.pk, "a4")
    page(client_for("moderator"), "paper_enter", assessment.pk)

    assert all(each in asked and each in mine for each in names)
    assert all(each in posters and each in script for each in names if " – " in each)


@STRUCTURES
def test_a_value_off_the_scale_is_refused(name: str, client_for: Callable[..., Any]) -> None:
    assessment = structures.rating(structures.STRUCTURES[name]())
    requirement = structures.requirements(assessment)[-1]

    answer = client_for("member1").post(
        reverse("rate", args=[assessment.pk, requirement.key]),
        {"level": "101", "revision": 0, "do": "next"},
    )

    assert answer.status_code == 422


@STRUCTURES
def test_from_the_workshop_to_the_result_all_pages_open_and_name_the_levels(
    name: str, client_for: Callable[..., Any]
) -> None:
    assessment = structures.workshop(structures.STRUCTURES[name]())
    moderator, lead = client_for("moderator"), client_for("lead")
    last = structures.requirements(assessment)[-1]
    full = outer_and_inner(assessment)
    nested = [each for each in full if " – " in each]
    room.show(assessment, last.key)
    for address in ("workshop", "plan"):
        text = page(moderator, address, assessment.pk)
        assert all(each in text for each in nested)
    page(moderator, "wall", assessment.pk)
    page(client_for("member1"), "follow", assessment.pk)
    page(moderator, "finding", assessment.pk, last.key)

    assessment = structures.settle(assessment)
    overview = page(lead, "release", assessment.pk)
    protocol = page(lead, "protocol", assessment.pk)
    assert all(each in overview and each in protocol for each in nested)
    world.release(assessment)

    result = page(lead, "result", assessment.participation_id)
    assert all(each in result for each in full)
    for requirement in structures.requirements(assessment):
        assert requirement.scale.name_of(structures.values_of(requirement)[-1]) in result
    pattern = page(client_for("coordination"), "round_pattern", assessment.participation.round_id)
    assert all(each in pattern for each in full)


def test_the_document_of_the_protocol_says_in_which_area_a_phase_lies(
    client_for: Callable[..., Any],
) -> None:
    assessment = structures.workshop(structures.nine_criteria())

    answer = client_for("lead").get(reverse("protocol_docx", args=[assessment.pk]))

    lines = [each.text for each in Document(BytesIO(answer.content)).paragraphs]
    assert lines.count("Kriterium Auskunft – Teil 1.1") == 4


def test_the_wall_says_in_which_area_a_phase_lies(client_for: Callable[..., Any]) -> None:
    assessment = structures.workshop(structures.nine_criteria())
    room.show(assessment, "9.3-V")

    assert "Kriterium Wirkung – Teil 9.3" in page(client_for("moderator"), "wall", assessment.pk)
    assert "Kriterium Wirkung – Teil 9.3" in page(client_for("member1"), "follow", assessment.pk)


def test_areas_that_are_not_nested_look_as_before(client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()

    text = page(client_for("moderator"), "workshop", assessment.pk)

    assert "Kommunikation" not in text


def test_a_nested_area_is_one_group_of_the_small_strip(client_for: Callable[..., Any]) -> None:
    assessment = structures.rating(structures.nine_criteria())

    text = page(client_for("member1"), "rate", assessment.pk, "1.1-P")

    assert text.count('class="cc-strip__group') == 9
    assert text.count("<strong>Kriterium Auskunft – Teil 1.1</strong>") == 1


def test_who_rates_and_who_hands_over_reads_who_knows_it(client_for: Callable[..., Any]) -> None:
    assessment = structures.begin(structures.four_modules())
    handing = page(client_for("lead"), "requirements", assessment.pk)
    assert handing.count("Die Leitung.") == 4

    assess.invite_team(assessment=assessment, by=world.person("lead"))
    member = client_for("member1")

    assert "Die Leitung." in page(member, "rate", assessment.pk, "M1-1")
    assert "Die Leitung." not in page(member, "rate", assessment.pk, "M1-3")
    assert "Die Leitung." in page(member, "questionnaire", assessment.pk)


def test_two_views_keep_their_numbers_on_a_range(client_for: Callable[..., Any]) -> None:
    assessment = structures.workshop(structures.nine_criteria())
    first = structures.requirements(assessment)[0]
    assessment = structures.settle(assessment)
    assess.save_finding(
        assessment=assessment,
        requirement=first,
        values=world.values(
            outcome=Outcome.DISSENT,
            level=None,
            low_level=15,
            low_text="Es fehlt noch viel",
            high_level=85,
            high_text="Es läuft gut",
        ),
        revision=1,
        by=world.person("moderator"),
    )
    world.release(assessment)

    text = page(client_for("lead"), "result", assessment.participation_id)

    assert "<strong>15</strong>" in text
    assert "<strong>85</strong>" in text


def test_citizens_questions_are_listed_under_the_full_name_of_their_area(
    client_for: Callable[..., Any],
) -> None:
    content = structures.nine_criteria()
    for field in content["areas"]:
        for inner in field["areas"]:
            inner["requirements"][0]["citizen_questions"] = [f"Wie war es bei {inner['name']}?"]
    assessment = structures.begin(content)
    run = assessment.participation.round
    coordination = client_for("coordination")

    choosing = page(coordination, "survey_new", run.pk)
    translating = page(coordination, "translations_in", run.instrument_version_id, "en")

    assert all(each in choosing and each in translating for each in outer_and_inner(assessment))
