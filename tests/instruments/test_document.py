"""A version for the body that adopts it: the page for paper and the document hold the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from chancencheck.governance.models import Body, Decision
from chancencheck.instruments import lifecycle
from chancencheck.instruments.choices import ChangeKind, Origin
from chancencheck.instruments.format import LevelSpec, ScaleSpec, SheetSpec, Text
from chancencheck.instruments.models import Instrument, InstrumentVersion, Requirement
from chancencheck.instruments.paper import Paper
from chancencheck.instruments.storage import write_version
from tests.instruments.test_comparison import area, instrument, requirement, text
from tests.instruments_world import decide, draft, released
from tests.page_lint import by_class, parse, words
from tests.world import municipality, person

pytestmark = pytest.mark.usefixtures("cities")


def rich() -> InstrumentVersion:
    """Nested areas, two scales, sheets, weights, all lists, texts of several origins."""
    levels = tuple(
        LevelSpec(n, text(name), text(f"Das heißt {name}."))
        for n, name in ((1, "kaum"), (2, "ganz"))
    )
    full = requirement(
        "K-1",
        help=text("Ein Beispiel hilft."),
        who_knows=text("Der Empfang."),
        weight=3,
        sheets=("leitung",),
        checked_by="Gruppe Klartext",
        checked_on="2022-05-03",
        reflection_questions=(text("Was fällt uns leicht?", "r1"),),
        citizen_questions=(Text("Kamen Sie zurecht?", Origin.OTHER, "Stadt Mainz", "c1"),),
        evidence_hints=(text("Ein Faltblatt", "e1"),),
        example_measures=(text("Ein Schild an der Tür", "m1"),),
    )
    inner = area("B", requirement("K-2", "Zahlen zählen.", scale="punkte"))
    file = instrument(
        area("A", full, inside=(inner,)),
        scales=(ScaleSpec("stufen", levels, None, None, None), ScaleSpec("punkte", (), 0, 100, 5)),
        sheets=(SheetSpec("leitung", text("Bogen der Leitung"), text("Für Amtsleitungen")),),
    )
    made = Instrument.objects.create(municipality=municipality(), key="rich")
    return write_version(
        instrument=made,
        file=replace(
            file, title="Reichhaltig", note="Ein Satz zur Einordnung.", licence="EUPL-1.2"
        ),
    )


def changed() -> InstrumentVersion:
    """A draft with two changes, of which one has a reason."""
    version = draft()
    rows = Requirement.objects.filter(version=version)
    rows.filter(key="KOM-1").update(text="Wir sprechen und schreiben verständlich.")
    rows.filter(key="ZUG-1").update(title="Türen und Tore")
    decide(version, "KOM-1/text", ChangeKind.MEANING, "Nun auch Briefe.")
    return version


def page_of(client: Any, version: InstrumentVersion) -> Any:
    answer = client.get(reverse("instrument_print", args=[version.pk]))
    assert answer.status_code == 200
    return answer


def docx_of(client: Any, version: InstrumentVersion) -> Any:
    answer = client.get(reverse("instrument_docx", args=[version.pk]))
    assert answer.status_code == 200
    assert "wordprocessingml" in answer.headers["Content-Type"]
    return Document(BytesIO(answer.content))


def everything(paper: Any) -> str:
    """All words of a document, also those in tables and links."""
    lines = paper.element.body.iter(qn("w:p"))
    texts = ("".join(run.text or "" for run in line.iter(qn("w:t"))) for line in lines)
    return " ".join(" ".join(texts).split())


def sentences(paper: Paper) -> set[str]:
    """Everything that must stand on the page and in the document."""
    found = {paper.title, paper.number, *(text for fact in paper.facts for text in fact)}
    found |= set(paper.notes)
    for block in paper.blocks:
        found |= {block.text.text, block.text.mark, block.label, *block.head}
        found |= {part for row in block.rows for cell in row for part in (cell.text, cell.mark)}
    if paper.changes:
        found |= {paper.changes.summary, paper.changes.consequence}
        for row in paper.changes.rows:
            found |= {row.label, row.event_label, row.kind_label, row.reason}
            found |= {part.text for side in row.sides for part in side}
    names = {block.label for block in paper.blocks if block.look == "table"}  # said, not shown
    return {" ".join(text.split()) for text in found - names if text.strip()}


@pytest.mark.parametrize("make", [rich, changed, released])
def test_the_document_holds_what_the_page_holds(
    make: Callable[[], InstrumentVersion], client_for: Callable[..., Any]
) -> None:
    version, client = make(), client_for("coordination")

    page = page_of(client, version)
    shown, written = words(page), everything(docx_of(client, version))

    wanted = sentences(page.context["paper"])
    assert len(wanted) > 20
    assert {text for text in wanted if text not in shown} == set()
    assert {text for text in wanted if text not in written} == set()


def test_nothing_of_the_instrument_is_missing(client_for: Callable[..., Any]) -> None:
    version = rich()

    shown = words(page_of(client_for("coordination"), version))

    for words_of_it in (
        "Ein Satz zur Einordnung.", "Woran merken wir das?", "Das heißt kaum.", "Bereich B",
        "Bogen der Leitung", "Für Amtsleitungen", "Ein Beispiel hilft.", "Der Empfang.",
        "Was fällt uns leicht?", "Kamen Sie zurecht?", "Stadt Mainz", "Ein Faltblatt",
        "Ein Schild an der Tür", "Gruppe Klartext", "3. Mai 2022", "EUPL-1.2", "Nein",
    ):  # fmt: skip
        assert words_of_it in shown


def test_a_draft_says_so_on_each_page(client_for: Callable[..., Any]) -> None:
    version, client = changed(), client_for("coordination")

    page, paper = page_of(client, version), docx_of(client, version)
    finished = docx_of(client, released())

    assert by_class(parse(page), "cc-edition--draft")
    mark = paper.sections[0].header.paragraphs[0].text
    assert mark != finished.sections[0].header.paragraphs[0].text.replace("1.0", version.number)
    assert page.context["paper"].is_draft
    assert not by_class(parse(page_of(client, released())), "cc-edition--draft")


def test_the_decision_and_the_editorial_note_stand_on_it(client_for: Callable[..., Any]) -> None:
    version = changed()
    decide(version, "ZUG-1/title", ChangeKind.WORDING)
    body = Body.objects.create(municipality=municipality(), name="Stadtvorstand")
    decision = Decision.objects.create(body=body, decided_on=date(2022, 5, 3), reference="V/2022/7")
    lifecycle.adopt_version(
        version=version,
        decision=decision,
        note="Kleine Fehler bessert das Team aus.",
        by=person("coordination"),
    )
    client = client_for("lead")

    for shown in (words(page_of(client, version)), everything(docx_of(client, version))):
        assert "Stadtvorstand, 3. Mai 2022, V/2022/7" in shown
        assert "Kleine Fehler bessert das Team aus." in shown


def test_the_changes_since_the_version_before_are_the_appendix(
    client_for: Callable[..., Any],
) -> None:
    version, client = changed(), client_for("coordination")

    page, paper = page_of(client, version), docx_of(client, version)

    assert page.context["paper"].base == str(released())
    assert "Nun auch Briefe." in everything(paper)
    marked = [
        run for run in paper.element.body.iter(qn("w:r")) if run.find(qn("w:rPr")) is not None
    ]
    new = ["".join(t.text for t in r.iter(qn("w:t"))) for r in marked if r.rPr.u is not None]
    assert "und schreiben" in new
    assert page_of(client, released()).context["paper"].changes is None


def test_who_may_not_see_the_version_before_sees_no_changes_since_it(
    client_for: Callable[..., Any],
) -> None:
    first = draft()
    second = lifecycle.start_draft(base=first, by=person("coordination"))
    lifecycle.pilot_version(version=second, by=person("coordination"))

    assert page_of(client_for("coordination"), second).context["paper"].base == str(first)
    assert page_of(client_for("lead"), second).context["paper"].changes is None


def test_the_document_has_headings_heads_of_tables_a_title_and_a_language(
    client_for: Callable[..., Any],
) -> None:
    paper = docx_of(client_for("coordination"), rich())

    styles = [paragraph.style.name for paragraph in paper.paragraphs]
    assert styles[0] == "Title"
    assert {"Heading 1", "Heading 2", "Heading 3", "List Bullet", "Intense Quote"} <= set(styles)
    assert all(
        table.rows[0]._tr.trPr is not None
        and table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        for table in paper.tables
    )
    assert len(paper.tables) == 2
    assert paper.core_properties.language == "de-DE"
    assert paper.core_properties.title == "Reichhaltig 1.0"


def test_every_entry_of_the_contents_leads_somewhere(client_for: Callable[..., Any]) -> None:
    version, client = changed(), client_for("coordination")
    body = docx_of(client, version).element.body
    page = parse(page_of(client, version))

    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    ids = {element.get("id") for element in page.iter() if isinstance(element.tag, str)}
    (contents,) = by_class(page, "cc-edition__contents")
    assert len(links) > 5
    assert set(links) <= set(marks)
    assert len(set(marks)) == len(marks)
    assert {link.get("href", "")[1:] for link in contents.iter("a")} <= ids


@pytest.mark.parametrize("odd", ["\x0b\x01 Türen", "Tür\u2028und\ufffe", "<w:p>&amp;", "🙂 \u202e"])
def test_signs_that_no_document_may_hold_do_not_break_it(
    odd: str, client_for: Callable[..., Any]
) -> None:
    version = draft()
    Requirement.objects.filter(version=version, key="KOM-1").update(text=f"Wir sprechen. {odd}")

    paper = docx_of(client_for("coordination"), version)

    assert "Wir sprechen." in everything(paper)


def test_who_reads_english_gets_an_english_document(client_for: Callable[..., Any]) -> None:
    reader = person("coordination")
    reader.language = "en"
    reader.save(update_fields=["language"])

    paper = docx_of(client_for(reader), changed())

    assert paper.core_properties.language == "en-GB"
    assert "What has changed" in everything(paper)
    assert "DRAFT" in paper.sections[0].header.paragraphs[0].text


def test_the_name_of_the_file_says_which_version_it_is(client_for: Callable[..., Any]) -> None:
    answer = client_for("lead").get(reverse("instrument_docx", args=[released().pk]))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="winzig-1-0.docx"'
