"""Builds what the pages and tests need but git does not hold.

1. Fetches the design system and the accessibility checker with npm (`npm ci`, no scripts run).
   Where npm is missing, Node comes from PyPI (requirements-node.txt).
2. Copies the used part of KERN to chancencheck/ui/static/ui/vendor/kern/ and axe to tests/vendor/.
3. Turns the fonts of the poster into TrueType files: chancencheck/citizens/data/fonts/.
4. Compiles the translations.

Running it again changes nothing and takes a fraction of a second.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
import tinycss2
from fontTools.ttLib import TTFont
from tinycss2.ast import AtRule, Node, QualifiedRule

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
INSTALLED_STAMP = NODE_MODULES / ".installed"
VENDORED_STAMP = NODE_MODULES / ".vendored"
NPM_FILES = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")

KERN = NODE_MODULES / "@kern-ux" / "native"
KERN_TARGET = ROOT / "chancencheck" / "ui" / "static" / "ui" / "vendor" / "kern"
AXE = NODE_MODULES / "axe-core" / "axe.min.js"
AXE_TARGET = ROOT / "tests" / "vendor" / "axe.min.js"

FIRA = KERN / "dist" / "fonts" / "fira-sans"
ARABIC = NODE_MODULES / "@fontsource" / "noto-sans-arabic" / "files"
POSTER_FONTS_TARGET = ROOT / "chancencheck" / "citizens" / "data" / "fonts"
# What Typst sets a poster in; it reads no woff2. Fira has no Arabic letters, Noto has nothing else.
POSTER_FONTS = {
    FIRA / "FiraSans-Regular.woff2": "FiraSans-Regular.ttf",
    FIRA / "FiraSans-SemiBold.woff2": "FiraSans-SemiBold.ttf",
    ARABIC / "noto-sans-arabic-arabic-400-normal.woff2": "NotoSansArabic-Regular.ttf",
    ARABIC / "noto-sans-arabic-arabic-600-normal.woff2": "NotoSansArabic-SemiBold.ttf",
}

FONT_WEIGHTS = ("300", "400", "500", "600")  # upright only

# The classes of KERN that our pages use. A name stands for itself and its parts
# (kern-btn, kern-btn--primary, kern-btn__label); with a star for all that begins like it.
KEPT_CLASSES = (
    "kern-btn*",
    "kern-label",
    "kern-hint",
    "kern-form-input*",
    "kern-body",
    "kern-title",
    "kern-heading*",
    "kern-link",
    "kern-sr-only",
    "kern-light",
    "kern-dark",
)


def say(text: str) -> None:
    print(f"assets: {text}", flush=True)


def fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def stamp_holds(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


# --- npm -----------------------------------------------------------------------------------------


def find_npm() -> tuple[str, dict[str, str]]:
    """The npm of the machine, else the one from PyPI, and the environment it runs in."""
    environment = dict(os.environ)
    if shutil.which("npm") and shutil.which("node"):
        return str(shutil.which("npm")), environment
    bin_dir = Path(sys.executable).parent
    search_path = f"{bin_dir}{os.pathsep}{environment.get('PATH', '')}"
    npm = shutil.which("npm", path=search_path)
    if npm is None:
        say("installing Node from PyPI, because this machine has no npm (about a minute)")
        requirements = ROOT / "requirements-node.txt"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*command, "-r", str(requirements)], check=True)
        npm = shutil.which("npm", path=search_path)
    if npm is None:
        sys.exit("npm is missing. Please install Node.js 20 or newer and run this again.")
    return npm, environment | {"PATH": search_path}


def install_node_packages() -> None:
    wanted = fingerprint(NPM_FILES)
    if stamp_holds(INSTALLED_STAMP, wanted) and KERN.is_dir() and AXE.is_file():
        return
    npm, environment = find_npm()
    say("fetching the design system and fonts with npm (a few seconds)")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        sys.exit(
            "npm could not fetch the packages named in package-lock.json; see the lines above."
        )
    INSTALLED_STAMP.write_text(wanted)


# --- the used part of KERN's style sheet ---------------------------------------------------------


def class_names(nodes: Iterable[Node]) -> Iterator[str]:
    """All class names in a selector, also those inside :not(…), :is(…) and :has(…)."""
    after_dot = False
    for node in nodes:
        if after_dot and node.type == "ident":
            yield node.value
        after_dot = node.type == "literal" and node.value == "."
        yield from class_names(getattr(node, "arguments", None) or [])


def is_kept(name: str) -> bool:
    for kept in KEPT_CLASSES:
        if kept.endswith("*") and name.startswith(kept[:-1]):
            return True
        if name == kept or name.startswith((f"{kept}--", f"{kept}__")):
            return True
    return not name.startswith("kern-")


def split_selectors(prelude: list[Node]) -> Iterator[list[Node]]:
    selector: list[Node] = []
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            yield selector
            selector = []
        else:
            selector.append(node)
    yield selector


def purge_rule(rule: QualifiedRule) -> str:
    kept = [
        tinycss2.serialize(selector).strip()
        for selector in split_selectors(rule.prelude)
        if all(is_kept(name) for name in class_names(selector))
    ]
    return f"{','.join(kept)}{{{tinycss2.serialize(rule.content)}}}" if kept else ""


def purge_at_rule(rule: AtRule) -> str:
    if rule.content is None or rule.at_keyword not in ("media", "supports", "layer"):
        return str(rule.serialize())
    inner = purge_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True))
    head = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude).rstrip()}"
    return f"{head}{{{inner}}}" if inner else ""


def purge_rules(rules: Iterable[Node]) -> str:
    parts = []
    for rule in rules:
        if rule.type == "qualified-rule":
            parts.append(purge_rule(rule))
        elif rule.type == "at-rule":
            parts.append(purge_at_rule(rule))
        elif rule.type == "error":
            sys.exit(f"KERN's style sheet cannot be read: {rule.message}")
    return "".join(parts)


def drop_unused_keyframes(css: str) -> str:
    for name in re.findall(r"@keyframes ([\w-]+)", css):
        if not re.search(rf"animation[\w-]*:[^;}}]*\b{re.escape(name)}\b", css):
            css = re.sub(rf"@keyframes {re.escape(name)}\{{(?:[^{{}}]*\{{[^{{}}]*\}})*\}}", "", css)
    return css


def purged(css: str) -> str:
    """KERN's tokens, its base and the components of KEPT_CLASSES; anything else is left out."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return drop_unused_keyframes(purge_rules(rules))


def check_purged(css: str) -> None:
    """Fails where a newer KERN no longer has what our pages build on."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    errors = [rule.message for rule in rules if rule.type == "error"]
    expected = (
        ".kern-btn--primary{",
        ".kern-form-input__input{",
        "--kern-color-",
        "@media (prefers-color-scheme: dark){:root{--kern-color-",
    )
    missing = [text for text in expected if text not in css]
    if errors or missing:
        sys.exit(f"The purged style sheet is broken. Missing: {missing}; errors: {errors}")


# --- copying -------------------------------------------------------------------------------------


def wanted_faces(css: str) -> list[str]:
    """The @font-face blocks of FONT_WEIGHTS, upright, shown with a system font until loaded."""
    faces = []
    for face in re.findall(r"@font-face\s*\{[^}]*\}", css):
        weight = re.search(r"font-weight:\s*(\d+)", face)
        upright = "font-style: normal" in face
        if upright and weight is not None and weight.group(1) in FONT_WEIGHTS:
            faces.append(face.replace("}", "    font-display: swap;\n}"))
    if len(faces) != len(FONT_WEIGHTS):
        sys.exit("KERN's fira-sans.css no longer names the cuts we use: see FONT_WEIGHTS.")
    return faces


def copy_fonts() -> None:
    source, target = KERN / "dist" / "fonts", KERN_TARGET / "fonts"
    faces = wanted_faces((source / "fira-sans.css").read_text(encoding="utf-8"))
    (target / "fira-sans").mkdir(parents=True)
    for face in faces:
        for name in re.findall(r'url\("\./([^"]+)"\)', face):
            shutil.copyfile(source / name, target / name)
    (target / "fira-sans.css").write_text("\n\n".join(faces) + "\n", encoding="utf-8")
    write_font_licence(target / "fira-sans", "fira-sans")


def write_font_licence(folder: Path, *fonts: str) -> None:
    """The notices of the fonts and their licence: they must travel with the files."""
    notices = [ROOT / "tools" / f"{font}-notice.txt" for font in fonts]
    texts = [path.read_text("utf-8") for path in (*notices, ROOT / "LICENSES" / "OFL-1.1.txt")]
    (folder / "LICENSE").write_text("".join(texts), encoding="utf-8")


def convert_poster_fonts() -> None:
    shutil.rmtree(POSTER_FONTS_TARGET, ignore_errors=True)
    POSTER_FONTS_TARGET.mkdir(parents=True)
    for source, name in POSTER_FONTS.items():
        if not source.is_file():
            sys.exit(f"A font of the poster is missing: {source.name}. See POSTER_FONTS.")
        with TTFont(source, recalcTimestamp=False) as font:
            font.flavor = None
            font.save(POSTER_FONTS_TARGET / name)
    write_font_licence(POSTER_FONTS_TARGET, "fira-sans", "noto-sans-arabic")


def copy_vendor_files() -> None:
    wanted = fingerprint([*NPM_FILES, Path(__file__)])
    products = (KERN_TARGET / "kern.min.css", AXE_TARGET, POSTER_FONTS_TARGET / "LICENSE")
    if all(path.is_file() for path in products) and stamp_holds(VENDORED_STAMP, wanted):
        return
    say("copying the used part of the design system, converting fonts (a few seconds)")
    css = purged((KERN / "dist" / "kern.min.css").read_text(encoding="utf-8"))
    check_purged(css)
    shutil.rmtree(KERN_TARGET, ignore_errors=True)
    copy_fonts()
    (KERN_TARGET / "kern.min.css").write_text(css, encoding="utf-8")
    shutil.copyfile(KERN / "LICENSE.md", KERN_TARGET / "LICENSE.md")
    AXE_TARGET.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(AXE, AXE_TARGET)
    convert_poster_fonts()
    VENDORED_STAMP.write_text(wanted)


# --- translations --------------------------------------------------------------------------------


def compile_translations() -> None:
    for source in sorted((ROOT / "chancencheck" / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        say(f"compiling {source.relative_to(ROOT)}")
        polib.pofile(str(source)).save_as_mofile(str(target))


def main() -> None:
    install_node_packages()
    copy_vendor_files()
    compile_translations()


if __name__ == "__main__":
    main()
