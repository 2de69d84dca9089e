"""Whatever button is pressed and whoever writes at the same time: no word is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests import room, world

pytestmark = pytest.mark.usefixtures("cities")


def test_a_note_is_kept_whichever_button_is_pressed(client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()
    client = client_for("moderator")
    page = reverse("finding", args=[assessment.pk, "KOM-1"])
    typed = {
        "revision": "0",
        "do": "next",
        "note_kind": "parked",
        "note_text": "Wer hat den Schlüssel?",
        "note_key": "one-form",
    }

    client.post(page, typed)
    client.post(page, typed)  # the back button, or F5

    assert [note.text for note in assessment.notes.all()] == ["Wer hat den Schlüssel?"]


def test_what_somebody_else_wrote_reaches_the_form_of_whoever_saves_by_itself(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.workshop()
    page = reverse("finding", args=[assessment.pk, "KOM-1"])
    moderator, lead = client_for("moderator"), client_for("lead")
    by_script = {"HTTP_X_REQUESTED_WITH": "fetch"}
    moderator.post(page, {"revision": "0", "strength_1": "Erste"}, **by_script)
    lead.post(page, {"revision": "1", "strength_1": "Erste", "potential_1": "Leitung"}, **by_script)

    answer = moderator.post(page, {"revision": "1", "strength_1": "Erste neu"}, **by_script).json()

    assert answer["revision"] == 3
    assert answer["fields"]["potential_1"] == "Leitung"
    assert answer["fields"]["strength_1"] == "Erste neu"


def test_the_lead_confirms_only_what_the_lead_has_read(client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()
    lead = client_for("lead")
    page = reverse("protocol", args=[assessment.pk])
    seen = lead.get(page).context["seen"]
    room.note(assessment, "Nach dem Lesen geschrieben")

    answer = lead.post(page, {"seen": seen})

    assert answer.status_code == 409
    assert not assessment.protocols.exists()
