"""New wording flows into a running round; what is meant waits for the next one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from chancencheck.assessments.models import Assessment
from chancencheck.audit.models import Entry
from chancencheck.instruments.choices import ChangeKind
from chancencheck.instruments.models import InstrumentVersion
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.rounds import operations as rounds
from chancencheck.workshops.protocol import freeze
from tests import room, world
from tests.architecture.test_query_counts import BUDGET, queries
from tests.page_lint import by_class, holds, parse, words
from tests.versions import NEW_WORDS, OLD_WORDS, adopted, first, other_words, spec
from tests.world import HERE, THERE, person, the_round

pytestmark = pytest.mark.usefixtures("cities")


def other_question(content: dict[str, Any]) -> None:
    spec(content, "KOM-1")["reflection_questions"][0]["text"] = "Wie reden wir?"


def other_level(content: dict[str, Any]) -> None:
    content["scales"][0]["levels"][1]["name"] = "zweite Stufe"


def other_origin(content: dict[str, Any]) -> None:
    spec(content, "KOM-1")["text"] = {"text": NEW_WORDS, "origin": "original"}


def reworded(*more: Any) -> InstrumentVersion:
    return adopted(first(), "1.0.1", other_words(), *more)


def take(version: InstrumentVersion, who: str = "coordination") -> None:
    rounds.take_wording(run=the_round(), version=version, by=person(who))


def page(client: Any, name: str, assessment: Assessment, *more: str) -> Any:
    response = client.get(reverse(name, args=[assessment.pk, *more]))
    assert response.status_code == 200
    return response


# ------------------------------------------------------------------- who, when, what


def test_the_coordination_lets_new_wording_in_and_the_log_says_so() -> None:
    version = reworded()

    take(version)

    run = the_round()
    assert (run.wording, run.wording_since) == (version, timezone.localdate())
    assert run.instrument_version == first()
    entry = Entry.objects.get(action="round_wording")
    assert "1.0.1" in str(entry)


@pytest.mark.parametrize("who", ["coordinating_group", "administration", "lead"])
def test_nobody_else_changes_the_words_of_a_round(who: str) -> None:
    with pytest.raises(PermissionDenied):
        take(reworded(), who)


@pytest.mark.parametrize("kind", [ChangeKind.MEANING, ChangeKind.STRUCTURE])
def test_meaning_and_structure_wait_for_the_next_round(kind: ChangeKind) -> None:
    version = adopted(first(), "1.1", other_words(), kind=kind)

    with pytest.raises(NotAllowedNow):
        take(version)

    assert the_round().wording is None


def test_wording_on_top_of_a_changed_meaning_waits_too() -> None:
    second = adopted(first(), "1.1", other_words(), kind=ChangeKind.MEANING)

    with pytest.raises(NotAllowedNow):
        take(adopted(second, "1.1.1", other_words("KOM-2", words="Bilder zeigen wir.")))


def test_the_words_of_another_city_never_flow() -> None:
    version = adopted(first(THERE), "1.0.1", other_words())

    with pytest.raises(NotAllowedNow):
        take(version)


def test_a_finished_round_keeps_its_words() -> None:
    version = reworded()
    rounds.close_round(run=the_round(), by=person("coordination"))

    with pytest.raises(NotAllowedNow):
        take(version)


def test_wording_can_flow_again_and_never_back_or_aside() -> None:
    second, beside = reworded(), adopted(first(), "1.0.2", other_words(words="Wir reden klar."))
    third = adopted(second, "1.0.3", other_words("KOM-2", words="Bilder zeigen wir."))
    take(second)

    for refused in (beside, second, first()):
        with pytest.raises(NotAllowedNow):
            take(refused)
    take(third)
    with pytest.raises(NotAllowedNow):
        take(second)

    assert the_round().wording == third


def test_several_rewordings_may_flow_in_at_once() -> None:
    third = adopted(reworded(), "1.0.2", other_words("KOM-2", words="Bilder zeigen wir."))

    take(third)

    assert the_round().wording == third


# ------------------------------------------------------------------- the page of the round


def test_the_round_offers_the_newest_wording_with_one_button(client_for: Any) -> None:
    version = reworded(other_level)
    coordination, address = client_for("coordination"), reverse("round", args=[the_round().pk])

    shown = coordination.get(address)
    done = coordination.post(
        reverse("round_wording", args=[the_round().pk]), {"version": version.number}, follow=True
    )

    assert shown.context["wording"]["version"] == version
    assert shown.context["wording"]["number"] == 2
    assert holds(shown, "1.0.1")
    assert done.context["wording"] is None
    assert the_round().wording == version
    assert holds(done, "1.0.1")


def test_the_offer_is_for_the_coordination_only(client_for: Any) -> None:
    reworded()

    shown = client_for("coordinating_group").get(reverse("round", args=[the_round().pk]))

    assert shown.context["wording"] is None
    assert "1.0.1" not in words(shown)


@pytest.mark.parametrize("number", ["", "9.9", "1.0", "1.1"])
def test_a_made_up_version_is_refused(number: str, client_for: Any) -> None:
    adopted(first(), "1.1", other_words(), kind=ChangeKind.MEANING)

    answer = client_for("coordination").post(
        reverse("round_wording", args=[the_round().pk]), {"version": number}
    )

    assert answer.status_code == 409


def test_the_page_of_a_round_asks_no_more_questions_with_more_versions(
    client_for: Any,
) -> None:
    coordination, address = client_for("coordination"), reverse("round", args=[the_round().pk])
    second = reworded()
    few = queries(coordination, address)

    third = adopted(second, "1.0.2", other_words("KOM-2", words="Bilder zeigen wir."))
    adopted(third, "1.0.3", other_words("ZUG-1", words="Offene Türen haben wir."))

    assert queries(coordination, address) == few <= BUDGET


# ------------------------------------------------------------------- everybody reads the new words


def test_the_own_sheet_shows_the_new_words_and_says_since_when(client_for: Any) -> None:
    assessment = world.rating()
    member = client_for("member1")
    take(reworded(other_question, other_level))

    sheet = page(member, "sheet", assessment)
    here = page(member, "rate", assessment, "KOM-1")
    there = page(member, "rate", assessment, "ZUG-1")

    assert holds(here, NEW_WORDS)
    assert not holds(here, OLD_WORDS)
    assert holds(here, "Wie reden wir?")
    assert holds(here, "zweite Stufe")
    assert (here.context["rewording"].number, here.context["rewording"].keys) == (3, ("KOM-1",))
    assert there.context["rewording"].number == 1  # only the level
    assert sheet.context["rewording"].number == 3
    for shown in (sheet, here, there):
        notes = [note for note in by_class(parse(shown), "cc-notice")]
        assert notes


def test_a_page_without_changed_words_says_nothing(client_for: Any) -> None:
    assessment = world.rating()
    member = client_for("member1")
    take(reworded())

    assert page(member, "rate", assessment, "KOM-2").context["rewording"] is None
    assert holds(page(member, "sheet_print", assessment), NEW_WORDS)


def test_an_answer_from_before_stays_and_can_be_changed(client_for: Any) -> None:
    assessment = world.rating()
    world.rate(assessment, "member1", level=3, example="Am Schalter")
    take(reworded())

    shown = page(client_for("member1"), "rate", assessment, "KOM-1")

    assert shown.context["chosen"] == "3"
    assert holds(shown, "Am Schalter")


@pytest.mark.parametrize("name", ["finding", "wall", "follow", "script", "protocol"])
def test_the_workshop_reads_the_new_words(name: str, client_for: Callable[..., Any]) -> None:
    assessment = room.with_words(world.workshop())
    take(reworded())
    key = ["KOM-1"] if name == "finding" else []

    shown = page(client_for("moderator"), name, assessment, *key)

    assert holds(shown, NEW_WORDS) or name in ("script", "protocol")
    assert not holds(shown, OLD_WORDS)


def test_a_wall_that_was_open_shows_the_new_words_next_time(client_for: Any) -> None:
    assessment = room.with_words(world.workshop())
    moderator = client_for("moderator")
    assert holds(page(moderator, "wall", assessment), OLD_WORDS)

    take(reworded())

    assert holds(page(moderator, "wall", assessment), NEW_WORDS)


def test_the_second_vote_and_guests_read_the_new_words(client_for: Any) -> None:
    assessment = room.with_words(world.workshop())
    phone = room.device(room.code_of(assessment))
    take(reworded(other_level))

    before_vote = phone.get(reverse("guest_now"))
    room.ask_again(assessment)

    assert holds(before_vote, NEW_WORDS)
    for shown in (
        phone.get(reverse("guest_now")),
        page(client_for("member1"), "follow", assessment),
    ):
        assert holds(shown, NEW_WORDS)
        assert holds(shown, "zweite Stufe")
        assert not holds(shown, OLD_WORDS)


def test_paper_carries_the_new_words(client_for: Any) -> None:
    assessment = world.rating()
    moderator = client_for("moderator")
    take(reworded(other_question))

    for name, more in (("questionnaire", []), ("handouts", ["a4"]), ("paper_enter", [])):
        shown = page(moderator, name, assessment, *more)
        assert holds(shown, NEW_WORDS) or name == "paper_enter", name  # there: the titles
        assert not holds(shown, OLD_WORDS), name
    assert holds(page(moderator, "questionnaire", assessment), "Wie reden wir?")
    assert holds(page(moderator, "handouts", assessment, "a4"), "1.0.1")


def test_the_lead_prepares_and_releases_with_the_new_words(client_for: Any) -> None:
    assessment = world.preparing()
    take(reworded(lambda content: spec(content, "KOM-1").update(title="Reden")))

    shown = page(client_for("lead"), "requirements", assessment)

    assert holds(shown, "Reden")


def test_a_result_holds_the_words_and_the_number_it_was_released_with() -> None:
    take(reworded())
    assessment = world.settled()

    protocol = freeze(world.fresh(assessment))
    result = world.release(world.fresh(assessment)).results.get().content

    row = result["areas"][0]["requirements"][0]
    assert (row["text"], result["instrument"]) == (NEW_WORDS, "Winzig 1.0.1")
    assert protocol["instrument"] == "Winzig 1.0.1"
    assert NEW_WORDS in [row["text"] for row in protocol["requirements"]]


def test_results_released_before_keep_their_words(client_for: Any) -> None:
    assessment = world.released()
    take(reworded())

    shown = client_for("lead").get(reverse("result", args=[assessment.participation_id]))

    assert holds(shown, OLD_WORDS)
    assert not holds(shown, NEW_WORDS)
    assert holds(shown, "Winzig 1.0")
    assert not holds(shown, "Winzig 1.0.1")


def test_reworded_text_has_the_origin_of_the_new_words() -> None:
    take(reworded(other_origin))
    assessment = world.released("Bücherei")

    row = assessment.results.get().content["areas"][0]["requirements"][0]

    assert row["is_original"] is True


def test_the_other_city_reads_its_own_words(client_for: Any) -> None:
    assessment = world.rating(city=THERE)
    take(reworded())

    shown = client_for("member1", THERE).get(reverse("rate", args=[assessment.pk, "KOM-1"]))

    assert holds(shown, OLD_WORDS)
    assert the_round(HERE).wording is not None
    assert the_round(THERE).wording is None
