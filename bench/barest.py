"""Settings of the least a form POST can be: no middleware, so no session and no CSRF."""

from bench.bare import *  # noqa: F403

MIDDLEWARE: list[str] = []
