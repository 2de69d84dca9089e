"""Fails unless the German catalogue says every text of the application, and nothing else.

Collects the texts from a temporary copy with Django's makemessages and compares. Complains about
missing, untranslated, fuzzy and obsolete entries and about broken placeholders. Changes nothing;
`make messages` brings the catalogue up to date.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "chancencheck"
CATALOGUE = Path("locale") / "de" / "LC_MESSAGES" / "django.po"
SHOWN_AT_MOST = 20

Key = tuple[str | None, str, str]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def collect_texts() -> set[Key]:
    """The texts that code and templates ask for now."""
    with tempfile.TemporaryDirectory(prefix="chancencheck-texts-") as folder:
        copy = Path(folder) / "chancencheck"
        ignored = shutil.ignore_patterns("__pycache__", "vendor", "locale")
        shutil.copytree(PACKAGE, copy, ignore=ignored)
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "--keep-pot", "-v", "0"]
        command += ["--locale", "de", "--no-location", "--no-wrap"]
        result = subprocess.run(command, cwd=copy, check=False)
        pot = copy / "locale" / "django.pot"
        if result.returncode or not pot.is_file():
            sys.exit("translations: the texts could not be collected; is gettext installed?")
        return {key(entry) for entry in polib.pofile(str(pot))}


def placeholder_errors() -> list[str]:
    """What gettext itself complains about, for example a %(name)s that got lost."""
    if shutil.which("msgfmt") is None:
        sys.exit("translations: please install gettext (on Debian: apt-get install gettext).")
    command = ["msgfmt", "--check-format", "--output-file=/dev/null", str(CATALOGUE)]
    result = subprocess.run(command, cwd=PACKAGE, check=False, capture_output=True, text=True)
    return result.stderr.splitlines() if result.returncode else []


def find_faults() -> dict[str, list[str]]:
    catalogue = polib.pofile(str(PACKAGE / CATALOGUE))
    texts = collect_texts()
    current = [entry for entry in catalogue if not entry.obsolete]
    untranslated = [e for e in current if not e.fuzzy and not e.translated()]
    unused = [entry for entry in current if key(entry) not in texts]
    known = {key(entry) for entry in current}
    return {
        "not in the catalogue": sorted(
            msgid for c, msgid, p in texts if (c, msgid, p) not in known
        ),
        "without a translation": [entry.msgid for entry in untranslated],
        "fuzzy (check the wording, then remove the mark)": [e.msgid for e in current if e.fuzzy],
        "no longer used": [e.msgid for e in [*unused, *catalogue.obsolete_entries()]],
        "broken placeholders": placeholder_errors(),
    }


def main() -> None:
    if not (PACKAGE / CATALOGUE).is_file():
        sys.exit(f"translations: chancencheck/{CATALOGUE} is missing; run `make messages`.")
    faults = {title: texts for title, texts in find_faults().items() if texts}
    if not faults:
        print("translations: the German catalogue is complete")
        return
    for title, texts in faults.items():
        print(f"{len(texts)} {title}:")
        for text in texts[:SHOWN_AT_MOST]:
            print(f"    {text!r}")
        if len(texts) > SHOWN_AT_MOST:
            print(f"    … and {len(texts) - SHOWN_AT_MOST} more")
    sys.exit("translations: run `make messages` and complete chancencheck/" + str(CATALOGUE))


if __name__ == "__main__":
    main()
