"""What a message says: the city's own words or those of the program, with values filled in.

Placeholders are names in curly brackets, in the reader's language: {Maßnahme}, {measure}. They are
replaced by looking them up, once and from left to right. So a text can reach nothing but these
values, and brackets inside a value are mere signs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chancencheck.notifications.choices import PLACEHOLDERS, WORDINGS, Reason
from chancencheck.notifications.models import MessageText, Notification

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Signs that turn the direction of all that follows; nobody needs them in a title.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

Words = tuple[str, str]  # title and text
OwnTexts = Mapping[tuple[int, str, str], Words]  # by municipality, reason, language


@dataclass(frozen=True)
class Told:
    """A message in somebody's language."""

    title: str
    text: str
    why: str
    button: str


def told(message: Notification, language: str, own: OwnTexts | None = None) -> Told:
    """What the message says in a language. `own`: see `own_texts`, read once for many messages."""
    if own is None:
        own = own_texts([message.municipality_id], language)
    reason = Reason(message.reason)
    words = own.get((message.municipality_id, reason, language))
    return tell(reason, language, message.values, words or words_of_program(reason, language))


def tell(reason: Reason, language: str, values: Mapping[str, object], words: Words) -> Told:
    """These words with these values."""
    with translation.override(language):
        shown = {name: _as_text(values.get(name)) for name in PLACEHOLDERS}
        title, text = (_fill(template, language, shown) for template in words)
        return Told(
            title=" ".join(title.split()),
            text=text.strip(),
            why=_("You get this because %(reason)s.") % {"reason": reason.label},
            button=str(WORDINGS[reason].button),
        )


def own_texts(municipalities: Iterable[int], language: str) -> dict[tuple[int, str, str], Words]:
    """The words these cities have chosen themselves, in one query."""
    rows = MessageText.objects.filter(municipality_id__in=set(municipalities), language=language)
    return {(row.municipality_id, row.reason, row.language): (row.title, row.text) for row in rows}


def words_of_program(reason: Reason, language: str) -> Words:
    """Title and text by default."""
    with translation.override(language):
        wording = WORDINGS[reason]
        return str(wording.title), str(wording.text)


def language_of(language: str) -> str:
    """The language to write to somebody in; the city's if they have chosen none."""
    known = dict(settings.LANGUAGES)
    return language if language in known else settings.LANGUAGE_CODE


# ------------------------------------------------------------------- placeholders


def placeholders_of(reason: Reason) -> list[str]:
    """Keys of what can stand in a message of this kind: those its default words use."""
    title, text = words_of_program(reason, "en")
    used = {_key(name, "en") for name in PLACEHOLDER.findall(title + text)}
    return [key for key in PLACEHOLDERS if key in used]


def shown_name(key: str, language: str) -> str:
    """A placeholder as people write it: {Maßnahme}."""
    with translation.override(language):
        return f"{{{PLACEHOLDERS[key]}}}"


def unknown_placeholders(text: str, reason: Reason, language: str) -> list[str]:
    """What stands in curly brackets and means nothing in a message of this kind."""
    known = placeholders_of(reason)
    return [name for name in PLACEHOLDER.findall(text) if _key(name, language) not in known]


def as_stored(text: str, language: str) -> str:
    """With the names of the language turned into keys, which no change of a word can break."""
    return PLACEHOLDER.sub(lambda hit: _renamed(hit, language, stored=True), text)


def as_shown(text: str, language: str) -> str:
    """With keys turned into the names of the language."""
    return PLACEHOLDER.sub(lambda hit: _renamed(hit, language, stored=False), text)


def _renamed(hit: re.Match[str], language: str, *, stored: bool) -> str:
    key = _key(hit[1], language)
    if key is None:
        return hit[0]
    return f"{{{key}}}" if stored else shown_name(key, language)


def _key(name: str, language: str) -> str | None:
    return _keys(language).get(name.strip().casefold())


@cache
def _keys(language: str) -> dict[str, str]:
    """Key by name in the language, or by the key itself."""
    with translation.override(language):
        names = {str(name).casefold(): key for key, name in PLACEHOLDERS.items()}
    return {key: key for key in PLACEHOLDERS} | names


def _fill(template: str, language: str, shown: Mapping[str, str]) -> str:
    def value(hit: re.Match[str]) -> str:
        key = _key(hit[1], language)
        return hit[0] if key is None else shown[key]

    return PLACEHOLDER.sub(value, template)


def _as_text(value: object) -> str:
    """A stored value in the language that is spoken now, in one line."""
    if isinstance(value, dict):
        try:
            value = date_format(date.fromisoformat(str(value.get("date"))))
        except ValueError:
            value = None
    return "–" if value is None else " ".join(TURNING.sub("", str(value)).split())
