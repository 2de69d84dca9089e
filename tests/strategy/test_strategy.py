"""A city writes its strategy down itself."""

from typing import Any

import pytest
from django.urls import reverse

from chancencheck.strategy.models import GuidingGoal, Strategy, Theme
from tests import measures_world, world
from tests.page_lint import words

pytestmark = pytest.mark.usefixtures("cities")


def save(client: Any, **changes: str) -> Any:
    data = {"title": "Alle gehören dazu", "theme-new-0": "Klare Sprache", **changes}
    return client.post(reverse("strategy_edit"), data)


def test_a_city_without_a_strategy_writes_one(client_for: Any) -> None:
    Strategy.objects.all().delete()
    client = client_for("coordination")
    assert reverse("strategy_edit") in client.get("/").content.decode()

    save(client, **{"goal-new-0": "Alle kommen gut hinein"})

    page = words(client.get(reverse("strategy")))
    for text in ("Alle gehören dazu", "Klare Sprache", "Alle kommen gut hinein"):
        assert text in page
    assert (Theme.objects.get().key, GuidingGoal.objects.get().key) == ("T1", "L1")


def test_a_theme_keeps_its_key_when_it_is_renamed_and_a_measure_outlives_it(
    client_for: Any,
) -> None:
    client = client_for("coordination")
    save(client)
    theme = Theme.objects.get()
    measure = measures_world.own()
    measure.theme = theme
    measure.save()

    save(client, **{f"theme-{theme.pk}": "Einfache Sprache", "theme-new-0": ""})
    theme.refresh_from_db()
    assert (theme.key, theme.name) == ("T1", "Einfache Sprache")

    save(client, **{f"theme-{theme.pk}": "", "theme-new-0": ""})
    measure.refresh_from_db()
    assert measure.theme is None


def test_a_title_is_needed_and_nothing_typed_is_lost(client_for: Any) -> None:
    page = save(client_for("coordination"), title="", **{"goal-new-1": "Ein Ziel"})

    assert page.status_code == 422
    assert "Ein Ziel" in page.content.decode()


def test_the_strategy_of_another_city_stays_as_it_is(client_for: Any) -> None:
    save(client_for("coordination", world.THERE))

    assert Strategy.objects.get(municipality__name=world.HERE).title != "Alle gehören dazu"
