"""Making, opening and closing surveys; what becomes of what people wrote."""

import random
import secrets
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.models import Question
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.lib.tokens import hash_token
from chancencheck.organisations.models import Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.models import Round
from chancencheck.surveys.choices import Channel, DoneState, SurveyState, TextState
from chancencheck.surveys.counting import Counted, count, lock_counters, wipe_traces
from chancencheck.surveys.doors import Door, forget_doors
from chancencheck.surveys.models import (
    Counter,
    Entrance,
    FreeText,
    OneTimeCode,
    SaidDone,
    Survey,
    SurveyPart,
    SurveyQuestion,
    SurveyResult,
    Ticket,
)
from chancencheck.surveys.permissions import may_publish, may_review, may_with
from chancencheck.surveys.queries import rounds_for_survey, units_for_survey
from chancencheck.surveys.results import freeze
from chancencheck.surveys.rules import QUESTIONS_MAXIMUM, QUESTIONS_MINIMUM
from chancencheck.surveys.tickets import VALID, digest_of, new_ticket

# letters and digits that nobody confuses when typing an address from a poster
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODES_AT_ONCE = 2000
# After the last day sheets of paper can still be typed in; then the calendar closes the survey.
GRACE = timedelta(days=14)
# What nobody has looked through by then is deleted unread.
UNREAD = timedelta(days=180)


@dataclass(frozen=True)
class SurveyInput:
    """What a survey is made of. `units` empty: the city as a whole."""

    name: str
    units: Sequence[Unit]
    questions: Sequence[Question]
    languages: Sequence[str]
    opens_on: date
    closes_on: date
    results_on: date
    inside_floor: int
    public_floor: int
    has_open_question: bool
    needs_code: bool
    is_one_page: bool
    sign_link: str = ""
    sign_checked_by: str = ""
    sign_checked_on: date | None = None


@transaction.atomic
def create_survey(*, run: Round, entry: SurveyInput, by: User) -> Survey:
    """Make a draft, with a link on the internet for each part."""
    survey = Survey(round=run)
    _fill(survey, entry, by)
    record(
        action=Action.SURVEY_CREATED,
        by=by,
        municipality_key=run.municipality_id,
        what=survey.name,
    )
    return survey


@transaction.atomic
def change_survey(*, survey: Survey, entry: SurveyInput, by: User) -> None:
    """Change a draft. After the opening the words of a survey stay as they are."""
    _check(by, survey)
    locked = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if not locked.is_draft:
        raise NotAllowedNow("not a draft")
    _fill(survey, entry, by)


def _fill(survey: Survey, entry: SurveyInput, by: User) -> None:
    run = survey.round
    if not rounds_for_survey(by, run.municipality).filter(pk=run.pk).exists():
        raise PermissionDenied
    wanted = {unit.pk for unit in entry.units}
    allowed = set(units_for_survey(by, run).values_list("pk", flat=True))
    may_ask_city = may_in(by, run.municipality_id, Permission.SURVEY_MANAGE)
    if not wanted <= allowed or not (wanted or may_ask_city):
        raise PermissionDenied
    if not QUESTIONS_MINIMUM <= len(entry.questions) <= QUESTIONS_MAXIMUM:
        raise NotAllowedNow("number of questions")
    if any(q.version_id != run.instrument_version_id for q in entry.questions):
        raise PermissionDenied
    for name, value in vars(entry).items():
        if name not in ("units", "questions"):
            setattr(survey, name, list(value) if name == "languages" else value)
    survey.save()
    survey.questions.all().delete()
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(survey=survey, number=number, question=question)
        for number, question in enumerate(entry.questions, start=1)
    )
    targets: list[Unit | None] = [*entry.units] or [None]
    for part in survey.parts.all():
        if part.unit_id not in wanted and (wanted or part.unit_id):
            part.delete()
    for unit in targets:
        part, _made = SurveyPart.objects.get_or_create(survey=survey, unit=unit)
        _entrance(part, "Internet", Channel.WEB)


def _entrance(part: SurveyPart, place: str, channel: Channel) -> Entrance:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(7))
        try:
            with transaction.atomic():
                found, _made = Entrance.objects.get_or_create(
                    part=part, place=place, channel=channel, defaults={"code": code}
                )
        except IntegrityError:  # the code is taken; one in thirty thousand million
            continue
        return found


@transaction.atomic
def add_place(
    *, survey: Survey, parts: Sequence[SurveyPart], place: str, channels: Sequence[str], by: User
) -> None:
    """Add a place with its channels, for each of the parts. Possible until the survey closes.

    Once people answer, only the coordination adds places: a lead who gives one person a place of
    their own could look for it in the result.
    """
    _check(by, survey)
    if survey.is_closed:
        raise NotAllowedNow("closed")
    if not survey.is_draft:
        if not may_in(by, survey.round.municipality_id, Permission.SURVEY_MANAGE):
            raise PermissionDenied
        _record(Action.SURVEY_CHANGED, survey, by)
    for part in parts:
        for channel in channels:
            _entrance(part, place.strip(), Channel(channel))


@transaction.atomic
def remove_entrance(*, entrance: Entrance, by: User) -> None:
    """Take a way in away while the survey is a draft; later people may hold its poster."""
    _check(by, entrance.part.survey)
    if not entrance.part.survey.is_draft or entrance.channel == Channel.WEB:
        raise NotAllowedNow("not a draft")
    entrance.delete()


@transaction.atomic
def open_survey(*, survey: Survey, by: User) -> None:
    """Open it: from its first day on answers are counted."""
    _check(by, survey)
    locked = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if not locked.is_draft or locked.is_over:
        raise NotAllowedNow("not a draft")
    if not locked.round.is_open:
        raise NotAllowedNow("round")
    locked.state = SurveyState.OPEN
    locked.save(update_fields=["state"])
    survey.state = locked.state
    forget_doors()
    record(
        action=Action.SURVEY_OPENED,
        by=by,
        municipality_key=survey.round.municipality_id,
        what=survey.name,
    )


@transaction.atomic
def extend_survey(*, survey: Survey, closes_on: date, results_on: date, by: User) -> None:
    """Collect answers until a later day."""
    _check(by, survey)
    locked = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if locked.is_closed or closes_on < locked.closes_on or results_on <= closes_on:
        raise NotAllowedNow("dates")
    locked.closes_on, locked.results_on = closes_on, results_on
    locked.save(update_fields=["closes_on", "results_on"])
    _record(Action.SURVEY_CHANGED, survey, by)
    forget_doors()


# ------------------------------------------------------------------- answers


@dataclass(frozen=True)
class Submission:
    """What one person sends. `answers`: number of the question → value."""

    language: str
    answers: dict[int, int]
    text: str
    ticket: str


class TicketTooOld(Exception):
    """The page was open too long (or its ticket is not ours); its answers are not counted."""


def submit(*, door: Door, entry: Submission) -> Counted:
    """Count what one person answered at a door. Raises TicketTooOld."""
    return _count(door, entry) if door.is_open else Counted.CLOSED


def enter_paper(*, door: Door, entry: Submission, by: User) -> Counted:
    """Staff types in a sheet of paper. Nobody can open it again, and nothing says who typed it."""
    if not may_with(by, door.survey, Permission.SURVEY_ENTER):
        raise PermissionDenied
    if door.channel != Channel.PAPER or not door.survey.is_open:
        raise NotAllowedNow("no paper")
    return _count(door, entry)


def _count(door: Door, entry: Submission) -> Counted:
    digest = digest_of(entry.ticket, door.survey.pk)
    if digest is None:
        raise TicketTooOld
    return count(
        survey_id=door.survey.pk,
        entrance_id=door.entrance_id,
        part_id=door.part_id,
        language=entry.language,
        answers=entry.answers,
        text=entry.text,
        digest=digest,
    )


# ------------------------------------------------------------------- one-time codes


@transaction.atomic
def make_codes(*, survey: Survey, number: int, by: User) -> list[str]:
    """New codes, shown this once; only their hashes are kept."""
    _check(by, survey)
    if survey.is_closed or not survey.needs_code:
        raise NotAllowedNow("no codes")
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(number)]
    OneTimeCode.objects.bulk_create(
        OneTimeCode(survey=survey, digest=_digest(survey, code)) for code in codes
    )
    record(
        action=Action.SURVEY_CODES,
        by=by,
        municipality_key=survey.round.municipality_id,
        what=survey.name,
    )
    return codes


def spend_code(*, survey: Survey, code: str) -> str | None:
    """Tick a code off at the door. Gives a ticket in exchange, or None if it is not valid.

    The ticket is drawn afresh: nothing leads from the code to the answers that come later.
    """
    used = OneTimeCode.objects.filter(
        survey=survey, digest=_digest(survey, code), is_used=False
    ).update(is_used=True)
    return new_ticket(survey.pk) if used else None


def _digest(survey: Survey, code: str) -> str:
    plain = "".join(c for c in code.lower() if c in ALPHABET)
    return hash_token(f"{survey.pk}:{plain}")


# ------------------------------------------------------------------- closing and tidying up


@transaction.atomic
def close_survey(*, survey: Survey, by: User | None) -> None:
    """Make the result, then delete every counter, ticket and code. There is no way back.

    `by` None: the calendar closed it.
    """
    if by is not None:
        _check(by, survey)
    lock_counters()
    locked = (
        Survey.objects.select_for_update(of=("self",))
        .select_related("round__municipality")
        .get(pk=survey.pk)
    )
    if not locked.is_open:
        raise NotAllowedNow("not open")
    SurveyResult.objects.create(survey=locked, content=freeze(locked))
    Counter.objects.filter(entrance__part__survey=locked).delete()
    locked.codes.all().delete()
    _shuffle_texts(locked)
    locked.state = SurveyState.CLOSED
    locked.closes_on = min(locked.closes_on, timezone.localdate())
    if locked.opens_on > locked.closes_on:
        locked.opens_on = locked.closes_on
    locked.save(update_fields=["state", "closes_on", "opens_on"])
    survey.state = locked.state
    forget_doors()
    transaction.on_commit(wipe_traces)
    record(
        action=Action.SURVEY_CLOSED,
        by=by,
        municipality_key=locked.round.municipality_id,
        what=locked.name,
    )


def tidy() -> None:
    """The scheduled job: close what is over, put shards together, forget old tickets."""
    _tidy_tickets()
    for survey in Survey.objects.filter(state=SurveyState.OPEN):
        try:
            if survey.closes_on < timezone.localdate() - GRACE:
                close_survey(survey=survey, by=None)
            else:
                merge_counters(survey=survey)
        except NotAllowedNow:  # somebody has closed it in the meantime
            continue
    FreeText.objects.filter(
        state=TextState.WAITING, part__survey__closes_on__lt=timezone.localdate() - UNREAD
    ).delete()
    wipe_traces()


@transaction.atomic
def _tidy_tickets() -> None:
    """Forget old tickets and write the others anew, for the same reason as the counters."""
    lock_counters()
    Ticket.objects.filter(day__lt=timezone.localdate() - VALID - timedelta(days=1)).delete()
    tickets = list(Ticket.objects.order_by("digest"))
    Ticket.objects.all().delete()
    Ticket.objects.bulk_create(tickets, batch_size=500)


@transaction.atomic
def merge_counters(*, survey: Survey) -> None:
    """Write all counters and texts of a survey anew, in an order that says nothing.

    After this every row was written by the same transaction, so no row version tells what was
    raised last, or together.
    """
    lock_counters()
    if not Survey.objects.filter(pk=survey.pk, state=SurveyState.OPEN).exists():
        return  # somebody has closed it in the meantime
    counters = Counter.objects.filter(entrance__part__survey=survey)
    sums: Tally[tuple[int, str, int, int]] = Tally()
    for row in counters.values_list("entrance_id", "language", "item", "value", "n"):
        sums[row[0], row[1], row[2], row[3]] += row[4]
    counters.delete()
    Counter.objects.bulk_create(
        (
            Counter(entrance_id=entrance, language=language, item=item, value=value, shard=0, n=n)
            for (entrance, language, item, value), n in sorted(sums.items())
        ),
        batch_size=500,
    )
    _shuffle_texts(survey)
    codes = list(survey.codes.order_by("digest"))
    survey.codes.all().delete()
    OneTimeCode.objects.bulk_create(codes, batch_size=500)


def _shuffle_texts(survey: Survey) -> None:
    texts = list(FreeText.objects.select_for_update().filter(part__survey=survey))
    FreeText.objects.filter(pk__in=[text.pk for text in texts]).delete()
    random.shuffle(texts)
    FreeText.objects.bulk_create(texts)


# ------------------------------------------------------------------- what people wrote


@transaction.atomic
def review_text(*, text: FreeText, state: TextState, published: str, reason: str, by: User) -> None:
    """Publish a text inside (names taken out, translated by hand), or remove it for good."""
    survey = text.part.survey
    if not may_review(by, text.part):
        raise PermissionDenied
    locked = FreeText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if locked.state != TextState.WAITING or not survey.is_closed:
        raise NotAllowedNow("looked through")
    locked.state = state
    locked.reason = reason
    # the original goes in both cases: what was redacted must not lie beside what is published
    locked.text = ""
    locked.published = published if state == TextState.INSIDE else ""
    locked.save()
    record(
        action=Action.SURVEY_TEXT_REVIEWED,
        by=by,
        municipality_key=survey.round.municipality_id,
        what=survey.name,
    )


@dataclass(frozen=True)
class SaidDoneInput:
    """One pair of “Gesagt – getan”."""

    said: str
    done: str
    state: DoneState


@transaction.atomic
def save_said_done(*, part: SurveyPart, entries: Sequence[SaidDoneInput], by: User) -> None:
    """Write what people said and what is done about it; replaces what was there."""
    if not may_publish(by, part):
        raise PermissionDenied
    if not part.survey.is_closed:
        raise NotAllowedNow("not closed")
    SurveyPart.objects.select_for_update(of=("self",)).get(pk=part.pk)
    part.said_done.all().delete()
    SaidDone.objects.bulk_create(
        SaidDone(part=part, position=position, **vars(entry))
        for position, entry in enumerate(entries)
    )


@transaction.atomic
def publish_part(*, part: SurveyPart, by: User) -> None:
    """Make the result of one part public, from the floor of publication on."""
    if not may_publish(by, part):
        raise PermissionDenied
    if not part.survey.is_closed or part.published_on:
        raise NotAllowedNow("published")
    part.published_on = max(timezone.localdate(), part.survey.results_on)
    part.save(update_fields=["published_on"])
    record(
        action=Action.SURVEY_PUBLISHED,
        by=by,
        municipality_key=part.survey.round.municipality_id,
        what=f"{part.survey.name}: {part.name}",
    )


def _record(action: Action, survey: Survey, by: User | None) -> None:
    record(action=action, by=by, municipality_key=survey.round.municipality_id, what=survey.name)


def _check(by: User, survey: Survey) -> None:
    if not may_with(by, survey, Permission.SURVEY_MANAGE):
        raise PermissionDenied
