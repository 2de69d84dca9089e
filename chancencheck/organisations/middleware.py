"""Which municipality a page is about."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from chancencheck.accounts.models import User
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.queries import municipalities_of

SESSION_KEY = "municipality_id"


def current_municipality(request: HttpRequest) -> Municipality | None:
    """The chosen municipality of the person, or their first; for guests the only one there is."""
    if isinstance(request.user, User):
        mine = list(municipalities_of(request.user))
        chosen = request.session.get(SESSION_KEY)
        return next((m for m in mine if m.pk == chosen), mine[0] if mine else None)
    every = list(Municipality.objects.filter(is_practice=False)[:2])
    return every[0] if len(every) == 1 else None


def municipality_of(request: HttpRequest) -> Municipality:
    """The municipality this page is about; 404 for somebody who belongs to none."""
    municipality: Municipality | None = request.municipality  # type: ignore[attr-defined]
    if not municipality:
        raise Http404
    return municipality


class MunicipalityMiddleware:
    """Puts a lazy `municipality` on each request, and speaks the person's own language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.municipality = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: current_municipality(request)
        )
        if isinstance(request.user, User) and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
