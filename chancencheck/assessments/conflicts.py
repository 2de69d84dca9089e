"""Two people (or two windows) wrote the same field: both texts side by side, people choose.

Stateless: the page carries both versions as hidden inputs; `resolve` turns the choice back into
an ordinary form submission.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chancencheck.assessments.choices import Answer, Outcome, Verdict
from chancencheck.assessments.rules import POINTS_MAXIMUM
from chancencheck.instruments.models import Scale

LABELS: dict[str, Promise] = {
    "strengths": gettext_lazy("Strengths"),
    "potentials": gettext_lazy("Potential"),
    "outcome": gettext_lazy("Our result"),
    "level": gettext_lazy("Level"),
    "low_level": gettext_lazy("Level of the ones"),
    "low_text": gettext_lazy("View of the ones"),
    "high_level": gettext_lazy("Level of the others"),
    "high_text": gettext_lazy("View of the others"),
    "reason": gettext_lazy("Why it does not apply"),
    "example": gettext_lazy("An example from your daily work"),
    "share_example": gettext_lazy("The example may appear in the workshop without my name."),
    "idea": gettext_lazy("An idea"),
    "share_idea": gettext_lazy("The idea may appear in the workshop without my name."),
    "understandable": gettext_lazy("Is this requirement understandable?"),
    "relevant": gettext_lazy("Is it relevant for us?"),
    "missing": gettext_lazy("What is missing?"),
}
LISTS = {"strengths": "strength", "potentials": "potential"}
TEXTS = {"low_text", "high_text", "reason", "example", "idea", "missing"}
VERDICTS = {"understandable", "relevant"}


@dataclass(frozen=True)
class Choice:
    """One field to decide on the conflict page."""

    name: str
    label: Promise
    mine: str
    saved: str
    can_join: bool


@dataclass(frozen=True)
class ConflictPage:
    """What the page shows, and the hidden inputs it carries."""

    choices: list[Choice]
    hidden: list[tuple[str, str]]


def as_rating(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an individual rating as its form knows them: one field for answer and level."""
    flat = {name: value for name, value in values.items() if name != "answer"}
    if values["answer"] == Answer.CANNOT_JUDGE:
        flat["level"] = str(Answer.CANNOT_JUDGE)
    return flat


def conflict_page(
    *,
    mine: Mapping[str, Any],
    saved: Mapping[str, Any],
    merged: Mapping[str, Any],
    fields: tuple[str, ...],
    revision: int,
    scale: Scale,
) -> ConflictPage:
    """Prepare the page. `merged`: values of the fields that are not in conflict."""
    hidden = [("revision", str(revision)), ("do", "stay")]
    for name, value in merged.items():
        if name not in fields:
            hidden += _inputs(name, value)
    choices = []
    for name in fields:
        hidden += [(f"mine-{key}", text) for key, text in _inputs(name, mine[name])]
        hidden += [(f"saved-{key}", text) for key, text in _inputs(name, saved[name])]
        show = _words(name, scale)
        choices.append(
            Choice(
                name,
                LABELS[name],
                show(mine[name]),
                show(saved[name]),
                name in TEXTS or name in LISTS,
            )
        )
    return ConflictPage(choices, hidden)


def resolve(data: QueryDict) -> QueryDict:
    """Turn a submitted conflict page into the form it stands for; other data pass unchanged."""
    kept = {
        key.removeprefix("keep-"): value for key, value in data.items() if key.startswith("keep-")
    }
    if not kept:
        return data
    result = data.copy()
    for name, keep in kept.items():
        if name in LISTS:
            mine, saved = _points(data, "mine", name), _points(data, "saved", name)
            points = {"mine": mine, "saved": saved}.get(
                str(keep), saved + [text for text in mine if text not in saved]
            )
            if len(points) > POINTS_MAXIMUM:  # nothing is dropped: the rest joins the last one
                points = [*points[: POINTS_MAXIMUM - 1], " / ".join(points[POINTS_MAXIMUM - 1 :])]
            for number, text in enumerate(points, start=1):
                result[f"{LISTS[name]}_{number}"] = text
            continue
        mine_text, saved_text = data.get(f"mine-{name}", ""), data.get(f"saved-{name}", "")
        value = {"mine": mine_text, "saved": saved_text}.get(
            str(keep), "\n".join(text for text in (saved_text, mine_text) if text)
        )
        if value or name in TEXTS:
            result[name] = value
    return result


def _points(data: QueryDict, side: str, name: str) -> list[str]:
    keys = (f"{side}-{LISTS[name]}_{number}" for number in range(1, POINTS_MAXIMUM + 1))
    return [text for text in (data.get(key, "") for key in keys) if text]


def _inputs(name: str, value: Any) -> list[tuple[str, str]]:
    if name in LISTS:
        return [(f"{LISTS[name]}_{i}", text) for i, text in enumerate(value, start=1)]
    if value is None or value is False or value == "":
        return []
    return [(name, "on" if value is True else str(value))]


def _words(name: str, scale: Scale) -> Callable[[Any], str]:
    def show(value: Any) -> str:
        if name in LISTS:
            return "\n".join(value) or "–"
        if name == "outcome":
            return str(Outcome(value).label)
        if name in VERDICTS:
            return str(Verdict(value).label) if value else "–"
        if value == Answer.CANNOT_JUDGE:
            return str(Answer.CANNOT_JUDGE.label)
        if name.endswith("level"):
            return (scale.name_of(int(value)) if value not in (None, "") else "") or "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(value) or "–"

    return show
