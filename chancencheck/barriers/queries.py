"""Asking about reports of barriers."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.barriers.choices import BarrierState
from chancencheck.barriers.models import BarrierContact, BarrierReport
from chancencheck.barriers.rules import plain_code
from chancencheck.lib.tokens import hash_token
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import GRANTS, Permission


def reports_visible_to(user: User) -> QuerySet[BarrierReport]:
    """Reports of the cities a person coordinates, and of the institutions they lead."""
    standing = standing_of(user)
    cities = standing.municipalities_with(GRANTS[Permission.BARRIER_HANDLE])
    return BarrierReport.objects.filter(
        Q(municipality_id__in=cities) | Q(unit_id__in=standing.led_unit_ids)
    ).select_related("unit", "municipality")


def inbox_of(user: User, municipality: Municipality) -> QuerySet[BarrierReport]:
    """What a person sees of a city: open ones first, then by day; the key tells no order."""
    reports = reports_visible_to(user).filter(municipality=municipality)
    return reports.annotate(is_over=Q(closed_on__isnull=False)).order_by(
        "is_over", "-reported_on", "pk"
    )


def reports_unread(user: User, municipality: Municipality) -> int:
    """How many reports nobody has read yet; asks nothing for people who have no inbox."""
    standing = standing_of(user)
    if not standing.led_unit_ids and not may_in(user, municipality, Permission.BARRIER_HANDLE):
        return 0
    return inbox_of(user, municipality).filter(state=BarrierState.NEW).count()


def contact_of(report: BarrierReport) -> BarrierContact | None:
    """How to reach whoever reported it, if they wanted and it is not due for deletion."""
    return BarrierContact.objects.filter(report=report, delete_on__gt=timezone.localdate()).first()


def report_with(code: str, municipality: Municipality) -> BarrierReport | None:
    """The report of a code, as somebody typed it."""
    return BarrierReport.objects.filter(
        municipality=municipality, code_digest=hash_token(plain_code(code))
    ).first()


def institutions_of(municipality: Municipality) -> QuerySet[Unit]:
    """The institutions people know, from A to Z."""
    return Unit.objects.institutions().filter(municipality=municipality).order_by("name")
