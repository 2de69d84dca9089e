"""What is calculated for one institution: only what its instrument asks for, and only from frozen words."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.assessments.choices import Outcome, Share
from chancencheck.assessments.models import Assessment, Result
from chancencheck.assessments.results import read
from chancencheck.instruments.choices import Aggregation
from chancencheck.instruments.models import InstrumentVersion, Requirement
from chancencheck.reports.numbers import AreaNumbers, Numbers, numbers_of
from chancencheck.reports.rules import Weighed, occurrences, weighted_mean, weighted_sum
from tests import structures, world

# ------------------------------------------------------------------- the rules


@pytest.mark.parametrize(
    ("levels", "mean"),
    [
        ([], None),
        ([(2, 1)], "2.0"),
        ([(1, 1), (2, 1), (2, 1)], "1.7"),
        ([(1, 1), (4, 2)], "3.0"),
        ([(1, 3), (2, 1)], "1.3"),  # 1.25: a half goes up
        ([(0, 1), (1, 19)], "1.0"),  # 0.95
        ([(-1, 3), (-2, 1)], "-1.3"),
        ([(0, 5), (100, 5)], "50.0"),
    ],
)
def test_the_mean_counts_each_level_as_often_as_it_weighs(
    levels: list[tuple[int, int]], mean: str | None
) -> None:
    found = weighted_mean([Weighed(value, weight, 100) for value, weight in levels])

    assert found == (Decimal(mean) if mean else None)


def test_the_sum_says_what_it_could_be_at_most() -> None:
    assert weighted_sum([Weighed(2, 3, 4), Weighed(1, 1, 3)]) == (7, 15)
    assert weighted_sum([]) == (0, 0)


def test_levels_that_never_occur_are_counted_too() -> None:
    assert occurrences([0, 2, 2], 4) == [1, 0, 2, 0]


# ------------------------------------------------------------------- frozen results


def agreed(level: int, **more: Any) -> dict[str, Any]:
    """A frozen requirement on a scale of four."""
    return {
        "key": "K-1",
        "title": "Titel",
        "text": "Text",
        "is_original": False,
        "outcome": Outcome.LEVEL,
        "level": level,
        "level_name": f"Stufe {level}",
        "place": (level - 0.5) / 4,
        "stops": ["a", "b", "c", "d"],
        "weight": 1,
        "scale": "stufen",
        "is_range": False,
        "lowest": 1,
        "highest": 4,
        **more,
    }


def two_minds() -> dict[str, Any]:
    nothing = {"level": None, "level_name": "", "place": None}
    return agreed(1) | nothing | {"outcome": Outcome.DISSENT}


def frozen(kind: str, *areas: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": 1,
        "aggregation": kind,
        "scope": "",
        "team_size": 5,
        "workshop_on": "",
        "instrument": "Probe 1.0",
        "areas": list(areas),
    }


def area(name: str, *rows: dict[str, Any], outer: str = "") -> dict[str, Any]:
    return {"key": name, "name": name, "outer": outer, "requirements": list(rows)}


def told(kind: str, *areas: dict[str, Any]) -> list[AreaNumbers]:
    found = numbers_of(read(frozen(kind, *areas)))
    assert isinstance(found, Numbers)
    return found.areas


def test_only_what_the_team_agreed_on_counts() -> None:
    (found,) = told("mean", area("A", agreed(4), agreed(1), two_minds()))

    assert (found.mean, found.counted, found.total) == (Decimal("2.5"), 2, 3)


def test_an_area_without_any_agreement_has_no_number() -> None:
    (found,) = told("mean", area("A", two_minds()))

    assert (found.mean, found.counted) == (None, 0)


def test_scales_are_never_put_together() -> None:
    percent = agreed(80, scale="prozent", is_range=True, lowest=0, highest=100)

    found = told("mean", area("A", agreed(2), percent))

    assert [row.mean for row in found] == [Decimal("2.0"), Decimal("80.0")]
    assert [(row.low, row.high) for row in found] == [("1 (a)", "4 (d)"), ("0", "100")]


def test_an_area_around_others_is_told_together_and_nothing_above_it() -> None:
    found = told(
        "sum",
        area("A – 1", agreed(4, weight=2), outer="A"),
        area("A – 2", agreed(1), outer="A"),
        area("B", agreed(3)),
    )

    assert [(row.name, row.is_whole, row.points) for row in found] == [
        ("A", True, (9, 12)),
        ("A – 1", False, (8, 8)),
        ("A – 2", False, (1, 4)),
        ("B", False, (3, 4)),
    ]


def test_the_distribution_counts_each_level_by_name() -> None:
    (found,) = told("distribution", area("A", agreed(1), agreed(3), agreed(3)))

    assert found.stops == (("a", 1), ("b", 0), ("c", 2), ("d", 0))
    assert (found.mean, found.points) == (None, None)


def test_what_weighs_more_is_named_where_weights_count() -> None:
    rows = area("A", agreed(1, key="K-1"), agreed(1, key="K-2", weight=3))

    both = {kind: numbers_of(read(frozen(kind, rows))) for kind in ("sum", "distribution")}

    assert [found.heavier for found in both.values() if found] == [[("K-2", 3)], []]


def test_results_from_before_and_instruments_that_ask_for_nothing_show_none() -> None:
    old = frozen("none", area("A", agreed(1)))
    del old["aggregation"]

    assert numbers_of(read(old)) is None
    assert numbers_of(read(frozen("none", area("A", agreed(1))))) is None


@pytest.mark.parametrize("share", [Share.WORDS, Share.PARTICIPATION])
def test_what_is_calculated_from_levels_is_shared_only_with_the_levels(share: Share) -> None:
    assert numbers_of(read(frozen("mean", area("A", agreed(1))), share)) is None


# ------------------------------------------------------------------- on the page

real = pytest.mark.usefixtures("cities")


def shown(client: Any, assessment: Assessment) -> str:
    """The numbers on the page of the result."""
    answer = client.get(reverse("result", args=[assessment.participation_id]))
    assert answer.status_code == 200
    _before, _, rest = answer.content.decode().partition('aria-labelledby="numbers"')
    return str(rest.partition("</section>")[0])


@real
def test_the_mean_is_told_per_criterion_and_part_in_german(
    client_for: Callable[..., Any],
) -> None:
    assessment = structures.released(structures.nine_criteria())

    text = shown(client_for("lead"), assessment)

    assert text.count("<strong>100,0</strong>") == 9 + 28
    assert "Kriterium Auskunft" in text


@real
def test_how_often_each_stage_occurs_is_told_per_module(client_for: Callable[..., Any]) -> None:
    assessment = structures.released(structures.four_modules(), index=1)

    text = shown(client_for("lead"), assessment)

    assert text.count("Aufbau: <strong>5</strong>") == 4
    assert text.count("Einstieg: <strong>0</strong>") == 4


@real
def test_the_sum_is_told_with_its_maximum(client_for: Callable[..., Any]) -> None:
    content = structures.four_modules() | {"aggregation": "sum"}
    content["areas"][0]["requirements"][0]["weight"] = 3
    assessment = structures.released(content, index=1)

    text = shown(client_for("lead"), assessment)

    assert "<strong>14</strong>" in text  # 2 × (3 + 1 + 1 + 1 + 1)
    assert "21" in text
    assert "3×" in text


@real
def test_our_own_instrument_shows_no_numbers(client_for: Callable[..., Any]) -> None:
    assessment = world.released()

    assert shown(client_for("lead"), assessment) == ""


@real
def test_numbers_stand_on_no_page_that_puts_institutions_side_by_side(
    client_for: Callable[..., Any],
) -> None:
    assessment = structures.released(structures.nine_criteria())

    answer = client_for("coordination").get(
        reverse("round_pattern", args=[assessment.participation.round_id])
    )

    assert "100,0" not in answer.content.decode()


@real
def test_numbers_come_from_the_frozen_result_alone(client_for: Callable[..., Any]) -> None:
    assessment = structures.released(structures.nine_criteria())
    before = shown(client_for("lead"), assessment)

    # nobody can do this to a released version; the page would not notice
    InstrumentVersion.objects.update(aggregation=Aggregation.SUM)
    Requirement.objects.update(weight=7)

    assert shown(client_for("lead"), assessment) == before
    content = Result.objects.get(assessment=assessment).content
    assert content["aggregation"] == "mean"
