"""Attack: harmful files, and reading what a partner does not share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chancencheck.assessments import operations as assess
from chancencheck.assessments.choices import Share
from chancencheck.assessments.forms import clean_file_name
from chancencheck.assessments.models import Assessment, Evidence
from tests import world
from tests.page_lint import by_class, parse, words
from tests.world import fresh, person

pytestmark = pytest.mark.usefixtures("cities")

PDF = b"%PDF-1.7 Leitfaden"
REFUSED = {
    "html as pdf": ("leitfaden.pdf", b"<html><script>alert(1)</script></html>"),
    "svg as png": ("bild.png", b"<svg onload='alert(1)'/>"),
    "exe as pdf": ("leitfaden.pdf", b"MZ\x90\x00"),
    "html": ("seite.html", b"<html></html>"),
    "svg": ("bild.svg", b"<svg/>"),
    "exe": ("programm.exe", b"MZ\x90\x00"),
    "no ending": ("leitfaden", PDF),
    "two endings": ("leitfaden.pdf.html", PDF),
}


def upload(client: Any, assessment: Assessment, name: str, data: bytes) -> Any:
    return client.post(
        reverse("evidence_add", args=[assessment.pk, "KOM-1"]),
        {"kind": "document", "text": "Leitfaden", "file": SimpleUploadedFile(name, data)},
    )


@pytest.fixture(autouse=True)
def own_uploads(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    case: str, client_for: Callable[..., Any]
) -> None:
    assessment = world.workshop()

    page = upload(client_for("moderator"), assessment, *REFUSED[case])

    assert page.status_code == 422
    assert page.context["form"].errors["file"]
    assert not Evidence.objects.exists()


def test_a_file_that_is_too_large_is_refused(client_for: Callable[..., Any], settings: Any) -> None:
    settings.EVIDENCE_FILE_MAX_BYTES = 100
    assessment = world.workshop()

    page = upload(client_for("moderator"), assessment, "a.pdf", PDF + b"x" * 100)

    assert page.status_code == 422
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Benutzer\\a.pdf", "a.pdf"),
        ("rechnung\u202efdp.exe.pdf", "rechnungfdp.exe.pdf"),
        ("zeile\r\nX-Kopf: ja.pdf", "zeileX-Kopf: ja.pdf"),
        ("", "datei"),
        ("ä" * 200 + ".pdf", "ä" * 146 + ".pdf"),
    ],
)
def test_a_file_name_holds_no_path_and_no_invisible_characters(name: str, cleaned: str) -> None:
    assert clean_file_name(name) == cleaned


def test_a_file_lies_under_a_random_name_and_comes_back_as_a_download_only(
    client_for: Callable[..., Any], tmp_path: Any
) -> None:
    assessment = world.workshop()
    client = client_for("moderator")
    upload(client, assessment, "leitfaden.pdf", PDF)
    evidence = Evidence.objects.get()

    response = client.get(reverse("evidence_file", args=[evidence.pk]))

    assert response.getvalue() == PDF
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="leitfaden.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "leitfaden" not in str([path.name for path in tmp_path.rglob("*")])


@pytest.mark.parametrize(
    ("share", "readers"),
    [
        (Share.ALL, {"job_lead", "job_member1", "job_moderator", "coordination", "steering"}),
        (Share.WORDS, {"job_lead", "job_member1", "job_moderator"}),
        (Share.PARTICIPATION, {"job_lead", "job_member1", "job_moderator"}),
    ],
)
def test_a_file_of_a_partner_is_read_by_those_it_is_shared_with(
    share: Share, readers: set[str], client_for: Callable[..., Any]
) -> None:
    assessment = world.workshop("Jobcenter")
    upload(client_for("job_moderator"), assessment, "leitfaden.pdf", PDF)
    world.release(world.settle(assessment), share)
    world.report_is_due()
    url = reverse("evidence_file", args=[Evidence.objects.get().pk])

    found = set()
    for who in (*readers, "coordination", "steering", "administration", "oversight"):
        response = client_for(who).get(url)
        if response.status_code == 200:
            response.getvalue()
            found.add(who)

    assert found == readers


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_a_link_leads_to_the_web_only(link: str, client_for: Callable[..., Any]) -> None:
    assessment = world.workshop()

    page = client_for("moderator").post(
        reverse("evidence_add", args=[assessment.pk, "KOM-1"]),
        {"kind": "document", "text": "Leitfaden", "link": link},
    )

    assert page.status_code == 422
    assert not Evidence.objects.exists()


# ------------------------------------------------------------------- what a partner shares


@pytest.mark.parametrize("share", [Share.WORDS, Share.PARTICIPATION])
def test_levels_a_partner_keeps_appear_nowhere_for_the_coordination(
    share: Share, client_for: Callable[..., Any]
) -> None:
    part = world.released("Jobcenter", share=share).participation
    world.report_is_due()
    world.build_round(world.HERE, name="Der nächste Durchgang", units=("Jobcenter",))
    following = part.round.municipality.rounds.get(
        name="Der nächste Durchgang"
    ).participations.get()
    second = assess.accept_participation(participation=following, by=person("job_lead"))
    _to_the_end(second)

    own_next = client_for("job_lead").get(reverse("result", args=[following.pk]))
    for who in ("coordination", "coordinating_group"):
        first_page = client_for(who).get(reverse("result", args=[part.pk]))
        next_page = client_for(who).get(reverse("result", args=[following.pk]))
        assert "stufe-zwei" not in first_page.content.decode()  # the first time: kept
        shown = next_page.content.decode()
        assert shown.count("stufe-zwei") == shown.count("stufe-eins")  # only names on the scale
        assert shown.count("stufe-drei") > shown.count("stufe-eins")  # the second time: shared
        assert not marks_of_last_round(next_page)
    assert marks_of_last_round(own_next)
    own = client_for("job_lead").get(reverse("result", args=[part.pk]))
    assert "stufe-zwei" in own.content.decode()
    assert ("Wir hören zu" in words(first_page)) == (share == Share.WORDS)


def marks_of_last_round(page: Any) -> list[Any]:
    tracks = by_class(parse(page), "cc-track")
    return [dot for track in tracks for dot in track.iter() if dot.get("class") == "cc-track__past"]


def _to_the_end(assessment: Assessment) -> None:
    """The next round of the same team: rated and agreed on the third level, shared whole."""
    lead, moderator = person("job_lead"), person("job_moderator")
    assess.set_scope(assessment=assessment, scope="Schalter", by=lead)
    for who in world.MEMBERS:
        assess.add_member(
            assessment=assessment, email=world.address(f"job_{who}"), name=who, by=lead
        )
    assess.name_moderator(assessment=assessment, email=moderator.email, by=lead)
    assess.invite_team(assessment=assessment, by=lead)
    world.finish(fresh(assessment), *world.MEMBERS)
    opened = world.open_workshop(fresh(assessment))
    world.release(world.settle(opened, level=3))
