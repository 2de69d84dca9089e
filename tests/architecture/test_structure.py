"""The order of the apps where import-linter does not see it, and the papers that must not lie."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model

from chancencheck.organisations.roles import GRANTS, ROLES
from chancencheck.organisations.transparency import KINDS
from tests.page_lint import LintingClient, elements, parse, text_of

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "chancencheck"
LAYERS: list[str] = next(
    contract["layers"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    if contract["id"] == "apps"
)
RANK = {
    app.strip(): len(LAYERS) - place
    for place, layer in enumerate(LAYERS)
    for app in layer.split("|")
}
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.*"))
MODELS = [m for m in apps.get_models() if m.__module__.startswith("chancencheck.")]


def app_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def name_of(path: Path) -> str:
    """A template's name as others call it."""
    return str(path).split("/templates/", 1)[1]


# ------------------------------------------------------------------- the order of the apps


def relations() -> list[tuple[type[Model], Any]]:
    return [
        (model, field)
        for model in MODELS
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation
    ]


def test_foreign_keys_point_downwards_only() -> None:
    upwards = []
    for model, field in relations():
        target = field.related_model
        if target._meta.label == settings.AUTH_USER_MODEL:
            continue  # Django's own way of naming the person, also from below
        mine, theirs = (m.__module__.split(".")[1] for m in (model, target))
        if mine != theirs and RANK[theirs] >= RANK[mine]:
            upwards.append(f"{model._meta.label}.{field.name} → {target._meta.label}")

    assert upwards == []
    assert len(relations()) > 30


def test_templates_take_parts_from_below_only() -> None:
    owner = {name_of(path): app_of(path) for path in TEMPLATES}
    upwards = []
    for path in TEMPLATES:
        for used in re.findall(r"{% (?:include|extends) ['\"]([^'\"]+)", path.read_text()):
            mine, theirs = app_of(path), owner[used]
            if mine != theirs and RANK[theirs] >= RANK[mine]:
                upwards.append(f"{name_of(path)} → {used}")

    assert upwards == []


def test_links_lead_to_names_and_every_template_is_used() -> None:
    code = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    pages = "\n".join(path.read_text() for path in TEMPLATES)
    called_by_libraries = re.compile(r"^(account/|\d{3}\.html$)")

    unused = [
        name_of(path)
        for path in TEMPLATES
        if not called_by_libraries.match(name_of(path))
        and f'"{name_of(path)}"' not in code
        and not re.search(rf"{{% (?:include|extends) ['\"]{re.escape(name_of(path))}", pages)
    ]

    assert unused == []


# ------------------------------------------------------------------- texts


def catalogue() -> polib.POFile:
    return polib.pofile(str(PACKAGE / "locale/de/LC_MESSAGES/django.po"))


def test_texts_in_code_are_english() -> None:
    texts = [entry.msgid.replace("Ausländerbehörde", "") for entry in catalogue()]  # a proper name

    german = [text for text in texts if re.search("[äöüßÄÖÜ]", text)]

    assert german == []
    assert len(catalogue()) > 200


# ------------------------------------------------------------------- papers


def glossary() -> list[list[str]]:
    rows = (ROOT / "docs" / "glossary.md").read_text().splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if "|" in row]


def test_every_model_has_a_row_in_the_glossary() -> None:
    known = {name for row in glossary() for cell in row for name in re.findall(r"`(\w+)`", cell)}

    assert {model.__name__ for model in MODELS} - known == set()


def test_every_identifier_of_the_glossary_exists() -> None:
    code = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    code += "\n".join(path.read_text() for path in (PACKAGE / "instruments/data").glob("*.*"))

    invented = [
        name
        for row in glossary()
        for cell in row
        for name in re.findall(r"`(\w+)`", cell)
        if not re.search(rf"\b{name}\b", code)
    ]

    assert invented == []


def decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def test_the_number_of_a_decision_is_the_number_of_its_file() -> None:
    for path in decisions():
        heading = path.read_text().splitlines()[0]
        assert re.match(rf"# (ADR )?{path.name[:4]}\b", heading), f"{path.name}: {heading}"

    numbers = [int(path.name[:4]) for path in decisions()]
    assert numbers == list(range(1, len(numbers) + 1))


def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


# put together here, so that this file is not its own finding
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org/simple", "files" + r"\.pythonhosted", "registry" + r"\.npmjs"])
    + r"|--(?:extra-)?index"
    + r"-url[= ]\S*://|\"resolved\""
    + r": *\"http"
)
MACHINES = re.compile(r"(?<![\w.:/-])/" + r"(?:home|Users|root|work)/\w+")


@pytest.mark.parametrize("forbidden", [REGISTRIES, MACHINES], ids=["registry", "machine"])
def test_no_committed_file_knows_a_registry_or_a_machine(forbidden: re.Pattern[str]) -> None:
    found = []
    for path in committed():
        if path.suffix in {".png", ".woff2", ".ico", ".mo"} or "vendor" in path.parts:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        if hit := forbidden.search(text):
            found.append(f"{path.relative_to(ROOT)}: {hit[0]}")

    assert found == []
    assert len(committed()) > 100


def test_test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "tests").rglob("*.py")
        if (lines := len(path.read_text().splitlines()))
        > (200 if path.name == "conftest.py" else 400)
    }

    assert long.keys() <= {"tests/instruments/test_format.py"}


# ------------------------------------------------------------------- who sees what?


@pytest.mark.usefixtures("cities")
def test_the_public_page_names_exactly_the_roles_that_hold_the_permission(
    guest: LintingClient,
) -> None:
    page = parse(guest.get("/wer-sieht-was/"))
    table = next(e for e in elements(page) if e.tag == "table")
    rows = list(table.iter("tr"))[1:]

    for kind, row in zip(KINDS, rows, strict=True):
        named = set(text_of(row.find(".//strong")).split(", "))
        assert named == {str(ROLES[role].name) for role in GRANTS[kind.permission]}, kind.name


@pytest.mark.usefixtures("cities")
def test_the_public_page_tells_each_role_what_it_sees_and_what_not(guest: LintingClient) -> None:
    page = parse(guest.get("/wer-sieht-was/"))
    table = [e for e in elements(page) if e.tag == "table"][1]
    rows = list(table.iter("tr"))[1:]

    for role, row in zip(ROLES, rows, strict=True):
        _sees, sees_not = (text_of(cell) for cell in row.findall("td"))
        for kind in KINDS:
            assert (str(kind.name) in sees_not) == (role not in GRANTS[kind.permission])
