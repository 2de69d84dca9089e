"""As whom one can look at the example city."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DOMAIN = "ludwigshafen.example"


@dataclass(frozen=True)
class Person:
    """One button on the start page of the example."""

    label: Promise
    note: Promise
    email: str


CAST = [
    Person(_("Lead of the Volkshochschule"), _("the team is rating"), f"leitung.vhs@{DOMAIN}"),
    Person(
        _("Team member of the Volkshochschule"),
        _("rates alone"),
        f"kursleitung-abendkurse.vhs@{DOMAIN}",
    ),
    Person(_("Moderator"), _("leads the workshop of the Jobcenter"), f"moderation@{DOMAIN}"),
    Person(
        _("Lead of the Jobcenter"),
        _("reads what citizens say, shares later"),
        f"leitung.jc@{DOMAIN}",
    ),
    Person(_("Team member of the Jobcenter"), _("follows the workshop"), f"empfang.jc@{DOMAIN}"),
    Person(
        _("Lead of the Internationaler Frauentreff"), _("about to release"), f"leitung.ift@{DOMAIN}"
    ),
    Person(_("Lead of the Ausländerbehörde"), _("prepares"), f"leitung.abh@{DOMAIN}"),
    Person(_("Lead of the Wirtschaftsbetrieb"), _("just invited"), f"leitung.wbl@{DOMAIN}"),
    Person(
        _("Responsible function at the Volkshochschule"),
        _("looks after measures"),
        f"anmeldung.vhs@{DOMAIN}",
    ),
    Person(_("Coordination"), _("sees where all stand"), f"koordination@{DOMAIN}"),
    Person(_("Steering committee"), _("reads released results"), f"lenkungskreis@{DOMAIN}"),
    Person(_("City executive"), _("reads released results"), f"stadtvorstand@{DOMAIN}"),
    Person(
        _("Advisory board for migration and integration"),
        _("reads released results"),
        f"beirat@{DOMAIN}",
    ),
    Person(
        _("Coordinating group"), _("looks after the instrument"), f"koordinierungsgruppe@{DOMAIN}"
    ),
    Person(_("Staff council"), _("reads the log"), f"personalrat@{DOMAIN}"),
    Person(_("Administration"), _("looks after accounts"), f"administration@{DOMAIN}"),
]
