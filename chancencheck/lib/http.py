"""Small helpers for views."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from chancencheck.accounts.models import User


class SignedInRequest(HttpRequest):
    """A request behind the sign-in wall: there is a person."""

    user: "User"


def wants_fragment(request: HttpRequest) -> bool:
    """Whether the page's own script asks for a piece of the page only."""
    return request.headers.get("X-Requested-With") == "fetch"
