"""Asking about rounds."""

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.organisations.models import Municipality, RoleAssignment
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import GRANTS, Permission, Role
from chancencheck.rounds.choices import RoundState, Stage
from chancencheck.rounds.models import Participation, Round


def rounds_visible_to(user: User) -> QuerySet[Round]:
    """Rounds of the cities where the person may see rounds; drafts only for who sets them up."""
    standing = standing_of(user)
    viewers = standing.municipalities_with(GRANTS[Permission.ROUND_VIEW])
    managers = standing.municipalities_with(GRANTS[Permission.ROUND_MANAGE])
    return Round.objects.filter(
        Q(municipality_id__in=managers)
        | (Q(municipality_id__in=viewers) & ~Q(state=RoundState.DRAFT))
    ).select_related("municipality", "instrument_version", "wording", "decision__body")


def with_counts(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Rounds with `total` participations and how many are `released`."""
    return rounds.annotate(
        total=Count("participations"),
        released=Count(
            "participations",
            filter=Q(participations__stage__in=[Stage.RELEASED, Stage.CORRECTING]),
        ),
    )


def release_counts(run: Round) -> tuple[int, int]:
    """How many institutions take part, and how many have released."""
    done = Q(stage__in=[Stage.RELEASED, Stage.CORRECTING])
    counts = run.participations.aggregate(total=Count("pk"), released=Count("pk", filter=done))
    return counts["total"], counts["released"]


def participations_of(run: Round) -> QuerySet[Participation]:
    """Participations of a round from A to Z."""
    return run.participations.select_related("unit").order_by("unit__name")


def late_participations(run: Round) -> list[Participation]:
    """Institutions behind the calendar, where help may be needed; from A to Z, never by lateness."""
    if not run.is_open:
        return []
    today = timezone.localdate()
    due = Q()
    for stages, field in DUE_FIELDS:
        if getattr(run, field) < today:
            due |= Q(stage__in=stages)
    if not due:
        return []
    rows = list(participations_of(run).filter(due)[:20])
    for row in rows:
        row.round = run
    return rows


DUE_FIELDS = [
    ([Stage.INVITED, Stage.PREPARING], "rating_until"),
    ([Stage.RATING], "workshop_until"),
    ([Stage.WORKSHOP], "release_until"),
]


def lead_emails(municipality: Municipality) -> dict[int, str]:
    """Address of one lead by unit id, as far as there is one."""
    rows = (
        RoleAssignment.objects.current()
        .filter(role=Role.UNIT_LEAD, municipality=municipality, unit__isnull=False)
        .values_list("unit_id", "user__email")
    )
    return dict(rows)
