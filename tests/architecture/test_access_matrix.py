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
from tests.architecture.instrument_addresses import instrument_address, is_instrument
from tests.architecture.matrix import ANSWERS, COLUMNS, MATRIX, MATRIX_OF_POSTS, PUBLIC
from tests.architecture.measure_addresses import is_measure, measure_address
from tests.architecture.survey_addresses import ASKING, survey_address
from tests.mail_sink import refused_mail
from tests.notifications.messages import tell
from tests.world import THERE, address, participation, person, the_round

pytestmark = pytest.mark.usefixtures("cities")


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
    if name.startswith(ASKING):
        return survey_address(name)
    if is_instrument(name):
        return instrument_address(name)
    if is_measure(name):
        return measure_address(name, assessment)
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
        "pilot_feedback": {"pk": run.instrument_version_id},
        "pilot_feedback_take": {"pk": run.instrument_version_id},
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
        "effect": {"pk": part.pk},
        "result_edition": {"pk": part.pk, "edition": 1},
        "protocol_edition": {**here, "edition": 1},
        "protocol_docx_edition": {**here, "edition": 1},
        "handouts": {**here, "size": "a4"},
        "paper_take_back": {**here, "sheet_pk": uuid4()},
        "questionnaire_blank": {"pk": run.instrument_version_id},
        "join_code": {"code": "GUESSED"},
        "mail_unsubscribe": {"token": "1:guessed"},
        "message_text": {"reason": "measure_due"},
    }
    if name == "mail_retry":
        return reverse(name, args=[refused_mail(person("lead").email).pk])
    if name == "message_open":
        return reverse(name, args=[tell(person("lead")).pk])
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
