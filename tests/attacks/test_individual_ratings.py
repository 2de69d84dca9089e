"""Attack: find out what a single person rated or wrote."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.db.models import Q
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import (
    Assessment,
    IndividualRating,
    IndividualSheet,
    Voice,
)
from chancencheck.assessments.queries import key_of
from chancencheck.audit.models import Entry
from chancencheck.organisations.operations import close_account, ensure_person
from tests import world
from tests.attacks.everything import tables, where
from tests.world import fresh, person, requirement

pytestmark = pytest.mark.usefixtures("cities")

SECRET = "am Dienstag rief Herr Beispiel an"
SHARED = "wir sprechen zu schnell"
PAGES = [
    "prepare",
    "scope",
    "team",
    "requirements",
    "workshop_date",
    "sheet",
    "sheet_print",
    "workshop",
    "release",
]
OTHERS = [
    "lead",
    "moderator",
    "member2",
    "coordination",
    "coordinating_group",
    "administration",
    "oversight",
    "steering",
    "executive",
    "advisory_board",
    "library_lead",
]


def written() -> Assessment:
    """Everybody has rated; member1 wrote something they keep and something they share."""
    assessment = world.rated(finished=3)
    IndividualRating.objects.filter(author_key=key_of(person("member1"), assessment)).delete()
    for key in world.KEYS:
        world.rate(
            assessment,
            "member1",
            key,
            level=1,
            example=SECRET,
            idea=SHARED,
            share_idea=True,
        )
    return fresh(assessment)


def everything_seen_by(client: Any, assessment: Assessment) -> str:
    """All pages of an assessment and of the city that this person can open, as one text."""
    urls = [reverse(name, args=[assessment.pk]) for name in PAGES]
    for key in world.KEYS:
        urls += [reverse(name, args=[assessment.pk, key]) for name in ("rate", "finding")]
    urls += [reverse(name) for name in ("home", "people", "log", "round_list", "result_list")]
    urls += [reverse("round", args=[assessment.participation.round_id])]
    urls += [reverse("result", args=[assessment.participation_id])]
    return "".join(client.get(url).content.decode() for url in urls)


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_what_was_not_shared_at_any_stage(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment = written()
    client = client_for(who, typed=True)

    while_rating = everything_seen_by(client, assessment)
    opened = world.open_workshop(assessment)
    in_the_workshop = everything_seen_by(client, opened)
    released = world.release(world.settle(opened))
    afterwards = everything_seen_by(client, released)

    assert SECRET not in while_rating + in_the_workshop + afterwards
    assert SHARED not in while_rating + afterwards


def test_a_shared_sentence_stands_in_the_workshop_without_a_name(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.open_workshop(written())

    page = client_for("moderator").get(reverse("finding", args=[assessment.pk, "KOM-1"]))

    assert SHARED in page.content.decode()
    assert "Person member1" not in page.content.decode()
    assert "member1@" not in page.content.decode()


def test_the_author_reads_their_own_words(client_for: Callable[..., Any]) -> None:
    assessment = written()

    page = client_for("member1").get(reverse("rate", args=[assessment.pk, "KOM-1"]))

    assert SECRET in page.content.decode()


def test_the_form_of_another_person_starts_empty(client_for: Callable[..., Any]) -> None:
    assessment = world.rating()
    world.rate(assessment, "member1", level=4, example=SECRET)

    page = client_for("member2").get(reverse("rate", args=[assessment.pk, "KOM-1"]))

    assert SECRET not in page.content.decode()
    assert not page.context["chosen"]
    assert page.context["form"]["revision"].value() == 0


def test_saving_with_a_guessed_revision_never_touches_another_rating(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()
    rating = world.rate(assessment, "member1", level=4, example=SECRET)

    page = client_for("member2").post(
        reverse("rate", args=[assessment.pk, "KOM-1"]),
        {"level": "1", "revision": "1", "id": str(rating.pk), "author_key": rating.author_key},
    )

    rating.refresh_from_db()
    assert page.status_code == 302
    assert (rating.level, rating.example, rating.revision) == (4, SECRET, 1)
    assert assessment.ratings.count() == 2


def test_who_leaves_and_comes_back_finds_only_their_own_answers() -> None:
    assessment = world.rating()
    world.rate(assessment, "member1", level=4)
    world.rate(assessment, "member2", level=1)
    member = assessment.members.get(user=person("member1"))
    assess.remove_member(member=member, by=person("lead"))

    assess.add_member(assessment=assessment, email=member.user.email, by=person("lead"))

    mine = assessment.ratings.filter(author_key=key_of(person("member1"), assessment))
    assert [rating.level for rating in mine] == [4]


def test_who_left_the_team_reads_nothing_any_more(client_for: Callable[..., Any]) -> None:
    assessment = world.rating()
    member = assessment.members.get(user=person("member1"))
    assess.remove_member(member=member, by=person("lead"))

    for name in ("sheet", "sheet_print", "workshop"):
        page = client_for("member1").get(reverse(name, args=[assessment.pk]))
        assert page.status_code == 404


def test_who_was_taken_out_of_the_city_reads_nothing_any_more(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.rating()
    ensure_person(email=person("member1").email, municipality=world.municipality(world.THERE))
    close_account(
        user=person("member1"), municipality=world.municipality(), by=person("administration")
    )

    page = client_for("member1").get(reverse("sheet", args=[assessment.pk]))

    assert person("member1").is_active  # they still work in the other city
    assert page.status_code == 404


def test_the_log_says_nothing_about_rating() -> None:
    assessment = world.rating()
    before = Entry.objects.count()

    for who in world.MEMBERS:
        world.rate(assessment, who, example=SECRET)
    world.finish(assessment, *world.MEMBERS)

    assert Entry.objects.count() == before


@pytest.mark.parametrize("model", [IndividualRating, IndividualSheet, Voice])
def test_no_column_is_a_person_a_time_or_a_running_number(model: type[models.Model]) -> None:
    key = model._meta.pk
    assert isinstance(key, models.UUIDField)
    assert key.default is uuid.uuid4
    for field in model._meta.fields:
        assert not isinstance(field, models.DateField | models.TimeField | models.AutoField)
        assert field.related_model is not User
    assert not [f for f in model._meta.get_fields() if f.one_to_many]


def test_no_path_of_keys_leads_from_a_rating_to_its_author() -> None:
    rating = world.rate(world.rating(), "member1", level=4)

    assert str(rating.author_key) not in {str(person("member1").pk), person("member1").email}
    assert where(rating.author_key) == {"assessments_individualrating"}


def test_voices_lie_in_the_order_of_random_keys_not_of_writing() -> None:
    assessment = world.rating()
    for who in world.MEMBERS:
        world.rate(assessment, who, example=f"Satz von {who}", share_example=True)
    world.finish(assessment, *world.MEMBERS)

    opened = world.open_workshop(fresh(assessment))

    stored = [str(row[0]) for row in tables()["assessments_voice"]]
    assert len(stored) == 5
    assert stored == sorted(stored)
    assert all(voice.pk.version == 4 for voice in opened.voices.all())


def test_after_the_release_nothing_is_left_in_any_table() -> None:
    assessment = world.open_workshop(written())
    keys = [key_of(person(who), assessment) for who in world.MEMBERS]
    salt = bytes(assessment.salt or b"").hex()
    assert where(SECRET)
    assert where(SHARED)
    assert where(salt)

    world.release(world.settle(assessment))

    left = {text: where(text) for text in (SECRET, SHARED, salt, *keys)}
    assert left == {text: set() for text in left}


def test_deleting_is_for_one_assessment_only() -> None:
    mine, theirs = world.settled(), world.rated("Bücherei")

    world.release(mine)

    assert not IndividualRating.objects.filter(assessment=mine).exists()
    assert IndividualRating.objects.filter(assessment=theirs).count() == 15
    assert fresh(theirs).salt


def test_sessions_and_mails_hold_no_answers(
    client_for: Callable[..., Any], mailoutbox: list[Any]
) -> None:
    assessment = world.rating()
    client = client_for("member1")

    client.post(
        reverse("rate", args=[assessment.pk, "KOM-1"]),
        {"level": "2", "example": SECRET, "revision": "0"},
    )

    assert where(SECRET) == {"assessments_individualrating"}
    assert not [mail for mail in mailoutbox if SECRET in mail.body]


def test_the_secret_of_the_server_is_part_of_the_pseudonym(settings: Any) -> None:
    assessment = world.rating()
    key = key_of(person("member1"), assessment)

    settings.SECRET_KEY = "another"

    assert key_of(person("member1"), assessment) != key


def test_pseudonyms_of_one_person_differ_between_assessments() -> None:
    one, other = world.rating(), world.rating("Bücherei")

    assert key_of(person("member1"), one) != key_of(person("member1"), other)


def test_handing_over_a_requirement_shows_the_lead_no_answer(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.preparing()
    member = assessment.members.get(user=person("member1"))
    assess.set_applicability(
        assessment=assessment,
        reasons={},
        handovers={requirement(assessment).pk: member.pk},
        by=person("lead"),
    )
    assess.invite_team(assessment=assessment, by=person("lead"))
    client = client_for("lead")
    before = client.get(reverse("prepare", args=[assessment.pk])).content

    world.rate(assessment, "member1", level=1, example=SECRET)

    after = client.get(reverse("prepare", args=[assessment.pk])).content
    assert _without_tokens(after) == _without_tokens(before)
    assert not Entry.objects.filter(Q(target_label__contains="member1")).exists()


def _without_tokens(page: bytes) -> list[bytes]:
    return [line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line]
