"""Fourteen languages: the same words in each, the right direction, German where one is missing."""

import gzip
import string
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from chancencheck.citizens.languages import (
    EASY,
    FOLDER,
    ORDER,
    Language,
    language,
    languages,
    preferred,
)
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.lifecycle import adopt_version
from chancencheck.instruments.models import Question, QuestionTranslation
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.translations import FOLDER as QUESTIONS
from chancencheck.instruments.translations import citizen_questions
from chancencheck.rounds.models import Round
from chancencheck.surveys.doors import forget_doors
from chancencheck.surveys.models import Survey, SurveyQuestion
from tests import surveys_world as asked
from tests.page_lint import by_class, elements, parse, text_of
from tests.surveys.phone import Phone, url_of
from tests.world import municipality, person

OTHERS = [code for code in ORDER if code != "de"]
KILOBYTES = 30


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    forget_doors()


def gaps_of(text: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _spec, _change in string.Formatter().parse(text) if name}


# ------------------------------------------------------------------- the words


def test_there_are_fourteen_languages_and_no_file_is_left_over() -> None:
    assert len(ORDER) == 14
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(ORDER) == set(languages())


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_everything_that_german_says(code: str) -> None:
    german, other = language("de").texts, language(code).texts

    assert list(other) == list(german)
    assert not [key for key, text in other.items() if not str(text).strip()]
    assert {k: gaps_of(t) for k, t in other.items()} == {k: gaps_of(t) for k, t in german.items()}


@pytest.mark.parametrize("code", OTHERS)
def test_an_unchecked_translation_calls_itself_a_draft(code: str) -> None:
    found = language(code)

    assert found.is_draft == (not found.checked_by)
    assert found.is_rtl == (code in ("ar", "fa"))


def test_every_question_of_the_default_instrument_is_translated_into_each_language() -> None:
    folders = [path for path in QUESTIONS.iterdir() if path.is_dir()]

    assert folders
    for folder in folders:
        assert {path.stem for path in folder.glob("*.yaml")} == set(OTHERS)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "de"),
        ("ar-SY,ar;q=0.9,de;q=0.8", "ar"),
        ("ja,tr;q=0.5", "tr"),
        ("de;q=0.1,uk;q=0.9", "uk"),
        ("en-US;q=odd,pl", "pl"),
        ("*", "de"),
        (",;q=,;;" * 500, "de"),
    ],
)
def test_the_browser_says_which_language_comes_first(header: str, expected: str) -> None:
    assert preferred(header, list(ORDER)) == expected


# ------------------------------------------------------------------- the pages


def page_in(survey: Survey, code: str) -> Any:
    forget_doors()
    page = Phone().get(url_of(survey, code))
    assert page.status_code == 200
    return page


def translate(question: Question, code: str, text: str, **more: Any) -> QuestionTranslation:
    requirement: Any = question.requirement
    row, _made = QuestionTranslation.objects.update_or_create(
        instrument=question.version.instrument,
        language=code,
        requirement_key=requirement.key,
        question_key=question.key,
        defaults={"original": question.text, "text": text, **more},
    )
    return row


def questions_of(survey: Survey) -> list[Question]:
    rows = SurveyQuestion.objects.filter(survey=survey).select_related(
        "question__requirement", "question__version__instrument"
    )
    return [row.question for row in rows]


def legends(page: Any) -> list[tuple[str, str | None]]:
    """The questions as they stand there, each with a language of its own if it has one."""
    return [(text_of(e), e.get("lang")) for e in parse(page).iter("legend")]


@pytest.mark.usefixtures("cities")
@pytest.mark.parametrize("code", ORDER)
def test_a_page_says_its_language_and_direction(code: str) -> None:
    survey = asked.running(languages=list(ORDER))

    root = parse(page_in(survey, code))

    assert root.get("lang") == code.split("-")[0]
    assert root.get("dir") == ("rtl" if code in ("ar", "fa") else "ltr")
    choices = [e.get("value") for e in elements(root) if e.get("name") == "language"]
    assert choices == list(ORDER)


@pytest.mark.usefixtures("cities")
def test_a_missing_translation_is_german_and_says_so() -> None:
    survey = asked.running()
    first, *others = questions_of(survey)
    translate(first, "ar", "هل فهمت كل شيء؟")

    page = page_in(survey, "ar")

    assert legends(page) == [("هل فهمت كل شيء؟", None), *((q.text, "de") for q in others)]
    notes = by_class(parse(page), "cz-untranslated")
    assert {text_of(note) for note in notes} == {language("ar").texts["not_translated"]}
    assert len(notes) == len(others)


@pytest.mark.usefixtures("cities")
def test_an_outdated_translation_is_not_shown() -> None:
    survey = asked.running()
    first = questions_of(survey)[0]
    translate(first, "en", "Did you understand?", original="Haben Sie früher alles verstanden?")

    page = page_in(survey, "en")

    assert "Did you understand?" not in page.content.decode()
    assert legends(page)[0] == (first.text, "de")


@pytest.mark.usefixtures("cities")
def test_a_missing_word_of_the_page_is_german_and_marked_as_german() -> None:
    turkish = language("tr")
    texts = {key: text for key, text in turkish.texts.items() if key != "question_of"}
    lacking = Language("tr", turkish.name, "ltr", "draft", texts)

    assert lacking.say("question_of", number="<1>", total=5) == (
        '<span lang="de" dir="ltr">Frage &lt;1&gt; von 5</span>'
    )


@pytest.mark.usefixtures("cities")
def test_leichte_sprache_is_offered_only_when_every_question_is_checked() -> None:
    survey = asked.running(languages=["de", EASY])
    checked = {"checked_by": "Prüfgruppe", "checked_on": date(2026, 3, 1)}
    questions = questions_of(survey)

    offered = []
    for question in questions:
        translate(question, EASY, f"Leicht {question.pk}")
    offered.append(choices(survey))
    for question in questions:
        translate(question, EASY, f"Leicht {question.pk}", **checked)
        offered.append(choices(survey))

    assert offered == [["de"]] * len(questions) + [["de", EASY]]
    assert legends(page_in(survey, EASY))[0] == (f"Leicht {questions[0].pk}", None)
    translate(questions[2], EASY, "Leicht", **checked, original="Anders")
    assert choices(survey) == ["de"]


def choices(survey: Survey) -> list[str]:
    root = parse(page_in(survey, "de"))
    return [e.attrib["value"] for e in elements(root) if e.get("name") == "language"]


# ------------------------------------------------------------------- how heavy


def default_survey() -> Survey:
    """Eight questions of the instrument that comes along, in all languages."""
    by, home = person("coordination"), municipality()
    file = QUESTIONS.parent / "chancencheck-lu-1.0.yaml"
    version = import_instrument(file=parse_instrument(file.read_bytes()), municipality=home, by=by)
    adopt_version(version=version, by=by)
    Round.objects.filter(municipality=home).update(instrument_version=version)
    longest = sorted(citizen_questions(version), key=lambda q: -len(q.text))[:8]
    return asked.running(questions=longest, languages=list(ORDER))


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def fetched(client: Client, address: str) -> bytes:
    path = urlsplit(address).path
    if not path.startswith("/static/"):
        return client.get(path).content
    found = finders.find(path.removeprefix("/static/"))
    assert isinstance(found, str)
    return Path(found).read_bytes()


@pytest.mark.usefixtures("cities")
def test_a_survey_with_all_it_needs_weighs_at_most_thirty_kilobytes() -> None:
    survey, client = default_survey(), Phone()
    weights = {}
    parts: dict[str, int] = {}

    for code in ORDER:
        page = page_in(survey, code)
        assert not by_class(parse(page), "cz-untranslated")
        addresses = [e.get("href") for e in parse(page).iter("link") if e.get("href")]
        addresses += [e.get("src") for e in elements(parse(page)) if e.get("src")]
        assert len(addresses) >= 3
        for address in addresses:
            if address not in parts:
                parts[address] = packed(fetched(client, address))
        weights[code] = packed(page.content) + sum(parts[address] for address in addresses)

    sheet = fetched(client, next(address for address in parts if "citizen.css" in address))
    assert b"@import" not in sheet  # the styles load nothing else,
    assert b"url(" not in sheet.replace(b"url(data:", b"").replace(b'url("data:', b"")
    assert max(weights.values()) <= KILOBYTES * 1024, weights


@pytest.mark.usefixtures("cities")
def test_help_and_the_page_of_the_city_exist_in_each_language() -> None:
    slug = municipality().slug

    for code in ORDER:
        for name in ("city_page", "citizens_help"):
            page = Phone().get(reverse(name, args=[slug, code]))
            assert page.status_code == 200
            assert parse(page).get("lang") == code.split("-")[0]
