"""Attack: the administration makes a link to a new password, and signs in as the person."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment, IndividualRating
from chancencheck.assessments.queries import team_progress
from chancencheck.audit.models import Entry
from chancencheck.organisations.operations import close_account, open_for_new_password
from tests import world
from tests.attacks.everything import where
from tests.world import fresh, person

pytestmark = pytest.mark.usefixtures("cities")

SECRET = "am Dienstag rief Herr Beispiel an"


def sealed() -> Assessment:
    """Everybody has rated; then a link is made for member1."""
    assessment = world.rated()
    IndividualRating.objects.update(example=SECRET)
    open_for_new_password(
        user=person("member1"), municipality=world.municipality(), by=person("administration")
    )
    return fresh(assessment)


def test_answers_given_before_are_closed_to_whoever_uses_the_link(
    client_for: Callable[..., Any],
) -> None:
    assessment = sealed()
    client = client_for("member1")

    urls = [reverse(name, args=[assessment.pk]) for name in ("sheet", "sheet_print")]
    urls += [reverse("rate", args=[assessment.pk, key]) for key in world.KEYS]
    shown = "".join(client.get(url).content.decode() for url in urls)

    assert SECRET not in shown
    assert assessment.ratings.count() == 15


def test_sealed_answers_still_count_once() -> None:
    assessment = sealed()
    before = team_progress(assessment)
    world.rate(assessment, "member1", level=4)
    world.finish(assessment, "member1")

    opened = world.open_workshop(fresh(assessment))

    assert team_progress(fresh(assessment)) == before
    assert {sum(d.counts) for d in opened.distributions.all()} == {5}
    assert opened.distributions.get(requirement__key="KOM-1").counts == [1, 1, 1, 2]
    assert opened.distributions.get(requirement__key="KOM-2").counts == [2, 1, 1, 1]


def test_the_person_and_the_log_are_told(
    mailoutbox: list[Any],
    client_for: Callable[..., Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sealed()

    assert [mail.to for mail in mailoutbox][-1] == [world.address("member1")]
    assert Entry.objects.latest("pk").action == "account_reset_link"
    assert client_for("member1").get("/").context["was_opened"]
    assert not client_for("member2").get("/").context["was_opened"]


def test_a_closed_account_leaves_neither_name_nor_address() -> None:
    email = world.address("executive")
    assert where(email)

    close_account(
        user=person("executive"), municipality=world.municipality(), by=person("administration")
    )

    assert where(email) == set()


@pytest.mark.parametrize("stage", ["rated", "workshop"])
def test_at_the_end_of_a_round_unreleased_answers_are_deleted_and_pages_say_so(
    stage: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.STAGES[stage]()

    assess.close_round(run=assessment.participation.round, by=person("coordination"))

    assert not assessment.ratings.exists()
    assert fresh(assessment).salt is None
    names = ("sheet", "sheet_print", "workshop", "prepare", "home")
    for who in ("member1", "lead", "moderator"):
        client = client_for(who)
        for name in names:
            url = reverse(name, args=[] if name == "home" else [assessment.pk])
            assert client.get(url).status_code in (200, 302, 403, 409), (who, name)
        rate = client.get(reverse("rate", args=[assessment.pk, "KOM-1"]))
        assert rate.status_code in (403, 409)
