"""Writing a draft: several people at once, keys that stay, nothing overwritten."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from chancencheck.instruments import editing
from chancencheck.instruments.choices import RemarkKind, RemarkState
from chancencheck.instruments.models import EarlierText, QuestionTranslation
from chancencheck.instruments.presence import LASTS, arrive, others_at
from chancencheck.lib.errors import NotAllowedNow
from tests.instruments_world import draft, released, remark, words, write
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")


def keys(version: Any) -> list[str]:
    return list(version.requirements.values_list("key", flat=True))


def save(client: Any, version: Any, part: str, **fields: str) -> Any:
    return client.post(reverse("editor_part", args=[version.pk, part]), fields)


def test_a_draft_begins_with_the_words_and_keys_of_the_version_before() -> None:
    version = draft()

    assert keys(version) == keys(released())
    assert words(version, "KOM-1/text") == words(released(), "KOM-1/text")
    assert version.base == released()


def test_a_text_is_changed_and_its_earlier_words_are_kept() -> None:
    version = draft()
    before = words(version, "KOM-1/text")

    assert write(version, "KOM-1/text", "Neuer Satz.") == []

    assert words(version, "KOM-1/text") == "Neuer Satz."
    old = EarlierText.objects.get(version=version)
    assert (old.place, old.text) == ("KOM-1/text", before)


def test_two_people_change_different_texts_of_one_requirement() -> None:
    version = draft()
    seen = {place: words(version, place) for place in ("KOM-1/title", "KOM-1/text")}

    for who, place in (("coordination", "KOM-1/title"), ("coordinating_group", "KOM-1/text")):
        typed = [editing.Typed(p, seen[p], f"Von {who}" if p == place else seen[p]) for p in seen]
        assert not editing.save_texts(version=version, part="KOM-1", typed=typed, by=person(who))

    assert words(version, "KOM-1/title") == "Von coordination"
    assert words(version, "KOM-1/text") == "Von coordinating_group"


def test_two_people_change_the_same_text_and_both_texts_are_shown(client_for: Any) -> None:
    version = draft()
    seen = words(version, "KOM-1/text")
    write(version, "KOM-1/text", "Ihr neuer Satz.", who="coordinating_group")

    page = save(
        client_for("coordination"),
        version,
        "KOM-1",
        **{"text:KOM-1/text": "Mein neuer Satz.", "was:KOM-1/text": seen},
    )

    assert page.status_code == 409
    assert "Mein neuer Satz." in page.content.decode()
    assert words(version, "KOM-1/text") == "Ihr neuer Satz."


@pytest.mark.parametrize(("keeps", "left"), [(True, "Ihr Satz."), (False, "Mein Satz.")])
def test_after_a_conflict_people_choose(client_for: Any, keeps: bool, left: str) -> None:
    version = draft()
    write(version, "KOM-1/text", "Ihr Satz.")
    fields = {"text:KOM-1/text": "Mein Satz.", "was:KOM-1/text": "Ihr Satz."}

    save(
        client_for("coordination"),
        version,
        "KOM-1",
        **fields | ({"keep:KOM-1/text": "on"} if keeps else {}),
    )

    assert words(version, "KOM-1/text") == left


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_a_text_that_cannot_be_kept_is_refused_and_nothing_typed_is_lost(
    client_for: Any, text: str
) -> None:
    version = draft()
    seen = {place: words(version, place) for place in ("KOM-1/title", "KOM-1/text")}

    page = save(
        client_for("coordination"),
        version,
        "KOM-1",
        **{
            "text:KOM-1/text": text,
            "was:KOM-1/text": seen["KOM-1/text"],
            "text:KOM-1/title": "Neuer Titel",
            "was:KOM-1/title": seen["KOM-1/title"],
        },
    )

    assert page.status_code == 422
    assert "Neuer Titel" in page.content.decode()
    assert words(version, "KOM-1/title") == seen["KOM-1/title"]


def test_a_question_keeps_its_key_whatever_happens_to_its_order() -> None:
    version = draft()
    group = [("citizen_questions", "Neu?"), ("citizen_questions", "Noch eine?")]
    editing.save_texts(
        version=version, part="KOM-1", typed=[], added=group, by=person("coordination")
    )
    new = version.questions.get(text="Noch eine?")

    editing.move_text(version=version, place=f"KOM-1/{new.key}", step=-1, by=person("coordination"))

    moved = version.questions.get(text="Noch eine?")
    assert moved.key == new.key
    assert moved.position == new.position - 1


def test_a_removed_question_leaves_its_key_to_nobody() -> None:
    version = draft()
    question = version.questions.filter(kind="citizen", requirement__key="KOM-1").last()
    assert question
    write(version, f"KOM-1/{question.key}", "")

    editing.save_texts(
        version=version,
        part="KOM-1",
        typed=[],
        added=[("citizen_questions", "Ganz anders?")],
        by=person("coordination"),
    )

    assert version.questions.get(text="Ganz anders?").key != question.key


def test_a_requirement_moves_to_the_next_area_and_keeps_its_key() -> None:
    version = draft()
    last = version.areas.get(key="KOM").requirements.last()
    assert last

    editing.move_part(version=version, part=last.key, step=1, by=person("coordination"))

    moved = version.requirements.get(key=last.key)
    assert moved.area != last.area
    assert keys(version) == keys(released())  # first of the next area: the order is the same


def test_moving_an_area_takes_everything_in_it_along() -> None:
    version = draft()
    first, second = (area.key for area in version.areas.all()[:2])

    editing.move_part(version=version, part=f"area:{first}", step=1, by=person("coordination"))

    assert [area.key for area in version.areas.all()[:2]] == [second, first]
    assert keys(version)[0].startswith(second)


def test_a_new_requirement_gets_a_key_nobody_ever_had(client_for: Any) -> None:
    version = draft()
    area = version.areas.get(key="KOM")
    last = area.requirements.last()
    assert last
    editing.remove_part(version=version, part=last.key, by=person("coordination"))

    assert editing.free_key(version, area) not in keys(released())


def test_only_an_empty_area_can_be_removed() -> None:
    with pytest.raises(NotAllowedNow):
        editing.remove_part(version=draft(), part="area:KOM", by=person("coordination"))


def test_words_of_a_version_in_use_cannot_be_changed() -> None:
    with pytest.raises(NotAllowedNow):
        write(released(), "KOM-1/text", "Heimlich anders.")


def test_a_lead_cannot_write() -> None:
    with pytest.raises(PermissionDenied):
        write(draft(), "KOM-1/text", "Anders.", who="lead")


def test_changed_words_are_no_longer_the_original(client_for: Any) -> None:
    version = draft()
    version.origins["KOM-1/text"] = ["original", "Vortrag"]
    version.save()

    write(version, "KOM-1/text", "Eigene Worte.")

    version.refresh_from_db()
    assert version.origin_of("KOM-1/text") == ("own", "")


def test_a_check_by_readers_ends_when_the_words_change() -> None:
    version = draft()
    requirement = version.requirements.get(key="KOM-1")
    editing.note_check(
        version=version,
        requirement=requirement,
        checked_by="Prüfgruppe Lesen",
        on=timezone.localdate(),
        by=person("coordination"),
    )

    write(version, "KOM-1/who_knows", "Die Poststelle.")
    assert version.requirements.get(key="KOM-1").checked_by
    write(version, "KOM-1/text", "Andere Worte.")

    assert not version.requirements.get(key="KOM-1").checked_by


def test_a_proposal_becomes_the_text_with_one_click(client_for: Any) -> None:
    version = draft()
    found = remark(version, "Der bessere Satz.", RemarkKind.PROPOSAL)

    client_for("coordination").post(
        reverse("editor_remark_settle", args=[version.pk, found.pk]), {"state": "taken"}
    )

    found.refresh_from_db()
    assert found.state == RemarkState.TAKEN
    assert words(version, "KOM-1/text") == "Der bessere Satz."


def test_a_comment_is_done_and_can_be_opened_again() -> None:
    found = remark(draft())

    for state in (RemarkState.DONE, RemarkState.OPEN):
        editing.settle_remark(remark=found, state=state, by=person("coordination"))
        found.refresh_from_db()
        assert found.state == state


def test_who_has_the_same_text_open_is_shown_to_the_other(client_for: Any) -> None:
    version = draft()
    client_for("coordinating_group").get(reverse("editor_part", args=[version.pk, "KOM-1"]))

    page = client_for("coordination").get(reverse("editor_part", args=[version.pk, "KOM-1"]))

    assert str(person("coordinating_group")) in page.content.decode()


def test_presence_is_gone_after_two_minutes() -> None:
    version = draft()
    arrive(version=version, place="KOM-1", by=person("coordination"))
    version.presences.update(seen_at=timezone.now() - LASTS)

    assert others_at(version, person("coordinating_group")) == {}


def test_a_translation_is_marked_as_outdated_when_the_question_changes() -> None:
    version = draft()
    question = version.questions.filter(kind="citizen").select_related("requirement").first()
    assert question
    assert question.requirement
    row = QuestionTranslation.objects.create(
        instrument=version.instrument,
        language="tr",
        requirement_key=question.requirement.key,
        question_key=question.key,
        original=question.text,
        text="Merhaba?",
    )

    write(version, f"{question.requirement.key}/{question.key}", "Ganz neue Frage?")

    question.refresh_from_db()
    assert row.is_outdated(question)
