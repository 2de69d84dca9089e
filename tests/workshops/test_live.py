"""How screens follow: one number, and a page that is made once per change."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.assessments.models import Assessment
from chancencheck.workshops import live
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.live import LiveAddress, live_address, opened
from tests import room, world
from tests.page_lint import words
from tests.world import person, requirement, values

pytestmark = pytest.mark.usefixtures("cities")

PASSED_ON = b"the pages"


def ask(path: str) -> tuple[str, dict[str, str], bytes]:
    """What the server answers at this address: status, headers, body."""
    said: dict[str, Any] = {}

    def pages(_environ: Any, start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return [PASSED_ON]

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        said.update(status=status, headers=dict(headers))

    body = b"".join(LiveAddress(pages)({"PATH_INFO": path}, start))
    return said["status"], said["headers"], body


def number_at(path: str) -> int:
    """The number of the last change."""
    return int(ask(path)[2].split()[0])


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing commits in a test: no number that was read is passed on, no connection is closed."""
    monkeypatch.setattr(live, "FRESH", 0)
    monkeypatch.setattr(live, "close_old_connections", lambda: None)


def test_the_address_answers_with_two_numbers_and_nothing_else() -> None:
    assessment = world.workshop()

    status, headers, body = ask(live_address(assessment.pk))

    assert status == "200 OK"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(body))
    assert all(part.isdigit() for part in body.split())
    assert len(body.split()) == 2


def test_every_other_address_is_passed_on() -> None:
    for path in ("/", "/livestream/", "/selbstbewertung/1/", ""):
        assert ask(path)[2] == PASSED_ON


def test_an_address_leads_back_to_its_workshop() -> None:
    assert opened(live_address(42)) == 42


def test_the_number_grows_with_what_others_should_see() -> None:
    assessment = world.workshop()
    here: dict[str, Any] = {"assessment": assessment, "by": person("moderator")}
    kom, path = requirement(assessment), live_address(assessment.pk)
    finding = {"requirement": kom, "values": values(), "revision": 0}
    changes: list[Callable[[], Any]] = [
        lambda: workshops.show(requirement=kom, **here),
        lambda: workshops.save_finding(**finding, **here),
        lambda: room.note(assessment, "Parkplätze"),
        lambda: workshops.open_vote(requirement=kom, **here),
        lambda: workshops.close_vote(**here),
    ]
    seen = [number_at(path)]

    for change in changes:
        change()
        seen.append(number_at(path))

    assert seen == sorted(set(seen))


def test_saving_the_same_again_wakes_nobody() -> None:
    assessment = world.workshop()
    finding: dict[str, Any] = {"requirement": requirement(assessment), "values": values()}
    here: dict[str, Any] = {"assessment": assessment, "by": person("moderator")}
    saved = workshops.save_finding(**finding, revision=0, **here)
    before = number_at(live_address(assessment.pk))

    workshops.save_finding(**finding, revision=saved.revision, **here)

    assert number_at(live_address(assessment.pk)) == before


def test_after_a_commit_the_new_number_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(live, "FRESH", 60)
    assessment = world.workshop()
    path = live_address(assessment.pk)
    before = number_at(path)

    with django_capture_on_commit_callbacks(execute=True):
        room.show(assessment)

    assert number_at(path) > before


def test_before_the_opening_there_is_an_address_and_nothing_to_follow() -> None:
    assert number_at(live_address(world.rated().pk)) == 0


# ------------------------------------------------------------------- made once per change


@pytest.mark.parametrize("name", ["wall", "follow"])
def test_screens_show_the_newest_state_and_never_a_hidden_sentence(
    name: str, client_for: Callable[..., Any]
) -> None:
    assessment: Assessment = room.with_words(world.workshop())
    client, url = client_for("member1"), reverse(name, args=[assessment.pk])
    shown = words(client.get(url))

    workshops.hide_voice(voice=assessment.voices.get(), hidden=True, by=person("moderator"))
    hidden = words(client.get(url))
    workshops.save_finding(
        assessment=assessment,
        requirement=requirement(assessment),
        values=values(),
        revision=0,
        by=person("moderator"),
    )

    assert room.IDEA in shown
    assert room.IDEA not in hidden
    assert "Wir hören zu" in words(client.get(url))


def test_a_screen_gets_only_the_pieces_that_change(client_for: Callable[..., Any]) -> None:
    assessment = room.with_words(world.workshop())
    client = client_for("member1")

    for name in ("wall", "follow"):
        piece = client.get(
            reverse(name, args=[assessment.pk]), headers={"x-requested-with": "fetch"}
        )
        assert b"<html" not in piece.content
        assert b"data-part" in piece.content


def test_two_workshops_never_share_a_picture(client_for: Callable[..., Any]) -> None:
    mine = room.with_words(world.workshop())
    theirs = room.with_words(world.workshop("Bücherei"), text="die Regale sind zu hoch")

    here = words(client_for("member1").get(reverse("wall", args=[mine.pk])))
    there = words(client_for("library_member1").get(reverse("wall", args=[theirs.pk])))

    assert room.IDEA in here
    assert room.IDEA not in there
    assert "die Regale sind zu hoch" in there


def test_the_same_picture_speaks_the_language_of_each_reader(
    client_for: Callable[..., Any],
) -> None:
    assessment = room.with_words(world.workshop())
    reader = person("member2")
    reader.language = "en"
    reader.save(update_fields=["language"])
    url = reverse("wall", args=[assessment.pk])

    client_for("member1").get(url)
    english = client_for("member2").get(url)

    assert "We are between" in words(english)
