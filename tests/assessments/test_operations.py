"""The order of the method, and what each step refuses."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Outcome, Share
from chancencheck.assessments.models import (
    Assessment,
    Handover,
    IndividualRating,
    IndividualSheet,
    Voice,
)
from chancencheck.lib.errors import NotAllowedNow
from tests import world
from tests.world import fresh, person, requirement, values

pytestmark = pytest.mark.usefixtures("cities")


def step(name: str, assessment: Assessment) -> None:
    """One step of the method, by whom it belongs to."""
    lead, moderator = person("lead"), person("moderator")
    here: dict[str, Any] = {"assessment": assessment}
    steps = {
        "scope": lambda: assess.set_scope(**here, scope="x", by=lead),
        "add": lambda: assess.add_member(**here, email="neu@musterstadt.example", by=lead),
        "apply": lambda: assess.set_applicability(**here, reasons={}, handovers={}, by=lead),
        "invite": lambda: assess.invite_team(**here, by=lead),
        "remind": lambda: assess.remind_team(**here, by=lead),
        "rate": lambda: world.rate(assessment, "member1"),
        "finish": lambda: world.finish(assessment, "member1"),
        "open": lambda: assess.open_distributions(**here, by=moderator),
        "find": lambda: world.settle(assessment),
        "release": lambda: world.release(assessment, reason="Ein Tippfehler"),
        "correct": lambda: assess.start_correction(**here, by=lead),
    }
    steps[name]()


ALL_STEPS = [
    "scope",
    "add",
    "apply",
    "invite",
    "remind",
    "rate",
    "finish",
    "open",
    "find",
    "release",
    "correct",
]
POSSIBLE = {
    "preparing": {"scope", "add", "apply", "invite"},
    "rating": {"scope", "add", "remind", "rate", "finish"},
    "rated": {"scope", "add", "remind", "rate", "finish", "open"},
    "workshop": {"find"},
    "settled": {"find", "release"},
    "released": {"correct"},
    "correcting": {"find", "release"},
}


@pytest.mark.parametrize("stage", POSSIBLE)
@pytest.mark.parametrize("name", ALL_STEPS)
def test_each_stage_allows_exactly_its_steps(stage: str, name: str) -> None:
    assessment = world.STAGES[stage]()
    if name == "rate" and stage == "rated":
        IndividualRating.objects.all().delete()  # else this is a second window

    if name in POSSIBLE[stage]:
        step(name, assessment)
    else:
        with pytest.raises(NotAllowedNow):
            step(name, assessment)


def test_a_round_that_is_closed_lets_nobody_go_on() -> None:
    assessment = world.rated()
    assess.close_round(run=assessment.participation.round, by=person("coordination"))

    for name in POSSIBLE["rated"] - {"rate"}:
        with pytest.raises(NotAllowedNow):
            step(name, fresh(assessment))


def test_a_correction_stays_possible_after_the_round_is_closed() -> None:
    assessment = world.released()
    assess.close_round(run=assessment.participation.round, by=person("coordination"))

    assess.start_correction(assessment=fresh(assessment), by=person("lead"))
    corrected = world.release(fresh(assessment), reason="Ein Tippfehler")

    assert corrected.results.count() == 2


def test_accepting_twice_is_refused() -> None:
    world.preparing()

    with pytest.raises(NotAllowedNow):
        assess.accept_participation(participation=world.participation(), by=person("lead"))


def test_nobody_but_the_own_lead_accepts() -> None:
    for who in ("coordination", "administration", "library_lead"):
        with pytest.raises(PermissionDenied):
            assess.accept_participation(participation=world.participation(), by=person(who))


# ------------------------------------------------------------------- the team


def test_a_team_of_two_cannot_be_invited() -> None:
    assessment = world.preparing(members=2)

    with pytest.raises(NotAllowedNow):
        assess.invite_team(assessment=assessment, by=person("lead"))


@pytest.mark.parametrize("missing", ["scope", "moderator"])
def test_an_invitation_needs_scope_and_moderator(missing: str) -> None:
    assessment = world.preparing()
    Assessment.objects.filter(pk=assessment.pk).update(
        **{"scope": {"scope": ""}, "moderator": {"moderator": None}}[missing]
    )

    assert assess.missing_for_invitation(fresh(assessment)) == [missing]
    with pytest.raises(NotAllowedNow):
        assess.invite_team(assessment=assessment, by=person("lead"))


def test_a_ninth_person_does_not_fit_into_the_team() -> None:
    assessment = world.preparing()
    for number in range(3):
        assess.add_member(
            assessment=assessment, email=f"mehr{number}@musterstadt.example", by=person("lead")
        )

    with pytest.raises(assess.TeamSize):
        step("add", assessment)

    assert assessment.members.count() == 8


def test_a_team_never_falls_below_three_once_it_is_invited() -> None:
    assessment = world.rating(members=3)

    with pytest.raises(assess.TeamSize):
        assess.remove_member(member=assessment.members.all()[0], by=person("lead"))


def test_who_leaves_after_the_invitation_cannot_rate_any_more() -> None:
    assessment = world.rating()
    member = assessment.members.get(user=person("member1"))

    assess.remove_member(member=member, by=person("lead"))

    with pytest.raises(PermissionDenied):
        world.rate(assessment, "member1")


# ------------------------------------------------------------------- the own view


def test_a_level_off_the_scale_is_refused() -> None:
    with pytest.raises(NotAllowedNow):
        world.rate(world.rating(), "member1", level=9)


def test_a_second_window_with_other_words_is_a_conflict_and_changes_nothing() -> None:
    assessment = world.rating()
    world.rate(assessment, "member1", example="zuerst")

    with pytest.raises(assess.Conflict) as found:
        world.rate(assessment, "member1", example="danach")

    assert found.value.fields == ("example",)
    assert assessment.ratings.get().example == "zuerst"


def test_saving_the_same_twice_changes_nothing() -> None:
    assessment = world.rating()

    for _window in range(2):
        world.rate(assessment, "member1", example="gleich")

    assert assessment.ratings.get().revision == 1


def test_a_requirement_that_does_not_apply_cannot_be_rated_and_is_settled() -> None:
    assessment = world.preparing()
    excluded = requirement(assessment, "KOM-2")
    assess.set_applicability(
        assessment=assessment,
        reasons={excluded.pk: "Wir haben keine Bilder"},
        handovers={},
        by=person("lead"),
    )
    assess.invite_team(assessment=assessment, by=person("lead"))

    with pytest.raises(NotAllowedNow):
        world.rate(assessment, "member1", "KOM-2")

    for who in world.MEMBERS[:3]:
        world.rate(assessment, who)
    world.finish(assessment, *world.MEMBERS[:3])
    found = world.open_workshop(fresh(assessment)).findings.get()
    assert (found.outcome, found.reason) == (Outcome.NOT_APPLICABLE, "Wir haben keine Bilder")
    assert not assessment.distributions.filter(requirement=excluded).exists()


def test_at_least_one_requirement_applies() -> None:
    assessment = world.preparing()
    every = {requirement(assessment, key).pk: "weil" for key in world.KEYS}

    with pytest.raises(NotAllowedNow):
        assess.set_applicability(
            assessment=assessment, reasons=every, handovers={}, by=person("lead")
        )


# ------------------------------------------------------------------- the workshop


def save(assessment: Assessment, revision: int = 0, **changes: Any) -> Any:
    return assess.save_finding(
        assessment=assessment,
        requirement=requirement(assessment),
        values=values(**changes),
        revision=revision,
        by=person("moderator"),
    )


DISSENT = {
    "outcome": Outcome.DISSENT,
    "level": None,
    "low_level": 1,
    "low_text": "Die einen",
    "high_level": 4,
    "high_text": "Die anderen",
}


@pytest.mark.parametrize("outcome", [{"level": 2}, DISSENT])
@pytest.mark.parametrize("missing", ["strengths", "potentials"])
def test_words_come_before_levels(outcome: dict[str, Any], missing: str) -> None:
    assessment = world.workshop()

    with pytest.raises(assess.WordsFirst):
        save(assessment, **{**outcome, missing: ["   "]})

    assert not assessment.findings.exists()


def test_dissent_is_a_result() -> None:
    assessment = world.workshop()

    found = save(assessment, **DISSENT)

    assert found.is_settled
    assert (found.low_text, found.high_text) == ("Die einen", "Die anderen")


@pytest.mark.parametrize(
    "broken",
    [
        {**DISSENT, "low_text": ""},
        {**DISSENT, "high_text": " "},
        {**DISSENT, "low_level": None},
        {**DISSENT, "high_level": 9},
        {"level": None},
        {"level": 9},
        {"outcome": Outcome.NOT_APPLICABLE, "level": None, "reason": ""},
    ],
)
def test_half_a_result_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(NotAllowedNow):
        save(world.workshop(), **broken)


def test_two_people_who_write_different_fields_are_merged() -> None:
    assessment = world.workshop()
    save(assessment, strengths=["eins"])

    save(assessment, revision=1, strengths=["eins"], reason="von mir")
    merged = save(assessment, revision=1, strengths=["eins", "zwei"])

    assert (merged.reason, merged.strengths) == ("von mir", ["eins", "zwei"])


def test_two_people_who_write_the_same_field_have_to_choose() -> None:
    assessment = world.workshop()
    save(assessment, reason="am Anfang")
    save(assessment, revision=1, reason="von dir")

    with pytest.raises(assess.Conflict) as found:
        save(assessment, revision=1, reason="von mir")

    assert found.value.fields == ("reason",)
    assert assessment.findings.get().reason == "von dir"


def test_every_saved_state_of_a_finding_is_kept() -> None:
    assessment = world.workshop()
    for number in range(3):
        save(assessment, revision=number, reason=f"Stand {number}")

    kept = [
        row.values["reason"] for row in assessment.findings.get().revisions.order_by("revision")
    ]

    assert kept == ["Stand 0", "Stand 1", "Stand 2"]


def test_opening_twice_is_refused_and_changes_no_distribution() -> None:
    assessment = world.workshop()
    before = list(assessment.distributions.order_by("pk").values())

    with pytest.raises(NotAllowedNow):
        world.open_workshop(assessment)

    assert list(assessment.distributions.order_by("pk").values()) == before


# ------------------------------------------------------------------- the release


def test_a_release_needs_a_result_for_every_requirement() -> None:
    assessment = world.workshop()
    save(assessment)

    with pytest.raises(NotAllowedNow):
        world.release(assessment)


def test_a_release_deletes_everything_of_single_people() -> None:
    assessment = world.rating()
    Handover.objects.create(
        assessment=assessment,
        requirement=requirement(assessment),
        member=assessment.members.all()[0],
    )
    for who in world.MEMBERS[:3]:
        world.rate(assessment, who, example="Beispiel", share_example=True)
    world.finish(assessment, *world.MEMBERS[:3])
    opened = world.open_workshop(fresh(assessment))
    before = {m: m.objects.count() for m in (IndividualRating, IndividualSheet, Voice, Handover)}

    released = world.release(world.settle(opened))

    assert all(before.values())
    assert not any(model.objects.exists() for model in before)
    assert released.salt is None
    assert released.distributions.count() == len(world.KEYS)


def test_a_second_release_without_correction_is_refused() -> None:
    assessment = world.released()

    with pytest.raises(NotAllowedNow):
        world.release(assessment, reason="noch einmal")

    assert assessment.results.count() == 1


def test_a_correction_makes_a_second_edition_and_keeps_the_first() -> None:
    assessment = world.correcting()
    world.settle(assessment, strengths=["jetzt richtig"])

    world.release(assessment, reason="Ein Tippfehler")

    second, first = assessment.results.all()
    assert (second.edition, second.correction_reason) == (2, "Ein Tippfehler")
    assert (first.edition, first.correction_reason) == (1, "")
    assert "jetzt richtig" in str(second.content)
    assert "jetzt richtig" not in str(first.content)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_says_why(reason: str) -> None:
    assessment = world.correcting()

    with pytest.raises(NotAllowedNow):
        world.release(assessment, reason=reason)


@pytest.mark.parametrize(("unit", "kept"), [("Bürgeramt", Share.ALL), ("Jobcenter", Share.WORDS)])
def test_only_partners_decide_what_they_share(unit: str, kept: Share) -> None:
    assessment = world.released(unit, share=Share.WORDS)

    assert assessment.results.get().share == kept
