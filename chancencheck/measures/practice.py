"""Good practice: an institution lets others read a measure, and others propose it for themselves.

Shared, a measure shows its title, its sign, the institution and where it stands; nothing else, and
nothing of the self-assessment it comes out of.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.audit.choices import Action
from chancencheck.audit.operations import record
from chancencheck.instruments.models import Requirement
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import EventKind, Origin
from chancencheck.measures.models import Measure
from chancencheck.measures.operations import WRITING, Source, lock, propose_measure, tell
from chancencheck.measures.permissions import may_plan_for, may_plan_in
from chancencheck.measures.queries import shared_measures
from chancencheck.measures.sources import shared_key, words_of
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.queries import standing_of
from chancencheck.organisations.roles import Permission


@transaction.atomic
def share_measure(*, measure: Measure, by: User) -> None:
    """Let other institutions of the city read it. Only what is being done, or done, can be shared."""
    measure = lock(measure, by, Permission.MEASURE_PUBLISH)
    if measure.is_shared:
        return
    if not may_be_shared(measure):
        raise NotAllowedNow("not in force, or not begun")
    measure.is_shared = True
    measure.save(update_fields=["is_shared"])
    tell(measure, EventKind.SHARED)
    record(
        action=Action.MEASURE_SHARED,
        by=by,
        municipality_key=measure.municipality_id,
        what=measure.place,
    )


@transaction.atomic
def unshare_measure(*, measure: Measure, by: User) -> None:
    """Take it back. Who has taken it over keeps their own measure."""
    measure = lock(measure, by, Permission.MEASURE_PUBLISH)
    if not measure.is_shared:
        return
    measure.is_shared = False
    measure.save(update_fields=["is_shared"])
    tell(measure, EventKind.UNSHARED)


def may_be_shared(measure: Measure) -> bool:
    """Whether there is something others can learn from: in force, begun or done, of one institution."""
    as_if = Measure.objects.filter(pk=measure.pk).shareable()
    return as_if.exists()


@dataclass(frozen=True)
class Target:
    """Where a person can propose a shared measure: in a workshop's result, or for an institution."""

    unit: Unit
    assessment: Assessment | None = None

    @property
    def key(self) -> str:
        """How the form names it."""
        return f"a{self.assessment.pk}" if self.assessment else f"u{self.unit.pk}"

    @property
    def label(self) -> str:
        """How people read it."""
        if self.assessment:
            return _("%(unit)s, measures of the self-assessment") % {"unit": self.unit.name}
        return self.unit.name


def targets_of(user: User, municipality: Municipality) -> list[Target]:
    """Places of this person: the self-assessments being written, else the institutions they lead."""
    running = (
        Assessment.objects.visible_to(user)
        .with_place()
        .filter(participation__stage__in=WRITING, participation__round__municipality=municipality)
        .order_by("participation__unit__name")
    )
    writing = [Target(row.participation.unit, row) for row in running if may_plan_in(user, row)]
    taken = {target.unit.pk for target in writing}
    led = Unit.objects.filter(
        pk__in=standing_of(user).led_unit_ids - taken, municipality=municipality, is_archived=False
    )
    return writing + [Target(unit) for unit in led if may_plan_for(user, unit)]


@transaction.atomic
def take_practice(*, shared: Measure, target: Target, by: User) -> Measure:
    """Propose what another institution has shared: its words, for the same requirements."""
    if not shared_measures([target.unit.municipality_id]).filter(pk=shared.pk).exists():
        raise PermissionDenied
    if shared.unit_id == target.unit.pk:
        raise NotAllowedNow("one's own measure")
    requirements = [link.requirement for link in shared.links.select_related("requirement")]
    if target.assessment:
        run = target.assessment.participation.round
        keys = {row.key for row in requirements}
        requirements = list(
            Requirement.objects.filter(version=run.instrument_version_id, key__in=keys)
        )
    return propose_measure(
        municipality=target.unit.municipality,
        unit=target.unit,
        words=words_of(
            shared.title, sign=shared.sign, is_shown_to_city=not target.unit.is_external
        ),
        requirements=requirements,
        source=Source(origin=Origin.OWN, assessment=target.assessment, taken_from=shared),
        form_key=shared_key(target.key, shared),
        by=by,
    )
