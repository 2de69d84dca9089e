"""The start page: one next step for each role and stage, and the example city."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.home.example.build import build_example
from chancencheck.home.example.cast import CAST
from chancencheck.organisations.models import Municipality
from chancencheck.rounds.operations import close_round
from tests import world
from tests.page_lint import LintingClient, by_class, parse, text_of

pytestmark = pytest.mark.usefixtures("cities")

# stage of the Bürgeramt, person, name of the address the one deep panel leads to
NEXT = [
    ("", "lead", "participation"),
    ("preparing", "lead", "prepare"),
    ("rating", "lead", "prepare"),
    ("workshop", "lead", "workshop"),
    ("settled", "lead", "release"),
    ("released", "lead", "result"),
    ("correcting", "lead", "release"),
    ("rating", "member1", "sheet"),
    ("workshop", "member1", "workshop"),
    ("rating", "moderator", "workshop"),
    ("rated", "moderator", "workshop"),
    ("workshop", "moderator", "workshop"),
    ("", "coordination", "round"),
    ("", "coordinating_group", "round_list"),
    ("", "steering", "round_list"),
    ("released", "coordinating_group", "result_list"),
    ("released", "steering", "round_list"),
    ("", "executive", "round_list"),
    ("", "advisory_board", "round_list"),
    ("", "oversight", "log"),
    ("", "administration", "people"),
]


@pytest.mark.parametrize(("stage", "who", "target"), NEXT)
def test_the_start_page_shows_exactly_one_next_step(
    stage: str, who: str, target: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.STAGES[stage]() if stage else None
    part = world.participation()
    argument = {
        "participation": part.pk,
        "result": part.pk,
        "round": part.round_id,
        **dict.fromkeys(
            ("prepare", "workshop", "release", "sheet"), assessment.pk if assessment else 0
        ),
    }.get(target)

    page = parse(client_for(who).get("/"))

    panels = by_class(page, "cc-next")
    assert len(panels) == 1
    links = [a.get("href") for a in panels[0].iter("a")]
    assert links == [reverse(target, args=[argument] if argument else [])]
    assert text_of(panels[0].find("h2")).strip()


def test_who_has_nothing_to_do_is_told_so(client_for: Callable[..., Any]) -> None:
    world.released()

    page = parse(client_for("member1").get("/"))

    assert by_class(page, "cc-next") == []
    assert by_class(page, "cc-empty")


def test_bodies_are_led_to_the_results_from_the_report_date_on(
    client_for: Callable[..., Any],
) -> None:
    world.released()
    world.report_is_due()

    page = parse(client_for("steering").get("/"))

    assert reverse("result_list") in [a.get("href") for a in by_class(page, "cc-next")[0].iter("a")]


def test_after_the_round_the_coordination_is_led_to_the_next_one(
    client_for: Callable[..., Any],
) -> None:
    close_round(run=world.the_round(), by=world.person("coordination"))

    page = parse(client_for("coordination").get("/"))

    assert reverse("round_new") in [a.get("href") for a in by_class(page, "cc-next")[0].iter("a")]


def test_a_guest_reads_what_this_is_and_how_to_get_in(guest: LintingClient) -> None:
    page = parse(guest.get("/"))

    links = [a.get("href") for a in page.iter("a")]
    assert reverse("account_login") in links or reverse("account_request_login_code") in links


@pytest.fixture
def example(db: None, settings: Any, tmp_path: Path) -> Municipality:
    settings.EXAMPLE_MODE = True
    settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_BACKEND = "chancencheck.notifications.mailbox.MailboxBackend"
    return build_example()


def test_everybody_of_the_example_city_finds_their_pages(example: Municipality) -> None:
    for someone in CAST:
        client = LintingClient()
        client.post(reverse("sign_in_as"), {"email": someone.email})

        page = client.get("/")

        assert page.status_code == 200
        assert page.context["municipality"].pk == example.pk, someone.email
        panels = by_class(parse(page), "cc-next")
        assert len(panels) == 1, someone.email
        for link in panels[0].iter("a"):
            assert client.get(link.get("href")).status_code == 200, someone.email


def test_the_example_city_holds_every_stage_and_invented_addresses_only(
    example: Municipality,
) -> None:
    stages = set(example.rounds.get(state="open").participations.values_list("stage", flat=True))
    emails = example.memberships.values_list("user__email", flat=True)

    assert stages >= {"invited", "preparing", "rating", "workshop", "released"}
    assert all(email.endswith(".example") for email in emails)
