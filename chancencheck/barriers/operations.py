"""Reporting a barrier, answering it, forgetting who reported it."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.barriers.choices import ENDED, BarrierState
from chancencheck.barriers.models import BarrierContact, BarrierReport
from chancencheck.barriers.permissions import may_hand_on, may_handle
from chancencheck.barriers.rules import code_of, deleted_on
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.tokens import hash_token
from chancencheck.organisations.models import Municipality, Unit


@transaction.atomic
def report_barrier(
    *,
    municipality: Municipality,
    unit: Unit | None,
    where: str,
    what: str,
    contact: str,
    language: str,
    token: str,
) -> str:
    """Keep a report and return its code, which is stored nowhere.

    `token`: the random text of the form. The same form sent again stores nothing and returns the
    same code.
    """
    place = str(unit.pk) if unit else ""
    code = code_of(settings.SECRET_KEY, token, str(municipality.pk), place, where, what, contact)
    report, is_new = BarrierReport.objects.get_or_create(
        code_digest=hash_token(code),
        defaults={
            "municipality": municipality,
            "unit": unit,
            "where": where,
            "what": what,
            "language": language,
        },
    )
    if is_new and contact:
        BarrierContact.objects.create(
            report=report, text=contact, delete_on=deleted_on(report.reported_on, None)
        )
    return code


@transaction.atomic
def answer_report(
    *,
    report: BarrierReport,
    revision: str,
    state: BarrierState,
    answer: str,
    unit: Unit | None,
    by: User,
) -> None:
    """Say where a report stands. Whoever has the code reads it; the log names the institution only.

    `revision`: of the report as the person saw it. `unit`: who looks after it now; only the
    coordination gives it to another institution.
    """
    now = BarrierReport.objects.select_for_update().get(pk=report.pk)
    if not may_handle(by, now):
        raise PermissionDenied
    if (now.state, now.answer, now.unit) == (state, answer, unit):
        return  # also the same form, sent twice
    if now.revision != revision or (state in ENDED and not answer):
        raise NotAllowedNow("report")
    if unit != now.unit:
        if not may_hand_on(by, now) or (unit and unit.municipality_id != now.municipality_id):
            raise PermissionDenied
        now.unit = unit
    is_answered = (now.state, now.answer) != (state, answer)
    now.state, now.answer = state, answer
    now.closed_on = (now.closed_on or timezone.localdate()) if now.is_closed else None
    now.save()
    if now.closed_on:
        due = deleted_on(now.reported_on, now.closed_on)
        BarrierContact.objects.filter(report=now, delete_on__gt=due).update(delete_on=due)
    if is_answered:
        record(
            action=Action.BARRIER_ANSWERED,
            by=by,
            municipality_key=now.municipality_id,
            what=now.unit.name if now.unit else "–",
        )


@transaction.atomic
def delete_report(*, report: BarrierReport, by: User) -> None:
    """Delete a report for good, because it names people or is none. Its code opens nothing then."""
    if not may_handle(by, report):
        raise PermissionDenied
    unit = report.unit
    municipality_key = report.municipality_id
    report.delete()
    record(
        action=Action.BARRIER_DELETED,
        by=by,
        municipality_key=municipality_key,
        what=unit.name if unit else "–",
    )


def forget_contacts() -> None:
    """Delete the contacts whose day has come. The inbox does it too, so no job must be remembered."""
    due = BarrierContact.objects.filter(delete_on__lte=timezone.localdate())
    if due.exists():  # looking locks nothing
        due.delete()
