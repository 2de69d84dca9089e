"""Who may do what with a survey."""

from chancencheck.accounts.models import User
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import GRANTS, Permission, Role
from chancencheck.surveys.models import Survey, SurveyPart
from chancencheck.surveys.queries import parts_of


def may_with(user: User, survey: Survey, permission: Permission) -> bool:
    """Whether the person holds the permission for the whole survey.

    A lead holds it only where the survey asks about nothing but the institutions they lead.
    """
    if may_in(user, survey.round.municipality_id, permission):
        return True
    led = standing_of(user).led_unit_ids
    parts = [part.unit_id for part in survey.parts.all()]
    return Role.UNIT_LEAD in GRANTS[permission] and bool(parts) and led.issuperset(parts)


def may_read(user: User, part: SurveyPart) -> bool:
    """Whether the person may read what citizens say about one part of a closed survey.

    A partner decides alone what it shares: until its lead has published the result, coordination
    and coordinating group read nothing of it.
    """
    if _as_lead(user, part, Permission.CITIZENS_VIEW):
        return True
    city = part.survey.round.municipality_id
    return not part.is_kept_back and may_in(user, city, Permission.CITIZENS_VIEW)


def readable_parts(user: User, survey: Survey) -> list[SurveyPart]:
    """Parts of a survey whose result the person may read."""
    return [part for part in parts_of(survey) if may_read(user, part)]


def kept_back_parts(user: User, survey: Survey) -> list[SurveyPart]:
    """Parts of a closed survey that a partner has not published yet, for those who wait for them."""
    if not survey.is_closed or not may_in(user, survey.municipality, Permission.CITIZENS_VIEW):
        return []
    return [part for part in parts_of(survey) if not may_read(user, part)]


def may_review(user: User, part: SurveyPart) -> bool:
    """Whether the person looks through what people wrote about this part.

    The coordination does, so that no lead reads a text about themselves with names in it. What is
    written about a partner is the partner's alone; there its lead does, and citizens are told so.
    """
    if part.is_of_partner:
        return _as_lead(user, part, Permission.SURVEY_REVIEW)
    return may_in(user, part.survey.round.municipality_id, Permission.SURVEY_REVIEW)


def reviewed_parts(user: User, survey: Survey) -> list[SurveyPart]:
    """Parts of a survey whose texts the person looks through."""
    return [part for part in parts_of(survey) if may_review(user, part)]


def led_parts_only(user: User, survey: Survey) -> list[int] | None:
    """Parts whose ways in a lead may see: only their own; None for city-wide roles, who see all."""
    city = survey.round.municipality_id
    if may_in(user, city, Permission.CITIZENS_VIEW) or may_in(user, city, Permission.SURVEY_ENTER):
        return None
    led = standing_of(user).led_unit_ids
    return [part.pk for part in survey.parts.all() if part.unit_id in led]


def may_publish(user: User, part: SurveyPart) -> bool:
    """Only the lead publishes what is said about an institution; the coordination for the city."""
    if part.unit_id:
        return _as_lead(user, part, Permission.SURVEY_PUBLISH)
    return may_in(user, part.survey.round.municipality_id, Permission.SURVEY_PUBLISH)


def _as_lead(user: User, part: SurveyPart, permission: Permission) -> bool:
    is_lead = part.unit_id in standing_of(user).led_unit_ids
    return is_lead and Role.UNIT_LEAD in GRANTS[permission]
