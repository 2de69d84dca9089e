"""Where people find help, and the staff's page of these addresses."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chancencheck.citizens import operations
from chancencheck.citizens.forms import help_forms
from chancencheck.citizens.languages import Language
from chancencheck.citizens.pages import city_of, links_to, page
from chancencheck.citizens.queries import addresses_of
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission


@login_not_required
@require_safe
def citizens_help(request: HttpRequest, slug: str, speaks: Language) -> HttpResponse:
    """Offices that listen and help."""
    city = city_of(slug)
    context: dict[str, object] = {"addresses": addresses_of(city)}
    links = links_to("citizens_help", slug)
    return page(request, "citizens/help.html", context, city=city, speaks=speaks, links=links)


@require_http_methods(["GET", "POST"])
def help_addresses(request: SignedInRequest) -> HttpResponse:
    """The coordination looks after the addresses: all in one form, two empty ones at the end."""
    municipality = municipality_of(request)
    if not may_in(request.user, municipality, Permission.HELP_EDIT):
        raise PermissionDenied
    operations.give_first_addresses(municipality)
    forms = help_forms(request.POST or None, municipality=municipality)
    if request.method == "POST" and forms.is_valid():
        operations.save_help_addresses(forms=forms, municipality=municipality, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("help_addresses")
    return render(
        request,
        "citizens/help_addresses.html",
        {"forms": forms},
        status=422 if request.method == "POST" else 200,
    )
