"""What is next for a person, and only that."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.assessments.queries import (
    lacks_results,
    latest_results,
    own_sheet,
    participations_led_by,
)
from chancencheck.assessments.rules import may_open
from chancencheck.barriers.queries import reports_unread
from chancencheck.instruments.queries import released_versions
from chancencheck.measures.models import Measure
from chancencheck.measures.queries import check_list
from chancencheck.measures.requests import open_requests
from chancencheck.measures.rules import check_is_due
from chancencheck.notifications.queries import needs_attention, unread_number
from chancencheck.organisations.models import Municipality, RoleAssignment
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission, Role, may
from chancencheck.rounds.choices import RoundState, Stage
from chancencheck.rounds.models import Participation
from chancencheck.rounds.queries import late_participations, rounds_visible_to, with_counts
from chancencheck.strategy.models import Strategy
from chancencheck.surveys.queries import part_to_publish, survey_to_review


@dataclass(frozen=True)
class Step:
    """Something to do or to read. The most urgent one becomes the one deep panel of the page."""

    title: str
    note: str
    button: str
    url: str
    urgency: int = 1  # 0: can wait, 1: ordinary, 2: somebody waits for it


def next_steps(user: User, municipality: Municipality) -> list[Step]:
    """Everything that is next for this person here, the most urgent first."""
    steps = [
        *_as_lead(user, municipality),
        *_from_citizens(user, municipality),
        *_as_member_or_moderator(user, municipality),
        *_for_the_city(user, municipality),
        *_own_measures(user, municipality),
        *_messages(user),
    ]
    return sorted(steps, key=lambda step: -step.urgency)


def _own_measures(user: User, municipality: Municipality) -> Iterator[Step]:
    """Measures whose date has passed, and those nobody has looked at for half a year."""
    today = timezone.localdate()
    rows = [row for row in check_list(user) if row.municipality_id == municipality.pk]
    late = [row for row in rows if row.is_overdue]
    if late:
        yield Step(
            ngettext(
                "The date of %(number)s measure has passed",
                "The dates of %(number)s measures have passed",
                len(late),
            )
            % {"number": len(late)},
            _("Say where it stands, or choose another date."),
            _("Have a look"),
            reverse("measure", args=[late[0].pk]) if len(late) == 1 else reverse("measure_list"),
        )
    if any(
        row.is_open and check_is_due(confirmed_on=row.confirmed_on, today=today) for row in rows
    ):
        yield Step(
            _("Ten minutes for your measures"),
            _("Is what is written there still right? One click each is enough."),
            _("To the short check"),
            reverse("measure_check"),
        )


def _messages(user: User) -> Iterator[Step]:
    """What somebody has been told and not read yet."""
    number = unread_number(user)
    if number:
        yield Step(
            ngettext("%(number)s message is new", "%(number)s messages are new", number)
            % {"number": number},
            _("Dates that come closer, answers, measures for your function."),
            _("To the messages"),
            reverse("inbox"),
        )


def _as_lead(user: User, municipality: Municipality) -> Iterator[Step]:
    rows = participations_led_by(user).filter(
        Q(round__state=RoundState.OPEN) | Q(stage=Stage.CORRECTING),
        round__municipality=municipality,
    )
    chosen = Measure.objects.chosen().filter(assessment__participation=OuterRef("pk"))
    rows = rows.annotate(has_measures=Exists(chosen))
    for part in rows.select_related("assessment").prefetch_related("assessment__findings"):
        step = _lead_step(part)
        if step:
            yield step
        if step and _lacks_measures(part):
            yield Step(
                _("Choose what you take on: %(unit)s") % {"unit": part.unit.name},
                _("A few measures are enough. Best together with the team."),
                _("Choose measures"),
                reverse("assessment_measures", args=[part.assessment.pk]),
            )


def _lacks_measures(part: Participation) -> bool:
    """Whether the talk is done and nothing is taken on yet."""
    return (
        part.stage == Stage.WORKSHOP
        and not part.has_measures  # type: ignore[attr-defined]
        and not lacks_results(part.assessment)
    )


def _from_citizens(user: User, municipality: Municipality) -> Iterator[Step]:
    """What citizens reported or wrote and nobody has read yet."""
    reports = reports_unread(user, municipality)
    if reports:
        yield Step(
            ngettext(
                "%(number)s report of a barrier is new",
                "%(number)s reports of a barrier are new",
                reports,
            )
            % {"number": reports},
            _("Somebody waits for an answer."),
            _("Read"),
            reverse("barrier_list"),
        )
    part = part_to_publish(user, municipality)
    if part:
        yield Step(
            _("Read what people say about %(unit)s, answer and publish it") % {"unit": part.name},
            _("Citizens were promised to read it from %(day)s on.")
            % {"day": date_format(part.survey.results_on)},
            _("Read"),
            reverse("survey_result", args=[part.survey_id]),
        )
    survey = survey_to_review(user, municipality)
    if survey:
        yield Step(
            _("Look through what people wrote: %(survey)s") % {"survey": survey.name},
            _("Until then nobody else reads it."),
            _("Look through"),
            reverse("survey_texts", args=[survey.pk]),
        )


def _lead_step(part: Participation) -> Step | None:
    name = part.unit.name
    if part.stage == Stage.INVITED:
        return Step(
            _("Accept the invitation for %(unit)s") % {"unit": name},
            _("%(round)s. It takes ten minutes.") % {"round": part.round.name},
            _("Have a look"),
            reverse("participation", args=[part.pk]),
            2,
        )
    assessment: Assessment = part.assessment
    if part.stage == Stage.PREPARING:
        return Step(
            _("Prepare the self-assessment of %(unit)s") % {"unit": name},
            _("What you look at, the team, a moderator."),
            _("Prepare"),
            reverse("prepare", args=[assessment.pk]),
            2,
        )
    if part.stage == Stage.RATING:
        return Step(
            _("Your team at %(unit)s is rating") % {"unit": name},
            _until(part),
            _("See how far the team is"),
            reverse("prepare", args=[assessment.pk]),
            0,
        )
    if part.stage in (Stage.WORKSHOP, Stage.CORRECTING):
        assessment.participation = part
        if not lacks_results(assessment):
            return Step(
                _("Look at the whole and release it: %(unit)s") % {"unit": name},
                _("Every requirement has a result. Until you release it, only the team sees it."),
                _("To the release"),
                reverse("release", args=[assessment.pk]),
                2,
            )
        return Step(
            _("The workshop of %(unit)s is running") % {"unit": name},
            _("You and the moderator write."),
            _("To the workshop"),
            reverse("workshop", args=[assessment.pk]),
        )
    return Step(
        _("The result of %(unit)s is released") % {"unit": name},
        part.round.name,
        _("Read the result"),
        reverse("result", args=[part.pk]),
        0,
    )


def _until(part: Participation) -> str:
    return _("Everyone has rated until %(day)s.") % {
        "day": date_format(part.round.rating_until or "")
    }


def _as_member_or_moderator(user: User, municipality: Municipality) -> Iterator[Step]:
    rows = (
        Assessment.objects.visible_to(user)
        .with_place()
        .filter(
            Q(
                participation__round__state=RoundState.OPEN,
                participation__stage__in=[Stage.RATING, Stage.WORKSHOP],
            )
            | Q(participation__stage=Stage.CORRECTING),
            participation__round__municipality=municipality,
        )
        .annotate(
            finished=Count("sheets", distinct=True, filter=Q(sheets__is_paper=False)),
            typed=Count("sheets", distinct=True, filter=Q(sheets__is_paper=True)),
        )
        .prefetch_related("members", "findings")
    )
    for assessment in rows:
        in_team = any(m.user_id == user.pk and m.is_active for m in assessment.members.all())
        if assessment.stage == Stage.RATING:
            if in_team:
                yield _rating_step(user, assessment)
            if assessment.moderator_id == user.pk:
                yield _moderator_step(assessment)
        elif assessment.participation.unit_id in standing_of(user).led_unit_ids:
            continue  # the lead's own step says it already
        elif assessment.stage == Stage.CORRECTING:
            if assessment.moderator_id == user.pk:
                yield _correction_step(assessment)
        elif in_team or assessment.moderator_id == user.pk:
            yield _workshop_step(user, assessment)
    moderates = any(assessment.moderator_id == user.pk for assessment in rows)
    if moderates or Role.COORDINATING_GROUP in standing_of(user).roles_in(municipality.pk):
        yield Step(
            _("Practise a workshop"),
            _("With an invented team. Nothing of it counts."),
            _("Practise"),
            reverse("practise"),
            0,
        )


def _rating_step(user: User, assessment: Assessment) -> Step:
    part = assessment.participation
    sheet = own_sheet(user, assessment)
    is_finished = sheet.is_finished
    return Step(
        _("You have finished your own view: %(unit)s") % {"unit": part.unit.name}
        if is_finished
        else _("Your own view: %(unit)s") % {"unit": part.unit.name},
        _("You have rated %(done)s of %(total)s requirements. Only you see that.")
        % {"done": sheet.done, "total": sheet.total}
        + " "
        + _until(part),
        _("Go on") if sheet.done else _("Begin"),
        reverse("sheet", args=[assessment.pk]),
        0 if is_finished else 2,
    )


def _moderator_step(assessment: Assessment) -> Step:
    floor = assessment.participation.round.municipality.minimum_group_size
    can_open = may_open(assessment.finished, floor, assessment.typed)  # type: ignore[attr-defined]
    return Step(
        _("You moderate: %(unit)s") % {"unit": assessment.participation.unit.name},
        _("Enough people have finished: you can open the workshop.")
        if can_open
        else _("The team is still rating."),
        _("To the workshop"),
        reverse("workshop", args=[assessment.pk]),
        1 if can_open else 0,
    )


def _correction_step(assessment: Assessment) -> Step:
    return Step(
        _("The result is being corrected: %(unit)s") % {"unit": assessment.participation.unit.name},
        _("You and the lead write."),
        _("To the workshop"),
        reverse("workshop", args=[assessment.pk]),
    )


def _workshop_step(user: User, assessment: Assessment) -> Step:
    is_moderator = assessment.moderator_id == user.pk
    name = assessment.participation.unit.name
    url = reverse("workshop", args=[assessment.pk])
    if not lacks_results(assessment):
        return Step(
            _("Everything has a result: %(unit)s") % {"unit": name},
            _("Now the lead looks at the whole and releases it."),
            _("Have a look"),
            url,
            0,
        )
    return Step(
        _("Lead through the workshop: %(unit)s") % {"unit": name}
        if is_moderator
        else _("The workshop is open: %(unit)s") % {"unit": name},
        _("The wall, the time and the protocol are ready.")
        if is_moderator
        else _("See what the team rated."),
        _("To the workshop"),
        url,
        2 if is_moderator else 1,
    )


def _for_the_city(user: User, municipality: Municipality) -> Iterator[Step]:
    roles = standing_of(user).roles_in(municipality.pk)
    if may(roles, Permission.ROUND_MANAGE):
        yield from _coordination_steps(user, municipality)
    elif may(roles, Permission.ROUND_VIEW) and may(roles, Permission.RESULT_VIEW):
        yield _reader_step(user)
    if may(roles, Permission.STRATEGY_EDIT):
        yield from _strategy_step(municipality)
    if may(roles, Permission.MEASURE_ANSWER):
        yield from _request_step(municipality)
    if may(roles, Permission.ACCOUNT_MANAGE):
        yield _administration_step(municipality)
    if may(roles, Permission.MAIL_MANAGE):
        yield from _mail_step(municipality)
    if Role.OVERSIGHT in roles:
        yield Step(
            _("Read what was set up, opened and released"),
            _("The log holds no contents, and nothing about when somebody worked."),
            _("To the log"),
            reverse("log"),
        )


def _coordination_steps(user: User, municipality: Municipality) -> Iterator[Step]:
    if not released_versions(municipality).exists():
        yield Step(
            _("Read in an instrument and release it"),
            _("A round needs the words to which everybody answers."),
            _("To the instrument"),
            reverse("instrument_list"),
            2,
        )
        return
    running = with_counts(rounds_visible_to(user).filter(municipality=municipality)).exclude(
        state=RoundState.CLOSED
    )
    for run in running[:5]:
        if run.is_draft:
            yield Step(
                _("Finish setting up: %(round)s") % {"round": run.name},
                _("Nobody is invited yet."),
                _("Go on"),
                reverse("round_confirm", args=[run.pk]),
                2,
            )
            continue
        late = len(late_participations(run))
        yield Step(
            _("%(round)s: %(released)s of %(total)s institutions have released")
            % {"round": run.name, "released": run.released, "total": run.total},  # type: ignore[attr-defined]
            ngettext(
                "Help is needed in %(late)s place.", "Help is needed in %(late)s places.", late
            )
            % {"late": late}
            if late
            else _("All are in time."),
            _("See where they stand"),
            reverse("round", args=[run.pk]),
            2 if late else 1,
        )
    if not running:
        yield Step(
            _("Set up a round"),
            _("Four short steps: basics, calendar, institutions, check."),
            _("Set up"),
            reverse("round_new"),
            1,
        )


def _reader_step(user: User) -> Step:
    number = len(latest_results(user))
    return Step(
        _("Read the released results") if number else _("No result is released for you yet"),
        ngettext(
            "%(number)s institution. No ranking.",
            "%(number)s institutions, from A to Z. No ranking.",
            number,
        )
        % {"number": number}
        if number
        else _("In the rounds you see when the report is due."),
        _("To the results") if number else _("To the rounds"),
        reverse("result_list") if number else reverse("round_list"),
    )


def _request_step(municipality: Municipality) -> Iterator[Step]:
    number = open_requests(municipality)
    if number:
        yield Step(
            ngettext(
                "%(number)s request for a decision, money or IT",
                "%(number)s requests for a decision, money or IT",
                number,
            )
            % {"number": number},
            _("Institutions cannot go on alone here."),
            _("Read and answer"),
            reverse("request_list"),
        )


def _strategy_step(municipality: Municipality) -> Iterator[Step]:
    if not Strategy.objects.filter(municipality=municipality).exists():
        yield Step(
            _("Write down what your city wants to reach"),
            _("Title, preamble, themes and guiding goals of the strategy."),
            _("Write it down"),
            reverse("strategy_edit"),
            0,
        )


def _mail_step(municipality: Municipality) -> Iterator[Step]:
    if needs_attention(municipality):
        yield Step(
            _("Some mails did not go out"),
            _("They wait, or were refused. Nothing is lost."),
            _("See why"),
            reverse("mail_queue"),
            2,
        )


def _administration_step(municipality: Municipality) -> Step:
    has_coordination = (
        RoleAssignment.objects.current()
        .filter(municipality=municipality, role=Role.COORDINATION)
        .exists()
    )
    if not has_coordination:
        return Step(
            _("Invite the coordination"),
            _("They read in the instrument and set up the first round."),
            _("Invite a person"),
            reverse("invite"),
            2,
        )
    return Step(
        _("Look after people and roles"),
        _("Contents you do not see."),
        _("To the people"),
        reverse("people"),
        0,
    )
