"""The product's application, but one address may send as much as it likes: the load generator's."""

from chancencheck.config.wsgi import application
from chancencheck.surveys import views_public

__all__ = ["application"]

views_public.SENT.amount = 10**9
