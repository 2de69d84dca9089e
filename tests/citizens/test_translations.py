"""Citizens' questions in other languages: who looks after them, what is checked and outdated."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chancencheck.audit.models import Entry
from chancencheck.instruments.format import parse_instrument
from chancencheck.instruments.models import InstrumentVersion, Question, QuestionTranslation
from chancencheck.instruments.operations import (
    TranslationInput,
    import_instrument,
    save_translations,
)
from chancencheck.instruments.translations import in_language, states_by_language
from tests.page_lint import elements, holds, parse, words
from tests.world import THERE, TINY, municipality, person, the_round

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]
DAY = date(2026, 3, 1)
CHECK = {"checked_by": "Amal Özdemir", "checked_on": "2026-03-01"}


def version() -> InstrumentVersion:
    return the_round().instrument_version


def question(key: str = "KOM-1", of: InstrumentVersion | None = None) -> Question:
    return Question.objects.get(
        version=of or version(), requirement__key=key, kind="citizen", position=0
    )


def url(language: str = "ar", of: InstrumentVersion | None = None) -> str:
    return reverse("translations_in", args=[(of or version()).pk, language])


def put(
    text: str = "Hello?",
    language: str = "ar",
    key: str = "KOM-1",
    checked_by: str = "",
    of: InstrumentVersion | None = None,
) -> None:
    here = of or version()
    row = TranslationInput(question(key, here), text, checked_by, DAY if checked_by else None)
    save_translations(version=here, language=language, entries=[row], by=person("coordination"))


def kept(language: str = "ar", key: str = "KOM-1") -> QuestionTranslation:
    return QuestionTranslation.objects.get(
        instrument=version().instrument, language=language, requirement_key=key
    )


def state(key: str = "KOM-1", language: str = "ar", of: InstrumentVersion | None = None) -> str:
    rows = in_language(of or version(), language)
    return next(r.state for r in rows if r.question == question(key, of))


def imported(number: str, changes: tuple[str, str] = ("", "")) -> InstrumentVersion:
    """Read the instrument in again under this number, with one word changed."""
    text = TINY.read_text().replace("'1.0'", f"'{number}'").replace(*changes)
    return import_instrument(
        file=parse_instrument(text.encode()), municipality=municipality(), by=person("coordination")
    )


def new_words() -> InstrumentVersion:
    """A draft in which the first question is put differently."""
    return imported("2.0", ("Haben Sie alles verstanden?", "War alles verständlich?"))


def sent(
    client: Any, language: str = "ar", of: InstrumentVersion | None = None, **changes: Any
) -> Any:
    """Send the page as it shows itself; `KOM_1="…"`, `KOM_1_is_checked="on"`: what was typed."""
    page = parse(client.get(url(language, of)))
    form: dict[str, Any] = {
        e.get("name"): e.get("value") or "".join(e.itertext()).strip()
        for e in elements(page)
        if e.tag in ("input", "textarea") and e.get("type") != "checkbox"
    }
    for name, value in changes.items():
        key, _underline, field = (name[:3] + "-" + name[4:]).partition("_")
        is_question = name[:3] in ("KOM", "ZUG")
        form[f"q{question(key, of).pk}-{field or 'text'}" if is_question else name] = value
    return client.post(url(language, of), form)


# ------------------------------------------------------------------- from a draft to a checked one


def test_a_draft_becomes_checked(client_for: SignIn) -> None:
    put()

    page = sent(client_for("coordination"), KOM_1_is_checked="on", **CHECK)

    assert page.status_code == 302
    assert state() == "checked"
    assert (kept().checked_by, kept().checked_on) == ("Amal Özdemir", DAY)
    assert "Amal Özdemir" in words(client_for("lead").get(url()))


def test_a_changed_text_loses_its_check(client_for: SignIn) -> None:
    put(checked_by="Ali")

    sent(client_for("coordination"), KOM_1="Anders?")

    assert (kept().text, state(), kept().checked_on) == ("Anders?", "draft", None)


def test_a_changed_text_can_be_ticked_anew(client_for: SignIn) -> None:
    put(checked_by="Ali")

    sent(client_for("coordination"), KOM_1="Anders?", KOM_1_is_checked="on", **CHECK)

    assert (state(), kept().checked_by) == ("checked", "Amal Özdemir")


def test_checking_one_leaves_the_check_of_another(client_for: SignIn) -> None:
    put(checked_by="Ali")
    put(key="KOM-2")

    sent(client_for("coordinating_group"), KOM_2_is_checked="on", **CHECK)

    assert [kept(key=key).checked_by for key in ("KOM-1", "KOM-2")] == ["Ali", "Amal Özdemir"]


def test_an_empty_field_takes_the_translation_away(client_for: SignIn) -> None:
    put(checked_by="Ali")

    sent(client_for("coordination"), KOM_1="  ")

    assert state() == "missing"


def test_an_untouched_page_saves_nothing(client_for: SignIn) -> None:
    put()
    entries = Entry.objects.count()

    assert sent(client_for("coordination")).status_code == 302
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de-simple", "Können Sie „ß“ und ÄÖÜ lesen?"),
        ("ar", "هل تفهمون جيدًا؟ (A–Z)"),
        ("fa", "آیا می\u200cفهمید؟"),
        ("fr", "Comprenez-vous tout\u202f? Oui\u00a0!"),
    ],
)
def test_umlauts_signs_and_directions_are_kept(
    client_for: SignIn, language: str, text: str
) -> None:
    sent(client_for("coordination"), language, KOM_1=f" {text}\r\n")

    assert kept(language).text == text
    areas = [e for e in elements(parse(client_for("lead").get(url(language)))) if e.get("dir")]
    assert {e.get("dir") for e in areas if "".join(e.itertext()) == text} == {
        "rtl" if language in ("ar", "fa") else "ltr"
    }


# ------------------------------------------------------------------- the German words change


def test_new_german_words_make_a_translation_outdated(client_for: SignIn) -> None:
    put(checked_by="Ali")
    draft = new_words()

    page = words(client_for("coordination").get(url(of=draft)))

    assert (state(), state(of=draft)) == ("checked", "outdated")
    assert "Haben Sie alles verstanden?" in page
    assert "War alles verständlich?" in page


def test_an_untouched_outdated_translation_stays_outdated(client_for: SignIn) -> None:
    put(checked_by="Ali")
    draft = new_words()

    sent(client_for("coordination"), of=draft, KOM_2="Neu?")

    assert state("KOM-2", of=draft) == "draft"
    assert state(of=draft) == "outdated"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"KOM_1_still_fits": "on"}, ("checked", "Ali")),
        ({"KOM_1": "Neu?"}, ("draft", "")),
        ({"KOM_1_is_checked": "on", **CHECK}, ("checked", "Amal Özdemir")),
    ],
)
def test_an_outdated_translation_is_taken_up_again(
    client_for: SignIn, typed: dict[str, str], expected: tuple[str, str]
) -> None:
    put(checked_by="Ali")
    draft = new_words()

    sent(client_for("coordination"), of=draft, **typed)

    assert (state(of=draft), kept().checked_by) == expected
    assert kept().original == "War alles verständlich?"


def test_reading_a_draft_in_again_keeps_translations() -> None:
    draft = imported("2.0")
    put("Gut?", checked_by="Ali", of=draft)

    again = imported("2.0")

    assert again.pk != draft.pk
    assert (state(of=again), kept().text) == ("checked", "Gut?")


# ------------------------------------------------------------------- nothing typed is lost


@pytest.mark.parametrize(
    "typed",
    [
        {"KOM_1": "x" * 501},
        {"KOM_1_is_checked": "on", **CHECK},  # there is no text yet
        {"KOM_1": "Neu?", "KOM_1_is_checked": "on", "checked_by": ""},
        {"KOM_1": "Neu?", "KOM_1_is_checked": "on", "checked_by": "Ali", "checked_on": ""},
        {"KOM_1": "Neu?", "KOM_1_is_checked": "on", "checked_by": "Ali", "checked_on": "morgen"},
        {"KOM_1": "Neu?", "checked_by": "Ali"},  # nothing is ticked
    ],
)
def test_what_is_wrong_stands_at_its_field(client_for: SignIn, typed: dict[str, str]) -> None:
    page = sent(client_for("coordination"), KOM_2="Das bleibt stehen", **typed)

    assert page.status_code == 422
    assert holds(page, "Das bleibt stehen")
    assert holds(page, typed.get("KOM_1", ""))
    assert [e for e in elements(parse(page)) if e.get("aria-invalid") == "true"]
    assert not QuestionTranslation.objects.exists()


def test_nobody_has_checked_tomorrow(client_for: SignIn) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    typed = {"KOM_1": "Neu?", "KOM_1_is_checked": "on", "checked_by": "Ali"}

    page = sent(client_for("coordination"), checked_on=tomorrow, **typed)

    assert page.status_code == 422


def test_an_old_page_overwrites_no_text(client_for: SignIn) -> None:
    put("Alt")
    first, place = client_for("coordination"), f"q{question().pk}-"
    put("Von anderen", checked_by="Ali")
    form = {f"{place}was": "Alt", f"{place}text": "Von mir"}

    page = first.post(url(), form)
    untouched = first.post(url(), {**form, f"{place}text": "Alt"})

    assert (page.status_code, untouched.status_code) == (422, 302)
    assert holds(page, "Von mir")
    assert "Von anderen" in words(page)
    assert kept().text == "Von anderen"
    first.post(url(), {**form, f"{place}was": "Von anderen"})
    assert (kept().text, state()) == ("Von mir", "draft")


def test_the_same_page_sent_twice_is_saved_once(client_for: SignIn) -> None:
    place = f"q{question().pk}-"

    found = [
        client_for("coordination").post(url(), {f"{place}was": "", f"{place}text": "Neu"})
        for _time in range(2)
    ]

    assert [page.status_code for page in found] == [302, 302]
    assert kept().text == "Neu"


# ------------------------------------------------------------------- who may


@pytest.mark.parametrize("who", ["lead", "steering", "oversight", "administration"])
def test_others_read_and_cannot_change(client_for: SignIn, who: str) -> None:
    put("Lesbar")
    client = client_for(who)

    page = client.get(url())

    assert "Lesbar" in words(page)
    assert not [e for e in elements(parse(page)) if e.tag == "textarea"]
    assert client.post(url(), {f"q{question().pk}-text": "Anders"}).status_code == 403
    assert kept().text == "Lesbar"
    with pytest.raises(PermissionDenied):
        save_translations(version=version(), language="ar", entries=[], by=person(who))


def test_another_city_finds_nothing(client_for: SignIn) -> None:
    stranger = client_for("coordination", THERE)
    there = reverse("translations", args=[version().pk])

    found = [stranger.get(there), stranger.get(url()), stranger.post(url(), {})]

    assert [page.status_code for page in found] == [404, 404, 404]


def test_the_draft_of_a_version_is_not_there_for_a_lead(client_for: SignIn) -> None:
    draft = imported("2.0")

    assert client_for("lead").get(url(of=draft)).status_code == 404
    assert client_for("coordination").get(url(of=draft)).status_code == 200


@pytest.mark.parametrize("language", ["de", "xx"])
def test_german_and_unknown_languages_have_no_page(client_for: SignIn, language: str) -> None:
    address = reverse("translations", args=[version().pk])

    assert client_for("coordination").get(f"{address}{language}/").status_code == 404


# ------------------------------------------------------------------- the list, and Leichte Sprache


def test_the_list_counts_each_state(client_for: SignIn) -> None:
    put(checked_by="Ali")
    put(key="KOM-2")
    draft = new_words()

    found = states_by_language(draft, ["ar", "en"])

    total = draft.questions.filter(kind="citizen").count()
    assert found["ar"] == {"outdated": 1, "draft": 1, "missing": total - 2}
    assert found["en"] == {"missing": total}
    page = client_for("coordination").get(reverse("translations", args=[draft.pk]))
    links = {e.get("href") for e in elements(parse(page)) if e.tag == "a"}
    assert {url(code, draft) for code in ("ar", "de-simple", "de-leicht")} <= links
    assert url("de", draft) not in links
    assert url("ar", draft).removesuffix("ar/") in {
        e.get("href")
        for e in elements(parse(client_for("coordination").get(f"/instrument/{draft.pk}/")))
    }


def test_leichte_sprache_is_a_promise_of_a_test_group(client_for: SignIn) -> None:
    typed = {"KOM_1": "Verstehen Sie alles?", "KOM_1_is_checked": "on", **CHECK}

    assert "Leichte Sprache" in words(client_for("lead").get(url("de-leicht")))
    sent(client_for("coordination"), "de-leicht", **typed)

    assert state(language="de-leicht") == "checked"
    assert state("KOM-2", "de-leicht") == "missing"


@pytest.mark.parametrize("name", ["translations", "translations_in"])
def test_more_translations_need_no_more_queries(client_for: SignIn, name: str) -> None:
    client, here = client_for("coordination"), version()
    address = reverse(name, args=[here.pk, *(["ar"] if name == "translations_in" else [])])
    counts = []
    for keys in ((), ("KOM-1", "KOM-2", "ZUG-1")):
        for key in keys:
            for language in ("ar", "en", "tr"):
                put("Da", language, key, checked_by="Ali")
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        counts.append(len(found))

    assert counts[0] == counts[1] <= 12
