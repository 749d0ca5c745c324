"""ninjs, IPTC's JSON for news: 1.0 to 1.5, 2.0, 2.1 and 3.x (https://iptc.org/standards/ninjs/), and what agencies add.

ninjs 1 has one field a representation (`body_text`, `body_xhtml`, `description_caption`) and objects of named members;
2 and 3 have lists with roles (`bodies`, `headlines`, `descriptions`), 3 in camel case. All three are read as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.agency import Clock, habits, provider_name
from copydesk.parse.article import Loose, build
from copydesk.parse.format import Format
from copydesk.parse.jsontree import Node, inner, load, looks_like, names_of, nodes, objects, scalar, text, whole
from copydesk.parse.markup import Text, from_html
from copydesk.parse.media import association, associations, byline, rendition
from copydesk.parse.named import Kind, entity
from copydesk.parse.newscode import subject
from copydesk.parse.plain import line
from copydesk.parse.profile import Profile, Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.wrapped import unwrapped
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Association, Credit, Entity, Evidence, Related, Subject

MARKS = (b'"versioncreated"', b'"versionCreated"', b'"body_text"', b'"body_xhtml"', b'"body_html', b'"bodies"', b'"headlines"',
         b'"pubstatus"', b'"pubStatus"', b'"copyrightholder"', b'"representationtype"', b'"description_text"')  # fmt: skip
OTHERS = (b'"altids"', b'"digitalwires@', b'"jsonfeed.org')
MARKUP = ("text/html", "application/xhtml+xml", "html", "xhtml")
ASIDE = {"caption", "shotlist", "script", "summary", "abstract", "teaser", "creditline", "storyline"}
"""Roles of `bodies` that are not the story."""
MARKED_BODIES = ("body_xhtml", "body_html", "body_html5", "body_richhtml5")
ROLES = {"text": "text", "xhtml": "html", "html": "html"}
NAMED: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("people", "person"), "person"),
    (("organisations", "organisation"), "organisation"),
    (("places", "place"), "place"),
)
STATUSES = {"replaced": "canceled", "commissioned": "withheld"}
"""TT's own values of `pubstatus` (https://github.com/ttab/ttspec)."""


def recognise(raw: Raw) -> float:
    """A JSON object that names ninjs, or has its fields."""
    head = looks_like(raw)
    if head is None:
        return 0.0
    if b'"ninjs"' in head:
        return 0.95
    found = sum(mark in head for mark in MARKS)
    identified = b'"uri"' in head or b'"guid"' in head
    if any(other in head for other in OTHERS):
        return 0.3 if found > 1 else 0.15
    return 0.85 if identified and found > 1 else 0.6 if found > 1 or (identified and found) else 0.15


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the article of each object of the file."""
    document = load(raw)
    for item in objects(document.values):
        wrapped = next(
            (inner(item, name) for name in ("item", "newsitem", "data") if inner(item, name).get("uri")), None
        )
        if article := _article(wrapped or item, profiles, document.notes):
            yield article


def _article(item: Node, profiles: Profiles, notes: list[str]) -> Article | None:
    uri = text(item, "uri", "guid", "id", "_id")
    headline = _role(item, "headlines", "main") or text(item, "headline", "headline_text", "title")
    source, holder = _first(item, "source", "provider"), text(item, "copyrightholder")
    informed = _first(item, "infosources", "infosource")
    habit = habits(profiles, source, uri, informed, holder, text(item, "copyrightnotice"))
    content = _body(item, habit)
    if not (uri or content.body):
        return None
    if text(item, "type") in {"planning", "event"} and not content.body:
        raise Refusal("no-article", f"ninjs: an item of type {text(item, 'type')} carries no story")
    clock = Clock.of(habit)
    known = profiles.by_domain(uri)
    provider = provider_name(profiles, source, known.provider if known else None, informed, holder)
    found: Loose = {
        **_times(item, clock),
        **_words(item),
        "version": text(item, "version"),
        "type": text(item, "type"),
        "pubstatus": _status(item),
        "signals": _signals(item),
        "urgency": text(item, "urgency"),
        "priority": text(item, "priority"),
        "language": text(item, "language") or habit.language,
        "provider": provider,
        "republisher": _republisher(provider, holder, profiles),
        "headline": headline,
        "body": content.body,
        "body_html": content.html,
        "subjects": _subjects(item),
        "credits": _credits(item),
        "associations": associations(item, "associations") or _itself(item),
        "related": _related(item),
        "entities": _entities(item),
        "word_count": whole(item, "wordcount")
        or next(filter(None, (whole(b, "wordcount") for b in _told(item))), None),
        "timezone_assumed": clock.assumed,
        "notes": notes,
    }
    return build("ninjs", uri, **found)


def _times(item: Node, clock: Clock) -> Loose:
    until = text(item, "embargoed", "embargoeduntil", "embargo")
    return {
        "firstcreated": clock.read(text(item, "firstcreated"), text(item, "contentcreated")),
        "versioncreated": clock.read(text(item, "versioncreated"), text(item, "updated"), text(item, "datetime")),
        "published": clock.read(text(item, "published", "firstpublished", "publishedat")),
        "embargoed": clock.read(until),
        "embargo_said": until,
        "expires": clock.read(text(item, "expires", "expiry")),
    }


def _words(item: Node) -> Loose:
    """The texts that are fields of their own."""
    return {
        "subheadline": _role(item, "headlines", "sub", "subtitle", "subheadline", "subhead")
        or text(item, "subheadline", "subtitle", "headline_sub", "headline_subtitle", "headline_subheadline"),
        "slugline": text(item, "slugline", "slug"),
        "byline": byline(item),
        "creditline": text(item, "creditline") or _role(item, "descriptions", "creditline", "credit"),
        "abstract": _abstract(item),
        "ednote": text(item, "ednote", "description_usage", "embargoedreason"),
        "usageterms": text(item, "usageterms") or text(inner(item, "rightsinfo"), "usageterms"),
        "copyrightholder": text(item, "copyrightholder"),
        "copyrightnotice": text(item, "copyrightnotice"),
        "takekey": text(item, "takekey", "anpa_take_key"),
        "category": _category(item),
        "sequence": text(item, "originaltransmissionreference", "ingest_provider_sequence", "sequence"),
        "located": text(item, "located")
        or next(iter(names_of(item, "located")), None)
        or text(inner(item, "dateline", "located"), "city"),
        "dateline": text(item, "dateline") or text(inner(item, "dateline"), "text"),
        "section": names_of(item, "section", "sections"),
        "keywords": names_of(item, "keywords", "keyword"),
        "link": text(item, "link", "url", "href"),
    }


def _category(item: Node) -> str | None:
    """The agency's category, by its code where it has one."""
    fields = ("service", "anpa_category", "category", "sector")
    coded = (names_of(item, *fields, key=key) for key in ("code", "qcode", "name"))
    return next((names[0] for names in coded if names), None)


def _role(item: Node, field: str, *roles: str) -> str | None:
    """The value of the list's entry with one of these roles; for `main`, or where roles are not used, its first."""
    entries = nodes(item, field)
    for role in roles:
        for entry in entries:
            if (text(entry, "role") or "main").rpartition(":")[2].lower() == role and (said := text(entry, "value")):
                return said
    return text(entries[0], "value") if entries and "main" in roles else None


def _abstract(item: Node) -> str | None:
    said = _role(item, "descriptions", "summary", "abstract", "teaser", "caption", "text", "main")
    if said and said == _role(item, "descriptions", "creditline"):
        return None
    names = (
        "description_summary",
        "description_text",
        "abstract",
        "description_caption",
        "description_xhtml",
        "description_html",
        "description",
    )
    return said or text(item, *names)


def _body(item: Node, habit: Profile) -> Text:
    """The story: in mark-up where it comes so, unless plain text says more."""
    plain, marked = "", ""
    for entry in _told(item):
        value = text(entry, "value") or ""
        kind = text(entry, "contenttype") or ROLES.get(text(entry, "role") or "", "")
        if kind in MARKUP or (kind != "text/plain" and "</p>" in value):
            marked = marked or value
        else:
            plain = plain or value
    others = [name for name in item if name.startswith("body_") and name not in {"body_text", *MARKED_BODIES}]
    plain = plain or text(item, "body_text") or ""
    marked = marked or text(item, *MARKED_BODIES, *(name for name in others if "html" in name)) or ""
    if not (plain or marked):  # any name that begins so is a body (ninjs 1, patternProperties)
        return from_html(text(item, *others) or "")
    html = from_html(habit.without_chrome(marked)) if marked else Text()
    if plain and len(html.body.split()) < 0.8 * len(plain.split()):
        return Text(unwrapped(plain))
    return html


def _told(item: Node) -> list[Node]:
    """The entries of `bodies` that are the story; all of them where none is."""
    entries = nodes(item, "bodies")
    return [entry for entry in entries if (text(entry, "role") or "").lower() not in ASIDE] or entries


def _first(item: Node, *fields: str) -> str | None:
    """The first name that one of the fields holds."""
    return next((name for field in fields for name in names_of(item, field)), None)


def _republisher(provider: str | None, holder: str | None, profiles: Profiles) -> str | None:
    """The rights holder, where it is an agency other than the one that made the story."""
    made, held = profiles.named(provider), profiles.named(holder)
    return held.provider if made and held and made.name != held.name else None


def _status(item: Node) -> str | None:
    said = text(item, "pubstatus", "status")
    return STATUSES.get(said, said) if said else None


def _signals(item: Node) -> list[str]:
    follows = item.get("replacing") or item.get("evolvedfrom") or item.get("rewrite_of")
    sent = names_of(item, "signals", "signal", key="code") or names_of(item, "signals", "signal")
    return [*sent, *(["update"] if follows else [])]


def _related(item: Node) -> list[Related]:
    """The versions that this one takes the place of."""
    replaced = [*names_of(item, "replacing", key="uri"), *names_of(item, "evolvedfrom", "rewrite_of")]
    return [Related(uri=uri) for uri in dict.fromkeys(replaced)]


def _subjects(item: Node) -> list[Subject]:
    found = []
    for node in nodes(item, "subjects", "subject"):
        code = text(node, "literal", "code", "qcode", "id") or text(node, "uri", "rel_uri")
        uri = text(node, "uri")
        if uri and "cv.iptc.org" in uri:
            code = uri
        found.append(subject(code, text(node, "scheme"), text(node, "name")))
    return [one for one in found if one]


def _credits(item: Node) -> list[Credit]:
    people = nodes(item, "authors", "bylines", "contributors", "creators")
    named = [(text(p, "role", "jobtitle") or "writer", _name(p)) for p in people if scalar(p.get("internal")) != "true"]
    return [Credit(role=_ROLES.get(role.lower(), role.lower()), name=name) for role, name in named if name]


_ROLES = {"author": "writer", "reporter": "reporter", "text": "writer"}


def _name(person: Node) -> str | None:
    parts = [text(person, "firstname"), text(person, "lastname")]
    return line(" ".join(part for part in parts if part)) or text(person, "name", "by", "byline")


def _entities(item: Node) -> list[Entity]:
    """Whom and what the provider itself says the story names; where in the body is for the enrichers to find."""
    return [
        entity(
            name,
            kind,
            Evidence(rule=FORMAT.label, field=fields[0]),
            inner(node, "geojson") or inner(node, "geometry_geojson"),
        )
        for fields, kind in NAMED
        for node in nodes(item, *fields)
        if (name := line(text(node, "name", "literal") or ""))
    ]


def _itself(item: Node) -> list[Association]:
    """A picture without further members is shown by its own best rendition."""
    if text(item, "type") in {None, "text", "composite"} or not rendition(item):
        return []
    return [association("main", item)]


FORMAT = Format("ninjs", "1.0", ("application/ninjs+json", "application/json"), recognise, read)
