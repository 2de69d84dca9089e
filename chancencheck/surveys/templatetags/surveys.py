"""Pictures and small helpers for pages of surveys."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def tenths_picture(number: int, css: str = "cc-tenths") -> SafeString:
    """Ten boxes of which `number` are filled; the words beside it say the same."""
    boxes = format_html_join(
        "",
        '<rect x="{}" y="1" width="10" height="12" rx="1"{}/>',
        ((1 + 15 * i, mark_safe(' class="is-yes"') if i < number else "") for i in range(10)),
    )
    return format_html(
        '<svg class="{}" viewBox="0 0 148 14" aria-hidden="true">{}</svg>', css, boxes
    )


@register.filter
def lrm(name: str) -> str:
    """A German name inside a sentence of any direction: isolated, so that nothing turns round."""
    return f"\u2068{name}\u2069"


@register.filter
def add_number(prefix: str, number: int) -> str:
    """`f` and 3 make `f3`."""
    return f"{prefix}{number}"
