"""A team looks at itself: hidden individual ratings, frozen distributions, findings, the result.

Who rated what is never stored: an individual rating hangs on a pseudonym (see `rules.author_key`),
has a random id and no time, and is deleted when the result is released.
"""

import secrets
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import (
    Answer,
    EvidenceKind,
    Outcome,
    PilotQuestion,
    Share,
    Verdict,
    VoiceKind,
)
from chancencheck.instruments.models import Requirement
from chancencheck.organisations.queries import standing_of
from chancencheck.rounds.choices import Stage
from chancencheck.rounds.models import Participation, Round


def new_salt() -> bytes:
    """A random salt of 256 bits."""
    return secrets.token_bytes(32)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Filters on assessments."""

    def visible_to(self, user: User) -> Self:
        """Those the person takes part in: as lead, team member or moderator."""
        mine = (
            Q(participation__unit_id__in=standing_of(user).led_unit_ids)
            | Q(moderator=user)
            | Q(pk__in=TeamMember.objects.filter(user=user, is_active=True).values("assessment_id"))
        )
        # who was taken out of the city sees nothing there, whatever a team list still says
        cities = Q(participation__round__municipality_id__in=standing_of(user).municipality_ids)
        # nobody belongs to the city for practising; there a person sees the own workshop only
        practice = Q(moderator=user, participation__round__municipality__is_practice=True)
        return self.filter(mine).filter(cities | practice)

    def with_place(self) -> Self:
        """With institution, round, city and instrument at hand."""
        return self.select_related(
            "participation__unit",
            "participation__round__municipality",
            "participation__round__instrument_version",
            "participation__round__wording",
            "moderator",
        )


class Assessment(models.Model):
    """The self-assessment of one institution in one round."""

    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="assessment"
    )
    scope = models.TextField(_("what we look at"), blank=True, max_length=1000)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="moderated_assessments",
    )
    workshop_at = models.DateTimeField(_("workshop"), null=True, blank=True)
    workshop_place = models.CharField(_("place"), max_length=150, blank=True)
    # gone once the result is released: after that no pseudonym can be computed any more
    salt = models.BinaryField(null=True, default=new_salt)
    reminded_on = models.DateField(null=True, blank=True)
    # people of the team without an account: each fills in a sheet of paper
    paper_seats = models.PositiveSmallIntegerField(_("sheets of paper"), default=0)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")

    def __str__(self) -> str:
        return str(self.participation)

    @property
    def stage(self) -> Stage:
        """The stage of the institution in its round."""
        return Stage(self.participation.stage)

    @property
    def team_size(self) -> int:
        """People in the team today: those with an account, and those who write on paper."""
        return self.members.filter(is_active=True).count() + self.paper_seats


class TeamMember(models.Model):
    """A person in the team. Who left still counts in all numbers, so that none can be subtracted."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_memberships"
    )
    is_active = models.BooleanField(default=True)
    is_invited = models.BooleanField(default=False)
    # key of the answer sheet of this person; empty: everything is theirs
    sheet_key = models.CharField(_("answer sheet"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["user__name", "user__email"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "user"], name="once_in_a_team")
        ]

    def __str__(self) -> str:
        return str(self.user)


class Exclusion(models.Model):
    """A requirement the lead says does not apply to the institution, with a reason."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="exclusions")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("requirement that does not apply")
        verbose_name_plural = _("requirements that do not apply")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "requirement"], name="one_exclusion_per_requirement"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.reason


class Handover(models.Model):
    """A requirement handed to the colleague who knows. Everybody may still answer it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="handovers")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(TeamMember, on_delete=models.CASCADE, related_name="handovers")

    class Meta:
        verbose_name = _("handed-over requirement")
        verbose_name_plural = _("handed-over requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "requirement"], name="one_handover_per_requirement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id} → {self.member_id}"


class IndividualSheet(models.Model):
    """That somebody, under a pseudonym, says to be finished; or one sheet typed in from paper."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="sheets")
    author_key = models.CharField(max_length=64)
    is_paper = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("finished sheet")
        verbose_name_plural = _("finished sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "author_key"], name="one_sheet_per_author"
            )
        ]

    def __str__(self) -> str:
        return "…"


class IndividualRating(models.Model):
    """The hidden view of one person on one requirement. Seen by its author alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="ratings")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    author_key = models.CharField(max_length=64)
    answer = models.CharField(max_length=12, choices=Answer, default=Answer.OPEN)
    level = models.IntegerField(null=True)
    example = models.TextField(blank=True, max_length=1000)
    share_example = models.BooleanField(default=False)
    idea = models.TextField(blank=True, max_length=1000)
    share_idea = models.BooleanField(default=False)
    # what the person says about the requirement itself; only in a pilot
    understandable = models.CharField(max_length=10, choices=Verdict, blank=True)
    relevant = models.CharField(max_length=10, choices=Verdict, blank=True)
    missing = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("individual rating")
        verbose_name_plural = _("individual ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "requirement", "author_key"],
                name="one_rating_per_author_and_requirement",
            ),
            models.CheckConstraint(
                condition=Q(answer=Answer.LEVEL, level__isnull=False)
                | (~Q(answer=Answer.LEVEL) & Q(level__isnull=True)),
                name="level_only_with_a_level_answer",
            ),
        ]

    def __str__(self) -> str:
        return "…"


class Distribution(models.Model):
    """How often each level was chosen. Made once, when the moderator opens; then it never changes.

    `counts` is empty when too few people chose a level: the numbers are then stored nowhere.
    A second vote in the workshop is a distribution of its own; while it is open it has no numbers.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="distributions"
    )
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    vote = models.PositiveSmallIntegerField(default=1)
    counts = models.JSONField(default=list)
    cannot_judge = models.PositiveSmallIntegerField(null=True)
    is_open = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("distribution")
        verbose_name_plural = _("distributions")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "requirement", "vote"], name="one_distribution_per_vote"
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(counts=[], cannot_judge__isnull=True),
                name="no_numbers_while_a_vote_is_open",
            ),
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(is_open=True), name="one_vote_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.requirement_id)

    @property
    def is_shown(self) -> bool:
        """Whether enough people chose a level."""
        return bool(self.counts)


class Voice(models.Model):
    """A sentence whose author let it into the workshop: no name, random key, random order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="voices")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=VoiceKind)
    text = models.TextField()
    is_hidden = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("anonymous voice")
        verbose_name_plural = _("anonymous voices")
        ordering = ["id"]  # the ids are random, so the order is

    def __str__(self) -> str:
        return self.text


class Finding(models.Model):
    """What the team holds on to for one requirement: words first, then a level or two views."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="findings")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    strengths = models.JSONField(default=list)
    potentials = models.JSONField(default=list)
    outcome = models.CharField(max_length=15, choices=Outcome, default=Outcome.OPEN)
    level = models.IntegerField(null=True)
    low_level = models.IntegerField(null=True)
    low_text = models.TextField(blank=True)
    high_level = models.IntegerField(null=True)
    high_text = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "requirement"], name="one_finding_per_requirement"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.LEVEL) | Q(level__isnull=False),
                name="agreed_level_is_there",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.DISSENT)
                | (
                    Q(low_level__isnull=False, high_level__isnull=False)
                    & ~Q(low_text="")
                    & ~Q(high_text="")
                ),
                name="dissent_holds_both_views_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NOT_APPLICABLE) | ~Q(reason=""),
                name="not_applicable_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.requirement_id)

    FIELDS = (
        "strengths",
        "potentials",
        "outcome",
        "level",
        "low_level",
        "low_text",
        "high_level",
        "high_text",
        "reason",
    )

    def values(self) -> dict[str, object]:
        """The contents as plain values, for merging and for the history."""
        return {field: getattr(self, field) for field in self.FIELDS}

    @property
    def is_settled(self) -> bool:
        """Whether the team has a result here."""
        return self.outcome != Outcome.OPEN


class FindingRevision(models.Model):
    """Every saved state of a finding, so that nothing is lost. Without who saved it."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    values = models.JSONField()

    class Meta:
        verbose_name = _("saved state of a finding")
        verbose_name_plural = _("saved states of findings")
        constraints = [
            models.UniqueConstraint(fields=["finding", "revision"], name="one_state_per_revision")
        ]

    def __str__(self) -> str:
        return str(self.revision)


def evidence_path(_instance: "Evidence", _filename: str) -> str:
    """Where an uploaded file lies: a random name, nothing from outside."""
    return f"evidence/{uuid.uuid4().hex}"


class Evidence(models.Model):
    """What a finding rests on: a link, a file, or just words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    text = models.CharField(_("in words"), max_length=300)
    link = models.URLField(_("link"), blank=True, max_length=500)
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=150, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_removed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class Result(models.Model):
    """A released result: frozen words. A correction is a new, visible edition."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="results")
    edition = models.PositiveSmallIntegerField(default=1)
    released_on = models.DateField()
    correction_reason = models.TextField(blank=True, max_length=500)
    share = models.CharField(max_length=15, choices=Share, default=Share.ALL)
    content = models.JSONField()
    # per requirement key the outcome and, for a level, its stop (from 0): what patterns are made of
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "edition"], name="one_result_per_edition"
            ),
            models.CheckConstraint(
                condition=Q(edition=1) | ~Q(correction_reason=""),
                name="a_new_edition_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.edition}"


class PilotTally(models.Model):
    """What people of a pilot said about one requirement, as sums over institutions.

    There is no row per institution: what a team said is added at its release and cannot be taken
    apart again. `waiting` holds what is not shown yet, because it comes from too few institutions;
    see `pilot.take_in`. Both lists follow `PILOT_VALUES`.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="pilot_tallies")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=15, choices=PilotQuestion)
    shown = models.JSONField(default=list)
    waiting = models.JSONField(default=list)
    waiting_institutions = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("tally of a pilot")
        verbose_name_plural = _("tallies of a pilot")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "requirement", "question"], name="one_tally_per_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id} {self.question}"


class PilotText(models.Model):
    """What somebody misses in a requirement: no person, no institution, no day, random key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="pilot_texts")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    is_shown = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("text from a pilot")
        verbose_name_plural = _("texts from a pilot")
        ordering = ["id"]  # the ids are random, so the order is

    def __str__(self) -> str:
        return self.text
