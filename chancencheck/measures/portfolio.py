"""The measures of a whole city: filters, order and columns, the same for screen and export."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancencheck.accounts.models import User
from chancencheck.measures.choices import OPEN, Answer, State
from chancencheck.measures.models import Measure
from chancencheck.measures.queries import measures_visible_to
from chancencheck.measures.rules import months_later
from chancencheck.organisations.models import Municipality

DUE = {
    "ueber": _("date has passed"),
    "30": _("in the next 30 days"),
    "6": _("in the next six months"),
}
NEEDS = {"decision": _("a decision"), "money": _("money"), "it": _("IT")}
STATES = [(state.value, state.label) for state in State if state != State.PROPOSED]


@dataclass(frozen=True)
class Filters:
    """What the person wants to see; empty means everything. Senseless values mean nothing."""

    division: int | None = None
    unit: int | None = None
    key: str = ""
    theme: int | None = None
    state: str = ""
    due: str = ""
    needs: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """From the address of a page."""
        return cls(
            division=_number(query.get("dezernat", "")),
            unit=_number(query.get("einrichtung", "")),
            key=query.get("anforderung", "")[:20].replace("\0", ""),
            theme=_number(query.get("thema", "")),
            state=_one_of(query.get("stand", ""), dict(STATES)),
            due=_one_of(query.get("termin", ""), DUE),
            needs=_one_of(query.get("braucht", ""), NEEDS),
        )


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else None


def _one_of(text: str, known: Mapping[str, Any]) -> str:
    return text if text in known else ""


def portfolio(user: User, city: Municipality, filters: Filters) -> QuerySet[Measure]:
    """What the person may read of the city's measures, narrowed down; see `_with_rank`."""
    today = timezone.localdate()
    # what is not released stays out even for its own team: these rows are passed on as tables
    rows = measures_visible_to(user).in_force().filter(municipality=city)
    found: QuerySet[Measure] = _with_rank(rows, today).filter(_condition(filters, today))
    return found


def _with_rank(rows: Any, today: date) -> Any:
    """Rows with `rank` (0: the date has passed, 1: waits for an answer, 2: open, 3: ended) and
    `needs_decision`, `needs_money`, `needs_it` of the open request. There is at most one of those,
    so joining it multiplies nothing.
    """
    waits = Q(requests__answer=Answer.OPEN)
    return rows.alias(asking=FilteredRelation("requests", condition=waits)).annotate(
        needs_decision=_of_request("needs_decision"),
        needs_money=_of_request("needs_money"),
        needs_it=_of_request("needs_it"),
        rank=Case(
            When(state__in=OPEN, due_on__lt=today, then=Value(0)),
            When(state__in=OPEN, asking__isnull=False, then=Value(1)),
            When(state__in=OPEN, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        ),
    )


def _of_request(name: str) -> Case:
    return Case(
        When(**{f"asking__{name}": True}, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _condition(filters: Filters, today: date) -> Q:
    found = Q()
    if filters.division is not None:
        found &= Q(unit__parent_id=filters.division)
    if filters.unit is not None:
        found &= Q(unit_id=filters.unit) if filters.unit else Q(unit__isnull=True)
    if filters.key:
        keys = Measure.objects.filter(links__key=filters.key)
        found &= Q(pk__in=keys.values("pk"))
    if filters.theme is not None:
        found &= Q(theme_id=filters.theme)
    if filters.state:
        found &= Q(state=filters.state)
    if filters.needs:
        found &= Q(**{f"needs_{filters.needs}": True})
    if filters.due:
        found &= Q(state__in=OPEN) & _due(filters.due, today)
    return found


def _due(wanted: str, today: date) -> Q:
    if wanted == "ueber":
        return Q(due_on__lt=today)
    until = today + timedelta(days=30) if wanted == "30" else months_later(today, 6)
    return Q(due_on__gte=today, due_on__lte=until)


def in_order(rows: Any) -> Any:
    """What needs somebody comes first; then by date."""
    return rows.order_by("rank", "due_on", "pk")


def with_columns(rows: Any) -> Any:
    """With everything the columns show."""
    return rows.select_related("unit__parent", "function", "theme").prefetch_related("links")


def whole(page: Any) -> Any:
    """The rows of one page with everything they show.

    The page is found among keys alone: a database would otherwise put functions, themes and
    institutions beside all measures of the city before it throws most of them away.
    """
    rows = Measure.objects.filter(pk__in=page.values("pk"))
    return in_order(with_columns(_with_rank(rows, timezone.localdate())))


def numbers(rows: Any) -> dict[str, int]:
    """How many there are in all, open, overdue, waiting for an answer; in one query."""
    found: dict[str, int] = rows.aggregate(
        total=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN)),
        overdue=Count("pk", filter=Q(state__in=OPEN, due_on__lt=timezone.localdate())),
        waiting=Count("asking"),
    )
    return found


# ------------------------------------------------------------------- columns


@dataclass(frozen=True)
class Column:
    """One column of the list, of the CSV file and of the Excel file."""

    key: str
    title: Promise
    value: Callable[[Any], str]


def _needs(row: Any) -> str:
    return ", ".join(str(word) for name, word in NEEDS.items() if getattr(row, f"needs_{name}"))


def _state(row: Any) -> str:
    words = str(row.get_state_display())
    return f"{words}, {_('date has passed')}" if row.is_overdue else words


COLUMNS = [
    Column("title", _("Measure"), lambda row: row.title),
    Column("place", _("Institution"), lambda row: row.place),
    Column("for", _("For"), lambda row: ", ".join(sorted({x.key for x in row.links.all()}))),
    Column("function", _("Responsible"), lambda row: row.function.name if row.function else ""),
    Column("until", _("Until"), lambda row: date_format(row.due_on, "SHORT_DATE_FORMAT")),
    Column("state", _("State"), _state),
    Column("needs", _("Needed"), _needs),
    Column("theme", _("Theme"), lambda row: row.theme.name if row.theme else ""),
]


def cells(row: Measure) -> list[str]:
    """What stands in the columns for one measure."""
    return [column.value(row) for column in COLUMNS]


# ------------------------------------------------------------------- the time line


@dataclass(frozen=True)
class Quarter:
    """Three months of a time line."""

    first: date
    next_first: date

    @property
    def name(self) -> str:
        """Such as 4/2026."""
        return f"{(self.first.month + 2) // 3}/{self.first.year}"


@dataclass(frozen=True)
class TimeRow:
    """One measure on the time line: a word per quarter ("" | "runs" | "due" | "done")."""

    measure: Measure
    marks: list[str] = field(default_factory=list)


def quarters(today: date, before: int = 1, after: int = 6) -> list[Quarter]:
    """The quarters of the time line around today."""
    this = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    firsts = [months_later(this, 3 * step) for step in range(-before, after + 2)]
    return [Quarter(one, two) for one, two in pairwise(firsts)]


def time_row(measure: Measure, columns: list[Quarter]) -> TimeRow:
    """Where a measure runs, and where its date lies."""
    end = measure.ended_on or measure.due_on
    marks = []
    for column in columns:
        if end and column.first <= end < column.next_first:
            marks.append("done" if measure.ended_on else "due")
        elif end and measure.planned_on and measure.planned_on < column.next_first <= end:
            marks.append("runs")
        else:
            marks.append("")
    return TimeRow(measure, marks)
