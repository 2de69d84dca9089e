"""What the last round said: read before the own view as words only, confirmed in the workshop."""

from typing import Any

import pytest
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.assessments.choices import Outcome, Share
from chancencheck.assessments.models import Assessment, Finding, Result
from chancencheck.instruments.choices import ChangeKind
from chancencheck.organisations.models import Unit
from tests import world
from tests.page_lint import LintingClient, by_class, elements, holds, parse, words
from tests.versions import (
    adopted,
    first,
    other_words,
    rating_again,
    spec,
    workshop_again,
    years_back,
)
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")

NEXT = "Zweiter Durchgang"
STRENGTH, POTENTIAL = "Wir hören zu", "Mehr Bilder"


def last_year(**changes: Any) -> Assessment:
    """The Bürgeramt has released a result a year ago."""
    assessment = world.release(world.settle(world.workshop(), **changes))
    years_back(assessment.participation.round, 1)
    return assessment


def rate_page(client: Any, assessment: Assessment, key: str = "KOM-1") -> Any:
    return client.get(reverse("rate", args=[assessment.pk, key]))


def answer(client: Any, assessment: Assessment, **data: Any) -> Any:
    sent = {"level": "2", "revision": "0", "do": "stay", **data}
    return client.post(reverse("rate", args=[assessment.pk, "KOM-1"]), sent)


def finding_page(client: Any, assessment: Assessment, key: str = "KOM-1") -> Any:
    return client.get(reverse("finding", args=[assessment.pk, key]))


def form(**data: Any) -> dict[str, Any]:
    return {"revision": "0", "outcome": "open", **data}


def press(client: Any, assessment: Assessment, do: str, key: str = "KOM-1", **data: Any) -> Any:
    address = reverse("finding", args=[assessment.pk, key])
    return client.post(address, form(do=do, **data))


def still(page: Any, kind: str = "strength", number: int = 0) -> str:
    """What the button under a sentence of the last round sends."""
    return f"still:{page.context['offers'][kind][number].sign}"


def kept(assessment: Assessment, key: str = "KOM-1") -> Finding:
    return Finding.objects.get(assessment=assessment, requirement__key=key)


# ------------------------------------------------------------------- the level stays hidden


def test_before_the_own_view_the_words_of_last_time_can_be_read_and_no_level(
    client_for: Any,
) -> None:
    last_year(level=3)
    assessment = rating_again(NEXT, first())

    page = rate_page(client_for("member1"), assessment)

    assert holds(page, STRENGTH)
    assert holds(page, POTENTIAL)
    assert page.context["past"] is None
    assert not by_class(parse(page), "cc-past")


def test_no_page_or_source_tells_the_level_before_the_own_view(client_for: Any) -> None:
    """Each level stands on the pages once per place to choose it; last year's has no place more."""
    last_year(level=3)
    assessment = rating_again(NEXT, first())
    member = client_for("member1")

    pages = [rate_page(member, assessment)]
    for name in ("sheet", "sheet_print", "questionnaire"):
        pages.append(member.get(reverse(name, args=[assessment.pk])))
    for page in pages:
        source = page.content.decode()
        assert source.count("stufe-drei") == source.count("stufe-zwei")
        assert source.count("Meist gut.") == source.count("Erste Schritte.")
        chosen = [e for e in elements(parse(page)) if e.get("checked") is not None]
        assert not [e for e in chosen if e.get("name") == "level"]


@pytest.mark.parametrize("data", [{"level": ""}, {"level": "", "do": "skip"}])
def test_saving_without_an_answer_does_not_open_the_level(
    data: dict[str, str], client_for: Any
) -> None:
    last_year(level=3)
    assessment = rating_again(NEXT, first())
    member = client_for("member1", headers={"X-Requested-With": "fetch"})

    saved = answer(member, assessment, past="1", **data)

    assert "past" not in saved.json()["fragments"]
    assert "stufe-drei" not in saved.content.decode()


def test_a_form_with_an_error_does_not_open_the_level(client_for: Any) -> None:
    last_year(level=3)
    assessment = rating_again(NEXT, first())

    page = answer(client_for("member1"), assessment, level="99")

    assert page.status_code == 422
    assert not by_class(parse(page), "cc-past")


@pytest.mark.parametrize("level", ["2", "cannot_judge"])
def test_after_the_own_view_the_level_stands_beside_it(level: str, client_for: Any) -> None:
    last_year(level=3)
    assessment = rating_again(NEXT, first())
    member = client_for("member1")

    answer(member, assessment, level=level)

    assert rate_page(member, assessment).context["past"].level_name == "stufe-drei"


def test_the_own_view_of_a_colleague_opens_nothing_for_me(client_for: Any) -> None:
    last_year(level=3)
    assessment = rating_again(NEXT, first())
    answer(client_for("member1"), assessment)

    assert rate_page(client_for("member2"), assessment).context["past"] is None


def test_two_views_of_last_time_give_their_words_only_after_the_own_view(client_for: Any) -> None:
    two_views = {"outcome": Outcome.DISSENT, "low_level": 1, "high_level": 4}
    last_year(level=None, low_text="Kaum jemand", high_text="Fast alle", **two_views)
    assessment = rating_again(NEXT, first())

    page = rate_page(client_for("member1"), assessment)

    assert holds(page, STRENGTH)
    assert "Kaum jemand" not in page.content.decode()


def test_a_first_round_shows_nothing_of_the_past(client_for: Any) -> None:
    assessment = world.rating()
    page = rate_page(client_for("member1"), assessment)

    assert (page.context["past"], page.context["past_words"]) == (None, None)


# ------------------------------------------------------------------- the same requirement, or not


def test_a_reworded_requirement_keeps_last_years_level(client_for: Any) -> None:
    last_year(level=3)
    assessment = rating_again(NEXT, adopted(first(), "1.0.1", other_words()))
    member = client_for("member1")
    answer(member, assessment)

    assert rate_page(member, assessment).context["past"].level_name == "stufe-drei"


def test_where_something_else_was_asked_one_sentence_says_so_and_no_level(client_for: Any) -> None:
    last_year(level=3)
    version = adopted(first(), "1.1", other_words(), kind=ChangeKind.MEANING)
    assessment = rating_again(NEXT, version)
    member = client_for("member1")
    answer(member, assessment)

    past = rate_page(member, assessment).context["past"]

    assert (past.bond, past.level_name, past.place) == ("meaning", "", None)
    assert past.strengths == (STRENGTH,)


def test_a_new_requirement_says_that_it_is_new(client_for: Any) -> None:
    last_year()

    def new(content: dict[str, Any]) -> None:
        spec(content, "KOM-1")["key"] = "KOM-9"

    assessment = rating_again(NEXT, adopted(first(), "2.0", new, kind=ChangeKind.STRUCTURE))
    member = client_for("member1")
    address = reverse("rate", args=[assessment.pk, "KOM-9"])
    member.post(address, {"level": "2", "revision": "0", "do": "stay"})

    page = member.get(address)

    assert page.context["past"].bond == "new"
    assert page.context["past_words"] is None
    assert NEXT in words(page)


# ------------------------------------------------------------------- confirming in the workshop


def test_one_button_keeps_a_sentence_of_last_time(client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())
    moderator = client_for("moderator")
    page = finding_page(moderator, assessment)
    assert [o.text for o in page.context["offers"]["strength"]] == [STRENGTH]

    done = press(moderator, assessment, still(page))

    assert done.status_code == 302
    found = kept(assessment)
    assert (found.strengths, found.potentials, found.level) == ([STRENGTH], [], None)
    after = finding_page(moderator, assessment)
    assert after.context["offers"]["strength"] == []
    assert [o.text for o in after.context["offers"]["potential"]] == [POTENTIAL]


def test_what_was_typed_beside_it_is_saved_with_it(client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())
    moderator = client_for("moderator")
    page = finding_page(moderator, assessment)

    press(
        moderator,
        assessment,
        still(page, "potential"),
        strength_1="Neu gesagt",
        potential_2="Steht schon da",
        note_kind="parked",
        note_text="Für später",
        note_key="a" * 32,
    )

    found = kept(assessment)
    assert found.strengths == ["Neu gesagt"]
    assert found.potentials == [POTENTIAL, "Steht schon da"]
    assert assessment.notes.get().text == "Für später"


def test_with_three_sentences_already_there_nothing_is_lost_and_it_says_why(
    client_for: Any,
) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())
    moderator = client_for("moderator")
    typed = {f"strength_{n}": f"Satz {n}" for n in (1, 2, 3)}

    page = press(moderator, assessment, still(finding_page(moderator, assessment)), **typed)

    assert page.status_code == 422
    assert "strength_3" in page.context["form"].errors
    for text in typed.values():
        assert holds(page, text)
    assert [o.text for o in page.context["offers"]["strength"]] == [STRENGTH]


def test_pressing_twice_keeps_it_once(client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())
    moderator = client_for("moderator")
    do = still(finding_page(moderator, assessment))
    press(moderator, assessment, do)

    press(moderator, assessment, do, revision="1", strength_1=STRENGTH)

    assert kept(assessment).strengths == [STRENGTH]


def test_somebody_else_wrote_meanwhile_and_both_texts_are_shown(client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())
    moderator = client_for("moderator")
    do = still(finding_page(moderator, assessment))
    press(client_for("lead"), assessment, "stay", strength_1="Von der Leitung")

    page = press(moderator, assessment, do)

    assert page.status_code == 409
    assert holds(page, STRENGTH)
    assert holds(page, "Von der Leitung")
    assert kept(assessment).strengths == ["Von der Leitung"]


def test_a_settled_requirement_offers_nothing_more(client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())
    world.settle(assessment, strengths=["Ganz neu"], potentials=["Auch neu"])

    page = finding_page(client_for("moderator"), assessment)

    assert page.context["offers"] == {"strength": [], "potential": []}


def test_the_team_reads_the_sentences_and_has_no_button(client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())
    member = client_for("member1")

    page = finding_page(member, assessment)

    assert holds(page, STRENGTH)
    assert 'value="still:' not in page.content.decode()
    assert press(member, assessment, still(page)).status_code == 403


@pytest.mark.parametrize("do", ["still:", "still:0000", "still:../x"])
def test_a_made_up_sentence_is_refused(do: str, client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first())

    assert press(client_for("moderator"), assessment, do, strength_1="Neu").status_code == 409
    assert not Finding.objects.filter(assessment=assessment).exists()


def test_a_merged_requirement_offers_the_words_of_all_it_comes_from(client_for: Any) -> None:
    before = world.workshop()
    for key in world.KEYS:
        world.assess.save_finding(
            assessment=before,
            requirement=world.requirement(before, key),
            values=world.values(strengths=[f"Gut bei {key}"]),
            revision=0,
            by=person("moderator"),
        )
    world.release(world.fresh(before))
    years_back(before.participation.round, 1)

    def merged(content: dict[str, Any]) -> None:
        area = content["areas"][0]
        area["requirements"] = area["requirements"][:1]
        area["requirements"][0]["comes_from"] = ["KOM-1", "KOM-2"]

    assessment = workshop_again(NEXT, adopted(first(), "2.0", merged, kind=ChangeKind.STRUCTURE))

    page = finding_page(client_for("moderator"), assessment)

    assert [o.text for o in page.context["offers"]["strength"]] == [
        "Gut bei KOM-1",
        "Gut bei KOM-2",
    ]
    assert (page.context["scene"].past.bond, page.context["scene"].past.level_name) == (
        "merged",
        "",
    )


# ------------------------------------------------------------------- only what may be read


@pytest.mark.parametrize(
    ("share", "is_offered"),
    [(Share.ALL, True), (Share.WORDS, True), (Share.PARTICIPATION, False)],
)
def test_a_new_moderator_is_offered_only_what_a_partner_shared(
    share: Share, is_offered: bool, client: Any
) -> None:
    before = last_year()
    Result.objects.filter(assessment=before).update(share=share)
    Unit.objects.filter(pk=before.participation.unit_id).update(is_external=True)
    address = "fremde-moderation@musterstadt.example"
    world.ensure_person(email=address, municipality=world.municipality())
    assessment = workshop_again(NEXT, first(), moderator="fremde_moderation")
    client.force_login(User.objects.get(email=address))

    page = finding_page(client, assessment)
    lead = finding_page_of_lead(assessment)

    assert bool(page.context["offers"]["strength"]) is is_offered
    assert (STRENGTH in page.content.decode()) is is_offered
    guessed = press(client, assessment, still(lead))
    assert (guessed.status_code == 302) is is_offered


def finding_page_of_lead(assessment: Assessment) -> Any:
    client = LintingClient()
    client.force_login(person("lead"))
    return finding_page(client, assessment)


def test_another_institution_reads_nothing_of_our_past(client_for: Any) -> None:
    last_year()
    assessment = workshop_again(NEXT, first(), unit="Bücherei")

    page = finding_page(client_for("library_moderator"), assessment)

    assert page.context["scene"].past is None
    assert STRENGTH not in page.content.decode()
