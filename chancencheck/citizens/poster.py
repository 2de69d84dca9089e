"""The poster of a survey: one page to hang up, with a QR code and strips to tear off.

Typst sets it as an accessible PDF (tagged, PDF/UA-1) with our own fonts, so that it looks the same
wherever it is made. Texts reach the template (`data/poster.typ`) as data, never as markup.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import segno
import typst

DATA = Path(__file__).parent / "data"
TEMPLATE = DATA / "poster.typ"
FONTS = DATA / "fonts"  # made by tools/build_assets.py


@dataclass(frozen=True)
class Poster:
    """What is written on a poster.

    `language`: BCP 47. `city`: the municipality, German. `accent`: its colour, "#rrggbb".
    `address`: the full address, in the QR code; `short`: the one to type, never mirrored.
    `until`: the last day, may be empty. `also_german`: the German title for those who hang the
    poster up, empty if it is German itself.
    """

    language: str
    is_rtl: bool
    city: str
    accent: str
    title: str
    question: str
    how: str
    or_type: str
    address: str
    short: str
    until: str
    nobody: str
    also_german: str


def poster_pdf(poster: Poster) -> bytes:
    """The poster as a PDF of one page, A4 upright.

    The same poster gives the same bytes. It is PDF/UA-1, unless a text has a character that our
    fonts do not know (an emoji in the name of a unit): then it is a tagged PDF without that claim.
    """
    try:
        return _compiled(poster, "ua-1")
    except typst.TypstError:
        return _compiled(poster, None)


def _compiled(poster: Poster, standard: Literal["ua-1"] | None) -> bytes:
    language = poster.language.partition("-")[0]  # Typst knows no more than the first part
    drawn = {
        "language": language,
        "qr": _qr_code(poster.address),
        "qr_alt": f"QR: {poster.address}",
    }
    return typst.compile(
        TEMPLATE,
        root=DATA,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"poster": json.dumps(asdict(poster) | drawn)},
        pdf_standards=standard,
    )


def _qr_code(address: str) -> str:
    """An SVG with a quiet zone of four modules (ISO/IEC 18004)."""
    drawn: str = segno.make(address, error="m", micro=False).svg_inline(border=4, light="#fff")
    return drawn
