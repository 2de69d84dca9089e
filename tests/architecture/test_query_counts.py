"""The number of database queries of a page does not grow with what it shows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.assessments.models import Assessment, PilotTally, PilotText, Result
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.models import Requirement
from chancencheck.measures.models import Measure
from chancencheck.organisations.models import Unit
from chancencheck.organisations.operations import ensure_person, give_role
from chancencheck.organisations.roles import Role
from chancencheck.rounds.models import Participation
from chancencheck.rounds.operations import take_wording
from chancencheck.workshops import live
from tests import measures_world, room, versions, world
from tests.mail_sink import refused_mail
from tests.world import municipality, the_round

pytestmark = pytest.mark.usefixtures("cities")

BUDGET = 17  # for each page that people open on their way through


def queries(client: Any, url: str) -> int:
    client.get(url)  # so that what is kept between requests is there
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def more_institutions(number: int) -> None:
    """Institutions that have released, each with a result."""
    run, content = the_round(), Result.objects.get().content
    for index in range(number):
        unit = Unit.objects.create(municipality=municipality(), name=f"Amt {index}")
        part = Participation.objects.create(round=run, unit=unit, stage="released")
        Result.objects.create(
            assessment=Assessment.objects.create(participation=part, salt=None),
            released_on=run.starts_on,
            content=content,
        )


def more_people(number: int) -> None:
    for index in range(number):
        user = ensure_person(email=f"neu{index}@musterstadt.example", municipality=municipality())
        give_role(user=user, role=Role.EXECUTIVE, municipality=municipality(), by=None)


def more_entries(number: int) -> None:
    for index in range(number):
        record(
            action=Action.ROUND_CREATED,
            by=world.person("coordination"),
            municipality_key=municipality().pk,
            what=str(index),
        )


def more_mails(number: int) -> None:
    for _index in range(number):
        refused_mail(world.person("lead").email)


def more_requirements(number: int) -> None:
    first = Requirement.objects.filter(version=the_round().instrument_version).first()
    assert first
    for index in range(number):
        Requirement.objects.create(
            version=first.version,
            area=first.area,
            scale=first.scale,
            key=f"NEU-{index}",
            title="Neu",
            text="Neu",
            position=100 + index,
        )


def more_voices(number: int) -> None:
    assessment = Assessment.objects.get()
    for index in range(number):
        assessment.voices.create(
            requirement=world.requirement(assessment), kind="idea", text=f"Idee {index}"
        )
    live.bump_assessment(assessment.pk)


def more_feedback(number: int) -> None:
    for row in Requirement.objects.filter(version=the_round().instrument_version):
        PilotTally.objects.create(
            round=the_round(), requirement=row, question="relevant", shown=[1, 1, 4]
        )
        for index in range(number):
            PilotText.objects.create(
                round=the_round(), requirement=row, text=f"Satz {index}", is_shown=True
            )


def more_notes(number: int) -> None:
    more_requirements(number)
    assessment = Assessment.objects.get()
    for index in range(number):
        assessment.notes.create(
            requirement=world.requirement(assessment), kind="parked", text=f"Notiz {index}"
        )


def more_proposals(number: int) -> None:
    assessment = Assessment.objects.get()
    for index in range(number):
        measures_world.proposed(assessment, f"Maßnahme {index}")


def more_shared(number: int) -> None:
    assessment = Assessment.objects.get()
    for index in range(number):
        measure = measures_world.taken_on(assessment, f"Maßnahme {index}")
        Measure.objects.filter(pk=measure.pk).update(state="running", is_shared=True)


def with_more(assessment: Assessment, more: Callable[[int], None]) -> Assessment:
    more(1)
    return assessment


def talking() -> Assessment:
    """In the middle of the workshop: a requirement on the wall, a vote is running, guests are in."""
    assessment = room.with_words(world.workshop())
    room.note(assessment, "Ein Schild an jede Tür")
    room.team_votes(assessment, room.ask_again(assessment), (1, 2, 3))
    return assessment


def second_round(stage: Callable[..., Assessment]) -> Callable[[], Assessment]:
    """A later round with a later version, into which new wording has flowed."""

    def build() -> Assessment:
        before = world.released()
        versions.years_back(before.participation.round, 1)
        second = versions.adopted(versions.first(), "1.0.1", versions.other_words())
        assessment = stage("Zweiter Durchgang", second)
        newer = versions.adopted(second, "1.0.2", versions.other_words("KOM-2", words="Bilder."))
        take_wording(
            run=assessment.participation.round, version=newer, by=world.person("coordination")
        )
        return world.fresh(assessment)

    return build


STAGES = {
    **world.STAGES,
    "talking": talking,
    "refused": lambda: with_more(world.preparing(), more_mails),
    "choosing": lambda: with_more(world.settled(), more_proposals),
    "sharing": lambda: with_more(world.released(), more_shared),
    "rating again": second_round(versions.rating_again),
    "workshop again": second_round(versions.workshop_again),
    "released again": second_round(versions.released_again),
}

LISTS: dict[str, tuple[str, str, Callable[[int], None]]] = {
    # address: stage of the Bürgeramt, who looks, what there is more of
    "round": ("released", "coordination", more_institutions),
    "round_list": ("released", "coordination", more_institutions),
    "result_list": ("released", "coordination", more_institutions),
    "home": ("released", "coordination", more_institutions),
    "people": ("released", "administration", more_people),
    "log": ("released", "administration", more_entries),
    "mail_queue": ("refused", "administration", more_mails),
    "sheet": ("rating", "member1", more_requirements),
    "sheet_print": ("rating", "member1", more_requirements),
    "rate": ("rating", "member1", more_requirements),
    "requirements": ("preparing", "lead", more_requirements),
    "workshop": ("workshop", "moderator", more_requirements),
    "finding": ("workshop", "moderator", more_requirements),
    "wall": ("talking", "moderator", more_requirements),
    "follow": ("talking", "member1", more_voices),
    "plan": ("talking", "moderator", more_requirements),
    "protocol": ("talking", "lead", more_notes),
    "paper": ("rating", "moderator", more_requirements),
    "handouts": ("rating", "moderator", more_requirements),
    "questionnaire": ("rating", "member1", more_requirements),
    "script": ("rating", "moderator", more_requirements),
    "paper_enter": ("rating", "moderator", more_requirements),
    "release": ("settled", "lead", more_requirements),
    "assessment_measures": ("choosing", "lead", more_proposals),
    "good_practice": ("sharing", "lead", more_shared),
    "instrument": ("released", "coordination", more_requirements),
    "instrument_yaml": ("released", "coordination", more_requirements),
    "instrument_xlsx": ("released", "coordination", more_requirements),
    "pilot_feedback": ("rating", "coordination", more_feedback),
}


def address(name: str, assessment: Assessment) -> str:
    if name in ("good_practice", "home", "people", "log", "round_list", "result_list"):
        return reverse(name)
    if name == "mail_queue":
        return reverse(name)
    if name == "handouts":
        return reverse(name, args=[assessment.pk, "a4"])
    if name in ("rate", "finding"):
        return reverse(name, args=[assessment.pk, "KOM-1"])
    keys = {
        "round": assessment.participation.round_id,
        "participation": assessment.participation_id,
        "result": assessment.participation_id,
        "instrument": assessment.participation.round.instrument_version_id,
        "instrument_yaml": assessment.participation.round.instrument_version_id,
        "instrument_xlsx": assessment.participation.round.instrument_version_id,
        "pilot_feedback": assessment.participation.round.instrument_version_id,
    }
    return reverse(name, args=[keys.get(name, assessment.pk)])


@pytest.mark.parametrize("name", LISTS)
def test_a_page_with_more_rows_asks_no_more_questions(
    name: str, client_for: Callable[..., Any]
) -> None:
    stage, who, more = LISTS[name]
    assessment = STAGES[stage]()
    client, url = client_for(who), address(name, assessment)
    few = queries(client, url)

    more(40)

    assert queries(client, url) == few


JOURNEY = [
    ("preparing", "lead", "prepare"),
    ("preparing", "lead", "scope"),
    ("preparing", "lead", "team"),
    ("preparing", "lead", "requirements"),
    ("preparing", "lead", "workshop_date"),
    ("rating", "lead", "prepare"),
    ("rating", "member1", "home"),
    ("rating", "member1", "sheet"),
    ("rating", "member1", "rate"),
    ("rating", "member1", "sheet_print"),
    ("rated", "moderator", "workshop"),
    ("workshop", "moderator", "home"),
    ("workshop", "moderator", "workshop"),
    ("workshop", "member1", "finding"),
    ("workshop", "moderator", "finding"),
    ("talking", "moderator", "workshop"),
    ("talking", "moderator", "finding"),
    ("talking", "lead", "finding"),
    ("talking", "moderator", "wall"),
    ("talking", "member1", "follow"),
    ("talking", "moderator", "plan"),
    ("talking", "moderator", "script"),
    ("talking", "member1", "protocol"),
    ("rating", "moderator", "paper"),
    ("rating", "moderator", "paper_enter"),
    ("rating", "moderator", "handouts"),
    ("rating", "member1", "questionnaire"),
    ("settled", "lead", "home"),
    ("settled", "lead", "release"),
    ("choosing", "moderator", "assessment_measures"),
    ("released", "lead", "assessment_measures"),
    ("released", "lead", "result"),
    ("released", "coordination", "result"),
    ("released", "coordination", "round"),
    ("released", "coordination", "home"),
    ("rating again", "member1", "sheet"),
    ("rating again", "member1", "rate"),
    ("rating again", "coordination", "round"),
    ("workshop again", "moderator", "finding"),
    ("released again", "coordination", "result"),
]


@pytest.mark.parametrize(("stage", "who", "name"), JOURNEY)
def test_each_page_of_the_way_asks_few_questions(
    stage: str, who: str, name: str, client_for: Callable[..., Any]
) -> None:
    assessment = STAGES[stage]()

    assert queries(client_for(who), address(name, assessment)) <= BUDGET


def test_the_page_of_a_guest_asks_few_questions() -> None:
    phone = room.device(room.code_of(talking()))

    assert queries(phone, reverse("guest_now")) <= BUDGET
