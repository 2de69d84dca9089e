"""Small pictures and helpers of the pages. Pictures repeat what a word beside them says."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Strokes in a 24 × 24 field; they take the colour of the text, also in forced colours.
ICONS = {
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "check": '<path d="M5 13l5 5L20 7"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "eye": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/>'
    '<circle cx="12" cy="12" r="3"/>',
    "file": '<path d="M6 3h8l5 5v13H6zM14 3v5h5"/>',
    "flag": '<path d="M6 21V4h11l-2 4 2 4H6"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3.6 6 3.6 9s-.6 6-3.6 9'
    'c-3-3-3.6-6-3.6-9S9 6 12 3z"/>',
    "list": '<path d="M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "minus": '<path d="M6 12h12"/>',
    "next": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "people": '<circle cx="9" cy="9" r="3.5"/><path d="M3 20c0-4 2.5-6 6-6s6 2 6 6'
    'M16 5.5a3.5 3.5 0 0 1 0 7M18 14.5c2 .8 3 2.6 3 5.5"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z"/>',
    "question": '<circle cx="12" cy="12" r="9"/>'
    '<path d="M9.6 9.4a2.5 2.5 0 1 1 3.4 2.4c-.7.3-1 .8-1 1.5v.3M12 16.6v.1"/>',
    "retry": '<path d="M20 12a8 8 0 1 1-2.5-5.8M20 4v4h-4"/>',
    "screen": '<path d="M3 5h18v11H3zM12 16v4M8 20h8"/>',
    "speak": '<path d="M4 9.5v5h4l5 4.5V5L8 9.5z"/>'
    '<path d="M16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11"/>',
    "split": '<path d="M12 21v-7M12 14L5 7M12 14l7-7M5 12V7h5M19 12V7h-5"/>',
    "think": '<path d="M4 5h16v11H12l-4.5 4v-4H4z"/><path d="M8.5 10.5h.1M12 10.5h.1M15.5 10.5h.1"/>',
    "warn": '<path d="M12 4L2.5 20h19zM12 10v4M12 17v.1"/>',
}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon. `name`: key of ICONS; `css`: further classes such as `cc-icon--small`."""
    return format_html(
        '<svg class="cc-icon{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        f" {css}" if css else "",
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def mini_track(index: int, total: int) -> SafeString:
    """A small line of `total` stations with the one at `index` (from 0) marked."""
    step = 56 / (total - 1) if total > 1 else 0
    dots = format_html_join(
        "",
        '<circle cx="{}" cy="16" r="{}"{}/>',
        (
            (
                f"{8 + i * step:.1f}",
                here(i == index, total),
                mark_safe(' class="is-here"') if i == index else "",
            )
            for i in range(total)
        ),
    )
    return format_html(
        '<svg class="cc-mini" viewBox="0 0 72 32" aria-hidden="true">'
        '<line x1="8" y1="16" x2="64" y2="16"/>{}</svg>',
        dots,
    )


def here(is_here: bool, total: int) -> str:
    """Radius of a station; many stations are smaller so that they do not touch."""
    return ("7" if is_here else "4") if total <= 5 else ("5" if is_here else "2.5")


@register.simple_tag
def track(stops: int, places: dict[str, float | None]) -> SafeString:
    """The line of places of the profile.

    `stops`: number of stations. `places`: from start (0) to end (1), or None: `team`, `past`,
    `low` and `high`. The words beside it say the same.
    """
    parts = [_line("cc-track__line", 0.5 / stops, 1 - 0.5 / stops)]
    parts += [_dot("cc-track__stop", (i + 0.5) / stops, 3) for i in range(stops)]
    team, past = places.get("team"), places.get("past")
    low, high = places.get("low"), places.get("high")
    if low is not None and high is not None:
        parts += [_line("cc-track__split", low, high)]
        parts += [_dot("cc-track__half", low, 8), _dot("cc-track__half", high, 8)]
    if team is not None:
        if past is not None and past == team:
            parts.append(_dot("cc-track__same", past, 13))
        elif past is not None:
            parts.append(_line("cc-track__move", past, team))
            parts.append(_dot("cc-track__past", past, 6))
        parts.append(_dot("cc-track__team", team, 9))
    return format_html(
        '<svg class="cc-track" aria-hidden="true">{}</svg>',
        mark_safe("".join(parts)),
    )


def _line(css: str, start: float, end: float) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}%" y1="50%" x2="{}%" y2="50%"/>',
        css,
        f"{start * 100:.1f}",
        f"{end * 100:.1f}",
    )


def _dot(css: str, place: float, radius: int) -> SafeString:
    return format_html(
        '<circle class="{}" cx="{}%" cy="50%" r="{}"/>', css, f"{place * 100:.1f}", radius
    )


@register.simple_tag
def people(number: int) -> SafeString:
    """One dot per person; the number stands beside it in words."""
    dot = mark_safe(
        '<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/></svg>'
    )
    return format_html_join("", "{}", ((dot,) for _ in range(number)))


@register.simple_tag
def dots(done: int, total: int) -> SafeString:
    """`total` dots of which `done` are filled from the start: a dot is nobody in particular."""
    circles = format_html_join(
        "",
        '<circle cx="{}" cy="14" r="{}"{}/>',
        (
            (14 + i * 36, 13 if i < done else 12, mark_safe(' class="is-done"') if i < done else "")
            for i in range(total)
        ),
    )
    return format_html(
        '<svg class="cc-dots" viewBox="0 0 {} 28" aria-hidden="true">{}</svg>',
        total * 36 - 8,
        circles,
    )


@register.simple_tag
def steps(current: int, total: int = 5) -> SafeString:
    """Five steps of which those before `current` (from 1) are done."""
    parts = []
    for i in range(1, total + 1):
        x = (i - 1) * 20 + 1
        if i < current:
            parts.append(f'<rect x="{x}" y="4" width="16" height="8" rx="2" class="is-done"/>')
        elif i == current:
            parts.append(f'<rect x="{x}" y="1" width="16" height="14" rx="2" class="is-now"/>')
        else:
            parts.append(f'<rect x="{x}" y="4" width="16" height="8" rx="2"/>')
    return format_html(
        '<svg class="cc-steps" viewBox="0 0 100 16" aria-hidden="true">{}</svg>',
        mark_safe("".join(parts)),
    )


@register.filter
def get(mapping: dict[object, object], key: object) -> object:
    """Look a key up in a dictionary; None if it is not there."""
    return mapping.get(key)
