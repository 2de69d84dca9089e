"""Attack: harmful text in the room of a workshop, and names where none belong."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import reverse
from docx import Document

from chancencheck.workshops.models import Protocol
from tests import room, world
from tests.attacks.test_input import HARMFUL, is_harmless
from tests.page_lint import holds
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")

FETCH = {"x-requested-with": "fetch"}


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
def test_a_harmful_idea_stays_words_on_the_wall_and_on_every_screen(
    text: str, client_for: Callable[..., Any]
) -> None:
    assessment = room.with_words(world.workshop(), text=text)
    moderator = client_for("moderator", typed=True)
    pages = [
        moderator.get(reverse("wall", args=[assessment.pk])),
        moderator.get(reverse("finding", args=[assessment.pk, "KOM-1"])),
        client_for("member1", typed=True).get(reverse("follow", args=[assessment.pk])),
    ]
    piece = moderator.get(reverse("wall", args=[assessment.pk]), headers=FETCH)

    assert all(holds(page, text) for page in pages)
    assert all(is_harmless(page) for page in [*pages, piece])


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
def test_a_harmful_note_stays_words_on_page_and_in_the_document(
    text: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.workshop()
    client = client_for("moderator", typed=True)
    form = {"revision": "0", "outcome": "open", "strength_1": text, "do": "note"}
    note = {"note_kind": "question", "note_text": text, "note_for": text}
    client.post(reverse("finding", args=[assessment.pk, "KOM-1"]), form | note)

    pages = [
        client.get(reverse("finding", args=[assessment.pk, "KOM-1"])),
        client.get(reverse("protocol", args=[assessment.pk])),
    ]
    answer = client.get(reverse("protocol_docx", args=[assessment.pk]))

    assert all(holds(page, text) for page in pages)
    assert all(is_harmless(page) for page in pages)
    paper = Document(BytesIO(answer.content))
    written = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "".join(sign for sign in text if sign.isprintable()) in "".join(
        sign for sign in written if sign.isprintable()
    )


def test_the_document_holds_no_field_macro_or_link_that_text_could_start(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.workshop()
    for text in ("=HYPERLINK('http://boese.example')", '{ DDEAUTO c:\\\\cmd.exe "/k calc" }'):
        room.note(assessment, text)

    answer = client_for("lead").get(reverse("protocol_docx", args=[assessment.pk]))

    with ZipFile(BytesIO(answer.content)) as parts:
        body = parts.read("word/document.xml").decode()
        links = parts.read("word/_rels/document.xml.rels").decode()
        assert not [name for name in parts.namelist() if "vba" in name.lower()]
    assert not [tag for tag in ("instrText", "fldSimple", "w:hyperlink", "w:object") if tag in body]
    assert "boese.example" not in links


def test_a_protocol_in_the_database_names_nobody() -> None:
    assessment = world.workshop()
    room.confirm(assessment)

    stored = str(Protocol.objects.values().get())

    assert "@" not in stored
    assert not [who for who in world.MEMBERS if str(person(who)) in stored]
