"""An NITF document, alone or inside another format: what its elements say, as loose values of an article.

NITF 3.x (https://iptc.org/standards/nitf/, DTD 3.2 to 3.6): `head` (tobject, docdata, pubdata, revision-history),
`body.head`, `body.content`, `body.end`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose
from copydesk.parse.markup import Text, from_element, plain_text
from copydesk.parse.named import Kind, entity
from copydesk.parse.newscode import subject
from copydesk.parse.plain import line
from copydesk.parse.xml import Element, attribute, child, children, descendants, local, text, text_at
from copydesk.parse.zones import read_date
from copydesk.schemas.article import Association, Credit, Dateline, Entity, Evidence, Subject

_VERSIONED = re.compile(r"[._:#/-]v?\d{1,9}")
_PUNCTUATED = re.compile(r" +([,;.])")
_STAMP = re.compile(r"\d{8}T?\d{0,6}(?:Z|[+-]\d{4})?")
_KINDS = {"image": "picture", "photo": "picture", "graphic": "graphic", "video": "video", "audio": "audio"}
_WHY = Evidence(rule="nitf@1.0", field="identified-content")
_GENERAL = {"news", "current", "text", "story"}


def read_nitf(root: Element, clock: Clock) -> tuple[str | None, Loose]:
    """Return the document's id and everything that it states. `root` is the `nitf` element; it is changed on the way."""
    head = child(root, "head")
    docdata = next(descendants(root, "docdata"), None)
    pubdata = next(descendants(root, "pubdata"), None)
    meta = _meta(head)
    found: Loose = {"type": "text", "language": _language(root)}
    found.update(_docdata(docdata))
    found.update(_times(docdata, pubdata, head, clock))
    above = _body_head(child(root, "body", "body.head"))
    above["ednote"] = found.get("ednote") or above.get("ednote")  # where both are there the note is for readers
    found.update(above)
    found["headline"] = found.get("headline") or text_at(head, "title")
    found["subjects"] = [*_subjects(head), *_classifiers(docdata)]
    found["section"] = _section(head, pubdata)
    found["slugline"], found["takekey"] = _told(meta, "slugline"), _told(meta, "takekey")
    found["category"], found["sequence"] = _told(meta, "category"), _told(meta, "sequence")
    found["priority"] = _told(meta, "priority")
    count = _told(meta, "wordcount")
    found["word_count"] = int(count) if count and count.isdecimal() else None
    found["provider"] = found.get("provider") or _told(meta, "provider")
    found["link"] = attribute(pubdata, "ex-ref")
    found["entities"] = list(_named(docdata))
    found["associations"] = list(media(child(root, "body")))
    content = body(child(root, "body"))
    found["body"], found["body_html"] = content.body, content.html
    return _identity(docdata), found


def body(element: Element | None) -> Text:
    """Return the story in `body.content`, with the tagline that ends it (`body.end`)."""
    main = from_element(child(element, "body.content"))
    tagline = child(element, "body.end", "tagline")
    end = from_element(tagline)
    if not end.body or end.body in main.body:
        return main
    return Text(f"{main.body}\n\n{end.body}".strip(), f"{main.html}<p>{end.html}</p>")


def media(element: Element | None) -> Iterator[Association]:
    """Yield the pictures and recordings that stand in the document (`media`, `media-reference`)."""
    for item in descendants(element, "media"):
        kind = (attribute(item, "media-type") or "").lower()
        reference = child(item, "media-reference")
        caption = next(children(item, "media-caption"), None)
        yield Association(
            name=attribute(reference, "name", "alternate-text"),
            uri=attribute(reference, "id", "source", "data-location"),
            type=_KINDS.get(kind, kind or None),
            caption=line(text(caption) or "") or None,
            byline=line(text_at(item, "media-producer") or "") or None,
            href=attribute(reference, "source", "data-location"),
            media_type=attribute(reference, "mime-type"),
            width=_number(attribute(reference, "width")),
            height=_number(attribute(reference, "height")),
        )


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() and len(value) < 10 else None


def _identity(docdata: Element | None) -> str | None:
    """The document's id; the dynamic-use key where the id is the key with a version's number at its end."""
    given = attribute(child(docdata, "doc-id"), "id-string")
    key = attribute(child(docdata, "du-key"), "key")
    if given and key and given.startswith(key) and _VERSIONED.fullmatch(given[len(key) :]):
        return key
    return given or key


@cache
def _names() -> dict[str, list[str]]:
    return tomllib.loads((files("copydesk.parse") / "nitf.toml").read_text(encoding="utf-8"))


def _meta(head: Element | None) -> dict[str, str]:
    """`meta` elements by name, without case; the first that says something."""
    found: dict[str, str] = {}
    for meta in children(head, "meta"):
        name, content = attribute(meta, "name", "http-equiv"), attribute(meta, "content")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _told(meta: dict[str, str], field: str) -> str | None:
    """What `meta` says under one of the field's names, or under an agency's own that ends with the first of them."""
    names = _names()[field]
    own = (value for name, value in meta.items() if name.endswith(("-" + names[0], "_" + names[0], "." + names[0])))
    return next((meta[name] for name in names if name in meta), None) or next(own, None)


def _language(root: Element) -> str | None:
    return attribute(root, "xml:lang", "baselang", "lang") or attribute(child(root, "body"), "xml:lang", "lang")


def _docdata(docdata: Element | None) -> Loose:
    if docdata is None:
        return {}
    status = (attribute(docdata, "management-status") or "").lower()
    correction = child(docdata, "correction")
    notes = [attribute(note, "info") or text(note) for note in children(docdata, "ed-msg")]
    sources = _sources(docdata)
    key = child(docdata, "du-key")
    found: Loose = {
        "pubstatus": status or None,
        "signals": ["correction"] if correction is not None else [],
        "urgency": attribute(child(docdata, "urgency"), "ed-urg"),
        "version": attribute(key, "version", "generation"),
        "ednote": "\n".join(note for note in [*notes, attribute(correction, "info")] if note),
        "copyrightholder": attribute(child(docdata, "doc.copyright"), "holder")
        or attribute(child(docdata, "doc.rights"), "owner"),
        "usageterms": "\n".join(_rights(child(docdata, "doc.rights"))),
        "keywords": [attribute(word, "key") or text(word) for word in descendants(docdata, "keyword")],
        "located": _place(child(docdata, "evloc")),
        "provider": sources[0] if sources else attribute(child(docdata, "doc-id"), "regsrc"),
        "republisher": sources[-1] if len(sources) > 1 else None,
    }
    return found


def _sources(docdata: Element) -> list[str]:
    """Names in the delivery list, whoever had the story first before those who passed it on."""
    sources = [
        (attribute(source, "level-number") or "1", name)
        for source in descendants(child(docdata, "del-list"), "from-src")
        if (name := attribute(source, "src-name"))
    ]
    return [name for level, name in sorted(sources, key=lambda s: (len(s[0]), s[0]))]


def _rights(rights: Element | None) -> list[str]:
    told = (attribute(rights, name) for name in ("type", "limitations", "geography"))
    return [term for term in told if term]


def _times(docdata: Element | None, pubdata: Element | None, head: Element | None, clock: Clock) -> Loose:
    issue = _moment(docdata, "date.issue", clock)
    release = _moment(docdata, "date.release", clock)
    status = (attribute(docdata, "management-status") or "").lower()
    held = status == "embargoed" or (issue is not None and release is not None and release > issue)
    revised = (clock.read(attribute(revision, "norm")) for revision in children(head, "revision-history"))
    return {
        "firstcreated": min((moment for moment in revised if moment), default=None),
        "versioncreated": issue,
        "published": clock.read(attribute(pubdata, "date.publication")),
        "embargoed": release if held else None,
        "expires": _moment(docdata, "date.expire", clock),
    }


def _moment(docdata: Element | None, name: str, clock: Clock) -> datetime | None:
    element = child(docdata, name)
    return clock.read(attribute(element, "norm"), text(element))


def _place(place: Element | None) -> str | None:
    """The most exact name of the place: its city, its region, its country."""
    if place is None:
        return None
    names = ("city", "location", "county-dist", "state-prov", "region")
    return attribute(place, *names) or text(place) or attribute(place, "iso-cc")


def _subjects(head: Element | None) -> list[Subject]:
    found = []
    for element in descendants(head, "tobject.subject"):
        code = attribute(element, "tobject.subject.refnum", "tobject.subject.code")
        name = attribute(element, *(f"tobject.subject.{part}" for part in ("detail", "matter", "type")))
        found.append(subject(code, attribute(element, "tobject.subject.ipr"), name))
    return [item for item in found if item]


def _classifiers(docdata: Element | None) -> list[Subject]:
    return [
        Subject(code=attribute(item, "value"), scheme=attribute(item, "type", "idsrc"), name=text(item))
        for item in children(child(docdata, "identified-content"), "classifier")
        if attribute(item, "value") or text(item)
    ]


_NAMED: dict[str, Kind] = {"person": "person", "org": "organisation", "location": "place"}


def _named(docdata: Element | None) -> Iterator[Entity]:
    """People, organisations and places that the document itself names (`identified-content`)."""
    for element in children(child(docdata, "identified-content"), *_NAMED):
        called = attribute(element, "value") if text(element) is None else text(element)
        own = line("".join(filter(None, [element.text, *(part.tail for part in element)]))) if len(element) else None
        if name := (own or line(called or "")):
            yield entity(name, _NAMED[local(element).lower()], _WHY, {})


def _section(head: Element | None, pubdata: Element | None) -> list[str | None]:
    place = attribute(pubdata, "position.section")
    kind = attribute(child(head, "tobject"), "tobject.type")
    return [place] if place else [kind] if kind and kind.lower() not in _GENERAL else []


def _body_head(head: Element | None) -> Loose:
    if head is None:
        return {}
    hedline = child(head, "hedline")
    if hedline is None:
        hedline = child(head, "headline")
    found: Loose = {
        "headline": text_at(hedline, "hl1") or (text(hedline) if hedline is not None and len(hedline) == 0 else None),
        "subheadline": text_at(hedline, "hl2"),
        "byline": "; ".join(byline for item in children(head, "byline") if (byline := _byline(item))),
        "credits": [credit for item in children(head, "byline") for credit in _credits(item)],
        "abstract": plain_text(child(head, "abstract")),
        "dateline": dateline(child(head, "dateline")),
        "copyrightnotice": text_at(head, "rights"),
        "ednote": "\n".join(_desk_notes(head)),
    }
    if distributor := text_at(head, "distributor"):
        found["creditline"] = distributor
    if found["subheadline"] and found["subheadline"] == found["headline"]:
        found["subheadline"] = None
    return found


def _desk_notes(head: Element) -> Iterator[str]:
    """Notes above the story that are for editors; others (`noteclass` copyright, trademark …) are not."""
    for note in children(head, "note"):
        if (attribute(note, "noteclass", "class", "type") or "editorsnote").lower().startswith("ed"):
            yield plain_text(note)


def _byline(byline: Element) -> str:
    """The byline on one line, the title after the name: `By A B, C Writer`."""
    title = line(text_at(byline, "byttl") or "")
    parts = [byline.text or ""]
    for part in byline:
        parts += ["" if local(part) == "byttl" else " " + (text(part) or ""), part.tail or ""]
    name = line(" ".join(parts))
    return f"{name}, {title}" if name and title else name or title


def _credits(byline: Element) -> Iterator[Credit]:
    for person in children(byline, "person"):
        if name := line(text(person) or ""):
            yield Credit(role="writer", name=name)


def dateline(element: Element | None) -> Dateline | None:
    """Return the dateline: its text as it stands, its day where `story.date` states one; a mere time stamp is none."""
    told = _PUNCTUATED.sub(r"\1", line(" ".join(map(str, element.itertext())))) if element is not None else ""
    if not any(map(str.isalpha, told)) or _STAMP.fullmatch(told):
        return None
    story_date = child(element, "story.date")
    return Dateline(text=told, date=_day(attribute(story_date, "norm")))


def _day(norm: str | None) -> date | None:
    return read_date(norm) if norm else None
