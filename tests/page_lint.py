"""Reads each page as a browser would, and says what is wrong with it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponseBase
from django.test import Client

# Control characters that people type are kept as they are.
TYPED = {"invalid-codepoint"}
LABELLED = {"input", "select", "textarea"}
UNSEEN_INPUTS = {"hidden", "submit", "button", "image", "reset"}
SILENT = {"script", "style", "template"}


class LintingClient(Client):
    """A browser of the tests: every HTML page that comes back is checked (pieces for scripts not).

    `typed=True`: the page shows odd texts that people typed, so quotes and odd signs are fine.
    """

    def __init__(self, *args: Any, typed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed = typed

    def request(self, **request: Any) -> Any:
        """Send, check the page, hand it on."""
        response = super().request(**request)
        if is_page(response) and request.get("HTTP_X_REQUESTED_WITH") != "fetch":
            found = list(problems(response, typed=self.typed))
            where = f"{request['REQUEST_METHOD']} {request['PATH_INFO']} ({response.status_code})"
            assert not found, where + "\n" + "\n".join(found)
        return response


def is_page(response: HttpResponseBase) -> bool:
    """Whether a response is a whole page of ours."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    has_body = response.status_code == 200 or 400 <= response.status_code < 500
    return is_html and has_body and response.status_code != 405


def problems(response: Any, *, typed: bool) -> Iterator[str]:
    """Everything that is wrong with a page, in sentences."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(response.content.decode())
    for (line, _column), code, details in parser.errors:
        if not (typed and code in TYPED):
            yield f"line {line}: {code} {details}"
    if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
        yield "no strict Content-Security-Policy"
    if not page.get("lang"):
        yield "no language"
    yield from _title_and_heading(page)
    yield from _ids(page)
    yield from _forms(page)
    yield from _labels(page)
    yield from _inline(page)
    if not typed and page.get("lang") == "de":
        yield from _straight_quotes(page)


def _title_and_heading(page: Element) -> Iterator[str]:
    title = text_of(page.find("head/title")).strip()
    if not title or title.startswith(("–", "- ")) or title == "ChancenCheck":
        yield f"empty title: {title!r}"
    headings = [h for h in page.iter("h1") if text_of(h).strip()]
    if len(headings) != 1:
        yield f"{len(headings)} first headings"


def _ids(page: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in elements(page) if element.get("id") is not None)
    for name, number in ids.items():
        if number > 1 or not name:
            yield f"id {name!r} is there {number} times"
    for element in elements(page):
        for attribute in ("aria-labelledby", "aria-describedby", "for", "form"):
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute}={name!r} leads nowhere"


def _forms(page: Element) -> Iterator[str]:
    for form in page.iter("form"):
        if form.get("method", "").lower() not in ("get", "post"):
            yield f"form without method: {form.attrib}"
        if form.get("action") == "":
            yield f"form with an empty action: {form.attrib}"
        names = {field.get("name") for field in form.iter("input")}
        # pages for citizens have no session that a forged form could use
        is_public = form.get("action", "").startswith(("/u/", "/mitreden/"))
        is_post = form.get("method", "").lower() == "post" and not is_public
        if is_post and "csrfmiddlewaretoken" not in names:
            yield f"form without CSRF token: {form.attrib}"


def _labels(page: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label") if text_of(label).strip()}
    for element in elements(page):
        if element.tag == "button" and not text_of(element).strip():
            yield f"button without words: {element.attrib}"
        if element.tag not in LABELLED or element.get("type") in UNSEEN_INPUTS:
            continue
        if element.get("id") in labelled or element.get("aria-label"):
            continue
        if not element.get("aria-labelledby"):
            yield f"field without label: {element.attrib}"


def _inline(page: Element) -> Iterator[str]:
    for element in elements(page):
        if element.tag == "style" or "style" in element.attrib:
            yield f"inline style: {element.tag} {element.attrib}"
        if element.tag == "script" and (not element.get("src") or text_of(element).strip()):
            yield "inline script"
        for name, value in element.attrib.items():
            if str(name).startswith("on"):
                yield f"inline handler {name}"
            if name in ("href", "src", "action") and value.strip().lower().startswith(
                "javascript:"
            ):
                yield f"script in {name}"


def _straight_quotes(page: Element) -> Iterator[str]:
    for text in visible_texts(page.find("body")):
        if '"' in text:
            yield f"straight quotes: {text.strip()!r}"


def visible_texts(element: Element | None) -> Iterator[str]:
    """Texts outside scripts, and not what stands in a text field."""
    if element is None or element.tag in SILENT | {"textarea"} or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        yield from visible_texts(child)
        yield child.tail or ""


def elements(page: Element) -> Iterator[Element]:
    """Elements without comments."""
    return (element for element in page.iter() if isinstance(element.tag, str))


def text_of(element: Element | None) -> str:
    """All words inside an element."""
    return "" if element is None else "".join(element.itertext())


def parse(response: Any) -> Element:
    """The page as a tree."""
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def by_class(page: Element, name: str) -> list[Element]:
    """Elements that carry this CSS class."""
    return [e for e in elements(page) if name in (e.get("class") or "").split()]


def words(response: Any) -> str:
    """The visible words of a page, with single spaces."""
    return re.sub(r"\s+", " ", " ".join(visible_texts(parse(response).find("body"))))


def holds(page: Any, text: str) -> bool:
    """Whether a page holds the text as text: in words, or as what a field keeps."""
    held = [e.get("value") or text_of(e) for e in elements(parse(page))]
    return any(text in value for value in held)
