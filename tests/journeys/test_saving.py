"""Nothing typed is ever lost, and people always see whether it is saved."""

import re

from tests.journeys.conftest import Visitor

MEMBER = "kursleitung-abendkurse.vhs"


def open_requirement(person: Visitor, key: str, who: str = MEMBER) -> None:
    person.sign_in_as(who)
    link = person.page.locator("a[href*='/meine-sicht/']").first.get_attribute("href")
    person.go(f"{link}{key}/")


def state(person: Visitor) -> str:
    return person.page.locator("[data-save-state]").inner_text()


def test_it_saves_by_itself_and_says_when(visitor) -> None:
    person = visitor()
    open_requirement(person, "KOM-2")

    person.page.locator("#id_example").fill("Am Aushang steht nur Kleingedrucktes.")

    person.page.locator("[data-save-state]", has_text=re.compile(r"\d\d:\d\d")).wait_for()
    person.page.reload()
    assert (
        person.page.locator("#id_example").input_value() == "Am Aushang steht nur Kleingedrucktes."
    )


def test_without_connection_it_says_so_and_saves_later(visitor) -> None:
    person = visitor()
    open_requirement(person, "KOM-3")
    person.context.set_offline(True)
    person.page.locator("#id_idea").fill("Ein Zettel in zwei Sprachen.")
    person.page.locator(".cc-save--error").wait_for()

    person.context.set_offline(False)

    person.page.locator("[data-save-state]", has_text=re.compile(r"\d\d:\d\d")).wait_for()
    person.page.reload()
    assert person.page.locator("#id_idea").input_value() == "Ein Zettel in zwei Sprachen."


def test_a_text_survives_the_end_of_the_session(visitor) -> None:
    person = visitor()
    open_requirement(person, "ZUG-1")
    person.context.clear_cookies(name="sessionid")
    person.page.locator("#id_example").fill("Nach 17 Uhr ist zu.")
    person.page.locator(".cc-save--error").wait_for()

    other = person.context.new_page()
    other.goto(person.city + "/")
    with other.expect_navigation():
        other.locator(f'input[value="{MEMBER}@ludwigshafen.example"] + button').click()
    person.page.locator("[data-retry]").click()

    person.page.locator("[data-save-state]", has_text=re.compile(r"\d\d:\d\d")).wait_for()
    person.page.reload()
    assert person.page.locator("#id_example").input_value() == "Nach 17 Uhr ist zu."


def test_without_javascript_a_text_survives_the_end_of_the_session(visitor) -> None:
    person = visitor(js=False)
    open_requirement(person, "ZUG-2")
    requirement = person.path()
    person.context.clear_cookies(name="sessionid")
    person.page.locator("#id_example").fill("Der Aufzug fährt nicht bis oben.")
    person.press(".cc-bar .kern-btn--primary")
    assert "Der Aufzug fährt nicht bis oben." in person.page.content()

    other = person.context.new_page()
    other.goto(person.city + "/")
    with other.expect_navigation():
        other.locator(f'input[value="{MEMBER}@ludwigshafen.example"] + button').click()
    person.button()
    if "Der Aufzug fährt nicht bis oben." in person.page.content():
        person.button()  # the form was made before the new sign-in: send once more

    person.go(requirement)
    assert person.page.locator("#id_example").input_value() == "Der Aufzug fährt nicht bis oben."


def test_two_windows_of_one_person_lose_nothing(visitor) -> None:
    first, second = visitor(js=False), visitor(js=False)
    open_requirement(first, "PER-1")
    open_requirement(second, "PER-1")
    first.page.locator("#id_example").fill("Aus dem ersten Fenster")
    first.press(".cc-bar .kern-btn--primary")
    second.page.locator("#id_example").fill("Aus dem zweiten Fenster")
    second.press(".cc-bar .kern-btn--primary")

    assert "Aus dem ersten Fenster" in second.page.content()
    assert "Aus dem zweiten Fenster" in second.page.content()
    second.page.locator("#both-example").check()
    second.button()

    text = second.page.locator("#id_example").input_value()
    assert "Aus dem ersten Fenster" in text
    assert "Aus dem zweiten Fenster" in text


def test_two_people_write_one_finding_at_once(visitor) -> None:
    moderator, lead = visitor(), visitor()
    lead.page.route("**/live/**", lambda route: route.abort())  # else the text would simply appear
    for person, who in ((moderator, "moderation"), (lead, "leitung.jc")):
        person.go("/")
        if who == "leitung.jc":
            sign_in_by_code(person, "leitung.jc@ludwigshafen.example")
        else:
            person.sign_in_as(who)
        person.go("/selbstbewertung/10/workshop/STE-3/")
    moderator.page.locator("#id_strength_1").fill("Wir hängen den Stand im Flur auf.")
    moderator.page.locator("[data-save-state]", has_text=re.compile(r"\d\d:\d\d")).wait_for()
    lead.page.locator("#id_strength_1").fill("Jede Maßnahme hat eine Frist.")
    lead.page.locator(".cc-save--error").wait_for()
    lead.page.locator("[data-save-state] button").click()
    lead.page.locator("#both-strengths").wait_for()

    assert "Wir hängen den Stand im Flur auf." in lead.page.content()
    lead.page.locator("#both-strengths").check()
    lead.button()

    assert lead.page.locator("#id_strength_1").input_value() == "Wir hängen den Stand im Flur auf."
    assert lead.page.locator("#id_strength_2").input_value() == "Jede Maßnahme hat eine Frist."


def sign_in_by_code(person: Visitor, address: str) -> None:
    person.go("/anmelden/code/")
    person.page.locator("#id_email").fill(address)
    person.press("main form button")
    code = re.search(r"\b[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}\b", person.mail_to(address))
    assert code
    person.page.locator("#id_code").fill(code.group())
    person.press(person.page.locator("main form button[type=submit]").first)


def test_it_works_with_the_keyboard_alone(visitor) -> None:
    person = visitor()
    open_requirement(person, "STE-1")
    keyboard = person.page.keyboard
    for _ in range(40):
        keyboard.press("Tab")
        if person.page.evaluate("document.activeElement.name") == "level":
            break
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    person.page.locator("[data-save-state]", has_text=re.compile(r"\d\d:\d\d")).wait_for()
    for _ in range(40):
        keyboard.press("Tab")
        if person.page.evaluate("document.activeElement.value") == "next":
            break
    keyboard.press("Enter")
    person.page.wait_for_url("**/STE-2/")

    person.page.go_back()
    assert (
        person.page.locator("#level-2").is_checked() or person.page.locator("#level-1").is_checked()
    )


def test_adding_evidence_without_javascript_keeps_what_was_typed(visitor) -> None:
    moderator = visitor(js=False)
    moderator.sign_in_as("moderation")
    moderator.go("/selbstbewertung/10/workshop/BET-3/")
    moderator.page.locator("#id_strength_1").fill("Übergabe mit Termin")
    moderator.press("button[value=evidence]")
    moderator.page.locator("#id_text").fill("Vereinbarung mit dem Frauentreff")
    moderator.button()

    assert moderator.page.locator("#id_strength_1").input_value() == "Übergabe mit Termin"
    assert "Vereinbarung mit dem Frauentreff" in moderator.page.content()
