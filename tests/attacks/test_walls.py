"""Attack: reach what belongs to another city or another institution."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import get_resolver, reverse

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.models import RoleAssignment
from chancencheck.organisations.operations import (
    close_account,
    end_role,
    ensure_person,
    invite_person,
)
from chancencheck.organisations.roles import Role
from chancencheck.rounds import operations as rounds
from tests import world
from tests.architecture.test_access_matrix import COLUMNS, PUBLIC, address_of, names
from tests.world import HERE, THERE, person, the_round

pytestmark = pytest.mark.usefixtures("cities")

# an address with nothing but a language or a kind of message shows everybody their own city
OWN_CITY = {"barrier_poster", "message_text"}
WITH_OBJECT = sorted(
    name
    for name in names() - PUBLIC - OWN_CITY
    if get_resolver().reverse_dict.getlist(name)[0][0][0][1]
)
INSIDERS = [who for who in COLUMNS if who not in ("guest", "stranger")]


def insider(who: str, city: str) -> Any:
    return person({"member": "member1"}.get(who, who), city)


@pytest.mark.parametrize("who", INSIDERS)
def test_no_role_of_another_city_reaches_any_object(
    who: str, client_for: Callable[..., Any], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine = world.workshop()
    world.released("Bücherei")
    for unit in ("Bürgeramt", "Bücherei"):
        world.workshop(unit, THERE)  # so that the stranger is somebody at home
    client = client_for(insider(who, THERE))
    reached = {}

    for name in WITH_OBJECT:
        url = address_of(name, mine if "beleg" in name or needs_assessment(name) else None)
        for send in (client.get, client.post):
            status = send(url, {"a": "b"}).status_code
            if status not in (403, 404, 405):
                reached[f"{send.__name__} {url}"] = status

    assert reached == {}


def needs_assessment(name: str) -> bool:
    return "selbstbewertung" in str(get_resolver().reverse_dict[name]) or "evidence" in name


@pytest.mark.parametrize("who", ["library_lead", "library_member1", "library_moderator"])
def test_another_institution_of_the_same_city_reaches_no_assessment(
    who: str, client_for: Callable[..., Any], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine = world.workshop()
    world.workshop("Bücherei")
    client = client_for(who)

    statuses = {
        name: client.get(address_of(name, mine)).status_code
        for name in WITH_OBJECT
        if needs_assessment(name)
    }

    assert set(statuses.values()) <= {404, 405}


def test_lists_hold_only_the_own_city(client_for: Callable[..., Any]) -> None:
    world.released()
    world.released("Bürgeramt", THERE)

    for name in ("home", "round_list", "result_list", "instrument_list", "round_new"):
        page = client_for("coordination").get(reverse(name)).content.decode()
        assert THERE not in page, name


def test_people_and_log_hold_only_the_own_city(client_for: Callable[..., Any]) -> None:
    client = client_for("administration")

    people, log = client.get(reverse("people")), client.get(reverse("log"))

    assert "@musterstadt.example" in people.content.decode()
    assert HERE in log.content.decode()
    assert "nachbarstadt" not in people.content.decode().lower()
    assert "nachbarstadt" not in log.content.decode().lower()


# The operations themselves refuse, even if a page forgot to ask.


def test_operations_refuse_the_mighty_of_another_city() -> None:
    mine, theirs = world.settled(), person("lead", THERE)
    city, admin = world.municipality(), person("administration", THERE)
    run, coordination = the_round(), person("coordination", THERE)
    part = mine.participation
    refused: dict[str, Callable[[], Any]] = {
        "scope": lambda: assess.set_scope(assessment=mine, scope="x", by=theirs),
        "release": lambda: assess.release_result(assessment=mine, share="all", by=theirs),
        "open": lambda: assess.open_distributions(assessment=mine, by=theirs),
        "rate": lambda: assess.finish_sheet(assessment=mine, by=theirs),
        "round": lambda: rounds.close_round(run=run, by=coordination),
        "remind": lambda: rounds.remind_lead(participation=part, by=coordination),
        "unit": lambda: rounds.ensure_unit(
            municipality=city, name="x", is_external=False, by=coordination
        ),
        "account": lambda: close_account(user=person("lead"), municipality=city, by=admin),
        "role": lambda: end_role(
            assignment=RoleAssignment.objects.get(user=person("oversight")), by=admin
        ),
        "invite": lambda: invite_person(
            email="a@b.example", name="", role=Role.COORDINATION, municipality=city, by=admin
        ),
    }

    for operation in refused.values():
        with pytest.raises(PermissionDenied):
            operation()


def test_a_requirement_of_another_instrument_cannot_be_excluded() -> None:
    mine, theirs = world.preparing(), world.preparing("Bürgeramt", THERE)

    with pytest.raises(NotAllowedNow):
        assess.set_applicability(
            assessment=mine,
            reasons={world.requirement(theirs).pk: "fremd"},
            handovers={},
            by=person("lead"),
        )


def test_a_requirement_cannot_be_handed_to_somebody_of_another_team() -> None:
    mine, theirs = world.preparing(), world.preparing("Bücherei")

    with pytest.raises(NotAllowedNow):
        assess.set_applicability(
            assessment=mine,
            reasons={},
            handovers={world.requirement(mine).pk: theirs.members.all()[0].pk},
            by=person("lead"),
        )


def test_a_member_of_another_team_cannot_be_removed_here(client_for: Callable[..., Any]) -> None:
    mine, theirs = world.preparing(), world.preparing("Bücherei")
    member = theirs.members.all()[0]

    page = client_for("lead").post(reverse("member_remove", args=[mine.pk, member.pk]))

    assert page.status_code == 404
    assert theirs.members.filter(pk=member.pk).exists()


def test_an_administration_cannot_take_over_an_account_that_also_belongs_to_another_city(
    client_for: Callable[..., Any],
) -> None:
    victim = person("coordination", THERE)
    ensure_person(email=victim.email, municipality=world.municipality())

    page = client_for("administration").post(reverse("reset_link", args=[victim.pk]), {"a": "b"})

    assert page.status_code == 403
    assert "/passwort/neu/" not in page.content.decode()


def test_inviting_a_known_address_changes_neither_name_nor_password() -> None:
    before = person("coordination", THERE)

    ensure_person(
        email=before.email.upper(), name="Überschrieben", municipality=world.municipality()
    )

    after = person("coordination", THERE)
    assert (after.name, after.password) == (before.name, before.password)


def test_choosing_a_city_one_does_not_belong_to_is_not_possible(
    client_for: Callable[..., Any],
) -> None:
    client = client_for("lead")

    page = client.post(reverse("municipality_choose", args=[world.municipality(THERE).pk]))

    assert page.status_code == 404
    assert client.get("/").context["municipality"].name == HERE


def test_who_belongs_to_two_cities_sees_each_for_itself(client_for: Callable[..., Any]) -> None:
    user = person("coordination")
    ensure_person(email=user.email, municipality=world.municipality(THERE))
    client = client_for("coordination")

    client.post(reverse("municipality_choose", args=[world.municipality(THERE).pk]), {"a": "b"})

    assert client.get("/").context["municipality"].name == THERE
    assert client.get(reverse("people")).status_code == 403
    assert client.get(reverse("round_new")).status_code == 403


def test_a_draft_round_exists_only_for_who_sets_it_up(client_for: Callable[..., Any]) -> None:
    run = rounds.create_round(
        municipality=world.municipality(),
        name="Noch geheim",
        kind="pilot",
        version=the_round().instrument_version,
        decision=None,
        by=person("coordination"),
    )

    statuses = {
        who: client_for(who).get(reverse("round_basics", args=[run.pk])).status_code
        for who in ("coordination", "coordinating_group", "steering", "lead")
    }

    assert statuses == {
        "coordination": 200,
        "coordinating_group": 404,
        "steering": 404,
        "lead": 404,
    }


@pytest.mark.parametrize("who", ["steering", "executive", "advisory_board"])
def test_bodies_read_results_only_from_the_report_date_on(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment: Assessment = world.released()
    url = reverse("result", args=[assessment.participation_id])
    before = client_for(who).get(url).status_code

    world.report_is_due()

    assert (before, client_for(who).get(url).status_code) == (404, 200)


def test_nobody_outside_reads_a_result_before_its_release(client_for: Callable[..., Any]) -> None:
    assessment = world.settled()
    world.report_is_due()

    for who in INSIDERS:
        page = client_for(insider(who, HERE) if who != "library_lead" else "library_lead").get(
            reverse("result", args=[assessment.participation_id])
        )
        assert page.status_code == 404, who
