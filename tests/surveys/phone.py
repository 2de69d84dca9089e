"""The phones of people who answer a survey: no account, no cookie, no script."""

import re
from typing import Any

from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from chancencheck.surveys import operations
from chancencheck.surveys.counting import PEOPLE
from chancencheck.surveys.models import Counter, Entrance, Survey
from tests.page_lint import is_page, problems
from tests.surveys_world import entrance


def close(survey: Survey) -> None:
    """The calendar closes the survey."""
    operations.close_survey(survey=Survey.objects.get(pk=survey.pk), by=None)
    survey.refresh_from_db()


def url_of(way: Entrance | Survey, language: str = "de") -> str:
    """The address that stands on a poster."""
    way = entrance(way) if isinstance(way, Survey) else way
    return reverse("survey_in", args=[way.code, language])


def people(survey: Survey) -> int:
    """How many are counted."""
    found = Counter.objects.filter(entrance__part__survey=survey, item=PEOPLE)
    return found.aggregate(total=Sum("n"))["total"] or 0


def ticket_of(page: Any) -> str:
    """The ticket that lies in a page; empty if there is none."""
    found = re.search(r'name="ticket" value="([^"]*)"', page.content.decode())
    return found[1] if found else ""


class Phone(Client):
    """Somebody without an account; each page is checked. Forms here need no token."""

    def __init__(self, *args: Any, checks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = checks

    def request(self, **request: Any) -> Any:
        """Send, check the page, hand it on."""
        response = super().request(**request)
        if self.checks and is_page(response):
            found = [line for line in problems(response, typed=True) if "CSRF" not in line]
            assert not found, "\n".join(found)
        return response

    def answer(
        self, way: Entrance | Survey, answers: dict[int, int], text: str = "", language: str = "de"
    ) -> Any:
        """Open the page, answer, send."""
        url = url_of(way, language)
        return self.post(url, form(ticket_of(self.get(url)), answers, text))


def form(ticket: str, answers: dict[int, int], text: str = "", **more: Any) -> dict[str, Any]:
    """What a page sends."""
    values = {f"a{number}": value for number, value in answers.items()}
    return {"ticket": ticket, "step": "", "do": "send", **values, "text": text, **more}
