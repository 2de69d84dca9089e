"""A ticket lies in each page of a survey: sent twice, the answers count once.

It is a number drawn by chance, the day, and a seal. It says nothing about a person. In a survey
with codes only somebody whose code was ticked off at the door gets one.
"""

import secrets
from datetime import date, timedelta
from hashlib import blake2b

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

# Answers may wait on a device without internet; after this a page has to be sent anew.
VALID = timedelta(days=14)


def new_ticket(survey_id: int) -> str:
    """A fresh ticket for a page of this survey."""
    body = f"{secrets.token_hex(12)}.{timezone.localdate().toordinal()}"
    return f"{body}.{_seal(body, survey_id)}"


def digest_of(ticket: str, survey_id: int) -> str | None:
    """What is kept of a ticket when it is spent; None if it is not ours, or too old."""
    body, _dot, seal = ticket.rpartition(".")
    if not constant_time_compare(seal, _seal(body, survey_id)):
        return None
    day = date.fromordinal(int(body.rpartition(".")[2]))
    if timezone.localdate() - day > VALID:
        return None
    return blake2b(ticket.encode(), digest_size=16).hexdigest()


def _seal(body: str, survey_id: int) -> str:
    return salted_hmac("chancencheck.survey", f"{survey_id}:{body}", algorithm="sha256").hexdigest()
