"""Asking where people find help."""

from functools import lru_cache
from pathlib import Path

import yaml

from chancencheck.citizens.models import HelpAddress
from chancencheck.organisations.models import Municipality

FIRST = Path(__file__).parent / "data" / "help.yaml"


def addresses_of(municipality: Municipality) -> list[HelpAddress]:
    """The addresses of a city; those for all of Germany where it has not entered any."""
    return list(municipality.help_addresses.all()) or first_addresses(municipality)


def first_addresses(municipality: Municipality) -> list[HelpAddress]:
    """The offices for all of Germany, not stored yet."""
    return [
        HelpAddress(municipality=municipality, position=position, **row)
        for position, row in enumerate(_first())
    ]


@lru_cache(maxsize=1)
def _first() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = yaml.safe_load(FIRST.read_text(encoding="utf-8"))
    return rows
