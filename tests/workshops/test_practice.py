"""Practising: one click, invented, apart from everything, and gone afterwards."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment
from chancencheck.home.queries import next_steps
from chancencheck.measures.choosing import choose_measure
from chancencheck.measures.models import Function, Measure
from chancencheck.measures.operations import Source, Words, propose_measure
from chancencheck.organisations.models import Membership, Municipality, Unit
from chancencheck.organisations.operations import close_account, open_for_new_password
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.models import Room, WorkshopNote
from chancencheck.workshops.practice import CITY, end_practice, start_practice
from tests import room, world
from tests.world import HERE, municipality, person

pytestmark = pytest.mark.usefixtures("cities")

SIGNS = ("Bürgerdienst (Übung)", CITY)


def practised(who: str = "coordination") -> Assessment:
    """Somebody of the city has a practice workshop, and a note in it."""
    assessment = start_practice(by=person(who))
    workshops.add_note(
        assessment=assessment,
        requirement=None,
        kind="parked",
        text="Nur geübt",
        for_whom="",
        needs=[],
        by=person(who),
    )
    return assessment


def mine() -> Any:
    return Assessment.objects.filter(participation__round__municipality__is_practice=True)


def test_one_click_opens_a_workshop_with_spreads_and_voices(client_for: Callable[..., Any]) -> None:
    client = client_for("coordination")

    page = client.post(reverse("practise"), {"a": "b"}, follow=True)

    assessment = mine().get()
    shown = [d.counts for d in assessment.distributions.all() if d.is_shown]
    assert page.context["assessment"] == assessment
    assert page.context["is_practice"] is True
    assert len(shown) >= 4
    assert all(sum(counts) >= 3 for counts in shown)
    assert assessment.voices.count() >= 5


def test_every_page_of_the_room_opens_in_practice(client_for: Callable[..., Any]) -> None:
    assessment = practised()
    client = client_for("coordination")

    for name in ("workshop", "wall", "follow", "plan", "paper", "script", "protocol"):
        assert client.get(reverse(name, args=[assessment.pk])).status_code == 200, name
    for key in ("KOM-1", "PER-1", "BET-2"):
        page = client.get(reverse("finding", args=[assessment.pk, key]))
        assert page.status_code == 200
        assert page.context["scene"].tips


def test_the_code_works_in_practice_and_ends_with_it() -> None:
    assessment = practised()
    workshops.switch(assessment=assessment, what="code", on=True, by=person("coordination"))
    phone = room.device(Room.objects.get(assessment=assessment).code or "")
    inside = room.is_in(phone)

    end_practice(by=person("coordination"))

    assert (inside, room.is_in(phone)) == (True, False)


def test_beginning_again_throws_the_old_one_away() -> None:
    old = practised()

    new = start_practice(by=person("coordination"))

    assert mine().get() == new
    assert not Assessment.objects.filter(pk=old.pk).exists()
    assert not WorkshopNote.objects.filter(text="Nur geübt").exists()
    assert Unit.objects.filter(municipality__is_practice=True).count() == 1


def test_ending_leaves_nothing_of_it_and_touches_nobody_else() -> None:
    practised()
    other = practised("oversight")
    real = world.workshop()

    end_practice(by=person("coordination"))

    assert mine().get() == other
    assert Assessment.objects.filter(pk=real.pk).exists()
    assert not Membership.objects.filter(
        user=person("coordination"), municipality__is_practice=True
    ).exists()


def test_a_file_uploaded_in_practice_is_deleted_from_the_disk(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assessment = practised()
    entry = assess.EvidenceInput(
        "document", "Foto", "", ContentFile(b"%PDF-1", name="a.pdf"), "a.pdf", None
    )
    assess.add_evidence(
        assessment=assessment,
        requirement=world.requirement(assessment),
        entry=entry,
        by=person("coordination"),
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()]

    with django_capture_on_commit_callbacks(execute=True):
        end_practice(by=person("coordination"))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# ------------------------------------------------------------------- the wall around it


def test_nobody_else_finds_the_practice_of_a_person(client_for: Callable[..., Any]) -> None:
    assessment = practised()
    practised("oversight")

    for who in ("oversight", "administration", "lead"):
        page = client_for(who).get(reverse("workshop", args=[assessment.pk]))
        assert page.status_code == 404, who


@pytest.mark.parametrize("who", ["coordination", "administration"])
def test_practice_is_in_no_list_of_the_city(who: str, client_for: Callable[..., Any]) -> None:
    practised()
    practised("administration")
    client = client_for(who)

    for name in (
        "home",
        "round_list",
        "round_new",
        "result_list",
        "instrument_list",
        "people",
        "log",
        "who_sees_what",
    ):
        page = client.get(reverse(name)).content.decode()
        assert [sign for sign in SIGNS if sign in page] == [], name


def test_practice_counts_in_no_round(client_for: Callable[..., Any]) -> None:
    url = reverse("round", args=[world.the_round().pk])
    before = client_for("coordination").get(url).context["round"].participations.count()
    assessment = practised()

    page = client_for("coordination").get(url)
    foreign = client_for("coordination").get(
        reverse("round", args=[assessment.participation.round_id])
    )

    assert page.context["round"].participations.count() == before
    assert foreign.status_code == 404


def test_who_practises_stays_in_their_own_city(client_for: Callable[..., Any]) -> None:
    client = client_for("coordination")
    steps = next_steps(person("coordination"), municipality())

    assessment = practised()
    in_practice = client.get(reverse("workshop", args=[assessment.pk]))
    at_home = client.get(reverse("home"))
    city = Municipality.objects.get(is_practice=True)
    chosen = client.post(reverse("municipality_choose", args=[city.pk]), {"a": "b"})

    assert in_practice.context["municipality"].name == HERE
    assert at_home.context["municipality"].name == HERE
    assert next_steps(person("coordination"), municipality()) == steps
    assert chosen.status_code == 404


def test_pages_for_guests_do_not_speak_of_the_practice_city(guest: Any) -> None:
    practised()

    for name in ("home", "imprint", "privacy", "accessibility", "who_sees_what"):
        page = guest.get(reverse(name)).content.decode()
        assert CITY not in page, name


def test_with_one_city_guests_still_see_its_name(guest: Any) -> None:
    Municipality.objects.filter(name=world.THERE).update(is_practice=True)

    page = guest.get(reverse("home"))

    assert page.context["municipality"].name == HERE


def test_nothing_of_a_practice_can_be_released_or_confirmed() -> None:
    assessment, by = practised(), person("coordination")

    with pytest.raises(PermissionDenied):
        assess.release_result(assessment=assessment, share="all", by=by)
    with pytest.raises(PermissionDenied):
        workshops.confirm_protocol(assessment=assessment, by=by)


def test_who_practised_can_still_be_helped_by_the_administration() -> None:
    practised("oversight")

    open_for_new_password(
        user=person("oversight"), municipality=municipality(), by=person("administration")
    )

    assert person("oversight").reset_link_on


def test_an_account_is_closed_even_if_its_practice_was_never_ended() -> None:
    practised("oversight")
    gone = person("oversight")

    close_account(user=gone, municipality=municipality(), by=person("administration"))

    closed = User.objects.get(pk=gone.pk)
    assert (closed.is_active, closed.name) == (False, "")
    assert not Membership.objects.filter(user=gone).exists()


def test_the_keeper_of_the_practice_city_cannot_sign_in() -> None:
    practised()

    keeper = User.objects.get(email__startswith="uebung@")

    assert (keeper.is_active, keeper.has_usable_password()) == (False, False)


def test_measures_and_functions_of_a_practice_end_with_it() -> None:
    assessment = practised()
    part, by = assessment.participation, assessment.moderator
    assert by
    measure = propose_measure(
        municipality=part.round.municipality,
        unit=part.unit,
        words=Words(title="Ein Schild"),
        requirements=[],
        source=Source(assessment=assessment),
        by=by,
    )
    choose_measure(
        measure=measure,
        words=Words(title="Ein Schild"),
        revision=measure.revision,
        function=None,
        new_function="Leitung des Empfangs",
        due_on=timezone.localdate(),
        by=by,
    )

    end_practice(by=by)

    assert not Measure.objects.exists()
    assert not Function.objects.exists()
