"""Which class a change of words probably has. A proposal only: a person decides.

Looks at stems instead of words, so that “Mitarbeiterinnen und Mitarbeiter” and “Mitarbeitende”
count as the same. Made for German; in other languages it proposes “meaning” a little too often.
"""

import re
from collections import Counter
from difflib import SequenceMatcher

from chancencheck.instruments.choices import ChangeKind

# From this share of same stems on, a reworded text probably still asks the same.
SAME_WORDS = 0.75
# What is rated or counted, or says what people shall answer to.
RATED = frozenset(
    {
        "title",
        "text",
        "name",
        "description",
        "range",
        "standard_questions",
        "reflection_questions",
        "citizen_questions",
        "citizen_scale",
    }
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Stems of words that turn a sentence round, make it stricter, or say how often and how many.
TURNING = _set(
    "nicht kein nie niemals ohne weder ausser immer stets meist oft selten manchmal all jed "
    "viel wenig einig manch mehr weniger nur auch muss soll sollt kann konnt darf mocht will mindest hochst moglichst kaum fast regelmassig jahrlich monatlich wochentlich "
    "taglich sofort freiwillig verbindlich "
    "not no never always all every only must should can may without"
)
_SAME = {"konn": "kann", "durf": "darf"}
# Words that carry no meaning alone.
_SMALL = _set(
    "der die das den dem des ein eine einen einem einer eines und oder sowie als wie so dass ob "
    "in im an am auf aus bei beim mit nach von vom vor zu zum zur fur durch uber unter um bis "
    "ist sind war wird werden wurde wurden hat haben wir ihr sie er es uns unser unsere unseren "
    "unserem unserer unseres ihre ihren ihrem ihrer sich dies diese diesen diesem dieser dieses "
    "dabei dazu damit hier dort the a an of and or to in is are we our"
)
_NUMBERS = {
    "null": "0",
    "zwei": "2",
    "drei": "3",
    "vier": "4",
    "funf": "5",
    "sechs": "6",
    "sieben": "7",
    "acht": "8",
    "neun": "9",
    "zehn": "10",
    "elf": "11",
    "zwolf": "12",
}
_FOLD = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
# “Mitarbeiter:innen”, “Mitarbeiter*innen”, “Bürger/-innen”, “MitarbeiterInnen”
_GENDER = re.compile(r"(?<=\w)(?:[*:·_]|/-?)(?=in(?:nen)?\b)|(?<=[a-zäöüß])(?=Innen\b)")
_ENDING = re.compile(r"(?:innen|ungen|ende[nrms]?|end|ung|ern|er|en|em|es|in|e|n|s)$")
_SHORTEST = 4  # letters that must remain of a stem
_FEW = 5  # changed words in which a spelling mistake is looked for


def proposed_kind(field: str, before: str, after: str) -> ChangeKind:
    """The class that a change of words probably has."""
    if field not in RATED:
        return ChangeKind.WORDING
    old, new = _stems(before), _stems(after)
    if _turning(old) != _turning(new) or _numbers(old) != _numbers(new) or _negated(old, new):
        return ChangeKind.MEANING
    # Where a sentence turns on a word like “not”, the order says what it turns.
    share = _share_in_order(old, new) if _turning(old) else _share(old, new)
    return ChangeKind.WORDING if share >= SAME_WORDS else ChangeKind.MEANING


def _stems(text: str) -> list[str]:
    words = re.findall(r"\w+", _GENDER.sub("", text).lower().translate(_FOLD))
    return [_NUMBERS.get(word) or _stem(word) for word in words if word not in _SMALL]


def _stem(word: str) -> str:
    if word in TURNING:
        return word
    for _ in range(3):
        shorter = _ENDING.sub("", word)
        if shorter in TURNING or shorter in _SAME:  # “keinem”, “jede”, which are short
            return _SAME.get(shorter, shorter)
        if shorter == word or len(shorter) < _SHORTEST:
            break
        word = shorter
    return word


def _turning(stems: list[str]) -> frozenset[str]:
    return TURNING.intersection(stems)


def _numbers(stems: list[str]) -> list[str]:
    return sorted(number for stem in stems for number in re.findall(r"\d+", stem))


def _negated(old: list[str], new: list[str]) -> bool:
    """Whether “verständlich” became “unverständlich”, or the other way round."""
    gone, come = set(old) - set(new), set(new) - set(old)
    return any(f"un{stem}" in come for stem in gone) or any(f"un{stem}" in gone for stem in come)


def _share(old: list[str], new: list[str]) -> float:
    if not old and not new:
        return 1.0
    before, after = Counter(old), Counter(new)
    common = (before & after).total() + _misspelt(before - after, after - before)
    return 2 * common / (len(old) + len(new))


def _misspelt(gone: Counter[str], come: Counter[str]) -> int:
    """How many long words differ in hardly more than a letter."""
    if len(gone) > _FEW or len(come) > _FEW:
        return 0
    return sum(
        any(
            min(len(stem), len(other)) >= 7
            and SequenceMatcher(None, stem, other, autojunk=False).ratio() > 0.88
            for other in come
        )
        for stem in gone
    )


def _share_in_order(old: list[str], new: list[str]) -> float:
    return SequenceMatcher(None, old, new, autojunk=False).ratio()
