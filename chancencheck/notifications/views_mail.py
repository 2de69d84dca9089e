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

from chancencheck.lib.http import SignedInRequest
from chancencheck.notifications.choices import BAD_PASSWORD, SILENCES, MailState
from chancencheck.notifications.models import OutgoingMail
from chancencheck.notifications.operations import send_again
from chancencheck.notifications.queries import PATIENCE, TROUBLED, mails_of
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
    troubled = rows.filter(state__in=TROUBLED).order_by("-pk")
    page = Paginator(troubled, PAGE_SIZE).get_page(request.GET.get("page"))
    problem = waiting.exclude(problem="").order_by("not_before").first()
    context = {
        "has_no_server": settings.MAIL_TRANSPORT == NO_SERVER,
        "waiting": waiting.count(),
        "late": oldest if is_late else None,
        "problem": problem,
        "why": _why(problem) if problem else "",
        # a mail that is long due and was not even tried: nobody is there who sends
        "has_no_worker": waiting.filter(
            not_before__lt=timezone.now() - PATIENCE, handover__isnull=True
        ).exists(),
        "page": page,
        "rows": [(mail, _why(mail)) for mail in page],
    }
    return render(request, "notifications/queue.html", context)


def _why(mail: OutgoingMail) -> str:
    """What keeps a mail from going out, in words for people who run no mail server."""
    said = mail.problem.partition(" ")[0]
    if mail.state == MailState.UNCLEAR:
        return _(
            "The connection broke while the mail was handed over. Perhaps it has arrived. "
            "Sending it again may mean that it comes twice."
        )
    if said in BAD_PASSWORD:
        return _("The mail server does not accept our name and password (EMAIL_URL).")
    if mail.state == MailState.WAITING and said.startswith("5"):
        return _("The mail server takes no mails from us. Are EMAIL_URL and MAIL_FROM right?")
    if said.startswith("5"):
        return _("The mail server refused it. Is the address right?")
    if mail.state == MailState.FAILED and mail.attempts > 1:
        return _("It was tried again and again for days. The mail server did not take it.")
    if said.startswith("4"):
        return _("The mail server does not take it yet. It is asked again.")
    if mail.state == MailState.FAILED:
        return _("A mail cannot be written to this address. Is it right?")
    return str(SILENCES.get(said) or _("The mail server cannot be reached."))


@require_POST
def mail_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a refused or unclear mail once more."""
    city = _city(request)
    mail = get_object_or_404(mails_of(city), pk=pk)
    send_again(mail=mail, municipality=city, by=request.user)
    messages.success(request, _("The mail is sent again."))
    return redirect("mail_queue")
