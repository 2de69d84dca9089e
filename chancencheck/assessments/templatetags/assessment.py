"""Small helpers of pages that show findings."""

from django import template

from chancencheck.assessments.choices import EvidenceKind

register = template.Library()


@register.filter
def kind_in_words(kind: str) -> str:
    """A kind of evidence in words."""
    return str(EvidenceKind(kind).label)
