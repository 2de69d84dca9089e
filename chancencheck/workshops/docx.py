"""The protocol as an editable document (Office Open XML), from the same content as the page."""

from datetime import date
from io import BytesIO

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from chancencheck.assessments.choices import EvidenceKind
from chancencheck.assessments.results import RequirementResult
from chancencheck.workshops.models import Protocol
from chancencheck.workshops.protocol import Kept, ProtocolContent
from chancencheck.workshops.texts import needs_in_words


def _clean(text: str) -> str:
    # signs that no XML may hold would make the document unreadable
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


class _CleanPaper:
    """A document into which only clean text comes."""

    def __init__(self) -> None:
        self.inner = Document()

    def head(self, text: str, level: int) -> None:
        """A heading."""
        self.inner.add_heading(_clean(text), level=level)

    def write(self, text: str, style: str | None = None) -> None:
        """A paragraph."""
        self.inner.add_paragraph(_clean(text), style=style)


def document(content: ProtocolContent, confirmed: Protocol | None) -> bytes:
    """The protocol as the bytes of a .docx file; headings, lists and the language are set."""
    paper = _CleanPaper()
    title = _("Protocol of the workshop: %(unit)s") % {"unit": content.unit}
    _prepare(paper, title)
    paper.head(title, level=0)
    paper.write(_state(confirmed))
    for line in _facts(content):
        paper.write(line)
    _notes(paper, _("What we decided"), content.decisions)
    _notes(paper, _("What we cannot decide alone"), content.wanted)
    paper.head(_("What we hold on to"), level=1)
    for row in content.requirements:
        _requirement(paper, row)
    _notes(paper, _("Questions we hand on"), content.questions)
    _notes(paper, _("Parking list"), content.parked)
    paper.head(_("Agenda"), level=1)
    for item in content.agenda:
        minutes = _("%(minutes)s min.") % {"minutes": item.minutes}
        paper.write(f"{item.key} {item.title} ({minutes})", style="List Number")
    out = BytesIO()
    paper.inner.save(out)
    return out.getvalue()


def _prepare(paper: _CleanPaper, title: str) -> None:
    language = "de-DE" if (get_language() or "de").startswith("de") else "en-GB"
    paper.inner.core_properties.title = _clean(title)
    paper.inner.core_properties.language = language
    paper.inner.core_properties.author = "ChancenCheck"
    normal = paper.inner.styles["Normal"]
    normal.font.name = "Calibri"
    normal.font.size = Pt(11)
    fonts = normal.element.get_or_add_rPr()
    tag = fonts.makeelement(qn("w:lang"), {qn("w:val"): language})
    fonts.append(tag)


def _state(confirmed: Protocol | None) -> str:
    if confirmed is None:
        return _("Draft: not confirmed by the lead yet.")
    text = _("Confirmed by the lead on %(day)s, edition %(edition)s.") % {
        "day": date_format(confirmed.confirmed_on),
        "edition": confirmed.edition,
    }
    return f"{text} {confirmed.reason}".strip()


def _facts(content: ProtocolContent) -> list[str]:
    held = date_format(date.fromisoformat(content.held_on)) if content.held_on else ""
    where = ", ".join(text for text in (held, content.place) if text)
    return [
        line
        for line in (
            f"{content.round}, {content.instrument}",
            where,
            _("Team: %(number)s people") % {"number": content.team_size}
            if content.team_size
            else "",
            _("What we look at: %(scope)s") % {"scope": content.scope} if content.scope else "",
        )
        if line
    ]


def _requirement(paper: _CleanPaper, row: RequirementResult) -> None:
    paper.head(f"{row.key} {row.title}", level=2)
    if row.area:
        paper.write(row.area)
    paper.write(row.text, style="Intense Quote")
    paper.write(f"{_('Result')}: {result_in_words(row)}")
    for name, texts in ((_("Strengths"), row.strengths), (_("Potential"), row.potentials)):
        if texts:
            paper.write(f"{name}:")
            for text in texts:
                paper.write(text, style="List Bullet")
    if row.is_dissent:
        paper.write(f"{_('The ones')} ({row.low_name}): {row.low_text}")
        paper.write(f"{_('The others')} ({row.high_name}): {row.high_text}")
    for item in row.evidence:
        kind = EvidenceKind(item["kind"]).label
        paper.write(f"{_('Evidence')}, {kind}: {item['text']} {item['link']}".strip())


def result_in_words(row: RequirementResult) -> str:
    """The result of one requirement in a few words."""
    if row.is_level:
        return row.level_name
    if row.is_dissent:
        return _("of two minds")
    if row.is_not_applicable:
        return _("does not apply") + f": {row.reason}"
    return _("still open")


def _notes(paper: _CleanPaper, title: str, notes: list[Kept]) -> None:
    if not notes:
        return
    paper.head(title, level=1)
    for note in notes:
        parts = [f"{note.key}: {note.text}" if note.key else note.text]
        if note.for_whom:
            parts.append(_("For: %(whom)s") % {"whom": note.for_whom})
        if note.needs:
            parts.append(needs_in_words(note.needs))
        paper.write(". ".join(part.rstrip(".") for part in parts) + ".", style="List Bullet")
