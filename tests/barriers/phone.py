"""The phone of somebody who reports a barrier: no account, no cookies, no script."""

from typing import Any

from django.test import Client
from django.urls import reverse

from chancencheck.barriers.models import BarrierReport
from chancencheck.organisations.models import Unit
from tests.page_lint import by_class, elements, is_page, parse, problems, text_of
from tests.world import HERE, municipality

WORDS = {"where": "Eingang", "what": "Eine hohe Stufe"}


class Phone(Client):
    """Checks each page, as LintingClient does; forms for citizens need no token against forgery."""

    def request(self, **request: Any) -> Any:
        """Send, check the page, hand it on."""
        response = super().request(**request)
        if is_page(response):
            found = [line for line in problems(response, typed=True) if "CSRF" not in line]
            assert not found, "\n".join(found)
        return response

    def report(self, language: str = "de", city: str = HERE, **words: Any) -> Any:
        """Open the form, fill it in, send it."""
        url = report_url(language, city)
        return self.post(url, {"token": token_of(self.get(url)), **WORDS, **words})

    def look_up(self, code: str, language: str = "de", city: str = HERE, **words: Any) -> Any:
        """Ask what became of the report with this code."""
        url = reverse("barrier_state", args=[municipality(city).slug, language])
        return self.post(url, {"code": code, **words})


def report_url(language: str = "de", city: str = HERE) -> str:
    """The address of the form."""
    return reverse("barrier_report", args=[municipality(city).slug, language])


def token_of(page: Any) -> str:
    """The random text of a form."""
    return next(e.attrib["value"] for e in elements(parse(page)) if e.get("name") == "token")


def code_of(page: Any) -> str:
    """The code that the page of thanks shows."""
    return text_of(by_class(parse(page), "cz-code")[0])


def unit(name: str = "Bürgeramt", city: str = HERE) -> Unit:
    """An institution."""
    return Unit.objects.get(municipality__name=city, name=name)


def reported(name: str | None = "Bürgeramt", city: str = HERE, **words: Any) -> BarrierReport:
    """A fresh report, through the page; without a name nobody knows the institution."""
    before = set(BarrierReport.objects.values_list("pk", flat=True))
    key = unit(name, city).pk if name else ""
    Phone().report(city=city, unit=key, **words)
    return BarrierReport.objects.exclude(pk__in=before).get()
