"""What an institution cannot decide alone is asked, answered and told; one measure for many."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.central import low_findings, make_central_measure
from chancencheck.measures.choices import Answer
from chancencheck.measures.models import Measure, SupportRequest
from chancencheck.measures.queries import measures_visible_to
from chancencheck.measures.requests import answer_request, ask_for_support, withdraw_request
from chancencheck.notifications.choices import Reason
from chancencheck.notifications.models import Notification
from tests import measures_world, world
from tests.page_lint import words

pytestmark = pytest.mark.usefixtures("cities")


def asked(measure: Measure | None = None, who: str = "lead") -> SupportRequest:
    """The lead asks the Stadtvorstand for money and a decision."""
    return ask_for_support(
        measure=measure or measures_world.own(),
        needs={"decision", "money"},
        text="Wir brauchen 3.000 Euro für Schilder.",
        division=None,
        body_name="Stadtvorstand",
        by=world.person(who),
    )


def told(reason: Reason) -> set[str]:
    rows = Notification.objects.filter(reason=reason).select_related("user")
    return {row.user.email.split("@")[0] for row in rows}


def test_a_request_is_asked_answered_and_both_sides_are_told(client_for: Any) -> None:
    measure = measures_world.own()
    client_for("lead").post(
        reverse("measure_request", args=[measure.pk]),
        {"needs": ["money"], "text": "3.000 Euro für Schilder", "body": "Stadtvorstand"},
    )
    request = SupportRequest.objects.get()
    assert told(Reason.REQUEST_ASKED) == {"coordination"}

    client = client_for("executive")
    assert "3.000 Euro" in words(client.get(reverse("request_answer", args=[request.pk])))
    client.post(
        reverse("request_answer", args=[request.pk]),
        {
            "answer": "agreed",
            "text": "Das Geld ist da.",
            "decided_on": "2026-11-02",
            "reference": "V/26/7",
        },
    )

    request.refresh_from_db()
    assert request.answer == Answer.AGREED
    assert str(request.decision).startswith("Stadtvorstand")
    assert told(Reason.REQUEST_ANSWERED) == {"lead", "holder"}
    sentences = [event.sentence for event in measure.events.all()]
    assert any("Das Geld ist da." in sentence for sentence in sentences)


def test_two_people_answer_and_the_second_is_told_what_holds() -> None:
    request = asked()
    by = world.person("executive")
    answer_request(request=request, answer=Answer.AGREED, text="Ja.", by=by)

    with pytest.raises(NotAllowedNow):
        answer_request(request=request, answer=Answer.DECLINED, text="Nein.", by=by)


def test_one_request_at_a_time_and_it_can_be_taken_back() -> None:
    request = asked()
    with pytest.raises(NotAllowedNow):
        asked(request.measure)
    withdraw_request(request=request, by=world.person("lead"))

    assert asked(request.measure).is_open


def test_before_the_release_nobody_can_be_asked() -> None:
    measure = measures_world.taken_on(world.settled())

    with pytest.raises(NotAllowedNow):
        asked(measure)


@pytest.mark.parametrize("who", ["holder", "member1", "coordination", "executive"])
def test_only_the_lead_asks(who: str) -> None:
    world.released()
    measure = measures_world.own()

    with pytest.raises(PermissionDenied):
        asked(measure, who)


def test_an_answer_needs_words(client_for: Any) -> None:
    request = asked()

    page = client_for("executive").post(
        reverse("request_answer", args=[request.pk]), {"answer": "declined", "text": ""}
    )

    assert page.status_code == 422
    request.refresh_from_db()
    assert request.is_open


def test_who_asks_lets_those_who_answer_read_the_measure_even_as_a_partner() -> None:
    measure = measures_world.own("Jobcenter")
    Measure.objects.filter(pk=measure.pk).update(is_shown_to_city=False)
    reader = world.person("executive")
    assert not measures_visible_to(reader).filter(pk=measure.pk).exists()

    asked(Measure.objects.get(pk=measure.pk), "job_lead")

    assert measures_visible_to(world.person("executive")).filter(pk=measure.pk).exists()
    assert not measures_visible_to(world.person("steering")).filter(pk=measure.pk).exists()


# ------------------------------------------------------------------- one measure for many


def central(*assessments: Any) -> Measure:
    first = assessments[0]
    return make_central_measure(
        run=world.the_round(),
        requirement=world.requirement(first),
        words=measures_world.words("Dolmetschen für alle"),
        assessments=[assessment.pk for assessment in assessments],
        function=None,
        new_function="Abteilung Integration",
        due_on=measures_world.in_days(90),
        by=world.person("coordinating_group"),
    )


def low(unit: str) -> Any:
    return world.release(world.settle(world.workshop(unit), level=1))


def test_a_central_measure_is_linked_to_each_finding_and_its_leads_read_it() -> None:
    both = [low("Bürgeramt"), low("Bücherei")]

    measure = central(*both)

    assert {link.assessment_id for link in measure.links.all()} == {a.pk for a in both}
    assert told(Reason.MEASURE_CENTRAL) == {"lead", "library-lead"}
    for who in ("lead", "library_lead"):
        assert measures_visible_to(world.person(who)).filter(pk=measure.pk).exists()
    assert not measures_visible_to(world.person("job_lead")).filter(pk=measure.pk).exists()


def test_only_released_and_low_findings_ask_for_one() -> None:
    low("Bürgeramt")
    world.settle(world.workshop("Bücherei"), level=1)  # not released
    world.release(world.settle(world.workshop("Jobcenter"), level=4))  # not low
    run, reader = world.the_round(), world.person("coordinating_group")
    requirement = world.requirement(run.participations.get(unit__name="Bürgeramt").assessment)

    assert [row.name for row in low_findings(reader, run, requirement)] == ["Bürgeramt"]


def test_a_measure_for_all_out_of_an_unreleased_result_is_impossible() -> None:
    with pytest.raises(NotAllowedNow):
        central(world.settle(world.workshop("Bücherei"), level=1))


def test_the_page_makes_one_measure_for_all(client_for: Any) -> None:
    assessment = low("Bürgeramt")
    url = reverse("measure_central") + f"?runde={world.the_round().pk}&anforderung=KOM-1"
    client = client_for("coordinating_group")
    assert "Bürgeramt" in words(client.get(url))

    client.post(
        url,
        {
            "title": "Dolmetschen für alle",
            "institutions": [assessment.pk],
            "new_function": "Abteilung Integration",
            "due_on": measures_world.in_days(30).isoformat(),
            "form_key": "x",
        },
    )

    assert Measure.objects.get(unit=None).links.get().assessment == assessment
    assert client_for("lead").get(url).status_code in (403, 404)
