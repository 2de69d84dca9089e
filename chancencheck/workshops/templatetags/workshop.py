"""Small helpers of the workshop's pages."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from chancencheck.assessments.queries import Spread
from chancencheck.assessments.results import RequirementResult
from chancencheck.workshops.docx import result_in_words
from chancencheck.workshops.models import Room, WorkshopNote
from chancencheck.workshops.protocol import Kept
from chancencheck.workshops.texts import needs_in_words

register = template.Library()
_DOT = mark_safe(
    '<svg class="cc-spread__one" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18"/></svg>'
)


@register.simple_tag
def pile(number: int) -> SafeString:
    """A pile of dots on the wall; the number stands below it in words."""
    return format_html_join("", "{}", ((_DOT,) for _ in range(number)))


@register.simple_tag
def spread_in_words(spread: Spread) -> str:
    """Where the team stands, as a sentence without a number."""
    chosen = [name for name, number in spread.stops if number]
    if len(chosen) == 1:
        return _("All of us see “%(level)s”") % {"level": chosen[0]}
    return _("We are between “%(low)s” and “%(high)s”") % {"low": chosen[0], "high": chosen[-1]}


@register.simple_tag
def crowd(spread: Spread) -> str:
    """How small the dots must be so that the highest pile fits."""
    most = max(number for _name, number in [*spread.stops, ("", spread.cannot_judge)])
    for limit, name in ((3, "few"), (5, "some"), (9, "many")):
        if most <= limit:
            return name
    return "crowd"


@register.simple_tag
def clock(room: Room) -> SafeString:
    """The time that is left, in minutes and seconds. A script counts on."""
    left = max(0, room.seconds_left or 0)
    text = f"{left // 60}:{left % 60:02d}"
    if room.timer_ends_at is None:
        return format_html("<span>{}</span>", text)
    stamp = round(room.timer_ends_at.timestamp() * 1000)
    return format_html('<span data-ends="{}">{}</span>', stamp, text)


@register.filter
def item(pairs: list[tuple[str, int]], place: int) -> int:
    """The number of the pair at a place."""
    return pairs[place][1]


@register.filter
def in_words(row: RequirementResult) -> str:
    """The result of one requirement in a few words."""
    return result_in_words(row)


@register.filter
def needs(note: WorkshopNote | Kept) -> str:
    """What a note needs, or nothing."""
    if isinstance(note, Kept):
        return needs_in_words(note.needs) if note.needs else ""
    found = [name for name in ("decision", "money", "it") if getattr(note, f"needs_{name}")]
    return needs_in_words(found) if found else ""


@register.simple_tag
def clock_time(minutes: int, start: object = None) -> str:
    """The time of day `minutes` after the start of a workshop; minutes alone without a start."""
    if hasattr(start, "utcoffset"):
        return time_format(timezone.localtime(start) + timedelta(minutes=minutes), "H:i")  # type: ignore[arg-type]
    return f"+{minutes}"
