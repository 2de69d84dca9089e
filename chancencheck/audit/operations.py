"""Writing the log. The only way in."""

from typing import TYPE_CHECKING

from chancencheck.audit.choices import Action
from chancencheck.audit.models import Entry

if TYPE_CHECKING:
    from chancencheck.accounts.models import User


def record(
    *, action: Action, by: "User | None", municipality_key: int | None, what: str = ""
) -> None:
    """Write one entry. `what` names the thing in words; it never holds contents of answers."""
    Entry.objects.create(
        action=action,
        actor=by,
        actor_name=by.display_name if by else "",
        municipality_key=municipality_key,
        target_label=what[:300],
    )
