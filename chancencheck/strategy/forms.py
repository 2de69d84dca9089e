"""The form of the strategy: texts, and one field for each theme and goal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chancencheck.strategy.models import Strategy
from chancencheck.strategy.operations import StrategyWords
from chancencheck.ui.forms import StyledForm

NEW_ROWS = 3


class StrategyForm(StyledForm):
    """The strategy in the city's own words."""

    title = forms.CharField(label=_("Title"), max_length=150)
    subtitle = forms.CharField(label=_("Subtitle"), max_length=200, required=False)
    preamble = forms.CharField(
        label=_("Preamble"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    preamble_source = forms.CharField(
        label=_("Source of the preamble"), max_length=200, required=False
    )

    def __init__(self, *args: Any, strategy: Strategy | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: list[tuple[str, list[tuple[int, str, str]], int]] = [
            ("theme", _rows(strategy.themes.all() if strategy else []), 200),
            ("goal", _rows(strategy.goals.all() if strategy else []), 300),
        ]
        self.names: dict[str, list[tuple[int, str]]] = {}
        for kind, rows, length in found:
            self.names[kind] = []
            for pk, key, name in [*rows, *((0, str(n), "") for n in range(NEW_ROWS))]:
                label = key if pk else _("new")
                field_name = f"{kind}-{pk or f'new-{key}'}"
                field = forms.CharField(
                    label=label, initial=name, required=False, max_length=length
                )
                field.widget.attrs["class"] = "kern-form-input__input"
                self.fields[field_name] = field
                self.names[kind].append((pk, field_name))

    def themes(self) -> list[Any]:
        """The fields of the themes."""
        return [self[name] for _pk, name in self.names["theme"]]

    def goals(self) -> list[Any]:
        """The fields of the guiding goals."""
        return [self[name] for _pk, name in self.names["goal"]]

    def words(self) -> StrategyWords:
        """What was typed."""
        data = self.cleaned_data
        return StrategyWords(
            title=data["title"],
            subtitle=data["subtitle"],
            preamble=data["preamble"],
            preamble_source=data["preamble_source"],
            themes=[(pk, data[name]) for pk, name in self.names["theme"]],
            goals=[(pk, data[name]) for pk, name in self.names["goal"]],
        )


def _rows(rows: Any) -> list[tuple[int, str, str]]:
    return [(row.pk, row.key, row.name) for row in rows]
