"""Live workshops: how soon a change reaches everybody, and whether saving stays as quick."""

import gzip
import os
from itertools import cycle
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from bench import data, rooms
from bench.load import percentiles
from bench.requests import FETCH, get, post, rating_maker
from bench.server import Server, memory_of, product, seconds_of, worker_of
from chancencheck.workshops.guests import COOKIE, let_in
from chancencheck.workshops.live import live_address
from chancencheck.workshops.models import Room

SECONDS = float(os.environ.get("BENCH_WORKSHOP_SECONDS", "20"))
PAUSE = float(os.environ.get("BENCH_WORKSHOP_PAUSE", "5"))  # seconds between changes of one room
MANY = int(os.environ.get("BENCH_WORKSHOPS", "5" if connection.vendor == "sqlite" else "20"))
PEOPLE, SAVERS = 60, 8
ENGINE = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
HIDE_AND_SHOW = ("switch:spread:off", "switch:spread:on")
# one change each; together one requirement further
STEPS = ("forward", *HIDE_AND_SHOW, "forward", *HIDE_AND_SHOW, "back", *HIDE_AND_SHOW)
EXPLANATION = """
Each person asks for the number every second and fetches the page when it has changed, as `room.js` does. One page
of the moderator, one wall, six people of the team and 52 guests make a workshop of 60. Each moderator changes
something every {pause:.0f} s or so, at a time of its own. The time runs from the moment the change is sent until the
new page is there; half a second on average is the waiting for the next question. Aim: p99 at most 2,000 ms.
Meanwhile {savers} people of other institutions save an answer once a second. One server process; the load generator
takes its part of the same cores, and so does the database.
"""


def measure(boss: Any, version: Any, everybody: list[Any]) -> None:
    """Print both tables, for one workshop and for many at once."""
    places = data.workshops(MANY, version, boss)
    savers = [_saver(assessment, user) for assessment, user in everybody[:SAVERS]]
    print(f"\n## Live workshops, {ENGINE}")
    print(EXPLANATION.format(pause=PAUSE, savers=SAVERS))
    reached, beside = [], []
    for number in sorted({1, MANY}):
        lines = _step([_live(place) for place in places[:number]], savers)
        reached.append(lines[0])
        beside.append(lines[1])
    print(
        "| workshops | people | changes | pages received | median ms | p99 ms | longest ms "
        "| did not reach | errors |\n|---|---|---|---|---|---|---|---|---|"
    )
    print("\n".join(reached))
    print(
        "\n| workshops | saving alone, median ms | p99 ms | saving meanwhile, median ms | p99 ms "
        "| memory before, MB | after, MB | server, % of a core | load generator, % of a core |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    print("\n".join(beside))


def _step(lives: list[rooms.Live], savers: list[rooms.Saver]) -> tuple[str, str]:
    """One line for each table."""
    with product() as server:
        _warm_up(server, lives[0])
        worker = worker_of(server)
        alone = rooms.run(server.port, [], savers, seconds=SECONDS / 2, pause=PAUSE)
        memory, seconds = memory_of(worker), seconds_of(worker)
        found = rooms.run(server.port, lives, savers, seconds=SECONDS, pause=PAUSE)
        used = (seconds_of(worker) - seconds) / SECONDS
        after = memory_of(worker)
    for kind, times in (alone.errors + found.errors).items():
        print(f"With {len(lives)} workshops: {times} × {kind}.\n")
    median, p99, longest = percentiles(found.reached)
    people = sum(len(live.pages) for live in lives)
    saving, meanwhile = percentiles(alone.saved), percentiles(found.saved)
    return (
        f"| {len(lives)} | {people} | {found.changes} | {found.pages} | {median:.0f} | **{p99:.0f}** "
        f"| {longest:.0f} | {found.missed} | {(alone.errors + found.errors).total()} |",
        f"| {len(lives)} | {saving[0]:.0f} | {saving[1]:.0f} | {meanwhile[0]:.0f} "
        f"| {meanwhile[1]:.0f} | {memory:.0f} | {after:.0f} | {used:.0%} | {found.busy:.0%} |",
    )


def _warm_up(server: Server, live: rooms.Live) -> None:
    """Open each page of one room, and make sure that they are the pages that were meant."""
    for body in rooms.open_once(server.port, live.pages):
        html = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        if b"data-part" not in html:
            raise SystemExit("This is no page of a workshop.")


def _live(place: data.Workshop) -> rooms.Live:
    """The people of a workshop, ready to follow."""
    here = f"/selbstbewertung/{place.assessment.pk}/workshop/"
    moderator = data.session_of(place.moderator)
    room = Room.objects.get(assessment=place.assessment)
    signed_in = [(here + "KOM-1/", moderator), (here + "leinwand/", moderator)]
    signed_in += [(here + "dabei/", data.session_of(member)) for member in place.team]
    pages = [get(path, f"sessionid={session}", FETCH) for path, session in signed_in]
    pages += [
        get("/mitmachen/jetzt/", f"{COOKIE}={_guest(room)}", FETCH)
        for _ in range(PEOPLE - len(pages))
    ]
    return rooms.Live(
        asks=get(live_address(place.assessment.pk)),
        pages=pages,
        steps=cycle([post(here + "steuern/", moderator, {"do": do}, FETCH) for do in STEPS]),
        number=room.version,
    )


def _saver(assessment: Any, user: Any) -> rooms.Saver:
    """Somebody of another institution who answers one requirement again and again."""
    path = f"/selbstbewertung/{assessment.pk}/meine-sicht/KOM-3/"
    return rooms.Saver(rating_maker(data.session_of(user), path))


def _guest(room: Room) -> str:
    """The cookie of one more guest."""
    response = HttpResponse()
    let_in(HttpRequest(), response, room)
    return response.cookies[COOKIE].value
