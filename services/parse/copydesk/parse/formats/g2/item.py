"""One NewsML-G2 item, a news item or a package, as loose values of an article.

NewsML-G2 2.x (https://iptc.org/standards/newsml-g2/): `rightsInfo`, `itemMeta`, `contentMeta`, `contentSet`, `groupSet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose, article_type
from copydesk.parse.formats.g2.content import Content, files, read_content
from copydesk.parse.formats.g2.links import members, pictures, related
from copydesk.parse.formats.g2.values import code, in_language, name, named, role, scheme, term, texts
from copydesk.parse.markup import plain_text
from copydesk.parse.named import Kind, entity
from copydesk.parse.plain import line, lines
from copydesk.parse.xml import Element, attribute, child, children, descendants, local, text, text_at
from copydesk.schemas.article import Credit, Entity, Evidence, Subject

_TAKE = re.compile(
    r",\s*((?:\d{1,2}(?:st|nd|rd|th)\s+)?(?:ld|lead|add|sub|insert|writethru|correction|update)\b[\w\s-]{0,30})$",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"cat(?:egory|egories)?(?:code|codes)?$", re.IGNORECASE)
_SECTION = re.compile(r"(?:department|section|ressort|desk|rubric)s?$", re.IGNORECASE)
_NUMBER = re.compile(r"running|sequence|serial", re.IGNORECASE)
_SCRIPTS = {"script", "shotlist", "story", "transcript"}
_NO_DESCRIPTIONS = {"semantics", *_SCRIPTS}
_CAPTIONS = {"caption", "shorttitle", "title"}
_NATURES: dict[str, Kind] = {
    "person": "person", "organisation": "organisation", "organization": "organisation", "geoarea": "place",
    "poi": "place", "city": "place", "statprov": "place", "country": "place", "region": "place",
}  # fmt: skip
_WHY = Evidence(rule="newsml-g2@1.0", field="subject")
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,12})?")
_XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_PERSONS = {"photographer", "reporter", "writer", "author", "editor", "artist", "cameraman", "correspondent", "byline"}


def read_item(item: Element, clock: Clock) -> Loose:
    """Return what the item states, without the message that carried it."""
    meta, described = child(item, "itemMeta"), child(item, "contentMeta")
    language = attribute(child(described, "language"), "tag") or attribute(item, "xml:lang")
    kind = article_type(code(child(meta, "itemClass")))
    kind = kind or ("composite" if local(item) == "packageItem" else "text")
    found: Loose = {"type": kind, "language": language}
    found.update(_managed(meta, clock))
    found.update(_rights(item, language))
    found.update(_lines(described, language, clock))
    found.update(_topics(described, language, _asserted(item)))
    found["version"] = attribute(item, "version")
    found["firstcreated"] = found.get("firstcreated") or clock.read(text_at(described, "contentCreated"))
    found["versioncreated"] = found.get("versioncreated") or clock.read(text_at(described, "contentModified"))
    found["located"] = found.get("located") or name(child(meta, "located"), language)
    found["related"] = list(related(item, attribute(item, "guid")))
    found["associations"] = [*members(item), *files(item, kind), *pictures(item)]
    _add_content(found, read_content(item, clock), described)
    if not found.get("headline"):
        found["headline"] = text_at(meta, "title")
    return found


def _managed(meta: Element | None, clock: Clock) -> Loose:
    """`itemMeta`: management of the item (Guidelines, section 3)."""
    embargo = child(meta, "embargoed")
    endless = embargo is not None and embargo.get(_XSI_NIL) == "true" and not text(embargo)
    signals = [code(signal) or name(signal) for signal in children(meta, "signal")]
    return {
        # An embargo without an end lasts until further notice (Guidelines, 3.4): nothing may be published.
        "pubstatus": "withheld" if endless else code(child(meta, "pubStatus")),
        "signals": [*signals, "embargo"] if endless else signals,
        "firstcreated": clock.read(text_at(meta, "firstCreated")),
        "versioncreated": clock.read(text_at(meta, "versionCreated")),
        "embargoed": clock.read(text(embargo)),
        "embargo_said": text(embargo),
        "expires": clock.read(text_at(meta, "expires")),
        "ednote": "\n".join(_notes(meta)),
    }


def _notes(meta: Element | None) -> Iterator[str]:
    """Notes for editors; one in mark-up repeats the plain ones (a notepad for people) and counts where it is alone."""
    notes = list(children(meta, "edNote"))
    plain = [note for note in notes if len(note) == 0]
    if plain:
        yield from (lines(told) for told in texts(plain))
    else:
        yield from (told for note in notes if (told := plain_text(note)))


def _rights(item: Element, language: str | None) -> Loose:
    infos = [*children(item, "rightsInfo")]

    def best(tag: str) -> Element | None:
        return in_language(chain.from_iterable(children(info, tag) for info in infos), language)

    holder = next(chain.from_iterable(children(info, "copyrightHolder") for info in infos), None)
    notice, terms = best("copyrightNotice"), best("usageTerms")
    return {
        "copyrightholder": name(holder, language),
        "copyrightnotice": text(notice),
        "usageterms": text(terms),
        "link": attribute(child(child(item, "itemMeta"), "altRep"), "href"),
    }


def _lines(described: Element | None, language: str | None, clock: Clock) -> Loose:
    """`contentMeta`: the lines that people read (Guidelines, section 4)."""
    headlines = [line for line in children(described, "headline") if text(line)]
    minor = [line for line in headlines if "sub" in role(line)]
    major = sorted((line for line in headlines if line not in minor), key=_rank)
    dateline = text_at(described, "dateline")
    slugline = "-".join(texts(children(described, "slugline")))
    take = _TAKE.search(line(slugline))
    return {
        "headline": text(in_language(major, language)) or text(in_language(minor, language)),
        "subheadline": text(in_language(minor, language)) if major else None,
        "slugline": slugline,
        "takekey": take[1] if take else None,
        "dateline": None if dateline and clock.read(dateline) else dateline,
        "byline": _byline(described, language),
        "creditline": "; ".join(texts(children(described, "creditline"))),
        "abstract": _abstract(described, language),
        "urgency": text_at(described, "urgency"),
        "keywords": list(texts(children(described, "keyword"))),
        "credits": list(_credits(described, language)),
        "sequence": next(
            (text(x) for x in children(described, "altId") if _NUMBER.search(attribute(x, "type") or "")), None
        ),
    }


def _rank(element: Element) -> tuple[bool, int]:
    """Headlines for another purpose (`hldrole:seo`, AP's extended one) come after the one without a role."""
    rank, purpose = attribute(element, "rank") or "", role(element)
    return purpose not in {"", "main", "headline", "title"}, int(rank) if rank.isdecimal() and len(rank) < 6 else 0


def _byline(described: Element | None, language: str | None) -> str | None:
    by = [told for told in (line(by) for by in texts(children(described, "by"))) if told]
    if by:
        return "; ".join(dict.fromkeys(by))
    makers = (creator for creator in children(described, "creator") if _is_person(creator))
    return ", ".join(dict.fromkeys(told for creator in makers if (told := name(creator, language))))


def _is_person(creator: Element) -> bool:
    kind = term(attribute(creator, "type"))
    return role(creator) in _PERSONS or (kind == "person" and bool(text(creator) or attribute(creator, "literal")))


def _credits(described: Element | None, language: str | None) -> Iterator[Credit]:
    for maker in children(described, "creator", "contributor"):
        called = name(maker, language)
        if (
            called
            and (text(child(maker, "name")) or attribute(maker, "literal"))
            and "organi" not in term(attribute(maker, "type"))
        ):
            yield Credit(
                role=role(maker) or ("contributor" if local(maker) == "contributor" else "creator"), name=called
            )


def _abstract(described: Element | None, language: str | None) -> str | None:
    told = [d for d in children(described, "description") if role(d) not in _NO_DESCRIPTIONS]
    chosen = in_language((d for d in told if role(d) not in _CAPTIONS), language)
    chosen = chosen if chosen is not None else in_language(told, language)
    return plain_text(chosen) or None


def _asserted(item: Element) -> dict[str, Element]:
    """What the item tells of concepts apart from where it uses them (`assert`, Guidelines, section 7.6), by their codes."""
    return {key: told for told in children(item, "assert") if (key := code(told))}


def _topics(described: Element | None, language: str | None, asserted: dict[str, Element]) -> Loose:
    subjects, sections, categories, entities = [], [], [], []
    for element in children(described, "subject"):
        qcode, called = code(element), named(element, language)
        alias = scheme(qcode)
        kind = term(attribute(element, "type"))
        if (more := asserted.get(qcode or "")) is not None:
            called = called or named(more, language)
            kind = kind or term(attribute(child(more, "type"), "qcode", "uri"))
        if qcode or called:
            subjects.append(Subject(code=qcode, scheme=alias, name=called))
        is_category, is_section = _grouping(alias, kind)
        if is_category:
            categories.append(term_as_sent(qcode) or name(element, language))
        if is_section:
            sections.append(name(element, language))
        if called and (nature := _NATURES.get(kind)):
            entities.append(_entity(element, called, nature))
    return {
        "subjects": subjects,
        "entities": entities,
        "category": next((category for category in categories if category), None),
        "section": sections,
        "located": ", ".join(filter(None, (name(place, language) for place in children(described, "located")))),
    }


@lru_cache(maxsize=1024)
def _grouping(alias: str | None, kind: str) -> tuple[bool, bool]:
    """Tell by the subject's scheme, or its type, whether it is the agency's category, and whether a section."""
    section = _SECTION.search(alias or "") or _SECTION.search(kind)
    return bool(_CATEGORY.search(alias or kind)), bool(section)


def _entity(element: Element, called: str, kind: Kind) -> Entity:
    """A person, organisation or place among the subjects, as its type says (concept natures, Guidelines, 7.2)."""
    position = next(descendants(element, "position"), None) if kind == "place" else None
    place = {"coordinates": [_degrees(position, axis) for axis in ("longitude", "latitude")], "type": "Point"}
    return entity(called, kind, _WHY, place if None not in place["coordinates"] else {})


def _degrees(position: Element | None, axis: str) -> float | None:
    told = attribute(position, axis) or ""
    return float(told) if _DEGREES.fullmatch(told) else None


def term_as_sent(qcode: str | None) -> str | None:
    """Return the code without its scheme, in its own case."""
    return (qcode or "").partition(":")[2] or None


def _add_content(found: Loose, content: Content, described: Element | None) -> None:
    """The story's text, and from its mark-up what the item left unsaid."""
    for key, value in content.beside.items():
        if key == "associations":
            found["associations"] = [*found.get("associations", []), *content.beside["associations"]]
        elif not found.get(key):
            found[key] = value  # type: ignore[literal-required]
    found["word_count"] = content.words
    found["body"], found["body_html"] = content.text.body, content.text.html
    if not content.text.body:
        scripts = (plain_text(d) for d in children(described, "description") if role(d) in _SCRIPTS)
        found["body"] = "\n\n".join(script for script in scripts if script)
