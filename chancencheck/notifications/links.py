"""The link in each mail with which one wants no more of them: signed, without signing in.

It never grows old: whoever finds a mail after years can still say no.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from chancencheck.accounts.models import User

SALT = "chancencheck.notifications.unsubscribe"


def unsubscribe_link(user: User) -> str:
    """The address of the page where this person wants no more mails."""
    path = reverse("mail_unsubscribe", args=[Signer(salt=SALT).sign(str(user.pk))])
    return f"{settings.BASE_URL}{path}"


def person_of(token: str) -> User | None:
    """Whose link this is; nobody's if a sign of it was changed."""
    try:
        key = Signer(salt=SALT).unsign(token)
    except BadSignature:
        return None
    return User.objects.filter(pk=int(key), is_active=True).first()
