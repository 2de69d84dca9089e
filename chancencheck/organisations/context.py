"""What the frame of every page needs: the city, and the menu of this person."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from chancencheck.accounts.models import User
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission, may


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of `ui/base.html`. Lazy where it would cost a query."""
    municipality = getattr(request, "municipality", None)
    return {
        "municipality": municipality,
        "example_mode": settings.EXAMPLE_MODE,
        "menu": lambda: _menu(request),
    }


def _menu(request: HttpRequest) -> list[dict[str, object]]:
    user = request.user
    municipality = getattr(request, "municipality", None)
    if not isinstance(user, User) or not municipality:
        return []
    roles = standing_of(user).roles_in(municipality.pk)
    entries = [(_("Start"), "home", True)]
    entries.append((_("Rounds"), "round_list", may(roles, Permission.ROUND_VIEW)))
    entries.append((_("Results"), "result_list", True))
    leads = bool(standing_of(user).led_unit_ids)
    entries.append((_("Measures"), "measure_list", True))  # anybody may hold a function
    surveys = may(roles, Permission.CITIZENS_VIEW) or may(roles, Permission.SURVEY_ENTER)
    entries.append((_("Surveys"), "survey_list", leads or surveys))
    handles = may(roles, Permission.BARRIER_HANDLE)
    entries.append((_("Reported barriers"), "barrier_list", leads or handles))
    entries.append((_("Instrument"), "instrument_list", True))
    entries.append((_("People"), "people", may(roles, Permission.ACCOUNT_MANAGE)))
    entries.append((_("Mail dispatch"), "mail_queue", may(roles, Permission.MAIL_MANAGE)))
    entries.append((_("Log"), "log", may(roles, Permission.LOG_VIEW)))
    return [
        {"label": label, "url": reverse(name), "is_current": _is_here(request, name)}
        for label, name, shown in entries
        if shown
    ]


def _is_here(request: HttpRequest, name: str) -> bool:
    here = reverse(name)
    return request.path == here or (here != "/" and request.path.startswith(here))
