"""dpa-digitalwires, the JSON of dpa's wires (https://github.com/dpa-newslab/digitalwires-to-newsmlg2 maps it to NewsML-G2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.parse.agency import Clock, habits
from copydesk.parse.article import Loose, build
from copydesk.parse.format import Format
from copydesk.parse.jsontree import Node, inner, load, looks_like, names_of, nodes, objects, text
from copydesk.parse.markup import from_html
from copydesk.parse.media import associations
from copydesk.parse.named import entity
from copydesk.parse.newscode import subject
from copydesk.parse.plain import line
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.schemas.article import Article, Credit, Dateline, Entity, Evidence, Related, Subject

MARKS = (b'"entry_id"', b'"article_html"', b'"notepad"', b'"ednotes"', b'"version_created"', b'"dnltype:')
SUBJECTS = {"dpasubject", "subject", "category", "mediatopic"}
UNSAID = {"closingline", "dpacontacts", "author", "editor"}
"""Roles of notes that are no word to the desk: the sign-off, and whom to ring up."""
CONTACT = re.compile(
    r"^\s*(?P<role>Autor(?:/in|in)?|Redaktion|By|Reporting by|Editing by)\s*:\s*(?P<name>[^(,;<+\d]{3,60}?)\s*[(,;<+]"
)
ROLES = {"autor": "writer", "by": "writer", "reporting": "reporter", "redaktion": "editor", "editing": "editor"}
LINK = re.compile(r"""<a\s[^>]{0,300}?href=["']([^"'<>]{1,1000})["'][^>]{0,300}>([^<]{0,500})</a>""", re.IGNORECASE)


def recognise(raw: Raw) -> float:
    """JSON that names its format `digitalwires@…`, or has its fields."""
    head = looks_like(raw)
    if head is None:
        return 0.0
    return 0.98 if b'"digitalwires@' in head else 0.9 if sum(mark in head for mark in MARKS) > 2 else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the article of each entry, alone or in a list of `entries`."""
    document = load(raw)
    for node in objects(document.values):
        for entry in nodes(node, "entries", "items") or [node]:
            yield _article(entry, profiles, document.notes)


def _article(entry: Node, profiles: Profiles, notes: list[str]) -> Article:
    uri = text(entry, "urn", "uri", "entry_id")
    provider = next(iter(_named(entry, "provider")), None)
    habit = habits(profiles, provider, uri, "dpa")
    clock = Clock.of(habit)
    content = from_html(habit.without_chrome(text(entry, "article_html") or ""))
    dateline = line(text(entry, "dateline") or "")
    found: Loose = {
        "version": text(entry, "version"),
        "type": "text" if content.body else text(entry, "type"),
        "pubstatus": text(entry, "pubstatus"),
        "signals": names_of(entry, "signal", "signals"),
        "firstcreated": clock.read(text(entry, "content_created", "first_created")),
        "versioncreated": clock.read(text(entry, "version_created"), text(entry, "updated")),
        "published": clock.read(text(entry, "updated")),
        "embargoed": clock.read(text(entry, "embargoed")),
        "embargo_said": text(entry, "embargoed"),
        "expires": clock.read(text(entry, "expires", "expired")),
        "urgency": text(entry, "urgency"),
        "language": text(entry, "language") or habit.language,
        "provider": provider or text(entry, "creditline") or habit.provider,
        "headline": text(entry, "headline"),
        "subheadline": text(entry, "subhead"),
        "slugline": text(entry, "kicker", "slugline"),
        "byline": text(entry, "byline"),
        "creditline": text(entry, "creditline"),
        "abstract": from_html(text(entry, "teaser") or "").body or _description(entry),
        "ednote": _ednote(entry),
        "usageterms": text(entry, "usageterms"),
        "copyrightholder": text(entry, "copyrightholder"),
        "copyrightnotice": text(entry, "copyrightnotice"),
        "category": next(iter(_named(entry, "desk")), None) or next(iter(names_of(entry, "desk_names")), None),
        "dateline": Dateline(text=dateline, evidence=Evidence(rule=FORMAT.label, field="dateline"))
        if dateline
        else None,
        "section": names_of(entry, "current_rubric_names") or names_of(entry, "rubric_names"),
        "keywords": names_of(entry, "keyword_names") or _named(entry, "keyword"),
        "subjects": _subjects(entry),
        "entities": _places(entry),
        "credits": _credits(entry),
        "associations": associations(entry, "associations"),
        "related": _links(entry),
        "body": content.body,
        "body_html": content.html,
        "timezone_assumed": clock.assumed,
        "notes": notes,
    }
    return build("dpa-digitalwires", uri, **found)


def _kind(category: Node) -> str:
    """`dnltype:dpasubject` is `dpasubject`."""
    return (text(category, "type") or "").rpartition(":")[2].lower()


def _named(entry: Node, kind: str) -> list[str]:
    return [name for c in nodes(entry, "categories") if _kind(c) == kind and (name := text(c, "name"))]


def _subjects(entry: Node) -> list[Subject]:
    found = []
    for category in nodes(entry, "categories"):
        code = text(category, "qcode")
        if _kind(category) in SUBJECTS or (code or "").startswith(("medtop:", "subj:")):
            scheme = code.partition(":")[0] if code and ":" in code else None
            found.append(subject(code, scheme, text(category, "name")))
    return [one for one in found if one]


def _places(entry: Node) -> list[Entity]:
    names = _named(entry, "geosubject") or names_of(entry, "geosubject_names")
    return [entity(name, "place", Evidence(rule=FORMAT.label, field="geosubject_names"), {}) for name in names]


def _ednote(entry: Node) -> str | None:
    """The notes to the desk: embargo, correction, what was added; else the notepad that shows them."""
    said = [text(note, "ednote") for note in nodes(entry, "ednotes") if _role(note) not in UNSAID]
    said += [text(entry, "autopublishnotice")]
    if not nodes(entry, "ednotes"):
        said.append(from_html(text(inner(entry, "notepad"), "public_html") or "").body)
    return "\n".join(note for note in said if note) or None


def _role(note: Node) -> str:
    return (text(note, "role") or "").rpartition(":")[2].lower()


def _credits(entry: Node) -> list[Credit]:
    """Whom the notes name as author or editor."""
    found = []
    for note in nodes(entry, "ednotes"):
        contact = CONTACT.match((text(note, "ednote") or "")[:200]) if _role(note) == "dpacontacts" else None
        role = ROLES.get(re.split(r"[/ ]", contact["role"].lower())[0].removesuffix("in")) if contact else None
        if contact and role and " " in contact["name"]:
            found.append(Credit(role=role, name=contact["name"]))
    return found


def _description(entry: Node) -> str | None:
    return next((text(d, "value", "description", "text") for d in nodes(entry, "descriptions")), None)


def _links(entry: Node) -> list[Related]:
    return [
        Related(headline=line(label) or None, url=href)
        for href, label in LINK.findall((text(entry, "linkbox_html") or "")[:100_000])
        if href.startswith("http")
    ]


FORMAT = Format("dpa-digitalwires", "1.0", ("application/vnd.dpa.digitalwires+json",), recognise, read)
