"""Attack: harmful text in every field."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests import world
from tests.page_lint import elements, holds, parse
from tests.world import fresh

pytestmark = pytest.mark.usefixtures("cities")

HARMFUL = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "image": "<img src=x onerror=alert(1)>",
    "template": "{{ request.user.password }}{% load x %}",
    "sql": "'); DROP TABLE accounts_user;--",
    "formula": "=HYPERLINK('http://boese.example')",
    "direction": "abc\u202egpj.exe",
    "control": "a\x07b\x1bc",
    "entity": "&lt;b&gt; &amp;",
}


def is_harmless(page: Any) -> bool:
    """Whether nothing of it became part of the page (handlers and scripts the lint refuses too)."""
    names = [e.tag for e in elements(parse(page))]
    sources = [e.get("src") for e in elements(parse(page)) if e.tag == "script"]
    return "img" not in names and all(sources) and "x" not in sources


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
def test_typed_words_stay_words_in_the_own_view(text: str, client_for: Callable[..., Any]) -> None:
    assessment = world.rating()
    url = reverse("rate", args=[assessment.pk, "KOM-1"])
    client = client_for("member1", typed=True)

    client.post(url, {"level": "2", "example": text, "idea": text, "revision": "0"})

    page, printed = client.get(url), client.get(reverse("sheet_print", args=[assessment.pk]))
    assert holds(page, text)
    assert holds(printed, text)
    assert is_harmless(page)
    assert is_harmless(printed)


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
def test_typed_words_stay_words_from_workshop_to_result(
    text: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.workshop()
    client = client_for("moderator", typed=True)
    form = {"revision": "0", "outcome": "dissent", "low_level": "1", "high_level": "4"}
    fields = ("strength_1", "potential_1", "low_text", "high_text")
    for key in world.KEYS:
        client.post(
            reverse("finding", args=[assessment.pk, key]),
            form | {name: text for name in fields},
        )
    seen = [client.get(reverse("finding", args=[assessment.pk, "KOM-1"]))]
    lead = client_for("lead", typed=True)
    seen.append(lead.get(reverse("release", args=[assessment.pk])))
    world.release(fresh(assessment))

    seen.append(lead.get(reverse("result", args=[assessment.participation_id])))

    assert all(holds(page, text) for page in seen)
    assert all(is_harmless(page) for page in seen)


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
def test_names_and_scope_stay_words(text: str, client_for: Callable[..., Any]) -> None:
    assessment = world.preparing()
    lead = client_for("lead", typed=True)

    lead.post(reverse("scope", args=[assessment.pk]), {"scope": text})
    client_for("member1", typed=True).post(reverse("account"), {"name": text, "language": ""})

    team = lead.get(reverse("team", args=[assessment.pk]))
    prepared = lead.get(reverse("prepare", args=[assessment.pk]))
    people = client_for("administration", typed=True).get(reverse("people"))
    assert all(holds(page, text) for page in (team, prepared, people))
    assert all(is_harmless(page) for page in (team, prepared, people))


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
def test_what_the_administration_and_coordination_type_stays_words(
    text: str, client_for: Callable[..., Any]
) -> None:
    form = {
        "name": "Musterstadt",
        "accent_color": "#1f3f8f",
        "minimum_group_size": "3",
        "measures_per_assessment": "3",
    }

    client_for("administration", typed=True).post(
        reverse("municipality_settings"), form | {"imprint": text}
    )
    client_for("coordination", typed=True).post(
        reverse("round_new"),
        {"name": text, "kind": "pilot", "version": world.the_round().instrument_version_id},
    )

    rounds = client_for("coordination", typed=True).get(reverse("round_list"))
    log = client_for("oversight", typed=True).get(reverse("log"))
    imprint = client_for("lead", typed=True).get(reverse("imprint"))
    assert all(holds(page, text) for page in (rounds, log, imprint))
    assert all(is_harmless(page) for page in (rounds, log, imprint))


@pytest.mark.parametrize(
    ("name", "value"),
    [("member", "²"), ("member", "9" * 5000), ("member", "-1"), ("reason", "a\0b")],
)
def test_odd_values_on_the_page_of_requirements_never_break_it(
    name: str, value: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.preparing()
    pk = world.requirement(assessment).pk

    page = client_for("lead").post(
        reverse("requirements", args=[assessment.pk]),
        {f"excluded-{pk}": "on" if name == "reason" else "", f"{name}-{pk}": value},
    )

    assert page.status_code == 302


def test_an_address_longer_than_the_account_can_keep_gets_a_sentence(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.preparing()
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".example"

    page = client_for("lead").post(
        reverse("team", args=[assessment.pk]),
        {"do": "member", "member-email": long, "member-name": ""},
    )

    assert page.status_code == 422
    assert page.context["member_form"].errors["email"]


@pytest.mark.parametrize("level", ["9", "abc", "1.5", "9" * 30, "²", "-"])
def test_a_level_that_is_not_on_the_scale_gets_a_sentence_and_keeps_the_text(
    level: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.rating()

    page = client_for("member1").post(
        reverse("rate", args=[assessment.pk, "KOM-1"]),
        {"level": level, "example": "ein langer getippter Satz", "revision": "0"},
    )

    assert page.status_code == 422
    assert page.context["form"].errors["level"]
    assert holds(page, "ein langer getippter Satz")
