"""A small load generator: persistent connections, prepared requests, no parsing beyond need."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Outcome:
    """What a run of requests came to: requests per second, median and 99th percentile in ms."""

    per_second: float
    median_ms: float
    p99_ms: float
    errors: int


Request = Callable[[bytes], bytes]  # last answer's body → next request


async def _one(port: int, next_request: Request, until: float, times: list[float]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body, errors = b"", 0
    while time.perf_counter() < until:
        request = next_request(body)
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await _body(reader, head)
        times.append(time.perf_counter() - started)
        status = int(head[9:12])
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
    ordered = sorted(times)
    return Outcome(
        per_second=len(times) / elapsed,
        median_ms=statistics.median(ordered) * 1000,
        p99_ms=ordered[int(len(ordered) * 0.99)] * 1000,
        errors=errors,
    )
