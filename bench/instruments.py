"""The editor and the comparison: an instrument of 300 requirements beside one of 15."""

import time
from dataclasses import replace
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import data
from chancencheck.instruments import editing, lifecycle
from chancencheck.instruments.format import AreaSpec, InstrumentFile, parse_instrument
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.operations import import_instrument

TIMES = 15


def measure(boss: Any, city: Any, engine: str) -> None:
    """Print queries and milliseconds of each page for both sizes."""
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = data.session_of(boss)
    print(f"\n## Instrument of 300 requirements beside one of 15, {engine}\n")
    print("| page | queries 15 | queries 300 | ms 15 | ms 300 | ratio |\n|---|---|---|---|---|---|")
    found = {factor: _pages(_draft(factor, boss, city)) for factor in (1, 20)}
    for name in found[1]:
        small, large = (_time(client, found[factor][name]) for factor in (1, 20))
        print(
            f"| {name} | {small[0]} | {large[0]} | {small[1]:.0f} | {large[1]:.0f} "
            f"| **{large[1] / small[1]:.1f}** |"
        )


def _pages(draft: InstrumentVersion) -> dict[str, str]:
    assert draft.base
    return {
        "outline of the draft": reverse("editor", args=[draft.pk]),
        "one requirement in the editor": reverse("editor_part", args=[draft.pk, "KOM-1"]),
        "classes of the changes": reverse("instrument_changes", args=[draft.pk]),
        "difference of two versions": reverse("instrument_compare", args=[draft.pk, draft.base.pk]),
    }


def _time(client: Client, url: str) -> tuple[int, float]:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200, url
        queries = len(asked)
    times = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        client.get(url)
        times.append(time.perf_counter() - begin)
    return queries, median(times) * 1000


def _draft(factor: int, boss: Any, city: Any) -> InstrumentVersion:
    file = _larger(parse_instrument(data.INSTRUMENT.read_bytes()), factor)
    file = replace(file, key=f"gross-{factor}", translations=())
    version = import_instrument(file=file, municipality=city, by=boss)
    lifecycle.adopt_version(version=version, by=boss)
    draft = lifecycle.start_draft(base=version, by=boss)
    spec = file.requirements[0]
    for place, words in (
        (f"{spec.key}/text", spec.text.text),
        (f"{spec.key}/title", spec.title.text),
    ):
        typed = [editing.Typed(place, words, f"{words} – neu")]
        editing.save_texts(version=draft, part=spec.key, typed=typed, by=boss)
    return draft


def _larger(file: InstrumentFile, factor: int) -> InstrumentFile:
    """The same areas with many times their requirements, each with a key of its own."""

    def grow(area: AreaSpec) -> AreaSpec:
        rows = [row for _ in range(factor) for row in area.requirements]
        return replace(
            area,
            requirements=tuple(
                replace(row, key=f"{area.key}-{number}") for number, row in enumerate(rows, start=1)
            ),
        )

    return replace(file, areas=tuple(grow(area) for area in file.areas))
