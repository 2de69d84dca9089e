"""The second look at German sentences: what it finds, what it leaves alone, and that it stays quick."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import translation

from chancencheck.lib import plain_language
from chancencheck.lib.plain_language import Reading, count_syllables, read

INSTRUMENT = Path(__file__).parents[2] / "chancencheck/instruments/data/chancencheck-lu-1.0.yaml"


def noted(text: str, kind: str) -> list[str]:
    return [note.words for note in read(text).notes if note.kind == kind]


# ------------------------------------------------------------------- counting


def test_no_text_is_no_trouble() -> None:
    assert read("") == read(" \n– …\n") == Reading(0, 0, 0, None, "", ())


@pytest.mark.parametrize(
    ("text", "sentences", "words"),
    [
        ("Wir fragen. Sie antworten!", 2, 4),
        ("Wir fragen: Was fehlt? Was stört?", 3, 6),
        ("„Das ist gut.“ Dann weiter.", 2, 5),
        ("Das gilt am 3. Mai. Am 12. Mai nicht.", 2, 9),
        ("Das gilt seit 2021. Heute auch.", 2, 6),
        ("Wir beraten z. B. Kinder. Und ihre Eltern.", 2, 7),
        ("Wir beraten z.\u202fB. Kinder", 1, 4),
        ("Wir fragen Kinder, Eltern usw. Dann schreiben wir.", 2, 8),
        ("Auf diese Art. Nach Art. 3 nicht.", 2, 7),
        ("Von 10:30 bis 12 Uhr unter www.stadt.de", 1, 7),
        ("- lesen\n- schreiben\n\n1. rechnen", 3, 4),
    ],
)
def test_sentences_and_words_are_counted_as_people_count_them(
    text: str, sentences: int, words: int
) -> None:
    reading = read(text)

    assert (reading.sentences, reading.words) == (sentences, words)


@pytest.mark.parametrize(
    "word",
    [
        *["Bürger*innen", "Bürger:innen", "Bürger_innen", "Bürger·innen", "BürgerInnen"],
        *["Bürger/innen", "Bürger/-innen", "Bürger(innen)", "jede*r", "Bürger*innen-Rat"],
        *["Bürger*innenrat", "E-Mail-Adresse", "geht’s", "Bu\u0308rger", "Bürger\u00adinnen"],
    ],
)
def test_one_word_is_one_word(word: str) -> None:
    assert (read(word).words, read(f"Die {word}.").words) == (1, 2)
    assert read(word).notes == ()


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("Abend", 2),
        ("über", 2),
        ("Quote", 2),
        ("Formular", 3),
        ("beurteilen", 4),
        ("Mitarbeitende", 5),
        ("Zusammenarbeit", 5),
        ("Informationen", 5),
        ("regelmäßige", 5),
        ("interkulturelle", 6),
        ("Qualitätsanforderung", 7),
        ("Bu\u0308rger", 2),
    ],
)
def test_syllables(word: str, syllables: int) -> None:
    assert count_syllables(word) == count_syllables(word.upper()) == syllables


# ------------------------------------------------------------------- the index


def test_the_index_is_what_a_person_would_calculate() -> None:
    # 5 words a sentence, 1 of 5 words longer than six letters: 5 + 20
    reading = read("Wir lesen alle Briefe gemeinsam. " * 20)

    assert (reading.words, reading.sentences, reading.index) == (100, 20, 25)


def test_a_short_text_has_no_index() -> None:
    reading = read("Wir lesen alle Briefe gemeinsam. " * 19)

    assert (reading.index, reading.meaning) == (None, "")


@pytest.mark.parametrize(
    ("long", "index", "like"),
    [
        (34, 39, "young people"),
        (35, 40, "novels"),
        (44, 49, "novels"),
        (45, 50, "non-fiction"),
        (55, 60, "experts"),
    ],
)
def test_each_step_of_the_index_has_its_words(long: int, index: int, like: str) -> None:
    words = ["Gedanken"] * long + ["Tor"] * (100 - long)
    sentences = [" ".join(words[place : place + 5]) for place in range(0, 100, 5)]

    with translation.override("en"):
        reading = read(". ".join(sentences))

    assert reading.index == index
    assert like in reading.meaning


# ------------------------------------------------------------------- the notes


def test_sixteen_words_are_a_long_sentence_and_fifteen_are_not() -> None:
    assert noted("Wort " * 15 + ".", "sentence") == []
    assert noted("Wort " * 16 + ".", "sentence") == ["Wort Wort Wort Wort Wort Wort …"]
    with translation.override("en"):
        assert "16" in read("Wort " * 16).notes[0].message


@pytest.mark.parametrize("word", ["Bescheid", "Mitarbeiter*innen", "Leistungs-Berechtigungs-Karte"])
def test_ordinary_words_endings_with_a_star_and_hyphens_are_left_alone(word: str) -> None:
    assert noted(f"Hier steht {word}.", "word") == []


@pytest.mark.parametrize(
    "word",
    ["Verwaltungsverfahrensgesetz", "Qualitätsanforderung", "Verwaltungsmitarbeiter*innen"],
)
def test_long_words_are_noted_as_written(word: str) -> None:
    assert noted(f"Hier steht {word}.", "word") == [word]


def test_addresses_are_no_words() -> None:
    assert read("www.verwaltungsgemeinschaft.de, buergerbeteiligungsbuero@stadt.de").notes == ()


PASSIVE = """
Der Antrag wird geprüft.
Die Anträge werden von der Stelle sorgfältig geprüft und beantwortet.
Kurse werden in drei Sprachen angeboten.
Das Formular wurde gemeinsam mit Betroffenen verbessert.
Es wird dokumentiert, wer gefehlt hat.
Alle Regeln müssen eingehalten werden.
Menschen haben das Recht, informiert zu werden.
Die Briefe sind übersetzt worden.
Wenn etwas beschlossen wird, erfahren es alle.
Gefördert werden Menschen mit wenig Geld.
Wird der Eingang ohne Stufen erreicht?
Briefe, Formulare und Aushänge werden, wenn nötig, übersetzt.
Es werden Briefe, Formulare, Aushänge und Plakate geprüft.
Ein Plan würde gebraucht.
Die Kinder sollen gut beraten werden.
Das wird getan.
Es wird darauf geachtet, dass alle mitreden.
Alle Bürger*innen werden eingeladen.
Die Fragen werden ausführlich besprochen; danach entscheidet die Leitung.
Die Regeln, die im Team vereinbart wurden, gelten für alle.
Wird regelmäßig überprüft, ob die Texte stimmen?
Die Daten werden gelöscht (nach drei Jahren).
Auf dem Schild steht: „Hier wird gebaut“ und sonst nichts.
"""
NOT_PASSIVE = """
Die Stelle wird prüfen.
Das Team wird den Antrag bald prüfen.
Wir werden Kurse anbieten.
Wir werden Sie beraten.
Sie werden einen Brief erhalten.
Wir werden Ideen generieren.
Wir werden gewährleisten, dass alle kommen können.
Das Team wird den Ablauf neu gestalten.
Sie werden sehen, was geplant ist.
Wir werden die geplanten Räume nutzen.
Wir werden den Menschen, die betroffen sind, helfen.
Sie wird den Brief geschrieben haben.
Die Wege werden kürzer.
Sie wird Lehrerin.
Die Regeln werden bekannt.
Das wird überhaupt nicht einfach.
Die Menschen sind zufrieden geworden.
Gewalt wird weniger.
Gesundheit wird wichtiger.
Wurde etwas besser, nachdem Menschen Kritik gesagt haben?
Es wird ruhig und alle haben gelernt.
Die Tür ist geöffnet.
Die Würde des Menschen ist geschützt.
Die Stelle prüft den Antrag.
"""


@pytest.mark.parametrize("sentence", PASSIVE.strip().splitlines())
def test_the_passive_is_found(sentence: str) -> None:
    assert len(noted(sentence, "passive")) == 1


@pytest.mark.parametrize("sentence", NOT_PASSIVE.strip().splitlines())
def test_what_only_looks_like_the_passive_is_left_alone(sentence: str) -> None:
    assert noted(sentence, "passive") == []


def test_the_passive_is_shown_with_both_its_parts() -> None:
    assert noted("Heute wird der Antrag geprüft.", "passive") == ["wird … geprüft"]
    assert noted("Er muss geprüft werden.", "passive") == ["geprüft werden"]


def test_several_nouns_that_hide_verbs_are_noted() -> None:
    assert noted("Die Planung und Durchführung der Überprüfung dauert.", "nominal") == [
        "Planung, Durchführung, Überprüfung"
    ]
    assert noted("Die Planung und Durchführung dauert. Die Überprüfung auch.", "nominal") == []
    assert noted("Menschen mit Behinderung finden Wohnung und Zeitung.", "nominal") == []


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Wir stellen Räume zur Verfügung.", "zur Verfügung"),
        ("Zur Verfügung stehen Räume.", "zur Verfügung"),
        ("Nehmen oder nahmen sie Hilfe in Anspruch?", "in Anspruch"),
        ("Die Leitung trägt Sorge dafür.", "Sorge"),
    ],
)
def test_a_noun_with_a_pale_verb_is_noted(sentence: str, words: str) -> None:
    assert noted(sentence, "nominal") == [words]
    assert noted("Wir geben Ihnen Räume und sorgen für Hilfe ohne Sorge.", "nominal") == []


@pytest.mark.parametrize(
    "short", ["z. B.", "z.B.", "ggf.", "Ggf.", "i. d. R.", "bzw.", "SGB", "AGG"]
)
def test_abbreviations_are_noted(short: str) -> None:
    assert noted(f"Wir fragen {short} die Leitung.", "abbreviation") == [short]


def test_the_first_part_of_a_word_can_be_an_abbreviation() -> None:
    assert noted("Der SGB-II-Bescheid und die PDF-Datei.", "abbreviation") == ["SGB"]


@pytest.mark.parametrize(
    "text", ["Frau Dr. Ay, Nr. 3", "Teil II", "NUR FÜR GÄSTE", "Bitte NICHT per PDF"]
)
def test_what_everybody_knows_is_left_alone(text: str) -> None:
    assert read(text).notes == ()


def test_an_abbreviation_with_its_words_is_left_alone() -> None:
    explained = "Das Gesetz über Gleiches (AGG) gilt. Das AGG hilft."

    assert noted(explained, "abbreviation") == []
    assert noted("Das AGG (ein Gesetz) gilt.", "abbreviation") == []


def test_who_follows_the_advice_gets_no_note() -> None:
    before = read("Die Anträge werden ggf. durch das Amt geprüft.")
    after = read("Das Amt prüft die Anträge, wenn nötig.")

    assert [note.kind for note in before.notes] == ["passive", "abbreviation"]
    assert after.notes == ()


def test_the_same_words_are_noted_once_and_eight_notes_are_enough() -> None:
    assert noted("Der Plan wird geprüft. Die Liste wird geprüft.", "passive") == ["wird geprüft"]

    text = " ".join(f"Das Verwaltungsverfahrensgesetz{i} gilt." for i in range(20))
    reading = read(text + " Dann wird ggf. geprüft.")

    assert len(reading.notes) == 8
    assert [note.kind for note in reading.notes][-2:] == ["passive", "abbreviation"]


def test_notes_are_one_sentence_each() -> None:
    text = (
        "Wort " * 16
        + ". Die Anwendung, Prüfung und Planung wird ggf. zur Verfügung gestellt. Das AGG gilt."
    )
    with translation.override("en"):
        messages = [note.message for note in read(text + " Verwaltungsverfahrensgesetz").notes]

    assert len(messages) == 7
    for message in messages:
        assert message.endswith(".")
        assert message.count(". ") == 0
        assert "%(" not in message


# ------------------------------------------------------------------- real texts, hostile texts


def texts_of(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            yield from texts_of(part)
    elif isinstance(content, dict):
        for name, part in content.items():
            if name not in {"key", "origin", "source"}:
                yield from texts_of(part)


def test_our_own_instrument_reads_like_books_for_everybody() -> None:
    areas = yaml.safe_load(INSTRUMENT.read_text(encoding="utf-8"))["areas"]
    requirements = [requirement for area in areas for requirement in area["requirements"]]

    for requirement in requirements:
        reading = read("\n".join(texts_of(requirement)))
        assert reading.index is not None
        assert 30 < reading.index < 55
    single = [read(text) for text in texts_of(requirements)]
    assert sum(not reading.notes for reading in single) > 0.6 * len(single)
    assert {note.kind for reading in single for note in reading.notes} >= {"sentence", "passive"}


HOSTILE = [
    *[
        "a",
        "ge",
        "a-",
        "a.",
        "a. ",
        "1. ",
        "aIn",
        "(in",
        "a(in)",
        "*innen",
        "9.9",
        "\u00ad",
        "u\u0308",
    ],
    *[
        "wird ",
        "wird, die ",
        "wird , ",
        "werden zu ",
        "geprüft ",
        "Übung ",
        "zur Verfügung ",
        "AGG ",
    ],
    *["ggf. ", "( ", "\n", "...", "„", "\x00", "🙂", "\ud800", "漢"],
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hundred_thousand_signs_are_read_to_the_end(piece: str) -> None:
    reading = read((piece * 100_000)[:100_000])

    assert len(reading.notes) <= 8
    assert all(len(note.words) <= 90 for note in reading.notes)


def lines_run(text: str) -> int:
    """How many lines of the module run to read a text."""
    count = 0

    def trace(frame: Any, event: str, _argument: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != plain_language.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_is_not_much_more_than_twice_the_work(piece: str) -> None:
    once, twice = (lines_run((piece * size)[:size]) for size in (2_000, 4_000))

    assert twice < 2.2 * once
