"""Where a text of an instrument comes from, in words."""

from django import template

from chancencheck.instruments.models import InstrumentVersion

register = template.Library()


@register.inclusion_tag("instruments/_origin.html")
def origin_of(version: InstrumentVersion, part: str, field: str) -> dict[str, str]:
    """Origin and source of the text at `part`/`field`."""
    origin, source = version.origin_of(f"{part}/{field}")
    return {"origin": origin, "source": source}
