"""Error pages that keep what people typed, the colour of the city, the gallery."""

import re
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

# Never shown again on a page, whatever was sent.
SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}

CONTROL_FIELDS = {"do", "revision", "next"}


def is_from_us(request: HttpRequest) -> bool:
    """Whether a POST comes from one of our own pages (Fetch Metadata, else the Origin header)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in SECRET_FIELDS
        for value in values
    ]


def signed_out(request: HttpRequest) -> HttpResponse:
    """The session has ended: the text is still here, and can be saved after signing in again."""
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"state": "signed_out"}, status=401)
    return render(request, "ui/signed_out.html", {"typed": _typed(request)}, status=401)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old. If it came from our own page, its text comes back to be sent again.

    A form from elsewhere gets no second try: otherwise one click could be tricked out of people.
    """
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"state": "expired"}, status=403)
    typed = _typed(request) if is_from_us(request) else []
    return render(request, "ui/form_expired.html", {"typed": typed}, status=403)


def not_now(request: HttpRequest) -> HttpResponse:
    """A step that does not fit where things stand: something changed since the page was opened."""
    sentence = _(
        "Something has changed since you opened the page, or it is too early for this step."
    )
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"state": "closed", "message": sentence}, status=409)
    typed = [(name, value) for name, value in _typed(request) if name not in CONTROL_FIELDS]
    context = {"sentence": sentence, "typed": typed}
    return render(request, "ui/not_now.html", context, status=409)


@login_not_required
@require_GET
@cache_control(max_age=31536000, immutable=True, public=True)
def city_color(request: HttpRequest, color: str) -> HttpResponse:
    """The accent of a city as a style sheet of its own: inline styles are forbidden."""
    if not re.fullmatch(r"[0-9a-f]{6}", color):
        raise Http404
    css = f"@media (prefers-color-scheme: light) {{ :root {{ --cc-city: #{color}; }} }}\n"
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """All components in their states."""
    return render(request, "ui/gallery.html")


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something in the request could not be understood."""
    return HttpResponseBadRequest(render(request, "400.html").content)
