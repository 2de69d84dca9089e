"""What the frame of every page needs: how many messages wait."""

from django.http import HttpRequest
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.notifications.queries import unread_number


def inbox(request: HttpRequest) -> dict[str, object]:
    """Context of `ui/base.html`. Lazy: pages without the frame ask nothing."""
    return {
        "unread_messages": lambda: _unread(request),
        "is_inbox": request.path.startswith(reverse("inbox")),
    }


def _unread(request: HttpRequest) -> int:
    return unread_number(request.user) if isinstance(request.user, User) else 0
