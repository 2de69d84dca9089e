"""Good practice: shared of one's own accord, taken back at any time, and nothing else is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.audit.choices import Action
from chancencheck.audit.models import Entry
from chancencheck.measures import operations
from chancencheck.measures.choices import EventKind, State
from chancencheck.measures.models import Measure
from chancencheck.measures.practice import share_measure
from tests import measures_world, world

pytestmark = pytest.mark.usefixtures("cities")

ClientFor = Callable[..., Any]
PAGE = "/massnahmen/gute-praxis/"


def begun(title: str = "Vorlesen in vier Sprachen", unit: str = "Bücherei") -> Measure:
    """A measure out of a released result, already running."""
    assessment = world.released(unit)
    measure = measures_world.taken_on(assessment, title)
    return operations.set_state(
        measure=measure, state=State.RUNNING, by=world.team_of(assessment).person("lead")
    )


def shared(**more: Any) -> Measure:
    measure = begun(**more)
    assert measure.unit
    share_measure(measure=measure, by=world.Team(measure.unit.name).person("lead"))
    measure.refresh_from_db()
    return measure


def share(client: Any, measure: Measure, on: str = "1") -> int:
    url = reverse("measure_share", args=[measure.pk])
    return int(client.post(url, {"on": on}).status_code)


def shown(client: Any) -> str:
    text: str = client.get(PAGE).content.decode()
    return text.split("<main")[1].split("</main>")[0]


def test_a_lead_shares_a_measure_and_takes_it_back(client_for: ClientFor) -> None:
    measure = begun()
    lead, reader = client_for("library_lead"), client_for("lead")
    assert measure.title not in shown(reader)

    assert share(lead, measure) == 302
    assert measure.title in shown(reader)
    assert share(lead, measure) == 302  # pressed twice
    assert share(lead, measure, on="0") == 302
    assert measure.title not in shown(reader)

    kinds = list(measure.events.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == [EventKind.SHARED, EventKind.UNSHARED]
    entry = Entry.objects.get(action=Action.MEASURE_SHARED)
    assert entry.target_label == "Bücherei", "the log names the place, never the words"


def test_only_title_sign_institution_and_state_are_told(client_for: ClientFor) -> None:
    measure = shared()
    measure.details, measure.resources = "Geheime Einzelheiten", "12.000 Euro"
    measure.save()

    text = shown(client_for("lead"))

    for told in (measure.title, measure.sign, "Bücherei"):
        assert told in text
    for kept in ("Geheime", "12.000", "Leitung der Anmeldung", "Funktion holder"):
        assert kept not in text
    url = reverse("measure_share", args=[measure.pk])
    assert client_for("lead").post(url).status_code == 404, "sharing opens no other page"


def test_nothing_of_an_unreleased_assessment_can_be_shared(client_for: ClientFor) -> None:
    assessment = world.settled("Bücherei")
    measure = measures_world.taken_on(assessment)
    lead = client_for("library_lead")
    operations.set_state(measure=measure, state=State.RUNNING, by=world.person("library_lead"))

    assert share(lead, measure) == 409

    Measure.objects.update(is_shared=True)  # even if it were marked
    assert measure.title not in shown(client_for("lead"))


def test_a_plan_or_a_proposal_is_not_shared_yet(client_for: ClientFor) -> None:
    assessment = world.released("Bücherei")
    lead = client_for("library_lead")

    assert share(lead, measures_world.proposed(assessment)) == 409
    taken = measures_world.taken_on(assessment)
    assert share(lead, taken) == 409
    assert share(client_for("coordination"), taken) == 403


def test_while_a_result_is_corrected_its_shared_measures_stay(client_for: ClientFor) -> None:
    measure = begun()
    share(client_for("library_lead"), measure)
    part = world.participation("Bücherei")
    part.stage = "correcting"
    part.save()

    assert measure.title in shown(client_for("lead"))


def test_dropped_or_postponed_it_is_no_good_practice(client_for: ClientFor) -> None:
    measure = shared()
    lead = world.person("library_lead")
    operations.set_state(measure=measure, state=State.DROPPED, reason="Zu teuer", by=lead)

    assert measure.title not in shown(client_for("lead"))


def test_another_institution_proposes_it_for_itself(client_for: ClientFor) -> None:
    measure = shared()
    url = reverse("good_practice_take", args=[measure.pk])
    unit = measures_world.unit()
    client = client_for("lead")

    for _twice in range(2):
        assert client.post(url, {"ziel": f"u{unit.pk}"}).status_code == 302

    copy = Measure.objects.get(taken_from=measure)
    assert (copy.title, copy.sign, copy.unit) == (measure.title, measure.sign, unit)
    assert copy.is_proposal
    assert [link.key for link in copy.links.all()] == ["KOM-1"]
    assert client.post(url, {"ziel": f"u{measure.unit_id}"}).status_code == 404


def test_in_a_workshop_it_joins_the_proposals_of_the_team(client_for: ClientFor) -> None:
    measure = shared()
    assessment = world.settled()
    url = reverse("good_practice_take", args=[measure.pk])

    response = client_for("moderator").post(url, {"ziel": f"a{assessment.pk}"})

    assert response["Location"].startswith(reverse("assessment_measures", args=[assessment.pk]))
    copy = assessment.measures.get()
    assert copy.taken_from == measure
    assert [link.requirement for link in copy.links.all()] == [world.requirement(assessment)]


def test_the_page_can_be_asked_for_one_requirement(client_for: ClientFor) -> None:
    measure = shared()
    client = client_for("lead")

    assert measure.title in client.get(f"{PAGE}?anforderung=KOM-1").content.decode()
    elsewhere = client.get(f"{PAGE}?anforderung=ZUG-1")  # nothing is shared for it: all is shown
    assert measure.title in elsewhere.content.decode()


def test_a_foreign_city_neither_reads_nor_takes(client_for: ClientFor) -> None:
    measure = shared()
    neighbour = client_for("lead", world.THERE)

    assert measure.title not in shown(neighbour)
    url = reverse("good_practice_take", args=[measure.pk])
    unit = measures_world.unit(city=world.THERE)
    assert neighbour.post(url, {"ziel": f"u{unit.pk}"}).status_code == 404
    assert share(neighbour, measure) == 404
