"""The door for citizens: their pages are answered before sessions, sign-in and cookies exist.

What is never read cannot be kept: no view behind this door knows who is signed in, no cookie is
set, no page is stored by browsers on shared devices (docs/adr/0019).
"""

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from csp.utils import build_policy
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseRedirect,
)
from django.urls import ResolverMatch, resolve
from django.utils import translation

from chancencheck.citizens.logs import PREFIXES
from chancencheck.citizens.pages import not_found

SHORT = 100  # characters of an address whose view is kept


class CitizensDoor:
    """Middleware: stands right behind the ones that only add headers and compress."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a page of citizens here; pass everything else on."""
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        if request.method == "POST" and is_from_elsewhere(request):
            return HttpResponseForbidden()
        if not request.path_info.endswith("/"):  # an address typed from a poster
            address = f"/{request.path_info.lstrip('/')}/"
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{address}?{query}" if query else address)
        with translation.override("de"):
            response = _answer(request)
        response.headers.setdefault("Content-Security-Policy", _content_policy())
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response


@lru_cache(maxsize=1)
def _content_policy() -> str:
    """The policy of the settings in words, made once: these pages need no exceptions from it."""
    return str(build_policy())


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        is_short = len(request.path_info) <= SHORT
        match = (_match if is_short else resolve)(request.path_info)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Http404:
        response = not_found(request)
    return response


@lru_cache(maxsize=1024)
def _match(path: str) -> ResolverMatch:
    """The view of an address. Kept, because many people come to few addresses."""
    return resolve(path)


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a form was sent from another site (Fetch Metadata, else the Origin header)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.get_host()
