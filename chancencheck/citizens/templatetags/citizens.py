"""Words of the pages for citizens in templates."""

from datetime import date
from typing import Any

from django import template

from chancencheck.citizens.languages import Language

register = template.Library()

# named beside the present language before the choice is opened
FIRST = ("de", "ar", "uk", "tr", "en")


@register.simple_tag(takes_context=True)
def say(context: dict[str, Any], key: str, **values: Any) -> str:
    """The text of a key in the `language` of the page; dates among the values become words."""
    language: Language = context["language"]
    words = {k: language.day(v) if isinstance(v, date) else v for k, v in values.items()}
    return language.say(key, **words)


@register.filter
def day_in(value: date, language: Language) -> str:
    """A date in words of a language."""
    return language.day(value)


@register.filter
def others_than(offered: list[Language], language: Language) -> list[Language]:
    """The first languages to name beside the present one; the choice holds all of them."""
    first = [each for code in FIRST for each in offered if each.code == code]
    return [each for each in first if each != language][:2]
