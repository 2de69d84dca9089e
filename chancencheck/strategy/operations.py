"""Writing down what the city wants to reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.strategy.models import GuidingGoal, Strategy, Theme


@dataclass(frozen=True)
class StrategyWords:
    """The strategy as typed: texts, and names of themes and goals by their row (0: a new one)."""

    title: str
    subtitle: str
    preamble: str
    preamble_source: str
    themes: Sequence[tuple[int, str]]
    goals: Sequence[tuple[int, str]]


@transaction.atomic
def save_strategy(*, municipality: Municipality, words: StrategyWords, by: User) -> Strategy:
    """Save the strategy. A theme or goal keeps its key when it is renamed; an empty name ends it."""
    if not may_in(by, municipality, Permission.STRATEGY_EDIT):
        raise PermissionDenied
    strategy, _made = Strategy.objects.update_or_create(
        municipality=municipality,
        defaults={
            "title": words.title,
            "subtitle": words.subtitle,
            "preamble": words.preamble,
            "preamble_source": words.preamble_source,
        },
    )
    _save_rows(Theme, strategy, words.themes, "T")
    _save_rows(GuidingGoal, strategy, words.goals, "L")
    record(
        action=Action.STRATEGY_CHANGED,
        by=by,
        municipality_key=municipality.pk,
        what=strategy.title,
    )
    return strategy


def _save_rows(
    model: type[Theme] | type[GuidingGoal],
    strategy: Strategy,
    rows: Sequence[tuple[int, str]],
    letter: str,
) -> None:
    known: Mapping[int, Theme | GuidingGoal] = {
        row.pk: row for row in model.objects.filter(strategy=strategy)
    }
    keys = {row.key for row in known.values()}
    for pk, name in rows:
        name = " ".join(name.split())
        if pk in known and not name:
            known[pk].delete()
        elif pk in known:
            known[pk].name = name
            known[pk].save(update_fields=["name"])
        elif name:
            key = next(k for n in range(1, 999) if (k := f"{letter}{n}") not in keys)
            keys.add(key)
            model.objects.create(strategy=strategy, key=key, name=name)
