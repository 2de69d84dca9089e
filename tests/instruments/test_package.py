"""Taking an instrument out and reading one in: what is seen first is what is done then."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.governance.models import Body, Decision
from chancencheck.instruments import packages
from chancencheck.instruments.dump import to_yaml
from chancencheck.instruments.format import (
    InstrumentFile,
    IssuedSpec,
    parse_instrument,
)
from chancencheck.instruments.models import InstrumentVersion, Remark
from chancencheck.instruments.operations import import_instrument
from chancencheck.instruments.storage import read_version
from chancencheck.instruments.xlsx import parse_xlsx, to_xlsx
from tests import world
from tests.page_lint import words
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")


@pytest.fixture(autouse=True)
def _english(cities: None) -> None:
    """Everybody reads English here."""
    User.objects.update(language="en")


AWAY = IssuedSpec("Anderstadt", "Stadtrat", "2022-03-24", "2022/17")


def tiny() -> InstrumentFile:
    """The instrument that both cities have, as a file of the next version."""
    return replace(parse_instrument(world.TINY.read_bytes()), version="1.1")


def adopted() -> InstrumentVersion:
    return world.the_round().instrument_version


def upload(data: bytes, name: str = "instrument.yaml") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data)}


def looked_at(client: Any, file: InstrumentFile) -> Any:
    """The page that says what a file would do."""
    response = client.post(reverse("instrument_import"), upload(to_yaml(file)))
    assert response.status_code == 200, response.content.decode()
    return response


def sealed(response: Any) -> str:
    return str(response.context["sealed"])


def confirm(client: Any, package: str) -> Any:
    return client.post(reverse("instrument_import"), {"package": package})


# Out


@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_a_version_goes_out_with_city_and_decision(client_for: Any, ending: str) -> None:
    version = adopted()
    body = Body.objects.create(municipality=world.municipality(), name="Stadtvorstand")
    version.decision = Decision.objects.create(
        body=body, decided_on=date(2022, 3, 24), reference="2022/17"
    )
    version.save()

    response = client_for("lead").get(reverse(f"instrument_{ending}", args=[version.pk]))

    file = (parse_instrument if ending == "yaml" else parse_xlsx)(response.content)
    assert file.issued == IssuedSpec("Musterstadt", "Stadtvorstand", "2022-03-24", "2022/17")
    assert replace(file, issued=None) == read_version(version)
    name = f"{version.instrument.key}-{version.number}.{ending}"
    assert name in response.headers["Content-Disposition"]


def test_a_draft_goes_out_to_those_who_may_see_it_only(client_for: Any) -> None:
    draft = import_instrument(
        file=tiny(), municipality=world.municipality(), by=person("coordination")
    )
    address = reverse("instrument_yaml", args=[draft.pk])

    assert client_for("coordinating_group").get(address).status_code == 200
    assert client_for("lead").get(address).status_code == 404


def test_a_foreign_version_keeps_who_issued_it(client_for: Any) -> None:
    file = replace(tiny(), key="fremd", issued=AWAY)
    version = import_instrument(
        file=file, municipality=world.municipality(), by=person("coordination")
    )

    assert packages.exported(version).issued == AWAY
    assert version.is_foreign


# A look first


def test_nothing_is_read_in_before_somebody_has_looked(client_for: Any) -> None:
    before = InstrumentVersion.objects.count()

    page = words(looked_at(client_for("coordination"), replace(tiny(), key="neu")))

    assert InstrumentVersion.objects.count() == before
    assert "Nothing has been read in yet." in page
    assert "There is a new instrument, as a draft." in page


def test_the_page_shows_what_would_change_word_by_word(client_for: Any) -> None:
    file = tiny()
    (area, *rest) = file.areas
    (spec, *others) = area.requirements
    spec = replace(spec, text=replace(spec.text, text=spec.text.text + " Immer."))
    area = replace(area, requirements=(spec, *others))

    response = looked_at(client_for("coordination"), replace(file, areas=(area, *rest)))

    page = words(response)
    assert "The instrument gets the new version 1.1, as a draft." in page
    assert f"Changes against {adopted()}" in page
    assert [change.where for change in response.context["changes"]] == [spec.key]
    assert "<ins>" in response.content.decode()


def test_what_was_looked_at_is_read_in_as_a_draft(client_for: Any) -> None:
    client = client_for("coordination")

    response = confirm(client, sealed(looked_at(client, tiny())))

    version = InstrumentVersion.objects.get(
        number="1.1", instrument__municipality=world.municipality()
    )
    assert response.headers["Location"] == reverse("instrument", args=[version.pk])
    assert version.state == "draft"
    assert version.issued == {}


def test_excel_is_known_by_its_content_not_by_its_name(client_for: Any) -> None:
    client = client_for("coordination")

    response = client.post(reverse("instrument_import"), upload(to_xlsx(tiny()), "tabelle.yaml"))

    assert confirm(client, sealed(response)).status_code == 302
    assert InstrumentVersion.objects.filter(number="1.1").count() == 1


def test_what_goes_out_comes_in_as_ones_own_again(client_for: Any) -> None:
    client = client_for("coordination")
    out = packages.exported(adopted())

    confirm(client, sealed(looked_at(client, replace(out, version="2.0"))))

    version = InstrumentVersion.objects.get(number="2.0")
    assert not version.is_foreign
    assert replace(read_version(version), version=out.version) == read_version(adopted())


def test_another_citys_instrument_is_taken_over_as_it_is(client_for: Any) -> None:
    client = client_for("coordination")
    response = looked_at(client, replace(tiny(), key="fremd", issued=AWAY))
    page = words(response)

    confirm(client, sealed(response))

    assert "Anderstadt issued this instrument." in page
    assert "you have an instrument of your own" not in page
    version = InstrumentVersion.objects.get(instrument__key="fremd")
    assert version.issued == vars(AWAY)


def test_warns_where_the_city_has_an_instrument_of_the_same_name(client_for: Any) -> None:
    page = words(looked_at(client_for("coordination"), replace(tiny(), issued=AWAY)))

    assert "you have an instrument of your own with the short name" in page


# Drafts that are replaced


def test_a_draft_of_the_same_number_is_replaced_and_keeps_its_remarks(client_for: Any) -> None:
    client, home = client_for("coordination"), world.municipality()
    draft = import_instrument(file=tiny(), municipality=home, by=person("coordination"))
    today = date(2026, 1, 2)
    for place in ("KOM-1/text", "KOM-1/r99"):
        Remark.objects.create(
            version=draft, place=place, kind="comment", text=place, written_on=today
        )

    response = looked_at(client, replace(tiny(), title="Neu"))
    confirm(client, sealed(response))

    assert "The draft 1.1 is replaced by this file." in words(response)
    assert "1 remark belongs to a text that this file does not have." in words(response)
    version = InstrumentVersion.objects.get(number="1.1")
    assert version.title == "Neu"
    assert [remark.place for remark in version.remarks.all()] == ["KOM-1/text"]


def test_what_changed_meanwhile_is_shown_before_anything_is_replaced(client_for: Any) -> None:
    client, home = client_for("coordination"), world.municipality()
    draft = import_instrument(file=tiny(), municipality=home, by=person("coordination"))
    package = sealed(looked_at(client, replace(tiny(), title="Neu")))
    draft.requirements.filter(key="KOM-1").update(text="Gerade erst geschrieben.")

    response = confirm(client, package)

    assert response.status_code == 409
    assert "Somebody has changed something since you looked." in words(response)
    assert InstrumentVersion.objects.get(number="1.1").title == tiny().title
    assert confirm(client, sealed(response)).status_code == 302


def test_a_version_that_is_no_draft_is_never_replaced(client_for: Any) -> None:
    client = client_for("coordination")
    same_number = replace(tiny(), version=adopted().number)
    response = client.post(reverse("instrument_import"), upload(to_yaml(same_number)))
    assert response.status_code == 422
    assert "is no draft any more and cannot change" in words(response)

    package = sealed(looked_at(client, tiny()))
    confirm(client, package)
    InstrumentVersion.objects.filter(number="1.1").update(
        state="adopted", released_on=date(2026, 1, 2)
    )
    response = confirm(client, package)
    assert response.status_code == 422
    assert "is no draft any more and cannot change" in words(response)


# What was not looked at


def test_a_package_is_good_for_one_person_in_one_city(client_for: Any) -> None:
    package = sealed(looked_at(client_for("coordination"), replace(tiny(), key="neu")))
    before = InstrumentVersion.objects.count()

    for client in (
        client_for("coordinating_group"),
        client_for("coordination", world.THERE),
    ):
        response = confirm(client, package)
        assert response.status_code == 422
        assert "This page is too old." in words(response)
    assert (
        client_for("lead").post(reverse("instrument_import"), {"package": package}).status_code
        == 403
    )
    assert InstrumentVersion.objects.count() == before


@pytest.mark.parametrize("package", ["", "made:up", "x" * 5000])
def test_a_made_up_package_is_refused(client_for: Any, package: str) -> None:
    response = confirm(client_for("coordination"), package)

    assert (response.status_code, "This page is too old." in words(response)) == (422, True)


def test_a_package_ends_after_two_hours(client_for: Any, monkeypatch: Any) -> None:
    client = client_for("coordination")
    package = sealed(looked_at(client, tiny()))
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + packages.SECONDS_TO_CONFIRM + 1)

    with pytest.raises(packages.PackageIsOld):
        packages.unseal(package, municipality=world.municipality(), by=person("coordination"))


def test_a_package_that_the_rules_of_today_refuse_is_not_read_in() -> None:
    home, by = world.municipality(), person("coordination")
    found = packages.preview(replace(tiny(), title=""), home)

    with pytest.raises(packages.PackageIsOld):
        packages.unseal(packages.seal(found, municipality=home, by=by), municipality=home, by=by)


# What cannot be read


def test_problems_of_an_excel_file_are_told_by_cell(client_for: Any) -> None:
    file = replace(tiny(), version="eins")

    response = client_for("coordination").post(reverse("instrument_import"), upload(to_xlsx(file)))

    assert response.status_code == 422
    assert "Sheet Über, cell B5" in words(response)
    assert "Nothing was read in." in words(response)


def test_problems_of_a_yaml_file_are_told_by_line(client_for: Any) -> None:
    data = to_yaml(tiny()) + b"title: again\n"

    response = client_for("coordination").post(reverse("instrument_import"), upload(data))

    assert response.status_code == 422
    assert f"Line {data.count(bytes([10]))}" in words(response)
    assert "is here twice" in words(response)


@pytest.mark.parametrize("start", [b"a: ", b"PK\x03\x04"])
def test_a_file_of_10_mb_is_refused(client_for: Any, start: bytes) -> None:
    data = start + b"x" * 10_000_000

    response = client_for("coordination").post(reverse("instrument_import"), upload(data))

    assert response.status_code == 422
    assert "This file is larger than 2 MB." in words(response)


def test_the_command_reads_excel_too(tmp_path: Any) -> None:
    path = tmp_path / "instrument.xlsx"
    path.write_bytes(to_xlsx(tiny()))

    call_command(
        "import_instrument",
        str(path),
        municipality=world.municipality().slug,
        by=world.address("coordination"),
        verbosity=0,
    )

    assert InstrumentVersion.objects.filter(number="1.1").count() == 1


def test_the_look_asks_no_more_of_the_database_for_a_larger_file(client_for: Any) -> None:
    client, counts = client_for("coordination"), []
    for number in (1, 40):
        file = tiny()
        (area, *rest) = file.areas
        (spec, *others) = area.requirements
        more = tuple(replace(spec, key=f"NEU-{each}") for each in range(number))
        area = replace(area, requirements=(spec, *more, *others))
        file = replace(file, areas=(area, *rest))
        with CaptureQueriesContext(connection) as found:
            looked_at(client, file)
        counts.append(len(found))

    assert counts[0] == counts[1]
    assert counts[0] <= 20
