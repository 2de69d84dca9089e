"""What a page weighs on its way to a phone."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse


def page_of(response: HttpResponse) -> bytes:
    """The HTML, uncompressed."""
    if response.headers.get("Content-Encoding"):
        return gzip.decompress(response.content)
    return response.content


def compressed(content: bytes) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(content))


def statics_of(html: bytes) -> list[str]:
    """Names of the style sheets, scripts and pictures a page asks for, without fonts."""
    names = re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', html)
    return [name.decode() for name in names]


def static_size(name: str) -> int:
    """Bytes of a static file after gzip."""
    plain = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)
    found = finders.find(plain)
    assert found, f"no static file {plain}"
    return compressed(Path(found).read_bytes())
