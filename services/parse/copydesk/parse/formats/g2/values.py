"""NewsML-G2's values: qcodes and URIs, names in several languages, dates (NewsML-G2 Guidelines, sections 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from copydesk.parse.plain import line
from copydesk.parse.xml import Element, attribute, children, text

_VOCABULARIES: Final = {
    "mediatopic": "medtop", "subjectcode": "subj", "newsitemtype": "ninat", "pubstatusg2": "stat", "signal": "sig",
    "genre": "genre", "descriptionrole": "drol", "headlinerole": "hld", "rendition": "rnd",
}  # fmt: skip
"""Names of the IPTC's vocabularies in their URIs (cv.iptc.org/newscodes/…), and the aliases that qcodes use."""
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_HOST = re.compile(r"https?://(?:www\.)?([^/:?#]+)")
_NEWSCODE = re.compile(r"https?://cv\.iptc\.org/newscodes/([a-z0-9]+)/(\S+)")


def code(element: Element | None) -> str | None:
    """Return the concept's code as a qcode: as sent, or made of its URI where that is the IPTC's; else its URI."""
    given = attribute(element, "qcode", "uri")
    found = _NEWSCODE.fullmatch(given) if given else None
    return f"{_VOCABULARIES.get(found[1], found[1])}:{found[2]}" if found else given


def scheme(qcode: str | None) -> str | None:
    """Return the alias of the code's scheme: `medtop` of `medtop:20000763`; None for a URI."""
    alias, colon, rest = (qcode or "").partition(":")
    return alias if colon and not rest.startswith("//") else None


def term(qcode: str | None) -> str:
    """Return the code without its scheme, in lower case: `picture` of `ninat:picture`."""
    return (qcode or "").rpartition(":")[2].rpartition("/")[2].casefold()


def role(element: Element) -> str:
    """Return the element's role without its scheme, in lower case."""
    return term(attribute(element, "role", "roleuri"))


def in_language(elements: Iterable[Element], language: str | None) -> Element | None:
    """Return the first element in that language that says anything, else the first that says anything."""
    wanted = (language or "").casefold().partition("-")[0]
    first = None
    for element in elements:
        if text(element):
            if not wanted or (element.get(_LANG) or "").strip().casefold().partition("-")[0] == wanted:
                return element
            first = element if first is None else first
    return first


def name(element: Element | None, language: str | None = None) -> str | None:
    """Return how a concept is called: its `name` in the article's language, its literal, its text, or its code's end."""
    if element is None:
        return None
    given = named(element, language)
    if not given and len(element) == 0:
        given = line(text(element) or "")
    return given or line(_end_of(code(element) or "")) or None


def named(element: Element, language: str | None) -> str | None:
    """Return the concept's name in the article's language, or its literal, where the item tells one beside the code."""
    given = text(in_language(children(element, "name"), language)) if len(element) else None
    given = given or attribute(element, "literal")
    return line(given) or None if given else None


def _end_of(qcode: str) -> str:
    """The part of a code that names something: `AFP` of `nprov:AFP`, the host of a web address."""
    host = _HOST.match(qcode)
    return host[1] if host else qcode.rpartition(":")[2].rpartition("/")[2]


def texts(elements: Iterable[Element]) -> Iterator[str]:
    """Yield what the elements say, without those that say nothing."""
    for element in elements:
        if told := text(element):
            yield told
