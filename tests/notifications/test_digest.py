"""From messages to mails: how often, when, to whom, and never twice."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chancencheck.notifications import digest, operations
from chancencheck.notifications.choices import Rhythm
from chancencheck.notifications.digest import make_mails, make_mails_at_once
from chancencheck.notifications.models import Notification, OutgoingMail
from chancencheck.notifications.worker import SENT_KEPT
from chancencheck.organisations.models import Membership
from chancencheck.organisations.operations import ensure_person
from tests.notifications.messages import tell
from tests.world import municipality, person

pytestmark = pytest.mark.usefixtures("cities")

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
TUESDAY = date(2026, 11, 24)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def told(who: str = "lead", day: date = TUESDAY, **values: Any) -> Notification:
    """A message that was made on a day."""
    message = tell(person(who), day=day, **values)
    Notification.objects.filter(pk=message.pk).update(made_on=day)
    return message


def choose(rhythm: Rhythm, who: str = "lead") -> None:
    operations.choose_rhythm(rhythm=rhythm, by=person(who))


def keys() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("key", flat=True))


def times(first: date, days: int) -> Iterator[datetime]:
    """Every half an hour, through all hours that there are."""
    moment = at(first, 0).astimezone(UTC)
    end = at(first + timedelta(days=days), 0).astimezone(UTC)
    while moment < end:
        yield moment
        moment += timedelta(minutes=30)


# ------------------------------------------------------------------- how often


def test_at_once_is_one_mail_with_what_is_there() -> None:
    choose(Rhythm.AT_ONCE)
    first = told(about="measure:1")
    told(about="measure:2")

    assert make_mails_at_once(at(TUESDAY, 3)) == 1
    assert make_mails(at(TUESDAY, 3)) == 0
    third = told(about="measure:3")
    assert make_mails(at(TUESDAY, 3, 5)) == 1

    assert keys() == sorted([f"now:{first.pk}", f"now:{third.pk}"])


def test_daily_comes_once_from_seven_on_and_weekly_on_monday() -> None:
    choose(Rhythm.WEEKLY, "library_lead")
    told()
    told("library_lead")
    lead, library = person("lead").pk, person("library_lead").pk

    assert make_mails(at(TUESDAY, 6, 59)) == 0
    assert make_mails(at(TUESDAY, 7)) == 1
    told(about="measure:2")
    assert make_mails(at(TUESDAY, 23, 59)) == 0
    for day in range(1, 7):
        make_mails(at(TUESDAY + timedelta(days=day), 7, 10))

    assert keys() == [
        f"daily:{lead}:2026-11-24",
        f"daily:{lead}:2026-11-25",
        f"weekly:{library}:2026-11-30",
    ]


def test_who_has_read_or_wants_none_gets_none() -> None:
    today = timezone.localdate()
    choose(Rhythm.OFF)
    told(day=today - timedelta(days=1))
    read = told("library_lead", day=today)
    operations.open_message(message=read, by=person("library_lead"))

    assert make_mails(at(today, 8)) == 0

    choose(Rhythm.AT_ONCE)  # what was told meanwhile is not mailed belatedly
    assert make_mails(at(today, 8)) == 0
    told(day=today, about="measure:2")
    assert make_mails(at(today, 8)) == 1


def test_closed_accounts_and_people_who_left_the_city_get_none() -> None:
    told()
    gone = ensure_person(email="weg@example.org", municipality=municipality())
    tell(gone, day=TUESDAY)
    Membership.objects.filter(user=gone).delete()
    lead = person("lead")
    lead.is_active = False
    lead.save()
    Notification.objects.update(made_on=TUESDAY)

    assert make_mails(at(TUESDAY, 8)) == 0


def test_what_goes_wrong_for_one_person_stops_no_other() -> None:
    told()
    Notification.objects.update(reason="no longer known")
    told("library_lead")

    assert make_mails(at(TUESDAY, 8)) == 1
    assert OutgoingMail.objects.get().recipient == person("library_lead").email


def test_what_is_old_is_left_to_the_inbox() -> None:
    told(day=TUESDAY - timedelta(days=14))

    assert make_mails(at(TUESDAY, 8)) == 0


def test_a_message_whose_mail_is_forgotten_is_not_mailed_again() -> None:
    assert digest.KEPT_FRESH < SENT_KEPT
    message = told()
    make_mails(at(TUESDAY, 8))
    OutgoingMail.objects.all().delete()
    message.refresh_from_db()
    assert message.mail is None

    assert make_mails(at(TUESDAY, 8) + SENT_KEPT) == 0


# ------------------------------------------------------------------- the clock


def test_the_day_is_that_of_the_city_not_of_the_server() -> None:
    told(day=date(2026, 11, 30))
    key = person("lead").pk

    make_mails(at(date(2026, 11, 30), 22, 59, UTC))  # 23:59 in Berlin, Monday
    told(day=date(2026, 11, 30), about="measure:2")
    make_mails(at(date(2026, 11, 30), 23, 0, UTC))  # midnight: December, yet not seven
    make_mails(at(date(2026, 12, 1), 5, 59, UTC))
    assert keys() == [f"daily:{key}:2026-11-30"]

    make_mails(at(date(2026, 12, 1), 6, 0, UTC))
    assert keys() == [f"daily:{key}:2026-11-30", f"daily:{key}:2026-12-01"]


@pytest.mark.parametrize(
    "around",
    [
        date(2026, 3, 28),  # clocks go forward on the 29th
        date(2027, 3, 27),  # and on the 28th
        date(2026, 10, 24),  # back on the 25th
        date(2026, 12, 30),  # a new year
        date(2028, 2, 28),  # a 29th of February
    ],
)
def test_a_digest_comes_exactly_once_a_day_whatever_the_clock_does(around: date) -> None:
    key, number = person("lead").pk, 0
    choose(Rhythm.WEEKLY, "library_lead")
    told("library_lead", day=around)
    for moment in times(around, days=3):
        day = moment.astimezone(BERLIN).date()
        if moment.astimezone(BERLIN).minute == 0:
            number += 1
            told(day=day, about=f"measure:{number}")
        make_mails(moment)

    daily = [f"daily:{key}:{around + timedelta(days=day)}" for day in range(3)]
    mondays = sum((around + timedelta(days=day)).weekday() == 0 for day in range(3))
    assert [one for one in keys() if one.startswith("daily")] == daily
    assert sum(one.startswith("weekly") for one in keys()) == mondays


# ------------------------------------------------------------------- what the mail says


def test_a_mail_says_what_why_how_often_and_how_to_end_it(settings: Any) -> None:
    settings.BASE_URL = "https://check.example"
    lead = person("lead")
    lead.language = "en"
    lead.save()
    told()

    make_mails(at(TUESDAY, 7))

    mail = OutgoingMail.objects.get()
    assert mail.recipient == lead.email
    assert mail.subject == "Until March 31, 2027: Abends öffnen"
    assert "To the measure: https://check.example/wer-sieht-was/" in mail.body
    assert "You get this because you look after this measure." in mail.body
    assert "at most once a day" in mail.body
    assert "https://check.example/nachrichten/e-mails/" in mail.body
    link = mail.headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://check.example/nachrichten/abbestellen/")
    assert link in mail.body
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_many_messages_are_one_mail_that_counts_them() -> None:
    lead = person("lead")
    lead.language = "en"
    lead.save()
    for number in range(53):
        told(about=f"measure:{number}", measure=f"Nr. {number}!")

    make_mails(at(TUESDAY, 7))

    mail = OutgoingMail.objects.get()
    assert mail.subject == "53 messages from ChancenCheck"
    assert "3 more messages are in your inbox." in mail.body
    assert Notification.objects.filter(mail=mail).count() == 53


# ------------------------------------------------------------------- how many questions


def test_more_messages_ask_no_more_and_more_people_a_few_each() -> None:
    told()
    one = _cost(at(TUESDAY, 7))
    for number in range(2, 20):
        told(about=f"measure:{number}", day=TUESDAY + timedelta(days=1))
    assert _cost(at(TUESDAY + timedelta(days=1), 7)) == one

    for number in range(10):
        user = ensure_person(email=f"neu{number}@example.org", municipality=municipality())
        tell(user, day=TUESDAY)
    Notification.objects.filter(user__email__startswith="neu").update(made_on=TUESDAY)
    assert _cost(at(TUESDAY + timedelta(days=2), 7)) <= one + 9 * 9
    assert _cost(at(TUESDAY + timedelta(days=2), 7, 10)) <= 3  # nothing left to do


def _cost(now: datetime) -> int:
    with CaptureQueriesContext(connection) as found:
        make_mails(now)
    return len(found)


# ------------------------------------------------------------------- two workers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rhythm", [Rhythm.AT_ONCE, Rhythm.DAILY])
def test_two_workers_at_once_make_one_mail(rhythm: Rhythm, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(rhythm)
    told()
    both = Barrier(2, timeout=20)
    people = digest._people

    def together(*args: Any) -> Any:
        """Both read who is to get a mail before either of them makes one."""
        found = people(*args)
        rows = list(found)
        if rows:
            both.wait()
        return found

    monkeypatch.setattr(digest, "_people", together)
    made: list[int] = []
    threads = [Thread(target=_work, args=(made,)) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(made) == [0, 1]
    assert OutgoingMail.objects.count() == 1
    assert Notification.objects.get().mail == OutgoingMail.objects.get()


def _work(made: list[int]) -> None:
    try:
        made.append(make_mails(at(TUESDAY, 8)))
    finally:
        connections.close_all()
