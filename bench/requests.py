"""What the load generators send: the bytes of requests."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

TOKEN = "a" * 32
FETCH = "X-Requested-With: fetch\r\n"

Request = Callable[[bytes], bytes]  # last answer's body → next request


def get(path: str, cookie: str = "", extra: str = "") -> bytes:
    """The bytes of a GET, compressed if the server likes to, as browsers ask for it."""
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{cookies}{extra}\r\n"
    )
    return head.encode()


def post(path: str, session: str, fields: dict[str, Any], extra: str = "") -> bytes:
    """The bytes of a form POST."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    )
    return head.encode() + body


def bare_maker(session: str, pk: int) -> Request:
    """Requests to the bare view."""
    numbers = iter(range(10**9))
    return lambda _body: post(f"/bare/{pk}/", session, {"name": f"Name {pk} {next(numbers)}"})


def rating_maker(session: str, path: str) -> Request:
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
        return post(path, session, fields, FETCH)

    return make
