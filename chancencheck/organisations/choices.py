"""Kinds of units."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    """Where a unit stands in the city. Assessed are institutions."""

    DIVISION = "division", _("division (Dezernat)")
    DEPARTMENT = "department", _("department (Bereich)")
    INSTITUTION = "institution", _("institution")
