"""The life of a version: draft, pilot, adopted, no longer in use."""

from typing import Any

import pytest
from django.urls import reverse

from chancencheck.audit.models import Entry
from chancencheck.instruments import editing, lifecycle
from chancencheck.instruments.choices import ChangeKind, VersionState
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.lib.errors import NotAllowedNow
from tests.instruments_world import decide, draft, released, words, write
from tests.world import municipality, person

pytestmark = pytest.mark.usefixtures("cities")

DECISION = {"body": "Stadtvorstand", "decided_on": "2022-03-24", "reference": "14.12."}


def adopt(client: Any, version: InstrumentVersion, **fields: str) -> Any:
    return client.post(
        reverse("instrument_adopt", args=[version.pk]), {"number": "1.1", **DECISION, **fields}
    )


def test_a_draft_is_adopted_with_the_decision_of_a_body(client_for: Any) -> None:
    version = draft()

    adopt(client_for("coordination"), version, note="Redaktionelle Endfassung.")

    version.refresh_from_db()
    assert version.state == VersionState.ADOPTED
    assert str(version.decision) == "Stadtvorstand, 24. März 2022, 14.12."
    page = client_for("lead").get(reverse("instrument", args=[version.pk])).content.decode()
    assert "Stadtvorstand" in page
    assert "Redaktionelle Endfassung." in page


@pytest.mark.parametrize("missing", ["body", "decided_on", "number"])
def test_a_decision_without_body_day_or_number_is_refused(client_for: Any, missing: str) -> None:
    version = draft()

    page = adopt(client_for("coordination"), version, **{missing: ""})

    assert page.status_code == 422
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_the_number_of_another_version_is_refused(client_for: Any) -> None:
    page = adopt(client_for("coordination"), draft(), number=released().number)

    assert page.status_code == 422


def test_nothing_is_adopted_while_a_change_has_no_class(client_for: Any) -> None:
    version = draft()
    write(version, "KOM-1/text", "Ein anderer Satz.")

    assert adopt(client_for("coordination"), version).status_code == 409
    with pytest.raises(NotAllowedNow):
        lifecycle.adopt_version(version=version, by=person("coordination"))

    decide(version, "KOM-1/text", ChangeKind.MEANING)
    assert adopt(client_for("coordination"), version).status_code == 302


def test_a_pilot_fixes_words_and_classes() -> None:
    version = draft()
    write(version, "KOM-1/text", "Ein anderer Satz.")
    with pytest.raises(NotAllowedNow):
        lifecycle.pilot_version(version=version, by=person("coordination"))

    decide(version, "KOM-1/text", ChangeKind.MEANING)
    lifecycle.pilot_version(version=version, by=person("coordination"))

    with pytest.raises(NotAllowedNow):
        decide(version, "KOM-1/text", ChangeKind.WORDING)

    with pytest.raises(NotAllowedNow):
        write(version, "KOM-1/text", "Noch ein Satz.")


def test_an_incomplete_draft_says_what_is_missing(client_for: Any) -> None:
    version = draft()
    editing.add_area(version=version, key="NEU", name="Neu", parent=None, by=person("coordination"))
    decide(version, "area:NEU/whole", ChangeKind.STRUCTURE)

    page = client_for("coordination").post(
        reverse("instrument_pilot", args=[version.pk]), {"number": "2.0"}
    )

    assert page.status_code == 422
    assert "NEU" in page.content.decode()


def test_a_version_out_of_use_begins_no_round_and_keeps_its_words() -> None:
    version = released()
    lifecycle.retire_version(version=version, by=person("coordination"))

    version.refresh_from_db()
    assert version.retired_on
    assert words(version, "KOM-1/text")
    with pytest.raises(NotAllowedNow):
        lifecycle.retire_version(version=version, by=person("coordination"))


def test_a_draft_can_be_deleted_and_a_version_in_use_cannot() -> None:
    lifecycle.delete_draft(version=draft(), by=person("coordination"))

    assert not released().successors.exists()
    with pytest.raises(NotAllowedNow):
        lifecycle.delete_draft(version=released(), by=person("coordination"))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (ChangeKind.WORDING, "1.0.1"),
        (ChangeKind.MEANING, "1.1"),
        (ChangeKind.STRUCTURE, "2.0"),
    ],
)
def test_the_classes_of_the_changes_propose_the_number(kind: ChangeKind, number: str) -> None:
    version = draft()
    write(version, "KOM-1/text", "Ein anderer Satz.")
    decide(version, "KOM-1/text", kind)

    assert lifecycle.suggested_number(version) == number


def test_meaning_and_structure_need_a_reason(client_for: Any) -> None:
    version = draft()
    write(version, "KOM-1/text", "Ein anderer Satz.")
    fields = {"c0-place": "KOM-1/text", "c0-kind": "meaning", "c0-reason": ""}
    url = reverse("instrument_changes", args=[version.pk])

    assert client_for("coordination").post(url, fields).status_code == 422
    assert client_for("coordination").post(url, fields | {"c0-reason": "Pilot"}).status_code == 302
    assert version.changes.get().reason == "Pilot"


def test_a_class_never_lands_at_another_change(client_for: Any) -> None:
    version = draft()
    write(version, "KOM-1/text", "Ein anderer Satz.")
    url = reverse("instrument_changes", args=[version.pk])

    client_for("coordination").post(
        url, {"c0-place": "KOM-2/text", "c0-kind": "wording", "c0-reason": ""}
    )

    assert not version.changes.exists()


def test_a_fork_says_of_each_text_where_it_comes_from(client_for: Any) -> None:
    client_for("coordination").post(
        reverse("instrument_fork", args=[released().pk]),
        {"title": "Unser Check", "key": "unser-check"},
    )

    version = InstrumentVersion.objects.get(instrument__key="unser-check")
    assert version.base == released()
    origin, source = version.origin_of("area:KOM/name")
    assert origin == "other" or version.base.origin_of("area:KOM/name")[0] != "own"
    assert str(released()) in source or version.base.origin_of("area:KOM/name")[1]
    lifecycle.adopt_version(version=version, by=person("coordination"))


def test_another_citys_version_is_used_as_it_is_or_forked() -> None:
    version = draft()
    version.issued = {"city": "Anderstadt", "body": "", "decided_on": "", "reference": ""}
    version.save()

    with pytest.raises(NotAllowedNow):
        write(version, "KOM-1/text", "Heimlich geändert.")
    lifecycle.adopt_version(version=version, by=person("coordination"))
    with pytest.raises(NotAllowedNow):
        lifecycle.start_draft(base=version, by=person("coordination"))


def test_each_step_stands_in_the_log() -> None:
    version = draft()
    lifecycle.pilot_version(version=version, by=person("coordination"))
    lifecycle.adopt_version(version=version, by=person("coordination"))
    lifecycle.retire_version(version=version, by=person("coordination"))

    found = set(
        Entry.objects.filter(municipality_key=municipality().pk).values_list("action", flat=True)
    )
    assert {
        "instrument_drafted",
        "instrument_piloted",
        "instrument_adopted",
        "instrument_retired",
    } <= found
