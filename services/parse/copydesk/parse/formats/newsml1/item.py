"""One news item of NewsML 1.x as loose values (NewsML 1.2 Functional Specification, sections 5.4 and 5.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose
from copydesk.parse.formats.newsml1.content import Story, read_story
from copydesk.parse.formats.newsml1.parts import first, formal, news_lines, party, stated, values
from copydesk.parse.newscode import subject
from copydesk.parse.xml import Element, attribute, child, children, descendants, text, text_at
from copydesk.schemas.article import Credit, Related, Subject

_PUBLIC = re.compile(r"urn:newsml:[^:\s]+:[^:\s]+:\S+", re.IGNORECASE)
_SUBJECTS = ("Subject", "SubjectMatter", "SubjectDetail", "SubjectQualifier")
_NOTE = re.compile(r"edit|note|advisory|instruction", re.IGNORECASE)
_URL = re.compile(r"https?://\S+")
_ROLES = {"AUTHOR": "writer", "WRITER": "writer", "EDITOR": "editor", "PHOTOGRAPHER": "photographer"}


def identity(item: Element) -> str | None:
    """Return the id that all revisions share: the public identifier without its revision, else one made of its parts.

    The public identifier is `urn:newsml:provider:date:item:revision` (section 5.4.1); some send the same short one with
    every item, which is none. A date that is a time of day is that of the revision, and left out.
    """
    identifier = child(item, "Identification", "NewsIdentifier")
    public, revision = text_at(identifier, "PublicIdentifier"), text_at(identifier, "RevisionId")
    if public and _PUBLIC.fullmatch(public):
        return re.sub(rf":{re.escape(revision)}[NUA]?$", "", public) if revision else public
    provider, day, own = (text_at(identifier, name) for name in ("ProviderId", "DateId", "NewsItemId"))
    if not own or not own.strip("0"):
        return None
    return ":".join(part for part in ("urn:newsml", provider, day if day and len(day) <= 10 else None, own) if part)


def stories(item: Element) -> list[Element]:
    """Return the components that are stories of their own: the item's, or its parts where each is in another language."""
    top = child(item, "NewsComponent")
    while top is not None:
        inner = list(children(top, "NewsComponent"))
        languages = [language(part) for part in inner]
        known = {told for told in languages if told}
        if len(known) > 1:
            return [part for part, told in zip(inner, languages, strict=True) if told]
        if len(inner) != 1 or child(top, "ContentItem") is not None:
            break
        top = inner[0]
    return list(children(item, "NewsComponent"))


def language(component: Element) -> str | None:
    """Return the language that a component states of itself."""
    return attribute(component, "xml:lang") or formal(component, "DescriptiveMetadata", "Language")


def read_item(item: Element, component: Element, clock: Clock) -> Loose:
    """Return what the item and one story of it state."""
    tree = [*_above(component), component, *descendants(component, "NewsComponent")]
    story = read_story(component, clock)
    found: Loose = {"type": "text" if story.bodies or not story.files else story.files[0].type}
    found.update(_managed(item, clock))
    properties = stated(_metadata(tree))
    found.update(_lines(tree, properties, clock))
    found.update(_described(item, tree, component, properties))
    found["slugline"] = found.get("slugline") or text_at(item, "Identification", "NameLabel")
    found["language"] = first([*map(language, tree), story.beside.get("language")])
    found["byline"] = found.get("byline") or story.beside.get("byline")
    found["credits"] = [*_credits(tree), *(story.beside.get("credits") or [])]
    _add_story(found, story)
    return found


def _above(component: Element) -> list[Element]:
    return list(component.iterancestors("{*}NewsComponent"))[::-1]


def _managed(item: Element, clock: Clock) -> Loose:
    """`NewsManagement`: status, times, urgency, what to do with earlier revisions (section 5.4.2)."""
    managed, identifier = child(item, "NewsManagement"), child(item, "Identification", "NewsIdentifier")
    revision = child(identifier, "RevisionId")
    status = (formal(managed, "Status") or "").casefold()
    change = child(managed, "StatusWillChange")
    to, when = (formal(change, "FutureStatus") or "").casefold(), clock.read(text_at(change, "DateAndTime"))
    signals = [formal(instruction) for instruction in children(managed, "Instruction")]
    if (attribute(revision, "Update") or "N").upper() in {"U", "A"}:
        signals.append("update")
    return {
        "version": text(revision),
        "pubstatus": status or None,
        "signals": signals,
        "firstcreated": clock.read(text_at(managed, "FirstCreated")),
        "versioncreated": clock.read(text_at(managed, "ThisRevisionCreated")),
        "embargoed": _embargo(status, to, when),
        "expires": when if to.startswith("cancel") else None,
        "urgency": formal(managed, "Urgency"),
        "related": [
            Related(uri=uri)
            for link in children(managed, "AssociatedWith", "DerivedFrom")
            if (uri := attribute(link, "NewsItem"))
        ],
    }


def _embargo(status: str, to: str, when: datetime | None) -> datetime | None:
    return when if "embargo" in status or (status in {"withheld", "hold"} and to == "usable") else None


def _lines(tree: list[Element], properties: dict[str, list[str]], clock: Clock) -> Loose:
    """`NewsLines`: what people read (section 5.6.3); the inmost component's word counts least."""
    said = news_lines(tree)
    dateline, title, byline = (first(values(said, name)) for name in ("DateLine", "ByLineTitle", "ByLine"))
    return {
        "headline": first(values(said, "HeadLine")),
        "subheadline": first(values(said, "SubHeadLine")),
        "byline": f"{byline}, {title}" if byline and title else byline,
        "creditline": first(values(said, "CreditLine")),
        "slugline": first(values(said, "SlugLine")),
        "copyrightnotice": first(values(said, "CopyrightLine")),
        "usageterms": first(values(said, "RightsLine")) or first(_rights(tree)),
        "copyrightholder": first(text(holder) for part in tree for holder in _holders(part)),
        "dateline": dateline if dateline and any(map(str.isalpha, dateline)) and not clock.read(dateline) else None,
        "keywords": [
            word
            for row in (*values(said, "KeywordLine"), *values(properties, "keyword", "keywords"))
            for word in row.split(";")
        ],
        "ednote": "\n".join(dict.fromkeys([*_notes(tree), *values(properties, "editorialinfo", "editorialnote")])),
        "link": first(found[0] for row in _typed_lines(tree, "url", "link") if (found := _URL.search(row))),
    }


def _notes(tree: list[Element]) -> Iterator[str]:
    for component in tree:
        for newsline in children(child(component, "NewsLines"), "NewsLine"):
            if _NOTE.search(formal(newsline, "NewsLineType") or ""):
                yield from filter(None, map(text, children(newsline, "NewsLineText")))


def _typed_lines(tree: list[Element], *kinds: str) -> Iterator[str]:
    for component in tree:
        for newsline in children(child(component, "NewsLines"), "NewsLine"):
            if (formal(newsline, "NewsLineType") or "").casefold() in kinds:
                yield from filter(None, map(text, children(newsline, "NewsLineText")))


def _holders(component: Element) -> Iterator[Element]:
    return descendants(child(component, "RightsMetadata"), "CopyrightHolder")


def _rights(tree: list[Element]) -> Iterator[str | None]:
    for component in tree:
        for usage in descendants(child(component, "RightsMetadata"), "UsageRights"):
            yield "; ".join(
                told for name in ("UsageType", "Limitations", "Geography") if (told := text_at(usage, name))
            )


def _metadata(tree: list[Element]) -> list[Element]:
    names = ("AdministrativeMetadata", "DescriptiveMetadata", "Metadata")
    return [metadata for component in tree for metadata in children(component, *names)]


def _described(item: Element, tree: list[Element], component: Element, properties: dict[str, list[str]]) -> Loose:
    """`AdministrativeMetadata` and `DescriptiveMetadata` (sections 5.6.4 to 5.6.6)."""
    makers = (party(part, "AdministrativeMetadata", "Provider") for part in tree)
    provider = text_at(item, "Identification", "NewsIdentifier", "ProviderId")
    sources = (party(part, "AdministrativeMetadata", "Source") for part in tree)
    return {
        "provider": first([*makers, provider, *sources]),
        "subjects": list(_subjects(item, tree, language(component))),
        "located": first(values(properties, "city", "countryarea", "country")),
        "priority": first(values(properties, "priority")),
        "sequence": first(values(properties, "kwsserial", "serialnumber", "sequencenumber", "runningnumber")),
        "section": values(properties, "section", "department")[:1],
        "category": first(values(properties, "category")) or first(_categories(tree)),
    }


def _subjects(item: Element, tree: list[Element], spoken: str | None) -> Iterator[Subject]:
    names = _topic_names(item, spoken)
    for component in tree:
        for group in children(child(component, "DescriptiveMetadata"), "SubjectCode"):
            for element in children(group, *_SUBJECTS):
                told = formal(element)
                found = subject(told, attribute(element, "Scheme", "Vocabulary"), names.get(told or ""))
                if found and told:
                    yield found


def _categories(tree: list[Element]) -> Iterator[str | None]:
    """The agency's own category beside the code of a subject (`<Subject FormalName="04000000" cat="ECO"/>`)."""
    for component in tree:
        for element in descendants(child(component, "DescriptiveMetadata"), *_SUBJECTS):
            yield attribute(element, "cat")


def _topic_names(item: Element, spoken: str | None) -> dict[str, str]:
    """What the item's own topics are called, in the story's language where there is a choice."""
    wanted = (spoken or "en")[:2].casefold()
    found: dict[str, str] = {}
    for topic in descendants(item, "Topic"):
        code = text_at(topic, "FormalName")
        told = [
            (attribute(d, "xml:lang") or "", text(d) or "")
            for d in children(topic, "Description")
            if (attribute(d, "Variant") or "Name").casefold() == "name" and text(d)
        ]
        if code and told:
            found[code] = next((name for tag, name in told if tag[:2].casefold() == wanted), told[0][1])
    return found


def _credits(tree: list[Element]) -> Iterator[Credit]:
    """The parties that created the story and are told by their part in it."""
    for component in tree:
        for creator in children(child(component, "AdministrativeMetadata"), "Creator"):
            for maker in children(creator, "Party"):
                role = _ROLES.get((attribute(maker, "Topic") or "").upper())
                if role and formal(maker):
                    yield Credit(role=role, name=formal(maker) or "")


def _add_story(found: Loose, story: Story) -> None:
    beside, content = story.beside, story.text()
    found["headline"] = found.get("headline") or story.headline or beside.get("headline")
    found["dateline"] = found.get("dateline") or beside.get("dateline")
    found["subheadline"] = found.get("subheadline") or beside.get("subheadline")
    found["subjects"] = list(found.get("subjects") or []) or list(beside.get("subjects") or [])
    leads = [lead.body for lead in story.leads]
    found["abstract"] = first([*story.abstracts, *leads]) or beside.get("abstract")
    found["associations"] = story.files
    found["word_count"] = story.words
    found["body"], found["body_html"] = content.body, content.html
