"""Attack on patience: two windows, an old form, a session that ended. Nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import world
from tests.page_lint import elements, holds, parse

pytestmark = pytest.mark.usefixtures("cities")


def test_two_windows_of_one_person_lead_to_a_page_with_both_texts(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()
    url = reverse("rate", args=[assessment.pk, "KOM-1"])
    client = client_for("member1")
    client.post(url, {"level": "2", "example": "im ersten Fenster", "revision": "0"})

    page = client.post(url, {"level": "2", "example": "im zweiten Fenster", "revision": "0"})

    assert page.status_code == 409
    assert holds(page, "im ersten Fenster")
    assert holds(page, "im zweiten Fenster")
    assert assessment.ratings.get().example == "im ersten Fenster"


@pytest.mark.parametrize("keep", ["mine", "saved", "both"])
def test_the_page_of_two_texts_saves_what_people_choose(
    keep: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()
    url = reverse("rate", args=[assessment.pk, "KOM-1"])
    client = client_for("member1")
    client.post(url, {"level": "2", "example": "das erste", "revision": "0"})
    page = client.post(url, {"level": "2", "example": "das zweite", "revision": "0"})
    hidden = {
        e.get("name"): e.get("value")
        for e in elements(parse(page))
        if e.tag == "input" and e.get("type") == "hidden"
    }

    client.post(url, {**hidden, "keep-example": keep})

    expected = {"mine": "das zweite", "saved": "das erste", "both": "das erste\ndas zweite"}
    rating = assessment.ratings.get()
    assert rating.example.replace("\r", "") == expected[keep]
    assert rating.level == 2


def test_a_stale_form_in_the_workshop_shows_both_texts(client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()
    url = reverse("finding", args=[assessment.pk, "KOM-1"])
    form = {"revision": "0", "outcome": "open"}
    client_for("lead").post(url, form | {"strength_1": "schreibt die Leitung"})

    page = client_for("moderator").post(url, form | {"strength_1": "schreibt die Moderation"})

    assert page.status_code == 409
    assert holds(page, "schreibt die Leitung")
    assert holds(page, "schreibt die Moderation")


def test_a_merge_that_would_break_the_rules_is_refused_and_keeps_the_text(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.workshop()
    url = reverse("finding", args=[assessment.pk, "KOM-1"])
    client = client_for("moderator")
    start = {"strength_1": "gut", "potential_1": "mehr", "revision": "0", "outcome": "open"}
    client.post(url, start)
    client.post(url, {**start, "revision": "1", "outcome": "level", "level": "2"})

    page = client.post(
        url, {"revision": "1", "outcome": "open", "reason": "ein langer getippter Satz"}
    )

    assert page.status_code == 409
    assert holds(page, "ein langer getippter Satz")
    assert assessment.findings.get().strengths == ["gut"]


OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
FOREIGN = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://boese.example"}
TYPED = {"level": "2", "example": "ein langer getippter Satz", "revision": "0"}


@pytest.mark.parametrize(("headers", "is_kept"), [(OURS, True), (FOREIGN, False), ({}, False)])
def test_an_expired_form_comes_back_with_its_text_only_to_our_own_page(
    headers: dict[str, str], is_kept: bool, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()
    client = client_for("member1", enforce_csrf_checks=True)

    page = client.post(reverse("rate", args=[assessment.pk, "KOM-1"]), TYPED, **headers)

    assert page.status_code == 403
    assert holds(page, TYPED["example"]) is is_kept
    assert not assessment.ratings.exists()


@pytest.mark.parametrize(("headers", "is_kept"), [(OURS, True), (FOREIGN, False)])
def test_a_form_sent_after_the_session_ended_comes_back_with_its_text(
    headers: dict[str, str], is_kept: bool, guest: Client
) -> None:
    assessment = world.rating()

    page = guest.post(reverse("rate", args=[assessment.pk, "KOM-1"]), TYPED, **headers)

    assert page.status_code == (401 if is_kept else 302)
    assert (TYPED["example"] in page.content.decode()) is is_kept


def test_a_password_never_comes_back(guest: Client) -> None:
    page = guest.post(reverse("account_change_password"), {"password1": "sehr geheim hier"}, **OURS)

    assert page.status_code == 401
    assert "sehr geheim hier" not in page.content.decode()
