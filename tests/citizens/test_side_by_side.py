"""Languages side by side: what is checked, missing and outdated, and what happens to moved questions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.instruments.choices import QuestionKind
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.lifecycle import changes_of, classify, pilot_version, start_draft
from chancencheck.instruments.models import InstrumentVersion, Question, QuestionTranslation
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.translations import in_language, side_by_side
from tests.citizens.test_translations import imported, new_words, put, version
from tests.page_lint import by_class, elements, parse, words
from tests.world import THERE, TINY, municipality, person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]


def url(*languages: str, of: InstrumentVersion | None = None) -> str:
    address = reverse("translations_side_by_side", args=[(of or version()).pk])
    return address + ("?" + "&".join(f"sprache={code}" for code in languages) if languages else "")


def states(page: Any) -> dict[str, dict[str, int]]:
    return {column.language.code: dict(column.states) for column in page.context["columns"]}


def read_in(text: str) -> InstrumentVersion:
    return import_instrument(
        file=parse_instrument(text.encode()), municipality=municipality(), by=person("coordination")
    )


# ------------------------------------------------------------------- what the page shows


def test_each_question_stands_beside_its_words_in_the_chosen_languages(client_for: SignIn) -> None:
    put("Anladınız mı?", "tr", checked_by="Amal Özdemir")
    put("هل فهمتم؟", "ar")

    page = client_for("lead").get(url("tr", "ar"))

    rows = [e for e in elements(parse(page)) if e.tag == "tr"]
    assert len(rows) == 1 + version().questions.filter(kind=QuestionKind.CITIZEN).count()
    first = "".join(rows[1].itertext())
    for said in ("KOM-1", "Haben Sie alles verstanden?", "Anladınız mı?", "هل فهمتم؟"):
        assert said in first
    assert "Amal Özdemir" in first
    assert "noch nicht geprüft" in first
    assert "fehlt" in "".join(rows[2].itertext())


def test_arabic_runs_from_right_to_left_and_says_so(client_for: SignIn) -> None:
    put("هل فهمتم؟", "ar")
    put("Anladınız mı?", "tr")

    page = parse(client_for("lead").get(url("tr", "ar")))

    found = {"".join(e.itertext()): (e.get("lang"), e.get("dir")) for e in elements(page)}
    assert found["هل فهمتم؟"] == ("ar", "rtl")
    assert found["Anladınız mı?"] == ("tr", "ltr")
    assert found["Haben Sie alles verstanden?"] == ("de", "ltr")


def test_how_far_each_language_is_stands_on_top(client_for: SignIn) -> None:
    put("Gut?", "tr", checked_by="Ali")
    put("Gut?", "tr", key="KOM-2")
    draft = new_words()

    page = client_for("coordination").get(url("tr", "en", of=draft))

    total = draft.questions.filter(kind=QuestionKind.CITIZEN).count()
    assert states(page)["tr"] == {"outdated": 1, "draft": 1, "missing": total - 2}
    assert states(page)["en"] == {"missing": total}
    assert "1 veraltet" in words(page)


def test_an_outdated_translation_shows_the_german_words_it_was_made_from(
    client_for: SignIn,
) -> None:
    put("Anladınız mı?", "tr", checked_by="Ali")

    page = words(client_for("coordination").get(url("tr", of=new_words())))

    assert "War alles verständlich?" in page
    assert "Haben Sie alles verstanden?" in page
    assert "Anladınız mı?" in page


def test_only_what_is_open_can_be_asked_for(client_for: SignIn) -> None:
    put("Anladınız mı?", "tr", checked_by="Ali")

    page = client_for("lead").get(url("tr") + "&offen=1")

    assert "Anladınız mı?" not in words(page)
    assert "Gab es Bilder?" in words(page)


def test_when_all_is_checked_nothing_is_open(client_for: SignIn) -> None:
    for question in version().questions.filter(kind=QuestionKind.CITIZEN):
        QuestionTranslation.objects.create(
            instrument=version().instrument,
            language="tr",
            requirement_key=question.requirement.key,
            question_key=question.key,
            original=question.text,
            text="Tamam?",
            checked_by="Ali",
            checked_on="2026-03-01",
        )

    page = client_for("lead").get(url("tr") + "&offen=1")

    assert page.context["rows"] == []
    assert by_class(parse(page), "cc-empty")


# ------------------------------------------------------------------- choosing


def test_the_address_keeps_the_choice_and_order_is_always_the_same(client_for: SignIn) -> None:
    client = client_for("lead")

    found = [list(states(client.get(url(*codes)))) for codes in (("uk", "tr"), ("tr", "uk"))]

    assert found == [["tr", "uk"]] * 2
    page = parse(client.get(url("uk", "tr")))
    boxes = [e for e in elements(page) if e.get("name") == "sprache" and "checked" in e.attrib]
    assert [e.get("value") for e in boxes] == ["tr", "uk"]


def test_more_than_three_languages_do_not_fit_and_the_page_says_which(client_for: SignIn) -> None:
    page = client_for("lead").get(url("en", "tr", "ar", "uk", "ru"))

    assert list(states(page)) == ["en", "tr", "ar"]
    assert page.context["left_out"] == ["Ukrainisch", "Russisch"]
    assert "Ukrainisch, Russisch" in words(page)


def test_without_a_choice_three_languages_are_there(client_for: SignIn) -> None:
    assert len(states(client_for("lead").get(url()))) == 3


@pytest.mark.parametrize("code", ["xx", "de", "", "tr%00", "<script>"])
def test_unknown_languages_are_no_error(client_for: SignIn, code: str) -> None:
    page = client_for("lead").get(url(code))

    assert page.status_code == 200
    assert states(page) == {}
    assert by_class(parse(page), "cc-empty")


# ------------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("who", "may_change"), [("coordination", True), ("coordinating_group", True), ("lead", False)]
)
def test_only_editors_find_the_way_to_change_a_language(
    client_for: SignIn, who: str, may_change: bool
) -> None:
    page = parse(client_for(who).get(url("tr")))

    links = [str(e.get("href")) for e in elements(page) if e.tag == "a"]
    there = reverse("translations_in", args=[version().pk, "tr"])
    assert (there in links) is may_change
    assert any(link.startswith(f"{there}#id_q") for link in links) is may_change


def test_a_draft_and_another_city_are_not_there(client_for: SignIn) -> None:
    draft = imported("2.0")

    assert client_for("lead").get(url(of=draft)).status_code == 404
    assert client_for("coordination").get(url(of=draft)).status_code == 200
    assert client_for("coordination", THERE).get(url()).status_code == 404


def test_the_list_of_languages_leads_here(client_for: SignIn) -> None:
    page = parse(client_for("lead").get(reverse("translations", args=[version().pk])))

    assert url() in {e.get("href") for e in elements(page) if e.tag == "a"}


def test_more_questions_need_no_more_queries(client_for: SignIn) -> None:
    client, here, counts = client_for("coordination"), version(), []
    address = url("tr", "ar", "uk")
    for number in (0, 60):
        for index in range(number):
            first = here.requirements.order_by("position")[index % 3]
            key = f"c{100 + index}"
            Question.objects.create(
                version=here, requirement=first, kind="citizen", key=key, text=key, position=index
            )
            for code in ("tr", "ar", "uk"):
                QuestionTranslation.objects.create(
                    instrument=here.instrument,
                    language=code,
                    requirement_key=first.key,
                    question_key=key,
                    original=key,
                    text="Da",
                )
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        counts.append(len(found))

    assert counts[0] == counts[1] <= 12


# ------------------------------------------------------------------- moved and dropped questions


def test_a_question_that_changes_its_number_keeps_its_translation() -> None:
    put("Anladınız mı?", "tr", checked_by="Ali")
    asked = "citizen_questions: ['Haben Sie alles verstanden?', 'Hat man langsam gesprochen?']"
    turned = "citizen_questions: ['Hat man langsam gesprochen?', 'Haben Sie alles verstanden?']"

    draft = imported("2.0", (asked, turned))

    found = {row.question.text: row.state for (row,) in side_by_side(draft, ["tr"])}
    assert found["Haben Sie alles verstanden?"] == "checked"
    assert found["Hat man langsam gesprochen?"] == "missing"


def test_the_translation_of_a_dropped_question_waits_for_its_return() -> None:
    put("Resim var mıydı?", "tr", key="KOM-2", checked_by="Ali")
    without = ("'Gab es Bilder?', ", "")

    gone = imported("2.0", without)
    back = imported("3.0")

    assert "Gab es Bilder?" not in {r.question.text for r in in_language(gone, "tr")}
    assert {r.question.text: r.state for r in in_language(version(), "tr")}[
        "Gab es Bilder?"
    ] == "checked"
    assert {r.question.text: r.state for r in in_language(back, "tr")}[
        "Gab es Bilder?"
    ] == "checked"


def test_a_question_that_moves_to_another_requirement_takes_its_translation_along() -> None:
    put("Resim var mıydı?", "tr", key="KOM-2", checked_by="Ali")
    text = TINY.read_text().replace("'1.0'", "'2.0'")
    text = text.replace("'Gab es Bilder?', ", "").replace(
        "'Kamen Sie gut hinein?'", "'Kamen Sie gut hinein?', 'Gab es Bilder?'"
    )

    draft = read_in(text)

    row = next(r for r in in_language(draft, "tr") if r.question.text == "Gab es Bilder?")
    assert row.question.requirement.key == "ZUG-1"
    assert (row.state, row.translation and row.translation.checked_by) == ("checked", "Ali")
    old = next(r for r in in_language(version(), "tr") if r.question.text == "Gab es Bilder?")
    assert old.state == "checked"


def test_a_question_moved_in_the_browser_has_its_translation_once_the_words_are_fixed() -> None:
    put("Resim var mıydı?", "tr", key="KOM-2", checked_by="Ali")
    draft = start_draft(base=version(), by=person("coordination"))
    moved = draft.questions.get(text="Gab es Bilder?")
    moved.requirement, moved.key = draft.requirements.get(key="ZUG-1"), "c9"
    moved.save()
    for change in changes_of(draft):
        place = change.difference.place
        classify(version=draft, place=place, kind="structure", reason="", by=person("coordination"))

    pilot_version(version=draft, by=person("coordination"))

    row = next(r for r in in_language(draft, "tr") if r.question.text == "Gab es Bilder?")
    assert (row.question.requirement.key, row.state) == ("ZUG-1", "checked")


def test_a_translation_of_other_german_words_is_never_taken_along() -> None:
    put("Resim var mıydı?", "tr", key="KOM-2", checked_by="Ali")
    text = TINY.read_text().replace("'1.0'", "'2.0'")
    text = text.replace("'Kamen Sie gut hinein?'", "'Kamen Sie gut hinein?', 'Gab es Fotos?'")

    rows = {r.question.text: r.state for r in in_language(read_in(text), "tr")}

    assert rows["Gab es Fotos?"] == "missing"
