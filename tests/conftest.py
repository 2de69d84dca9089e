"""What all tests share: the cast, a browser that checks pages, templates without gaps."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template import engines

from chancencheck.accounts.models import User
from chancencheck.barriers.views_public import LOOKUPS, REPORTS
from chancencheck.instruments.queries import forget_released
from chancencheck.organisations.models import Municipality
from chancencheck.surveys.doors import forget_doors
from chancencheck.surveys.views_public import CODES, SENT
from chancencheck.workshops import live
from tests import world
from tests.page_lint import LintingClient

# Empty on purpose: a requirement without a finding shows “–”.
HARMLESS_GAPS = {"row.finding.strengths", "row.finding.potentials"}


class GapInTemplate(str):
    """Stands where a template asks for something that is not there, and says so."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        if str(name) in HARMLESS_GAPS:
            return ""
        raise AssertionError(f"A template asks for “{name}”, which is not there.")


@pytest.fixture(autouse=True)
def fresh_instruments() -> None:
    """Released instruments are kept per process; each test has a database of its own."""
    forget_released()


@pytest.fixture(autouse=True)
def fresh_screens() -> None:
    """What the screens of a workshop share is kept per process; the numbers of rows repeat here."""
    live.forget_everything()


@pytest.fixture(autouse=True)
def fresh_doors() -> None:
    """What a process keeps about surveys, and how often somebody has sent something."""
    forget_doors()
    for limit in (SENT, CODES, REPORTS, LOOKUPS):
        limit.forget()


@pytest.fixture(autouse=True, scope="session")
def strict_templates() -> Iterator[None]:
    """An unknown variable in one of our templates fails the test instead of showing nothing."""
    engine = engines["django"].engine
    engine.string_if_invalid = GapInTemplate("gap")
    yield
    engine.string_if_invalid = ""


@pytest.fixture(scope="session")
def built_cities(django_db_setup: None, django_db_blocker: Any) -> None:
    """Build both cities once for all tests that do not commit."""
    with django_db_blocker.unblock():
        world.build()


@pytest.fixture
def cities(built_cities: None, db: None) -> None:
    """Musterstadt and Nachbarstadt with their cast; what a test changes is undone."""
    if not Municipality.objects.filter(name=world.HERE).exists():
        world.build()  # a test that commits has emptied the database in between


@pytest.fixture
def client_for() -> Callable[..., LintingClient]:
    """A signed-in browser: `client_for("lead")` or `client_for(user)`."""

    def sign_in(who: str | User, city: str = world.HERE, **options: Any) -> LintingClient:
        client = LintingClient(**options)
        client.force_login(world.person(who, city) if isinstance(who, str) else who)
        return client

    return sign_in


@pytest.fixture
def guest() -> LintingClient:
    """A browser that is not signed in."""
    return LintingClient()
