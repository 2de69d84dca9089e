"""Asking for what an institution cannot decide alone, and answering it."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.governance.models import Body
from chancencheck.governance.operations import ensure_decision
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import Answer, EventKind
from chancencheck.measures.models import Measure, SupportRequest
from chancencheck.measures.operations import is_before_release, lock, notify_about, tell
from chancencheck.measures.queries import people_of_function
from chancencheck.notifications.choices import Reason
from chancencheck.organisations.models import Municipality, RoleAssignment, Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import leads_of, standing_of
from chancencheck.organisations.roles import GRANTS, Permission, Role


def requests_visible_to(user: User) -> QuerySet[SupportRequest]:
    """Requests of the cities in which the person answers such requests."""
    cities = standing_of(user).municipalities_with(GRANTS[Permission.MEASURE_ANSWER])
    return (
        SupportRequest.objects.filter(measure__municipality_id__in=cities)
        .exclude(answer=Answer.WITHDRAWN)
        .select_related(
            "measure__unit",
            "measure__municipality",
            "measure__function",
            "measure__assessment__participation",
            "division",
            "body",
            "decision__body",
        )
    )


def open_requests(municipality: Municipality) -> int:
    """How many requests wait for an answer in a city."""
    return SupportRequest.objects.filter(
        measure__municipality=municipality, answer=Answer.OPEN
    ).count()


@transaction.atomic
def ask_for_support(
    *,
    measure: Measure,
    needs: set[str],
    text: str,
    division: Unit | None,
    body_name: str,
    by: User,
) -> SupportRequest:
    """Ask a division or a body. `needs`: decision, money, it. One request at a time is open.

    Only once the measure is in force: before the release nobody outside the team knows of it.
    """
    measure = lock(measure, by, Permission.MEASURE_PLAN)
    if not measure.is_open or is_before_release(measure):
        raise NotAllowedNow("not in force")
    if measure.requests.filter(answer=Answer.OPEN).exists():
        raise NotAllowedNow("one is open already")
    body = None
    if division is None:
        body, _made = Body.objects.get_or_create(
            municipality=measure.municipality, name=" ".join(body_name.split())
        )
    elif division.municipality_id != measure.municipality_id:
        raise NotAllowedNow("division of another city")
    request = SupportRequest.objects.create(
        measure=measure,
        needs_decision="decision" in needs,
        needs_money="money" in needs,
        needs_it="it" in needs,
        text=text.strip(),
        division=division,
        body=body,
    )
    named = ", ".join(request.needs)
    tell(measure, EventKind.REQUESTED, whom=request.whom, needs=named)
    for user in _who_answers(request):
        notify_about(measure, user=user, reason=Reason.REQUEST_ASKED, needs=named)
    _log(Action.MEASURE_REQUESTED, measure, by)
    return request


def _who_answers(request: SupportRequest) -> list[User]:
    """The executive, asked as a division; what a body decides the coordination carries there."""
    role = Role.EXECUTIVE if request.division_id else Role.COORDINATION
    rows = RoleAssignment.objects.current().filter(
        municipality_id=request.measure.municipality_id, role=role, user__is_active=True
    )
    return [row.user for row in rows.select_related("user")]


@transaction.atomic
def withdraw_request(*, request: SupportRequest, by: User) -> None:
    """It is no longer needed."""
    measure = lock(request.measure, by, Permission.MEASURE_PLAN)
    request = _lock_open(request)
    request.answer = Answer.WITHDRAWN
    request.save(update_fields=["answer"])
    tell(measure, EventKind.REQUEST_WITHDRAWN, whom=request.whom)


@transaction.atomic
def answer_request(
    *,
    request: SupportRequest,
    answer: Answer,
    text: str,
    by: User,
    decided_on: date | None = None,
    reference: str = "",
) -> None:
    """Answer a request in words; with a date, the decision of the body is recorded too."""
    if not may_in(by, request.measure.municipality_id, Permission.MEASURE_ANSWER):
        raise PermissionDenied
    request = _lock_open(request)
    measure = request.measure
    request.answer, request.answer_text = answer, text.strip()
    request.answered_on = timezone.localdate()
    if decided_on is not None:
        request.decision = ensure_decision(
            municipality=measure.municipality,
            body=request.whom,
            decided_on=decided_on,
            reference=reference,
        )
    request.save()
    said = str(Answer(answer).label)
    tell(
        measure,
        EventKind.ANSWERED,
        whom=request.whom,
        answer=Answer(answer),
        text=request.answer_text,
    )
    for user in _who_waits(measure):
        notify_about(measure, user=user, reason=Reason.REQUEST_ANSWERED, answer=said)
    _log(Action.MEASURE_ANSWERED, measure, by)


def _who_waits(measure: Measure) -> set[User]:
    people = set(leads_of(measure.unit)) if measure.unit else set()
    return people | set(people_of_function(measure.function) if measure.function else [])


def _lock_open(request: SupportRequest) -> SupportRequest:
    found = (
        SupportRequest.objects.select_for_update(of=("self",))
        .select_related("measure__municipality", "measure__unit", "measure__function")
        .select_related(
            "division", "body", "measure__function__holder", "measure__function__deputy"
        )
        .get(pk=request.pk)
    )
    if not found.is_open:
        raise NotAllowedNow(found.answer)
    return found


def _log(action: Action, measure: Measure, by: User) -> None:
    record(action=action, by=by, municipality_key=measure.municipality_id, what=measure.place)
