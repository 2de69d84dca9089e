"""How often one address may send something. In memory only, and unreadable after a day.

An address is kept as a keyed hash with a key that is drawn anew each day and never written
anywhere; the counts go with it. Each server process counts for itself.
"""

import hashlib
import secrets
import time
from collections import OrderedDict
from ipaddress import ip_address
from threading import Lock

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

DAY = 24 * 60 * 60
KEPT = 50_000  # addresses at once; the oldest go first


class Limit:
    """At most `amount` times in `seconds` from one address."""

    def __init__(self, amount: int, seconds: int) -> None:
        self.amount, self.seconds = amount, seconds
        self._key, self._key_until = b"", 0.0
        self._counts: OrderedDict[bytes, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def allows(self, request: HttpRequest) -> bool:
        """Count this request; False if it is one too many."""
        with self._lock:
            who, until, count = self._look(request)
            if count >= self.amount:
                return False
            self._counts[who] = (until, count + 1)
            self._counts.move_to_end(who)
            if len(self._counts) > KEPT:
                self._counts.popitem(last=False)
        return True

    def is_used_up(self, request: HttpRequest) -> bool:
        """Whether the next request would be one too many; counts nothing."""
        with self._lock:
            return self._look(request)[2] >= self.amount

    def _look(self, request: HttpRequest) -> tuple[bytes, float, int]:
        now = time.monotonic()
        if now >= self._key_until:
            self._key, self._key_until = secrets.token_bytes(32), now + DAY
            self._counts.clear()
        who = hashlib.blake2b(_address(request), key=self._key, digest_size=16).digest()
        until, count = self._counts.get(who, (0.0, 0))
        return (who, until, count) if now < until else (who, now + self.seconds, 0)

    def forget(self) -> None:
        """Forget all counts."""
        with self._lock:
            self._counts.clear()


def _address(request: HttpRequest) -> bytes:
    """The client's address; of IPv6 the first half, because one home has all of the second."""
    client = str(get_adapter().get_client_ip(request))
    try:
        address = ip_address(client)
    except ValueError:
        return client.encode()
    if address.version == 6:
        address = address.ipv4_mapped or ip_address(int(address) >> 64 << 64)
    return address.packed
