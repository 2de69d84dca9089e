"""“Who sees what?”, made from the permission table. What the page says is what the code does."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancencheck.organisations.roles import AFTER_REPORT, GRANTS, OWN, ROLES, Permission


@dataclass(frozen=True)
class DataKind:
    """One kind of data: which permission opens it, on what condition, what stays hidden, how long."""

    name: Promise
    permission: Permission
    condition: Promise
    hidden: Promise
    kept: Promise


KINDS = [
    DataKind(
        _("Your rating of a requirement"),
        Permission.RATING_OWN,
        _("only your own, nobody else's"),
        _("who chose which level"),
        _("until the lead releases the result, then deleted"),
    ),
    DataKind(
        _("How many have finished"),
        Permission.PROGRESS_VIEW,
        _(
            "only with at least three finished and three not yet finished; otherwise “too few yet”, “nearly all” or “all”"
        ),
        _("who has finished and who has not"),
        _("until the lead releases the result, then deleted"),
    ),
    DataKind(
        _("Distribution of the levels; examples and ideas"),
        Permission.DISTRIBUTION_VIEW,
        _(
            "once the moderator opens the workshop, from three people per requirement on; sentences only if their author ticked so"
        ),
        _("which dot and which sentence belongs to whom"),
        _("the numbers stay with the result, the sentences are deleted at the release"),
    ),
    DataKind(
        _("What you think of the requirements in a pilot"),
        Permission.INSTRUMENT_EDIT,
        _(
            "only sums over several institutions, from three people of a team on, and sentences in random order; as soon as three institutions have added to it, or when the round is finished"
        ),
        _("who said it, and in which institution"),
        _(
            "each single answer until the lead releases the result; the sums and sentences permanently"
        ),
    ),
    DataKind(
        _("Sheets of paper"),
        Permission.PAPER_ENTER,
        _("only while typing a sheet in, and only for the own workshop; it carries no name"),
        _(
            "a sheet that is saved nobody can open again; who types may know the handwriting, so only one person types"
        ),
        _("until the lead releases the result, then deleted"),
    ),
    DataKind(
        _("Second vote in the workshop"),
        Permission.DISTRIBUTION_VIEW,
        _(
            "only when the moderator closes the vote, from three people on, and only if no or at least three people with an account took part; guests with a code vote too, but see no distribution"
        ),
        _("who voted what, and when"),
        _("single votes until the vote is closed, the numbers until the release, then deleted"),
    ),
    DataKind(
        _("Draft of the team's result: words, level, evidence"),
        Permission.FINDING_VIEW,
        _("only for their own team"),
        _("everything, from everybody outside the team"),
        _("until the release"),
    ),
    DataKind(
        _("Protocol and parking list of the workshop"),
        Permission.FINDING_VIEW,
        _("only for their own team"),
        _("everything, from everybody outside the team; names are not in it"),
        _("permanently, as the lead confirmed it"),
    ),
    DataKind(
        _("Released result"),
        Permission.RESULT_VIEW,
        _(
            "only after the lead released it; steering committee, executive and advisory board from the report date of the round on; partners decide what they share"
        ),
        _("drafts, and who said what"),
        _("permanently, per round"),
    ),
    DataKind(
        _("Proposed measures, and those of a result that is not released"),
        Permission.MEASURE_PLAN,
        _("only for their own institution or workshop; its team reads them too"),
        _("everything, from everybody outside the team"),
        _("until they are taken on or deleted"),
    ),
    DataKind(
        _("Measures taken on"),
        Permission.MEASURE_VIEW,
        _(
            "once they are taken on and the result is released; steering committee, executive and advisory board from the report date of the round on; partners decide for each of them"
        ),
        _("who did what: that is not stored; a measure belongs to a function"),
        _("permanently; in public only what the lead has published in plain words"),
    ),
    DataKind(
        _("Requests for a decision, money or IT"),
        Permission.MEASURE_ANSWER,
        _("as soon as a lead asks; then also the measure it is for"),
        _("nothing else of the institution"),
        _("permanently, with the answer"),
    ),
    DataKind(
        _("What citizens answered, as numbers"),
        Permission.CITIZENS_VIEW,
        _(
            "once the survey is closed, from five people on, and only if nothing smaller can be calculated; in public from ten people on, when the lead publishes it; coordination and coordinating group read about a partner only what its lead has published"
        ),
        _("who answered what, from where and when: that is not stored at all"),
        _("counters until the survey is closed, then deleted; the numbers permanently"),
    ),
    DataKind(
        _("What citizens wrote"),
        Permission.SURVEY_REVIEW,
        _(
            "once the survey is closed, in random order; the coordination for the institutions of the city, the lead only for a partner"
        ),
        _("who wrote it; the institution reads it without names, and only from five answers on"),
        _("until it is published without names or removed; the original is then deleted"),
    ),
    DataKind(
        _("Reports of a barrier"),
        Permission.BARRIER_HANDLE,
        _("leads for their own institution, coordination for all"),
        _("who reported it, unless the person left a contact"),
        _("the report permanently; the contact until 30 days after the end, at most six months"),
    ),
    DataKind(
        _("Stage of each institution in a round"),
        Permission.STAGE_VIEW,
        _("prepares, rates, workshop, released"),
        _("how far single people are"),
        _("permanently, per round"),
    ),
    DataKind(
        _("Accounts: name, address, role"),
        Permission.ACCOUNT_MANAGE,
        _("in their own municipality"),
        _("when somebody was last here: that is not stored at all"),
        _("until the account is closed"),
    ),
    DataKind(
        _("Log: who set up, invited, opened, released"),
        Permission.LOG_VIEW,
        _("without contents"),
        _("what somebody rated or wrote; that is not logged"),
        _("one year"),
    ),
]


def roles_of(kind: DataKind) -> list[Promise]:
    """Names of the roles that see this kind of data, in the order of the role list."""
    return [text.name for role, text in ROLES.items() if role in GRANTS[kind.permission]]


@dataclass(frozen=True)
class RoleRow:
    """One role and what it sees and does not see."""

    name: Promise
    sentence: Promise
    sees: list[Promise]
    sees_not: list[Promise]
    only_own: bool
    after_report: bool


def role_rows() -> list[RoleRow]:
    """Every role with the kinds of data it sees and does not see."""
    return [
        RoleRow(
            name=text.name,
            sentence=text.sentence,
            sees=[k.name for k in KINDS if role in GRANTS[k.permission]],
            sees_not=[k.name for k in KINDS if role not in GRANTS[k.permission]],
            only_own=role in OWN,
            after_report=role in AFTER_REPORT,
        )
        for role, text in ROLES.items()
    ]
