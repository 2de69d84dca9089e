"""Server processes to measure, and what the system tells about them."""

import math
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
APPLICATION = "chancencheck.config.wsgi:application"


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
def server(settings_module: str, application: str = APPLICATION) -> Iterator[Server]:
    """A server process like the product's, with these settings."""
    port = free_port()
    is_sqlite = connection.vendor == "sqlite"
    command = [
        sys.executable,
        "-m",
        "granian",
        application,
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
    return max(_children(server), key=memory_of, default=server.pid)


def work_of(server: Server) -> float:
    """Seconds for which all processes of a server have used a core until now."""
    return sum(seconds_of(pid) for pid in [server.pid, *_children(server)])


def _children(server: Server) -> list[int]:
    return [
        int(place.name)
        for place in Path("/proc").glob("[0-9]*")
        if _fields(int(place.name))[1:2] == [str(server.pid)]
    ]


def memory_of(pid: int) -> float:
    """Resident memory of a process in MB; not a number where the system does not tell."""
    fields = _fields(pid)
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if fields else math.nan


def seconds_of(pid: int) -> float:
    """Seconds for which a process has used a core until now."""
    fields = _fields(pid)
    ticks = int(fields[11]) + int(fields[12]) if fields else math.nan
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """What `stat` says behind the name, which may hold blanks itself; nothing if it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
