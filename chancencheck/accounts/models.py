"""People who sign in. Nothing about what they do, and not when they were last here."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people; the address is kept in lower case."""

    def create_user(self, email: str, *, name: str = "", password: str | None = None) -> "User":
        """Make a person. Without a password they sign in with a code sent by mail."""
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person with an e-mail address.

    Deliberately missing: the time of the last visit and of joining (no control of persons).
    """

    last_login = None

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name or function"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    # Raised when the administration makes a link to a new password: answers given before stay
    # closed to whoever signs in with it (see assessments.queries.key_of).
    seal = models.PositiveSmallIntegerField(default=0)
    reset_link_on = models.DateField(null=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name people know, or else the address."""
        if not self.is_active:
            return str(_("closed account"))
        return self.name or self.email
