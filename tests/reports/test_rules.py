"""What many have in common is told only when it is many."""

from chancencheck.reports.rules import Pattern, halves, patterns


def test_a_middle_stop_is_in_neither_half() -> None:
    assert halves([0, 1, 2, 2], 3) == (1, 2)


def test_fewer_than_three_levels_are_no_pattern() -> None:
    assert patterns({"KOM-1": [0, 0]}, {"KOM-1": 4}) == ([], [])


def test_half_is_not_most() -> None:
    assert patterns({"KOM-1": [0, 1, 2, 3]}, {"KOM-1": 4}) == ([], [])


def test_most_in_the_lower_half_is_told_with_its_numbers() -> None:
    low, high = patterns({"KOM-1": [0, 1, 3]}, {"KOM-1": 4})

    assert low == [Pattern("KOM-1", 2, 3)]
    assert high == []


def test_the_strongest_three_are_told() -> None:
    stops = {f"A-{i}": [3] * (3 + i) + [0] for i in range(5)}

    _, high = patterns(stops, dict.fromkeys(stops, 4))

    assert [p.key for p in high] == ["A-4", "A-3", "A-2"]
