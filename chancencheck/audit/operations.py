"""Writing the log. The only way in."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Value
from django.db.models.functions import Replace
from django.utils import timezone

from chancencheck.audit.choices import Action
from chancencheck.audit.models import Entry

KEPT = timedelta(days=365)

if TYPE_CHECKING:
    from chancencheck.accounts.models import User


def record(
    *, action: Action, by: "User | None", municipality_key: int | None, what: str = ""
) -> None:
    """Write one entry. `what` names the thing in words; it never holds contents of answers.

    Entries older than a year go at the same time: what the page promises, no job has to remember.
    """
    Entry.objects.filter(at__lt=timezone.now() - KEPT).delete()
    Entry.objects.create(
        action=action,
        actor=by,
        actor_name=by.display_name if by else "",
        municipality_key=municipality_key,
        target_label=what[:300],
    )


def forget_name(*, user: "User", name: str) -> None:
    """Take the name of a closed account out of the log; what happened stays."""
    Entry.objects.filter(actor=user).update(actor_name="–")
    Entry.objects.filter(target_label__contains=name).update(
        target_label=Replace("target_label", Value(name), Value("–"))
    )
