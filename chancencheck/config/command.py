"""The command `chancencheck`: demo, serve, work, manage."""

import argparse
import os
import sys
import time
from pathlib import Path

import environ


def main() -> None:
    """Entry point. `chancencheck demo [--reset]`, `… serve`, `… work`, `… manage …`."""
    parser = argparse.ArgumentParser(prog="chancencheck", description="ChancenCheck")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="serve the example city; the data is kept")
    demo.add_argument("--reset", action="store_true", help="build the example afresh")
    demo.add_argument("--no-serve", action="store_true", help="only build it")
    commands.add_parser("serve", help="serve; migrates first")
    commands.add_parser("work", help="jobs and mails apart from the server (WORKER=apart)")
    commands.add_parser("manage", help="Django's management commands", add_help=False)
    args, rest = parser.parse_known_args()
    os.umask(0o077)  # what we write is for this account only
    if env_file := os.environ.get("CHANCENCHECK_ENV_FILE"):
        environ.Env.read_env(env_file)
    if args.command == "demo":
        os.environ.setdefault("EXAMPLE_MODE", "1")
        os.environ.setdefault("DATA_DIR", str(Path.cwd() / "data" / "example"))
    port = os.environ.get("PORT", "8000")
    os.environ.setdefault("PORT", port)
    os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancencheck.config.settings")
    if args.command == "manage":
        _manage(rest)
        return
    if args.command == "work":
        _work()
        return
    _prepare()
    if args.command == "demo":
        _build_demo(reset=args.reset)
        if args.no_serve:
            return
    else:
        _say_how_to_set_up()
    _serve(port)


def _manage(rest: list[str]) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["chancencheck manage", *rest])


def _work() -> None:
    import django

    django.setup()
    from chancencheck.config.jobs import work

    _step("Erinnerungen, Aufräumen und E-Mails; beenden mit Strg+C")
    work()


def _step(text: str) -> None:
    print(f"→ {text}", flush=True)


def _prepare() -> None:
    """Migrate and collect files; safe to run again at any time."""
    import django
    from django.core.management import call_command

    django.setup()
    _step("Datenbank auf den neuesten Stand bringen")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    _step("Dateien der Oberfläche bereitlegen")
    call_command("collectstatic", verbosity=0, interactive=False)


def _build_demo(*, reset: bool) -> None:
    from django.core.management import call_command

    from chancencheck.home.example.build import build_example
    from chancencheck.instruments.queries import forget_released
    from chancencheck.organisations.models import Municipality

    if reset:
        _step("Bisherige Beispieldaten löschen")
        call_command("flush", verbosity=0, interactive=False)
        forget_released()
    if not Municipality.objects.exists():
        started = time.monotonic()
        _step("Beispielstadt Ludwigshafen am Rhein aufbauen (dauert ein paar Sekunden)")
        build_example()
        _step(f"fertig nach {time.monotonic() - started:.0f} Sekunden")


def _say_how_to_set_up() -> None:
    from django.conf import settings

    from chancencheck.organisations.models import Municipality
    from chancencheck.organisations.views import setup_code

    if not Municipality.objects.exists():
        print(f"\nZum Einrichten öffnen: {settings.BASE_URL}/einrichten/?code={setup_code()}\n")


def _serve(port: str) -> None:
    """One worker with one thread on SQLite; more with PostgreSQL (docs/adr/0005).

    The server takes this process over: workers made from one that already talks to the database
    would inherit its connections and hang.
    """
    from django.conf import settings
    from django.db import connections

    is_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    print(f"\nChancenCheck läuft: {settings.BASE_URL}\nBeenden mit Strg+C\n", flush=True)
    connections.close_all()
    os.environ["DJANGO_SETTINGS_MODULE"] = "chancencheck.config.settings"
    options = {
        "--interface": "wsgi",
        "--host": os.environ.get("HOST", "127.0.0.1"),
        "--port": port,
        "--workers": os.environ.get("WORKERS", "1" if is_sqlite else "2"),
        "--blocking-threads": "1" if is_sqlite else "4",
        # open connections per worker: in a workshop each phone keeps one, and the default (1,024
        # shared by all workers) would leave the next person waiting without an answer
        "--backlog": "4096",
        "--backpressure": "4096",
    }
    arguments = [text for pair in options.items() for text in pair]
    if not os.environ.get("SERVER_LOG"):
        arguments.append("--no-log")
    os.execv(
        sys.executable,
        [sys.executable, "-m", "granian", "chancencheck.config.wsgi:application", *arguments],
    )
