"""Journeys drive the real product: its own command, its own server, a real browser.

Each test process starts `chancencheck demo` once, on SQLite or (with DATABASE_URL) on PostgreSQL.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.journeys.city import City

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
DOMAIN = "ludwigshafen.example"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The running example city."""
    found = City(tmp_path_factory.mktemp("city"), "journeys")
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def city(running: City) -> str:
    """Its address."""
    return running.address


@pytest.fixture
def fragile_city(tmp_path: Path) -> Iterator[City]:
    """A city for one test alone, which may kill it."""
    found = City(tmp_path, "fragile")
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """A person with a browser of their own."""

    def __init__(self, context: BrowserContext, city: str) -> None:
        self.context = context
        self.city = city
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on(
            "console",
            lambda message: (
                self.problems.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )

    def go(self, path: str) -> None:
        self.page.goto(self.city + path)

    def press(self, button: Locator | str) -> None:
        """Press what leads to another page (or the same one anew) and wait until it is there."""
        locator = self.page.locator(button) if isinstance(button, str) else button
        with self.page.expect_navigation():
            locator.click()

    def sign_in_as(self, key: str) -> None:
        """One click on the start page of the example."""
        self.go("/")
        self.press(f'input[value="{key}@{DOMAIN}"] + button')

    def mail_to(self, address: str) -> str:
        """The newest mail to an address, read in the mailbox page of the example."""
        page = self.context.new_page()
        page.goto(self.city + "/beispiel/postfach/")
        page.locator(".cc-row", has_text=address).first.locator("a").click()
        text = page.locator(".cc-mail").inner_text()
        page.close()
        return text

    def follow_invitation(self, address: str) -> None:
        """Open the personal link and sign in with the code from the mail."""
        link = re.search(r"http\S+/einladung/\S+", self.mail_to(address))
        assert link, "no personal link in the mail"
        self.page.goto(link.group())
        self.press("main form button")
        code = re.search(r"\b[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}\b", self.mail_to(address))
        assert code, "no code in the mail"
        self.page.locator("#id_code").fill(code.group())
        self.press(self.page.locator("main form button[type=submit]").first)

    def button(self) -> None:
        """The one primary button of the page."""
        self.press(self.page.locator("main .kern-btn--primary, .cc-bar .kern-btn--primary").first)

    def path(self) -> str:
        return urlsplit(self.page.url).path

    def axe(self, only: str = "") -> list[str]:
        """What axe finds on the page (WCAG 2.2 A and AA, best practices), or by one rule only."""
        self.page.evaluate(AXE.read_text())
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = only
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{v['id']}: {n['target']} {n['failureSummary'][:200]}"
            for v in found["violations"]
            for n in v["nodes"]
        ]

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def visitor(chromium: Browser, city: str) -> Iterator["type[Visitor]"]:
    """Makes people: `visitor(width=320, dark=True, js=False)`."""
    yield from people_of(chromium, city)


@pytest.fixture
def fragile_visitor(chromium: Browser, fragile_city: City) -> Iterator["type[Visitor]"]:
    """The same in the city that may be killed."""
    yield from people_of(chromium, fragile_city.address)


def people_of(chromium: Browser, city: str) -> Iterator["type[Visitor]"]:
    """Makes people in a city, and closes their browsers in the end."""
    contexts = []

    def make(
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        js: bool = True,
        forced: bool = False,
        locale: str = "de-DE",
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced else "none",
            java_script_enabled=js,
            locale=locale,
        )
        context.set_default_timeout(15000)
        contexts.append(context)
        return Visitor(context, city)

    yield make  # type: ignore[misc]
    for context in contexts:
        context.close()
