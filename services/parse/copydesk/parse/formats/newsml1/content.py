"""The content of a component tree: text by its role, and files (NewsML 1.2, sections 5.6 NewsComponent and 5.8 ContentItem)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose, article_type
from copydesk.parse.formats.newsml1.parts import first, formal, lines_of, party, properties
from copydesk.parse.markup import Text, from_element, from_html
from copydesk.parse.nitf import read_nitf
from copydesk.parse.xml import Element, attribute, child, children, descendants, local, text, text_at
from copydesk.schemas.article import Association

_HEADLINES = {"headline", "title"}
_LEADS = {"lead", "lede", "intro", "introduction"}
_ABSTRACTS = {"abstract", "summary", "teaser"}
_CAPTIONS = {"caption", "legend"}
_ENDS = {"contact", "contacts", "footer"}
_SILENT = {"stylesheet", "style", "metadata"}
_CHOICES = ("format", "mimetype", "language")
_FILES = {"photo", "picture", "graphic", "video", "audio", "image", "animation"}


@dataclass
class Story:
    """What a component tree holds, text by what it is for."""

    headline: str | None = None
    leads: list[Text] = field(default_factory=list)
    abstracts: list[str] = field(default_factory=list)
    bodies: list[Text] = field(default_factory=list)
    ends: list[Text] = field(default_factory=list)
    files: list[Association] = field(default_factory=list)
    words: int | None = None
    beside: Loose = field(default_factory=Loose)
    """What an NITF document inside says of itself."""

    def text(self) -> Text:
        """Return the story: its leads, bodies and ends, none of them twice."""
        parts: list[Text] = []
        for part in (*self.leads, *self.bodies, *self.ends):
            if part.body and not any(part.body in told.body for told in parts):
                parts.append(part)
        return Text("\n\n".join(part.body for part in parts), "\n".join(part.html for part in parts if part.html))


def read_story(component: Element, clock: Clock) -> Story:
    """Return the content of a component and of all within it."""
    story = Story()
    _component(component, "main", story, clock)
    return story


def _component(component: Element, inherited: str, story: Story, clock: Clock) -> None:
    role = (formal(component, "Role") or inherited).casefold()
    if role in _SILENT:
        return
    chosen = False
    choice = _is_choice(component)
    for item in children(component, "ContentItem"):
        if choice and chosen and not _is_file(item):
            continue
        chosen = _content(item, role, component, story, clock) or chosen
    for inner in children(component, "NewsComponent"):
        before = len(story.bodies)
        if not (choice and chosen):
            _component(inner, role, story, clock)
            chosen = chosen or len(story.bodies) > before


def _is_choice(component: Element) -> bool:
    """Tell whether its parts are the same thing in several forms, of which one is to be taken."""
    if (attribute(component, "EquivalentsList") or "").lower() == "yes":
        return True
    bases = ((text(basis) or "").rpartition("/")[2].lower() for basis in children(component, "BasisForChoice"))
    return any(basis in _CHOICES for basis in bases)


def _is_file(item: Element) -> bool:
    media = (formal(item, "MediaType") or "").casefold()
    mime = (formal(item, "MimeType") or "").partition("/")[0].casefold()
    return (
        media in _FILES or mime in _FILES or (attribute(item, "Href") is not None and not text_at(item, "DataContent"))
    )


def _content(item: Element, role: str, component: Element, story: Story, clock: Clock) -> bool:
    """Put one content item where its role wants it; True where it held text."""
    if _is_file(item):
        story.files.append(_file(item, role, component))
        return False
    found = _data(item, story, clock)
    if not found.body:
        return False
    count = first(properties([item], "Words", "WordCount"))
    story.words = story.words or (int(count) if count and count.isdecimal() else None)
    if role in _HEADLINES:
        story.headline = story.headline or found.body
    elif role in _LEADS:
        story.leads.append(found)
    elif role in _ABSTRACTS:
        story.abstracts.append(found.body)
    elif role in _ENDS:
        story.ends.append(found)
    elif role not in _CAPTIONS:
        story.bodies.append(found)
    return True


def _data(item: Element, story: Story, clock: Clock) -> Text:
    data = child(item, "DataContent")
    if data is None:
        data = next(descendants(item, "DataContent"), None)
    root = next((element for element in data if local(element)), None) if data is not None else None
    if data is None:
        return Text()
    if root is None:
        encoded = child(item, "Encoding")
        return (
            Text()
            if encoded is not None and "64" in (attribute(encoded, "Notation") or "")
            else from_html(data.text or "")
        )
    nitf = root if local(root).lower() == "nitf" else next(descendants(data, "nitf"), None)
    if nitf is None:
        return from_element(data)
    _, found = read_nitf(nitf, clock)
    story.beside = {**found, **story.beside}
    story.files.extend(found.get("associations") or [])
    return Text(found.get("body") or "", found.get("body_html") or "")


def _file(item: Element, role: str, component: Element) -> Association:
    mime = formal(item, "MimeType")
    traits = child(item, "Characteristics")
    return Association(
        name=attribute(item, "Duid"),
        uri=attribute(item, "Href"),
        type=article_type(formal(item, "MediaType") or (mime or "").partition("/")[0] or role),
        rel=role if role != "main" else None,
        headline=first(lines_of([component], "HeadLine")),
        caption=first(_captions(component)),
        byline=first(lines_of([component], "ByLine")),
        creditline=first(lines_of([component], "CreditLine")) or party(component, "AdministrativeMetadata", "Provider"),
        href=attribute(item, "Href"),
        media_type=mime,
        width=_number(first(properties([item], "Width", "PixelWidth"))),
        height=_number(first(properties([item], "Height", "PixelHeight"))),
        size=_number(text_at(traits, "SizeInBytes")),
    )


def _captions(component: Element) -> Iterator[str]:
    """The words of components whose role is a caption, beside the file or above it."""
    above = component.getparent()
    for near in (component, above):
        for inner in children(near, "NewsComponent"):
            if (formal(inner, "Role") or "").casefold() in _CAPTIONS:
                for data in descendants(inner, "DataContent"):
                    yield " ".join((text(data) or "").split())


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() and len(value) < 16 else None
