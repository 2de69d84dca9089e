"""`make bench`: prints ratios against a bare Django view measured in the same run.

Nothing here decides a test. The figures of the last run are kept in docs/performance.md.
"""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FOLDER = tempfile.mkdtemp(prefix="chancencheck-bench-")
os.environ.setdefault("DATA_DIR", FOLDER)
os.environ.setdefault("SECRET_KEY", "only-for-measuring")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancencheck.config.settings")
os.environ.setdefault("EMAIL_URL", "dummymail://")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.staticfiles import finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import data, load  # noqa: E402
from chancencheck.governance.models import Body  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
TOKEN = "a" * 32
ENGINE = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def server(settings_module: str) -> Iterator[tuple[int, float]]:
    """A server process like the product's; yields its port and its seconds to the first answer."""
    port = free_port()
    is_sqlite = connection.vendor == "sqlite"
    command = [
        sys.executable,
        "-m",
        "granian",
        "chancencheck.config.wsgi:application",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--no-log",
        "--workers",
        "1" if is_sqlite else "2",
        "--blocking-threads",
        "1" if is_sqlite else "4",
    ]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings_module,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    started = time.perf_counter()
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    while time.perf_counter() - started < 30:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/impressum/", timeout=5).close()
            break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.02)
    else:
        process.kill()
        raise SystemExit("The server did not start.")
    yield port, time.perf_counter() - started
    process.terminate()
    process.wait()


def post(path: str, session: str, fields: dict[str, Any], extra: str = "") -> bytes:
    """The bytes of a form POST."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    )
    return head.encode() + body


def bare_maker(session: str, pk: int) -> load.Request:
    """Requests to the bare view."""
    numbers = iter(range(10**9))
    return lambda _body: post(f"/bare/{pk}/", session, {"name": f"Name {pk} {next(numbers)}"})


def rating_maker(session: str, path: str) -> load.Request:
    """Autosaves of one person: the level changes each time, the revision follows the answers."""
    state = {"n": 0, "revision": 0}

    def make(body: bytes) -> bytes:
        if body[:1] == b"{":
            state["revision"] = json.loads(body)["revision"]
        state["n"] += 1
        fields = {
            "level": 1 + state["n"] % 4,
            "example": f"Ein Beispiel aus dem Alltag, Nummer {state['n']}",
            "revision": state["revision"],
            "do": "autosave",
        }
        return post(path, session, fields, "X-Requested-With: fetch\r\n")

    return make


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
        with server("bench.bare") as (port, _):
            load.run(port, bare, 1)
            first = load.run(port, bare, SECONDS)
        with server("chancencheck.config.settings") as (port, _):
            found = load.run(port, saving, SECONDS)
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
        html = (
            gzip.decompress(response.content)
            if response.headers.get("Content-Encoding")
            else response.content
        )
        own = len(gzip.compress(html))
        files = re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', html)
        rest = sum(static_size(name.decode()) for name in files)
        shown = re.sub(r"\d+", "…", path)
        print(f"| {shown} | {len(queries)} | {own / 1024:.1f} | {(own + rest) / 1024:.1f} |")


def static_size(name: str) -> int:
    plain = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)
    return len(gzip.compress(Path(finders.find(plain)).read_bytes()))


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.ALLOWED_HOSTS.append("127.0.0.1")
    boss, version, everybody = data.build()
    print(f"# {ENGINE}, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    measure_saving(everybody)
    measure_rounds(boss, version)
    measure_pages(everybody)
    with server("chancencheck.config.settings") as (_, seconds):
        print(f"\nStart of the server process to its first answer: **{seconds:.1f} s**")
    shutil.rmtree(FOLDER, ignore_errors=True)


main()
