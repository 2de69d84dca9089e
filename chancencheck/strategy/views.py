"""Writing the strategy down. Everybody reads it at `home.views.strategy`."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.strategy.forms import StrategyForm
from chancencheck.strategy.models import Strategy
from chancencheck.strategy.operations import save_strategy


@require_http_methods(["GET", "POST"])
def strategy_edit(request: SignedInRequest) -> HttpResponse:
    """Title, preamble, themes and guiding goals."""
    city = municipality_of(request)
    if not may_in(request.user, city, Permission.STRATEGY_EDIT):
        raise PermissionDenied
    found = Strategy.objects.filter(municipality=city).first()
    names = ("title", "subtitle", "preamble", "preamble_source")
    initial = {name: getattr(found, name) for name in names} if found else {}
    form = StrategyForm(request.POST or None, strategy=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        save_strategy(municipality=city, words=form.words(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("strategy")
    return render(
        request,
        "strategy/edit.html",
        {"form": form, "strategy": found},
        status=422 if form.errors else 200,
    )
