"""Years side by side on the page of a result: only where both asked the same."""

from typing import Any

import pytest
from django.urls import reverse

from chancencheck.assessments.choices import Outcome, Share
from chancencheck.assessments.models import Assessment, Result
from chancencheck.assessments.past import ProfileRow
from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.organisations.models import Unit
from tests import world
from tests.architecture.test_query_counts import BUDGET, queries
from tests.page_lint import by_class, holds, parse, words
from tests.versions import (
    adopted,
    first,
    other_words,
    released_again,
    settle,
    spec,
    workshop_again,
    years_back,
)

pytestmark = pytest.mark.usefixtures("cities")

STRUCTURE, MEANING = ChangeKind.STRUCTURE, ChangeKind.MEANING


def past(level: int = 2, years: int = 1, **changes: Any) -> Assessment:
    """The first round, so many years ago."""
    assessment = world.release(world.settle(world.workshop(), level=level, **changes))
    years_back(assessment.participation.round, years)
    return assessment


def again(name: str, version: InstrumentVersion, level: int, years: int = 0) -> Assessment:
    """The result of a later round."""
    assessment = released_again(name, version, level)
    if years:
        years_back(assessment.participation.round, years)
    return assessment


def result_page(client: Any, assessment: Assessment) -> Any:
    return client.get(reverse("result", args=[assessment.participation_id]))


def row_of(page: Any, key: str = "KOM-1") -> ProfileRow:
    every = (row for area in page.context["areas"] for row in area.rows)
    found: ProfileRow = next(row for row in every if row.now.key == key)
    return found


def marks(page: Any) -> int:
    """How often a place of last time is drawn on a line."""
    dots = [dot for track in by_class(parse(page), "cc-track") for dot in track.iter()]
    return sum(dot.get("class") in ("cc-track__past", "cc-track__same") for dot in dots)


# ------------------------------------------------------------------- one round before


def test_reworded_requirements_keep_their_line(client_for: Any) -> None:
    past(level=2)
    now = again("Zwei", adopted(first(), "1.0.1", other_words()), level=3)

    page = result_page(client_for("lead"), now)

    assert row_of(page).past.bond == "wording"
    assert row_of(page).past.level_name == "stufe-zwei"
    assert marks(page) == 3


def test_a_changed_meaning_gives_a_sentence_and_no_line(client_for: Any) -> None:
    past(level=2)
    now = again("Zwei", adopted(first(), "1.1", other_words(), kind=MEANING), level=3)

    page = result_page(client_for("lead"), now)

    assert (row_of(page).past.bond, row_of(page).past.level_name) == ("meaning", "")
    assert row_of(page).places["past"] is None
    assert marks(page) == 2  # the other two requirements


def test_two_made_one_have_no_line_and_say_from_where(client_for: Any) -> None:
    def merged(content: dict[str, Any]) -> None:
        area = content["areas"][0]
        area["requirements"] = area["requirements"][:1]
        area["requirements"][0]["comes_from"] = ["KOM-1", "KOM-2"]

    past(level=2)
    now = again("Zwei", adopted(first(), "2.0", merged, kind=STRUCTURE), level=3)

    page = result_page(client_for("lead"), now)

    assert (row_of(page).past.bond, row_of(page).past.old_keys) == ("merged", ("KOM-1", "KOM-2"))
    assert marks(page) == 1
    assert holds(page, "KOM-1, KOM-2")


def test_a_new_requirement_says_that_it_is_new(client_for: Any) -> None:
    def new(content: dict[str, Any]) -> None:
        content["areas"][1]["requirements"].append(
            {"key": "ZUG-2", "title": "Wege", "text": "Die Wege sind kurz."}
        )

    past()
    now = again("Zwei", adopted(first(), "2.0", new, kind=STRUCTURE), level=3)

    page = result_page(client_for("lead"), now)

    assert row_of(page, "ZUG-2").past.bond == "new"
    assert row_of(page, "ZUG-1").past.is_comparable


def test_without_a_line_between_versions_only_the_very_same_sentence_compares(
    client_for: Any,
) -> None:
    past(level=2)
    beside = adopted(first(), "1.1", other_words())
    InstrumentVersion.objects.filter(pk=beside.pk).update(base=None)
    now = again("Zwei", beside, level=3)

    page = result_page(client_for("lead"), now)

    assert row_of(page, "KOM-1").past.bond == "meaning"
    assert row_of(page, "KOM-2").past.is_comparable


def test_the_first_result_compares_with_nothing(client_for: Any) -> None:
    page = result_page(client_for("lead"), world.released())

    assert row_of(page).past is None
    assert page.context["trends"] == {}


# ------------------------------------------------------------------- several rounds


def test_three_rounds_that_asked_the_same_stand_in_one_row(client_for: Any) -> None:
    past(level=1, years=2)
    again("Zwei", first(), level=2, years=1)
    now = again("Drei", adopted(first(), "1.0.1", other_words()), level=3)

    page = result_page(client_for("lead"), now)

    assert [(p.round_name, p.level_name) for p in page.context["trends"]["KOM-1"]] == [
        (world.the_round().name, "stufe-eins"),
        ("Zwei", "stufe-zwei"),
        ("Drei", "stufe-drei"),
    ]
    assert "Zwei: stufe-zwei" in words(page)


def test_a_row_of_years_leaves_out_those_that_asked_something_else(client_for: Any) -> None:
    past(level=1, years=3)
    second = adopted(first(), "1.1", other_words(), kind=MEANING)
    again("Zwei", second, level=2, years=2)
    again("Drei", second, level=2, years=1)
    now = again("Vier", second, level=3)

    trends = result_page(client_for("lead"), now).context["trends"]

    assert [p.round_name for p in trends["KOM-1"]] == ["Zwei", "Drei", "Vier"]
    assert trends["ZUG-1"][0].round_name == world.the_round().name


def test_an_earlier_dissent_stands_in_the_row_as_what_it_was(client_for: Any) -> None:
    two = {"outcome": Outcome.DISSENT, "low_level": 1, "high_level": 3}
    past(level=None, years=2, low_text="Kaum", high_text="Oft", **two)
    again("Zwei", first(), level=2, years=1)
    now = again("Drei", first(), level=3)

    trend = result_page(client_for("lead"), now).context["trends"]["KOM-1"]

    assert (trend[0].outcome, trend[0].level_name) == ("dissent", "")


@pytest.mark.parametrize("share", [Share.WORDS, Share.PARTICIPATION])
def test_levels_a_partner_kept_are_in_no_row_of_years(share: Share, client_for: Any) -> None:
    kept_back = past(level=1, years=3)
    again("Zwei", first(), level=2, years=2)
    again("Drei", first(), level=2, years=1)
    now = again("Vier", first(), level=3)
    Unit.objects.filter(pk=now.participation.unit_id).update(is_external=True)
    Result.objects.filter(assessment=kept_back).update(share=share)

    of_city = result_page(client_for("coordination"), now).context["trends"]["KOM-1"]
    own = result_page(client_for("lead"), now).context["trends"]["KOM-1"]

    assert [p.round_name for p in of_city] == ["Zwei", "Drei", "Vier"]
    assert len(own) == 4


def test_what_is_shared_without_levels_today_has_no_row_of_years(client_for: Any) -> None:
    past(level=1, years=2)
    again("Zwei", first(), level=2, years=1)
    now = again("Drei", first(), level=4)
    Unit.objects.filter(pk=now.participation.unit_id).update(is_external=True)
    Result.objects.filter(assessment=now).update(share=Share.WORDS)

    page = result_page(client_for("coordination"), now)

    assert page.context["trends"] == {}
    for level in ("stufe-eins", "stufe-zwei", "stufe-vier"):
        assert level not in page.content.decode()


def test_more_rounds_and_versions_ask_no_more_questions(client_for: Any) -> None:
    lead = client_for("lead")
    past(level=1, years=4)
    second = adopted(first(), "1.0.1", other_words())
    now = again("Zwei", second, level=2)
    few = queries(lead, reverse("result", args=[now.participation_id]))

    years_back(now.participation.round, 3)
    third = adopted(second, "1.0.2", lambda c: spec(c, "KOM-2").update(text="Bilder zeigen wir."))
    again("Drei", third, level=2, years=2)
    fourth = adopted(third, "1.0.3", lambda c: spec(c, "ZUG-1").update(text="Offen ist die Tür."))
    latest = again("Vier", fourth, level=2)

    assert queries(lead, reverse("result", args=[latest.participation_id])) == few <= BUDGET


def test_a_corrected_result_of_last_time_counts_in_its_newest_edition(client_for: Any) -> None:
    before = past(level=1)
    edition = Result.objects.get(assessment=before)
    content = edition.content
    content["areas"][0]["requirements"][0] |= {"level": 4, "level_name": "stufe-vier"}
    Result.objects.create(
        assessment=before,
        edition=2,
        released_on=edition.released_on,
        correction_reason="Ein Fehler",
        content=content,
    )
    now = world.release(settle(workshop_again("Zwei", first()), level=3))

    assert row_of(result_page(client_for("lead"), now)).past.level_name == "stufe-vier"
