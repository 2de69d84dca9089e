"""What became of earlier measures, at the requirement they were for. It never claims a cause."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from chancencheck.accounts.models import User
from chancencheck.assessments.models import Assessment
from chancencheck.assessments.permissions import may_with
from chancencheck.instruments.history import descents
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures.choices import Verdict
from chancencheck.measures.models import EffectCheck, Measure, MeasureLink
from chancencheck.measures.operations import WRITING
from chancencheck.organisations.roles import Permission


@dataclass(frozen=True)
class EarlierMeasure:
    """A measure from before this assessment, with what the team says now."""

    measure: Measure
    check: EffectCheck | None

    @property
    def verdict(self) -> str:
        """What was chosen, for the form."""
        return self.check.verdict if self.check else ""

    @property
    def text(self) -> str:
        """What was written, for the form."""
        return self.check.text if self.check else ""


def earlier_measures(assessment: Assessment) -> dict[str, list[EarlierMeasure]]:
    """Measures of the institution from before this round, by today's key of their requirement.

    Also those the city made for it. A requirement that was renamed, split or merged since finds
    its measures again by the history of the instrument.
    """
    part = assessment.participation
    run = part.round
    earlier = Q(measure__unit_id=part.unit_id) | Q(
        measure__unit__isnull=True, assessment__participation__unit_id=part.unit_id
    )
    before = Q(measure__assessment__isnull=True) | Q(
        measure__assessment__participation__round__starts_on__lt=run.starts_on
    )
    links = list(
        MeasureLink.objects.filter(
            earlier, before, measure__in=Measure.objects.in_force(), requirement__isnull=False
        )
        .select_related("measure__function", "measure__unit", "requirement")
        .order_by("measure__planned_on", "pk")
    )
    checks = {row.measure_id: row for row in assessment.effect_checks.all()} if links else {}
    found: dict[str, dict[int, EarlierMeasure]] = defaultdict(dict)
    for link in links:
        for key in keys_of_today(run.instrument_version_id, link):
            row = EarlierMeasure(link.measure, checks.get(link.measure_id))
            found[key].setdefault(link.measure_id, row)
    return {key: list(rows.values()) for key, rows in found.items()}


def keys_of_today(version_id: int, link: MeasureLink) -> list[str]:
    """The keys under which the requirement of a link is found in a version."""
    old_id = link.requirement.version_id
    line = None if old_id == version_id else descents(version_id, old_id)
    if line is None:
        return [link.key]
    return [key for key, descent in line.items() if link.key in descent.old_keys]


@transaction.atomic
def save_effects(*, assessment: Assessment, key: str, said: Mapping[str, str], by: User) -> None:
    """Keep what the team says about the earlier measures of one requirement.

    `said`: the fields of the page, `effect-<measure id>` and `effect-text-<measure id>`. What was
    said can be changed until the release.
    """
    rows = earlier_measures(assessment).get(key, [])
    if not any(f"effect-{row.measure.pk}" in said for row in rows):
        return
    if not may_with(by, assessment, Permission.FINDING_EDIT):
        raise PermissionDenied
    if assessment.stage not in WRITING:
        raise NotAllowedNow(assessment.stage)
    for row in rows:
        verdict = said.get(f"effect-{row.measure.pk}", "")
        text = said.get(f"effect-text-{row.measure.pk}", row.text).strip()[:500]
        if verdict in Verdict.values and (verdict, text) != (row.verdict, row.text):
            EffectCheck.objects.update_or_create(
                measure=row.measure,
                assessment=assessment,
                defaults={"verdict": verdict, "text": text},
            )
