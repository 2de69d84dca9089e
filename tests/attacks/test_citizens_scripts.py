"""Attack: answer ten thousand times from one address, or break the page with what is sent."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from chancencheck.citizens.limits import Limit
from chancencheck.surveys import views_public
from chancencheck.surveys.doors import forget_doors
from tests import surveys_world as asked
from tests.surveys.phone import Phone, form, people, ticket_of, url_of

pytestmark = pytest.mark.usefixtures("cities")

ADDRESS = "203.0.113.77"


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    forget_doors()
    views_public.SENT.forget()


def request_from(address: str) -> Any:
    return RequestFactory().post("/", REMOTE_ADDR=address)


def test_of_ten_thousand_from_one_address_the_limit_lets_few_through() -> None:
    limit = Limit(amount=60, seconds=600)

    assert sum(limit.allows(request_from(ADDRESS)) for _number in range(10_000)) == 60
    assert limit.allows(request_from("203.0.113.78"))


def test_one_home_has_many_addresses_and_one_limit() -> None:
    limit = Limit(amount=60, seconds=600)
    # a connection to the internet gets 2^64 addresses of the sixth version
    found = [limit.allows(request_from(f"2001:db8:1:2::{n:x}")) for n in range(1, 1000)]

    assert sum(found) == 60
    assert limit.allows(request_from("2001:db8:1:3::1"))


def test_an_address_of_the_fourth_version_written_as_one_of_the_sixth_is_the_same() -> None:
    limit = Limit(amount=1, seconds=600)

    found = [
        limit.allows(request_from(a)) for a in (ADDRESS, f"::ffff:{ADDRESS}", "::ffff:1.2.3.4")
    ]

    assert found == [True, False, True]


def test_a_made_up_forwarding_address_is_no_new_address() -> None:
    limit = Limit(amount=60, seconds=600)
    requests = [request_from(ADDRESS) for _number in range(100)]
    for number, request in enumerate(requests):
        request.META["HTTP_X_FORWARDED_FOR"] = f"10.0.0.{number}"

    assert sum(map(limit.allows, requests)) == 60


def test_what_a_script_is_told_to_be_counted_is_counted_and_no_more() -> None:
    survey, client = asked.running(), Client(REMOTE_ADDR=ADDRESS)
    url = url_of(survey)
    tickets = [views_public.new_ticket(survey.pk) for _number in range(150)]

    found = [client.post(url, form(ticket, {1: 4})).status_code for ticket in tickets[:100]]
    fetch = {"x-requested-with": "fetch"}
    found += [client.post(url, form(t, {1: 4}), headers=fetch).status_code for t in tickets[100:]]

    assert found.count(302) == 60
    assert set(found) == {302, 429}
    assert people(survey) == 60
    assert Phone(REMOTE_ADDR="203.0.113.78").answer(survey, {1: 1}).status_code == 302


def test_the_memory_of_the_limit_holds_no_readable_address() -> None:
    limits = [Limit(amount=5, seconds=600) for _number in range(2)]

    for limit in limits:
        limit.allows(request_from(ADDRESS))

    kept = [str(vars(limit)) for limit in limits]
    assert not [text for text in kept if ADDRESS in text or ADDRESS.encode().hex() in text]
    first, second = (set(limit._counts) for limit in limits)
    assert not first & second  # the key is drawn by chance, so nobody can look an address up


def test_the_limit_forgets_every_address_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = Limit(amount=1, seconds=600)
    now = [1000.0]
    monkeypatch.setattr("chancencheck.citizens.limits.time.monotonic", lambda: now[0])
    limit.allows(request_from(ADDRESS))
    before = set(limit._counts)

    now[0] += 24 * 60 * 60
    limit.allows(request_from(ADDRESS))

    assert len(limit._counts) == 1
    assert not before & set(limit._counts)


# ------------------------------------------------------------------- what is no form at all


def odd_requests(url: str, ticket: str) -> list[dict[str, Any]]:
    return [
        {"data": b"", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"--x", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"{}", "content_type": "application/json"},
        {"data": b"\xff\xfe=%ff&ticket=%00", "content_type": "application/x-www-form-urlencoded"},
        {"data": {f"f{number}": "1" for number in range(1500)}},
        {"data": {"language": "xx", "ticket": ticket}},
        {"data": {"language": "de-leicht", "ticket": ticket}},
        {
            "data": b"a1=1&step=%3Cb%3E&text=%ed%a0%bd%00&ticket=" + ticket.encode(),
            "content_type": "application/x-www-form-urlencoded",
        },
        {"data": form(ticket, {1: 1}), "REMOTE_ADDR": "nirgends"},
        {"data": form(ticket, {1: 1}), "REMOTE_ADDR": ""},
    ]


@pytest.mark.parametrize("number", range(10))
def test_nothing_that_is_sent_breaks_the_server(number: int) -> None:
    survey, client = asked.running(), Client(raise_request_exception=False)
    url = url_of(survey)
    ticket = ticket_of(client.get(url))

    page = client.post(url, **odd_requests(url, ticket)[number])

    assert page.status_code < 500
    assert not page.cookies
