"""The items of a listing: RSS of every age, Atom, JSON Feed, sitemaps. Only what polling needs: which, where, and whether changed.

Parse reads such documents as articles; here nothing is understood but the tokens by which a provider tells its items apart
(RSS `guid`, Atom `id`, JSON Feed `id`, RDF's `about`, a sitemap's `loc`), because a poll by time loses items.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from copydesk.runtime.refusal import Refusal
from lxml import etree

MOST_BYTES = 8 * 1024 * 1024
"""A longer listing is refused: taken apart it needs some thirty times its length in memory."""
MOST_ITEMS = 5000
"""A longer listing is cut: what stands first is newest by custom."""
LONGEST_TOKEN_BYTES = 500
ENTRIES = dict.fromkeys(("rss", "rdf", "feed", "channel"), ("{*}item", "{*}entry")) | {"urlset": ("{*}url",)}
"""By the name of the root."""
TOKENS = ("guid", "id", "loc")
CHANGES = (
    "updated",
    "modified",
    "lastmod",
    "pubdate",
    "published",
    "date",
    "title",
    "description",
    "summary",
    "content",
)
"""What of an item tells a new state of it: its times and texts, and none of its counters."""
_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_FEEDBURNER = "origlink"
_TOLD = {*TOKENS, *CHANGES, "link", _FEEDBURNER}


@dataclass(frozen=True)
class Item:
    """One item of a listing."""

    token: str
    """The provider's own name for it; else its link."""
    link: str
    """Where its page is, absolute."""
    stated: str
    """Hash of what the listing says of it: another one means that the item was changed."""


@dataclass(frozen=True)
class Listing:
    """What a listing holds."""

    items: tuple[Item, ...]
    whole: bool
    """Whether it could be read without mending: of half a listing nobody may say later that it is unchanged."""
    left_out: int = 0
    """Items beyond `MOST_ITEMS`."""


def read_listing(data: bytes, address: str) -> Listing:
    """Return the items of the listing that was fetched from this address. Refusal `no-listing` or `too-large`."""
    if len(data) > MOST_BYTES:
        raise Refusal("too-large", f"a listing of {len(data)} bytes; {MOST_BYTES} are the most")
    head = data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    found, whole = _of_json(data, address) if head == b"{" else _of_xml(data, address)
    items = _told_apart(found)
    return Listing(tuple(items[:MOST_ITEMS]), whole, max(0, len(items) - MOST_ITEMS))


def _told_apart(items: Iterable[Item]) -> list[Item]:
    """Return each token once, the first; where a provider gives one token to several links, the links tell them apart."""
    links = defaultdict(set)
    listed = list(items)
    for item in listed:
        links[item.token].add(item.link)
    first: dict[str, Item] = {}
    for item in listed:
        named = item if len(links[item.token]) == 1 else replace(item, token=_token(item.link))
        first.setdefault(named.token, named)
    return list(first.values())


def _of_xml(data: bytes, address: str) -> tuple[Iterator[Item], bool]:
    # Nothing is loaded, nothing expanded, and libxml2's own limits on depth and length stay.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal("no-listing", f"not XML: {error}") from error
    if root is None or _name(root) not in ENTRIES:
        raise Refusal(
            "no-listing", f"neither RSS nor Atom nor a sitemap: {_name(root) if root is not None else 'nothing'}"
        )
    items = list(_entries(root, address))
    if not _closed(root, data):
        items = items[:-1]  # its link may be cut off in the middle
    return iter(items), not parser.error_log


def _closed(root: etree._Element, data: bytes) -> bool:
    qualified = f"{root.prefix}:{etree.QName(root).localname}" if root.prefix else etree.QName(root).localname
    tail = data[-4096:].replace(b"\x00", b"")  # of UTF-16, too
    return f"</{qualified}".encode() in tail or tail.rstrip().endswith(b"/>")


def _entries(root: etree._Element, address: str) -> Iterator[Item]:
    for entry in root.iter(*ENTRIES[_name(root)]):
        if (item := _item(entry, address)) is not None:
            yield item


def _item(entry: etree._Element, address: str) -> Item | None:
    told: dict[str, list[str]] = defaultdict(list)
    for child in entry.iterchildren(etree.Element):
        if (name := _name(child)) in _TOLD:
            told[name].append("".join(map(str, child.itertext())).strip())
    base = _absolute(address, _stated_base(entry))
    token = next((value for name in TOKENS for value in told.get(name, ()) if value), entry.get(_RDF_ABOUT) or "")
    link = _link(entry, told) or (token if token.startswith(("http://", "https://")) else "")
    if not link:
        return None
    absolute = _absolute(base, link)
    return Item(_token(token or absolute), absolute, _hashed(absolute, [told.get(name, []) for name in CHANGES]))


def _absolute(base: str, link: str) -> str:
    try:
        return _writable(urljoin(base, link.strip()))
    except ValueError:
        return _writable(link)  # the guard will say what is wrong with it


def _link(entry: etree._Element, told: Mapping[str, list[str]]) -> str | None:
    """Where the item's page is: what a middleman replaced, RSS's text, Atom's alternate link, a sitemap's `loc`."""
    for child in entry.iterchildren(etree.Element):
        if _name(child) == "link" and child.get("href") and child.get("rel", "alternate") == "alternate":
            return str(child.get("href")).strip()
    for name in (_FEEDBURNER, "link", "loc"):
        for value in told.get(name, ()):
            if value:
                return value
    return None


def _stated_base(entry: etree._Element) -> str:
    """The nearest `xml:base` that is stated, if any (RFC 4287, section 2)."""
    return next((str(e.get(f"{_XML}base")) for e in (entry, *entry.iterancestors()) if e.get(f"{_XML}base")), "")


def _of_json(data: bytes, address: str) -> tuple[Iterator[Item], bool]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refusal("no-listing", f"not JSON: {error}") from error
    items = document.get("items")
    if not isinstance(items, list):
        raise Refusal("no-listing", "JSON without a list of items")
    return (item for each in items if isinstance(each, dict) and (item := _json_item(each, address))), True


def _json_item(each: Mapping[str, Any], address: str) -> Item | None:
    link = next((v for v in (each.get("url"), each.get("external_url")) if isinstance(v, str) and v.strip()), None)
    token = each.get("id")
    # JSON Feed 1.1: ids are strings, but numbers are to be taken for what they look like.
    token = str(token).strip() if isinstance(token, str | int | float) else ""
    if link is None and not token.startswith(("http://", "https://")):
        return None
    absolute = _absolute(address, link or token)
    changes = ("date_modified", "date_published", "title", "summary", "content_html", "content_text")
    return Item(_token(token or absolute), absolute, _hashed(absolute, [each.get(name) for name in changes]))


def _token(text: str) -> str:
    data = _writable(text).encode()
    return data.decode() if len(data) <= LONGEST_TOKEN_BYTES else f"sha256:{hashlib.sha256(data).hexdigest()}"


def _writable(text: str) -> str:
    """Return the text without what no database takes: JSON may hold NUL and half a surrogate pair."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _hashed(link: str, stated: object) -> str:
    return hashlib.sha256(json.dumps([link, stated], sort_keys=True).encode()).hexdigest()


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()
