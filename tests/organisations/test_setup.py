"""The first run: one page, one code, then gone."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from chancencheck.organisations.models import Municipality, RoleAssignment
from chancencheck.organisations.views import SETUP_TRIES_PER_HOUR, setup_code
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty(settings: Any, tmp_path: Any, transactional_db: None) -> None:
    """An installation before its first run."""
    call_command("flush", verbosity=0, interactive=False)
    cache.clear()
    settings.DATA_DIR = tmp_path


def form(code: str, **changes: str) -> dict[str, str]:
    return {
        "code": code,
        "name": "Neustadt",
        "admin_name": "Administration",
        "admin_email": "admin@neustadt.example",
        "password": PASSWORD,
        **changes,
    }


def test_the_start_page_leads_to_the_first_run(empty: None, guest: Client) -> None:
    assert guest.get("/")["Location"] == reverse("setup")


@pytest.mark.parametrize("code", ["", "falsch", "Ümläut", "0" * 8])
def test_without_the_right_code_nothing_is_set_up(empty: None, guest: Client, code: str) -> None:
    page = guest.post(reverse("setup"), form(code))

    assert page.status_code == 200
    assert page.context["form"].errors["code"]
    assert not Municipality.objects.exists()


def test_the_code_makes_the_city_and_its_administration_once(empty: None, guest: Client) -> None:
    guest.post(reverse("setup"), form(setup_code()))

    assert Municipality.objects.get().name == "Neustadt"
    assert RoleAssignment.objects.get().role == "administration"
    assert "_auth_user_id" in guest.session
    assert Client().get(reverse("setup")).status_code == 404
    assert Client().post(reverse("setup"), form(setup_code())).status_code == 404


def test_guessing_the_code_is_stopped(empty: None, guest: Client) -> None:
    for _try in range(SETUP_TRIES_PER_HOUR):
        guest.post(reverse("setup"), form("falsch"))

    guest.post(reverse("setup"), form(setup_code()))

    assert not Municipality.objects.exists()


@pytest.mark.parametrize("password", ["kurz", "password123"])
def test_a_weak_password_gets_a_sentence_at_the_field(
    empty: None, guest: Client, password: str
) -> None:
    page = guest.post(reverse("setup"), form(setup_code(), password=password))

    assert page.context["form"].errors["password"]
    assert not Municipality.objects.exists()
