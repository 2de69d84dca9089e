"""Citizens answer in a real browser: phone, no JavaScript, keyboard, kiosk, no internet.

How many people were counted is asked of the database itself, at the very way in that was used.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import Visitor

expect.set_options(timeout=15000)
PHONE = {"width": 390, "height": 800}
SURVEY = "Herbst-Befragung Volkshochschule"
CITY = "/mitreden/ludwigshafen"


def ask(city: City, question: str) -> str:
    """One value of the city's database."""
    url = city.env.get("DATABASE_URL", "").replace("postgres://", "postgresql://")
    file = Path(city.env["DATA_DIR"]) / "chancencheck.sqlite3"
    with closing(psycopg.connect(url) if url else sqlite3.connect(file)) as db:
        row = db.execute(question).fetchone()  # type: ignore[arg-type]
    return str(row[0])


def way_in(city: City, place: str, channel: str) -> str:
    """The code on the poster (or screen) at a place."""
    return ask(
        city,
        "SELECT e.code FROM surveys_entrance e JOIN surveys_surveypart p ON p.id = e.part_id "
        f"JOIN surveys_survey s ON s.id = p.survey_id WHERE s.name = '{SURVEY}' "
        f"AND e.place = '{place}' AND e.channel = '{channel}'",
    )


def people(city: City, code: str) -> int:
    """How many people were counted at a way in."""
    return int(
        ask(
            city,
            "SELECT COALESCE(SUM(c.n), 0) FROM surveys_counter c "
            f"JOIN surveys_entrance e ON e.id = c.entrance_id WHERE e.code = '{code}' "
            "AND c.item = 0",
        )
    )


def step(page: Page, name: str) -> None:
    """Wait until this step is seen, and no other."""
    expect(page.locator(f"#{name}")).to_be_visible()
    expect(page.locator(".cz-step:visible")).to_have_count(1)


def onward(page: Page, name: str) -> None:
    """Press the big button of the step that is seen; the next is there at once, without a page."""
    page.locator(".cz-step:visible .cz-button--go").click()
    step(page, name)


def kept_on_device(page: Page) -> int:
    return int(page.evaluate("localStorage.length + sessionStorage.length"))


def test_a_phone_in_arabic_another_language_in_the_middle_and_back(visitor, running: City) -> None:
    code = way_in(running, "Foyer", "qr")
    before = people(running, code)
    person = visitor(**PHONE, locale="ar")
    page = person.page
    person.go(f"/u/{code}/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    onward(page, "f1")
    arrow = page.locator("#f1 .cz-back .cc-icon")
    assert arrow.evaluate("e => getComputedStyle(e).transform").startswith("matrix(-1")
    page.locator("label[for=a1-1]").click()
    onward(page, "f2")
    page.locator("label[for=a2-4]").click()

    page.locator(".cz-langs summary").click()
    person.press(".cz-lang[value=tr]")
    step(page, "f2")
    assert page.locator("html").get_attribute("lang") == "tr"
    assert page.locator("html").get_attribute("dir") == "ltr"
    onward(page, "f3")
    page.locator("label[for=a3-2]").click()
    page.go_back()
    step(page, "f2")
    for answer in ("a1-1", "a2-4", "a3-2"):
        expect(page.locator(f"#{answer}")).to_be_checked()
    page.go_forward()
    for name in ("f4", "f5", "f6", "f9"):
        onward(page, name)
    page.locator("#text").fill("Daha çok Türkçe bilgi")
    person.press("#f9 .cz-button--go")

    assert person.path() == f"/u/{code}/tr/danke/"
    assert people(running, code) == before + 1
    assert kept_on_device(page) == 0
    assert person.context.cookies() == []
    assert person.problems == []


def test_every_step_is_accessible_in_light_and_dark_and_fits_a_narrow_phone(
    visitor, running: City
) -> None:
    code, kiosk = way_in(running, "Foyer", "qr"), way_in(running, "Foyer", "kiosk")
    talk = way_in(running, "Stadtbibliothek", "interview")
    person = visitor(width=320, height=640)
    found = []
    for path in (
        f"/u/{code}/ar/#f2",
        f"/u/{code}/de/#f9",
        f"/u/{code}/uk/#alle",
        f"/u/{code}/ar/danke/",
        f"/u/{talk}/el/",
        f"/u/{kiosk}/de/danke/",
    ):
        person.page.goto("about:blank")  # else only the part after # would change
        person.go(path)
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{path} {scheme}: {problem}" for problem in person.axe()]
        if person.overflow() > 0:
            found.append(f"{path}: {person.overflow()} px too wide")
    assert found == []
    assert person.problems == []


def test_without_javascript_it_is_the_same_way(visitor, running: City) -> None:
    code = way_in(running, "Stadtbibliothek", "qr")
    before = people(running, code)
    person = visitor(**PHONE, js=False, locale="en-GB")
    page = person.page
    person.go(f"/u/{code}/")
    for name in ("f1", "f2", "f3", "f4", "f5", "f6", "f9"):
        onward(page, name)
    person.press("#f9 .cz-button--go")
    expect(page.locator("[role=alert]")).to_contain_text("not answered")
    step(page, "f1")

    page.locator("label[for=a1-2]").click()
    page.locator(".cz-langs summary").click()
    person.press(".cz-lang[value=pl]")
    step(page, "f2")
    page.locator("#f2 .cz-back").click()
    expect(page.locator("#a1-2")).to_be_checked()
    page.locator("#f1 .cz-button--go").click()
    for name in ("f3", "f4", "f5", "f6", "f9"):
        onward(page, name)
    person.press("#f9 .cz-button--go")

    assert person.path() == f"/u/{code}/pl/danke/"
    assert people(running, code) == before + 1


def tab_to(person: Visitor, element: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(30):
        person.page.keyboard.press("Tab")
        if person.page.evaluate("what => document.activeElement.matches(what)", element):
            return
    raise AssertionError(f"{element} cannot be reached with Tab")


def test_with_the_keyboard_alone_and_sent_twice_it_counts_once(visitor, running: City) -> None:
    code = way_in(running, "Internet", "web")
    before = people(running, code)
    person = visitor()
    page = person.page
    person.go(f"{CITY}/de/")
    tab_to(person, f"[href*='/u/{code}/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(person, "[href='#f1']")
    page.keyboard.press("Enter")
    for number in range(1, 7):
        step(page, f"f{number}")
        tab_to(person, f"#f{number} input")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"#a{number}-2")).to_be_checked()
        tab_to(person, f"#f{number} .cz-button--go")
        page.keyboard.press("Enter")
    step(page, "f9")
    tab_to(person, "textarea")
    page.keyboard.type("Mehr Zeit")
    ticket = page.locator("[name=ticket]").input_value()
    tab_to(person, "#f9 .cz-button--go")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert person.path().endswith("/danke/")

    again = page.request.post(
        f"{person.city}/u/{code}/de/", form={"ticket": ticket, "a1": "1", "do": "send"}
    )
    assert again.url.endswith("/danke/")
    assert people(running, code) == before + 1


def test_a_screen_on_site_begins_anew_and_keeps_nothing(visitor, running: City) -> None:
    code = way_in(running, "Foyer", "kiosk")
    before = people(running, code)
    person = visitor(width=1280, height=800)
    page = person.page
    page.clock.install()
    person.go(f"/u/{code}/")
    onward(page, "f1")
    page.locator("label[for=a1-3]").click()
    for name in ("f2", "f3", "f4", "f5", "f6", "f9"):
        onward(page, name)
    page.locator("#text").fill("Das bleibt nicht stehen")
    person.press("#f9 .cz-button--go")
    assert person.path().endswith("/danke/")
    with page.expect_navigation():
        page.clock.run_for(16_000)
    step(page, "f0")
    assert people(running, code) == before + 1

    onward(page, "f1")
    page.locator("label[for=a1-4]").click()
    question = page.locator("[data-still]")
    page.clock.run_for(61_000)
    expect(question).to_contain_text("Sind Sie noch da?")
    assert person.axe() == []
    page.locator("[data-stay]").click()
    expect(question).to_be_hidden()
    expect(page.locator("#a1-4")).to_be_checked()
    page.clock.run_for(61_000)
    expect(question).to_be_visible()
    with page.expect_navigation():
        page.clock.run_for(21_000)
    step(page, "f0")

    for _ in range(4):
        expect(page.locator("input:checked")).to_have_count(0)
        expect(page.locator("#text")).to_have_value("")
        assert kept_on_device(page) == 0
        page.go_back()
        if not person.path().startswith("/u/"):
            break
    assert people(running, code) == before + 1


def answer_offline(person: Visitor, code: str) -> None:
    """Fill a page in, lose the internet, and send."""
    person.go(f"/u/{code}/de/#f1")
    person.page.locator("label[for=a1-2]").click()
    person.page.locator("[href='#f2']").first.click()
    person.page.evaluate("location.hash = 'f9'")
    step(person.page, "f9")
    person.context.set_offline(True)
    person.page.locator("#f9 .cz-button--go").click()
    expect(person.page.locator("[data-say=waiting]")).to_be_visible()
    expect(person.page.locator("#survey")).to_be_hidden()
    assert kept_on_device(person.page) == 1


def test_without_internet_answers_wait_and_are_sent_once(visitor, running: City) -> None:
    code = way_in(running, "Foyer", "qr")
    person = visitor(**PHONE)
    before = people(running, code)

    answer_offline(person, code)
    person.context.set_offline(False)
    expect(person.page.locator("[data-say=sent]")).to_be_visible()
    assert kept_on_device(person.page) == 0
    assert people(running, code) == before + 1

    person.page.goto("about:blank")
    answer_offline(person, code)
    person.page.close()
    person.context.set_offline(False)
    person.page = person.context.new_page()
    person.go(f"/u/{way_in(running, 'Stadtbibliothek', 'qr')}/de/")
    expect(person.page.locator("[data-say=sent]")).to_be_visible()
    assert kept_on_device(person.page) == 0
    assert people(running, code) == before + 2

    answer_offline(person, code)
    person.page.locator("[data-drop]").click()
    step(person.page, "f0")
    expect(person.page.locator("input:checked")).to_have_count(0)
    person.context.set_offline(False)
    person.page.reload()
    expect(person.page.locator("[data-waiting]")).to_be_hidden()
    assert kept_on_device(person.page) == 0
    assert people(running, code) == before + 2
