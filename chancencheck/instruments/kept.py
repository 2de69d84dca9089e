"""The words of versions, kept per process as long as nobody changes them.

What is released does not change any more; each change of a draft gives it another stamp.
"""

from functools import lru_cache

from chancencheck.instruments.comparison import Difference, differences
from chancencheck.instruments.format import InstrumentFile
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.instruments.storage import read_words

MOST_KEPT = 16
Key = tuple[int, str]

_words: dict[Key, InstrumentFile] = {}


def words_of(*versions: InstrumentVersion) -> list[InstrumentFile]:
    """The words of some versions, without translations; those that are not kept are read at once.

    Whoever stores something must ask for the version anew afterwards: its row tells the stamp.
    """
    known = {
        _key(version): _words[_key(version)] for version in versions if _key(version) in _words
    }
    missing = [version for version in versions if _key(version) not in known]
    if missing:
        known |= dict(zip(map(_key, missing), read_words(*missing), strict=True))
        _words.update(known)
        for key in list(_words)[: max(0, len(_words) - MOST_KEPT)]:
            _words.pop(key, None)
    return [known[_key(version)] for version in versions]


def differences_between(
    before: InstrumentVersion, after: InstrumentVersion
) -> tuple[Difference, ...]:
    """What differs between two versions (see `comparison.differences`)."""
    words_of(before, after)  # both in one go, if they have to be read
    return _differences(_Pair(before, after))


class _Pair:
    """Two versions as one key."""

    def __init__(self, before: InstrumentVersion, after: InstrumentVersion) -> None:
        self.versions = (before, after)
        self.key = (_key(before), _key(after))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=MOST_KEPT)
def _differences(pair: _Pair) -> tuple[Difference, ...]:
    before, after = words_of(*pair.versions)
    return differences(before, after)


def forget() -> None:
    """Forget what is kept; needed only where a database is thrown away (tests, the example)."""
    _words.clear()
    _differences.cache_clear()


def _key(version: InstrumentVersion) -> Key:
    return version.pk, version.stamp
