"""Scales: levels, bands and places."""

import pytest

from chancencheck.instruments.rules import Stop, bands, position, stop_index


@pytest.mark.parametrize(("low", "high"), [(0, 100), (1, 10), (0, 3), (1, 2), (-5, 5)])
def test_every_value_of_a_range_lies_in_exactly_one_band(low: int, high: int) -> None:
    found = bands(low, high)

    for value in range(low, high + 1):
        assert sum(band.value <= value <= band.highest for band in found) == 1
    assert all(band.value <= band.highest for band in found)
    assert len(found) <= 5


def test_a_value_off_the_scale_has_no_place() -> None:
    with pytest.raises(ValueError, match="7"):
        stop_index([Stop(1, 1, "a"), Stop(2, 2, "b")], 7)


def test_places_run_from_start_to_end() -> None:
    stops = [Stop(value, value, "") for value in (1, 2, 3, 4)]

    assert [position(stops, value) for value in (1, 4)] == [0.125, 0.875]
