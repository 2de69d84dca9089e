"""Staff makes, closes, reads and answers a survey; a barrier is reported and answered."""

import re
import urllib.request
from urllib.parse import urlencode

from playwright.sync_api import expect

PHONE = {"width": 390, "height": 800}
CITY = "/mitreden/ludwigshafen"


def answer(address: str, **answers: str) -> None:
    """A citizen without a browser: loads the page, and sends its form."""
    with urllib.request.urlopen(address, timeout=20) as page:
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.read().decode())
    assert ticket
    data = urlencode({"ticket": ticket[1], "do": "send", **answers}).encode()
    with urllib.request.urlopen(address, data, timeout=20) as page:
        assert page.url.endswith("/danke/")


def test_the_whole_way_of_a_survey(visitor) -> None:
    coordination = visitor()
    page = coordination.page
    coordination.sign_in_as("koordination")
    coordination.go("/befragungen/")
    coordination.press("[href$='/befragungen/neu/2/']")  # other tests may have opened more rounds
    page.locator("#id_name").fill("Frauentreff im Winter")
    page.get_by_label("Internationaler Frauentreff").check()
    for box in page.locator("input[name=questions]:visible").all()[:5]:
        box.check()
    coordination.button()
    survey = coordination.path()

    page.locator("summary", has_text="Ort hinzufügen").click()
    page.locator("#id_place").fill("Café")
    page.locator("input[name=channels][value=qr]").check()
    page.locator("input[name=channels][value=paper]").check()
    coordination.press("form[action$='/orte/'] button")
    coordination.press("form[action$='/oeffnen/'] button")
    coordination.press(page.locator("tr", has_text="Café").locator("[href*='/plakat/']"))
    short = page.locator(".cc-poster__short").inner_text()
    address = f"{coordination.city}/{short.partition('/')[2]}/ar/"
    good = {f"a{number}": "1" for number in range(1, 6)}
    for _ in range(5):
        answer(address, **good)
    answer(address, **{**good, "a1": "4"}, text="Frau Meier ist \u202eimmer nett")

    coordination.go(survey)
    coordination.press("tr:has-text('Café') [href$='/eingeben/']")
    for key in "12045":
        page.keyboard.press(key)
    page.keyboard.type("Bitte abends öffnen")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main, .cc-messages").first).to_contain_text("nächste Bogen")

    coordination.go(survey)
    assert "weniger als zehn" in page.locator(".cc-lead").inner_text(), "no exact number before"
    page.locator("summary", has_text="Befragung beenden").click()
    coordination.press("form[action$='/beenden/'] button")
    assert coordination.path() == survey, "a partner publishes first"
    assert page.locator("main [href$='/ergebnis/'], main [href$='/texte/']").count() == 0

    lead = visitor(**PHONE)
    lead.sign_in_as("leitung.ift")
    lead.go(f"{survey}ergebnis/")
    assert "7 Menschen" in lead.page.locator(".cc-lead").inner_text()
    assert lead.page.locator(".cc-areas__citizens").count() == 5
    lead.go(f"{survey}texte/")
    assert lead.axe() == []
    nice = lead.page.locator("article", has_text="Frau Meier")
    assert "\u202e" not in nice.inner_text()
    nice.locator("textarea").fill("Alle sind immer nett")
    lead.press(nice.locator("[name^=publish-]"))
    rest = lead.page.locator("article")
    rest.locator("input[name$=-reason]").fill("Wer es war, ist zu erkennen")
    lead.press(rest.locator("[name^=remove-]"))

    lead.go(survey)
    lead.press("[href$='/gesagt-getan/']")
    lead.page.locator("#id_0-said").fill("Abends ist zu")
    lead.page.locator("#id_0-done").fill("Am Mittwoch ist bis 20 Uhr offen.")
    lead.press("form:not([action]) button")
    assert lead.page.locator("#id_0-said").input_value() == "Abends ist zu"
    part = re.search(r"/teil/(\d+)/", lead.path())
    assert part
    lead.press("form[action$='/veroeffentlichen/'] button")
    assert lead.page.locator("form[action$='/veroeffentlichen/']").count() == 0
    coordination.go(f"{survey}ergebnis/")
    assert page.locator(".cc-words__list li").all_inner_texts() == ["Alle sind immer nett"]

    citizen = visitor(**PHONE)
    citizen.go(f"{CITY}/de/")
    link = f"[href*='/ergebnis/{part[1]}/']"
    assert citizen.page.locator("[href*='/ergebnis/1/']").count() == 1
    assert citizen.page.locator(link).count() == 0, "not before the promised day"
    early = citizen.page.goto(f"{citizen.city}{CITY}/ergebnis/{part[1]}/de/")
    assert early
    assert early.status == 404


def test_a_barrier_is_reported_answered_and_looked_up(visitor) -> None:
    citizen = visitor(**PHONE, locale="ar")
    citizen.go(f"{CITY}/barriere/ar/")
    citizen.page.locator("#id_unit").select_option(label="Volkshochschule")
    citizen.page.locator("#id_where").fill("المدخل")
    citizen.page.locator("#id_what").fill("Kein Aufzug")
    citizen.press("#report .cz-button--go")
    code = citizen.page.locator(".cz-code").inner_text()
    assert citizen.axe() == []

    lead = visitor(**PHONE)
    lead.sign_in_as("leitung.vhs")
    lead.go("/barrieren/")
    lead.press(lead.page.get_by_role("link", name="المدخل"))
    assert lead.axe() == []
    assert lead.overflow() <= 0
    lead.page.locator("input[name=state][value=doing]").check()
    lead.page.locator("#id_answer").fill("Wir bauen eine Rampe.")
    lead.button()

    citizen.press("[href$='/stand/']")
    citizen.page.locator("#id_code").fill(code.lower())
    citizen.press("#report .cz-button--go")
    expect(citizen.page.locator("[role=status]")).to_contain_text("Wir bauen eine Rampe.")
    assert citizen.axe() == []
    assert citizen.context.cookies() == []
