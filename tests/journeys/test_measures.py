"""Choosing measures at the end of a workshop: before a projector, by keyboard, on a phone."""

from datetime import date, timedelta

from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visitor

PAGE = "/selbstbewertung/10/massnahmen/"


def person_at(visitor, key: str, **look) -> Visitor:
    person = visitor(**look)
    person.sign_in_as(key)
    person.go(PAGE)
    return person


def cell(person: Visitor, effort: str, effect: str) -> Locator:
    return person.page.locator(f'td[data-effort="{effort}"][data-effect="{effect}"]')


def choose_by_keyboard(person: Visitor, form: Locator, effort: str, effect: str) -> None:
    """From field to field with the tab key; Enter on the button places it."""
    form.locator("select").first.focus()
    for key in (effort, "Tab", effect, "Tab", "Enter"):
        person.page.keyboard.press(key)


def take_on(person: Visitor, measure: int) -> None:
    person.press(f'a[href$="/massnahmen/{measure}/vornehmen/"]')
    person.page.locator("#id_sign").fill("Weniger Rückfragen am Empfang")
    if person.page.locator("#id_function").count():
        person.page.locator("#id_function").select_option(index=1)
    else:
        person.page.locator("#id_new_function").fill("Leitung des Empfangs")
    person.page.locator("#id_due_on").fill((date.today() + timedelta(days=90)).isoformat())
    assert person.axe() == []
    person.button()


def test_from_a_template_over_the_grid_to_two_measures(visitor) -> None:
    moderator = person_at(visitor, "moderation", width=1920, height=1080)
    page = moderator.page
    before = page.locator("form[data-place]").count()

    page.locator("#requirement-KOM-2 > summary").click()
    moderator.press(page.locator("#requirement-KOM-2 button").first)
    assert page.locator("#requirement-KOM-2").get_attribute("open") is not None
    page.locator("#id_title").fill("Das Leitsystem in drei Sprachen beschriften")
    moderator.press("#id_title >> xpath=ancestor::form >> button")
    forms = page.locator("form[data-place]")
    expect(forms).to_have_count(before + 2)
    first, second = (
        int((forms.nth(before + n).get_attribute("id") or "").removeprefix("place-"))
        for n in range(2)
    )

    # one is dragged …
    page.locator(f'[data-card="{first}"]').scroll_into_view_if_needed()
    page.locator(f'[data-card="{first}"]').drag_to(cell(moderator, "1", "3"))
    expect(cell(moderator, "1", "3").locator(f'[data-card="{first}"]')).to_be_visible()
    # … the other is chosen, by keyboard alone
    choose_by_keyboard(moderator, page.locator(f"#place-{second}"), "ArrowDown", "ArrowDown")
    expect(cell(moderator, "1", "1").locator(f'[data-card="{second}"]')).to_be_visible()
    expect(page.locator(f"#put-{second}")).to_be_focused()
    expect(page.locator("main > p[role=status]")).not_to_be_empty()
    assert moderator.axe() == []

    lead = person_at(visitor, "leitung.jc")
    for measure in (first, second):
        take_on(lead, measure)
    expect(lead.page.locator(".cc-plan")).to_have_count(2)
    assert lead.axe() == []
    for person in (moderator, lead):
        assert person.problems == []


def test_on_a_phone_in_the_dark_and_without_script_choosing_places_too(visitor) -> None:
    phone = person_at(visitor, "moderation", width=360, height=740, dark=True, js=False)
    page = phone.page
    page.locator("#id_title").fill("Abends länger öffnen")
    phone.press("#id_title >> xpath=ancestor::form >> button")
    form = page.locator("form[data-place]").last
    for name, size in (("effort", "2"), ("effect", "3")):
        form.locator(f'select[name="{name}"]').select_option(size)
    phone.press(form.locator("button"))

    expect(cell(phone, "2", "3")).to_contain_text("Abends länger öffnen")
    seen = person_at(visitor, "moderation", width=360, height=740, dark=True)
    assert seen.overflow() <= 0
    assert seen.axe() == []
