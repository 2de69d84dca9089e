"""Changing where people find help."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseModelFormSet

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.citizens.models import HelpAddress
from chancencheck.citizens.queries import first_addresses
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission


@transaction.atomic
def save_help_addresses(
    *, forms: "BaseModelFormSet[Any, Any]", municipality: Municipality, by: User
) -> None:
    """Keep the checked forms as the addresses of the city, in their order."""
    if not may_in(by, municipality, Permission.HELP_EDIT):
        raise PermissionDenied
    for address in forms.save(commit=False):
        address.municipality = municipality
        address.save()
    for address in forms.deleted_objects:
        address.delete()
    record(
        action=Action.HELP_CHANGED, by=by, municipality_key=municipality.pk, what=municipality.name
    )


def give_first_addresses(municipality: Municipality) -> None:
    """Give a city the offices for all of Germany, if it has none yet."""
    if not municipality.help_addresses.exists():
        HelpAddress.objects.bulk_create(first_addresses(municipality))
