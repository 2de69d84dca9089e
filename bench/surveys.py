"""Surveys: how many answers are counted per second, results over many answers, weight of a page."""

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import data, load
from bench.requests import Request
from bench.server import PRODUCT, Server, server, work_of
from bench.weight import compressed, page_of, static_size, statics_of
from chancencheck.citizens.languages import ORDER
from chancencheck.instruments.translations import citizen_questions
from chancencheck.rounds import models as rounds_models
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.counting import PEOPLE
from chancencheck.surveys.models import Counter, Entrance, FreeText, Survey, SurveyPart, Ticket
from chancencheck.surveys.operations import (
    SurveyInput,
    add_place,
    close_survey,
    create_survey,
    open_survey,
)
from chancencheck.surveys.queries import reader_of
from chancencheck.surveys.results import freeze
from chancencheck.surveys.rules import INSIDE_FLOOR, PUBLIC_FLOOR, VALUES
from chancencheck.surveys.tickets import new_ticket

SECONDS = 0.3 * float(
    os.environ.get("BENCH_SECONDS", "5")
)  # many short turns: neighbours come and go
TIMES = int(os.environ.get("BENCH_SURVEY_TIMES", "11"))
ENGINE = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
HEADERS = "Sec-Fetch-Site: same-origin\r\nAccept-Encoding: gzip\r\n"
WORDS = "Abends fehlt jemand, der Auskunft gibt – und das Formular ist zu lang."
PLACES = ("Internet", "Eingang", "Wartebereich", "Schalter", "Stadtteilbüro")
FEW, MANY = 10_000, 10_000_000
LIMIT = 30  # KB of a page with everything
EXPLANATION = """
Each request is a page of its own with a fresh ticket, in one of 14 languages; six questions, every tenth with a text.
All go into one survey through one entrance. The bare view gets the same forms behind the middleware of a new Django
project, without reading a session: it parses the form, makes one UPDATE and leads on. One row for all is
what a plain counter does; a row for each connection lets nobody wait. {times} times {seconds:.1f} s, the bare view
right before and right after; medians. CPU is what the server's processes take for one request, without the database's
own processes; busy neighbours change it less. Aim: at least 0.8.
"""


def measure(boss: Any) -> None:
    """Print all tables."""
    measure_weight(boss)
    measure_results(boss)
    measure_counting(boss)


def _survey(
    boss: Any, name: str, questions: int = 6, languages: Sequence[str] = ORDER
) -> SurveyPart:
    """The only part of a survey that runs."""
    run = rounds_models.Round.objects.get(name="Messung")
    today = timezone.localdate()
    entry = SurveyInput(
        name=name,
        units=[run.participations.order_by("pk")[0].unit],
        questions=citizen_questions(run.instrument_version)[:questions],
        languages=list(languages),
        opens_on=today,
        closes_on=today + timedelta(days=20),
        results_on=today + timedelta(days=30),
        inside_floor=INSIDE_FLOOR,
        public_floor=PUBLIC_FLOOR,
        has_open_question=True,
        needs_code=False,
        is_one_page=False,
    )
    survey = create_survey(run=run, entry=entry, by=boss)
    open_survey(survey=survey, by=boss)
    return SurveyPart.objects.select_related("survey__round__municipality").get(survey=survey)


# ------------------------------------------------------------------- counting


class Sheets:
    """Filled pages, made beforehand, each sent once."""

    def __init__(self, entrance: Entrance, number: int) -> None:
        survey_id = entrance.part.survey_id
        self.texts: list[bool] = []
        self.sheets: list[bytes] = []
        for i in range(number):
            answers = {f"a{n}": random.choice(VALUES) for n in range(1, 7)}
            text = f"{WORDS} ({i})" if i % 10 == 0 else ""
            fields = {"ticket": new_ticket(survey_id), "step": "f9", **answers, "text": text}
            path = f"/u/{entrance.code}/{random.choice(ORDER)}/"
            self.texts.append(bool(text))
            self.sheets.append(_post(path, fields))
        self.sent = 0

    def next(self, _body: bytes) -> bytes:
        """The next one."""
        self.sent += 1
        return self.sheets[self.sent - 1]

    @property
    def texts_sent(self) -> int:
        """How many of those that were sent have a text."""
        return sum(self.texts[: self.sent])


def _post(path: str, fields: dict[str, Any]) -> bytes:
    body = urlencode({**fields, "do": "send"}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{HEADERS}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True)
class Turn:
    """One turn of load: what came of it, and µs of the server's processes for a request."""

    found: load.Outcome
    cpu: float


@dataclass(frozen=True)
class Round:
    """A turn of answers between turns of the bare view, on one row and on a row for each."""

    answers: Turn
    one: list[Turn]
    own: list[Turn]

    @property
    def errors(self) -> int:
        """All that were not accepted."""
        return sum(turn.found.errors for turn in (self.answers, *self.one, *self.own))


def _turn(server: Server, makers: list[Request], seconds: float) -> Turn:
    before = work_of(server)
    found = load.run(server.port, makers, seconds)
    return Turn(found, (work_of(server) - before) / found.answers * 1e6)


def _speed(turns: list[Turn]) -> float:
    return statistics.mean(turn.found.per_second for turn in turns)


def measure_counting(boss: Any) -> None:
    """Print how many answers are counted per second, and whether the counters are exact."""
    part = _survey(boss, "Zählen")
    entrance = part.entrances.get(channel=Channel.WEB)
    entrance.part = part
    add_place(
        survey=part.survey, parts=[part], place="Maß", channels=[Channel.KIOSK.value], by=boss
    )
    measure_row = part.entrances.get(channel=Channel.KIOSK)
    print(f"\n## Counting answers, {ENGINE}")
    print(EXPLANATION.format(times=TIMES, seconds=SECONDS))
    print(
        "| connections | bare POST/s, one row | bare POST/s, own rows | answers/s "
        "| ratio to one row | ratio to own rows | CPU µs, bare | CPU µs, answers | CPU ratio "
        "| median ms | p99 ms | errors |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    accepted = texts = 0
    # both stand ready, so that what is compared lies close together; the idle one takes nothing
    with (
        server("bench.barest") as bare,
        server(PRODUCT, "bench.unlimited:application") as whole,
    ):
        for connections in (8, 32):
            _bare_rows(measure_row, connections)
            rounds = []
            for _ in range(TIMES):
                sheets, found = _round(bare, whole, entrance, measure_row, connections)
                accepted += sheets.sent - found.answers.found.errors
                texts += sheets.texts_sent
                rounds.append(found)
            _print_counting(connections, rounds)
    _print_exactness(entrance, accepted, texts)


def _bare_rows(entrance: Entrance, number: int) -> None:
    entrance.counters.all().delete()
    Counter.objects.bulk_create(
        Counter(entrance=entrance, language="de", item=PEOPLE, value=0, shard=shard, n=0)
        for shard in range(number)
    )


def _bare(server: Server, entrance: Entrance, rows: Sequence[int]) -> Turn:
    """The bare view: each connection raises the row it is told."""
    fields = {f"a{n}": random.choice(VALUES) for n in range(1, 7)}
    fields |= {"ticket": new_ticket(entrance.part_id), "step": "f9", "text": ""}
    makers = [_again(_post(f"/bare/{entrance.pk}/{row}/", fields)) for row in rows]
    return _turn(server, makers, SECONDS / 2)


def _again(request: bytes) -> Request:
    return lambda _body: request


def _round(
    bare: Server, whole: Server, entrance: Entrance, measure_row: Entrance, connections: int
) -> tuple[Sheets, Round]:
    """The bare view, the survey, the bare view."""
    one_row, own_rows = [0] * connections, list(range(connections))
    own = [_bare(bare, measure_row, own_rows)]
    one = [_bare(bare, measure_row, one_row)]
    # twice as many as the bare view could take
    sheets = Sheets(entrance, int(2 * _speed(own + one) * SECONDS) + 1000)
    answers = _turn(whole, [sheets.next] * connections, SECONDS)
    one.append(_bare(bare, measure_row, one_row))
    own.append(_bare(bare, measure_row, own_rows))
    return sheets, Round(answers, one, own)


def _print_counting(connections: int, rounds: list[Round]) -> None:
    def middle(value: Callable[[Round], float]) -> float:
        return statistics.median(value(each) for each in rounds)

    bare_cpu = statistics.median(turn.cpu for each in rounds for turn in each.one + each.own)
    cpu = middle(lambda each: each.answers.cpu)
    print(
        f"| {connections} | {middle(lambda each: _speed(each.one)):.0f} "
        f"| {middle(lambda each: _speed(each.own)):.0f} "
        f"| {middle(lambda each: each.answers.found.per_second):.0f} "
        f"| **{middle(lambda each: each.answers.found.per_second / _speed(each.one)):.2f}** "
        f"| {middle(lambda each: each.answers.found.per_second / _speed(each.own)):.2f} "
        f"| {bare_cpu:.0f} | {cpu:.0f} | {bare_cpu / cpu:.2f} "
        f"| {middle(lambda each: each.answers.found.median_ms):.0f} "
        f"| {middle(lambda each: each.answers.found.p99_ms):.0f} "
        f"| {sum(each.errors for each in rounds)} |"
    )


def _print_exactness(entrance: Entrance, accepted: int, texts: int) -> None:
    """Every accepted sheet is counted once: people, each question, tickets, texts."""
    rows = Counter.objects.filter(entrance=entrance).values_list("item").annotate(Sum("n"))
    sums = dict(rows.order_by("item"))
    people = sums.pop(PEOPLE, 0)
    kept = FreeText.objects.filter(part=entrance.part_id).count()
    exact = people == accepted == Ticket.objects.count() and kept == texts
    exact = exact and list(sums.values()) == [accepted] * 6
    print(
        f"\nAccepted {accepted:,}, counted {people:,}; answers to six questions "
        f"{sum(sums.values()):,} of {6 * accepted:,}; texts {kept:,} of {texts:,}: "
        f"**{'exact' if exact else 'NOT EXACT'}**"
    )


# ------------------------------------------------------------------- results


@dataclass(frozen=True)
class Shape:
    """How finely a survey is counted."""

    languages: int
    places: int
    channels: int
    questions: int

    def __str__(self) -> str:
        return (
            f"{self.languages} languages × {self.places} places × {self.channels} channels "
            f"× {self.questions} questions"
        )


def measure_results(boss: Any) -> None:
    """Print time and queries of making and reading a result over few and over many answers."""
    client = Client(headers={"host": "127.0.0.1"})
    staff = Client(headers={"host": "127.0.0.1"})
    staff.cookies["sessionid"] = data.session_of(boss)
    print(f"\n## Results of surveys, {ENGINE}\n\nEach the quickest of 25 times.\n")
    print(
        "| people | counter rows | making it: queries | ms | KB kept | reading all: queries | ms "
        "| public page: queries | ms | inside page: queries | ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    ratios = []
    for shape in (Shape(3, 1, 2, 6), Shape(14, 5, 5, 8)):
        print(f"| {shape} ||||||||||||")
        few, many = (_result(boss, shape, people, client, staff) for people in (FEW, MANY))
        parts = ", ".join(f"{name} **{many[name] / few[name]:.2f}**" for name in few)
        ratios.append(f"{shape}: {parts}")
    print(f"\n{MANY:,} against {FEW:,} people (aim: about 1):\n")
    print("\n".join(f"- {line}" for line in ratios))


def _result(
    boss: Any, shape: Shape, people: int, client: Client, staff: Client
) -> dict[str, float]:
    """One line of the table; milliseconds by what was done."""
    part = _survey(boss, f"{shape.questions} {people}", shape.questions, ORDER[: shape.languages])
    survey = part.survey
    rows = _fill(boss, part, shape, people)
    making, making_queries = _timed(lambda: freeze(survey))
    close_survey(survey=survey, by=boss)
    SurveyPart.objects.filter(pk=part.pk).update(published_on=timezone.localdate())
    reading, reading_queries = _timed(lambda: _read_all(survey, part))
    slug = survey.municipality.slug
    public = _page_timed(client, f"/mitreden/{slug}/ergebnis/{part.pk}/de/")
    inside = _page_timed(staff, f"/befragungen/{survey.pk}/ergebnis/?nach=language:de")
    SurveyPart.objects.filter(pk=part.pk).update(published_on=None)
    size = len(str(survey.result.content)) / 1024
    print(
        f"| {people:,} | {rows:,} | {making_queries} | {making:.1f} | {size:.0f} "
        f"| {reading_queries} | {reading:.1f} | {public[1]} | {public[0]:.1f} "
        f"| {inside[1]} | {inside[0]:.1f} |"
    )
    return {"making": making, "reading": reading, "public page": public[0], "inside": inside[0]}


def _fill(boss: Any, part: SurveyPart, shape: Shape, people: int) -> int:
    """Counters as so many people leave them; gives how many rows there are."""
    for place in PLACES[: shape.places]:
        channels = [channel.value for channel in list(Channel)[: shape.channels]]
        add_place(survey=part.survey, parts=[part], place=place, channels=channels, by=boss)
    wanted = part.entrances.filter(place__in=PLACES[: shape.places])
    languages = ORDER[: shape.languages]
    cells = [(entrance, language) for entrance in wanted for language in languages]
    rows = []
    for i, (entrance, language) in enumerate(cells):
        number = people // len(cells) + (i < people % len(cells))
        rows.append((entrance, language, PEOPLE, 0, number))
        for item in range(1, shape.questions + 1):
            shares = _shares(number, i + item)
            rows += [
                (entrance, language, item, value, n)
                for value, n in zip(VALUES, shares, strict=True)
            ]
    Counter.objects.bulk_create(
        (
            Counter(entrance=entrance, language=code, item=item, value=value, shard=0, n=n)
            for entrance, code, item, value, n in rows
        ),
        batch_size=1000,
    )
    total = Counter.objects.filter(entrance__part=part, item=PEOPLE).aggregate(n=Sum("n"))["n"]
    assert total == people
    return len(rows)


def _shares(number: int, turn: int) -> list[int]:
    """A number split into five, differently at each turn; none is nothing."""
    parts = [8, 7, 5, 4, 3]
    turned = parts[turn % 5 :] + parts[: turn % 5]
    found = [number * share // sum(parts) for share in turned]
    found[0] += number - sum(found)
    return found


def _read_all(survey: Survey, part: SurveyPart) -> None:
    """Every number that may be told."""
    reader = reader_of(survey)
    assert reader
    groups = [("all", "")]
    for kind in ("channel", "language", "place"):
        groups += [(kind, name) for name in reader.names(part.pk, kind)]
    told = [
        answer.voice.yes
        for kind, name in groups
        for answer in reader.answers(part.pk, kind, name)
        if answer.voice
    ]
    assert told


def _page_timed(client: Client, path: str) -> tuple[float, int]:
    def fetch() -> None:
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)

    return _timed(fetch)


def _timed(do: Callable[[], object]) -> tuple[float, int]:
    """Quickest of 25 in ms, and the number of queries; not counting the first five times."""
    for _ in range(5):
        do()
    times = []
    for _ in range(25):
        started = time.perf_counter()
        do()
        times.append(time.perf_counter() - started)
    with CaptureQueriesContext(connection) as queries:
        do()
    return min(times) * 1000, len(queries)


# ------------------------------------------------------------------- weight


def measure_weight(boss: Any) -> None:
    """Print what the page of a survey weighs in each language, with the most questions there are."""
    part = _survey(boss, "Gewicht", questions=8)
    code = part.entrances.get(channel=Channel.WEB).code
    client = Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"})
    print(f"\n## Page of a survey with eight questions, {ENGINE}\n")
    print("| language | HTML KB | with styles, scripts and icon KB | requests |\n|---|---|---|---|")
    weights = {}
    for language in ORDER:
        html = page_of(client.get(f"/u/{code}/{language}/"))
        own, rest = compressed(html), [static_size(name) for name in statics_of(html)]
        color = client.get(f"/farbe/{part.survey.municipality.accent_color[1:].lower()}.css")
        whole = own + sum(rest) + len(color.content)
        weights[language] = whole / 1024
        print(f"| {language} | {own / 1024:.1f} | {whole / 1024:.1f} | {len(rest) + 2} |")
    worst = max(weights, key=lambda language: weights[language])
    print(f"\nHeaviest: {worst} with **{weights[worst]:.1f} KB** (aim: at most {LIMIT})")
