"""The poster of a survey: one page in each script, and texts that stay texts."""

import re
from dataclasses import replace
from html import unescape

import pytest

from chancencheck.citizens.poster import Poster, poster_pdf

GERMAN = Poster(
    language="de",
    is_rtl=False,
    city="Musterstadt",
    accent="#1f3f8f",
    title="Ihre Meinung zählt",
    question="Wie ist es hier: Volkshochschule?",
    how="Handy-Kamera auf das Bild halten – drei Minuten, ohne Namen",
    or_type="Oder im Internet:",
    address="https://chancencheck.example/b/k7m2q",
    short="chancencheck.example/k7m2q",
    until="Bis 30. November",
    nobody="Niemand erfährt, wer Sie sind.",
    also_german="",
)
EASY = replace(GERMAN, language="de-simple", title="Ihre Meinung ist wichtig", until="")
GREEK = replace(GERMAN, language="el", title="Η γνώμη σας μετράει", also_german=GERMAN.title)
BULGARIAN = replace(GERMAN, language="bg", title="Вашето мнение е важно")
ARABIC = replace(
    GERMAN, language="ar", is_rtl=True, title="رأيكم مهم", question="كيف هي الأمور هنا: Bad؟"
)
PERSIAN = replace(ARABIC, language="fa", title="هیچ‌کس نمی‌فهمد شما چه کسی هستید")
POSTERS = [GERMAN, EASY, GREEK, BULGARIAN, ARABIC, PERSIAN]

HOSTILE = r'#panic("x") "quote" \\ $ *b* _i_ <l> @r `c` // [ ] #let'


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def fonts(pdf: bytes) -> set[str]:
    return {name.decode() for name in re.findall(rb"/FontName\s*/[A-Z]{6}\+([\w-]+)", pdf)}


def title(pdf: bytes) -> str:
    """The title of the document, as it stands in its metadata (XMP)."""
    found = re.search(
        r"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", pdf.decode(errors="ignore"), re.S
    )
    return unescape(found.group(1)) if found else ""


@pytest.mark.parametrize("poster", POSTERS, ids=lambda poster: poster.language)
def test_it_is_one_accessible_page_in_its_language(poster: Poster) -> None:
    pdf = poster_pdf(poster)

    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) == 1
    assert b"pdfuaid" in pdf
    assert f"/Lang({poster.language[:2]})".encode() in pdf
    assert poster.title in title(pdf)
    assert f"/Alt(QR: {poster.address})".encode() in pdf


def test_only_our_own_fonts_are_in_it_and_each_time_the_same_bytes() -> None:
    fira = {"FiraSans-Regular", "FiraSans-SemiBold"}

    assert fonts(poster_pdf(GERMAN)) == fonts(poster_pdf(GREEK)) == fira
    assert fonts(poster_pdf(PERSIAN)) > fira
    assert poster_pdf(ARABIC) == poster_pdf(ARABIC)


@pytest.mark.parametrize("name", ["Amt für alles Mögliche " * 5, "W" * 120])
@pytest.mark.parametrize("poster", [GERMAN, ARABIC], ids=lambda poster: poster.language)
def test_long_names_stay_on_one_page(poster: Poster, name: str) -> None:
    pdf = poster_pdf(
        replace(poster, question=name, city=name, how=name, until=name, nobody=name, short=name)
    )

    assert pages(pdf) == 1


def test_texts_are_never_markup() -> None:
    texts = {"title", "question", "how", "or_type", "short", "until", "nobody", "also_german"}
    pdf = poster_pdf(replace(GERMAN, city=HOSTILE, **dict.fromkeys(texts, HOSTILE)))

    assert title(pdf) == f"{HOSTILE} – {HOSTILE}"
    assert pages(pdf) == 1


def test_a_letter_no_font_knows_costs_the_mark_but_not_the_poster() -> None:
    pdf = poster_pdf(replace(GERMAN, question="Wie ist es hier: 🎉?"))

    assert pages(pdf) == 1
    assert b"pdfuaid" not in pdf
