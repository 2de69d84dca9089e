"""The one permission table: who may see and do what.

Views, the access tests and the page “Who sees what?” all read this file.
A role is a key in the database; its name and sentence live here.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Keys of the roles, as stored."""

    ADMINISTRATION = "administration"
    ADVISORY_BOARD = "advisory_board"
    COORDINATING_GROUP = "coordinating_group"
    COORDINATION = "coordination"
    EXECUTIVE = "executive"
    MODERATOR = "moderator"
    OVERSIGHT = "oversight"
    RESPONSIBLE = "responsible"
    STEERING_COMMITTEE = "steering_committee"
    TEAM_MEMBER = "team_member"
    UNIT_LEAD = "unit_lead"


class Permission(StrEnum):
    """What can be permitted, in alphabetical order."""

    ACCOUNT_MANAGE = "account_manage"
    ASSESSMENT_PREPARE = "assessment_prepare"
    BARRIER_HANDLE = "barrier_handle"
    CITIZENS_VIEW = "citizens_view"
    DISTRIBUTION_OPEN = "distribution_open"
    DISTRIBUTION_VIEW = "distribution_view"
    FINDING_EDIT = "finding_edit"
    FINDING_VIEW = "finding_view"
    HELP_EDIT = "help_edit"
    INSTRUMENT_EDIT = "instrument_edit"
    INSTRUMENT_VIEW = "instrument_view"
    LOG_VIEW = "log_view"
    MAIL_MANAGE = "mail_manage"
    MEASURE_ANSWER = "measure_answer"
    MEASURE_CENTRAL = "measure_central"
    MEASURE_PLAN = "measure_plan"
    MEASURE_PUBLISH = "measure_publish"
    MEASURE_UPDATE = "measure_update"
    MEASURE_VIEW = "measure_view"
    MESSAGE_TEXTS = "message_texts"
    MUNICIPALITY_EDIT = "municipality_edit"
    PAPER_ENTER = "paper_enter"
    PORTFOLIO_VIEW = "portfolio_view"
    PROGRESS_VIEW = "progress_view"
    PROTOCOL_CONFIRM = "protocol_confirm"
    RATING_OWN = "rating_own"
    RESULT_RELEASE = "result_release"
    RESULT_VIEW = "result_view"
    ROUND_MANAGE = "round_manage"
    ROUND_VIEW = "round_view"
    STAGE_VIEW = "stage_view"
    STRATEGY_EDIT = "strategy_edit"
    SURVEY_ENTER = "survey_enter"
    SURVEY_MANAGE = "survey_manage"
    SURVEY_PUBLISH = "survey_publish"
    SURVEY_REVIEW = "survey_review"
    TEAM_REMIND = "team_remind"
    WORKSHOP_STEER = "workshop_steer"


@dataclass(frozen=True)
class RoleText:
    """A role in the words of the people who have it."""

    name: Promise
    sentence: Promise


ROLES: dict[Role, RoleText] = {
    Role.COORDINATION: RoleText(
        _("Coordination"),
        _("Sets up the rounds, invites the institutions and helps where it is stuck."),
    ),
    Role.COORDINATING_GROUP: RoleText(
        _("Coordinating group"), _("Looks after the instrument and moderates workshops.")
    ),
    Role.STEERING_COMMITTEE: RoleText(
        _("Steering committee"),
        _("Reads the released results and recommends what the city should do."),
    ),
    Role.EXECUTIVE: RoleText(
        _("City executive and division"), _("Decides what the institutions cannot decide alone.")
    ),
    Role.UNIT_LEAD: RoleText(
        _("Lead of an institution"), _("Names the team and releases the result.")
    ),
    Role.TEAM_MEMBER: RoleText(
        _("Team member"), _("Rates alone first, then talks about it in the workshop.")
    ),
    Role.MODERATOR: RoleText(
        _("Moderator"), _("Leads through the workshop and writes down what the team agrees on.")
    ),
    Role.RESPONSIBLE: RoleText(
        _("Responsible function"),
        _("Looks after the measures of a function and says where they stand."),
    ),
    Role.ADVISORY_BOARD: RoleText(
        _("Advisory board for migration and integration"),
        _("Reads the released results and speaks for people who are rarely heard."),
    ),
    Role.OVERSIGHT: RoleText(
        _("Staff council and data protection"),
        _("Checks what is stored, who may see it and what was changed."),
    ),
    Role.ADMINISTRATION: RoleText(
        _("Administration"), _("Looks after accounts, settings and backups.")
    ),
}

# Given by hand to a person for the whole municipality, or (lead) for one unit.
ASSIGNABLE = [
    Role.ADMINISTRATION,
    Role.ADVISORY_BOARD,
    Role.COORDINATING_GROUP,
    Role.COORDINATION,
    Role.EXECUTIVE,
    Role.OVERSIGHT,
    Role.STEERING_COMMITTEE,
    Role.UNIT_LEAD,
]

_C, _G, _S, _E, _L, _T, _M, _B, _O, _A, _R = (
    Role.COORDINATION,
    Role.COORDINATING_GROUP,
    Role.STEERING_COMMITTEE,
    Role.EXECUTIVE,
    Role.UNIT_LEAD,
    Role.TEAM_MEMBER,
    Role.MODERATOR,
    Role.ADVISORY_BOARD,
    Role.OVERSIGHT,
    Role.ADMINISTRATION,
    Role.RESPONSIBLE,
)

# Lead, team member, moderator and responsible function hold these only for their own institution,
# assessment or measure.
GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.ACCOUNT_MANAGE: frozenset({_A}),
    Permission.ASSESSMENT_PREPARE: frozenset({_L}),
    Permission.BARRIER_HANDLE: frozenset({_C, _L}),
    Permission.CITIZENS_VIEW: frozenset({_C, _G, _L, _T, _M}),
    Permission.DISTRIBUTION_OPEN: frozenset({_M}),
    Permission.DISTRIBUTION_VIEW: frozenset({_M, _T, _L}),
    Permission.FINDING_EDIT: frozenset({_M, _L}),
    Permission.FINDING_VIEW: frozenset({_M, _T, _L}),
    Permission.HELP_EDIT: frozenset({_C}),
    Permission.INSTRUMENT_EDIT: frozenset({_C, _G}),
    Permission.INSTRUMENT_VIEW: frozenset({_C, _G, _S, _E, _L, _T, _M, _B, _O, _A}),
    Permission.LOG_VIEW: frozenset({_O, _A}),
    Permission.MAIL_MANAGE: frozenset({_A}),
    Permission.MEASURE_ANSWER: frozenset({_C, _E}),
    Permission.MEASURE_CENTRAL: frozenset({_C, _G}),
    Permission.MEASURE_PLAN: frozenset({_L, _M}),
    Permission.MEASURE_PUBLISH: frozenset({_L}),
    Permission.MEASURE_UPDATE: frozenset({_L, _R}),
    Permission.MEASURE_VIEW: frozenset({_L, _T, _M, _R, _C, _G, _S, _E, _B}),
    Permission.MESSAGE_TEXTS: frozenset({_C}),
    Permission.MUNICIPALITY_EDIT: frozenset({_A}),
    Permission.PAPER_ENTER: frozenset({_M}),
    Permission.PORTFOLIO_VIEW: frozenset({_C, _G, _S, _E, _B}),
    Permission.PROGRESS_VIEW: frozenset({_L, _T, _M}),
    Permission.PROTOCOL_CONFIRM: frozenset({_L}),
    Permission.RATING_OWN: frozenset({_T}),
    Permission.RESULT_RELEASE: frozenset({_L}),
    Permission.RESULT_VIEW: frozenset({_L, _T, _M, _C, _G, _S, _E, _B}),
    Permission.ROUND_MANAGE: frozenset({_C}),
    Permission.ROUND_VIEW: frozenset({_C, _G, _S, _E, _B, _O}),
    Permission.STAGE_VIEW: frozenset({_C, _G}),
    Permission.STRATEGY_EDIT: frozenset({_C}),
    Permission.SURVEY_ENTER: frozenset({_C, _B}),
    Permission.SURVEY_MANAGE: frozenset({_C, _L}),
    Permission.SURVEY_PUBLISH: frozenset({_C, _L}),
    Permission.SURVEY_REVIEW: frozenset({_C, _L}),
    Permission.TEAM_REMIND: frozenset({_C, _L}),
    Permission.WORKSHOP_STEER: frozenset({_M}),
}

# Roles that belong to one institution, one workshop or one function only.
OWN = frozenset({_L, _T, _M, _R})

# Bodies that read a released result only from the report date of the round on.
AFTER_REPORT = frozenset({_S, _E, _B})


def may(roles: frozenset[Role], permission: Permission) -> bool:
    """Whether one of these roles holds the permission."""
    return bool(roles & GRANTS[permission])
