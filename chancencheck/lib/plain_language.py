"""A second look at German sentences, for people who write requirements, questions and help texts.

What a machine can see is on the surface: long sentences and words, the passive, nouns where a verb
would do, abbreviations. It cannot judge whether a text is true, whether it matters, whether it is
kind, and whether the people it is for understand it. Only they can say that: ask a test group
(Prüfgruppe). So every note is advice. Nothing here may stop anybody from saving, and a text without
notes is not "Leichte Sprache".

The index is LIX: words per sentence plus the share of words with more than six letters, in percent
(Björnsson, Läsbarhet, 1968). Compared with the Wiener Sachtextformel (Bamberger and Vanecek, 1984)
it needs no syllables, so a person can count it again by hand, and it gives no school year, which
would sound like a verdict on readers. What it means follows the values for German kinds of text by
Lenhard and Lenhard (psychometrica.de/lix.html). It says something about length, nothing else.

Syllables are vowels spoken in one go. Pyphen was tried on the words of our instrument: it cuts words
for the end of a line, which is something else, and makes seven syllables of "Zusammenarbeit".

Limits worth knowing: a line break ends a sentence; English words are read as German ones; where a
participle looks like the infinitive ("wird beraten") or stands far from its "werden", the passive is
let pass. Rather a note too few than a wrong one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _

MOST_WORDS = 15  # in a sentence
MOST_LETTERS = 20  # in a word, or between its hyphens
MANY_SYLLABLES = 6
MANY_NOUNS = 3  # like "Durchführung", in one sentence
MOST_NOTES = 8
# Sentences of our instrument, drawn by chance to this length, differ by 5 (standard deviation), half
# of a step of `_meaning`; with 30 words it is 10, and the index would be chance.
WORDS_FOR_AN_INDEX = 100


@dataclass(frozen=True)
class Note:
    """One thing worth a second look."""

    kind: str  # "sentence", "word", "passive", "nominal" or "abbreviation"
    words: str  # the words concerned, as written; of long ones the beginning and "…"
    message: str  # one sentence: what to try


@dataclass(frozen=True)
class Reading:
    """What can be counted in a text, and what may be worth a second look."""

    sentences: int
    words: int
    longest_sentence: int  # in words
    index: int | None  # LIX; None if the text is too short to say
    meaning: str  # what the index means; "" without one
    notes: tuple[Note, ...]


Found = Iterator[tuple[str, str]]  # the words concerned, and what to try
Sentence = list[str]  # words, and the marks between them


def read(text: str) -> Reading:
    """Count, and look for what may be hard to read. The time grows with the text, not faster."""
    sentences = list(_sentences(text))
    lengths = [sum(_is_word(token) for token in sentence) for sentence in sentences]
    index = _lix(sentences, sum(lengths))
    return Reading(
        sentences=len(sentences),
        words=sum(lengths),
        longest_sentence=max(lengths, default=0),
        index=index,
        meaning="" if index is None else _meaning(index),
        notes=_notes(sentences),
    )


# ------------------------------------------------------------------- words and sentences

# How to say it in full; nothing, if all know it and only its dot must not end the sentence.
SHORT_FORMS = {
    "abs.": "Absatz",
    "bspw.": "zum Beispiel",
    "bzgl.": "zu",
    "bzw.": "oder",
    "ca.": "ungefähr",
    "etc.": "und so weiter",
    "evtl.": "vielleicht",
    "gem.": "nach",
    "ggf.": "wenn nötig",
    "inkl.": "mit",
    "insb.": "vor allem",
    "lt.": "nach",
    "max.": "höchstens",
    "mind.": "mindestens",
    "sog.": "so genannt",
    "usw.": "und so weiter",
    "vgl.": "siehe",
    "ziff.": "Ziffer",
    "zzgl.": "und dazu",
    "zzt.": "jetzt",
    "d.h.": "das heißt",
    "i.d.r.": "meistens",
    "o.ä.": "oder Ähnliches",
    "s.o.": "siehe oben",
    "s.u.": "siehe unten",
    "u.a.": "unter anderem",
    "u.u.": "vielleicht",
    "u.ä.": "und Ähnliches",
    "v.a.": "vor allem",
    "z.b.": "zum Beispiel",
    "z.t.": "zum Teil",
    "z.zt.": "jetzt",
    "dr.": "",
    "ff.": "",
    "min.": "",
    "mio.": "",
    "mrd.": "",
    "nr.": "",
    "prof.": "",
    "st.": "",
    "str.": "",
    "tel.": "",
}
LAST_IN_A_SENTENCE = {"etc.", "usw.", "u.a.", "o.ä.", "u.ä.", "s.o.", "s.u."}

# Letters, digits, accents that stand alone, and signs nobody sees inside a word (soft hyphen).
INSIDE = r"[\w\u0300-\u036f\u00ad\u200b-\u200d]"
# Each part begins with a sign that the part before cannot hold, so nothing is ever read twice.
TOKEN = re.compile(
    r"(?P<short>(?<!\w)(?:[^\W\d_]\.(?:[ \u00a0\u202f]?[^\W\d_]\.)+|(?i:"
    + "|".join(re.escape(form) for form in SHORT_FORMS if form.count(".") == 1)
    + r")|(?i:art)\.(?=\s?\d)))"
    rf"|(?P<word>{INSIDE}+(?:[*:·@'’‑-]{INSIDE}+|\.(?=[a-z0-9]){INSIDE}+|/-?in(?:nen)?\b|\(in(?:nen)?\))*)"
    r"|(?P<end>[.!?…]|:(?=\s)|[\n\r\u2028\u2029])"
    r"|(?P<mark>[,;()–—/„“”\"»«])"
)
GENDER = re.compile(r"[*:·_/]-?in(?:nen)?|\(in(?:nen)?\)|(?<=[a-zäöüß])In(?=nen|$)(?:nen)?")
UNSEEN = re.compile("[\u00ad\u200b-\u200d]")
VOWELS = re.compile(
    r"(?<!q)(?:[aä]u|(?<!b)eu|[ae][iy]|ie|io(?=n)|aa|ee|oo|[aeiouyäöüéèêà])", re.IGNORECASE
)


def _set(words: str) -> frozenset[str]:
    """A long list of words on few lines."""
    return frozenset(words.split())


def _sentences(text: str) -> Iterator[Sentence]:
    """The sentences that hold at least one word."""
    sentence: Sentence = []
    for match in TOKEN.finditer(text):
        token = match[0]
        if match["end"]:
            if token != "." or _ends(text, match.start()):
                yield from _if_words(sentence)
                sentence = []
            continue
        sentence.append(token)
        if match["short"] and _key(token) in LAST_IN_A_SENTENCE and _capital_follows(text, match):
            yield from _if_words(sentence)
            sentence = []
    yield from _if_words(sentence)


def _if_words(sentence: Sentence) -> Iterator[Sentence]:
    if any(_is_word(token) for token in sentence):
        yield sentence


def _ends(text: str, dot: int) -> bool:
    """Whether a dot ends the sentence: not in "3. Mai", and not before a small letter."""
    before, after = text[max(dot - 3, 0) : dot], text[dot + 1 : dot + 5].lstrip(" \u00a0\u202f")
    if re.search(r"(?<!\d)\d\d?$", before) and after[:1].isalnum():
        return False
    return not after[:1].islower()


def _capital_follows(text: str, match: re.Match[str]) -> bool:
    return text[match.end() : match.end() + 3].strip()[:1].isupper()


def _is_word(token: str) -> bool:
    return any(sign.isalnum() for sign in token)


def _key(short: str) -> str:
    return re.sub(r"\s", "", short).lower()


def _without_ending(word: str) -> str:
    """The word without what nobody sees and without "*innen": nobody shall be told to drop that."""
    return GENDER.sub("", UNSEEN.sub("", word))


def count_syllables(word: str) -> int:
    """How many vowels are spoken apart; by spelling, so now and then one too many or too few."""
    return len(VOWELS.findall(word))


# ------------------------------------------------------------------- the index


def _lix(sentences: list[Sentence], words: int) -> int | None:
    if words < WORDS_FOR_AN_INDEX:
        return None
    long = sum(
        sum(sign.isalpha() for sign in token) > 6 for sentence in sentences for token in sentence
    )
    return round(words / len(sentences) + 100 * long / words)


def _meaning(index: int) -> str:
    if index < 40:
        return _("Sentences and words are about as long as in books for young people.")
    if index < 50:
        return _("Sentences and words are about as long as in novels.")
    if index < 60:
        return _("Sentences and words are about as long as in non-fiction books.")
    return _("Sentences and words are about as long as in books for experts.")


# ------------------------------------------------------------------- the notes


def _notes(sentences: list[Sentence]) -> tuple[Note, ...]:
    """The first of each kind, then the second of each, and so on; shown in the order of the text."""
    explained = _explained(sentences)
    kinds: dict[str, dict[str, tuple[int, Note]]] = {}
    place = 0
    for sentence in sentences:
        for kind, found in (
            ("sentence", _long_sentence(sentence)),
            ("word", _long_words(sentence)),
            ("passive", _passives(sentence)),
            ("nominal", _nominals(sentence)),
            ("abbreviation", _abbreviations(sentence, explained)),
        ):
            for words, message in found:
                place += 1
                note = Note(kind, words, message)
                kinds.setdefault(kind, {}).setdefault(words.lower(), (place, note))
    turns = zip_longest(*(list(found.values())[:MOST_NOTES] for found in kinds.values()))
    chosen = [entry for turn in turns for entry in turn if entry][:MOST_NOTES]
    return tuple(note for _place, note in sorted(chosen, key=lambda entry: entry[0]))


def _cut(words: str, longest: int = 80) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _long_sentence(sentence: Sentence) -> Found:
    words = [token for token in sentence if _is_word(token)]
    if len(words) > MOST_WORDS:
        message = _("This sentence has %(number)s words: try to make two or three of it.")
        yield _cut(" ".join(words[:6])) + " …", message % {"number": len(words)}


def _long_words(sentence: Sentence) -> Found:
    for token in sentence:
        if "@" in token or "." in token:
            continue  # an address
        parts = re.split("[-‑]", _without_ending(token))
        if any(len(p) > MOST_LETTERS or count_syllables(p) >= MANY_SYLLABLES for p in parts):
            yield _cut(token), _("This word is long: try a shorter one or several short ones.")


# Nouns made of verbs and adjectives; those that name a thing to touch or a person are no burden.
NOUN = re.compile(r"[A-ZÄÖÜ]\w*(?:ung|heit|keit|ion|ität)(?:s|en)?$")
THINGS = re.compile(
    r"(?:wohnung|einrichtung|verwaltung|abteilung|veranstaltung|zeitung|kleidung|rechnung|zeichnung|sitzung|leitung|behinderung|krankheit"
    r"|region|station|million|religion|person)(?:s|en)?$",
    re.IGNORECASE,
)
# The words, the beginnings of the verb that goes with them, a plain verb instead.
PHRASES = [
    ("zur Verfügung", ("stell", "gestell"), "anbieten, geben"),
    ("zur Verfügung", ("steh", "stand", "gestand"), "da sein, es gibt"),
    ("in Anspruch", ("nehm", "nimm", "nahm", "genomm"), "nutzen"),
    ("in Betracht", ("zieh", "zog", "gezog"), "überlegen"),
    ("in Kenntnis", ("setz", "gesetz"), "informieren"),
    ("zur Kenntnis", ("nehm", "nimm", "nahm", "genomm"), "lesen, hören"),
    ("zur Anwendung", ("komm", "kam", "gekomm", "bring"), "anwenden"),
    ("zum Einsatz", ("komm", "kam", "gekomm", "bring"), "nutzen"),
    ("zum Ausdruck", ("bring", "brach", "gebrach", "komm"), "sagen, zeigen"),
    ("unter Beweis", ("stell", "gestell"), "zeigen, beweisen"),
    ("in die Wege", ("leit", "geleit"), "anfangen"),
    ("Sorge", ("trag", "träg", "trug", "getrag"), "sorgen"),
    ("Anwendung", ("find", "fand", "gefund"), "gelten"),
    ("Berücksichtigung", ("find", "fand", "gefund"), "beachten"),
    ("Entscheidung", ("treff", "triff", "traf", "getroff"), "entscheiden"),
    ("Entscheidungen", ("treff", "triff", "traf", "getroff"), "entscheiden"),
    ("Prüfung", ("vornehm", "vorgenomm", "durchführ", "durchgeführ"), "prüfen"),
]


def _nominals(sentence: Sentence) -> Found:
    nouns = [
        token
        for token in dict.fromkeys(sentence)
        if NOUN.match(word := _without_ending(token)) and not THINGS.search(word)
    ]
    if len(nouns) >= MANY_NOUNS:
        shown = _cut(", ".join(nouns[:MOST_NOTES]))
        yield shown, _("Many nouns in one sentence: try to say with verbs who does what.")
    together = " ".join(["", *sentence, ""]).lower()
    for words, verbs, plain in PHRASES:
        if f" {words.lower()} " in together and any(token.startswith(verbs) for token in sentence):
            yield words, _("A plain verb is easier, for example: %(verb)s.") % {"verb": plain}


# Everybody knows these, or they are ordinary words that somebody stresses.
KNOWN = _set("CD DVD EU IT LKW OK PC PDF PKW QR SMS TV USA USB WC WLAN")
STRESSED = _set("ALLE ALLES KEIN KEINE NICHT NIE NUR IMMER MUSS ODER SIE UND WIR JA NEIN")
CAPITALS = re.compile(r"(?![IVX]+$)[A-ZÄÖÜ]{2,6}$")


def _capitals(token: str) -> str:
    """The abbreviation in capitals that a word is or begins with, else ''."""
    first, *rest = re.split("[-‑]", token, maxsplit=1)
    is_unknown = CAPITALS.match(first) and first not in KNOWN | STRESSED
    return first if is_unknown and not "".join(rest)[:1].isdigit() else ""


def _explained(sentences: list[Sentence]) -> set[str]:
    """Abbreviations that stand in brackets after their words, or before the brackets."""
    return {
        here
        for sentence in sentences
        for before, here, after in zip(["", *sentence], sentence, [*sentence[1:], ""], strict=False)
        if (before == "(" and after == ")") or after == "("
    }


def _abbreviations(sentence: Sentence, explained: set[str]) -> Found:
    shouted = not any(sign.islower() for token in sentence for sign in token)
    for token in sentence:
        if plain := SHORT_FORMS.get(_key(token)) if token.endswith(".") else "":
            yield token, _("Try to write it in full, for example “%(words)s”.") % {"words": plain}
        elif not shouted and (letters := _capitals(token)) and letters not in explained:
            yield (
                letters,
                _("Not everybody knows these letters: try the full name, with them in brackets."),
            )


# ------------------------------------------------------------------- the passive

WERDEN = _set("werde wirst wird werden werdet wurde wurdest wurden wurdet würde würden worden")
# Another verb: what follows belongs to it.
VERBS = _set(
    "ist sind war waren hat haben hatte hatten kann können soll sollen muss müssen darf dürfen "
    "will wollen"
)
# After a comma these begin a clause of its own.
CLAUSES = _set(
    "als bevor bis da damit das dass dem den denen denn der deren dessen die falls indem nachdem ob "
    "obwohl sobald solange sondern sodass um was weil welche welchen welcher welches wenn wer wie "
    "wo wobei wodurch womit"
)
# A participle closes its clause, so one of these may follow, or a mark, or the end.
CLOSING = _set(
    "und oder sowie aber als wie an am auf aus bei beim durch für gegen im in mit nach ohne seit "
    "über um unter von vom vor zu zum zur"
)
REACH = 40  # words from "wird" to its participle; a bound, so that no text can make it slow

APART = (
    "ab|an|auf|aus|bei|bekannt|bereit|dar|durch|ein|entgegen|fest|fort|frei|für|gegenüber|her|heran"
    "|heraus|herbei|hervor|hin|hinein|hinzu|hoch|klar|los|mit|nach|nieder|offen|sicher|statt|teil"
    "|über|um|unter|voll|vor|voran|voraus|wahr|weg|weiter|wieder|zu|zurück|zusammen"
)
FAST = "be|emp|ent|er|hinter|miss|über|um|unter|ver|voll|wider|zer"
# How the middle of a verb sounds only in the participle: schreiben, beschrieben.
CHANGED = (
    "bot|boten|brochen|bunden|dorben|fohlen|funden|glichen|gonnen|gossen|griffen|hoben|logen|loren"
    "|mieden|nommen|rissen|rungen|schieden|schlossen|schnitten|schoben|schrieben|schwunden|sprochen"
    "|standen|stiegen|stohlen|trieben|troffen|wiesen|wogen|wonnen|worben|worfen|wunden|zogen|zwungen"
)
PARTICIPLE = re.compile(
    rf"(?:{APART})?ge(?!gen|\w*ieren$)\w{{2,}}(?:t|en)|(?:{APART})?getan"  # geprüft, angeboten
    rf"|(?:{APART})?(?:{FAST})\w{{2,}}t"  # verbessert, vorbereitet
    rf"|(?:{APART})?(?:{FAST})(?:{CHANGED})"  # beschlossen, einbezogen
    r"|\w{2,}iert"  # dokumentiert
)
# Infinitive and participle in one: "soll beraten werden" is passive, "wird beraten" may be future.
BOTH = _set("beraten behalten entlassen erhalten übergeben überlassen vergessen vertreten")
# The same shape, yet an infinitive, an adjective or an adverb.
NO_PARTICIPLE = re.compile(
    rf"(?:{APART})?ge(?:bären|bieten|brauchen|bühren|deihen|denken|dulden|fallen|fährden|hören|horchen|langen|leiten"
    r"|lingen|loben|lten|nehmigen|nesen|nießen|nügen|raten|reichen|schehen|stalten|statten|stehen"
    r"|sunden|trauen|währen|währleisten|winnen|wöhnen|recht|samt|eignet|wohnt|wissen)"
    r"|bedacht|bekannt|beliebt|bereit|berühmt|bestimmt|bewusst|ernst|erwachsen|insgesamt|umsonst"
    r"|unbedingt|überhaupt|verrückt|verwandt"
)
GE_NOUN = re.compile(  # at the beginning of a sentence a noun looks the same: Gewalt, Gesundheit
    r"ge.*(?:heit|keit|schaft|schäft|halt|stalt|walt|biet|bet|bot|richt|wicht|sicht|burt|rät|recht"
    r"|schlecht|bühren|fahren|danken|wissen|räten)$"
)


def _is_participle(token: str, *, first: bool = False) -> bool:
    word = token.lower() if first else token
    if first and token[:1].isupper() and ("ge" not in word or GE_NOUN.match(word)):
        return False
    return bool(PARTICIPLE.fullmatch(word)) and not NO_PARTICIPLE.fullmatch(word)


def _passives(sentence: Sentence) -> Found:
    """ "wird geprüft", "geprüft wird", "wird … geprüft"; not "wird prüfen"."""
    for place, token in enumerate(sentence):
        if token.lower() not in WERDEN:
            continue
        start = place - 2 if place > 1 and sentence[place - 1] == "zu" else place - 1
        closest = sentence[start] if start >= 0 else ""
        if _is_participle(closest, first=start == 0) or closest in BOTH:
            words = " ".join(sentence[start : place + 1])
        elif found := _participle_after(sentence[place + 1 : place + 1 + REACH]):
            words = f"{token} {found}"
        else:
            continue
        yield _cut(words), _("Passive: try to say who does it, for example “We check …”.")


def _participle_after(tokens: Sentence) -> str:
    """The participle that belongs to the "werden" before these words, with "… " if it is far."""
    elsewhere = False
    for place, (token, following) in enumerate(zip(tokens, [*tokens[1:], ""], strict=False)):
        if token == ",":
            elsewhere = following.lower() in CLAUSES
        elif elsewhere:
            continue
        elif token in WERDEN or token in VERBS:
            return ""
        elif _is_participle(token) and (not _is_word(following) or following in CLOSING):
            return f"… {token}" if place else token
    return ""
