"""The measures of a whole city: filters, order and columns, the same for screen and export."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import (
    Aggregate,
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancencheck.accounts.models import User
from chancencheck.measures.choices import OPEN, Answer, State
from chancencheck.measures.models import Measure, MeasureLink, SupportRequest
from chancencheck.measures.queries import measures_visible_to
from chancencheck.measures.rules import months_later
from chancencheck.organisations.models import Municipality

DUE = {
    "ueber": _("date has passed"),
    "30": _("in the next 30 days"),
    "6": _("in the next six months"),
}
NEEDS = {"decision": _("a decision"), "money": _("money"), "it": _("IT")}
FIRST_REQUESTS = 5  # shown above the list
PER_COLUMN = 10  # cards in one column of the board
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
    """What counts in the city and the person may read, narrowed down.

    What is not released stays out even for its own team: these rows are passed on as tables.
    Each row has `needs_decision`, `needs_money`, `needs_it` of the open request. There is at most
    one of those, so joining it multiplies nothing.
    """
    waits = Q(requests__answer=Answer.OPEN)
    rows: Any = measures_visible_to(user).in_force().filter(municipality=city)
    found: QuerySet[Measure] = (
        rows.alias(asking=FilteredRelation("requests", condition=waits))
        .annotate(
            needs_decision=_of_request("needs_decision"),
            needs_money=_of_request("needs_money"),
            needs_it=_of_request("needs_it"),
        )
        .filter(_condition(filters, timezone.localdate()))
    )
    return found


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


def in_order(rows: QuerySet[Measure]) -> tuple[QuerySet[Measure], QuerySet[Measure]]:
    """The open ones by date, so what is late comes first; then the ended ones, latest first.

    Two questions instead of one sorted list: each follows its own index (`…_in_order`) and
    stops after its page, however many measures there are.
    """
    return (
        rows.filter(ended_on__isnull=True).order_by("due_on", "pk"),
        rows.filter(ended_on__isnull=False).order_by("-ended_on", "due_on", "pk"),
    )


class Joined(Aggregate):
    """Several short texts as one, with commas between."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same in the words of PostgreSQL."""
        template = "STRING_AGG(%(expressions)s, ',')"
        return self.as_sql(compiler, connection, template=template, **more)


def with_columns(rows: QuerySet[Measure]) -> QuerySet[Measure]:
    """With everything the columns show, in the same question."""
    links = MeasureLink.objects.filter(measure=OuterRef("pk")).order_by()
    keys = links.values("measure").annotate(found=Joined("key")).values("found")
    return rows.select_related("unit", "function", "theme").annotate(keys=Subquery(keys))


class Pages:
    """The rows in order, for a Paginator: each page reads its own rows only."""

    def __init__(self, rows: QuerySet[Measure], counted: dict[str, int]) -> None:
        self.rows, self.counted = with_columns(rows), counted

    def __len__(self) -> int:
        return self.counted["total"]

    def __getitem__(self, part: slice) -> list[Measure]:
        start, stop, number = part.start, part.stop, self.counted["open"]
        is_open, ended = in_order(self.rows)
        if stop <= number:
            return list(is_open[start:stop])
        if start >= number:
            return list(ended[start - number : stop - number])
        # the one page on which both stand: the same order in one question
        both = self.rows.order_by(F("ended_on").desc(nulls_first=True), "due_on", "pk")
        return list(both[start:stop])


def waiting(rows: Any) -> list[Any]:
    """The first measures that wait for an answer, and whom was asked; the oldest first.

    Each knows as `number_waiting` how many there are: that saves a question for the headline.
    """
    asked = rows.filter(pk__in=SupportRequest.objects.filter(answer=Answer.OPEN).values("measure"))
    asked = asked.select_related("unit").annotate(
        asked_on=F("asking__asked_on"),
        asked_division=F("asking__division__name"),
        asked_body=F("asking__body__name"),
        number_waiting=Window(Count("pk")),
    )
    return list(asked.order_by("asked_on", "pk")[:FIRST_REQUESTS])


def numbers(rows: Any, asked: list[Any]) -> dict[str, int]:
    """How many there are in all, open, overdue, waiting, and of each state; in one query.

    `asked` is what `waiting` has found.
    """
    # grouped along the index `measure_by_state_and_due`: one pass, no condition per state
    per_state = (
        rows.order_by()
        .values("state")
        .annotate(
            number=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=timezone.localdate())),
        )
    )
    found = {state: 0 for state, _label in STATES} | {"overdue": 0}
    for row in per_state:
        found[row["state"]] = row["number"]
        found["overdue"] += row["late"] if row["state"] in OPEN else 0
    found["waiting"] = asked[0].number_waiting if asked else 0
    found["open"] = sum(found[state] for state in OPEN)
    found["total"] = sum(found[state] for state, _label in STATES)
    return found


@dataclass(frozen=True)
class BoardColumn:
    """The measures of one state: how many, and the first of them."""

    state: str
    label: str
    number: int
    rows: list[Measure]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.number - len(self.rows)


def board(rows: QuerySet[Measure], counted: dict[str, int]) -> list[BoardColumn]:
    """A column per state; each reads its first measures only."""
    columns = []
    for state, label in STATES:
        number = counted[state]
        is_open, ended = in_order(rows.filter(state=state).select_related("unit"))
        first = (is_open if state in OPEN else ended)[:PER_COLUMN]
        columns.append(BoardColumn(state, str(label), number, list(first) if number else []))
    return columns


# ------------------------------------------------------------------- columns


@dataclass(frozen=True)
class Column:
    """One column of the list, of the CSV file and of the Excel file."""

    key: str
    title: Promise
    value: Callable[[Any], str]


def _needs(row: Any) -> str:
    return ", ".join(str(word) for name, word in NEEDS.items() if getattr(row, f"needs_{name}"))


def _keys(row: Any) -> str:
    return ", ".join(sorted(set(row.keys.split(",")))) if row.keys else ""


def _state(row: Any) -> str:
    words = str(row.get_state_display())
    return f"{words}, {_('date has passed')}" if row.is_overdue else words


COLUMNS = [
    Column("title", _("Measure"), lambda row: row.title),
    Column("place", _("Institution"), lambda row: row.place),
    Column("for", _("For"), lambda row: _keys(row)),
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
