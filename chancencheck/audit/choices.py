"""Everything the log can say. Sentences, so that the staff council can read them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """What somebody did. `%(who)s` is a person, `%(what)s` a thing."""

    ACCOUNT_DEACTIVATED = "account_deactivated", _("%(who)s closed the account of %(what)s.")
    ACCOUNT_INVITED = "account_invited", _("%(who)s invited %(what)s.")
    ACCOUNT_RESET_LINK = (
        "account_reset_link",
        _("%(who)s made a link to a new password for %(what)s."),
    )
    ASSESSMENT_CORRECTION = (
        "assessment_correction",
        _("%(who)s started a correction of the result of %(what)s."),
    )
    ASSESSMENT_DISTRIBUTIONS = (
        "assessment_distributions",
        _("%(who)s opened the distributions of %(what)s."),
    )
    ASSESSMENT_INVITED = "assessment_invited", _("%(who)s invited the team of %(what)s.")
    ASSESSMENT_MODERATOR = "assessment_moderator", _("%(who)s named a moderator for %(what)s.")
    ASSESSMENT_RELEASED = "assessment_released", _("%(who)s released the result of %(what)s.")
    ASSESSMENT_REMINDED = "assessment_reminded", _("%(who)s reminded the whole team of %(what)s.")
    ASSESSMENT_TEAM_CHANGED = "assessment_team_changed", _("%(who)s changed the team of %(what)s.")
    BARRIER_ANSWERED = "barrier_answered", _("%(who)s answered a report of a barrier: %(what)s.")
    BARRIER_DELETED = "barrier_deleted", _("%(who)s deleted a report of a barrier: %(what)s.")
    HELP_CHANGED = "help_changed", _("%(who)s changed where people find help in %(what)s.")
    INSTRUMENT_ADOPTED = "instrument_adopted", _("%(who)s noted that %(what)s was adopted.")
    INSTRUMENT_CHECKED = (
        "instrument_checked",
        _("%(who)s noted that readers checked texts of the instrument %(what)s."),
    )
    INSTRUMENT_DELETED = "instrument_deleted", _("%(who)s deleted the draft %(what)s.")
    INSTRUMENT_DRAFTED = "instrument_drafted", _("%(who)s started the draft %(what)s.")
    INSTRUMENT_IMPORTED = "instrument_imported", _("%(who)s read in the instrument %(what)s.")
    INSTRUMENT_PILOTED = "instrument_piloted", _("%(who)s gave %(what)s into the pilot.")
    INSTRUMENT_RELEASED = "instrument_released", _("%(who)s released the instrument %(what)s.")
    INSTRUMENT_RETIRED = "instrument_retired", _("%(who)s took %(what)s out of use.")
    FUNCTION_CHANGED = (
        "function_changed",
        _("%(who)s changed who looks after the measures of %(what)s."),
    )
    MAIL_RETRIED = "mail_retried", _("%(who)s let a mail be sent again.")
    MEASURE_ANSWERED = "measure_answered", _("%(who)s answered a request: %(what)s.")
    MEASURE_CENTRAL = "measure_central", _("%(who)s made a measure for all: %(what)s.")
    MEASURE_DELETED = "measure_deleted", _("%(who)s deleted a proposed measure of %(what)s.")
    MEASURE_PUBLISHED = "measure_published", _("%(who)s published a measure: %(what)s.")
    MEASURE_REQUESTED = "measure_requested", _("%(who)s asked for support: %(what)s.")
    MEASURE_SHARED = "measure_shared", _("%(who)s shared a measure as good practice: %(what)s.")
    MEASURE_WITHDRAWN = "measure_withdrawn", _("%(who)s withdrew a published measure: %(what)s.")
    MESSAGE_TEXT_CHANGED = "message_text_changed", _("%(who)s changed the text of mails: %(what)s.")
    MUNICIPALITY_CHANGED = "municipality_changed", _("%(who)s changed the settings of %(what)s.")
    MUNICIPALITY_CREATED = "municipality_created", _("%(who)s set up %(what)s.")
    PARTICIPATION_ACCEPTED = (
        "participation_accepted",
        _("%(who)s accepted the invitation for %(what)s."),
    )
    PROTOCOL_CONFIRMED = (
        "protocol_confirmed",
        _("%(who)s confirmed the protocol of the workshop of %(what)s."),
    )
    ROLE_ENDED = "role_ended", _("%(who)s ended a role: %(what)s.")
    ROLE_GIVEN = "role_given", _("%(who)s gave a role: %(what)s.")
    ROUND_CLOSED = "round_closed", _("%(who)s closed the round %(what)s.")
    ROUND_CREATED = "round_created", _("%(who)s made the round %(what)s.")
    ROUND_OPENED = "round_opened", _("%(who)s opened the round %(what)s and invited the leads.")
    ROUND_REMINDED = "round_reminded", _("%(who)s reminded the lead of %(what)s.")
    ROUND_WORDING = "round_wording", _("%(who)s let new wording into a running round: %(what)s.")
    STRATEGY_CHANGED = "strategy_changed", _("%(who)s changed the strategy %(what)s.")
    SURVEY_CHANGED = "survey_changed", _("%(who)s changed the running survey %(what)s.")
    SURVEY_CLOSED = "survey_closed", _("%(who)s closed the survey %(what)s.")
    SURVEY_CODES = "survey_codes", _("%(who)s made codes for the survey %(what)s.")
    SURVEY_CREATED = "survey_created", _("%(who)s made the survey %(what)s.")
    SURVEY_OPENED = "survey_opened", _("%(who)s opened the survey %(what)s.")
    SURVEY_PUBLISHED = "survey_published", _("%(who)s published what citizens say: %(what)s.")
    SURVEY_TEXT_REVIEWED = (
        "survey_text_reviewed",
        _("%(who)s looked through texts of citizens: %(what)s."),
    )
    TRANSLATION_CHANGED = "translation_changed", _("%(who)s changed a translation: %(what)s.")
