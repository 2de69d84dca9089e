"""Somebody reports a barrier: what is kept, what is not, and how they see what became of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chancencheck.barriers import rules, views_public
from chancencheck.barriers.models import BarrierContact, BarrierReport
from tests.barriers.phone import WORDS, Phone, code_of, report_url, reported, token_of, unit
from tests.page_lint import elements, holds, parse, text_of
from tests.world import HERE, THERE

pytestmark = pytest.mark.usefixtures("cities")


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    views_public.REPORTS.forget()
    views_public.LOOKUPS.forget()


@pytest.fixture
def phone() -> Phone:
    return Phone()


# ------------------------------------------------------------------- sending


def test_a_report_is_kept_with_its_day_and_the_code_opens_it(phone: Phone) -> None:
    page = phone.report(unit=unit().pk)

    report = BarrierReport.objects.get()
    code = code_of(page)
    assert (report.unit, report.where, report.what) == (unit(), *WORDS.values())
    assert (report.state, report.language) == ("new", "de")
    assert report.reported_on == timezone.localdate()
    assert code not in str(vars(report))
    assert "Es gibt noch keine Antwort" in phone.look_up(code).content.decode()


def test_no_cookie_is_set_and_no_page_is_kept(phone: Phone) -> None:
    pages = [phone.get(report_url()), phone.report(), phone.look_up("AAAAA-AAAAA")]

    assert not phone.cookies
    assert all("no-store" in page["Cache-Control"] for page in pages)


def test_the_same_form_sent_twice_is_one_report_with_one_code(phone: Phone) -> None:
    form = {"token": token_of(phone.get(report_url())), **WORDS, "contact": "a@b.example"}

    codes = {code_of(phone.post(report_url(), form)) for _time in range(2)}

    assert len(codes) == 1
    assert (BarrierReport.objects.count(), BarrierContact.objects.count()) == (1, 1)


def test_another_text_in_the_same_form_is_a_report_of_its_own(phone: Phone) -> None:
    form = {"token": token_of(phone.get(report_url())), **WORDS}

    codes = {code_of(phone.post(report_url(), {**form, "what": text})) for text in "ab"}

    assert len(codes) == 2
    assert BarrierReport.objects.count() == 2


@pytest.mark.parametrize("token", ["", "x", "ü" * 30, "a b" * 10])
def test_who_sends_a_token_of_their_own_gets_nobody_elses_code(phone: Phone, token: str) -> None:
    codes = {code_of(phone.post(report_url(), {**WORDS, "token": token})) for _time in range(2)}

    assert len(codes) == 2


@pytest.mark.parametrize("left_out", ["where", "what"])
def test_what_is_missing_is_said_at_the_field_and_the_rest_is_still_there(
    phone: Phone, left_out: str
) -> None:
    page = phone.report(**{"contact": "0621 1", "unit": unit().pk, left_out: " \u202e "})

    assert page.status_code == 422
    assert page.content.decode().count("Bitte schreiben Sie hier etwas.") == 2
    kept = next(text for name, text in WORDS.items() if name != left_out)
    assert holds(page, kept)
    assert holds(page, "0621 1")
    assert chosen(page) == "Bürgeramt"
    assert not BarrierReport.objects.exists()


def test_a_text_that_is_too_long_comes_back_whole(phone: Phone) -> None:
    page = phone.report(what="a" * 2001)

    assert page.status_code == 422
    assert "höchstens 2000 Zeichen" in page.content.decode()
    assert holds(page, "a" * 2001)


def test_line_breaks_count_once(phone: Phone) -> None:
    phone.report(what="a\r\n" * 900)

    assert BarrierReport.objects.get().what == ("a\n" * 900).strip()


def test_signs_nobody_sees_are_taken_out_and_scripts_stay_words(phone: Phone) -> None:
    phone.report(
        where="Tür\x00\x1b \u202egnp.exe\u2066", what="<script>x</script>", contact="a\nb\u202d"
    )

    report = BarrierReport.objects.get()
    assert (report.where, report.what) == ("Tür gnp.exe", "<script>x</script>")
    assert BarrierContact.objects.get().text == "a b"


def chosen(page: Any) -> str:
    marked = [e for e in elements(parse(page)) if e.tag == "option" and "selected" in e.attrib]
    return text_of(marked[0]) if marked else ""


def test_the_qr_code_of_a_place_has_chosen_it_already(phone: Phone) -> None:
    assert chosen(phone.get(report_url(), {"stelle": unit("Bücherei").pk})) == "Bücherei"


@pytest.mark.parametrize("place", ["0", "-1", "abc", "9" * 30, "²"])
def test_a_place_that_is_not_there_is_nobody_s(phone: Phone, place: str) -> None:
    assert phone.get(report_url(), {"stelle": place}).status_code == 200

    phone.report(unit=place)

    assert BarrierReport.objects.get().unit is None


def test_no_report_lies_at_an_institution_of_another_city(phone: Phone) -> None:
    phone.report(unit=unit(city=THERE).pk)

    assert BarrierReport.objects.get().unit is None


def test_another_language_keeps_what_was_typed_and_sends_nothing(phone: Phone) -> None:
    form = {"token": "t" * 43, "unit": unit().pk, "contact": "0621 1", **WORDS}

    page = phone.post(report_url("ar"), {**form, "language": "ar"})

    assert page.status_code == 200
    assert not BarrierReport.objects.exists()
    assert (parse(page).get("lang"), parse(page).get("dir")) == ("ar", "rtl")
    assert all(holds(page, text) for text in (*WORDS.values(), "0621 1", "t" * 43))
    assert chosen(page) == "Bürgeramt"


def test_the_key_enter_sends_and_does_not_change_the_language(phone: Phone) -> None:
    page = parse(phone.get(report_url()))

    buttons = [e for e in elements(page) if e.tag == "button"]
    assert buttons[0].get("name") is None
    assert buttons[1].get("name") == "language"


def test_before_the_form_people_read_where_discrimination_is_heard(phone: Phone) -> None:
    text = phone.get(report_url()).content.decode()

    assert text.index("/hilfe/de/") < text.index("<form")


def test_too_many_at_once_have_to_wait_and_keep_their_text(phone: Phone) -> None:
    form = {"token": "t" * 43, **WORDS}
    codes = [phone.post(report_url(), {**form, "what": str(n)}).status_code for n in range(11)]

    page = phone.post(report_url(), {**form, "what": "Zu viel"})

    assert codes == [200] * 10 + [429]
    assert holds(page, "Zu viel")
    assert BarrierReport.objects.count() == 10


def test_a_form_on_another_site_reports_nothing() -> None:
    page = Client().post(report_url(), WORDS, headers={"sec-fetch-site": "cross-site"})

    assert page.status_code == 403
    assert not BarrierReport.objects.exists()


# ------------------------------------------------------------------- the code


@pytest.mark.parametrize("change", ["lower", "blanks", "arabic digits", "wide"])
def test_a_code_may_be_typed_in_many_ways(phone: Phone, change: str) -> None:
    code = code_of(phone.report())
    typed = {
        "lower": code.lower(),
        "blanks": f" {' '.join(code.replace('-', '–'))}\u200f",
        "arabic digits": code.translate(str.maketrans("346789", "٣٤٦٧٨٩")),
        "wide": "".join(chr(ord(c) + 0xFEE0) for c in code),
    }[change]

    assert "Es gibt noch keine Antwort" in phone.look_up(typed).content.decode()


@pytest.mark.parametrize("code", ["", "  ", "AAAAA-AAAAA", "' OR 1=1 --", "\x00", "ä" * 5000])
def test_a_wrong_code_gets_a_friendly_answer(phone: Phone, code: str) -> None:
    assert phone.look_up(code).status_code == 422


def test_a_code_opens_nothing_in_another_city(phone: Phone) -> None:
    code = code_of(phone.report())

    assert phone.look_up(code, city=THERE).status_code == 422


def test_trying_codes_is_limited(phone: Phone) -> None:
    found = [phone.look_up("AAAAA-AAAAA").status_code for _try in range(21)]

    assert found == [422] * 20 + [429]


def test_the_state_is_read_in_every_language_and_the_answer_is_german(phone: Phone) -> None:
    code = code_of(phone.report())
    BarrierReport.objects.update(state="solved", answer="Es gibt eine Rampe.")

    page = phone.look_up(code, "ar")

    answer = next(e for e in elements(parse(page)) if e.get("lang") == "de" and e.tag == "div")
    assert "تمت إزالة العائق" in page.content.decode()
    assert (text_of(answer).strip(), answer.get("dir")) == ("Es gibt eine Rampe.", "ltr")


@pytest.mark.parametrize("name", ["unknown", HERE])
def test_what_is_not_a_city_s_short_name_is_not_there(phone: Phone, name: str) -> None:
    assert phone.get(f"/mitreden/{name}/barriere/de/").status_code == 404


# ------------------------------------------------------------------- the contact


def test_the_contact_lies_apart_and_goes_within_six_months() -> None:
    report = reported(contact="a@b.example")

    contact = BarrierContact.objects.get()
    assert contact.report == report
    assert "a@b" not in str(vars(report)) + str(contact)
    assert contact.delete_on == timezone.localdate() + timedelta(days=180)


def test_without_a_contact_nothing_is_stored_for_it() -> None:
    reported(contact="  ")

    assert not BarrierContact.objects.exists()


@pytest.mark.parametrize("month", range(1, 13))
def test_the_page_promises_no_more_than_the_months_it_names(month: int) -> None:
    for year in (2027, 2028):
        day = date(year, month, 1)
        years, rest = divmod(month - 1 + rules.KEPT_MONTHS, 12)
        assert rules.deleted_on(day, None) <= date(year + years, rest + 1, 1)


def test_the_end_brings_the_deletion_forward_and_never_back() -> None:
    day = date(2027, 1, 1)

    assert rules.deleted_on(day, date(2027, 1, 10)) == date(2027, 2, 9)
    assert rules.deleted_on(day, date(2027, 12, 1)) == rules.deleted_on(day, None)
