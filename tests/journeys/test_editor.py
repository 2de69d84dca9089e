"""Two people of the coordinating group write the next version of the instrument together."""

from playwright.sync_api import expect


def test_two_people_write_and_the_city_adopts(visitor) -> None:
    anna, ben = visitor(), visitor(width=390)
    anna.sign_in_as("koordination")
    ben.sign_in_as("koordinierungsgruppe")
    anna.go("/instrument/2/")
    anna.press("a[href$='/bearbeiten/']")  # a draft is being written already
    draft = anna.path().removesuffix("bearbeiten/")

    # both open the same requirement, and each sees that the other is there
    for person in (anna, ben):
        person.go(f"{draft}bearbeiten/KOM-2/")
    expect(ben.page.locator("#presence")).to_contain_text("Koordination")
    text = "[id='text-KOM-2/text']"
    seen = anna.page.locator(text).input_value()

    # ben is faster; anna's words are not lost, and nor are his
    ben.page.locator(text).fill("Wir wissen, wer unser Angebot braucht.")
    ben.page.locator("[id='text-KOM-2/who_knows']").fill("Das Team am Empfang.")
    ben.press(".cc-savebar button")
    anna.page.locator(text).fill(f"{seen} Immer wieder.")
    anna.press(".cc-savebar button")
    assert anna.page.locator("[role=alert]").count() == 1
    assert "Immer wieder." in anna.page.locator(text).input_value()
    assert "Wir wissen" in anna.page.locator(".cc-diff").inner_text()
    assert "Empfang" in anna.page.locator("[id='text-KOM-2/who_knows']").input_value()
    assert anna.axe() == []
    anna.page.get_by_label("Text der anderen Person").check()
    anna.press(".cc-savebar button")
    assert anna.page.locator(text).input_value() == "Wir wissen, wer unser Angebot braucht."

    # a proposal from the phone, taken over with one click
    ben.page.locator("summary", has_text="Etwas anmerken").click()
    ben.page.locator("#id_remark-place").select_option("KOM-2/title")
    ben.page.locator("input[name=remark-kind][value=proposal]").check()
    ben.page.locator("#id_remark-text").fill("Menschen erreichen")
    ben.press("form[action$='/anmerken/'] button")
    assert ben.overflow() <= 0
    anna.page.reload()
    anna.press(".cc-remark button[value=taken]")
    assert anna.page.locator("[id='text-KOM-2/title']").input_value() == "Menschen erreichen"

    # order by keyboard; the keys stay
    anna.go(f"{draft}bearbeiten/")
    anna.page.locator("[id='KOM-2'] button[name=up]").focus()
    with anna.page.expect_navigation():
        anna.page.keyboard.press("Enter")
    keys = anna.page.locator(".cc-row--outline .cc-key").all_inner_texts()
    assert keys[:3] == ["KOM-2", "KOM-1", "KOM-3"]

    # what the changes mean; only then the decision
    anna.go(f"{draft}beschluss/")
    anna.press("main a.kern-btn--primary")
    for reason in anna.page.locator("input[name$='-reason']").all():
        reason.fill("Besser verständlich")
    anna.press("main form .kern-btn--primary")
    assert anna.page.locator(".cc-lead").inner_text() == "Alles ist entschieden."
    anna.go(f"{draft}beschluss/")
    anna.page.locator("#id_body").fill("Stadtvorstand")
    anna.page.locator("#id_decided_on").fill("2026-10-01")
    anna.button()
    assert "Stadtvorstand" in anna.page.locator(".cc-lead").first.inner_text()
    ben.go(f"{draft}bearbeiten/KOM-2/")
    assert ben.page.locator("textarea").count() == 0, "the words are fixed"


def test_the_editor_works_without_a_script(visitor) -> None:
    person = visitor(js=False)
    person.sign_in_as("koordination")
    person.go("/instrument/1/eigene-fassung/")
    person.page.locator("#id_title").fill("Unser Check")
    person.page.locator("#id_key").fill("unser-check")
    person.button()
    person.press("a[href$='/bearbeiten/ZUG-1/']")
    person.page.locator("[id='new-citizen_questions']").fill("Finden Sie uns leicht?")
    person.press(".cc-savebar button")
    person.press("button[value^='ZUG-1/c'][value$='|up'] >> nth=-1")

    texts = [t.input_value() for t in person.page.locator("[id^='text-ZUG-1/c']").all()]
    assert "Finden Sie uns leicht?" in texts
    assert texts[-1] != "Finden Sie uns leicht?"
