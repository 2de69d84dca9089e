"""What is written down beside the findings, and the protocol: page, document, editions."""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document

from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Outcome
from chancencheck.assessments.models import Assessment
from chancencheck.audit.models import Entry
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.workshops import operations as workshops
from chancencheck.workshops.choices import NoteKind, Order
from chancencheck.workshops.models import Protocol, WorkshopNote
from chancencheck.workshops.protocol import ProtocolContent, freeze, read
from tests import room, world
from tests.page_lint import words
from tests.world import fresh, person, requirement, values

pytestmark = pytest.mark.usefixtures("cities")

DISSENT = {
    "outcome": Outcome.DISSENT,
    "level": None,
    "low_level": 1,
    "low_text": "Am Schalter ist es eng",
    "high_level": 4,
    "high_text": "Am Telefon gelingt es",
}


def save(assessment: Assessment, key: str, **changes: Any) -> None:
    workshops.save_finding(
        assessment=assessment,
        requirement=requirement(assessment, key),
        values=values(**changes),
        revision=0,
        by=person("moderator"),
    )


def talked() -> Assessment:
    """A whole workshop: a level, two views, something that does not apply, and all kinds of notes."""
    assessment = world.workshop()
    assess.set_workshop(
        assessment=assessment,
        at=timezone.make_aware(datetime(2025, 3, 14, 9)),
        place="Ratssaal",
        by=person("lead"),
    )
    save(assessment, "KOM-1")
    save(assessment, "KOM-2", **DISSENT)
    save(assessment, "ZUG-1", outcome=Outcome.NOT_APPLICABLE, level=None, reason="Ohne Türen")
    for text in ("Leitfaden von 2024", "Ein altes Blatt"):
        entry = assess.EvidenceInput("document", text, "https://b.example/x", "", "", None)
        kom = requirement(assessment)
        added = workshops.add_evidence(
            assessment=assessment, requirement=kom, entry=entry, by=person("moderator")
        )
    workshops.remove_evidence(evidence=added, by=person("moderator"))
    room.note(assessment, "Parkplätze", NoteKind.PARKED, needs=["money", "it"])
    room.note(assessment, "Wir üben montags", NoteKind.DECISION, requirement=kom)
    room.note(
        assessment, "Wer zahlt das?", NoteKind.QUESTION, for_whom="Hauptamt", needs=["decision"]
    )
    return fresh(assessment)


def content_of(assessment: Assessment) -> ProtocolContent:
    return read(freeze(assessment))


# ------------------------------------------------------------------- notes


@pytest.mark.parametrize(
    ("kind", "text", "for_whom"),
    [("parked", "  ", ""), ("decision", "", ""), ("question", "Wer zahlt?", " ")],
)
def test_a_note_says_something_and_a_question_goes_to_somebody(
    kind: str, text: str, for_whom: str
) -> None:
    with pytest.raises(NotAllowedNow):
        room.note(world.workshop(), text, NoteKind(kind), for_whom=for_whom)


@pytest.mark.parametrize("who", ["member1", "coordination", "library_lead"])
def test_only_moderator_and_lead_write_notes(who: str) -> None:
    assessment = world.workshop()
    note = room.note(assessment, "Parkplätze")

    with pytest.raises(PermissionDenied):
        room.note(assessment, "x", by=person(who))
    with pytest.raises(PermissionDenied):
        workshops.remove_note(note=note, by=person(who))

    assert room.note(assessment, "Von der Leitung", by=person("lead")).pk


def test_notes_are_written_from_the_workshop_to_the_correction_and_not_before() -> None:
    with pytest.raises(NotAllowedNow):
        room.note(world.rated("Bücherei"), "zu früh")
    released = world.released()
    with pytest.raises(NotAllowedNow):
        room.note(released, "zu spät")

    assess.start_correction(assessment=released, by=person("lead"))

    assert room.note(fresh(released), "Ein Tippfehler").pk


def test_a_note_with_a_mistake_comes_back_with_every_text(client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()
    url = reverse("finding", args=[assessment.pk, "KOM-1"])
    form = {"revision": "0", "outcome": "open", "strength_1": "Wir hören zu", "do": "note"}

    page = client_for("moderator").post(
        url, form | {"note_kind": "question", "note_text": "Wer zahlt?"}
    )

    assert page.status_code == 422
    assert page.context["note_form"].errors["note_for"]
    text = page.content.decode()
    assert "Wer zahlt?" in text
    assert "Wir hören zu" in text
    assert not WorkshopNote.objects.exists()


def test_a_note_is_kept_together_with_the_text_beside_it(client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()
    url = reverse("finding", args=[assessment.pk, "KOM-1"])
    form = {"revision": "0", "outcome": "open", "strength_1": "Wir hören zu", "do": "note"}
    note = {"note_kind": "parked", "note_text": "Parkplätze", "note_needs": ["money", "it"]}

    client_for("moderator").post(url, form | note)

    kept = WorkshopNote.objects.get()
    needs = (kept.needs_decision, kept.needs_money, kept.needs_it)
    assert (kept.text, kept.requirement_id, needs) == (
        "Parkplätze",
        requirement(assessment).pk,
        (False, True, True),
    )
    assert assessment.findings.get().strengths == ["Wir hören zu"]


def test_a_note_of_another_workshop_cannot_be_taken_away(client_for: Callable[..., Any]) -> None:
    mine, theirs = world.workshop(), world.workshop("Bücherei")
    note = room.note(theirs, "Regale")

    page = client_for("moderator").post(
        reverse("steer", args=[mine.pk]), {"do": f"note_remove:{note.pk}"}
    )

    assert page.status_code == 409
    assert WorkshopNote.objects.filter(pk=note.pk).exists()


# ------------------------------------------------------------------- the protocol


def test_the_protocol_holds_everything_that_was_said_and_no_name() -> None:
    content = content_of(talked())

    rows = {row.key: row for row in content.requirements}
    assert (content.unit, content.place, content.held_on) == (
        "Bürgeramt",
        "Ratssaal",
        "2025-03-14",
    )
    assert rows["KOM-1"].level_name == "stufe-zwei"
    assert [row.key for row in content.requirements if row.is_dissent] == ["KOM-2"]
    assert rows["KOM-2"].low_text == "Am Schalter ist es eng"
    assert rows["ZUG-1"].reason == "Ohne Türen"
    assert [item["text"] for item in rows["KOM-1"].evidence] == ["Leitfaden von 2024"]
    assert [kept.text for kept in content.decisions] == ["Wir üben montags"]
    assert "Hauptamt" in [kept.for_whom for kept in content.questions + content.wanted]
    assert [kept.text for kept in content.wanted] == ["Parkplätze", "Wer zahlt das?"]
    assert {item.key for item in content.agenda} == set(world.KEYS)
    assert not [name for name in ("member", "Moderation", "Leitung", "@") if name in str(content)]


def test_it_stands_in_the_order_of_the_talk() -> None:
    assessment = world.workshop()
    own = ["ZUG-1", "KOM-2", "KOM-1"]
    workshops.set_plan(
        assessment=assessment,
        order=Order.OWN,
        own_order=own,
        deep=["KOM-2"],
        minutes=45,
        by=person("moderator"),
    )

    content = content_of(assessment)

    assert [item.key for item in content.agenda] == own
    assert [row.key for row in content.requirements] == own
    assert [item.key for item in content.agenda if item.is_deep] == ["KOM-2"]


def test_what_the_lead_confirmed_does_not_change_any_more(client_for: Callable[..., Any]) -> None:
    assessment = talked()
    url = reverse("protocol", args=[assessment.pk])
    draft = client_for("member1").get(url)
    room.confirm(assessment)
    confirmed = client_for("member1").get(url)

    room.note(assessment, "Das kam danach")
    later = client_for("member1").get(url)

    assert draft.context["protocol"] is None
    assert confirmed.context["has_changed"] is False
    assert later.context["has_changed"] is True
    assert "Das kam danach" not in words(later)
    assert "Das kam danach" not in text_of(document(client_for("member1"), assessment))


def test_a_change_is_a_new_edition_that_says_why_and_the_old_one_stays(
    client_for: Callable[..., Any],
) -> None:
    assessment = talked()
    room.confirm(assessment)
    room.note(assessment, "Das kam danach")
    url = reverse("protocol", args=[assessment.pk])
    lead = client_for("lead")

    without = lead.post(url, {"reason": ""})
    lead.post(url, {"reason": "Ein Punkt fehlte"})

    assert without.status_code == 422
    assert [(p.edition, p.reason) for p in Protocol.objects.all()] == [
        (2, "Ein Punkt fehlte"),
        (1, ""),
    ]
    newest, first = lead.get(url), lead.get(reverse("protocol_edition", args=[assessment.pk, 1]))
    assert "Das kam danach" in words(newest)
    assert "Ein Punkt fehlte" in words(newest)
    assert "Das kam danach" not in words(first)
    missing = lead.get(reverse("protocol_edition", args=[assessment.pk, 3]))
    assert missing.status_code == 404


@pytest.mark.parametrize("who", ["moderator", "member1", "coordination", "administration"])
def test_nobody_but_the_lead_confirms(who: str) -> None:
    assessment = talked()

    with pytest.raises(PermissionDenied):
        workshops.confirm_protocol(assessment=assessment, by=person(who))


def test_before_the_workshop_there_is_nothing_to_confirm(client_for: Callable[..., Any]) -> None:
    assessment = world.rated()

    page = client_for("lead").get(reverse("protocol", args=[assessment.pk]))

    assert page.status_code == 409
    with pytest.raises(NotAllowedNow):
        room.confirm(assessment)


def test_the_protocol_survives_the_release_unchanged(client_for: Callable[..., Any]) -> None:
    assessment = talked()
    room.confirm(assessment)

    world.release(assessment)

    page = client_for("member1").get(reverse("protocol", args=[assessment.pk]))
    assert page.context["has_changed"] is False
    assert "Parkplätze" in words(page)


def test_confirming_is_logged_without_contents() -> None:
    assessment = talked()

    room.confirm(assessment)

    entry = Entry.objects.get(action="protocol_confirmed")
    assert "Parkplätze" not in str(vars(entry))


# ------------------------------------------------------------------- the document


def document(client: Any, assessment: Assessment) -> Any:
    """The protocol as a DOCX, opened again."""
    answer = client.get(reverse("protocol_docx", args=[assessment.pk]))
    assert answer.status_code == 200
    assert "wordprocessingml" in answer.headers["Content-Type"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="protokoll-')
    return Document(BytesIO(answer.content))


def text_of(paper: Any) -> str:
    return "\n".join(paragraph.text for paragraph in paper.paragraphs)


def sentences(content: ProtocolContent) -> Iterator[str]:
    """Everything people said, as it must stand wherever the protocol is read."""
    yield from (content.unit, content.round, content.instrument, content.place, content.scope)
    for row in content.requirements:
        yield from (row.key, row.title, row.text, row.level_name, row.low_text, row.high_text)
        yield from (row.low_name, row.high_name, row.reason, *row.strengths, *row.potentials)
        yield from (item["text"] for item in row.evidence)
    for kept in content.parked + content.decisions + content.questions:
        yield from (kept.text.rstrip("."), kept.for_whom)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_the_document_holds_what_the_page_holds(
    is_confirmed: bool, client_for: Callable[..., Any]
) -> None:
    assessment = talked()
    if is_confirmed:
        room.confirm(assessment)
    client = client_for("lead")

    page = words(client.get(reverse("protocol", args=[assessment.pk])))
    paper = text_of(document(client, assessment))

    wanted = {text for text in sentences(content_of(assessment)) if text}
    assert len(wanted) > 20
    assert {text for text in wanted if text not in page} == set()
    assert {text for text in wanted if text not in paper} == set()


def test_the_document_has_headings_lists_a_title_and_a_language(
    client_for: Callable[..., Any],
) -> None:
    paper = document(client_for("lead"), talked())

    styles = [paragraph.style.name for paragraph in paper.paragraphs]
    assert styles[0] == "Title"
    assert {"Heading 1", "Heading 2", "List Bullet", "List Number"} <= set(styles)
    assert paper.core_properties.language == "de-DE"
    assert "Bürgeramt" in paper.core_properties.title
    assert paper.core_properties.author == "ChancenCheck"


def test_who_reads_english_gets_an_english_document(client_for: Callable[..., Any]) -> None:
    assessment = talked()
    reader = person("member1")
    reader.language = "en"
    reader.save(update_fields=["language"])

    with translation.override("de"):
        paper = document(client_for("member1"), assessment)

    assert paper.core_properties.language == "en-GB"
    assert "What we cannot decide alone" in text_of(paper)
