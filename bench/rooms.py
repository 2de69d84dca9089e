"""The load of live workshops: everybody's screen follows as room.js does, while others save.

Lean on purpose, because it takes its part of the same cores as the server: prepared bytes, raw
connections that stay open, and nothing is parsed but the number.
"""

import asyncio
import gc
import random
import resource
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.load import answer_to
from bench.requests import Request

EVERY = 1.0  # seconds between two questions of a screen, as in room.js
GETTING_READY = 2.0  # seconds until all screens ask, before the first change
TOO_LATE = 5.0  # seconds after which room.js gives a question up and tells that nothing comes
LAST_CALL = 5.0  # no change in the last seconds, so that everybody can still receive it
PATIENCE = 10.0  # seconds after the end until a question without an answer is given up


@dataclass
class Live:
    """One workshop. `pages`: a request per person; `number`: that of its last change."""

    asks: bytes
    pages: list[bytes]
    steps: Iterator[bytes]  # what its moderator sends, one change each
    number: int
    sent: dict[int, float] = field(default_factory=dict)  # number → moment the change was sent


@dataclass
class Saver:
    """Somebody who answers elsewhere. `body`: the last answer, which names the next revision."""

    make: Request
    body: bytes = b""


@dataclass
class Tally:
    """What happened. Times are seconds; `expected`: how often somebody had to receive a change."""

    reached: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    expected: int = 0
    changes: int = 0
    pages: int = 0
    busy: float = 0  # share of a core this load generator took

    @property
    def missed(self) -> int:
        """How often a change did not reach somebody at all."""
        return self.expected - len(self.reached)


class Connection:
    """A connection that stays open; what is answered badly is counted."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.port, self.tally = port, tally

    async def __aenter__(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.writer.close()

    async def answer(self, request: bytes) -> bytes:
        """The body; empty if the answer is bad. A bad answer, or one too late, counts as an error."""
        started = time.perf_counter()
        status, body = await answer_to(request, self.reader, self.writer)
        if time.perf_counter() - started > TOO_LATE:
            self.tally.errors["too late"] += 1
        if status != 200:
            self.tally.errors[f"status {status}"] += 1
            return b""
        return body


async def follow(port: int, room: Live, page: bytes, until: float, tally: Tally) -> None:
    """A screen: asks every second, and fetches its page when the number has changed."""
    known = room.number
    await asyncio.sleep(random.uniform(0, EVERY))
    async with Connection(port, tally) as line:
        while time.perf_counter() < until:
            body = await line.answer(room.asks)
            number = int(body.split()[0]) if body else known
            if number != known and await line.answer(page):
                now = time.perf_counter()
                tally.pages += 1
                tally.reached += [now - room.sent[n] for n in range(known + 1, number + 1)]
                known = number
            await asyncio.sleep(EVERY)


async def steer(port: int, room: Live, pause: float, until: float, tally: Tally) -> None:
    """The moderator changes something every `pause` seconds or so; each room at its own time."""
    await asyncio.sleep(GETTING_READY + random.uniform(0, pause))
    async with Connection(port, tally) as line:
        while time.perf_counter() < until - LAST_CALL:
            room.number += 1
            room.sent[room.number] = time.perf_counter()
            tally.changes += 1
            tally.expected += len(room.pages)
            await line.answer(next(room.steps))
            left = max(0, until - time.perf_counter())
            await asyncio.sleep(min(random.uniform(pause / 2, pause * 3 / 2), left))


async def save(port: int, saver: Saver, until: float, tally: Tally) -> None:
    """The page of this person saves once a second."""
    await asyncio.sleep(random.uniform(0, 1))
    async with Connection(port, tally) as line:
        while time.perf_counter() < until:
            started = time.perf_counter()
            saver.body = await line.answer(saver.make(saver.body))
            tally.saved.append(time.perf_counter() - started)
            await asyncio.sleep(1)


async def _counted(person: Coroutine[Any, Any, None], tally: Tally) -> None:
    """A connection that breaks is an error, not the end of the measurement."""
    try:
        await person
    except (OSError, asyncio.IncompleteReadError) as error:
        tally.errors[type(error).__name__] += 1


async def _everybody(
    port: int, rooms: list[Live], savers: list[Saver], seconds: float, pause: float
) -> Tally:
    tally, until = Tally(), time.perf_counter() + seconds
    people = [save(port, saver, until, tally) for saver in savers]
    for room in rooms:
        people.append(steer(port, room, pause, until, tally))
        people += [follow(port, room, page, until, tally) for page in room.pages]
    tasks = [asyncio.create_task(_counted(person, tally)) for person in people]
    done, waiting = await asyncio.wait(tasks, timeout=seconds + PATIENCE)
    for task in done:
        task.result()  # raises what is no broken connection but a mistake in here
    for task in waiting:
        task.cancel()
    tally.errors["no answer"] += len(waiting)
    return tally


def run(
    port: int, rooms: list[Live], savers: list[Saver], *, seconds: float, pause: float
) -> Tally:
    """Let all rooms follow and all savers save for some seconds; a change every `pause` seconds."""
    _allow_connections(2 * sum(len(room.pages) for room in rooms) + 500)
    gc.collect()
    gc.freeze()  # what Django loaded here is not looked through again and again meanwhile
    busy, started = time.process_time(), time.perf_counter()
    tally = asyncio.run(_everybody(port, rooms, savers, seconds, pause))
    tally.busy = (time.process_time() - busy) / (time.perf_counter() - started)
    gc.unfreeze()
    return tally


def open_once(port: int, pages: list[bytes]) -> list[bytes]:
    """Open pages one after another, so that the server knows its templates; their bodies."""

    async def one_by_one() -> list[bytes]:
        async with Connection(port, tally) as line:
            return [await line.answer(page) for page in pages]

    tally = Tally()
    bodies = asyncio.run(one_by_one())
    if tally.errors:
        raise SystemExit(f"Pages of the workshop did not open: {dict(tally.errors)}.")
    return bodies


def _allow_connections(number: int) -> None:
    """Each is an open file; many systems allow 1,024 until a process asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        number = min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
