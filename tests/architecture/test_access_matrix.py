"""One table: who gets which answer at which address. An address without a row fails."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.template import engines
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import IndividualSheet
from chancencheck.organisations.models import RoleAssignment
from chancencheck.workshops.models import Protocol
from chancencheck.workshops.protocol import freeze
from tests import world
from tests.world import THERE, address, participation, person, the_round

pytestmark = pytest.mark.usefixtures("cities")

# The columns, in this order. Everybody but the guest and the stranger belongs to Musterstadt. The
# stranger is the coordination of Nachbarstadt: pages without an object show them their own city.
COLUMNS = [
    "guest",
    "stranger",
    "administration",
    "coordination",
    "coordinating_group",
    "steering",
    "executive",
    "advisory_board",
    "oversight",
    "lead",
    "member",
    "moderator",
    "library_lead",
]

ANSWERS = {
    "o": (200,),
    ">": (302,),  # done, or led on to the right page
    "s": (302,),  # to the sign-in
    "x": (403,),
    "-": (404,),
    "!": (409,),  # may, yet not at this stage
    "?": (422,),  # may, and something is missing in the form
    "~": (410,),  # it was there once: a workshop that is over for this device
}

# name: method, stage of the Bürgeramt (or nothing), answers in the order of COLUMNS
#        g s a c k l e b o L m M B
MATRIX: dict[str, tuple[str, str, str]] = {
    # for everybody, signed in or not
    "home": ("GET", "", "ooooooooooooo"),
    "who_sees_what": ("GET", "", "ooooooooooooo"),
    "accessibility": ("GET", "", "ooooooooooooo"),
    "privacy": ("GET", "", "ooooooooooooo"),
    "imprint": ("GET", "", "ooooooooooooo"),
    "city_color": ("GET", "", "ooooooooooooo"),
    "invitation": ("GET", "", "-------------"),
    "setup": ("GET", "", "-------------"),
    "sign_in_as": ("POST", "", "-------------"),
    "mailbox": ("GET", "", "-------------"),
    "mailbox_message": ("GET", "", "-------------"),
    # the way in
    "account_login": ("GET", "", "o>>>>>>>>>>>>"),
    "account_request_login_code": ("GET", "", "o>>>>>>>>>>>>"),
    "account_confirm_login_code": ("GET", "", ">>>>>>>>>>>>>"),
    "account_signup": ("GET", "", "o>>>>>>>>>>>>"),
    "account_inactive": ("GET", "", "ooooooooooooo"),
    "account_reset_password": ("GET", "", "ooooooooooooo"),
    "account_reset_password_done": ("GET", "", "ooooooooooooo"),
    "account_reset_password_from_key": ("GET", "", "ooooooooooooo"),
    "account_reset_password_from_key_done": ("GET", "", "ooooooooooooo"),
    "account_logout": ("GET", "", ">oooooooooooo"),
    # for everybody who is signed in
    "account": ("GET", "", "soooooooooooo"),
    "account_change_password": ("GET", "", "s>o>>>>>>>>>>"),
    "account_set_password": ("GET", "", "so>oooooooooo"),
    "gallery": ("GET", "", "soooooooooooo"),
    "strategy": ("GET", "", "soooooooooooo"),
    "result_list": ("GET", "", "soooooooooooo"),
    "instrument_list": ("GET", "", "soooooooooooo"),
    "instrument_schema": ("GET", "", "soooooooooooo"),
    "municipality_choose": ("POST", "", "s->>>>>>>>>>>"),
    # looking after the city
    "people": ("GET", "", "sxoxxxxxxxxxx"),
    "invite": ("GET", "", "sxoxxxxxxxxxx"),
    "reset_link": ("POST", "", "sxoxxxxxxxxxx"),
    "close_account": ("POST", "", "sx>xxxxxxxxxx"),
    "role_end": ("POST", "", "sx>xxxxxxxxxx"),
    "municipality_settings": ("GET", "", "sxoxxxxxxxxxx"),
    "log": ("GET", "", "sxoxxxxxoxxxx"),
    # the instrument
    "instrument": ("GET", "", "s-ooooooooooo"),
    "instrument_import": ("GET", "", "soxooxxxxxxxx"),
    "instrument_release": ("POST", "", "s-x!!xxxxxxxx"),
    # the round
    "round_list": ("GET", "", "soxooooooxxxx"),
    "round_new": ("GET", "", "soxoxxxxxxxxx"),
    "round": ("GET", "", "s--oooooo----"),
    "round_pattern": ("GET", "", "s--oo!!!x----"),
    "round_basics": ("GET", "", "s--!xxxxx----"),
    "round_calendar": ("GET", "", "s--!xxxxx----"),
    "round_institutions": ("GET", "", "s--!xxxxx----"),
    "round_confirm": ("GET", "", "s--!xxxxx----"),
    "round_close": ("POST", "", "s-->xxxxx----"),
    "lead_remind": ("POST", "", "s-->xxxxx----"),
    "team_remind": ("POST", "rating", "s-->xxxxx----"),
    # preparing
    "participation": ("GET", "", "s--------o---"),
    "prepare": ("GET", "preparing", "s--------oxx-"),
    "scope": ("GET", "preparing", "s--------oxx-"),
    "team": ("GET", "preparing", "s--------oxx-"),
    "member_remove": ("POST", "preparing", "s-------->xx-"),
    "requirements": ("GET", "preparing", "s--------oxx-"),
    "workshop_date": ("GET", "preparing", "s--------oxx-"),
    "invite_team": ("POST", "preparing", "s-------->xx-"),
    "remind_team": ("POST", "rating", "s-------->xx-"),
    # the own view
    "sheet": ("GET", "rating", "s--------xox-"),
    "sheet_print": ("GET", "rating", "s--------xox-"),
    "sheet_finish": ("POST", "rating", "s--------x>x-"),
    "rate": ("GET", "rating", "s--------xox-"),
    # the workshop
    "workshop": ("GET", "workshop", "s--------ooo-"),
    "workshop_open": ("POST", "rated", "s--------xx>-"),
    "finding": ("GET", "workshop", "s--------ooo-"),
    "evidence_add": ("POST", "workshop", "s--------?x?-"),
    "evidence_remove": ("POST", "workshop", "s-------->x>-"),
    "evidence_file": ("GET", "workshop", "s--------ooo-"),
    # the room
    "wall": ("GET", "workshop", "s--------ooo-"),
    "follow": ("GET", "workshop", "s--------ooo-"),
    "vote": ("POST", "workshop", "s--------x!x-"),
    "steer": ("POST", "workshop", "s--------!x!-"),
    "finding_now": ("GET", "workshop", "s-------->x>-"),
    "plan": ("GET", "workshop", "s--------xxo-"),
    "protocol": ("GET", "workshop", "s--------ooo-"),
    "protocol_edition": ("GET", "workshop", "s--------ooo-"),
    "protocol_docx_edition": ("GET", "workshop", "s--------ooo-"),
    "protocol_docx": ("GET", "workshop", "s--------ooo-"),
    # paper
    "paper": ("GET", "rating", "s--------ooo-"),
    "handouts": ("GET", "rating", "s--------ooo-"),
    "questionnaire": ("GET", "rating", "s--------ooo-"),
    "questionnaire_blank": ("GET", "", "s-ooooooooooo"),
    "script": ("GET", "rating", "s--------xxo-"),
    "paper_enter": ("GET", "rating", "s--------xxo-"),
    "paper_take_back": ("POST", "rating", "s--------xx>-"),
    # people in the room without an account; practising
    "join": ("GET", "", "ooooooooooooo"),
    "join_code": ("GET", "", "ooooooooooooo"),
    "guest_now": ("GET", "", "~~~~~~~~~~~~~"),
    "guest_vote": ("POST", "", ">>>>>>>>>>>>>"),
    "guest_leave": ("POST", "", ">>>>>>>>>>>>>"),
    "practise": ("GET", "", "soooooooooooo"),
    "practise_end": ("POST", "", "s>>>>>>>>>>>>"),
    # the result; the report date has not come yet
    "release": ("GET", "settled", "s--------oxx-"),
    "correct": ("POST", "released", "s-------->xx-"),
    "result": ("GET", "released", "s--oo----ooo-"),
    "result_edition": ("GET", "released", "s--oo----ooo-"),
}
# Changing things by these names needs a right of its own, so they have a second row.
MATRIX_OF_POSTS: dict[str, tuple[str, str, str]] = {
    "account": ("POST", "", "soooooooooooo"),
    "invite": ("POST", "", "sxoxxxxxxxxxx"),
    "municipality_settings": ("POST", "", "sxoxxxxxxxxxx"),
    "instrument_import": ("POST", "", "s?x??xxxxxxxx"),
    "round_new": ("POST", "", "soxoxxxxxxxxx"),
    "round_basics": ("POST", "", "s--!xxxxx----"),
    "round_calendar": ("POST", "", "s--!xxxxx----"),
    "round_institutions": ("POST", "", "s--!xxxxx----"),
    "round_confirm": ("POST", "", "s--!xxxxx----"),
    "participation": ("POST", "", "s-------->---"),
    "scope": ("POST", "preparing", "s--------oxx-"),
    "team": ("POST", "preparing", "s--------oxx-"),
    "requirements": ("POST", "preparing", "s-------->xx-"),
    "workshop_date": ("POST", "preparing", "s-------->xx-"),
    "rate": ("POST", "rating", "s--------x>x-"),
    "finding": ("POST", "workshop", "s--------?x?-"),
    "release": ("POST", "settled", "s-------->xx-"),
    "plan": ("POST", "workshop", "s--------xx?-"),
    "protocol": ("POST", "workshop", "s-------->xx-"),
    "paper_enter": ("POST", "rating", "s--------xx?-"),
    "join": ("POST", "", "?????????????"),
    "join_code": ("POST", "", "?????????????"),
    "practise": ("POST", "", "s>>>>>>>>>>>>"),
}


# What a stranger on the internet can reach. Nothing else may ever join without a decision.
PUBLIC = {
    "home",
    "who_sees_what",
    "accessibility",
    "privacy",
    "imprint",
    "city_color",
    "invitation",
    "setup",
    "sign_in_as",
    "mailbox",
    "mailbox_message",
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "join",
    "join_code",
    "guest_now",
    "guest_vote",
    "guest_leave",
}


def names(resolver: URLResolver | None = None) -> set[str]:
    """Every name of the address list."""
    found: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            assert entry.name, f"{entry} has no name"
            found.add(entry.name)
        else:
            found |= names(entry)
    return found


def someone(column: str) -> Any:
    """The person of a column. The stranger is the mightiest of the other city."""
    if column == "stranger":
        return person("coordination", THERE)
    return person({"member": "member1"}.get(column, column))


def address_of(name: str, assessment: Any) -> str:
    """The address of a name, with objects of Musterstadt."""
    part = assessment.participation if assessment else participation()
    run = the_round()
    here = {"pk": assessment.pk} if assessment else {"pk": part.pk}
    evidence = _evidence(assessment) if name.startswith("evidence_") and assessment else None
    member = assessment.members.order_by("pk").last() if assessment else None
    assignment = RoleAssignment.objects.get(user=person("oversight"))
    arguments: dict[str, dict[str, Any]] = {
        "city_color": {"color": "1f3f8f"},
        "invitation": {"token": "guessed"},
        "mailbox_message": {"pk": 1},
        "account_reset_password_from_key": {"uidb36": "1", "key": "guessed-token"},
        "municipality_choose": {"pk": run.municipality_id},
        "reset_link": {"pk": person("member1" if assessment else "oversight").pk},
        "close_account": {"pk": person("oversight").pk},
        "role_end": {"pk": assignment.pk},
        "instrument": {"pk": run.instrument_version_id},
        "instrument_release": {"pk": run.instrument_version_id},
        "lead_remind": {"pk": part.pk},
        "team_remind": {"pk": part.pk},
        "participation": {"pk": part.pk},
        "member_remove": {**here, "member_pk": member.pk if member else 0},
        "rate": {**here, "key": "KOM-1"},
        "finding": {**here, "key": "KOM-1"},
        "evidence_add": {**here, "key": "KOM-1"},
        "evidence_remove": {**here, "evidence_pk": evidence},
        "evidence_file": {"evidence_pk": evidence},
        "result": {"pk": part.pk},
        "result_edition": {"pk": part.pk, "edition": 1},
        "protocol_edition": {**here, "edition": 1},
        "protocol_docx_edition": {**here, "edition": 1},
        "handouts": {**here, "size": "a4"},
        "paper_take_back": {**here, "sheet_pk": uuid4()},
        "questionnaire_blank": {"pk": run.instrument_version_id},
        "join_code": {"code": "GUESSED"},
    }
    if assessment and name in ("protocol_edition", "protocol_docx_edition"):
        _protocol(assessment)
    if assessment and name == "paper_take_back":
        arguments[name]["sheet_pk"] = _sheet_of_paper(assessment)
    if name.startswith("round") and name not in ("round_list", "round_new"):
        return reverse(name, args=[run.pk])
    if name in arguments:
        return reverse(name, kwargs=arguments[name])
    return reverse(name, args=[assessment.pk] if assessment else [])


def _evidence(assessment: Any) -> Any:
    return assess.add_evidence(
        assessment=assessment,
        requirement=world.requirement(assessment),
        entry=assess.EvidenceInput(
            "document", "Leitfaden", "", ContentFile(b"%PDF-1", name="a.pdf"), "a.pdf", None
        ),
        by=person("moderator"),
    ).pk


def _protocol(assessment: Any) -> None:
    content = {"confirmed_on": date(2025, 1, 31), "content": freeze(assessment)}
    Protocol.objects.get_or_create(assessment=assessment, edition=1, defaults=content)


def _sheet_of_paper(assessment: Any) -> Any:
    return IndividualSheet.objects.create(
        assessment=assessment, author_key="f" * 64, is_paper=True
    ).pk


def answers(method: str, url: str) -> dict[str, int]:
    """The status each column gets; whatever a request changes is undone."""
    found = {}
    for column in COLUMNS:
        with transaction.atomic():
            client = Client()
            if column != "guest":
                client.force_login(someone(column))
            response = client.get(url) if method == "GET" else client.post(url, {"a": "b"})
            if response.streaming:
                response.getvalue()  # read to the end, which closes the file
            found[column] = response.status_code
            transaction.set_rollback(True)
    return found


ROWS = [(name, *row) for table in (MATRIX, MATRIX_OF_POSTS) for name, row in table.items()]


@pytest.mark.parametrize(("name", "method", "stage", "row"), ROWS)
def test_each_role_gets_the_answer_of_the_table(
    name: str,
    method: str,
    stage: str,
    row: str,
    settings: Any,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    if name == "gallery":  # shows parts of pages alone, without the page's words
        monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    assessment = world.STAGES[stage]() if stage else None
    if assessment is None and "participation" not in name:
        world.rating("Bücherei")  # the person of the column exists; the page knows nothing of it
    url = address_of(name, assessment)
    for key in ("member1", "moderator"):  # people whom only a team brings into the city
        if assessment is None:
            world.ensure_person(email=address(key), municipality=world.municipality())

    found = answers(method, url)

    expected = {column: ANSWERS[sign][0] for column, sign in zip(COLUMNS, row, strict=True)}
    assert found == expected


def test_every_address_has_a_row() -> None:
    assert names() == set(MATRIX)


def test_guests_are_led_to_the_sign_in_and_back_again() -> None:
    url = reverse("round", args=[the_round().pk])

    response = Client().get(url)

    assert response["Location"] == f"/anmelden/?next={url}"


def test_exactly_these_pages_open_without_signing_in() -> None:
    open_to_all = {name for name, row in MATRIX.items() if row[2][0] != "s"}

    assert open_to_all == PUBLIC
