"""Short sentences that page and document share."""

from django.utils.translation import gettext as _

from chancencheck.workshops.forms import NEEDS


def needs_in_words(needs: list[str]) -> str:
    """What a note needs, as a sentence: “Needs a decision, money”."""
    names = [str(name) for key, name in NEEDS if key in needs]
    return _("Needs %(what)s") % {"what": ", ".join(names)}
