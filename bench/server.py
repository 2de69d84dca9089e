"""Server processes to measure, and what the system tells about them."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[1]
PRODUCT = "chancencheck.config.settings"


@dataclass
class Server:
    """A server that answers: its port, the process that was started, seconds to its first answer."""

    port: int
    pid: int
    seconds: float


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def server(settings_module: str) -> Iterator[Server]:
    """A server process like the product's, with these settings."""
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
    with _running(command, port, {"DJANGO_SETTINGS_MODULE": settings_module}) as found:
        yield found


@contextmanager
def product() -> Iterator[Server]:
    """The product as its own command serves it, with exactly one worker process."""
    port = free_port()
    code = "from chancencheck.config.command import main; main()"
    command = [sys.executable, "-c", code, "serve"]
    with _running(command, port, {"PORT": str(port), "WORKERS": "1"}) as found:
        yield found


@contextmanager
def _running(command: list[str], port: int, variables: dict[str, str]) -> Iterator[Server]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(port):
            if time.perf_counter() - started > 30:
                raise SystemExit("The server did not start.")
            time.sleep(0.02)
        yield Server(port, process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/impressum/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


# ------------------------------------------------------------------- what Linux tells in /proc


def worker_of(server: Server) -> int:
    """The process that answers: of those the server started, the one with the most memory."""
    children = [
        int(place.name)
        for place in Path("/proc").iterdir()
        if place.name.isdigit() and _parent(place) == server.pid
    ]
    return max(children, key=memory_of, default=server.pid)


def _parent(place: Path) -> int:
    try:
        return int(_after_name(place)[1])
    except OSError:  # it ended in between
        return 0


def _after_name(place: Path) -> list[str]:
    """The fields of `stat` behind the name, which may hold blanks and brackets itself."""
    return (place / "stat").read_text().rpartition(")")[2].split()


def memory_of(pid: int) -> float:
    """Resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def seconds_of(pid: int) -> float:
    """Seconds for which a process has used a core until now."""
    fields = _after_name(Path(f"/proc/{pid}"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
