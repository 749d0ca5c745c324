"""The AP Media API's JSON: one item, a feed or a search with many (https://developer.ap.org/ap-media-api/).

Names of fields are those of its "Content metadata fields". The story itself is a rendition to be fetched (NITF, ANPA); who
fetched it may have put it beside the item as `nitf`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from copydesk.parse.agency import Clock, habits
from copydesk.parse.article import Loose, build, is_signal
from copydesk.parse.country import country_code
from copydesk.parse.format import Format
from copydesk.parse.jsontree import (
    Node,
    folded,
    inner,
    load,
    looks_like,
    members,
    names_of,
    nodes,
    objects,
    scalar,
    text,
    whole,
)
from copydesk.parse.markup import Text, from_element, from_html
from copydesk.parse.media import association, byline, rendition
from copydesk.parse.named import Kind, entity
from copydesk.parse.newscode import subject
from copydesk.parse.plain import line
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import child, parse
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Association, Credit, Dateline, Entity, Evidence, Place, Related, Subject

MARKS = (
    b'"itemid"',
    b'"friendlykey"',
    b'"editorialpriority"',
    b'"transref"',
    b'"referenceid"',
    b'"api_version"',
    b"api.ap.org",
)
PLUMBING = {"newscontent", "newscontents", "singlesource"}
"""Signals that steer AP's own machines and say nothing to a desk."""
TAKE = re.compile(
    r",\s*((?:\d{1,2}(?:st|nd|rd|th)\s+)?(?:Ld|Add|Sub|Lead)\b[\w-]*(?:[ -]\w{1,12}){0,2})\s*$", re.IGNORECASE
)
PEOPLE: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("person", "persons"), "person"),
    (("organisation", "organization"), "organisation"),
    (("company", "companies"), "organisation"),
    (("place", "places"), "place"),
)
MAKERS = (("photographer", "photographer"), ("producer", "producer"), ("captionwriter", "editor"), ("editor", "editor"))


def recognise(raw: Raw) -> float:
    """JSON with the API's identifiers (`altids` with an `itemid`) or its envelope."""
    head = looks_like(raw)
    if head is None:
        return 0.0
    found = sum(mark in head for mark in MARKS)
    return 0.95 if b'"altids"' in head and found else 0.9 if found > 2 else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the article of each item, whatever envelope it is in."""
    document = load(raw)
    for node in objects(document.values):
        for item, story in _items(node):
            yield _article(item, story, profiles, document.notes)


def _items(node: Node) -> Iterator[tuple[Node, Any]]:
    """The items of an answer, of a feed or of a list of such, each with the story that may lie beside it."""
    story = node.get("nitf") or node.get("story")
    if "altids" in node or ("itemid" in node and "headline" in node):
        yield node, story
    elif item := inner(node, "item"):
        yield item, item.get("nitf") or story
    else:
        data = inner(node, "data") or inner(node, "feed")
        if item := inner(data, "item"):
            yield item, item.get("nitf") or story
        for entry in nodes(data, "items") or nodes(node, "items", "entries"):
            yield from _items(entry)


def _article(item: Node, story: object, profiles: Profiles, notes: list[str]) -> Article:
    ids = inner(item, "altids")
    uri = text(ids, "itemid") or text(item, "itemid", "uri")
    habit = habits(profiles, "AP")
    clock = Clock.of(habit)
    content = _story(story)
    slugline = text(item, "slugline") or text(item, "title")
    take = TAKE.search(slugline or "")
    dateline, located = _where(item)
    found: Loose = {
        "version": text(item, "version"),
        "type": text(item, "type"),
        "pubstatus": text(item, "pubstatus"),
        "signals": _signals(item),
        "firstcreated": clock.read(text(item, "firstcreated")),
        "versioncreated": clock.read(text(item, "versioncreated"), text(item, "itemcreated")),
        "published": clock.read(text(item, "publisheddate", "published")),
        "embargoed": clock.read(text(item, "embargoed", "embargo")),
        "embargo_said": text(item, "embargoed", "embargo"),
        "expires": clock.read(text(item, "expires")),
        "urgency": text(item, "urgency"),
        "language": text(item, "language"),
        "provider": text(item, "provider") or next(iter(names_of(item, "infosource")), None) or "AP",
        "headline": text(item, "headline", "headline_extended", "title"),
        "subheadline": text(item, "headline_extended")
        if text(item, "headline") != text(item, "headline_extended")
        else None,
        "slugline": slugline,
        "takekey": take[1] if take else None,
        "byline": byline(item),
        "creditline": text(item, "description_creditline", "creditline") or _distributor(item),
        "abstract": text(item, "description_summary", "description_caption", "description_text"),
        "ednote": _lines(item, "ednote"),
        "usageterms": _lines(item, "usageterms"),
        "copyrightnotice": text(item, "copyrightnotice"),
        "copyrightholder": text(item, "copyrightholder"),
        "category": _category(item),
        "sequence": text(ids, "transref"),
        "located": located,
        "dateline": dateline,
        "keywords": names_of(item, "keywords"),
        "subjects": _subjects(item),
        "entities": _entities(item),
        "credits": _credits(item),
        "associations": _associations(item),
        "related": _related(item),
        "link": next((text(link, "href") for link in nodes(item, "links") if text(link, "rel") == "canonical"), None),
        "body": content.body,
        "body_html": content.html,
        "word_count": whole(inner(item, "renditions", "nitf"), "words") if not content.body else None,
        "timezone_assumed": clock.assumed,
        "notes": notes,
    }
    return build("ap-media", uri, **found)


def _signals(item: Node) -> list[str]:
    """The signals, and of the editorial types those that say what this version does to the last (`Corrective`, `Kill`)."""
    sent = [signal for signal in names_of(item, "signals") if signal.lower() not in PLUMBING]
    return [*sent, *(kind for kind in names_of(item, "editorialtypes") if is_signal(kind))]


def _lines(item: Node, name: str) -> str | None:
    value = item.get(name)
    return "\n".join(part for part in map(scalar, value) if part) if isinstance(value, list) else scalar(value)


def _story(story: object) -> Text:
    """The story beside the item: NITF as text, or an object whose `body_html` or `body_text` it is."""
    if isinstance(story, dict):
        node = folded(story)
        return from_html(text(node, "body_html", "body", "body_text", "nitf") or "")
    markup = scalar(story)
    if not markup:
        return Text()
    try:
        root = parse(Raw(markup.encode())).root
    except Refusal:
        return from_html(markup)
    return from_element(child(root, "body", "body.content") if child(root, "body") is not None else root)


def _where(item: Node) -> tuple[Dateline | None, str | None]:
    """The dateline as AP writes it (`located`), and the names of the place that it means, the most exact first."""
    place = inner(item, "datelinelocation")
    said = line(text(item, "located") or "")
    names = [text(place, name) for name in ("city", "countryareaname", "countryname")]
    located = ", ".join(dict.fromkeys(name for name in names if name)) or said or None
    if not said:
        return None, located
    city = text(place, "city") or said.split(",")[0].title()
    point = entity(city, "place", Evidence(rule=FORMAT.label, field="located"), inner(place, "geometry_geojson"))
    where = Place(
        name=city, country=country_code(text(place, "countrycode")), latitude=point.latitude, longitude=point.longitude
    )
    return Dateline(text=said, place=where, evidence=point.evidence), located


def _category(item: Node) -> str | None:
    """AP's category of one letter: the first of its editors' (`rels` holds `category`)."""
    return next((text(node, "code") for node in nodes(item, "subject") if _rels(node) == {"category"}), None)


def _rels(node: Node) -> set[str]:
    return set(names_of(node, "rels", "rel"))


def _subjects(item: Node) -> list[Subject]:
    found = [
        subject(text(node, "code"), text(node, "scheme"), text(node, "name"))
        for node in nodes(item, "subject", "subjects")
        if not _rels(node) & {"category", "suppcategory"}
    ]
    return [one for one in found if one]


def _entities(item: Node) -> list[Entity]:
    return [
        entity(name, kind, Evidence(rule=FORMAT.label, field=fields[0]), inner(node, "geometry_geojson"))
        for fields, kind in PEOPLE
        for node in nodes(item, *fields)
        if (name := line(text(node, "name") or ""))
    ]


def _credits(item: Node) -> list[Credit]:
    return [Credit(role=role, name=name) for field, role in MAKERS for name in names_of(item, field)]


def _distributor(item: Node) -> str | None:
    """A member or third party whose story AP passes on."""
    sources = nodes(item, "infosource", "infosources")
    return next((text(s, "name") for s in sources if (text(s, "type") or "AP").lower() not in {"ap", "apsource"}), None)


def _associations(item: Node) -> list[Association]:
    found = []
    for name, member in members(item, "associations"):
        identity = text(inner(member, "altids"), "itemid")
        found.append(association(name, {**member, "uri": identity} if identity else member))
    if not found and text(item, "type") not in {None, "text"} and rendition(item):
        return [association("main", {**item, "uri": text(inner(item, "altids"), "itemid")})]
    return found


def _related(item: Node) -> list[Related]:
    """Items that this one was made of or refers to."""
    found = [*nodes(item, "refersto"), *nodes(item, "derivedfrom")]
    return [
        Related(uri=text(inner(n, "altids"), "itemid") or text(n, "itemid", "uri"), headline=text(n, "headline"))
        for n in found
    ]


FORMAT = Format("ap-media", "1.0", ("application/vnd.ap.media+json",), recognise, read)
