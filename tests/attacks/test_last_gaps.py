"""Promises that a second reader asked for: words kept, names forgotten, floors that can be met."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Outcome, Share
from chancencheck.assessments.models import Finding, Result
from chancencheck.audit.models import Entry
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.organisations.forms import MunicipalityForm
from chancencheck.organisations.models import Municipality, Unit
from chancencheck.organisations.operations import close_account
from chancencheck.rounds.models import Participation, Round
from tests import world
from tests.world import municipality, person

MODERATOR = "neue.moderation@musterstadt.example"

pytestmark = pytest.mark.usefixtures("cities")


def second_workshop(share: Share) -> Any:
    """A workshop of the Bürgeramt in a later round; of the first one it shared only this much."""
    before = world.released()
    Result.objects.filter(assessment=before).update(share=share)
    Unit.objects.filter(pk=before.participation.unit_id).update(is_external=True)
    first = before.participation.round
    Round.objects.filter(pk=first.pk).update(starts_on=first.starts_on - timedelta(days=365))
    later = world.build_round(world.HERE, "Zweiter Durchgang", ("Bürgeramt",))
    part = Participation.objects.select_related("round", "unit").get(round=later)
    assessment = assess.accept_participation(participation=part, by=person("lead"))
    lead = person("lead")
    assess.set_scope(assessment=assessment, scope="Der Tresen", by=lead)
    for member in world.MEMBERS:
        assess.add_member(assessment=assessment, email=person(member).email, by=lead)
    assess.name_moderator(assessment=assessment, email=MODERATOR, by=lead)
    assess.invite_team(assessment=assessment, by=lead)
    world.finish(assessment, *world.MEMBERS)
    assess.open_distributions(assessment=assessment, by=User.objects.get(email=MODERATOR))
    return world.fresh(assessment)


@pytest.mark.parametrize(("share", "is_told"), [(Share.ALL, True), (Share.WORDS, False)])
def test_a_new_moderator_sees_of_a_partners_last_round_only_what_it_shared(
    share: Share, is_told: bool, client: Any
) -> None:
    assessment = second_workshop(share)
    client.force_login(User.objects.get(email=MODERATOR))

    page = client.get(reverse("finding", args=[assessment.pk, "KOM-1"]))

    assert page.status_code == 200
    assert bool(page.context["scene"].past.level_name) is is_told


def test_a_floor_no_team_can_reach_cannot_be_set() -> None:
    city = municipality()
    data = {"name": city.name, "accent_color": "#1f3f8f", "minimum_group_size": 9}

    form = MunicipalityForm(data, instance=city)

    assert "minimum_group_size" in form.errors


def test_a_team_smaller_than_the_floor_is_not_invited() -> None:
    assessment = world.preparing(members=4)
    Municipality.objects.filter(pk=municipality().pk).update(minimum_group_size=5)

    with pytest.raises(NotAllowedNow):
        assess.invite_team(assessment=assessment, by=person("lead"))


def test_a_closed_account_leaves_no_name_in_the_log() -> None:
    gone = person("coordination")
    name = str(gone)
    assert Entry.objects.filter(actor_name=name).exists()

    close_account(user=gone, municipality=municipality(), by=person("administration"))

    kept = Entry.objects.values_list("actor_name", "target_label")
    assert not [words for words in kept if name in " ".join(words)]


def test_words_are_kept_while_a_result_is_still_incomplete(
    client_for: Callable[..., Any],
) -> None:
    assessment = world.workshop()
    data = {"strength_1": "Wir hören zu", "outcome": "dissent", "revision": 0, "do": "autosave"}

    answer = client_for("moderator").post(
        reverse("finding", args=[assessment.pk, "KOM-1"]),
        data,
        headers={"x-requested-with": "fetch"},
    )

    found = Finding.objects.get(assessment=assessment, requirement__key="KOM-1")
    assert (answer.status_code, answer.json()["state"]) == (422, "invalid")
    assert (found.strengths, found.outcome) == (["Wir hören zu"], Outcome.OPEN)
    assert answer.json()["revision"] == found.revision
