"""The page of two versions side by side: what it shows, to whom, and how fast."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chancencheck.instruments import lifecycle
from chancencheck.instruments.choices import ChangeKind, VersionState
from chancencheck.instruments.models import Instrument, InstrumentVersion, Requirement
from chancencheck.instruments.storage import write_version
from tests import world
from tests.instruments.test_comparison import area, instrument, requirement, text
from tests.instruments_world import decide, released
from tests.page_lint import by_class, parse, text_of, words
from tests.world import municipality, person, the_round

pytestmark = pytest.mark.usefixtures("cities")


def draft(base: InstrumentVersion | None = None) -> InstrumentVersion:
    return lifecycle.start_draft(base=base or released(), by=person("coordination"))


def write(version: InstrumentVersion, key: str, words_after: str) -> None:
    Requirement.objects.filter(version=version, key=key).update(text=words_after)


def changed() -> InstrumentVersion:
    """Two changes; a person has decided about one of them."""
    version = draft()
    write(version, "KOM-1", "Wir sprechen und schreiben verständlich.")
    write(version, "ZUG-1", "Die Türen sind nicht offen.")
    decide(version, "KOM-1/text", ChangeKind.MEANING, "Nun geht es auch um Briefe.")
    return version


def piloted() -> InstrumentVersion:
    version = changed()
    decide(version, "ZUG-1/text", ChangeKind.MEANING)
    lifecycle.pilot_version(version=version, by=person("coordination"))
    return version


def url_of(version: InstrumentVersion, other: InstrumentVersion) -> str:
    return reverse("instrument_compare", args=[version.pk, other.pk])


def compare(client: Any, version: InstrumentVersion, query: str = "") -> Any:
    answer = client.get(url_of(version, released()) + query)
    assert answer.status_code == 200
    return answer


# ------------------------------------------------------------------- what it shows


def test_the_change_stands_there_with_its_class_and_reason(client_for: Callable[..., Any]) -> None:
    page = compare(client_for("coordination"), changed())

    shown = words(page)
    assert "Nun geht es auch um Briefe." in shown
    assert "verständlich" in shown
    assert "Wir zeigen Bilder." not in shown  # what has not changed is not there
    assert page.context["changes"].counts == {ChangeKind.MEANING: 2}
    assert page.context["changes"].proposed == 1
    assert (page.context["changes"].unchanged, page.context["changes"].comparable) == (1, 1)


def test_without_colour_and_without_eyes_the_changed_words_are_known(
    client_for: Callable[..., Any],
) -> None:
    page = parse(compare(client_for("coordination"), changed()))

    marked = [(e.tag, " ".join(text_of(e).split())) for e in page.iter() if e.tag in ("del", "ins")]
    hidden = [text_of(e) for e in by_class(page, "cc-hidden")]

    assert [tag for tag, text in marked if "nicht" in text or "und schreiben" in text] == [
        "ins"
    ] * 2
    changes = [e for e in page.iter() if e.tag in ("del", "ins") and "Türen" not in text_of(e)]
    assert changes
    assert len([text for text in hidden if text.strip().endswith(":")]) >= 2


def test_only_the_changes_of_one_class(client_for: Callable[..., Any]) -> None:
    version = changed()
    decide(version, "ZUG-1/text", ChangeKind.WORDING, "")
    client = client_for("coordination")

    wording = words(compare(client, version, "?art=wording"))
    nonsense = words(compare(client, version, "?art=%27%3E&seite=x"))

    assert "ZUG-1" in wording
    assert "KOM-1" not in wording
    assert "ZUG-1" in nonsense
    assert "KOM-1" in nonsense


def test_of_one_instrument_the_older_version_is_always_before(
    client_for: Callable[..., Any],
) -> None:
    version, client = changed(), client_for("coordination")

    page = client.get(url_of(released(), version))

    assert (page.context["before"], page.context["after"]) == (released(), version)


def test_over_several_versions_the_strongest_class_counts(client_for: Callable[..., Any]) -> None:
    first = piloted()
    second = draft(first)
    write(second, "KOM-1", "Wir sprechen und schreiben gut.")
    decide(second, "KOM-1/text", ChangeKind.WORDING, "Kürzer.")

    page = compare(client_for("coordination"), second)

    row = next(r for r in page.context["changes"].rows if r.difference.place == "KOM-1/text")
    assert (row.kind, row.is_decided) == (ChangeKind.MEANING, True)
    assert row.reason == "Nun geht es auch um Briefe. Kürzer."


def test_nothing_changed_is_said_so(client_for: Callable[..., Any]) -> None:
    page = compare(client_for("coordination"), draft())

    assert page.context["changes"].rows == []
    assert page.context["changes"].consequence in words(page)


def test_a_fork_and_its_origin_can_be_compared(client_for: Callable[..., Any]) -> None:
    own = lifecycle.fork(base=released(), key="eigen", title="Eigen", by=person("coordination"))
    write(own, "KOM-1", "Wir reden so, dass alle es verstehen.")

    page = compare(client_for("coordination"), own)

    assert (page.context["before"], page.context["after"]) == (released(), own)
    assert "KOM-1/text" in {row.difference.place for row in page.context["changes"].rows}


def test_strange_words_stay_words(client_for: Callable[..., Any]) -> None:
    version = draft()
    write(version, "KOM-1", "<script>alert(1)</script> & <del>nichts</del> \u202e")

    page = compare(client_for("coordination", typed=True), version)

    assert "<script>alert" not in page.content.decode()
    assert "alert" in words(page)


# ------------------------------------------------------------------- choosing another version


def test_without_another_version_it_goes_to_the_one_before(client_for: Callable[..., Any]) -> None:
    version, client = draft(), client_for("coordination")
    base_url = reverse("instrument_compare_base", args=[version.pk])

    assert client.get(base_url)["Location"] == url_of(version, released())
    chosen = client.get(base_url, {"mit": released().pk})
    assert chosen["Location"] == url_of(version, released())
    for wanted in ("999999", version.pk):
        assert client.get(base_url, {"mit": wanted}).status_code == 404
    assert client.get(base_url, {"mit": "²"})["Location"] == url_of(version, released())


def test_the_first_version_has_nothing_to_be_compared_with(client_for: Callable[..., Any]) -> None:
    url = reverse("instrument_compare_base", args=[released().pk])

    assert client_for("lead").get(url).status_code == 404


# ------------------------------------------------------------------- who may see it


@pytest.mark.parametrize("who", ["lead", "oversight", "steering"])
def test_a_draft_is_nothing_for_those_who_do_not_write_it(
    who: str, client_for: Callable[..., Any]
) -> None:
    version, client = changed(), client_for(who)

    assert client.get(url_of(version, released())).status_code == 404
    assert client.get(url_of(released(), version)).status_code == 404
    assert client.get(reverse("instrument_print", args=[version.pk])).status_code == 404
    assert client.get(reverse("instrument_docx", args=[version.pk])).status_code == 404


def test_a_draft_does_not_show_in_the_list_of_versions(client_for: Callable[..., Any]) -> None:
    first = piloted()
    hidden = draft(first)

    page = compare(client_for("lead"), first)

    assert hidden not in page.context["versions"]


def test_versions_of_two_cities_cannot_be_compared(client_for: Callable[..., Any]) -> None:
    theirs = the_round(world.THERE).instrument_version

    for client in (client_for("coordination"), client_for("coordination", world.THERE)):
        assert client.get(url_of(theirs, released())).status_code == 404
        assert client.get(url_of(released(), theirs)).status_code == 404


# ------------------------------------------------------------------- large instruments


def large(number: int) -> tuple[InstrumentVersion, InstrumentVersion]:
    """A version of so many requirements, and a draft in which ten of them are worded anew."""
    kinds = {"reflection_questions": "r", "citizen_questions": "c", "evidence_hints": "e"}
    lists = {
        field: tuple(text(f"Was merken die Menschen davon? {n}", f"{letter}{n}") for n in (1, 2, 3))
        for field, letter in kinds.items()
    }
    rows = [requirement(f"K-{n}", f"Wir tun {n} für alle.", **lists) for n in range(number)]
    areas = (area(f"A{n}", *rows[n::5]) for n in range(5))
    made = Instrument.objects.create(municipality=municipality(), key=f"large-{number}")
    base = write_version(instrument=made, file=instrument(*areas))
    base.state, base.released_on = VersionState.PILOT, the_round().starts_on
    base.save()
    version = draft(base)
    for row in rows[:10]:
        write(version, row.key, f"{row.text.text} Immer.")
    return version, base


def browser() -> Client:
    client = Client()
    client.force_login(person("coordination"))
    return client


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_the_page_of_a_large_instrument_asks_fifteen_times_at_most() -> None:
    client = browser()
    few, many = url_of(*large(15)), url_of(*large(300))

    cold = asked(client, many)
    assert cold <= 15
    assert asked(client, many) == asked(client, few) or asked(client, few) <= 15


def test_the_page_of_a_large_instrument_takes_three_times_as_long_at_most() -> None:
    client = browser()

    def seconds(url: str) -> float:
        began = perf_counter()
        assert client.get(url).status_code == 200
        return perf_counter() - began

    small, big = url_of(*large(15)), url_of(*large(300))
    best = {url: min(seconds(url) for _ in range(5)) for url in (small, big)}

    assert best[big] <= 3 * best[small]


def test_many_changes_come_in_pages_of_their_own(client_for: Callable[..., Any]) -> None:
    version, base = large(60)
    for row in version.requirements.all():
        write(version, row.key, f"{row.text} Niemals.")
    client = client_for("coordination")

    first = client.get(url_of(version, base))
    second = client.get(url_of(version, base), {"seite": "2", "art": "meaning"})

    keys = [[g.key for s in page.context["sections"] for g in s.groups] for page in (first, second)]
    assert len(keys[0]) == 40
    assert sorted(keys[0] + keys[1]) == sorted(f"K-{n}" for n in range(60))
    assert "art=meaning&amp;seite=1" in second.content.decode()
