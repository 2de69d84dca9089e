"""How measures come out of a self-assessment: collected, placed, chosen, together in one room."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chancencheck.assessments.models import Assessment
from chancencheck.instruments.choices import HintKind
from chancencheck.instruments.models import Hint
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures import operations
from chancencheck.measures.choices import Origin, State
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.practice import share_measure
from chancencheck.measures.sources import material_for
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.choices import NoteKind
from tests import measures_world, room, world

pytestmark = pytest.mark.usefixtures("cities")

ClientFor = Callable[..., Any]


def page(assessment: Assessment) -> str:
    return reverse("assessment_measures", args=[assessment.pk])


def propose(client: Any, assessment: Assessment, **sent: str) -> Any:
    return client.post(reverse("assessment_measure_propose", args=[assessment.pk]), sent)


def pile(assessment: Assessment, kind: str) -> list[Any]:
    return [row for heap in material_for(assessment, []) for row in getattr(heap, kind)]


def take(client: Any, measure: Measure, **sent: Any) -> Any:
    typed = {
        "revision": measure.revision,
        "title": measure.title,
        "sign": "Weniger Rückfragen",
        "new_function": "Leitung der Anmeldung",
        "due_on": measures_world.in_days(90).isoformat(),
        **sent,
    }
    return client.post(
        reverse("assessment_measure_take", args=[measure.assessment_id, measure.pk]), typed
    )


def template(assessment: Assessment, text: str = "Ein Bild auf jedes Formular") -> Hint:
    return Hint.objects.create(
        requirement=world.requirement(assessment),
        kind=HintKind.MEASURE,
        key="m1",
        text=text,
        position=1,
    )


def test_from_a_potential_to_a_measure_with_function_and_date(client_for: ClientFor) -> None:
    assessment = world.settled()
    client = client_for("moderator")
    assert "Mehr Bilder" in client.get(page(assessment)).content.decode()

    material = pile(assessment, "potentials")[0]
    for _twice in range(2):
        assert propose(client, assessment, material=material.key).status_code == 302

    measure = Measure.objects.get()
    assert (measure.title, measure.origin) == ("Mehr Bilder", Origin.FINDING)
    assert [link.key for link in measure.links.all()] == ["KOM-1"]

    response = take(client, measure, title="Bilder auf alle Formulare")

    measure.refresh_from_db()
    assert response["Location"] == page(assessment) + "#choose"
    assert (measure.state, measure.title) == (State.PLANNED, "Bilder auf alle Formulare")
    assert measure.sign == "Weniger Rückfragen"
    assert str(measure.function) == "Leitung der Anmeldung"
    assert measure.due_on == measures_world.in_days(90)


def test_templates_and_what_others_shared_lie_beside_the_potentials(client_for: ClientFor) -> None:
    library = measures_world.taken_on(world.released("Bücherei"), "Vorlesen in vier Sprachen")
    lead = world.person("library_lead")
    operations.set_state(measure=library, state=State.RUNNING, by=lead)
    share_measure(measure=library, by=lead)
    assessment = world.settled()
    template(assessment)
    client = client_for("lead")

    for kind in ("templates", "shared"):
        propose(client, assessment, material=pile(assessment, kind)[0].key)

    own = {row.title: row for row in assessment.measures.all()}
    assert set(own) == {"Ein Bild auf jedes Formular", "Vorlesen in vier Sprachen"}
    taken = own["Vorlesen in vier Sprachen"]
    assert (taken.taken_from, taken.sign) == (library, library.sign)
    assert taken.unit.name == "Bürgeramt"
    assert [link.key for link in taken.links.all()] == ["KOM-1"]


def test_own_words_are_proposed_once_even_when_sent_twice(client_for: ClientFor) -> None:
    assessment = world.workshop()
    client = client_for("moderator")

    for _twice in range(2):
        sent = {"title": "Abends öffnen", "requirement": "ZUG-1", "form_key": "abc"}
        propose(client, assessment, **sent)
    empty = propose(client, assessment, title="", requirement="ZUG-1", form_key="def")

    measure = Measure.objects.get()
    assert (measure.title, measure.origin) == ("Abends öffnen", Origin.OWN)
    assert [link.key for link in measure.links.all()] == ["ZUG-1"]
    assert empty.status_code == 422
    assert '<option value="ZUG-1" selected>' in empty.content.decode()


def test_a_note_of_the_parking_list_becomes_a_proposal(client_for: ClientFor) -> None:
    assessment = world.settled()
    note = room.note(
        assessment, "Ein Schild an jede Tür", requirement=world.requirement(assessment)
    )
    client, here = client_for("moderator"), reverse("finding", args=[assessment.pk, "KOM-1"])
    button = f'value="note_measure:{note.pk}"'
    workshop = reverse("workshop", args=[assessment.pk])
    assert button in client.get(here).content.decode()
    assert button in client.get(workshop).content.decode()

    for _twice in range(2):
        client.post(
            reverse("steer", args=[assessment.pk]), {"do": f"note_measure:{note.pk}", "key": ""}
        )

    note.refresh_from_db()
    measure = Measure.objects.get()
    assert (note.measure, measure.origin) == (measure, Origin.NOTE)
    assert measure.title == "Ein Schild an jede Tür"
    assert button not in client.get(here).content.decode()
    assert button not in client.get(workshop).content.decode()


def test_a_question_to_others_is_no_measure() -> None:
    assessment = world.workshop()
    note = room.note(assessment, "Wer zahlt?", NoteKind.QUESTION, for_whom="Kämmerei")

    with pytest.raises(NotAllowedNow):
        workshops.propose_from_note(note=note, by=world.person("moderator"))


def test_a_long_sentence_stays_whole(client_for: ClientFor) -> None:
    assessment = world.workshop()
    text = "Wir schreiben " + "sehr " * 60 + "kurz"
    propose(client_for("lead"), assessment, material=_potential(assessment, text))

    measure = Measure.objects.get()
    assert len(measure.title) == 200
    assert measure.details == text


def _potential(assessment: Assessment, text: str) -> str:
    world.settle(assessment, potentials=[text])
    return str(pile(assessment, "potentials")[0].key)


# ------------------------------------------------------------------- the grid


def test_a_proposal_is_placed_by_choosing_and_stands_in_its_cell(client_for: ClientFor) -> None:
    assessment = world.settled()
    measure = measures_world.proposed(assessment)
    url = reverse("assessment_measure_place", args=[assessment.pk, measure.pk])
    client = client_for("moderator")

    by_form = client.post(url, {"effort": "1", "effect": "3"})
    by_script = client.post(
        url, {"effort": "1", "effect": "2"}, headers={"x-requested-with": "fetch"}
    )

    assert by_form["Location"].endswith(f"#place-{measure.pk}")
    measure.refresh_from_db()
    assert (measure.effort, measure.effect) == (1, 2)
    cell = by_script.content.decode().split('data-effort="1" data-effect="2">')[1]
    assert measure.title in cell.split("</td>")[0]

    assert client.post(url, {"effort": "", "effect": ""}).status_code == 302
    assert client.post(url, {"effort": "4", "effect": "1"}).status_code == 409
    measure.refresh_from_db()
    assert measure.effort is None


def test_much_effect_for_little_effort_comes_first(client_for: ClientFor) -> None:
    assessment = world.settled()
    lead = world.person("lead")
    for title, effort, effect in (("Umbau", 3, 2), ("Schild", 1, 3), ("Später", None, None)):
        measure = measures_world.proposed(assessment, title)
        operations.place_measure(measure=measure, effort=effort, effect=effect, by=lead)

    shown = client_for("lead").get(page(assessment)).context["proposals"]

    assert [row.title for row in shown] == ["Schild", "Umbau", "Später"]


# ------------------------------------------------------------------- choosing


def test_more_than_the_city_advises_needs_one_more_tick_and_is_never_refused(
    client_for: ClientFor,
) -> None:
    assessment = world.settled()
    city = world.municipality()
    city.measures_per_assessment = 1
    city.save()
    measures_world.taken_on(assessment, "Die erste")
    second = measures_world.proposed(assessment, "Die zweite")
    client = client_for("lead")
    form = client.get(reverse("assessment_measure_take", args=[assessment.pk, second.pk]))
    function = Function.objects.get()
    sent = {"function": function.pk, "new_function": ""}

    warned = take(client, second, **sent)
    done = take(client, second, **sent, confirm="on")

    assert 'name="confirm"' in form.content.decode()
    assert warned.status_code == 422
    assert done.status_code == 302
    assert assessment.measures.filter(state=State.PLANNED).count() == 2


def test_what_lacks_is_said_and_what_was_typed_stays(client_for: ClientFor) -> None:
    assessment = world.settled()
    measure = measures_world.proposed(assessment)
    client = client_for("lead")

    past = take(client, measure, due_on=measures_world.in_days(-1).isoformat())
    nobody = take(client, measure, new_function="", sign="Alle lachen")

    assert (past.status_code, nobody.status_code) == (422, 422)
    assert "Alle lachen" in nobody.content.decode()
    measure.refresh_from_db()
    assert measure.is_proposal


def test_until_the_release_a_chosen_measure_can_be_put_back(client_for: ClientFor) -> None:
    assessment = world.settled()
    measure = measures_world.taken_on(assessment)
    client = client_for("lead")
    back = reverse("assessment_measure_back", args=[assessment.pk, measure.pk])

    client.post(back)
    measure.refresh_from_db()
    assert measure.is_proposal

    response = client.post(
        reverse("assessment_measure_remove", args=[assessment.pk, measure.pk]), follow=True
    )
    assert not Measure.objects.exists()
    assert measure.title in response.content.decode(), "its words are not lost"

    late = measures_world.taken_on(world.release(assessment))
    url = reverse("assessment_measure_back", args=[assessment.pk, late.pk])
    assert client.post(url).status_code == 409


def test_a_partner_decides_whether_the_city_reads_a_measure(client_for: ClientFor) -> None:
    assessment = world.settled("Jobcenter")
    client = client_for("job_lead")
    propose(client, assessment, material=pile(assessment, "potentials")[0].key)
    measure = Measure.objects.get()
    assert not measure.is_shown_to_city

    take(client, measure, is_shown_to_city="on")

    measure.refresh_from_db()
    assert measure.is_shown_to_city


def test_the_team_reads_and_only_lead_and_moderator_write(client_for: ClientFor) -> None:
    assessment = world.settled()
    measure = measures_world.proposed(assessment)

    shown = client_for("member1").get(page(assessment)).content.decode()

    assert measure.title in shown
    assert "<form" not in shown.split("<main")[1].split("</main>")[0]
    with pytest.raises(PermissionDenied):
        operations.place_measure(measure=measure, effort=1, effect=1, by=world.person("member1"))


def test_measures_of_another_self_assessment_cannot_be_reached_here(client_for: ClientFor) -> None:
    assessment = world.settled()
    foreign = measures_world.proposed(world.settled("Bücherei"))
    client = client_for("lead")

    for name in ("place", "take", "back", "remove"):
        url = reverse(f"assessment_measure_{name}", args=[assessment.pk, foreign.pk])
        assert client.post(url, {}).status_code == 404
    found = propose(client, assessment, material="a999-guessed")
    assert found.status_code == 409


def test_the_lead_is_told_on_the_start_page_and_before_the_release(client_for: ClientFor) -> None:
    assessment = world.settled()
    client, link = client_for("lead"), f'href="{page(assessment)}"'
    for url in ("/", reverse("release", args=[assessment.pk])):
        assert link in client.get(url).content.decode()

    measures_world.taken_on(assessment)

    assert link not in client.get("/").content.decode()
