"""Due dates in one's own calendar: whole days, one entry per measure, always as things stand now."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from chancencheck.measures import feed, operations
from chancencheck.measures.choices import State
from chancencheck.measures.models import Measure
from tests import measures_world as made
from tests.world import person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def file_of(client: Any) -> list[Any]:
    response = client.get(reverse("calendar_file"))
    assert response["Content-Type"].startswith("text/calendar")
    return events(response.content)


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 31),
        date(2028, 2, 29),
        date(2027, 12, 31),
        date(2027, 3, 28),  # clocks go forward
        date(2027, 10, 31),  # clocks go back
    ],
)
def test_a_due_date_is_one_whole_day_also_at_month_ends_and_when_clocks_change(day: date) -> None:
    measure = made.own()
    Measure.objects.filter(pk=measure.pk).update(due_on=day)

    (event,) = events(feed.calendar_of(feed.measures_for_calendar(person("lead"))))

    assert event.start == day
    assert event.end == day + timedelta(days=1)
    assert not isinstance(event.start, datetime)
    assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)


def test_the_day_is_that_of_the_city_just_before_and_after_midnight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made.own()
    day = Measure.objects.get().due_on
    for hour, minute in ((23, 59), (0, 1)):
        now = datetime(2027, 3, 28, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)

        (event,) = events(feed.calendar_of(feed.measures_for_calendar(person("lead"))))

        assert event.start == day


def test_an_entry_keeps_its_name_when_its_date_changes(client_for: SignIn) -> None:
    measure = made.own()
    client = client_for("lead")
    (before,) = file_of(client)

    operations.set_state(
        measure=measure,
        state=State.POSTPONED,
        reason="Wir warten auf das Haus",
        due_on=made.in_days(120),
        by=person("lead"),
    )
    (after,) = file_of(client)

    assert before["UID"] == after["UID"]
    assert before.start != after.start
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_an_entry_says_what_where_and_leads_to_the_measure(client_for: SignIn) -> None:
    measure = made.own(title="Abends öffnen; auch, wenn es spät wird")

    (event,) = file_of(client_for("lead"))

    assert "Abends öffnen; auch, wenn es spät wird" in event["SUMMARY"]
    assert "Bürgeramt" in event["DESCRIPTION"]
    assert event["DESCRIPTION"].strip().endswith(reverse("measure", args=[measure.pk]))


def test_done_and_dropped_measures_leave_the_calendar(client_for: SignIn) -> None:
    operations.set_state(measure=made.own(), state=State.DONE, by=person("lead"))
    made.own(title="Die andere")

    assert [str(e["SUMMARY"]) for e in file_of(client_for("lead")) if "andere" in e["SUMMARY"]]
    assert len(file_of(client_for("lead"))) == 1


def test_a_lead_reads_all_of_the_institution_and_a_function_its_own(client_for: SignIn) -> None:
    made.own(title="Vom Amt")
    made.own("Bücherei", title="Von der Bücherei")
    made.central("Von der Stadt")

    def titles(who: str) -> set[str]:
        return {str(e["SUMMARY"]).rpartition(": ")[2] for e in file_of(client_for(who))}

    assert titles("lead") == {"Vom Amt"}
    assert titles("city_holder") == {"Von der Stadt"}
    assert titles("coordination") == set()


def test_the_subscribed_calendar_speaks_the_language_of_the_person() -> None:
    made.own()
    lead = person("lead")
    url = reverse("calendar_feed", args=[feed.renew_feed(by=lead)])
    words = []
    for language in ("de", "en"):
        lead.language = language
        lead.save()
        words.append(events(Client().get(url).content)[0]["SUMMARY"])

    assert words[1] == f"Until today: {Measure.objects.get().title}"
    assert Client().head(url).status_code == 200
    assert Client().post(url).status_code in (403, 405)


def test_the_page_makes_renews_and_switches_off(client_for: SignIn) -> None:
    client, page = client_for("lead"), reverse("calendar")

    assert not client.get(page).context["has_feed"]
    first = client.post(page, {"do": "make"}).context["address"]
    second = client.post(page, {"do": "make"}).context["address"]
    assert first != second
    assert client.get(page).context["has_feed"]
    assert client.post(page, {"do": "off"}).status_code == 302
    assert not client.get(page).context["has_feed"]
