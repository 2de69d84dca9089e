"""Attack: learn from the public page who stands behind a measure, or what is not public."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chancencheck.accounts.models import User
from chancencheck.lib.errors import NotAllowedNow
from chancencheck.measures import operations
from chancencheck.measures.choices import State
from chancencheck.measures.models import Function, Measure, MeasureEvent
from chancencheck.measures.publish import publish_measure, withdraw_measure
from chancencheck.organisations.models import Municipality
from chancencheck.organisations.operations import ensure_person
from tests import measures_world as made
from tests import world
from tests.page_lint import parse, words
from tests.surveys.phone import Phone
from tests.world import HERE, THERE, municipality, person

pytestmark = pytest.mark.usefixtures("cities")

SignIn = Callable[..., Any]
PLAIN = "Sie können abends kommen."
EVIL = "<script>alert(1)</script>\"'&\u202eevil\u202c \x07z"


def address(city: str = HERE, language: str = "de") -> str:
    return reverse("said_and_done", args=[municipality(city).slug, language])


def public(city: str = HERE, language: str = "de", **chosen: str) -> str:
    """What everybody reads."""
    page = Phone().get(address(city, language), chosen)
    assert page.status_code == 200
    return words(page)


def published(measure: Measure | None = None, text: str = PLAIN, who: str = "lead") -> Measure:
    measure = measure or made.own()
    publish_measure(measure=measure, text=text, by=person(who))
    measure.refresh_from_db()
    return measure


# ------------------------------------------------------------------- what everybody reads


def test_everybody_reads_plain_words_and_where_it_stands_but_no_function_and_no_person() -> None:
    measure = published(made.own(title="Öffnungszeiten Schalter 2 prüfen"))
    operations.set_state(measure=measure, state=State.RUNNING, by=person("holder"))
    operations.set_state(
        measure=measure,
        state=State.POSTPONED,
        reason="Frau Beispiel ist krank",
        due_on=made.in_days(90),
        by=person("lead"),
    )
    published(made.central(), "Wir übersetzen Briefe.", "coordination")
    functions = Function.objects.values_list("name", flat=True)
    people = [n for u in User.objects.all() for n in (u.name, u.email) if n.strip()]
    kept = ["Schalter 2", "Frau Beispiel", "Weniger Rückfragen", *functions, *people]

    for language in ("de", "en", "ar"):
        page = Phone().get(address(language=language)).content.decode()
        assert PLAIN in page
        assert "Wir übersetzen Briefe." in page
        assert [text for text in kept if text in page] == []


def test_only_published_measures_of_this_city_that_hold_are_there() -> None:
    published()
    made.own("Bücherei", "Nie veröffentlicht")
    there = made.own(city=THERE)
    publish_measure(measure=there, text="Aus der anderen Stadt.", by=person("lead", THERE))
    early = made.taken_on(world.settled("Bücherei"))
    # past all operations: whatever is stored, nothing is read before the release
    Measure.objects.filter(pk=early.pk).update(
        public_text="Noch geheim", published_on=made.in_days(0)
    )

    here = public()

    assert PLAIN in here
    for text in ("Nie veröffentlicht", "Aus der anderen Stadt.", "Noch geheim"):
        assert text not in here
    assert "Aus der anderen Stadt." in public(THERE)
    assert PLAIN not in public(THERE)


def test_nothing_can_be_published_before_the_release() -> None:
    assessment = world.settled()
    for measure in (made.taken_on(assessment), made.proposed(assessment)):
        with pytest.raises(NotAllowedNow):
            publish_measure(measure=measure, text=PLAIN, by=person("lead"))


def test_what_is_taken_back_is_gone_at_once_also_from_the_filters(client_for: SignIn) -> None:
    measure = published()
    published(made.own("Bücherei"), "Es gibt mehr Bücher.", "library_lead")
    page = reverse("measure_publish", args=[measure.pk])
    before = public()

    client_for("lead").post(page, {"do": "withdraw"})

    assert PLAIN in before
    after = public()
    assert PLAIN not in after
    assert "Bürgeramt" not in after
    assert "Es gibt mehr Bücher." in after
    with pytest.raises(NotAllowedNow):
        withdraw_measure(measure=measure, by=person("lead"))


def test_the_page_is_kept_nowhere_and_sets_no_cookie_even_for_somebody_signed_in(
    client_for: SignIn,
) -> None:
    published()
    client = client_for("lead")
    before = dict(client.cookies)

    page, signed_in = Phone().get(address()), client.get(address())

    assert not page.cookies
    assert not signed_in.cookies
    assert dict(client.cookies) == before
    assert "no-store" in page["Cache-Control"]
    assert page.content == signed_in.content
    assert Phone().post(address()).status_code == 405


def test_the_city_for_practising_has_no_public_page() -> None:
    published()
    Municipality.objects.filter(name=HERE).update(is_practice=True)

    assert Phone().get(address()).status_code == 404


def test_hostile_words_stay_words(client_for: SignIn) -> None:
    measure = made.own()
    client = client_for("lead", typed=True)
    url = reverse("measure_publish", args=[measure.pk])

    looked_at = client.post(url, {"do": "preview", "text": EVIL})
    client.post(url, {"do": "publish", "text": EVIL})
    page = Phone().get(address())

    measure.refresh_from_db()
    assert measure.public_text == "<script>alert(1)</script>\"'&evil z"
    assert measure.public_text in words(page)
    for response in (looked_at, page):
        assert all(script.get("src") for script in parse(response).iter("script"))


@pytest.mark.parametrize("value", ["-1", "9" * 30, "x", "\0", "'; DROP", "ü" * 500])
def test_filter_values_that_do_not_exist_break_nothing(value: str) -> None:
    published()

    for name in ("stelle", "thema"):
        assert PLAIN not in public(**{name: value})


# ------------------------------------------------------------------- publishing


@pytest.mark.parametrize(
    "text",
    [
        "Herr Beispiel hilft Ihnen.",
        "Dr. Beispiel hilft Ihnen.",
        "Schreiben Sie an hilfe@musterstadt.example.",
        "In Erika Neumanns Büro.",
        "Fragen Sie Erika\nNeumann.",
        "Fragen Sie ERIKA  NEUMANN.",
    ],
)
def test_a_text_that_names_somebody_is_refused_at_the_field(text: str, client_for: SignIn) -> None:
    measure = made.own()
    ensure_person(
        email="neu@musterstadt.example", name="Erika Neumann", municipality=municipality()
    )

    page = client_for("lead").post(
        reverse("measure_publish", args=[measure.pk]), {"do": "publish", "text": text}
    )

    measure.refresh_from_db()
    assert page.status_code == 422
    assert page.context["form"].errors["text"]
    assert measure.published_on is None


def test_words_that_only_look_like_a_name_are_no_name(client_for: SignIn) -> None:
    measure = made.own()
    ensure_person(email="neu@musterstadt.example", name="Max Bau", municipality=municipality())
    text = "Climax Bauwesen und Max Bauer helfen. Die Leitung der Anmeldung ruft Sie an."

    client_for("lead").post(
        reverse("measure_publish", args=[measure.pk]), {"do": "publish", "text": text}
    )

    assert text in public()


def test_only_the_lead_publishes_and_for_the_whole_city_the_coordination() -> None:
    assessment = world.settled()
    of_team = made.taken_on(assessment)
    world.release(assessment)
    central = made.central()
    others = ("holder", "member1", "moderator", "coordination", "executive", "administration")
    refused = [(of_team, who) for who in others]
    refused += [(central, who) for who in ("city_holder", "lead", "executive", "steering")]

    for measure, who in refused:
        with pytest.raises(PermissionDenied):
            published(measure, who=who)

    assert published(of_team).published_on
    assert published(central, who="coordination").published_on
    assert {e.values.get("by") for e in MeasureEvent.objects.all()} == {None}


def test_looking_at_it_first_publishes_nothing(client_for: SignIn) -> None:
    measure = made.own()

    page = client_for("lead").post(
        reverse("measure_publish", args=[measure.pk]), {"do": "preview", "text": PLAIN}
    )

    assert page.context["shown"] == PLAIN
    assert PLAIN not in public()
