"""In the next round the team sees what it took on, says whether it helped, and reads it side by side."""

from typing import Any

import pytest
from django.urls import reverse

from chancencheck.assessments.choices import Share
from chancencheck.assessments.models import Assessment
from chancencheck.instruments.models import Requirement
from chancencheck.measures.choices import State
from chancencheck.measures.effect import earlier_measures
from chancencheck.measures.models import EffectCheck, Measure, MeasureLink
from tests import measures_world, world
from tests.page_lint import words
from tests.versions import adopted, first, workshop_again, years_back

pytestmark = pytest.mark.usefixtures("cities")

TITLE = "Das Formular neu schreiben"


def last_year(share: Share = Share.ALL, unit: str = "Bürgeramt") -> Measure:
    """A measure out of a result released a year ago, done since."""
    assessment = world.released(unit, share=share)
    measure = measures_world.taken_on(assessment)
    years_back(assessment.participation.round, 1)
    measures_world.past(measure, 300)
    Measure.objects.filter(pk=measure.pk).update(
        state=State.DONE, ended_on=measures_world.in_days(-200)
    )
    return measure


def second() -> Assessment:
    """The workshop of the next round, with a later version of the instrument."""
    return workshop_again("Zweiter Durchgang", adopted(first(), "1.1"))


def say(client: Any, assessment: Assessment, measure: Measure, **data: str) -> Any:
    """The moderator says whether it helped, with everything else on the page left as it is."""
    return client.post(
        reverse("finding", args=[assessment.pk, "KOM-1"]),
        {
            "revision": "0",
            "outcome": "open",
            "strength_1": "Wir schreiben klarer",
            "do": "stay",
            f"effect-{measure.pk}": "partly",
            f"effect-text-{measure.pk}": "Weniger Anrufe",
            **data,
        },
    )


def test_the_moderator_asks_whether_it_helped_and_nothing_typed_is_lost(client_for: Any) -> None:
    measure = last_year()
    assessment = second()
    client = client_for("moderator")
    assert TITLE in words(client.get(reverse("finding", args=[assessment.pk, "KOM-1"])))

    say(client, assessment, measure)

    check = EffectCheck.objects.get()
    assert (check.verdict, check.text) == ("partly", "Weniger Anrufe")
    assert assessment.findings.get().strengths == ["Wir schreiben klarer"]


def test_a_member_reads_the_answer_and_cannot_give_one(client_for: Any) -> None:
    measure = last_year()
    assessment = second()
    say(client_for("moderator"), assessment, measure)

    client = client_for("member1")
    assert "Weniger Anrufe" in words(client.get(reverse("finding", args=[assessment.pk, "KOM-1"])))
    assert say(client, assessment, measure, **{f"effect-{measure.pk}": "not"}).status_code == 403
    assert EffectCheck.objects.get().verdict == "partly"


def test_the_measure_stands_at_its_requirement_only() -> None:
    last_year()
    assessment = second()

    assert set(earlier_measures(assessment)) == {"KOM-1"}


def test_a_measure_of_the_city_stands_at_the_finding_that_asked_for_it() -> None:
    old = world.released()
    measure = measures_world.central()
    MeasureLink.objects.create(
        measure=measure,
        requirement=world.requirement(old, "ZUG-1"),
        key="ZUG-1",
        assessment=old,
    )
    years_back(old.participation.round, 1)

    assert set(earlier_measures(second())) == {"ZUG-1"}


def test_a_measure_chosen_in_this_very_round_is_no_earlier_one() -> None:
    assessment = world.settled()
    measures_world.taken_on(assessment)

    assert earlier_measures(assessment) == {}


# ------------------------------------------------------------------- the picture


def released_again(share: Share = Share.ALL) -> Assessment:
    """The second round is released too."""
    return world.release(world.settle(second(), level=3), share)


def test_levels_and_measures_stand_in_one_picture_without_claiming_a_cause(client_for: Any) -> None:
    measure = last_year()
    assessment = second()
    say(client_for("moderator"), assessment, measure)
    assessment.refresh_from_db()
    world.release(world.settle(world.fresh(assessment), level=3))

    page = words(client_for("lead").get(reverse("effect", args=[assessment.participation_id])))

    names = Requirement.objects.get(
        version=assessment.participation.round.instrument_version, key="KOM-1"
    ).scale.stops
    for expected in (TITLE, "Weniger Anrufe", names[1].name, names[2].name):
        assert expected in page


def test_before_the_release_nobody_outside_sees_the_picture(client_for: Any) -> None:
    last_year()
    assessment = second()

    for who in ("coordination", "lead"):
        url = reverse("effect", args=[assessment.participation_id])
        assert client_for(who).get(url).status_code == 404


def test_the_result_shows_what_is_taken_on_and_what_became_of_it(client_for: Any) -> None:
    last_year()
    assessment = released_again()
    measures_world.taken_on(assessment, "Bilder statt Text")
    url = reverse("result", args=[assessment.participation_id])

    for who in ("lead", "coordination"):
        page = words(client_for(who).get(url))
        assert "Bilder statt Text" in page
        assert TITLE in page
    assert "Funktion holder" not in page
