"""What every page for citizens needs: its language, its city, the way to the other languages."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from chancencheck.citizens.languages import Language, language, languages
from chancencheck.organisations.models import Municipality


class LanguageConverter:
    """The code of a language in an address; other words are no address."""

    regex = "[a-z]{2}(?:-[a-z]+)?"

    def to_python(self, value: str) -> Language:
        """The language of a code."""
        try:
            return language(value)
        except KeyError as error:
            raise ValueError from error

    def to_url(self, value: Language | str) -> str:
        """The code of a language."""
        return value if isinstance(value, str) else value.code


def city_of(slug: str) -> Municipality:
    """The city of an address; nothing is public about the one for practising."""
    return get_object_or_404(Municipality, slug=slug, is_practice=False)


def links_to(name: str, *arguments: object) -> list[tuple[Language, str]]:
    """The same page in every language. The language is the last argument of its address."""
    return [(other, reverse(name, args=[*arguments, other])) for other in languages().values()]


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    city: Municipality | None,
    speaks: Language,
    links: Sequence[tuple[Language, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """Render a page for citizens. `speaks`: its language; `links`: the same page in others."""
    offered = [other for other, _address in links]
    frame = {"language": speaks, "city": city, "links": links, "offered": offered}
    return render(request, template, {**frame, **context}, status=status)


def not_found(request: HttpRequest, speaks: Language | None = None) -> HttpResponse:
    """The page that says there is nothing at this address."""
    speaks = speaks or language("de")
    return page(request, "citizens/not_found.html", {}, city=None, speaks=speaks, status=404)
