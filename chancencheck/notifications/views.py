"""The inbox, how often mails come, and the city's own words."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.lib.http import SignedInRequest
from chancencheck.notifications import operations, texts
from chancencheck.notifications.choices import OCCASIONS, Reason, Rhythm
from chancencheck.notifications.forms import MailChoiceForm, TextsForm
from chancencheck.notifications.links import person_of
from chancencheck.notifications.models import MessageText, Notification
from chancencheck.notifications.queries import (
    inbox_of,
    messages_of,
    rhythm_of,
    unread_number,
)
from chancencheck.organisations.middleware import SESSION_KEY, municipality_of
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission

# ------------------------------------------------------------------- the inbox


@dataclass(frozen=True)
class Row:
    """A message with its words."""

    message: Notification
    told: texts.Told


@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """One's own messages, unread first."""
    user, language = request.user, texts.language_of(get_language() or "")
    page = Paginator(inbox_of(user), 20).get_page(request.GET.get("page"))
    own = texts.own_texts({message.municipality_id for message in page}, language)
    home: Municipality | None = request.municipality  # type: ignore[attr-defined]
    context = {
        "page": page,
        "rows": [Row(message, texts.told(message, language, own)) for message in page],
        "unread": unread_number(user),
        "today": timezone.localdate(),
        "several_cities": len(standing_of(user).municipality_ids) > 1,
        "may_change_texts": bool(home and may_in(user, home, Permission.MESSAGE_TEXTS)),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
def message_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go where a message leads, and note that it is read. By button: no prefetch reads it."""
    message = get_object_or_404(messages_of(request.user), pk=pk)
    operations.open_message(message=message, by=request.user)
    request.session[SESSION_KEY] = message.municipality_id
    is_ours = url_has_allowed_host_and_scheme(message.path, allowed_hosts=None)
    return redirect(message.path if is_ours else "inbox")


@require_POST
def messages_read(request: SignedInRequest) -> HttpResponse:
    """Everything is read."""
    operations.read_all(by=request.user)
    messages.success(request, _("All messages are marked as read."))
    return redirect("inbox")


# ------------------------------------------------------------------- mails


@require_http_methods(["GET", "POST"])
def mail_settings(request: SignedInRequest) -> HttpResponse:
    """How often mails come."""
    form = MailChoiceForm(request.POST or None, initial={"rhythm": rhythm_of(request.user)})
    if request.method == "POST" and form.is_valid():
        operations.choose_rhythm(rhythm=Rhythm(form.cleaned_data["rhythm"]), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("mail_settings")
    status = 422 if form.errors else 200
    return render(request, "notifications/mail_settings.html", {"form": form}, status=status)


# Mail programs send the POST by themselves (RFC 8058): no cookie, no page before, so no CSRF token.
# What the link can do is signed into it, and it is no more than this.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails, without signing in. Opening the page changes nothing."""
    user = person_of(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        operations.choose_rhythm(rhythm=Rhythm.OFF, by=user)
    is_off = rhythm_of(user) == Rhythm.OFF
    return render(request, "notifications/unsubscribe.html", {"is_off": is_off})


# ------------------------------------------------------------------- the city's own words


@require_GET
def message_texts(request: SignedInRequest) -> HttpResponse:
    """Every kind of message."""
    city = _city(request)
    own = set(MessageText.objects.filter(municipality=city).values_list("reason", flat=True))
    rows = [
        {
            "name": name,
            "url": reverse("message_text", args=[reason]),
            "note": _("words of your city") if reason in own else _("words of the program"),
        }
        for reason, name in OCCASIONS.items()
    ]
    return render(request, "notifications/texts.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def message_text(request: SignedInRequest, reason: str) -> HttpResponse:
    """The words of one kind of message: change them, look at them, take the old ones again."""
    if reason not in Reason:
        raise Http404
    city, kind = _city(request), Reason(reason)
    if "reset" in request.POST:
        operations.reset_texts(municipality=city, reason=kind, by=request.user)
        messages.success(request, _("Now the words of the program hold again."))
        return redirect("message_text", kind)
    current, is_own = _current(city, kind)
    form = TextsForm(request.POST or None, reason=kind, current=current)
    is_preview = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not is_preview:
        operations.change_texts(municipality=city, reason=kind, words=form.words(), by=request.user)
        messages.success(request, _("Saved. So it stands in messages from now on."))
        return redirect("message_text", kind)
    is_typed = form.is_bound and form.is_valid()
    context = {
        "name": OCCASIONS[kind],
        "form": form,
        "is_own": is_own,
        "is_unsaved": is_typed,
        "sides": [
            {"key": key, "name": name, "title": form[f"title_{key}"], "text": form[f"text_{key}"]}
            for key, name in settings.LANGUAGES
        ],
        "placeholders": [
            {
                "names": [
                    texts.shown_name(key, language) for language, _name in settings.LANGUAGES
                ],
                "example": _example(get_language() or "")[key],
            }
            for key in texts.placeholders_of(kind)
        ],
        "previews": []
        if form.errors
        else _previews(kind, form.words() if is_typed else current, city),
    }
    status = 422 if form.errors else 200
    return render(request, "notifications/text.html", context, status=status)


def _city(request: SignedInRequest) -> Municipality:
    city = municipality_of(request)
    if not may_in(request.user, city, Permission.MESSAGE_TEXTS):
        raise PermissionDenied
    return city


def _current(city: Municipality, reason: Reason) -> tuple[dict[str, texts.Words], bool]:
    """The words that hold, by language, with its names; whether some are the city's own."""
    rows = MessageText.objects.filter(municipality=city, reason=reason)
    own = {row.language: (row.title, row.text) for row in rows}
    current = {}
    for language, _name in settings.LANGUAGES:
        title, text = own.get(language) or texts.words_of_program(reason, language)
        current[language] = texts.as_shown(title, language), texts.as_shown(text, language)
    return current, bool(own)


def _previews(
    reason: Reason, words: dict[str, texts.Words], city: Municipality
) -> list[tuple[str, texts.Told]]:
    return [
        (language, texts.tell(reason, language, _example(language), typed))
        for language, typed in words.items()
    ]


def _example(language: str) -> dict[str, str]:
    """Values that could be, in the language."""
    with translation.override(texts.language_of(language)):
        return {
            "measure": _("Write the letters in plain language"),
            "place": _("Citizens’ office"),
            "day": date_format(timezone.localdate() + timedelta(days=30)),
            "number": "3",
            "needs": _("a decision"),
            "answer": _("agreed"),
        }
