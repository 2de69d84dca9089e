"""Tidying up never makes people wait."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from chancencheck.surveys import operations
from chancencheck.surveys.models import Counter
from tests import surveys_world as asked
from tests import world


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_reads_the_counters_holds_nobody_up() -> None:
    world.build()
    survey = asked.running()
    asked.answer(survey)
    reads, is_done = Event(), Event()

    def backup() -> None:
        with transaction.atomic():
            if connection.vendor == "postgresql":  # on SQLite a reader sees its own picture anyway
                Counter.objects.count()
            reads.set()
            if connection.vendor == "postgresql":
                assert is_done.wait(30)
        connections.close_all()

    with ThreadPoolExecutor(1) as other:
        reading = other.submit(backup)
        assert reads.wait(30)
        operations.tidy()
        asked.answer(survey)
        is_done.set()
        reading.result(30)

    assert sum(Counter.objects.filter(item=0).values_list("n", flat=True)) == 2
