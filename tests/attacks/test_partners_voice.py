"""Attack: read what citizens say about a partner before its lead has published it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from chancencheck.organisations.models import Unit
from chancencheck.organisations.operations import give_role
from chancencheck.organisations.roles import Role
from chancencheck.surveys import operations
from chancencheck.surveys.choices import TextState
from chancencheck.surveys.models import FreeText, Survey, SurveyPart
from tests import surveys_world as asked
from tests import world
from tests.page_lint import words
from tests.surveys.phone import Phone
from tests.world import municipality, participation, person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]
WAITS = gettext("Not released yet:")
BOTH = ("Bürgeramt", "Jobcenter")
CITY = pytest.mark.parametrize("who", ["coordination", "coordinating_group"])


def result(survey: Survey) -> str:
    return reverse("survey_result", args=[survey.pk])


def published(survey: Survey) -> SurveyPart:
    part = asked.part_of(survey, "Jobcenter")
    operations.publish_part(part=part, by=person("job_lead"))
    return part


# ------------------------------------------------------------------- the result


@CITY
def test_the_city_reads_no_result_of_a_partner_that_is_not_published(
    client_for: SignIn, who: str
) -> None:
    survey, client = asked.closed(12, ["Jobcenter"]), client_for(who)

    pages = [client.get(result(survey)), client.get(reverse("survey_csv", args=[survey.pk]))]
    published(survey)
    later = [client.get(result(survey)), client.get(reverse("survey_csv", args=[survey.pk]))]

    assert [page.status_code for page in pages] == [409, 409]
    assert [page.status_code for page in later] == [200, 200]


@CITY
def test_a_partner_beside_others_stays_out_of_page_table_and_sum(
    client_for: SignIn, who: str
) -> None:
    survey, client = asked.closed(12, BOTH), client_for(who)
    hidden = asked.part_of(survey, "Jobcenter")

    page = client.get(result(survey), {"teil": hidden.pk})
    table = client.get(reverse("survey_csv", args=[survey.pk])).content.decode()

    assert page.context["part"].name == "Bürgeramt"
    assert "Jobcenter" in words(page)  # that it is not there yet is said
    assert WAITS in words(page)
    assert "Jobcenter" not in table
    assert "alle zusammen" not in table, "what one keeps back could be calculated from the sum"
    published(survey)
    table = client.get(reverse("survey_csv", args=[survey.pk])).content.decode()
    assert "Jobcenter" in table
    assert "alle zusammen" in table


def test_the_lead_of_the_partner_reads_all_of_it_at_once(client_for: SignIn) -> None:
    survey, lead = asked.closed(12, BOTH), client_for("job_lead")

    page = lead.get(result(survey))

    assert [part.name for part in page.context["parts"]] == ["Jobcenter"]
    assert "Jobcenter" in lead.get(reverse("survey_csv", args=[survey.pk])).content.decode()


def test_institutions_of_the_city_hide_nothing_from_the_coordination(client_for: SignIn) -> None:
    survey = asked.closed(12, ["Bürgeramt", "Bücherei"])

    page = client_for("coordination").get(result(survey))

    assert [part.name for part in page.context["parts"]] == ["Bücherei", "Bürgeramt"]
    assert WAITS not in words(page)


def test_who_closes_the_survey_of_a_partner_is_not_led_to_its_result(client_for: SignIn) -> None:
    survey, client = asked.running(["Jobcenter"]), client_for("coordination")

    page = client.post(reverse("survey_close", args=[survey.pk]), follow=True)

    assert page.status_code == 200
    assert page.request["PATH_INFO"] == reverse("survey", args=[survey.pk])
    assert WAITS in words(page)
    links = page.content.decode()
    assert result(survey) not in links


@CITY
def test_lists_say_calmly_that_a_partner_has_not_published(client_for: SignIn, who: str) -> None:
    survey, client = asked.closed(12, BOTH), client_for(who)

    before = words(client.get(reverse("survey_list")))
    published(survey)
    after = words(client.get(reverse("survey_list")))

    assert f"{WAITS} Jobcenter" in before
    assert WAITS not in after
    assert WAITS not in words(client_for("job_lead").get(reverse("survey_list")))


# ------------------------------------------------------------------- beside the team's view


@CITY
def test_beside_the_released_result_stands_nothing_that_the_partner_keeps(
    client_for: SignIn, who: str
) -> None:
    survey = asked.closed(12, ["Jobcenter"])
    world.released("Jobcenter")
    url = reverse("result", args=[participation("Jobcenter").pk])

    before = client_for(who).get(url).content.decode()
    published(survey)
    after = client_for(who).get(url).content.decode()

    assert "cc-tenths" not in before
    assert "cc-tenths" in after


@pytest.mark.parametrize("who", ["job_lead", "job_member1", "job_moderator"])
def test_the_partners_own_people_read_both_beside_each_other(client_for: SignIn, who: str) -> None:
    asked.closed(12, ["Jobcenter"])
    world.released("Jobcenter")

    page = client_for(who).get(reverse("result", args=[participation("Jobcenter").pk]))

    assert "cc-tenths" in page.content.decode()


def test_a_coordinating_group_that_moderates_reads_it_in_this_workshop(client_for: SignIn) -> None:
    asked.closed(12, ["Jobcenter"])
    assessment = world.released("Jobcenter")
    type(assessment).objects.filter(pk=assessment.pk).update(moderator=person("coordinating_group"))
    url = reverse("result", args=[participation("Jobcenter").pk])

    assert "cc-tenths" in client_for("coordinating_group").get(url).content.decode()
    assert "cc-tenths" not in client_for("coordination").get(url).content.decode()


@CITY
def test_patterns_of_gaps_count_no_partner_that_keeps_its_result(
    client_for: SignIn, who: str
) -> None:
    units = ("Bürgeramt", "Bücherei", "Jobcenter")
    survey = asked.running(units)
    for part in survey.parts.all():
        for _person in range(12):
            asked.answer(survey, {1: 4}, part=part)
    operations.close_survey(survey=survey, by=person("coordination"))
    for unit in units:
        world.release(world.settle(world.workshop(unit), level=4))
    url = reverse("round_pattern", args=[world.the_round().pk])

    before = client_for(who).get(url)
    published(survey)
    after = client_for(who).get(url)

    assert [part.name for part in before.context["asked"]] == ["Bücherei", "Bürgeramt"]
    assert before.context["gaps"] == []  # two are too few for a pattern
    assert f"{WAITS} Jobcenter" in words(before)
    assert [row.total for row in after.context["gaps"]] == [3]
    assert WAITS not in words(after)


def test_the_newest_survey_a_partner_keeps_hides_not_the_one_it_published(
    client_for: SignIn,
) -> None:
    old = asked.closed(12, ["Jobcenter"])
    published(old)
    asked.closed(12, ["Jobcenter"], name="Zweite")
    world.released("Jobcenter")

    page = client_for("coordination").get(reverse("result", args=[participation("Jobcenter").pk]))

    assert "cc-tenths" in page.content.decode()


# ------------------------------------------------------------------- what people wrote


def with_texts(*units: str) -> Survey:
    survey = asked.running(units)
    for part in survey.parts.all():
        asked.answer(survey, text=f"Ein Satz über {part.name}", part=part)
    operations.close_survey(survey=survey, by=person("coordination"))
    return survey


def test_texts_about_a_partner_are_looked_through_by_its_lead_alone(client_for: SignIn) -> None:
    survey = with_texts(*BOTH)
    url = reverse("survey_texts", args=[survey.pk])

    city = words(client_for("coordination").get(url))
    partner = words(client_for("job_lead").get(url))

    assert "Ein Satz über Bürgeramt" in city
    assert "Ein Satz über Jobcenter" not in city
    assert "Ein Satz über Jobcenter" in partner
    assert "Ein Satz über Bürgeramt" not in partner
    assert client_for("lead").get(url).status_code == 403
    assert client_for("coordinating_group").get(url).status_code == 403


def test_a_lead_of_the_city_still_looks_through_nothing_about_themselves() -> None:
    survey = with_texts("Bürgeramt")
    for who in ("lead", "job_lead", "coordinating_group"):
        with pytest.raises(PermissionDenied):
            operations.review_text(
                text=FreeText.objects.get(part__survey=survey),
                state=TextState.INSIDE,
                published="Ein Satz",
                reason="",
                by=person(who),
            )


def test_the_coordination_cannot_publish_or_remove_a_text_about_a_partner() -> None:
    text = FreeText.objects.get(part__survey=with_texts("Jobcenter"))

    with pytest.raises(PermissionDenied):
        operations.review_text(
            text=text, state=TextState.REMOVED, published="", reason="So", by=person("coordination")
        )


@pytest.mark.parametrize(
    ("units", "who", "is_asked"),
    [
        (["Jobcenter"], "coordination", False),
        (["Jobcenter"], "job_lead", True),
        (["Bürgeramt"], "coordination", True),
        (["Bürgeramt"], "lead", False),
    ],
)
def test_the_start_page_asks_only_those_who_look_texts_through(
    client_for: SignIn, units: list[str], who: str, is_asked: bool
) -> None:
    survey = with_texts(*units)

    pages = [
        client_for(who).get(reverse("home")),
        client_for(who).get(f"/befragungen/{survey.pk}/"),
    ]

    link = reverse("survey_texts", args=[survey.pk])
    assert [link in page.content.decode() for page in pages] == [is_asked] * 2


def test_citizens_are_told_who_reads_first_what_they_write() -> None:
    partner, city = asked.running(["Jobcenter"]), asked.running(["Bürgeramt"], name="Zweite")
    pages = [
        words(Phone().get(reverse("survey_in", args=[asked.entrance(survey).code, "de"])))
        for survey in (partner, city)
    ]

    assert ["liest zuerst die Leitung der Stelle" in page for page in pages] == [True, False]
    assert ["liest zuerst die Stadt" in page for page in pages] == [False, True]


# ------------------------------------------------------------------- roundabout ways


def test_who_becomes_a_partner_later_keeps_what_is_not_published(client_for: SignIn) -> None:
    survey = asked.closed(12)
    Unit.objects.filter(name="Bürgeramt").update(is_external=True)

    assert client_for("coordination").get(result(survey)).status_code == 409


def test_a_coordination_that_leads_the_partner_reads_it_as_its_lead(client_for: SignIn) -> None:
    survey = asked.closed(12, ["Jobcenter"])
    give_role(
        user=person("coordination"),
        role=Role.UNIT_LEAD,
        municipality=municipality(),
        unit=participation("Jobcenter").unit,
        by=None,
    )

    assert client_for("coordination").get(result(survey)).status_code == 200


def test_steering_bodies_still_read_of_everybody_only_what_is_public(client_for: SignIn) -> None:
    survey = asked.closed(12, ["Jobcenter"])
    published(survey)
    world.released("Jobcenter")
    world.report_is_due()
    url = reverse("result", args=[participation("Jobcenter").pk])

    before = client_for("steering").get(url).content.decode()
    SurveyPart.objects.filter(survey=survey).update(published_on=timezone.localdate())

    assert "cc-tenths" not in before
    assert "cc-tenths" in client_for("steering").get(url).content.decode()
