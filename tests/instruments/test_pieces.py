"""Two texts word by word, and the class that is proposed for a change."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.comparison import pieces, proposed_kind

WORDING, MEANING = ChangeKind.WORDING, ChangeKind.MEANING
FEW_WORDS = st.lists(
    st.sampled_from(["der", "die", "nicht", "Menschen", ",", ".", "(", "sprechen", " ", "\n", "  "])
).map("".join)


# ------------------------------------------------------------------- word by word


@given(FEW_WORDS | st.text(), FEW_WORDS | st.text())
@settings(deadline=None)
def test_the_pieces_give_back_both_texts(before: str, after: str) -> None:
    row = pieces(before, after)

    assert "".join(piece.text for piece in row if piece.kind != "gone") == after
    assert "".join(piece.text for piece in row if piece.kind != "new") == before
    assert all(piece.text for piece in row)


@given(st.text(min_size=1))
def test_the_same_text_is_one_piece(words: str) -> None:
    assert [(p.kind, p.text) for p in pieces(words, words)] == [("same", words)]


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        ("Die Türen sind offen.", "Die Türen sind weit offen.", "Die Türen sind|+ weit| offen."),
        ("Alle kommen an.", "Heute: Alle kommen an.", "+Heute: |Alle kommen an."),
        ("Wir reden gut, klar und laut.", "Wir fragen oft, leise und laut.",
         "Wir |-reden gut, klar|+fragen oft, leise| und laut."),
        ("Türen sind offen.", "Wir zeigen Bilder.", "-Türen sind offen.|+Wir zeigen Bilder."),
        ("", "Neu", "+Neu"),
        ("Alt", "", "-Alt"),
    ],
)  # fmt: skip
def test_changes_are_shown_in_pieces_that_people_can_read(
    before: str, after: str, row: str
) -> None:
    signs = {"same": "", "gone": "-", "new": "+"}

    assert "|".join(signs[p.kind] + p.text for p in pieces(before, after)) == row


def test_a_text_that_repeats_itself_is_compared_in_no_time() -> None:
    before, after = "ja nein " * 4000, "nein nein ja ja " * 2000

    began = perf_counter()
    row = pieces(before, after)

    assert perf_counter() - began < 1
    assert "".join(piece.text for piece in row if piece.kind != "gone") == after


# ------------------------------------------------------------------- the proposed class


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        # it asks the same
        ("Unsere Mitarbeiterinnen und Mitarbeiter sprechen verständlich.",
         "Unsere Mitarbeitenden sprechen verständlich.", WORDING),
        ("Die Mitarbeiter*innen kennen den Leitfaden.",
         "Die Mitarbeiterinnen und Mitarbeiter kennen den Leitfaden.", WORDING),
        ("Die BürgerInnen finden den Weg.", "Die Bürger:innen finden den Weg.", WORDING),
        ("Wir kommunicieren verständlich.", "Wir kommunizieren verständlich.", WORDING),
        ("Mindestens 2 Personen sprechen Türkisch.",
         "Mindestens zwei Personen sprechen Türkisch.", WORDING),
        ("Wir sprechen mit den Menschen einfach.", "Mit den Menschen sprechen wir einfach.", WORDING),
        ("Die Unterstützung der Menschen gelingt.", "Wir unterstützen Menschen, es gelingt.", WORDING),
        ("Unsere Leitung kann das entscheiden.", "Unsere Leitungen können das entscheiden.", WORDING),
        # a small word turns it round or makes it stricter
        ("Die Türen sind offen.", "Die Türen sind nicht offen.", MEANING),
        ("Die Mitarbeitenden sollen Fortbildungen besuchen.",
         "Die Mitarbeitenden müssen Fortbildungen besuchen.", MEANING),
        ("Jeder Mensch wird freundlich beraten.", "Mancher Mensch wird freundlich beraten.", MEANING),
        ("In keiner Einrichtung wird jemand abgewiesen.",
         "In einer Einrichtung wird jemand abgewiesen.", MEANING),
        ("Wir prüfen unsere Texte regelmäßig mit einer Gruppe aus der Stadt.",
         "Wir prüfen unsere Texte mit einer Gruppe aus der Stadt.", MEANING),
        ("Mindestens zwei Personen sprechen eine weitere Sprache gut.",
         "Mindestens drei Personen sprechen eine weitere Sprache gut.", MEANING),
        ("Antworten kommen innerhalb von 5 Tagen bei den Menschen an.",
         "Antworten kommen innerhalb von 10 Tagen bei den Menschen an.", MEANING),
        ("Unsere Texte sind verständlich, kurz und freundlich geschrieben.",
         "Unsere Texte sind unverständlich, kurz und freundlich geschrieben.", MEANING),
        ("Wir fragen die Menschen, nicht die Ämter.",
         "Wir fragen die Ämter, nicht die Menschen.", MEANING),
        # it asks something else
        ("Wir informieren in einfacher Sprache.", "Wir informieren in Leichter Sprache.", MEANING),
        ("Der Zugang zum Gebäude ist barrierefrei.", "Der Zugang zum Gebäude ist barrierearm.", MEANING),
        ("Ja", "Meistens", MEANING),
    ],
)  # fmt: skip
def test_the_class_of_a_change_is_proposed(before: str, after: str, kind: ChangeKind) -> None:
    assert proposed_kind("text", before, after) == kind
    assert proposed_kind("text", after, before) == kind


@pytest.mark.parametrize("field", ["help", "who_knows", "summary", "note", "evidence_hints"])
def test_help_is_never_more_than_wording(field: str) -> None:
    assert proposed_kind(field, "Kurze Sätze.", "Niemals lange Sätze!") == WORDING


@given(st.text(), st.text())
@settings(deadline=None)
def test_a_class_can_be_proposed_for_any_text(before: str, after: str) -> None:
    assert proposed_kind("text", before, after) in ChangeKind
    assert proposed_kind("text", before, before) == WORDING
