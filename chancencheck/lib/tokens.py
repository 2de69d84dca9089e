"""Secrets for links: the link carries the token, the database only its hash."""

import hashlib
import secrets


def new_token() -> str:
    """A fresh token with 256 bits of chance."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 of the token; enough, because the token itself is random and long."""
    return hashlib.sha256(token.encode()).hexdigest()
