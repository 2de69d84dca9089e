"""Headers of every page, and the promise that nothing typed is lost at the sign-in wall."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from chancencheck.lib.errors import NotAllowedNow
from chancencheck.ui.views import is_from_us, not_now, signed_out


class PageHeadersMiddleware:
    """Pages of signed-in people are not kept by browsers or proxies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class KeepTypedTextMiddleware(LoginRequiredMiddleware):
    """Like Django's sign-in wall, but a form sent after the session ended comes back with its text."""

    def handle_no_permission(  # type: ignore[override]  # a page instead of a redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """Show the typed text again instead of redirecting it away."""
        if request.method == "POST" and is_from_us(request):
            return signed_out(request)
        response: HttpResponseBase = super().handle_no_permission(request, view_func)
        return response


class NotAllowedNowMiddleware:
    """Answers a step that is not possible (any more) with a page that says so and keeps the text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only for NotAllowedNow; everything else stays an error."""
        return not_now(request) if isinstance(exception, NotAllowedNow) else None
