"""Attack: get in without being invited, or by trying often."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.lib.tokens import hash_token
from chancencheck.organisations.models import Invitation
from chancencheck.organisations.operations import invite_person
from chancencheck.organisations.roles import Role
from tests import world
from tests.attacks.everything import tables
from tests.world import PASSWORD, address, person

pytestmark = pytest.mark.usefixtures("cities")

ASK, ENTER = reverse("account_request_login_code"), reverse("account_confirm_login_code")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_in(mail: Any) -> str:
    found = re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", mail.body)
    assert found, mail.body
    return found[1]


def test_a_code_by_mail_lets_in(guest: Client, mailoutbox: list[Any]) -> None:
    guest.post(ASK, {"email": address("lead")})

    guest.post(ENTER, {"code": code_in(mailoutbox[0])})

    assert mailoutbox[0].to == [address("lead")]
    assert is_in(guest)


def test_after_three_wrong_codes_the_right_one_is_worthless(
    guest: Client, mailoutbox: list[Any]
) -> None:
    guest.post(ASK, {"email": address("lead")})

    for _try in range(3):
        guest.post(ENTER, {"code": "FALSCH"})
    guest.post(ENTER, {"code": code_in(mailoutbox[0])})

    assert not is_in(guest)


def test_a_code_is_worthless_in_another_window(mailoutbox: list[Any]) -> None:
    Client().post(ASK, {"email": address("lead")})
    thief = Client()
    thief.post(ASK, {"email": address("member1")})

    thief.post(ENTER, {"code": code_in(mailoutbox[0])})

    assert not is_in(thief)


def test_a_password_lets_in_and_a_wrong_one_does_not(guest: Client) -> None:
    who = {"login": address("administration")}

    guest.post(reverse("account_login"), {**who, "password": "geraten und falsch"})
    was_in = is_in(guest)
    guest.post(reverse("account_login"), {**who, "password": PASSWORD})

    assert (was_in, is_in(guest)) == (False, True)


def test_a_closed_account_gets_in_no_more(guest: Client) -> None:
    User.objects.filter(email=address("administration")).update(is_active=False)

    guest.post(reverse("account_login"), {"login": address("administration"), "password": PASSWORD})

    assert not is_in(guest)


def test_guessing_passwords_is_stopped_for_all_processes(guest: Client) -> None:
    form = {"login": address("administration"), "password": "geraten und falsch"}
    for _try in range(5):
        guest.post(reverse("account_login"), form)

    another_process = Client()
    another_process.post(reverse("account_login"), {**form, "password": PASSWORD})

    assert not is_in(another_process)
    assert tables()["cache_entries"]  # the limit is kept where every process sees it


def test_asking_for_codes_is_limited(mailoutbox: list[Any]) -> None:
    for _try in range(8):
        Client().post(ASK, {"email": address("lead")})

    assert len(mailoutbox) == 5


def test_nobody_registers_themselves(guest: Client) -> None:
    before = User.objects.count()

    guest.post(
        reverse("account_signup"),
        {"email": "ich@musterstadt.example", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert User.objects.count() == before
    assert not is_in(guest)


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_pages_do_not_tell_whether_an_address_is_known(name: str) -> None:
    known, unknown = Client(), Client()

    answers = [
        client.post(reverse(name), {"email": email}, follow=True)
        for client, email in ((known, address("lead")), (unknown, "niemand@musterstadt.example"))
    ]

    first, second = (
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        .replace(address("lead"), "…")
        .replace("niemand@musterstadt.example", "…")
        for page in answers
    )
    assert answers[0].status_code == answers[1].status_code == 200
    assert first == second


def test_the_administration_makes_a_link_to_a_new_password(
    client_for: Callable[..., Any], guest: Client
) -> None:
    page = client_for("administration").post(
        reverse("reset_link", args=[person("lead").pk]), {"a": "b"}
    )
    link = page.context["link"].removeprefix("http://127.0.0.1:8000")

    form = guest.get(link, follow=True)
    new = {"password1": "ein ganz neuer Satz", "password2": "ein ganz neuer Satz"}
    guest.post(form.redirect_chain[-1][0], new)

    assert person("lead").check_password("ein ganz neuer Satz")
    again = Client().get(link, follow=True)
    assert again.context["token_fail"]


# ------------------------------------------------------------------- invitations


def test_an_invitation_signs_nobody_in_and_is_kept_only_as_a_hash(
    guest: Client, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite_person(
            email="neu@musterstadt.example",
            name="Neu",
            role=Role.EXECUTIVE,
            municipality=world.municipality(),
            by=person("administration"),
        )
    link = re.search(r"/einladung/([\w-]+)/", mailoutbox[0].body)
    assert link

    page = guest.get(link[0])

    assert page.status_code == 200
    assert not is_in(guest)
    assert link[1] not in str(tables())


@pytest.mark.parametrize(("expires_on", "status"), [("2999-01-01", 200), ("2000-01-01", 404)])
def test_an_old_invitation_opens_nothing(guest: Client, expires_on: str, status: int) -> None:
    Invitation.objects.create(
        user=person("lead"),
        municipality=world.municipality(),
        token_hash=hash_token("persoenlich"),
        expires_on=expires_on,
    )

    page = guest.get(reverse("invitation", args=["persoenlich"]))

    assert page.status_code == status


@pytest.mark.parametrize("target", ["https://boese.example/", "//boese.example/"])
def test_the_sign_in_never_leads_to_another_site(guest: Client, target: str) -> None:
    page = guest.post(
        reverse("account_login"),
        {"login": address("administration"), "password": PASSWORD, "next": target},
    )

    assert is_in(guest)
    assert page["Location"] == "/"


# ------------------------------------------------------------------- only in the example


def test_without_the_example_nobody_signs_in_by_a_click(guest: Client, settings: Any) -> None:
    settings.EXAMPLE_MODE = False

    clicked = guest.post(reverse("sign_in_as"), {"email": address("administration")})
    mailbox = guest.get(reverse("mailbox"))
    mail = guest.get(reverse("mailbox_message", args=[1]))

    assert {clicked.status_code, mailbox.status_code, mail.status_code} == {404}
    assert not is_in(guest)


def test_in_the_example_a_click_never_opens_a_real_city(guest: Client, settings: Any) -> None:
    settings.EXAMPLE_MODE = True

    clicked = guest.post(reverse("sign_in_as"), {"email": address("administration")})

    assert clicked.status_code == 404
    assert not is_in(guest)
