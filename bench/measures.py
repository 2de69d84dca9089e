"""The measures of a city: 20,000 beside 200; and 10,000 reminders planned in one run."""

import time
import tracemalloc
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import data
from chancencheck.measures.choices import State
from chancencheck.measures.models import Function, Measure, MeasureLink
from chancencheck.measures.reminders import plan_reminders
from chancencheck.notifications.models import Notification
from chancencheck.organisations.choices import UnitKind
from chancencheck.organisations.models import Unit

TIMES = 21
STATES = [State.PLANNED, State.RUNNING, State.DONE, State.POSTPONED, State.PLANNED]


def measure(boss: Any, version: Any, engine: str) -> None:
    """Print queries, milliseconds and ratio of the portfolio; seconds and memory of reminders."""
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = data.session_of(boss)
    city = version.instrument.municipality
    unit, _made = Unit.objects.get_or_create(
        municipality=city, name="Amt für Maßnahmen", defaults={"kind": UnitKind.INSTITUTION}
    )
    function = Function.objects.create(municipality=city, unit=unit, name="Leitung", holder=boss)
    requirement = version.requirements.first()
    print(
        f"\n## Portfolio, {engine}\n\n| measures | queries | ms (median of {TIMES}) |\n|---|---|---|"
    )
    found = {}
    for size in (200, 20_000):
        Measure.objects.filter(unit=unit).delete()
        _make(city, unit, function, requirement, size)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        queries, found[size] = _time(client, "/massnahmen/stadt/")
        print(f"| {size} | {queries} | {found[size]:.1f} |")
    print(f"\n20,000 against 200: **{found[20_000] / found[200]:.2f}**")
    _reminders(unit, function, city, requirement, engine)


def _make(
    city: Any, unit: Any, function: Any, requirement: Any, size: int, due_in: int = 0
) -> None:
    today = timezone.localdate()
    rows = []
    for number in range(size):
        state = STATES[number % len(STATES)] if not due_in else State.PLANNED
        is_over = state == State.DONE
        rows.append(
            Measure(
                municipality=city,
                unit=unit,
                function=function,
                title=f"Maßnahme {number}",
                state=state,
                reason="Grund" if state == State.POSTPONED else "",
                due_on=today + timedelta(days=due_in or number % 700 - 100),
                planned_on=today - timedelta(days=200),
                ended_on=today if is_over else None,
            )
        )
    Measure.objects.bulk_create(rows, batch_size=1000)
    MeasureLink.objects.bulk_create(
        (
            MeasureLink(measure=row, requirement=requirement, key=requirement.key)
            for row in Measure.objects.filter(unit=unit).only("pk")
        ),
        batch_size=1000,
    )


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


def _reminders(unit: Any, function: Any, city: Any, requirement: Any, engine: str) -> None:
    print(
        f"\n## Reminders, {engine}\n\n| due | made | s | peak memory MB | made again |\n|---|---|---|---|---|"
    )
    for size in (1_000, 10_000):
        Measure.objects.filter(unit=unit).delete()
        Notification.objects.all().delete()
        _make(city, unit, function, requirement, size, due_in=5)
        tracemalloc.start()
        begin = time.perf_counter()
        plan_reminders()
        seconds = time.perf_counter() - begin
        peak = tracemalloc.get_traced_memory()[1] / 1024 / 1024
        tracemalloc.stop()
        made = Notification.objects.count()
        plan_reminders()
        again = Notification.objects.count() - made
        print(f"| {size} | {made} | {seconds:.1f} | {peak:.1f} | {again} |")
