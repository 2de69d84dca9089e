"""Cities, their units, and who has which role in them.

`Municipality` is the tenant: every other object leads to one, and every query is scoped by it.
"""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancencheck.organisations.choices import UnitKind
from chancencheck.organisations.roles import ROLES, Role
from chancencheck.organisations.rules import FLOOR


class Municipality(models.Model):
    """A city or another municipality with its own wording and look."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    accent_color = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#1f3f8f",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour like #1f3f8f."))],
    )
    minimum_group_size = models.PositiveSmallIntegerField(
        _("smallest group that is shown in numbers"),
        default=FLOOR,
        validators=[MinValueValidator(FLOOR)],
    )
    measures_per_assessment = models.PositiveSmallIntegerField(
        _("measures an institution takes on after an assessment"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Few measures get done. The program advises, it forbids nothing."),
    )
    contact_email = models.EmailField(_("contact address for the public"), blank=True)
    imprint = models.TextField(_("imprint"), blank=True, max_length=4000)
    is_example = models.BooleanField(default=False)
    # the invented city in which moderators practise; behind the same wall as every other city
    is_practice = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_group_size__gte=FLOOR),
                name="group_floor_never_lowered",
                violation_error_message=_(
                    "The floor of three people can be raised, never lowered."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    """Filters on units."""

    def institutions(self) -> Self:
        """Units that can take part in a round."""
        return self.filter(kind=UnitKind.INSTITUTION, is_archived=False)


class Unit(models.Model):
    """A part of the city, or a partner outside: division, department or institution."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(_("name"), max_length=150)
    short_name = models.CharField(_("short name"), max_length=20, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=UnitKind, default=UnitKind.INSTITUTION
    )
    is_external = models.BooleanField(_("partner outside the city administration"), default=False)
    is_archived = models.BooleanField(default=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"], name="one_unit_per_name_and_municipality"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person belongs to a municipality. What they may do there, their roles say."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="memberships"
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "municipality"], name="one_membership_per_municipality"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.municipality}"


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    """Filters on role assignments."""

    def current(self) -> Self:
        """Those that hold today."""
        today = timezone.localdate()
        return self.filter(starts_on__lte=today).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        )


class RoleAssignment(models.Model):
    """A role of a person, for the whole municipality or for one unit, from a day to a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_assignments"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="role_assignments"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="role_assignments"
    )
    role = models.CharField(_("role"), max_length=30)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        ordering = ["user__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "municipality", "role", "unit"],
                name="one_role_per_person_and_unit",
                condition=Q(unit__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "municipality", "role"],
                name="one_role_per_person_and_municipality",
                condition=Q(unit__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_ends_after_it_starts",
                violation_error_message=_("The end must not lie before the start."),
            ),
            models.CheckConstraint(
                condition=Q(role=Role.UNIT_LEAD, unit__isnull=False)
                | (~Q(role=Role.UNIT_LEAD) & Q(unit__isnull=True)),
                name="only_leads_have_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.role_name}"

    @property
    def role_name(self) -> str:
        """Name of the role in the reader's language, with the unit if there is one."""
        name = str(ROLES[Role(self.role)].name)
        return f"{name}: {self.unit.name}" if self.unit else name


class Invitation(models.Model):
    """A personal link that lets somebody in for the first time. Only its hash is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations"
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    next_path = models.CharField(max_length=200, default="/")
    expires_on = models.DateField()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"→ {self.next_path}"

    @property
    def is_valid(self) -> bool:
        """Whether the link still opens."""
        return self.expires_on >= timezone.localdate() and self.user.is_active
