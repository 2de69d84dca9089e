"""A workshop with three screens at once: the moderator, the wall, phones in the room."""

import re
import time

from playwright.sync_api import expect

from tests.journeys.city import City
from tests.journeys.conftest import Visitor

ROOM = "/selbstbewertung/10/workshop/"
SOON = 15000  # two seconds are promised and measured by `make bench`; no timing decides a test
expect.set_options(timeout=SOON)


def moderator_at(visitor, key: str, **look) -> Visitor:
    person = visitor(**look)
    person.sign_in_as("moderation")
    person.go(f"{ROOM}{key}/")
    return person


def wall_of(visitor) -> Visitor:
    person = visitor(width=1920, height=1080)
    person.sign_in_as("moderation")
    person.go(f"{ROOM}leinwand/")
    return person


def do(person: Visitor, name: str) -> None:
    """Press a button of the room."""
    person.page.locator(f'button[value="{name}"]:visible').first.click()


def put_on_wall(moderator: Visitor) -> None:
    """Show the moderator's requirement on the wall, if another test has not done so already."""
    if moderator.page.locator('button[value="show"]:visible').count():
        do(moderator, "show")


def come_in(visitor, code: str, **look) -> Visitor:
    """Somebody with a phone and without an account types the code of the wall."""
    guest = visitor(width=390, height=800, **look)
    guest.go("/mitmachen/")
    guest.page.locator("#id_code").fill(code)
    guest.button()
    return guest


def code_on(wall: Visitor) -> str:
    place = wall.page.locator(".cc-stage__code")
    place.wait_for()
    return re.sub(r"\s", "", place.inner_text().replace("Code:", ""))


def test_moderator_wall_and_phones_go_through_a_requirement(visitor) -> None:
    moderator, wall = moderator_at(visitor, "PER-1"), wall_of(visitor)
    second = moderator_at(visitor, "PER-1")
    member = visitor(width=390)
    member.sign_in_as("empfang.jc")
    member.go(f"{ROOM}dabei/")

    put_on_wall(moderator)
    for screen in (wall, member):
        expect(screen.page.locator(".cc-key").first).to_have_text("PER-1")
    assert wall.overflow() <= 0

    moderator.page.locator("#id_strength_1").fill("Wir grüßen alle mit Namen.")
    for screen in (wall, member):
        expect(screen.page.get_by_text("Wir grüßen alle mit Namen.")).to_be_visible()

    expect(second.page.locator("#id_strength_1")).to_have_value("Wir grüßen alle mit Namen.")

    do(moderator, "vote_open")
    code = code_on(wall)
    phones = [come_in(visitor, code) for _ in range(3)]
    for number, phone in enumerate(phones, start=1):
        assert phone.page.locator(".cc-spread-table").count() == 0, "guests see no distribution"
        phone.page.locator(f"#ballot-{number}").check()
        phone.press(".cc-vote button")
        assert phone.page.locator("#vote-title .cc-icon").count() == 1, (
            "it says that the vote counts"
        )
    assert wall.page.locator(".cc-spread__n").count() == 0, "no number before the vote is closed"

    do(moderator, "vote_close")
    expect(wall.page.locator(".cc-spread__was").first).to_be_visible()
    assert [n.inner_text() for n in wall.page.locator(".cc-spread__n").all()][:3] == ["1", "1", "1"]
    expect(phones[0].page.locator(".cc-vote")).to_have_count(0)

    wall.page.keyboard.press("PageDown")
    expect(wall.page.locator(".cc-key").first).not_to_have_text("PER-1")
    expect(phones[0].page.locator(".cc-key").first).not_to_have_text("PER-1")
    for screen in (moderator, wall, member, *phones):
        assert screen.problems == []


def test_the_wall_follows_the_clock_and_shows_only_what_the_moderator_shows(visitor) -> None:
    moderator, wall = moderator_at(visitor, "KOM-3"), wall_of(visitor)
    put_on_wall(moderator)
    expect(wall.page.locator(".cc-key").first).to_have_text("KOM-3")
    sentence = wall.page.locator(".cc-stage__quote").first.inner_text()

    do(moderator, "timer:start")
    expect(wall.page.locator("[data-ends]")).to_have_text(re.compile(r"^\d+:\d\d$"))
    voice = moderator.page.locator(".cc-mod__voice", has_text=sentence[-30:])
    voice.locator("button").click()
    expect(wall.page.get_by_text(sentence, exact=True)).to_have_count(0)
    do(moderator, "switch:spread:off")
    expect(wall.page.locator(".cc-spread")).to_have_count(0)
    assert "hinten" not in wall.page.content()


def test_the_projector_is_the_only_device_and_has_only_a_keyboard(visitor) -> None:
    put_on_wall(moderator_at(visitor, "ZUG-2"))
    wall = wall_of(visitor)
    key = wall.page.locator(".cc-key").first
    expect(key).to_have_text("ZUG-2")
    for button, other in (("ArrowRight", "STE-1"), ("PageUp", "ZUG-2"), ("PageDown", "STE-1")):
        wall.page.keyboard.press(button)
        expect(key).to_have_text(other)

    for _ in range(12):
        wall.page.keyboard.press("Tab")
        if wall.page.evaluate("document.activeElement.tagName") == "A":
            break
    with wall.page.expect_navigation():
        wall.page.keyboard.press("Enter")
    assert wall.path() == f"{ROOM}STE-1/"
    wall.page.locator("#id_potential_1").fill("Ein Schild am Eingang")
    expect(wall.page.locator("[data-save-state]")).to_have_text(re.compile(r"\d\d:\d\d"))
    wall.press("a[href$='/leinwand/']")
    expect(wall.page.get_by_text("Ein Schild am Eingang")).to_be_visible()


def test_without_javascript_every_button_keeps_the_text_beside_it(visitor) -> None:
    moderator = moderator_at(visitor, "PER-2", js=False)
    moderator.page.locator("#id_strength_1").fill("Schulung für alle Neuen")
    moderator.press('button[value="show"] >> nth=0')
    assert moderator.page.locator("#id_strength_1").input_value() == "Schulung für alle Neuen"

    moderator.page.locator("summary", has_text="aufschreiben").last.click()
    moderator.page.locator("#id_note_text").fill("Wer schult die Vertretungen?")
    moderator.page.locator("#id_potential_1").fill("Auch für Vertretungen")
    moderator.press('button[value="note"]')
    assert "Wer schult die Vertretungen?" in moderator.page.locator("#note-list").inner_text()
    assert moderator.page.locator("#id_potential_1").input_value() == "Auch für Vertretungen"

    moderator.press('button[value="vote_open"]')
    wall = wall_of(visitor)
    guest = come_in(visitor, code_on(wall), js=False)
    guest.page.locator("#ballot-2").check()
    guest.press(".cc-vote button")
    assert guest.page.locator("#vote-title .cc-icon").count() == 1
    moderator.press('button[value="vote_discard"]')
    guest.page.reload()
    assert guest.page.locator(".cc-vote").count() == 0


def test_a_server_killed_in_mid_workshop_loses_nothing(fragile_city: City, fragile_visitor) -> None:
    moderator, wall = moderator_at(fragile_visitor, "STE-1"), wall_of(fragile_visitor)
    put_on_wall(moderator)
    expect(wall.page.locator(".cc-key").first).to_have_text("STE-1")
    moderator.page.locator("#id_strength_1").fill("Vor dem Absturz")
    expect(wall.page.get_by_text("Vor dem Absturz")).to_be_visible()

    fragile_city.kill()
    expect(wall.page.locator("[data-lost]")).to_be_visible()
    moderator.page.locator("#id_potential_1").fill("Während der Server steht")
    moderator.page.locator(".cc-save--error").wait_for()
    time.sleep(1)
    fragile_city.start()

    moderator.page.locator("[data-retry]").click()
    expect(wall.page.get_by_text("Während der Server steht")).to_be_visible()
    expect(wall.page.get_by_text("Vor dem Absturz")).to_be_visible()
    expect(wall.page.locator("[data-lost]")).to_be_hidden()


def test_practising_begins_afresh_each_time_and_leaves_nothing(visitor) -> None:
    moderator = visitor()
    moderator.sign_in_as("koordinierungsgruppe")
    moderator.go("/uebung/")
    moderator.button()
    moderator.button()
    moderator.page.locator("#id_strength_1").fill("Nur geübt")
    expect(moderator.page.locator("[data-save-state]")).to_have_text(re.compile(r"\d\d:\d\d"))

    moderator.go("/uebung/")
    moderator.button()
    moderator.button()
    assert moderator.page.locator("#id_strength_1").input_value() == ""
    practised = moderator.page.url
    moderator.press("form[action='/uebung/beenden/'] button")
    assert moderator.path() == "/"
    answer = moderator.page.goto(practised)
    assert answer
    assert answer.status == 404


def test_a_sheet_of_paper_is_typed_in_and_taken_back(visitor) -> None:
    moderator = visitor()
    moderator.sign_in_as("moderation")
    moderator.go("/selbstbewertung/11/workshop/papier/eingeben/")
    moderator.button()
    assert moderator.page.locator("[data-focus]").count() == 1, "an empty sheet is refused"

    moderator.page.locator("input[id^='level-'][id$='-2']").first.check()
    moderator.page.locator("textarea[name^='example-']").first.fill("Von Hand geschrieben")
    moderator.button()
    assert "1 von 1" in moderator.page.locator("h1").inner_text()
    assert "Von Hand geschrieben" not in moderator.page.content()

    moderator.press("form[action$='/zurueck/'] button")
    assert "0 von 1" in moderator.page.locator("h1").inner_text()


def test_the_lead_confirms_the_protocol_and_takes_it_along(visitor) -> None:
    lead = visitor()
    lead.sign_in_as("leitung.ift")
    lead.go("/selbstbewertung/9/protokoll/")
    with lead.page.expect_download() as download:
        lead.page.locator("a[href$='/dokument/']").click()
    assert download.value.suggested_filename.endswith(".docx")

    lead.press("section[aria-labelledby=confirm] button")
    assert lead.page.locator("section[aria-labelledby=confirm]").count() == 0
