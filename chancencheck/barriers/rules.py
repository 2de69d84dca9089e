"""The code of a report, when a contact is deleted, and which signs a text may hold. Plain Python."""

import hashlib
import hmac
import re
import unicodedata
from datetime import date, timedelta

CODE_ALPHABET = "ABCDEFGHKMNPQRTUVWXY346789"  # nothing that looks like something else
CODE_LENGTH = 10  # about 140 million million possibilities
TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)

KEPT_MONTHS = 6  # what the page promises
KEPT = timedelta(days=180)  # and what never is more than six months
KEPT_AFTER_END = timedelta(days=30)


def code_of(secret: str, token: str, *what: str) -> str:
    """The code of a report: the same form sent again has the same, any other has another."""
    message = "\0".join(("barrier", token, *what)).encode()
    number = int.from_bytes(hmac.new(secret.encode(), message, hashlib.sha256).digest())
    signs = []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_ALPHABET))
        signs.append(CODE_ALPHABET[rest])
    return "".join(signs)


def grouped(code: str) -> str:
    """A code as people read it: K7M4Q-WXPRW."""
    return f"{code[:5]}-{code[5:]}"


def plain_code(typed: str) -> str:
    """What somebody typed, as a code is made: in capitals, no blanks and dashes, our digits."""
    signs = (str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", typed))
    return "".join(sign for sign in "".join(signs).upper() if sign in CODE_ALPHABET)


def deleted_on(reported_on: date, closed_on: date | None) -> date:
    """The day on which the contact of a report is deleted."""
    latest = reported_on + KEPT
    return min(latest, closed_on + KEPT_AFTER_END) if closed_on else latest


def revision_of(*values: object) -> str:
    """A short sign of a state: a page that carries another one is old."""
    return hashlib.sha256("\0".join(map(str, values)).encode()).hexdigest()[:16]
