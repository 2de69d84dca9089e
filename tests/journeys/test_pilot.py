"""A city runs its pilot: from the first page of the coordination to the released result."""

from tests.journeys.conftest import Visitor

TEAM = ["tresen@amt.example", "backoffice@amt.example", "fachdienst@amt.example"]


def test_a_city_runs_its_pilot_from_setting_up_to_the_result(visitor) -> None:
    coordination = visitor()
    set_up_a_round(coordination)

    lead = visitor()
    prepare(lead)

    members = [visitor() for _ in TEAM]
    for member, address in zip(members, TEAM, strict=True):
        rate_everything(member, address)

    moderator = visitor()
    lead_through_the_workshop(moderator)

    release(lead)
    assert "Testamt" in lead.page.locator("h1").inner_text()
    assert lead.page.locator(".cc-track").count() >= 10

    coordination.go("/ergebnisse/")
    coordination.press(coordination.page.get_by_role("link", name="Testamt", exact=True))
    assert "Geduld am Tresen" in coordination.page.content()
    assert "Nur für mich geschrieben" not in coordination.page.content()


def set_up_a_round(coordination: Visitor) -> None:
    page = coordination.page
    coordination.sign_in_as("koordination")
    coordination.go("/runden/neu/")
    page.locator("#id_name").fill("Probedurchgang")
    page.locator("input[name=kind][value=pilot]").check()
    coordination.button()

    dates = ["2030-01-10", "2030-02-10", "2030-03-10", "2030-04-10", "2030-05-10"]
    names = ["starts_on", "rating_until", "workshop_until", "release_until", "report_on"]
    for name, day in zip(names, reversed(dates), strict=True):
        page.locator(f"#id_{name}").fill(day)
    coordination.button()
    assert page.locator(".cc-error").count() == 4, "dates that run backward are refused"
    for name, day in zip(names, dates, strict=True):
        page.locator(f"#id_{name}").fill(day)
    coordination.button()

    page.locator("#id_pasted").fill("Testamt; keine Adresse")
    coordination.button()
    assert "1" in page.locator(".cc-error").first.inner_text(), "the error names the line"
    assert page.locator("#id_pasted").input_value() == "Testamt; keine Adresse"
    page.locator("#id_pasted").fill("Testamt; leitung@amt.example")
    coordination.button()

    assert "Testamt" in page.content()
    coordination.button()
    assert "Probedurchgang" in page.locator("h1").inner_text()


def prepare(lead: Visitor) -> None:
    page = lead.page
    lead.follow_invitation("leitung@amt.example")
    lead.button()
    assert lead.path().endswith("/vorbereiten/")
    lead.button()
    page.locator("#id_scope").fill("Der Tresen im Erdgeschoss, nicht das ganze Amt.")
    lead.button()
    for address in TEAM:
        page.locator("#id_member-email").fill(address)
        lead.press("button[value=member]")
    page.locator("#id_moderator-email").fill("moderation@amt.example")
    lead.press("button[value=moderator]")
    lead.press("a.kern-btn--primary")
    page.locator("summary", has_text="PER-3").click()
    page.locator("details[open] input[type=checkbox]").check()
    lead.button()
    assert page.locator(".cc-error").count() == 1, "a requirement left out needs a reason"
    page.locator("details[open] textarea").first.fill("Das Personal wählt eine andere Stelle aus.")
    lead.button()
    page.locator("#id_day").fill("2030-03-01")
    page.locator("#id_time").fill("14:00")
    page.locator("#id_place").fill("Raum 204")
    lead.button()
    lead.button()
    assert page.locator(".cc-next").count() == 0


def rate_everything(member: Visitor, address: str) -> None:
    page = member.page
    member.follow_invitation(address)
    assert member.path().endswith("/meine-sicht/")
    member.button()
    for number in range(14):
        level = 1 + (number + TEAM.index(address)) % 4
        page.locator(f"#level-{level}").check()
        if number == 0:
            page.locator("#id_example").fill("Nur für mich geschrieben")
            page.locator("#id_idea").fill(f"Idee aus {address.split('@')[0]}")
            page.locator("#id_share_idea").check()
        before = page.url
        member.press(".cc-bar .kern-btn--primary")
        assert page.url != before
    assert member.path().endswith("/meine-sicht/")
    member.button()


def lead_through_the_workshop(moderator: Visitor) -> None:
    page = moderator.page
    moderator.follow_invitation("moderation@amt.example")
    assert moderator.path().endswith("/workshop/")
    moderator.button()
    moderator.button()
    for number in range(14):
        page.locator("#id_strength_1").fill("Geduld am Tresen" if number == 0 else "Das klappt")
        if number == 1:
            page.locator("#way-level").check()
            page.locator("#level-2").check()
            page.locator(".cc-bar .kern-btn--primary").click()
            page.locator(".cc-error").first.wait_for()  # no level without words
        page.locator("#id_potential_1").fill("Formulare vereinfachen")
        if number == 2:
            page.locator("#way-dissent").check()
            page.locator("summary").filter(
                has=page.locator("xpath=..//textarea[@id='id_low_text']")
            ).click()
            page.locator("#low_level-1").check()
            page.locator("#id_low_text").fill("Am Telefon kommt niemand durch.")
            page.locator("#high_level-3").check()
            page.locator("#id_high_text").fill("Am Tresen geht es schnell.")
        else:
            page.locator("#way-level").check()
            page.locator("#level-2").check()
        before = page.url
        moderator.press(".cc-bar .kern-btn--primary")
        assert page.url != before
    assert moderator.path().endswith("/workshop/")
    assert "Nur für mich geschrieben" not in page.content()


def release(lead: Visitor) -> None:
    lead.go("/")
    lead.button()
    assert lead.path().endswith("/freigabe/")
    lead.button()
