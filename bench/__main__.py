"""`make bench`: prints ratios against a bare Django view measured in the same run.

`python -m bench workshops` measures one part only; the parts are named in `asked`.

Nothing here decides a test. The figures of the last run are kept in docs/performance.md.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from typing import Any

FOLDER = tempfile.mkdtemp(prefix="chancencheck-bench-")
os.environ.setdefault("DATA_DIR", FOLDER)
os.environ.setdefault("SECRET_KEY", "only-for-measuring")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancencheck.config.settings")
os.environ.setdefault("EMAIL_URL", "dummymail://")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import data, instruments, load, measures, surveys, workshops  # noqa: E402
from bench.requests import bare_maker, rating_maker  # noqa: E402
from bench.server import PRODUCT, server  # noqa: E402
from bench.weight import compressed, page_of, static_size, statics_of  # noqa: E402
from chancencheck.governance.models import Body  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
ENGINE = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"


def measure_saving(everybody: list[Any]) -> None:
    sessions = [(data.session_of(user), assessment) for assessment, user in everybody]
    bodies = list(Body.objects.values_list("pk", flat=True))
    print(f"\n## Saving an individual answer, {ENGINE}\n")
    print("| connections | bare POST/s | saving/s | ratio | saving median ms | p99 ms | errors |")
    print("|---|---|---|---|---|---|---|")
    for connections in (8, 32):
        bare = [bare_maker(s, bodies[i]) for i, (s, _) in enumerate(sessions[:connections])]
        saving = [
            rating_maker(
                s, f"/selbstbewertung/{a.pk}/meine-sicht/KOM-{1 if connections == 8 else 2}/"
            )
            for s, a in sessions[:connections]
        ]
        with server("bench.bare") as bare_server:
            load.run(bare_server.port, bare, 1)
            first = load.run(bare_server.port, bare, SECONDS)
        with server(PRODUCT) as whole:
            found = load.run(whole.port, saving, SECONDS)
        ratio = found.per_second / first.per_second
        print(
            f"| {connections} | {first.per_second:.0f} | {found.per_second:.0f} | **{ratio:.2f}** "
            f"| {found.median_ms:.0f} | {found.p99_ms:.0f} | {found.errors + first.errors} |"
        )


def measure_rounds(boss: Any, version: Any) -> None:
    print(
        f"\n## Round page, {ENGINE}\n\n| institutions | queries | ms (median of 9) |\n|---|---|---|"
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = data.session_of(boss)
    medians = {}
    for size in (10, 100, 1000):
        run = data.big_round(size, version, boss)
        path = f"/runden/{run.pk}/"
        client.get(path)
        times = []
        for _ in range(9):
            with CaptureQueriesContext(connection) as queries:
                started = time.perf_counter()
                assert client.get(path).status_code == 200
                times.append(time.perf_counter() - started)
        medians[size] = sorted(times)[4] * 1000
        print(f"| {size} | {len(queries)} | {medians[size]:.1f} |")
    print(f"\n1,000 against 100: **{medians[1000] / medians[100]:.2f}**")


def measure_pages(everybody: list[Any]) -> None:
    assessment, user = everybody[0]
    client = Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"})
    client.cookies["sessionid"] = data.session_of(user)
    print(f"\n## Pages of the journey, {ENGINE}\n")
    print("| page | queries | KB alone | KB on first visit, without fonts |\n|---|---|---|---|")
    base = f"/selbstbewertung/{assessment.pk}/"
    for path in (
        "/",
        base + "meine-sicht/",
        base + "meine-sicht/KOM-3/",
        base + "meine-sicht/drucken/",
        base + "workshop/",
        "/ergebnisse/",
        "/instrument/",
        "/wer-sieht-was/",
    ):
        client.get(path)  # a released instrument is read once per process
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        html = page_of(response)
        own = compressed(html)
        rest = sum(static_size(name) for name in statics_of(html))
        shown = re.sub(r"\d+", "…", path)
        print(f"| {shown} | {len(queries)} | {own / 1024:.1f} | {(own + rest) / 1024:.1f} |")


def measure_start() -> None:
    with server(PRODUCT) as found:
        print(f"\nStart of the server process to its first answer: **{found.seconds:.1f} s**")


def asked() -> list[str]:
    """The parts to measure, from the command line; all where none is named."""
    parts = [
        "saving",
        "rounds",
        "pages",
        "start",
        "instruments",
        "measures",
        "surveys",
        "workshops",
    ]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of: {', '.join(parts)}")
    named = parser.parse_args().parts
    if unknown := set(named) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return named or parts


def main() -> None:
    parts = asked()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.ALLOWED_HOSTS.append("127.0.0.1")
    boss, version, everybody = data.build()
    print(f"# {ENGINE}, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    if "saving" in parts:
        measure_saving(everybody)
    if "rounds" in parts:
        measure_rounds(boss, version)
    if "pages" in parts:
        measure_pages(everybody)
    if "start" in parts:
        measure_start()
    if "measures" in parts:
        measures.measure(boss, version, ENGINE)
    if "instruments" in parts:
        instruments.measure(boss, version.instrument.municipality, ENGINE)
    if "surveys" in parts:
        surveys.measure(boss)
    if "workshops" in parts:  # last: its many people and sessions are in nobody else's way
        workshops.measure(boss, version, everybody)
    shutil.rmtree(FOLDER, ignore_errors=True)


main()
