"""How the mails fare, for the administration: what waits, what was refused, what is unclear."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.http import SignedInRequest
from chancencheck.notifications.choices import MailState
from chancencheck.notifications.queries import PATIENCE, TROUBLED, mails_of
from chancencheck.notifications.worker import send_again
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission

PAGE_SIZE = 20
NO_SERVER = "django.core.mail.backends.console.EmailBackend"


def _city(request: SignedInRequest) -> Municipality:
    municipality = municipality_of(request)
    if not may_in(request.user, municipality, Permission.MAIL_MANAGE):
        raise PermissionDenied
    return municipality


@require_GET
def mail_queue(request: SignedInRequest) -> HttpResponse:
    """What waits, since when, and why; what was refused and may be sent again."""
    rows = mails_of(_city(request))
    waiting = rows.filter(state=MailState.WAITING)
    oldest = waiting.order_by("made_at").first()
    is_late = oldest is not None and oldest.made_at < timezone.now() - PATIENCE
    context = {
        "has_no_server": settings.MAIL_TRANSPORT == NO_SERVER,
        "waiting": waiting.count(),
        "late": oldest if is_late else None,
        "problem": waiting.exclude(problem="").order_by("-pk").first(),
        "page": Paginator(rows.filter(state__in=TROUBLED).order_by("-pk"), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "notifications/queue.html", context)


@require_POST
def mail_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a refused or unclear mail once more."""
    city = _city(request)
    mail = get_object_or_404(mails_of(city), pk=pk)
    if mail.state not in TROUBLED:
        raise NotAllowedNow(mail.state)
    send_again(mail)
    record(action=Action.MAIL_RETRIED, by=request.user, municipality_key=city.pk)
    messages.success(request, _("The mail is sent again."))
    return redirect("mail_queue")
