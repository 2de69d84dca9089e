"""The paper of a version as an editable document (Office Open XML)."""

from io import BytesIO
from typing import Any

from django.utils.translation import get_language, gettext
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from chancencheck.instruments.changes import Group, Row, Words
from chancencheck.instruments.paper import Block, Look, Marked, Paper

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def document(paper: Paper) -> bytes:
    """The bytes of a .docx file; headings, lists, heads of tables and the language are set."""
    writer = _Document(paper)
    writer.write()
    out = BytesIO()
    writer.inner.save(out)
    return out.getvalue()


def _clean(text: str) -> str:
    # signs that no XML may hold would make the document unreadable
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


class _Document:
    """A document that is being written."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.inner = Document()
        self.bookmarks = 0
        # the library looks a style up by its name each time, which takes seconds in large papers
        self.styles = {style.name: style.style_id for style in self.inner.styles}

    def write(self) -> None:
        paper = self.paper
        self._prepare()
        self.inner.add_heading(_clean(paper.title), level=0)
        if paper.is_draft:
            self._text(gettext("Draft. Nobody has adopted these words yet."))
        for label, text in paper.facts:
            self._text(text, label)
        for note in paper.notes:
            self._text(note)
        self._contents()
        for block in paper.blocks:
            self._block(block)
        if paper.changes:
            self._changes()

    def _prepare(self) -> None:
        paper = self.paper
        language = "de-DE" if (get_language() or "de").startswith("de") else "en-GB"
        name = _clean(f"{paper.title} {paper.number}")
        properties = self.inner.core_properties
        properties.title, properties.language, properties.author = name, language, "ChancenCheck"
        normal = self.inner.styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(11)
        fonts = normal.element.get_or_add_rPr()
        fonts.append(fonts.makeelement(qn("w:lang"), {qn("w:val"): language}))
        section = self.inner.sections[0]
        mark = gettext("DRAFT, not adopted") if paper.is_draft else paper.state
        section.header.paragraphs[0].text = f"{name} – {mark}"
        footer = section.footer.paragraphs[0]
        footer.add_run(gettext("Page") + " ")
        _number(footer, "PAGE")
        footer.add_run(" / ")
        _number(footer, "NUMPAGES")

    def _contents(self) -> None:
        self.inner.add_heading(gettext("Contents"), level=1)
        for block in self.paper.contents:
            line = self.inner.add_paragraph()
            line.paragraph_format.left_indent = Pt(14 * (block.level - 2))
            line.paragraph_format.space_after = Pt(0)
            _link(line, _clean(block.text.text), block.anchor)
        if self.paper.changes:
            _link(self.inner.add_paragraph(), gettext("What has changed"), "changes")

    def _block(self, block: Block) -> None:
        if block.look == Look.HEADING:
            self._heading(block)
        elif block.look == Look.SENTENCE:
            self._marked(self._line("Intense Quote"), block.text)
        elif block.look == Look.TEXT:
            line = self.inner.add_paragraph()
            if block.label:
                line.add_run(f"{block.label}: ").bold = True
            self._marked(line, block.text)
        elif block.look == Look.LIST:
            if block.label:
                line = self.inner.add_paragraph()
                line.add_run(block.label).bold = True
                line.paragraph_format.keep_with_next = True
            for (text,) in block.rows:
                self._marked(self._line("List Bullet"), text)
        else:
            table = self._table(block.head)
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    self._marked(cell.paragraphs[0], text)

    def _heading(self, block: Block) -> None:
        line = self._line(f"Heading {block.level - 1}")
        self._marked(line, block.text)
        if block.anchor:
            self._bookmark(line, block.anchor)

    def _line(self, style: str) -> Any:
        line = self.inner.add_paragraph()
        line._p.style = self.styles[style]
        return line

    def _text(self, text: str, label: str = "") -> None:
        line = self.inner.add_paragraph()
        if label:
            line.add_run(f"{label}: ").bold = True
        line.add_run(_clean(text))

    @staticmethod
    def _marked(line: Any, text: Marked) -> None:
        line.add_run(_clean(text.text))
        if text.mark:
            line.add_run(f" [{_clean(text.mark)}]").italic = True

    def _table(self, head: tuple[str, ...]) -> Any:
        table = self.inner.add_table(rows=1, cols=len(head), style="Table Grid")
        row = table.rows[0]
        for cell, text in zip(row.cells, head, strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        # said to be a head: repeated on each page, and known to screen readers
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        return table

    def _bookmark(self, line: Any, name: str) -> None:
        self.bookmarks += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self.bookmarks))
            if tag.endswith("Start"):
                mark.set(qn("w:name"), _name(name))
            line._p.append(mark)

    def _changes(self) -> None:
        changes = self.paper.changes
        assert changes is not None
        head = self.inner.add_heading(gettext("What has changed"), level=1)
        self._bookmark(head, "changes")
        self._text(gettext("Compared with %(version)s.") % {"version": self.paper.base})
        self._text(changes.summary)
        self._text(changes.consequence)
        for section in changes.sections:
            self._line("Heading 2").add_run(_clean(section.title))
            for group in section.groups:
                self._group(group)

    def _group(self, group: Group) -> None:
        self._line("Heading 3").add_run(_clean(group.heading))
        if group.is_requirement:
            self._text(group.fate_label, gettext("What became of it:").rstrip(":"))
        if not group.rows:
            return
        head = (gettext("What"), gettext("before"), gettext("after"), gettext("Class, reason"))
        table = self._table(head)
        for row in group.rows:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(_clean(f"{row.label} ({row.event_label})"))
            self._side(cells[1].paragraphs[0], row.before)
            self._side(cells[2].paragraphs[0], row.after)
            cells[3].paragraphs[0].add_run(_clean(_kind(row)))

    @staticmethod
    def _side(line: Any, words: list[Words]) -> None:
        for part in words:
            line.add_run(part.lead)
            run = line.add_run(_clean(part.text))
            run.font.strike = part.is_gone
            run.font.underline = part.is_new
            run.font.bold = part.is_new
            line.add_run(part.tail)


def _kind(row: Row) -> str:
    return f"{row.kind_label}: {row.reason}" if row.reason else row.kind_label


def _name(anchor: str) -> str:
    """A name that Word accepts: letters, digits, underscores, not longer than forty signs."""
    return "".join(sign if sign.isalnum() else "_" for sign in f"b_{anchor}")[:40]


def _link(line: Any, text: str, anchor: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _name(anchor))
    run = line.add_run(text)
    link.append(run._r)
    line._p.append(link)


def _number(line: Any, what: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), what)
    line._p.append(field)
