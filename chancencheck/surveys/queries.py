"""Asking about surveys and their results."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from chancencheck.accounts.models import User
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission
from chancencheck.rounds.choices import RoundState
from chancencheck.rounds.models import Round
from chancencheck.surveys.choices import Channel, SurveyState, TextState
from chancencheck.surveys.counting import PEOPLE
from chancencheck.surveys.models import (
    Counter,
    Entrance,
    FreeText,
    Survey,
    SurveyPart,
    SurveyResult,
)
from chancencheck.surveys.results import Answered, ResultReader
from chancencheck.surveys.rules import at_least


def rounds_for_survey(user: User, municipality: Municipality) -> QuerySet[Round]:
    """Running rounds in which the person may make a survey."""
    rounds = Round.objects.filter(municipality=municipality, state=RoundState.OPEN)
    if not may_in(user, municipality, Permission.SURVEY_MANAGE):
        rounds = rounds.filter(participations__unit_id__in=standing_of(user).led_unit_ids)
    return rounds.select_related("instrument_version", "municipality").distinct()


def units_for_survey(user: User, run: Round) -> QuerySet[Unit]:
    """Institutions of a round about which the person may ask citizens."""
    units = Unit.objects.filter(participations__round=run).order_by("name")
    if not may_in(user, run.municipality_id, Permission.SURVEY_MANAGE):
        units = units.filter(pk__in=standing_of(user).led_unit_ids)
    return units


def people_so_far(survey: Survey) -> int:
    """How many have answered, rounded down to tens: more is not told while it runs."""
    found = Counter.objects.filter(entrance__part__survey=survey, item=PEOPLE)
    return at_least(found.aggregate(total=Sum("n"))["total"] or 0)


def parts_of(survey: Survey) -> list[SurveyPart]:
    """The parts of a survey, each with the survey at hand."""
    parts = list(survey.parts.all())
    for part in parts:
        part.survey = survey
    return parts


def texts_waiting(survey: Survey, parts: Sequence[SurveyPart]) -> QuerySet[FreeText]:
    """Texts of these parts nobody has looked through yet, in the order of their random keys.

    None while the survey runs: who watches the queue could see who has just been there.
    """
    if not survey.is_closed:
        return FreeText.objects.none()
    return FreeText.objects.filter(part__in=parts, state=TextState.WAITING).select_related(
        "part__unit"
    )


def survey_to_review(user: User, municipality: Municipality) -> Survey | None:
    """A closed survey with texts that this person has to look through."""
    theirs = Q(part__unit__is_external=True, part__unit_id__in=standing_of(user).led_unit_ids)
    if may_in(user, municipality, Permission.SURVEY_REVIEW):
        theirs |= Q(part__unit__isnull=True) | Q(part__unit__is_external=False)
    elif not standing_of(user).led_unit_ids:
        return None
    waiting = FreeText.objects.filter(theirs, state=TextState.WAITING)
    return Survey.objects.filter(
        Exists(waiting.filter(part__survey=OuterRef("pk"))),
        round__municipality=municipality,
        state=SurveyState.CLOSED,
    ).first()


def texts_inside(part: SurveyPart, reader: ResultReader) -> list[str]:
    """Published texts of a part in random order; none where too few people answered."""
    if reader.people(part.pk) is None:
        return []
    found = part.texts.filter(state=TextState.INSIDE).order_by("pk")
    return list(found.values_list("published", flat=True))


def reader_of(survey: Survey, *, public_only: bool = False) -> ResultReader | None:
    """The result of a closed survey; None while there is none."""
    result = SurveyResult.objects.filter(survey=survey).first()
    return ResultReader(result.content, public_only) if result else None


def _reader(survey: Survey, *, public_only: bool) -> ResultReader:
    return ResultReader(survey.result.content, public_only)


# A partner decides alone what it shares; the city reads it from its publication on.
SHARED_WITH_CITY = Q(unit__is_external=False) | Q(published_on__isnull=False)


def voices_about(
    unit: Unit, run: Round, *, public_only: bool, shared_only: bool = False
) -> dict[str, list[Answered]]:
    """What citizens say about an institution in a round, by requirement key.

    From the newest closed survey that asked about it and has enough answers. `public_only`: what
    the lead has published, from the floor of publication on. `shared_only`: for the city, of a
    partner only what it has published.
    """
    parts = SurveyPart.objects.filter(
        unit=unit, survey__round=run, survey__state=SurveyState.CLOSED
    )
    if public_only:
        parts = parts.filter(published_on__lte=timezone.localdate())
    if shared_only:
        parts = parts.filter(SHARED_WITH_CITY)
    for part in parts.select_related("survey__result").order_by("-survey__closes_on", "-pk"):
        reader = _reader(part.survey, public_only=public_only)
        # a survey nobody answered must not make the one before disappear
        if reader.people(part.pk) is None:
            continue
        voices: dict[str, list[Answered]] = {}
        for answer in reader.answers(part.pk):
            voices.setdefault(answer.key, []).append(answer)
        return voices
    return {}


# ------------------------------------------------------------------- for the public


def open_entrances(municipality: Municipality) -> list[Entrance]:
    """Links on the internet into surveys that run today."""
    today = timezone.localdate()
    return list(
        Entrance.objects.filter(
            channel=Channel.WEB,
            part__survey__round__municipality=municipality,
            part__survey__state=SurveyState.OPEN,
            part__survey__opens_on__lte=today,
            part__survey__closes_on__gte=today,
        ).select_related("part__unit", "part__survey__round__municipality")
    )


def published_parts(municipality: Municipality) -> list[SurveyPart]:
    """What was published, the newest first."""
    return list(
        SurveyPart.objects.filter(
            survey__round__municipality=municipality,
            survey__state=SurveyState.CLOSED,
            published_on__lte=timezone.localdate(),
        )
        .select_related("unit", "survey__round__municipality")
        .order_by("-published_on", "unit__name")
    )


def promised_parts(municipality: Municipality) -> list[SurveyPart]:
    """What citizens were promised to read by now, and nobody has published yet."""
    return list(
        SurveyPart.objects.filter(
            survey__round__municipality=municipality,
            survey__state=SurveyState.CLOSED,
            survey__results_on__lte=timezone.localdate(),
            published_on__isnull=True,
        ).select_related("unit", "survey__round__municipality")
    )


def part_to_publish(user: User, municipality: Municipality) -> SurveyPart | None:
    """A part that this person as a lead has to answer and publish."""
    led = standing_of(user).led_unit_ids
    if not led:
        return None
    return (
        SurveyPart.objects.filter(
            unit_id__in=led,
            survey__round__municipality=municipality,
            survey__state=SurveyState.CLOSED,
            published_on__isnull=True,
        )
        .select_related("unit", "survey")
        .first()
    )


def parts_of_round(run: Round, *, public_only: bool) -> list[SurveyPart]:
    """Institutions about which a closed survey of the round asked, from A to Z, with its result.

    For the city: of partners only what they have published, of others everything, or what is
    published there too (`public_only`).
    """
    parts = _asked_in(run).filter(SHARED_WITH_CITY)
    if public_only:
        parts = parts.filter(published_on__lte=timezone.localdate())
    newest: dict[int | None, SurveyPart] = {}
    for part in parts.select_related("unit", "survey__result").order_by("survey__closes_on", "pk"):
        if reader_of_part(part, public_only=public_only).people(part.pk) is not None:
            newest[part.unit_id] = part
    return sorted(newest.values(), key=lambda part: part.name)


def kept_back_in(run: Round) -> list[SurveyPart]:
    """Partners about which a closed survey of the round asked and who have not published it."""
    parts = _asked_in(run).exclude(SHARED_WITH_CITY).select_related("unit").order_by("unit__name")
    return list({part.unit_id: part for part in parts}.values())


def _asked_in(run: Round) -> QuerySet[SurveyPart]:
    return SurveyPart.objects.filter(
        survey__round=run, survey__state=SurveyState.CLOSED, unit__isnull=False
    )


def reader_of_part(part: SurveyPart, *, public_only: bool) -> ResultReader:
    """The result of the survey of a part; its survey and result are at hand."""
    return _reader(part.survey, public_only=public_only)


def surveys_of(user: User, municipality: Municipality) -> QuerySet[Survey]:
    """All surveys the person may see in a city."""
    return (
        Survey.objects.visible_to(user)
        .with_place()
        .filter(round__municipality=municipality)
        .prefetch_related("parts__unit")
    )


def sees_surveys(user: User, municipality: Municipality) -> bool:
    """Whether surveys are in the person's menu."""
    standing = standing_of(user)
    return (
        may_in(user, municipality, Permission.CITIZENS_VIEW)
        or may_in(user, municipality, Permission.SURVEY_ENTER)
        or Unit.objects.filter(Q(pk__in=standing.led_unit_ids), municipality=municipality).exists()
    )
