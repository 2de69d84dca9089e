"""What the database itself refuses: every named constraint has a test that breaks it."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments.models import (
    Assessment,
    Distribution,
    Exclusion,
    Finding,
    FindingRevision,
    Handover,
    IndividualRating,
    IndividualSheet,
    PilotTally,
    Result,
    TeamMember,
)
from chancencheck.governance.models import Body, Decision
from chancencheck.instruments.models import (
    Change,
    Hint,
    Instrument,
    InstrumentVersion,
    Presence,
    QualityArea,
    Question,
    QuestionTranslation,
    Requirement,
    Scale,
    ScaleLevel,
)
from chancencheck.notifications.models import MessageText
from chancencheck.organisations.models import Membership, Municipality, RoleAssignment, Unit
from chancencheck.rounds.models import Participation, Round
from chancencheck.strategy.models import GuidingGoal, Strategy, Theme
from chancencheck.surveys.models import FreeText, SurveyPart, SurveyQuestion
from chancencheck.workshops.models import Ballot, Protocol, Room, WorkshopNote
from tests import room, surveys_world, world
from tests.mail_sink import store
from tests.measures.violations import VIOLATIONS as of_measures
from tests.notifications.messages import tell

pytestmark = pytest.mark.usefixtures("cities")


def copy(row: Model, **changes: Any) -> None:
    """Store the same row once more under another key."""
    row.pk = uuid.uuid4() if isinstance(row.pk, uuid.UUID) else None
    row._state.adding = True
    change(row, **changes)


def change(row: Model, **changes: Any) -> None:
    """Store a row with other values, past all forms and operations."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def first(model: type[Model], **filters: Any) -> Any:
    return model._default_manager.filter(**filters).order_by("pk")[0]


def rated() -> IndividualRating:
    return world.rate(world.rating(), "member1")


def found() -> Finding:
    return world.settled().findings.order_by("pk")[0]


def excluded() -> Exclusion:
    assessment = world.preparing()
    return Exclusion.objects.create(
        assessment=assessment, requirement=world.requirement(assessment), reason="darum"
    )


def handed_over() -> Handover:
    assessment = world.preparing()
    return Handover.objects.create(
        assessment=assessment,
        requirement=world.requirement(assessment),
        member=first(TeamMember),
    )


def asked() -> SurveyQuestion:
    return surveys_world.draft().questions.order_by("number")[0]


def other_question() -> Question:
    used = SurveyQuestion.objects.values("question_id")
    return Question.objects.filter(kind="citizen").exclude(pk__in=used).order_by("pk")[0]


def translated() -> QuestionTranslation:
    question = Question.objects.filter(kind="citizen").select_related("version").order_by("pk")[0]
    return QuestionTranslation.objects.create(
        instrument=question.version.instrument,
        language="tr",
        requirement_key="KOM-1",
        question_key="c1",
        original=question.text,
        text="Her şeyi anladınız mı?",
    )


def text_of_a_citizen() -> FreeText:
    part = surveys_world.part_of(surveys_world.running())
    return FreeText.objects.create(part=part, language="de", text="Mehr Bänke")


def decided() -> Decision:
    body = Body.objects.create(municipality=world.municipality(), name="Stadtvorstand")
    return Decision.objects.create(body=body, decided_on=date(2021, 12, 9), reference="A")


def range_scale() -> Scale:
    return Scale.objects.create(
        version=first(InstrumentVersion), key="zahl", minimum=0, maximum=100, step=5
    )


def voting() -> Distribution:
    return room.ask_again(world.workshop())


def voted() -> Ballot:
    vote = voting()
    room.team_votes(vote.assessment, vote, (2,))
    return Ballot.objects.get()


def noted() -> WorkshopNote:
    return room.note(world.workshop(), "Ein Schild an jede Tür")


def keyed() -> WorkshopNote:
    note = noted()
    change(note, form_key="made-with-the-form")
    return note


def confirmed() -> Protocol:
    return room.confirm(world.workshop())


VIOLATIONS: dict[str, Callable[[], None]] = {
    "one_account_per_address": lambda: User(email="LEAD@musterstadt.example").save(),
    "group_floor_never_lowered": lambda: change(first(Municipality), minimum_group_size=2),
    "one_unit_per_name_and_municipality": lambda: copy(first(Unit)),
    "one_membership_per_municipality": lambda: copy(first(Membership)),
    "one_role_per_person_and_unit": lambda: copy(first(RoleAssignment, role="unit_lead")),
    "one_role_per_person_and_municipality": lambda: copy(first(RoleAssignment, role="oversight")),
    "role_ends_after_it_starts": lambda: change(first(RoleAssignment), ends_on=date(2000, 1, 1)),
    "only_leads_have_a_unit": lambda: change(first(RoleAssignment), unit=first(Unit)),
    "one_body_per_name_and_municipality": lambda: copy(decided().body),
    "one_decision_per_reference": lambda: copy(decided()),
    "one_instrument_per_key_and_municipality": lambda: copy(first(Instrument)),
    "one_version_per_number": lambda: copy(first(InstrumentVersion)),
    "released_version_has_a_date": lambda: change(first(InstrumentVersion), released_on=None),
    "retired_version_has_a_date": lambda: change(first(InstrumentVersion), state="retired"),
    "one_question_per_key": lambda: copy(first(Question, kind="reflection")),
    "one_hint_per_key": lambda: [
        Hint.objects.create(
            requirement=first(Requirement), kind="evidence", key="e1", text="x", position=n
        )
        for n in range(2)
    ],
    "a_checked_requirement_says_by_whom_and_when": lambda: change(
        first(Requirement), checked_by="Prüfgruppe"
    ),
    "one_class_per_change": lambda: [
        Change.objects.create(version=first(InstrumentVersion), place="KOM-1/text", kind="wording")
        for _ in range(2)
    ],
    "one_presence_per_draft": lambda: [
        Presence.objects.create(
            version=first(InstrumentVersion),
            user=first(User),
            place="KOM-1",
            seen_at=timezone.now(),
        )
        for _ in range(2)
    ],
    "new_wording_has_a_date": lambda: change(first(Round), wording_since=date(2022, 1, 1)),
    "one_scale_per_key": lambda: copy(first(Scale)),
    "range_of_a_scale_is_whole": lambda: change(range_scale(), maximum=0),
    "one_level_per_value": lambda: copy(first(ScaleLevel)),
    "one_area_per_key": lambda: copy(first(QualityArea), position=99),
    "one_area_per_position": lambda: copy(first(QualityArea), key="NEU"),
    "one_requirement_per_key": lambda: copy(first(Requirement), position=99),
    "one_requirement_per_position": lambda: copy(first(Requirement), key="NEU"),
    "only_standard_questions_stand_alone": lambda: change(
        first(Question, kind="standard"), kind="reflection"
    ),
    "one_theme_per_key": lambda: (
        [Theme.objects.create(strategy=first(Strategy), key="T1", name="x") for _ in range(2)]
        and None
    ),
    "one_goal_per_key": lambda: copy(
        GuidingGoal.objects.create(strategy=first(Strategy), key="L1", name="x")
    ),
    "one_round_per_name_and_municipality": lambda: copy(first(Round)),
    "calendar_of_a_round_runs_forward": lambda: change(first(Round), report_on=date(2000, 1, 1)),
    "one_participation_per_round": lambda: copy(first(Participation)),
    "once_in_a_team": lambda: copy(world.preparing().members.all()[0]),
    "one_exclusion_per_requirement": lambda: copy(excluded()),
    "exclusion_has_a_reason": lambda: change(excluded(), reason=""),
    "one_handover_per_requirement": lambda: copy(handed_over()),
    "one_sheet_per_author": lambda: copy(world.rated() and first(IndividualSheet)),
    "one_rating_per_author_and_requirement": lambda: copy(rated()),
    "level_only_with_a_level_answer": lambda: change(rated(), answer="cannot_judge"),
    "one_distribution_per_vote": lambda: copy(world.workshop() and first(Distribution)),
    "no_numbers_while_a_vote_is_open": lambda: change(voting(), counts=[3, 0, 0, 0]),
    "one_vote_at_a_time": lambda: copy(voting(), vote=3),
    "one_ballot_per_voter": lambda: copy(voted()),
    "the_code_ends_with_the_workshop": lambda: change(
        voting() and first(Room), is_ended=True, code="ABCDEF"
    ),
    "no_code_without_guests": lambda: change(
        voting() and first(Room), admits_guests=False, code="ABCDEF"
    ),
    "one_note_per_form": lambda: copy(keyed()),
    "a_note_says_something": lambda: change(noted(), text=""),
    "a_question_is_handed_to_somebody": lambda: change(noted(), kind="question"),
    "one_protocol_per_edition": lambda: copy(confirmed()),
    "a_new_protocol_says_why": lambda: change(confirmed(), edition=2),
    "one_finding_per_requirement": lambda: copy(found()),
    "agreed_level_is_there": lambda: change(found(), level=None),
    "dissent_holds_both_views_in_words": lambda: change(found(), outcome="dissent"),
    "not_applicable_has_a_reason": lambda: change(found(), outcome="not_applicable"),
    "one_state_per_revision": lambda: copy(found() and first(FindingRevision)),
    "one_tally_per_question": lambda: copy(world.released() and first(PilotTally)),
    "one_result_per_edition": lambda: copy(world.released() and first(Result)),
    "one_translation_per_language_and_place": lambda: copy(translated()),
    "a_checked_translation_says_by_whom_and_when": lambda: change(
        translated(), checked_by="Dolmetscherin"
    ),
    "one_survey_per_name_and_round": lambda: copy(surveys_world.draft()),
    "floors_of_a_survey_never_lowered": lambda: change(surveys_world.draft(), inside_floor=4),
    "days_of_a_survey_run_forward": lambda: change(
        surveys_world.draft(), closes_on=date(2000, 1, 1)
    ),
    "one_question_per_number": lambda: copy(asked(), question=other_question()),
    "a_question_is_asked_once": lambda: copy(asked(), number=8),
    "an_institution_is_asked_about_once": lambda: copy(
        surveys_world.part_of(surveys_world.draft())
    ),
    "the_city_is_asked_about_once": lambda: copy(
        surveys_world.draft(units=()) and SurveyPart.objects.get()
    ),
    "one_entrance_per_place_and_channel": lambda: copy(
        surveys_world.entrance(surveys_world.draft()), code="andere"
    ),
    "a_published_text_has_words": lambda: change(text_of_a_citizen(), state="inside"),
    "a_removed_text_is_gone_and_has_a_reason": lambda: change(text_of_a_citizen(), state="removed"),
    "a_new_edition_says_why": lambda: change(world.released() and first(Result), edition=2),
    "a_sent_mail_is_forgotten": lambda: change(store(), state="sent"),
    "one_message_per_person_object_reason_and_day": lambda: copy(tell(world.person("lead"))),
    "one_text_per_reason_and_language": lambda: copy(
        MessageText.objects.create(
            municipality=world.municipality(), reason="measure_due", language="de", title="x"
        )
    ),
    **of_measures,
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_refuses(name: str) -> None:
    # PostgreSQL tells the constraint; SQLite tells it for checks, and for unique ones the columns
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        VIOLATIONS[name]()

    said = str(refused.value)
    assert name in said or "UNIQUE constraint failed" in said


def test_every_constraint_has_a_test_that_breaks_it() -> None:
    ours = [m for m in apps.get_models() if m.__module__.startswith("chancencheck.")]
    names = {constraint.name for model in ours for constraint in model._meta.constraints}

    assert names == set(VIOLATIONS)


def test_one_assessment_per_participation() -> None:
    assessment = world.preparing()

    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(participation=assessment.participation)
