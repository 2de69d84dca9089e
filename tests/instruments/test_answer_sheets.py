"""Answer sheets: each person of a team gets what they can say something about."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.models import Assessment, TeamMember
from chancencheck.assessments.queries import own_sheet
from chancencheck.assessments.rules import thin_sheets
from chancencheck.audit.choices import Action
from chancencheck.audit.models import Entry
from chancencheck.lib.errors import NotAllowedNow
from tests import structures, world

pytestmark = pytest.mark.usefixtures("cities")

ONLY_LEAD = {f"M{module}-1" for module in range(1, 5)}  # on the sheet of the lead alone
ONLY_COUNTER = {f"M{module}-2" for module in range(1, 5)}


def rating(**sheets: str) -> Assessment:
    """The team rates; `member1="leitung"` says who has which sheet."""
    assessment = structures.begin(structures.four_modules())
    choose(assessment, **sheets)
    assess.invite_team(assessment=assessment, by=world.person("lead"))
    return world.fresh(assessment)


def choose(assessment: Assessment, **sheets: str) -> None:
    chosen = {member(assessment, who).pk: key for who, key in sheets.items()}
    assess.choose_sheets(assessment=assessment, chosen=chosen, by=world.person("lead"))


def member(assessment: Assessment, who: str) -> TeamMember:
    return assessment.members.get(user=world.person(who))


def keys_on(assessment: Assessment, who: str = "member1") -> set[str]:
    sheet = own_sheet(world.person(who), world.fresh(assessment))
    return {row.requirement.key for row in sheet.rows}


def page(client: Any, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def words(text: str) -> str:
    """What people read of the page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split("<main", 1)[1]))


def test_without_a_choice_everybody_gets_everything() -> None:
    assessment = rating()

    assert len(keys_on(assessment)) == 20
    assert own_sheet(world.person("member1"), assessment).answer_sheet is None


def test_the_own_sheet_holds_what_is_on_it_and_what_is_on_all() -> None:
    assessment = rating(member1="leitung", member2="schalter")

    assert len(keys_on(assessment)) == 16
    assert keys_on(assessment) >= ONLY_LEAD
    assert not ONLY_COUNTER & keys_on(assessment)
    assert keys_on(assessment, "member2") & (ONLY_LEAD | ONLY_COUNTER) == ONLY_COUNTER
    assert len(keys_on(assessment, "member3")) == 20


def test_progress_counts_only_the_own_sheet() -> None:
    assessment = rating(member1="leitung")
    world.rate(assessment, "member1", "M1-1")
    world.rate(assessment, "member1", "M1-2")  # not on the sheet

    sheet = own_sheet(world.person("member1"), world.fresh(assessment))

    assert (sheet.done, sheet.total) == (1, 16)


def test_the_start_page_counts_the_own_sheet_too(client_for: Callable[..., Any]) -> None:
    rating(member1="leitung")

    assert "0 von 16 " in words(page(client_for("member1"), "home"))
    assert "0 von 20 " in words(page(client_for("member2"), "home"))


def test_the_way_through_the_sheet_leaves_out_what_is_not_on_it() -> None:
    assessment = rating(member1="leitung")
    sheet = own_sheet(world.person("member1"), assessment)
    first, off = world.requirement(assessment, "M1-1"), world.requirement(assessment, "M1-2")

    last = world.requirement(assessment, "M4-5")

    assert sheet.neighbour(first, 1) == world.requirement(assessment, "M1-3")
    assert sheet.neighbour(off, -1) == first
    assert sheet.neighbour(first, -1) is None
    assert sheet.neighbour(last, 1) is None


def test_everybody_may_still_answer_what_is_not_on_their_sheet(
    client_for: Callable[..., Any],
) -> None:
    assessment = rating(member1="leitung")
    client = client_for("member1")
    text = words(page(client, "rate", assessment.pk, "M1-2"))
    assert "Leitung" in text

    answer = client.post(
        reverse("rate", args=[assessment.pk, "M1-2"]), {"level": "2", "revision": 0, "do": "next"}
    )

    assert answer.headers["Location"] == reverse("rate", args=[assessment.pk, "M1-3"])
    assert assessment.ratings.get().level == 2


def test_what_was_handed_to_somebody_is_on_their_sheet() -> None:
    assessment = structures.begin(structures.four_modules())
    choose(assessment, member1="leitung")
    assess.set_applicability(
        assessment=assessment,
        reasons={},
        handovers={world.requirement(assessment, "M1-2").pk: member(assessment, "member1").pk},
        by=world.person("lead"),
    )

    assess.invite_team(assessment=assessment, by=world.person("lead"))

    assert keys_on(assessment) & ONLY_COUNTER == {"M1-2"}


def test_what_does_not_apply_is_on_no_sheet(client_for: Callable[..., Any]) -> None:
    assessment = structures.begin(structures.four_modules())
    choose(assessment, member1="leitung")
    left_out = [world.requirement(assessment, key).pk for key in ("M1-1", "M1-2")]
    assess.set_applicability(
        assessment=assessment,
        reasons=dict.fromkeys(left_out, "Gibt es bei uns nicht"),
        handovers={},
        by=world.person("lead"),
    )
    assess.invite_team(assessment=assessment, by=world.person("lead"))

    assert not {"M1-1", "M1-2"} & keys_on(assessment)
    for key in ("M1-1", "M1-2"):
        answer = client_for("member1").get(reverse("rate", args=[assessment.pk, key]))
        assert answer.status_code == 404


# ------------------------------------------------------------------- the lead chooses


@pytest.mark.parametrize("stage", ["preparing", "rating"])
def test_the_lead_chooses_on_the_page_of_the_team(
    stage: str, client_for: Callable[..., Any]
) -> None:
    assessment = structures.begin(structures.four_modules()) if stage == "preparing" else rating()
    one, other = member(assessment, "member1"), member(assessment, "member2")
    choose(assessment, member2="schalter")
    client, url = client_for("lead"), reverse("team", args=[assessment.pk])

    # what is not sent stays
    answer = client.post(url, {"do": "sheets", f"sheet-{one.pk}": "leitung"})

    assert answer.status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.sheet_key, other.sheet_key) == ("leitung", "schalter")
    assert client.get(url).content.decode().count(" selected>") == 2


def test_an_instrument_without_sheets_asks_for_none(client_for: Callable[..., Any]) -> None:
    text = page(client_for("lead"), "team", world.preparing().pk)

    assert 'value="sheets"' not in text


def test_a_sheet_the_instrument_does_not_have_is_refused() -> None:
    assessment = rating()

    with pytest.raises(NotAllowedNow):
        choose(assessment, member1="erfunden")


def test_a_person_of_another_team_is_refused() -> None:
    assessment = rating()
    stranger = world.preparing("Bücherei").members.first()
    assert stranger is not None

    with pytest.raises(NotAllowedNow):
        assess.choose_sheets(
            assessment=assessment, chosen={stranger.pk: "leitung"}, by=world.person("lead")
        )


def test_once_the_workshop_is_open_sheets_are_fixed() -> None:
    assessment = structures.workshop(structures.four_modules())

    with pytest.raises(NotAllowedNow):
        choose(assessment, member1="leitung")


def test_the_lead_reads_when_too_few_people_have_a_sheet(client_for: Callable[..., Any]) -> None:
    everyone = {who: "schalter" for who in world.MEMBERS}
    assessment = rating(**{**everyone, "member1": "leitung", "member2": "leitung"})

    text = page(client_for("lead"), "team", assessment.pk)

    assert text.count("cc-notice--warn") == 1  # two have the one sheet, three the other


def test_who_has_everything_counts_for_every_sheet(client_for: Callable[..., Any]) -> None:
    assessment = rating(member1="leitung", member2="schalter")  # three have everything

    assert "cc-notice--warn" not in page(client_for("lead"), "team", assessment.pk)


@pytest.mark.parametrize(
    ("chosen", "thin"),
    [
        ([], {}),
        (["a", "a", "a"], {"b": 0}),
        (["a", "a", "b"], {"a": 2, "b": 1}),
        (["a", "", "", ""], {}),
        (["a", "a", ""], {"b": 1}),
    ],
)
def test_a_sheet_is_thin_below_the_floor(chosen: list[str], thin: dict[str, int]) -> None:
    assert {found.key: found.people for found in thin_sheets(["a", "b"], chosen, 3)} == thin


def test_pages_with_sheets_ask_few_questions(client_for: Callable[..., Any]) -> None:
    assessment = rating(member1="leitung")
    for who, name in (("lead", "team"), ("member1", "sheet"), ("member1", "sheet_print")):
        client, url = client_for(who), reverse(name, args=[assessment.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        assert len(found) <= 16, name


# ------------------------------------------------------------------- who sees it


def test_a_person_reads_on_which_sheet_they_are(client_for: Callable[..., Any]) -> None:
    assessment = rating(member1="leitung")
    client = client_for("member1")

    assert "Für alle, die etwas entscheiden." in page(client, "sheet", assessment.pk)
    assert "Leitung" in words(page(client, "sheet_print", assessment.pk))
    assert "Für alle, die etwas entscheiden." not in page(
        client_for("member2"), "sheet", assessment.pk
    )


@pytest.mark.parametrize("who", ["member2", "moderator", "coordination"])
def test_nobody_but_the_lead_and_the_person_learns_who_has_which_sheet(
    who: str, client_for: Callable[..., Any]
) -> None:
    assessment = rating()
    seen = ("sheet", "sheet_print", "workshop", "paper", "questionnaire", "prepare", "team")
    client = client_for(who)

    def everything() -> list[tuple[int, str]]:
        pages = [client.get(reverse(name, args=[assessment.pk])) for name in seen]
        texts = [re.sub(r'name="csrf[^>]*>', "", each.content.decode()) for each in pages]
        return [
            (each.status_code, re.sub(r"nonce[^ ]*", "", t))
            for each, t in zip(pages, texts, strict=True)
        ]

    before = everything()
    choose(assessment, member1="leitung", member3="schalter")

    assert everything() == before


def test_the_log_says_that_the_team_changed_and_not_how() -> None:
    assessment = rating()
    choose(assessment, member1="leitung")

    entry = Entry.objects.order_by("pk").last()

    assert entry is not None
    assert entry.action == Action.ASSESSMENT_TEAM_CHANGED
    assert "leitung" not in str(vars(entry))


def test_the_person_is_warned_where_a_sentence_would_tell_who_wrote_it(
    client_for: Callable[..., Any],
) -> None:
    everyone = {who: "schalter" for who in world.MEMBERS}
    assessment = rating(**{**everyone, "member1": "leitung"})

    def notes(who: str, key: str) -> int:
        return page(client_for(who), "rate", assessment.pk, key).count(
            '<p class="cc-small cc-soft">'
        )

    assert notes("member1", "M1-1") == notes("member1", "M1-3") + 1
    assert notes("member2", "M1-2") == notes("member2", "M1-3")


def test_what_only_two_answered_shows_no_distribution() -> None:
    assessment = rating(member1="leitung", member2="leitung", member3="schalter")
    people: list[User] = [world.person(who) for who in world.MEMBERS[:3]]
    for user, key in ((people[0], "M1-1"), (people[1], "M1-1"), *((p, "M1-3") for p in people)):
        assess.save_rating(
            assessment=assessment,
            requirement=world.requirement(assessment, key),
            entry=world.entry(2),
            revision=0,
            by=user,
        )
    for user in people:
        assess.finish_sheet(assessment=assessment, by=user)

    opened = world.open_workshop(world.fresh(assessment))

    shown = {d.requirement.key: d.is_shown for d in opened.distributions.all()}
    assert (shown["M1-1"], shown["M1-3"]) == (False, True)


# ------------------------------------------------------------------- on paper


def test_paper_can_be_printed_for_one_sheet(client_for: Callable[..., Any]) -> None:
    assessment = rating()
    client = client_for("member1")

    def asked(query: str) -> set[str]:
        text = page(client, "questionnaire", assessment.pk, query=query)
        return set(re.findall(r'<span class="cc-key">(M[0-9]-[0-9])</span>', text))

    assert len(asked("")) == 20
    assert len(asked("?bogen=leitung")) == 16
    assert not ONLY_COUNTER & asked("?bogen=leitung")
    assert len(asked("?bogen=erfunden")) == 20


def test_the_blank_questionnaire_of_an_instrument_knows_the_sheets_too(
    client_for: Callable[..., Any],
) -> None:
    version = rating().participation.round.instrument_version

    text = page(
        client_for("coordination"), "questionnaire_blank", version.pk, query="?bogen=leitung"
    )

    assert "M1-1" in text
    assert "M1-2" not in text
