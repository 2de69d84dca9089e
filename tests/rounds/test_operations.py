"""Setting up a round and running it."""

import contextlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.instruments.lifecycle import retire_version
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.notifications.models import OutgoingMail
from chancencheck.organisations.models import Unit
from chancencheck.organisations.queries import leads_of
from chancencheck.rounds import operations as rounds
from chancencheck.rounds.forms import CalendarForm, parse_list
from chancencheck.rounds.models import Round
from chancencheck.rounds.operations import Guest
from chancencheck.rounds.queries import late_participations
from chancencheck.rounds.rules import STAGE_TRANSITIONS, check_stage, days_late, step_number
from tests import world
from tests.world import municipality, person, the_round

pytestmark = pytest.mark.usefixtures("cities")

Capture = Any


def draft(name: str = "Entwurf") -> Round:
    return rounds.create_round(
        municipality=municipality(),
        name=name,
        kind="pilot",
        version=the_round().instrument_version,
        decision=None,
        by=person("coordination"),
    )


def library() -> Unit:
    return Unit.objects.get(municipality=municipality(), name="Bücherei")


def archive() -> Unit:
    """An institution that never had a lead."""
    return rounds.ensure_unit(
        municipality=municipality(), name="Archiv", is_external=False, by=person("coordination")
    )


def ready() -> Round:
    run = draft()
    by = person("coordination")
    rounds.set_calendar(run=run, calendar=world.calendar(), by=by)
    guests = [
        Guest(archive(), "neue.leitung@musterstadt.example"),
        Guest(library(), world.address("library_lead")),
    ]
    rounds.set_participants(run=run, guests=guests, by=by)
    return run


def test_the_coordination_cannot_make_itself_lead_of_an_institution_that_has_one() -> None:
    run, by = draft(), person("coordination")
    rounds.set_calendar(run=run, calendar=world.calendar(), by=by)
    rounds.set_participants(run=run, guests=[Guest(library(), by.email)], by=by)

    with pytest.raises(NotAllowedNow):
        rounds.open_round(run=run, by=by)

    assert by not in leads_of(library())


def test_opening_invites_the_leads_in_german_with_a_personal_link(
    mailoutbox: list[Any], django_capture_on_commit_callbacks: Capture
) -> None:
    run = ready()

    with translation.override("en"), django_capture_on_commit_callbacks(execute=True):
        rounds.open_round(run=run, by=person("coordination"))  # whatever the sender reads

    with translation.override("de"):
        until = date_format(world.calendar().rating_until)
    assert {to for mail in mailoutbox for to in mail.to} == {
        "neue.leitung@musterstadt.example",
        world.address("library_lead"),
    }
    for mail in mailoutbox:
        assert "Entwurf" in mail.subject
        assert "Bücherei" in mail.subject or "Archiv" in mail.subject
        assert "http://127.0.0.1:8000/einladung/" in mail.body
        assert until in mail.body  # such as 3. Dezember 2026
    links = {mail.body.split("/einladung/")[1].split("/")[0] for mail in mailoutbox}
    assert len(links) == 2


def test_a_mail_is_stored_together_with_the_data_it_speaks_of(settings: Any) -> None:
    settings.EMAIL_BACKEND = "chancencheck.notifications.outbox.OutboxBackend"
    run = ready()

    with contextlib.suppress(RuntimeError), transaction.atomic():
        rounds.open_round(run=run, by=person("coordination"))
        assert OutgoingMail.objects.exists()
        raise RuntimeError

    assert not OutgoingMail.objects.exists()


def test_opening_makes_the_lead_a_lead_of_this_institution_only() -> None:
    rounds.open_round(run=ready(), by=person("coordination"))

    lead = User.objects.get(email="neue.leitung@musterstadt.example")
    assert lead in leads_of(archive())
    assert [a.unit for a in lead.role_assignments.all()] == [archive()]


@pytest.mark.parametrize("missing", ["calendar", "participants"])
def test_a_round_without_dates_or_institutions_does_not_open(missing: str) -> None:
    run, by = draft(), person("coordination")
    if missing == "calendar":
        rounds.set_participants(run=run, guests=[Guest(library(), "")], by=by)
    else:
        rounds.set_calendar(run=run, calendar=world.calendar(), by=by)

    with pytest.raises(NotAllowedNow):
        rounds.open_round(run=run, by=by)


def test_a_running_round_cannot_be_set_up_again() -> None:
    run, by = the_round(), person("coordination")

    for change in (
        lambda: rounds.open_round(run=run, by=by),
        lambda: rounds.set_calendar(run=run, calendar=world.calendar(), by=by),
        lambda: rounds.set_participants(run=run, guests=[], by=by),
    ):
        with pytest.raises(NotAllowedNow):
            change()


def test_a_closed_round_stays_closed() -> None:
    run, by = the_round(), person("coordination")
    rounds.close_round(run=run, by=by)

    with pytest.raises(NotAllowedNow):
        rounds.close_round(run=run, by=by)


@pytest.mark.parametrize("who", ["administration", "coordinating_group", "steering", "lead"])
def test_only_the_coordination_sets_up_rounds(who: str) -> None:
    with pytest.raises(PermissionDenied):
        rounds.close_round(run=the_round(), by=person(who))


def test_a_round_needs_released_words_of_the_own_city() -> None:
    theirs = the_round(world.THERE).instrument_version

    with pytest.raises(NotAllowedNow):
        rounds.create_round(
            municipality=municipality(),
            name="x",
            kind="pilot",
            version=theirs,
            decision=None,
            by=person("coordination"),
        )


# ------------------------------------------------------------------- dates and stages


def test_dates_that_run_backwards_get_a_sentence_at_the_later_one() -> None:
    today = date(2030, 1, 10)
    names = list(CalendarForm.base_fields)
    data = {name: today + timedelta(days=i) for i, name in enumerate(names)}

    form = CalendarForm(data | {"workshop_until": today - timedelta(days=1)})

    assert not form.is_valid()
    assert set(form.errors) == {"workshop_until"}


def test_every_stage_goes_on_in_one_direction_only() -> None:
    for stage, targets in STAGE_TRANSITIONS.items():
        for target in STAGE_TRANSITIONS:
            if target in targets:
                check_stage(stage, target)
            else:
                with pytest.raises(NotAllowedNow):
                    check_stage(stage, target)


def test_the_five_steps_go_on_with_the_stages() -> None:
    stages = ["invited", "preparing", "rating", "workshop", "released"]

    assert [step_number(stage) for stage in stages] == [1, 2, 3, 4, 6]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "today", "expected"),
    [
        ("invited", 10, 0),
        ("invited", 11, 1),
        ("rating", 15, 0),
        ("rating", 21, 1),
        ("workshop", 33, 3),
        ("released", 99, 0),
        ("correcting", 99, 0),
    ],
)
def test_lateness_counts_from_the_date_of_the_stage(stage: Any, today: int, expected: int) -> None:
    first = date(2030, 1, 1)
    day = [first + timedelta(days=n) for n in range(101)]

    late = days_late(stage, day[today], rating=day[10], workshop=day[20], release=day[30])

    assert late == expected


def test_who_needs_help_stands_from_a_to_z_and_never_by_lateness() -> None:
    world.released("Bürgeramt")
    world.report_is_due()

    late = late_participations(the_round())

    assert [row.unit.name for row in late] == ["Bücherei", "Jobcenter"]
    assert all(row.days_late for row in late)


# ------------------------------------------------------------------- the pasted list


def test_a_pasted_list_is_read_line_by_line() -> None:
    rows = parse_list("Amt A; a@stadt.example\n\nVerein B\tb@verein.example\tpartner\n")

    assert [(r.name, r.lead_email, r.is_external) for r in rows] == [
        ("Amt A", "a@stadt.example", False),
        ("Verein B", "b@verein.example", True),
    ]


@pytest.mark.parametrize(
    ("line", "number"),
    [("; a@stadt.example", 2), ("Amt", 2), ("Amt; kein Gruß", 2), ("x" * 151 + "; a@b.example", 2)],
)
def test_an_error_in_a_pasted_list_names_its_line(line: str, number: int) -> None:
    with pytest.raises(ValidationError) as found:
        parse_list(f"Amt A; a@stadt.example\n{line}\nAmt C; c@stadt.example")

    assert len(found.value.messages) == 1
    assert f" {number}" in found.value.messages[0]


def test_a_list_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValidationError):
        parse_list("Amt; a@stadt.example\n" * 1001)


# ------------------------------------------------------------------- invitations, reminders


def test_the_team_and_the_moderator_get_one_invitation_each(
    mailoutbox: list[Any], django_capture_on_commit_callbacks: Capture
) -> None:
    assessment = world.preparing()

    with django_capture_on_commit_callbacks(execute=True):
        assess.invite_team(assessment=assessment, by=person("lead"))

    expected = [world.address(key) for key in (*world.MEMBERS, "moderator")]
    assert sorted(to for mail in mailoutbox for to in mail.to) == sorted(expected)
    assert all("/einladung/" in mail.body for mail in mailoutbox)


def test_a_reminder_goes_to_the_whole_team_whoever_has_finished(
    mailoutbox: list[Any], django_capture_on_commit_callbacks: Capture
) -> None:
    assessment = world.rated(finished=3)
    mailoutbox.clear()  # the invitations

    with django_capture_on_commit_callbacks(execute=True):
        assess.remind_team(assessment=assessment, by=person("lead"))

    expected = [world.address(key) for key in world.MEMBERS]
    assert sorted(to for mail in mailoutbox for to in mail.to) == expected
    bodies = {mail.body.split("/einladung/")[0] for mail in mailoutbox}
    assert len(bodies) == 1  # the same words for everybody


def test_a_team_is_reminded_once_a_day_at_most() -> None:
    assessment = world.rating()
    assess.remind_team(assessment=assessment, by=person("lead"))

    with pytest.raises(NotAllowedNow):
        assess.remind_team(assessment=assessment, by=person("lead"))

    yesterday = timezone.localdate() - timedelta(days=1)
    type(assessment).objects.update(reminded_on=yesterday)
    assess.remind_team(assessment=assessment, by=person("lead"))


def test_a_name_with_a_line_break_cannot_add_a_header_to_a_mail(
    mailoutbox: list[Any], django_capture_on_commit_callbacks: Capture
) -> None:
    run = ready()
    Round.objects.filter(pk=run.pk).update(name="Runde\rBcc: boese@example.org")

    with django_capture_on_commit_callbacks(execute=True):
        rounds.open_round(run=run, by=person("coordination"))

    assert mailoutbox
    assert not [mail for mail in mailoutbox if mail.bcc or "\r" in mail.subject]


@pytest.mark.parametrize(
    ("kind", "state", "status"),
    [
        ("pilot", "pilot", 302),
        ("binding", "pilot", 200),
        ("voluntary", "pilot", 200),
        ("binding", "adopted", 302),
    ],
)
def test_only_a_pilot_begins_with_words_that_nobody_has_adopted(
    client_for: Any, kind: str, state: str, status: int
) -> None:
    version = the_round().instrument_version
    version.state = state
    version.save()
    fields = {
        "name": "Neu",
        "kind": kind,
        "version": version.pk,
        "body": "Stadtvorstand",
        "decided_on": "2022-03-24",
    }

    assert client_for("coordination").post(reverse("round_new"), fields).status_code == status


def test_no_round_begins_with_a_version_out_of_use(client_for: Any) -> None:
    retire_version(version=the_round().instrument_version, by=person("coordination"))

    page = client_for("coordination").get(reverse("round_new")).content.decode()

    assert str(the_round().instrument_version) not in page
