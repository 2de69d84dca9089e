"""Counting answers: all or nothing, each ticket once, exact however many answer at once.

A submission takes the state of the survey, spends its ticket and raises its counters in one
statement (PostgreSQL) or one transaction (SQLite, one writer). Closing and tidying up lock the
table of counters, so that no answer falls between reading and deleting (docs/adr/0019).
"""

import random
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import lru_cache
from uuid import uuid4

import psycopg
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from chancencheck.surveys.choices import SurveyState, TextState

SHARDS = 16
TABLES = "surveys_counter, surveys_freetext, surveys_ticket, surveys_onetimecode"
PEOPLE = 0  # the item that counts the people


class Counted(Enum):
    """What became of a submission."""

    YES = "yes"
    ALREADY = "already"  # the same page was sent before
    CLOSED = "closed"


def count(
    *,
    survey_id: int,
    entrance_id: int,
    part_id: int,
    language: str,
    answers: Mapping[int, int],
    text: str,
    digest: str,
) -> Counted:
    """Count one person's answers. `answers`: item → value; `digest`: of the ticket of the page."""
    rows = [(PEOPLE, 0), *sorted(answers.items())]
    words = (uuid4().hex, part_id, language, text, TextState.WAITING, "", "") if text else None
    if connection.vendor == "postgresql":
        return _count_at_once(survey_id, entrance_id, language, rows, words, digest)
    return _count_in_turn(survey_id, entrance_id, language, rows, words, digest)


Rows = list[tuple[int, int]]
Words = tuple[str | int, ...] | None

_TEXT_COLUMNS = "id, part_id, language, text, state, published, reason"


@lru_cache(maxsize=32)
def _statement(number: int, has_text: bool) -> str:
    values = ", ".join(["(%s::int, %s::int, %s::int)"] * number)
    words = f"""
        , words AS (INSERT INTO surveys_freetext ({_TEXT_COLUMNS})
            SELECT %s::uuid, %s, %s, %s, %s, %s, %s FROM ticket)"""
    return f"""
        WITH survey AS (SELECT id FROM surveys_survey WHERE id = %s AND state = %s),
        ticket AS (INSERT INTO surveys_ticket (digest, day) SELECT %s, %s::date FROM survey
            ON CONFLICT DO NOTHING RETURNING digest),
        counted AS (INSERT INTO surveys_counter (entrance_id, language, item, value, shard, n)
            SELECT %s::bigint, %s, v.item, v.value, v.shard, 1
            FROM ticket, (VALUES {values}) AS v (item, value, shard) ORDER BY v.item
            ON CONFLICT (entrance_id, language, item, value, shard)
            DO UPDATE SET n = surveys_counter.n + 1)
        {words if has_text else ""}
        SELECT EXISTS (SELECT 1 FROM survey), EXISTS (SELECT 1 FROM ticket)"""


def _count_at_once(
    survey_id: int, entrance_id: int, language: str, rows: Rows, words: Words, digest: str
) -> Counted:
    # a shard for each answer, not for each person: else the shard would join what one person said
    parameters: list[str | int | date] = [
        survey_id,
        SurveyState.OPEN.value,
        digest,
        timezone.localdate(),
    ]
    parameters += [entrance_id, language]
    parameters += [part for row in rows for part in (*row, random.randint(1, SHARDS))]
    parameters += list(words or ())
    connection.ensure_connection()
    # past Django's cursor, because only so the database keeps the plan of the statement
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_statement(len(rows), words is not None), parameters, prepare=True)
        is_open, is_fresh = cursor.fetchone() or (False, False)
    if not is_open:
        return Counted.CLOSED
    return Counted.YES if is_fresh else Counted.ALREADY


def _count_in_turn(
    survey_id: int, entrance_id: int, language: str, rows: Rows, words: Words, digest: str
) -> Counted:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_ticket (digest, day)"
            " SELECT %s, %s FROM surveys_survey WHERE id = %s AND state = %s"
            " ON CONFLICT DO NOTHING",
            [digest, timezone.localdate().isoformat(), survey_id, SurveyState.OPEN.value],
        )
        if cursor.rowcount != 1:
            cursor.execute("SELECT state FROM surveys_survey WHERE id = %s", [survey_id])
            found = cursor.fetchone()
            is_open = bool(found) and found[0] == SurveyState.OPEN
            return Counted.ALREADY if is_open else Counted.CLOSED
        values = ", ".join(["(%s, %s, %s, %s, 1, 1)"] * len(rows))
        cursor.execute(
            "INSERT INTO surveys_counter (entrance_id, language, item, value, shard, n)"
            f" VALUES {values} ON CONFLICT (entrance_id, language, item, value, shard)"
            " DO UPDATE SET n = n + 1",
            [part for row in rows for part in (entrance_id, language, *row)],
        )
        if words:
            marks = ", ".join(["%s"] * len(words))
            cursor.execute(
                f"INSERT INTO surveys_freetext ({_TEXT_COLUMNS}) VALUES ({marks})", list(words)
            )
    return Counted.YES


def lock_counters() -> None:
    """Let nobody count until the transaction ends (PostgreSQL; on SQLite there is one writer)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE surveys_counter IN SHARE ROW EXCLUSIVE MODE")


def wipe_traces() -> None:
    """Write the tables anew, without deleted rows. Outside of any transaction.

    A plain VACUUM would only mark their place as free. What a database has logged for its own
    recovery, and its backups, no program can take back (docs/adr/0019).
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        # a backup that reads the tables must not make people wait behind this
        cursor.execute("SET lock_timeout = '2s'")
        try:
            cursor.execute(f"VACUUM FULL {TABLES}")
        except OperationalError:
            cursor.execute(f"VACUUM {TABLES}")
        finally:
            cursor.execute("RESET lock_timeout")
