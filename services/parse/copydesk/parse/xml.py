"""XML of a document, read safely: no DTD, no entity expanded, no network, size and depth bounded.

Wire XML lies: encodings declared wrong, byte order marks, DTDs that nobody ships, HTML's entities without their DTD, naked
ampersands, control bytes, undeclared prefixes. Those are mended, and said in `notes`. What is cut short, nested without end
or otherwise no XML is refused: half a story is worse than none.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from copydesk.parse.charset import decode
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal
from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml's only name for its elements

MAX_BYTES = 32 * 1024 * 1024
MAX_PROLOG = 64 * 1024

_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})""")
_WIDE = re.compile(r"(?:utf|ucs)-?_?(?:16|32|2|4)\b|utf-?(?:16|32)", re.IGNORECASE)
_START_TAG = re.compile(r"<([A-Za-z_][\w.:-]{0,100})")
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,30});)?")
_DECLARED = re.compile(r"<!ENTITY\s+([^\s%]\S{0,100})")
_XML = {f"xml:{name}": "{http://www.w3.org/XML/1998/namespace}" + name for name in ("lang", "id", "base", "space")}
_OWN = {"amp", "lt", "gt", "quot", "apos"}
_TRAILING = "\x00\x03\x04\x1a \t\r\n"


@dataclass(frozen=True)
class Document:
    """The root element, and what had to be mended to get at it."""

    root: Element
    notes: list[str] = field(default_factory=list)


def parse(raw: Raw) -> Document:
    """Return the document's XML. Refusal `too-large`, `too-deep`, `truncated` or `broken`, in linear time."""
    if len(raw.data) > MAX_BYTES:
        raise Refusal("too-large", f"{len(raw.data)} bytes of XML; {MAX_BYTES} are the most that is read")
    source, notes = _decoded(raw.data)
    body = _without_prolog(source)
    try:
        return Document(_strict(body), notes)
    except etree.XMLSyntaxError as error:
        declared = frozenset(_DECLARED.findall(source, 0, MAX_PROLOG))
        return Document(_mended(body, error, declared), [*notes, f"xml: mended ({error.msg})"])


def source_of(raw: Raw) -> tuple[str, list[str]]:
    """Return the document's text from its root on, declaration and DTD left out, and notes on its encoding."""
    source, notes = _decoded(raw.data)
    return _without_prolog(source), notes


def nests_too_deep(source: str) -> bool:
    """Tell whether the text nests elements beyond what is read, as far as it is well-formed."""
    try:
        _strict(source)
    except etree.XMLSyntaxError as error:
        return "Excessive depth" in str(error.msg)
    return False


def _decoded(data: bytes) -> tuple[str, list[str]]:
    found = _ENCODING.search(data[:400].replace(b"\x00", b""))
    label = found[1].decode("ascii") if found else None
    if label and _WIDE.match(label) and found and found[0] in data[:400]:
        label = None  # a declaration that can be read byte by byte is in no such encoding
    decoded = decode(data, label)
    return decoded.text, list(decoded.notes)


def root_name(raw: Raw) -> tuple[str, str]:
    """Return the root's local name in lower case, and its start tag as far as the head shows it; two empty texts if none.

    A cheap look at the head alone, for a format to recognise its own; never raises.
    """
    return _root_of(raw.head)


@lru_cache(maxsize=4)  # every XML format asks the same of the same head
def _root_of(head_bytes: bytes) -> tuple[str, str]:
    head = head_bytes.replace(b"\x00", b"").decode("latin-1")
    at = _root_at(head)
    found = _START_TAG.match(head, at) if at >= 0 else None
    if not found:
        return "", ""
    end = head.find(">", at)
    return found[1].rpartition(":")[2].lower(), head[at : end if end >= 0 else len(head)]


def local(element: Element) -> str:
    """Return the element's name without its namespace; empty for a comment or an instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the children of these local names, whatever their namespace (agencies disagree on it)."""
    return iter(()) if element is None else element.iterchildren(*_anywhere(names))


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first element at the end of the path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next(element.iterchildren("{*}" + name), None)
    return element


def descendants(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the descendants of these local names in document order."""
    return iter(()) if element is None else element.iterdescendants(*_anywhere(names))


@lru_cache(maxsize=1024)
def _anywhere(names: tuple[str, ...]) -> list[str]:
    """The names, whatever their namespace, as lxml matches them."""
    return ["{*}" + name for name in names]


def text(element: Element | None) -> str | None:
    """Return the element's text with that of all its descendants, trimmed; None where there is none."""
    if element is None:
        return None
    own = element.text if len(element) == 0 else "".join(map(str, element.itertext()))
    return (own or "").strip() or None


def text_at(element: Element | None, *path: str) -> str | None:
    """Return the text of the first element at the end of the path, or None."""
    return text(child(element, *path))


def attribute(element: Element | None, *names: str) -> str | None:
    """Return the first of these attributes that is there and not empty; `xml:lang` is written so."""
    if element is None:
        return None
    for name in names:
        if (value := element.get(_XML.get(name, name))) and (value := value.strip()):
            return value
    return None


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _strict(body: str) -> Element:
    return etree.fromstring(body.encode("utf-8", "surrogatepass"), _parser(recover=False))


def _mended(body: str, first: etree.XMLSyntaxError, declared: frozenset[str]) -> Element:
    """Parse again with HTML's entities resolved, naked ampersands escaped and controls gone; prefixes may be undeclared.

    `declared` are the entities that the document defines itself; where one of them is used the document is refused.
    """
    if bound := next((kind for mark, kind in _BOUNDS if mark in str(first.msg)), None):
        raise Refusal(bound, f"xml: {first.msg}") from first

    def reference(found: re.Match[str]) -> str:
        return _reference(found, declared)

    body = _AMPERSAND.sub(reference, _UNCLEAN.sub("", body))
    parser = _parser(recover=True)
    root = etree.fromstring(body.encode(), parser)
    left = [entry for entry in parser.error_log if entry.domain_name != "NAMESPACE"]
    if root is None or left:
        message = left[0].message if left else first.msg
        cut = any("Premature end" in entry.message or "not found" in entry.message for entry in left)
        raise Refusal("truncated" if cut else "broken", f"xml: {message}") from first
    return root


_BOUNDS = (("Excessive depth", "too-deep"), ("too long", "too-large"), ("limit exceeded", "too-large"))


def _reference(found: re.Match[str], declared: frozenset[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name in _OWN or name.startswith("#"):
        return found[0]
    if known := html.entities.html5.get(name + ";"):
        return html.escape(known, quote=False)
    if name in declared:
        raise Refusal("entities", f"xml: uses an entity of its own, &{name};, and those are never resolved")
    # An entity of a DTD that was not read stays visible rather than vanish.
    return "&amp;" + found[0][1:]


def _without_prolog(body: str) -> str:
    """Return the text from the root's start tag on: without declaration, DTD and whatever the line left behind the end."""
    at = _root_at(body)
    if at < 0:
        raise Refusal("broken", "xml: no element")
    return body[at:].rstrip(_TRAILING)


def _root_at(body: str) -> int:
    """Return where the root's start tag begins, -1 if the first 64 KiB of prolog hold none. Linear in the prolog."""
    at = body.find("<", 0, MAX_PROLOG)
    while 0 <= at < MAX_PROLOG:
        if body.startswith("<!--", at):
            at = _after(body, "-->", at + 4)
        elif body.startswith("<?", at):
            at = _after(body, "?>", at + 2)
        elif body.startswith("<!DOCTYPE", at) or body.startswith("<!doctype", at):
            at = _after_doctype(body, at + 9)
        else:
            return at if _START_TAG.match(body, at) else -1
        at = body.find("<", at, at + MAX_PROLOG) if at >= 0 else -1
    return -1


def _after(body: str, mark: str, at: int) -> int:
    found = body.find(mark, at, at + MAX_PROLOG)
    return found + len(mark) if found >= 0 else -1


_IN_DOCTYPE = re.compile(r"[\"'\[\]>]|<!--")


def _after_doctype(body: str, at: int) -> int:
    """Return where the document type declaration has ended, its internal subset and quoted texts passed over; -1 if never."""
    inside, end = 0, at + MAX_PROLOG
    while found := _IN_DOCTYPE.search(body, at, end):
        mark, at = found[0], found.end()
        if mark == "<!--":
            at = _after(body, "-->", at)
        elif mark in "\"'":
            at = _after(body, mark, at)
        elif mark == ">" and not inside:
            return at
        elif mark in "[]":
            inside += 1 if mark == "[" else -1
        if at < 0:
            return -1
    return -1
