"""A small load generator: persistent connections, prepared requests, no parsing beyond need."""

import asyncio
import math
import statistics
import time
from dataclasses import dataclass

from bench.requests import Request


@dataclass
class Outcome:
    """What a run of requests came to: how many, per second, median and 99th percentile in ms."""

    answers: int
    per_second: float
    median_ms: float
    p99_ms: float
    errors: int


async def answer_to(
    request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[int, bytes]:
    """Send a request; status and body of its answer."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    return int(head[9:12]), await _body(reader, head)


async def _one(port: int, next_request: Request, until: float, times: list[float]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body, errors = b"", 0
    while time.perf_counter() < until:
        request = next_request(body)
        started = time.perf_counter()
        status, body = await answer_to(request, reader, writer)
        times.append(time.perf_counter() - started)
        if status >= 400:
            errors += 1
    writer.close()
    return errors


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
        return await reader.readexactly(length)
    data = b""
    while True:  # chunked
        size = int(await reader.readline(), 16)
        data += await reader.readexactly(size)
        await reader.readline()
        if size == 0:
            return data


def run(port: int, makers: list[Request], seconds: float) -> Outcome:
    """Let every maker send requests on a connection of its own for some seconds."""
    times: list[float] = []

    async def everybody() -> int:
        until = time.perf_counter() + seconds
        return sum(await asyncio.gather(*(_one(port, make, until, times) for make in makers)))

    started = time.perf_counter()
    errors = asyncio.run(everybody())
    elapsed = time.perf_counter() - started
    median, p99, _longest = percentiles(times)
    return Outcome(len(times), len(times) / elapsed, median, p99, errors)


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """Median, 99th percentile and the longest of some seconds, in ms."""
    ordered = sorted(times) or [math.nan]
    found = (statistics.median(ordered), ordered[int(len(ordered) * 0.99)], ordered[-1])
    return found[0] * 1000, found[1] * 1000, found[2] * 1000
