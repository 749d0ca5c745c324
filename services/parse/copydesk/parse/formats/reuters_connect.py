"""Reuters Connect's JSON: what its GraphQL API answers to `item` and `search` (https://www.reutersconnect.com/)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.parse.agency import Clock, habits
from copydesk.parse.article import Loose, build
from copydesk.parse.format import Format
from copydesk.parse.jsontree import Node, inner, load, looks_like, names_of, nodes, objects, text
from copydesk.parse.markup import Text, from_html
from copydesk.parse.media import association, associations, byline, rendition
from copydesk.parse.newscode import subject
from copydesk.parse.plain import line
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.wrapped import unwrapped
from copydesk.schemas.article import Article, Association, Dateline, Evidence, Subject

MARKS = (
    b'"bodyXhtml"',
    b'"headLine"',
    b'"byLine"',
    b'"usn"',
    b'"versionedGuid"',
    b'"versionedguid"',
    b"tag:reuters.com",
    b'"firstCreated"',
)
VERSIONED = re.compile(r"^(?P<uri>tag:.+?):(?P<version>\d{1,10})$")
TITLED = re.compile(r"^[A-Z][A-Z0-9]{0,4}:")
"""Reuters' own codes of subjects carry their scheme: `N2:ENV`."""


def recognise(raw: Raw) -> float:
    """A GraphQL answer with Reuters' fields."""
    head = looks_like(raw)
    if head is None:
        return 0.0
    found = sum(mark in head for mark in MARKS)
    own = b'"bodyXhtml"' in head or b'"versionedGuid"' in head or b'"usn"' in head
    return 0.95 if found > 2 and own else 0.9 if found > 1 and own and b'"data"' in head else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the article of each item of the answer."""
    document = load(raw)
    for node in objects(document.values):
        for item in _items(node):
            yield _article(item, profiles, document.notes)


def _items(node: Node) -> list[Node]:
    data = inner(node, "data") or node
    if item := inner(data, "item"):
        return [item]
    for field in ("items", "search", "channelitems", "results"):
        if found := nodes(inner(data, field), "items", "results") or nodes(data, field):
            return [inner(entry, "item") or entry for entry in found]
    return [data]


def _article(item: Node, profiles: Profiles, notes: list[str]) -> Article:
    uri, version = _identity(item)
    habit = habits(profiles, uri, "Reuters")
    clock = Clock.of(habit)
    content = _body(item)
    said = line(text(item, "dateline") or "")
    found: Loose = {
        "version": version,
        "type": text(item, "type", "mediatype"),
        "pubstatus": text(item, "pubstatus", "status"),
        "signals": names_of(item, "signal", "signals", key="code"),
        "firstcreated": clock.read(text(item, "firstcreated"), text(item, "contentcreated"), text(item, "datecreated")),
        "versioncreated": clock.read(
            text(item, "versioncreated"), text(item, "contenttimestamp"), text(item, "datemodified")
        ),
        "published": clock.read(text(item, "published", "sorttimestamp")),
        "embargoed": clock.read(text(item, "embargoed", "embargo", "embargodate")),
        "embargo_said": text(item, "embargoed", "embargo", "embargodate"),
        "expires": clock.read(text(item, "expires", "expirydate")),
        "urgency": text(item, "urgency"),
        "priority": text(item, "priority"),
        "language": text(item, "language"),
        "provider": _provider(item),
        "headline": text(item, "headline", "title"),
        "subheadline": text(item, "subheadline"),
        "slugline": text(item, "slug", "slugline"),
        "byline": byline(item),
        "creditline": text(item, "creditline", "credit"),
        "abstract": text(item, "intro", "fragment", "description", "summary", "caption"),
        "ednote": text(item, "ednote", "editornote", "specialinstructions"),
        "usageterms": text(item, "usageterms", "limitations", "restrictions"),
        "copyrightholder": text(item, "copyrightholder"),
        "copyrightnotice": text(item, "copyrightnotice", "copyright"),
        "sequence": text(item, "usn"),
        "located": text(item, "located", "location", "city") or next(iter(names_of(item, "located", "location")), None),
        "dateline": Dateline(text=said, evidence=Evidence(rule=FORMAT.label, field="dateline")) if said else None,
        "section": names_of(item, "section", "sections"),
        "keywords": names_of(item, "keyword", "keywords"),
        "subjects": _subjects(item),
        "associations": associations(item, "associations") or _itself(item),
        "link": text(item, "link", "url", "canonicalurl"),
        "body": content.body,
        "body_html": content.html,
        "timezone_assumed": clock.assumed,
        "notes": notes,
    }
    return build("reuters-connect", uri, **found)


def _identity(item: Node) -> tuple[str | None, str | None]:
    """The id without its version, and the version: `versionedGuid` is the one with the other at its end."""
    versioned = VERSIONED.match(text(item, "versionedguid", "guid", "uri", "id") or "")
    uri = text(item, "uri", "guid", "id") or (versioned["uri"] if versioned else None)
    if uri and (split := VERSIONED.match(uri)):
        uri = split["uri"]
    return uri, text(item, "version") or (versioned["version"] if versioned else None)


def _body(item: Node) -> Text:
    if marked := text(item, "bodyxhtml", "bodyhtml", "body_xhtml"):
        return from_html(marked)
    plain = text(item, "bodytext", "body", "fragmentbody") or ""
    return from_html(plain) if "</p>" in plain else Text(unwrapped(plain))


def _provider(item: Node) -> str:
    """Reuters, unless a source of its marketplace is named."""
    for field in ("provider", "source", "organization", "contentsource"):
        if names := names_of(item, field):
            return names[0].removeprefix("provider:")
    return "Reuters"


def _subjects(item: Node) -> list[Subject]:
    found = []
    for node in nodes(item, "subject", "subjects"):
        code = text(node, "code", "qcode")
        found.append(subject(code, code.partition(":")[0] if code and TITLED.match(code) else None, text(node, "name")))
    return [one for one in found if one]


def _itself(item: Node) -> list[Association]:
    return [association("main", item)] if text(item, "type") not in {None, "text"} and rendition(item) else []


FORMAT = Format("reuters-connect", "1.0", ("application/vnd.reuters.connect+json",), recognise, read)
