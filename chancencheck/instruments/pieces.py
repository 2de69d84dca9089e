"""Two texts word by word: what is in both, what is gone, what is new."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Pairs of same words; with more (one word again and again) a change is shown as one block.
MOST_PAIRS = 30_000
# With fewer same words than this share, single words that happen to be alike only disturb.
ALIKE = 0.3


@dataclass(frozen=True)
class Piece:
    """Some words that are in both versions ("same"), only before ("gone") or only after ("new")."""

    kind: str
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in one row.

    Joined, "same" and "new" give the text after, "same" and "gone" the text before.
    """
    old, new = _words(before), _words(after)
    start, end = _common_ends(old, new)
    inner = [[word for _space, word in side[start : len(side) - end]] for side in (old, new)]
    if _pairs(*inner) > MOST_PAIRS:
        opcodes = [("replace", 0, len(inner[0]), 0, len(inner[1]))]
    else:
        matcher = SequenceMatcher(None, a=inner[0], b=inner[1], autojunk=False)
        opcodes = list(matcher.get_opcodes())
    same = start + end + sum(j - i for tag, i, j, _k, _m in opcodes if tag == "equal")
    if same - 1 < ALIKE * (min(len(old), len(new)) - 1):  # the end is no word
        return _blocks(before, after)
    steps = _steps(old[:start], new[:start])
    for tag, i, j, k, m in opcodes:
        sides = old[start + i : start + j], new[start + k : start + m]
        steps += _steps(*sides) if tag == "equal" else [(_together(sides[0]), _together(sides[1]))]
    steps += _steps(old[len(old) - end :], new[len(new) - end :])
    return tuple(_row(_joined(_joined(steps, _is_alike), _is_bridge)))


_Tokens = list[tuple[str, str]]


def _common_ends(old: _Tokens, new: _Tokens) -> tuple[int, int]:
    """How many words are the same at the start, and at the end."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start][1] == new[start][1]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end][1] == new[-1 - end][1]:
        end += 1
    return start, end


def _pairs(old: list[str], new: list[str]) -> int:
    """How many pairs of same words there are: what it costs to look for the best ones."""
    counts = Counter(new)
    return sum(number * counts[word] for word, number in Counter(old).items())


def _steps(old: _Tokens, new: _Tokens) -> list[tuple[str, str]]:
    """Same words; the space before them may differ."""
    steps = []
    for (old_space, word), (new_space, _same) in zip(old, new, strict=True):
        steps += [(old_space, new_space), (word, word)]
    return steps


def _together(words: _Tokens) -> str:
    return "".join(space + word for space, word in words)


def _blocks(before: str, after: str) -> tuple[Piece, ...]:
    if before == after:
        return (Piece("same", before),) if before else ()
    parts = (Piece("gone", before), Piece("new", after))
    return tuple(part for part in parts if part.text)


_Steps = list[tuple[str, str]]


def _joined(steps: _Steps, belong: Callable[[_Steps], bool]) -> _Steps:
    """Neighbours that belong together as one."""
    result: _Steps = []
    for number, (gone, new) in enumerate(steps):
        if result and belong([result[-1], *steps[number : number + 2]]):
            result[-1] = (result[-1][0] + gone, result[-1][1] + new)
        elif gone or new:
            result.append((gone, new))
    return result


def _is_alike(around: _Steps) -> bool:
    (gone, new), (next_gone, next_new) = around[:2]
    return (gone == new) == (next_gone == next_new)


def _is_bridge(around: _Steps) -> bool:
    """Changes with only a comma or the like between them are one."""
    (gone, new), (next_gone, next_new) = around[:2]
    if gone == new:
        return False
    is_between = next_gone == next_new and len(around) > 2
    return next_gone != next_new or (is_between and not re.search(r"\w", next_gone))


def _row(steps: _Steps) -> Iterator[Piece]:
    same = ""
    for gone, new in steps:
        if gone == new:
            same += gone
            continue
        lead = _common_space(gone, new)
        if same + lead:
            yield Piece("same", same + lead)
        same = ""
        parts = (("gone", gone[len(lead) :]), ("new", new[len(lead) :]))
        yield from (Piece(kind, text) for kind, text in parts if text)
    if same:
        yield Piece("same", same)


def _common_space(gone: str, new: str) -> str:
    space = gone[: len(gone) - len(gone.lstrip())]
    return space if gone != space and new.startswith(space) else ""


def _words(text: str) -> _Tokens:
    """Words and signs, each with the space before it; at the end an empty one."""
    return re.findall(r"(\s*)(\w+|[^\w\s]|$)", text)
