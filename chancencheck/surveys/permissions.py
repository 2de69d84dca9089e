"""Who may do what with a survey."""

from chancencheck.accounts.models import User
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import GRANTS, Permission, Role
from chancencheck.surveys.models import Survey, SurveyPart


def may_with(user: User, survey: Survey, permission: Permission) -> bool:
    """Whether the person holds the permission for the whole survey.

    A lead holds it only where the survey asks about nothing but the institutions they lead.
    """
    if may_in(user, survey.round.municipality_id, permission):
        return True
    led = standing_of(user).led_unit_ids
    parts = [part.unit_id for part in survey.parts.all()]
    return Role.UNIT_LEAD in GRANTS[permission] and bool(parts) and led.issuperset(parts)


def may_with_part(user: User, part: SurveyPart, permission: Permission) -> bool:
    """Whether the person holds the permission for one part of a survey."""
    return _as_lead(user, part, permission) or may_in(
        user, part.survey.round.municipality_id, permission
    )


def readable_parts(user: User, survey: Survey) -> list[SurveyPart]:
    """Parts of a survey whose result the person may read."""
    parts = list(survey.parts.all())
    for part in parts:
        part.survey = survey
    return [part for part in parts if may_with_part(user, part, Permission.CITIZENS_VIEW)]


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
