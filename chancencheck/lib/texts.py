"""Text that strangers typed, made safe to keep and to show."""

import re

# Control characters but the line break; signs that turn the direction of what follows (Trojan
# Source, CVE-2021-42574).
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain_text(typed: str) -> str:
    """What somebody typed, without signs that nobody sees and that could deceive."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    whole = text.encode("utf-8", "ignore").decode()  # half a character cannot be stored
    return UNSEEN.sub("", whole).strip()
