"""Two people changed a measure at once: both texts side by side, and people choose.

Stateless: the page carries both versions as hidden inputs; `resolve` turns the choice back into
an ordinary form submission.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

JOINED = {
    "details": "\n",
    "sign": " ",
    "resources": " ",
}  # texts that can stand one after the other


@dataclass(frozen=True)
class Choice:
    """One field to decide on."""

    name: str
    label: str
    mine: str
    saved: str
    can_join: bool


@dataclass(frozen=True)
class ConflictPage:
    """What the page shows, and the hidden inputs it carries."""

    choices: list[Choice]
    hidden: list[tuple[str, str]]


def conflict_page(form: forms.Form, saved: Mapping[str, Any]) -> ConflictPage:
    """The fields that differ between what was typed and what is stored now."""
    hidden = [("revision", str(saved["revision"]))]
    typed = form.data
    assert isinstance(typed, QueryDict)
    choices = []
    for name, field in form.fields.items():
        if name in ("revision", "form_key"):
            continue
        mine = [text for text in typed.getlist(name) if text]
        there = _inputs(saved[name])
        if _plain(mine) == _plain(there):
            hidden += [(name, text) for text in mine]
            continue
        hidden += [(f"mine-{name}", text) for text in mine]
        hidden += [(f"saved-{name}", text) for text in there]
        can_join = name in JOINED or name == "requirements"
        show = str(field.label)
        choices.append(Choice(name, show, _words(field, mine), _words(field, there), can_join))
    return ConflictPage(choices, hidden)


def resolve(data: QueryDict) -> QueryDict:
    """Turn a submitted conflict page into the form it stands for; other data pass unchanged."""
    kept = {key.removeprefix("keep-"): value for key, value in data.items() if _is_choice(key)}
    if not kept:
        return data
    result = data.copy()
    for name, keep in kept.items():
        mine, saved = data.getlist(f"mine-{name}"), data.getlist(f"saved-{name}")
        both = [*saved, *(text for text in mine if text not in saved)]
        if name in JOINED:
            both = [JOINED[name].join(both)]
        result.setlist(name, {"mine": mine, "saved": saved}.get(str(keep), both))
    return result


def _is_choice(key: str) -> bool:
    return key.startswith("keep-")


def _inputs(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(part) for part in value]
    if value is True:
        return ["on"]
    return [] if value in (None, False, "") else [str(value)]


def _plain(texts: list[str]) -> set[str]:
    """Without what browsers change: line ends and spaces around."""
    return {"\n".join(text.split("\r\n")).strip() for text in texts}


def _words(field: forms.Field, texts: list[str]) -> str:
    """The value as people read it."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if texts else _("no")
    if isinstance(field, forms.ChoiceField):
        names = {str(key): str(word) for key, word in _flat(field.choices)}
        texts = [names.get(text, text) for text in texts]
    return "\n".join(texts) or "–"


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found = []
    for key, word in choices:
        found += list(word) if isinstance(word, list | tuple) else [(key, word)]
    return found
