"""The languages citizens can read, and the words of their pages.

The words are data (`data/texts/<code>.yaml`), each file with a state of its own, because a
translation that nobody has checked must be recognisable as such. They are read once per process.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html

FOLDER = Path(__file__).parent / "data" / "texts"
ORIGINAL = "de"
# Questions in Leichte Sprache: nothing is shipped, because untested text must not be called so.
EASY = "de-leicht"
# In the order of the choice: German first, then by how many people in German cities read them.
ORDER = ["de", "de-simple", "en", "tr", "ar", "uk", "ru", "pl", "ro", "bg", "it", "el", "fr", "fa"]


@dataclass(frozen=True)
class Language:
    """A language with all words of the pages for citizens.

    `code`: BCP 47. `state`: original, draft or checked.
    """

    code: str
    name: str
    direction: str
    state: str
    texts: dict[str, str]
    checked_by: str = ""
    checked_on: date | None = None

    @property
    def tag(self) -> str:
        """The value of `lang`: plain and easy German are German to voices and hyphenation."""
        return self.code.split("-")[0]

    @property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.direction == "rtl"

    @property
    def is_draft(self) -> bool:
        """Whether nobody has checked the words of the pages yet."""
        return self.state == "draft"

    def say(self, key: str, **values: object) -> str:
        """The text of a key; German marked as such where it is missing. KeyError if no key."""
        if key in self.texts:
            return self.texts[key].format(**values)
        german = language(ORIGINAL).texts[key].format(**values)
        return format_html('<span lang="de" dir="ltr">{}</span>', german)

    def day(self, value: date, form: str = "DATE_FORMAT") -> str:
        """A date in words of the language."""
        with translation.override(self.tag):
            return date_format(value, form)


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """All languages by code, in the order of the choice."""
    return {code: _read(FOLDER / f"{code}.yaml") for code in ORDER}


def language(code: str) -> Language:
    """One language; KeyError if the pages do not speak it."""
    return easy_language() if code == EASY else languages()[code]


@lru_cache(maxsize=1)
def easy_language() -> Language:
    """For questions in Leichte Sprache. The words around them are plain German, so only the
    questions are called so."""
    return replace(language("de-simple"), code=EASY, name="Fragen in Leichter Sprache")


def _read(path: Path) -> Language:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Language(
        code=data["language"],
        name=data["name"],
        direction=data["direction"],
        state=data["state"],
        texts=data["texts"],
        checked_by=data.get("checked_by", ""),
        checked_on=data.get("checked_on"),
    )


def preferred(header: str, offered: list[str]) -> str:
    """The first offered language that the browser asks for (RFC 9110, Accept-Language).

    `header`: its value. German, or what is offered first, where none fits.
    """
    for _weight, tag in sorted(_wishes(header), reverse=True, key=lambda wish: wish[0]):
        base = tag.split("-")[0]
        if base in offered:
            return base
    return ORIGINAL if ORIGINAL in offered else offered[0]


def _wishes(header: str) -> list[tuple[float, str]]:
    wishes = []
    for part in header.lower()[:500].split(","):
        tag, _semicolon, quality = part.strip().partition(";q=")
        try:
            wishes.append((float(quality or 1), tag))
        except ValueError:
            continue
    return wishes
