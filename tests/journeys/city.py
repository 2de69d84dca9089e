"""An example city of its own for the journeys: the real command, a real server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def own_database(name: str) -> str:
    """A fresh PostgreSQL database for this process, or nothing for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return ""
    with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as db:
        db.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        db.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class City:
    """An example city of its own: the real command, on SQLite or PostgreSQL."""

    def __init__(self, folder: Path, name: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "PORT": str(self.port),
            "DATA_DIR": str(folder),
            "BASE_URL": self.address,
            "EXAMPLE_MODE": "1",
        }
        self.env.pop("DJANGO_SETTINGS_MODULE", None)
        self.env.pop("DATABASE_URL", None)
        if url := own_database(f"{name}_{os.getpid()}"):
            self.env["DATABASE_URL"] = url

    def start(self) -> None:
        """Start the server and wait until it answers."""
        call = "from chancencheck.config.command import main; main()"
        self.server = subprocess.Popen(
            [sys.executable, "-c", call, "demo"],
            env=self.env,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(self.address, timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        self.kill()
        pytest.fail("the example city did not start")

    def kill(self) -> None:
        """Pull the plug: no goodbye, no last write."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(20)

    def stop(self) -> None:
        """Stop it as an administrator would."""
        self.server.terminate()
        self.server.wait(20)
