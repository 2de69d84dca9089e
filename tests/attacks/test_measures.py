"""Attack: read a measure before its self-assessment is released, of others, or who stands behind it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.measures import functions, operations
from chancencheck.measures.choices import State
from chancencheck.measures.models import Measure, MeasureEvent
from chancencheck.notifications.models import Notification
from tests import measures_world as made
from tests import world
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]
SECRET = "Die Schalter umbauen"
TEAM = ("lead", "member1", "moderator")
OTHERS = (
    "holder",
    "coordination",
    "coordinating_group",
    "steering",
    "executive",
    "advisory_board",
    "oversight",
    "administration",
    "library_lead",
)


def seen(client: Any, measure: Measure) -> list[str]:
    """The addresses at which this person reads anything of the measure."""
    fixed = ["home", "measure_list", "measure_check", "good_practice", "result_list", "inbox"]
    urls = [reverse(name) for name in fixed]
    urls += [reverse("unit_measures", args=[measure.unit_id])]
    urls += [reverse(name, args=[measure.pk]) for name in ("measure", "measure_edit")]
    return [url for url in urls if SECRET in client.get(url).content.decode()]


def open_to(who: str, client_for: SignIn, measure: Measure) -> int:
    status: int = client_for(who).get(reverse("measure", args=[measure.pk])).status_code
    return status


# ------------------------------------------------------------------- before the release


def test_before_the_release_a_measure_exists_for_the_team_alone(client_for: SignIn) -> None:
    measure = made.taken_on(world.settled(), SECRET)
    proposal = made.proposed(world.fresh(measure.assessment), SECRET)  # type: ignore[arg-type]

    for row in (measure, proposal):
        assert [open_to(who, client_for, row) for who in TEAM] == [200, 200, 200]
        assert [open_to(who, client_for, row) for who in OTHERS] == [404] * len(OTHERS)
        assert {who: seen(client_for(who), row) for who in OTHERS} == {who: [] for who in OTHERS}
        for do in ("begin", "done", "still"):
            for name in ("measure", "measure_check_one"):
                answer = client_for("holder").post(reverse(name, args=[row.pk]), {"do": do})
                assert answer.status_code == 404


def test_the_release_opens_it_and_the_steering_committee_waits_for_the_report(
    client_for: SignIn,
) -> None:
    assessment = world.settled()
    measure, proposal = made.taken_on(assessment, SECRET), made.proposed(assessment, SECRET)
    world.release(assessment)

    at_once = [open_to(who, client_for, measure) for who in ("holder", "coordination", "steering")]
    world.report_is_due()
    later = [open_to(who, client_for, measure) for who in ("steering", "executive", "library_lead")]

    assert at_once == [200, 200, 404]
    assert later == [200, 200, 404]
    assert [open_to(who, client_for, proposal) for who in OTHERS] == [404] * len(OTHERS)


def test_nobody_is_told_of_a_measure_before_the_release() -> None:
    measure = made.taken_on(world.settled(), SECRET)
    assert measure.function
    functions.change_function(
        function=measure.function,
        name=measure.function.name,
        holder_email=world.address("executive"),
        deputy_email="",
        by=person("lead"),
    )

    assert not Notification.objects.exists()


# ------------------------------------------------------------------- others


def test_what_a_partner_keeps_inside_the_city_reads_nowhere(client_for: SignIn) -> None:
    measure = made.own("Jobcenter", SECRET)
    Measure.objects.update(is_shown_to_city=False)
    city = [who for who in OTHERS if who != "holder"]

    assert made.unit("Jobcenter").is_external
    assert [open_to(who, client_for, measure) for who in city] == [404] * len(city)
    assert open_to("job_lead", client_for, measure) == 200


def test_another_city_finds_neither_measures_nor_functions(client_for: SignIn) -> None:
    measure = made.own(title=SECRET)
    assert measure.function
    urls = [reverse(n, args=[measure.pk]) for n in ("measure", "measure_edit", "measure_delete")]
    urls += [reverse("measure_check_one", args=[measure.pk])]
    urls += [reverse(name, args=[measure.unit_id]) for name in ("unit_measures", "functions")]
    urls += [reverse("function", args=[measure.function.pk])]
    new = reverse("measure_new") + f"?einrichtung={measure.unit_id}"

    for who in ("coordination", "lead"):
        client = client_for(who, world.THERE)
        assert {client.post(url, {"do": "done"}).status_code for url in urls} <= {404, 405}
        assert client.post(new, {"title": "Fremd"}).status_code == 404
    measure.refresh_from_db()
    assert measure.state == State.PLANNED


def test_a_stranger_in_the_own_city_changes_nothing(client_for: SignIn) -> None:
    measure = made.own(title=SECRET)
    assert measure.function
    changes = [
        (reverse("measure", args=[measure.pk]), {"do": "begin"}),
        (reverse("measure", args=[measure.pk]), {"do": "take"}),
        (reverse("measure", args=[measure.pk]), {"do": "move"}),
        (reverse("measure_edit", args=[measure.pk]), {"title": "Fremd", "revision": "2"}),
        (reverse("measure_delete", args=[measure.pk]), {}),
        (reverse("measure_check_one", args=[measure.pk]), {"do": "still"}),
        (reverse("function", args=[measure.function.pk]), {"do": "change", "name": "Fremd"}),
        (reverse("measure_new") + f"?einrichtung={measure.unit_id}", {"title": "Fremd"}),
    ]
    found = {client_for("coordination").post(url, data).status_code for url, data in changes}

    measure.refresh_from_db()
    assert found == {403}
    assert (measure.title, measure.state, measure.revision) == (SECRET, State.PLANNED, 2)


def test_a_report_or_survey_of_others_is_no_source(client_for: SignIn) -> None:
    foreign = "00000000-0000-4000-8000-000000000000"
    url = reverse("measure_new") + f"?einrichtung={made.unit().pk}&meldung={foreign}"

    assert client_for("lead").get(url).status_code == 404


# ------------------------------------------------------------------- who stands behind it


def test_no_page_and_no_event_names_whoever_held_or_holds_the_function(client_for: SignIn) -> None:
    measure = made.own(title=SECRET)
    assert measure.function
    operations.set_state(measure=measure, state=State.RUNNING, by=person("holder"))
    functions.change_function(
        function=measure.function,
        name=measure.function.name,
        holder_email="neu@musterstadt.example",
        deputy_email=world.address("holder"),
        holder_name="Erika Neumann",
        by=person("lead"),
    )
    names = ["Erika", "Neumann", "neu@", "Funktion holder", "holder@", "Leitung Bürgeramt"]

    for who in ("lead", "coordination", "neu"):
        client = client_for(who)
        for url in (f"/massnahmen/{measure.pk}/", f"/massnahmen/einrichtung/{measure.unit_id}/"):
            text = client.get(url).content.decode()
            main = text[text.index("<main") : text.index("</main")]
            assert SECRET in main
            assert [name for name in names if name in main] == []
    stored = [str(row.values) + row.sentence for row in MeasureEvent.objects.all()]
    assert [name for name in names for text in stored if name in text] == []
