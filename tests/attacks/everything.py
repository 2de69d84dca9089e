"""Reads everything that is stored, in every table."""

from django.db import connection


def tables() -> dict[str, list[tuple[object, ...]]]:
    """All rows by table, as the database keeps them."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchall()
    return found


def where(text: str) -> set[str]:
    """The tables in which a text stands somewhere."""
    return {
        table
        for table, rows in tables().items()
        if any(text in _words(value) for row in rows for value in row)
    }


def _words(value: object) -> str:
    if isinstance(value, memoryview):
        value = value.tobytes()
    return value.hex() if isinstance(value, bytes) else str(value)
