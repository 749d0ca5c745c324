"""A web page as an article: markings first, checked against what the page shows; the story out of its blocks."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
from copydesk.parse.article import build
from copydesk.parse.language import language_tag
from copydesk.parse.page.chances import block_chances
from copydesk.parse.page.dom.blocks import Block, blocks
from copydesk.parse.page.dom.embedded import embedded
from copydesk.parse.page.dom.hints import headline_at
from copydesk.parse.page.dom.tree import Element, Page, parse
from copydesk.parse.page.features import PROSE_WORDS, length
from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata import dates, headline, jsonld, tags
from copydesk.parse.page.metadata.byline import byline
from copydesk.parse.page.metadata.publisher import publisher, site_name
from copydesk.parse.page.metadata.shown import shown
from copydesk.parse.page.stamps import is_stamp
from copydesk.parse.page.verdict import Evidence as Grounds
from copydesk.parse.page.verdict import verdict
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Credit, Evidence
from numpy.typing import NDArray

RULE = "webpage@1"
THRESHOLD = 0.5
ALIKE = 0.2
"""From this chance on a paragraph is kept that stands beside one of the story's in the same way."""
LEAST_WORDS = 40
"""A story with fewer words makes the reader look again at what came near the threshold."""
LINKED = 0.8
"""From this share of link on a block is a link."""
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")


@dataclass(frozen=True)
class Reading:
    """A page taken apart: its tree, its markings, its blocks and how likely each is the story's."""

    page: Page
    nodes: Sequence[jsonld.Node]
    story: jsonld.Node
    tags: tags.Tags
    blocks: Sequence[Block]
    chances: NDArray[np.float64]
    kept: Sequence[int]
    """Indices of the blocks that are the story."""
    title: headline.Candidate | None
    title_at: int | None


def webpage(raw: Raw, profiles: Profiles) -> Article:
    """Return the page's article. Refusal `no-article` where it holds none."""
    reading = take_apart(parse(raw.data, _charset(raw.media_type)))
    body, source = _body(reading)
    if why := verdict(_evidence_for(reading, body)):
        raise Refusal("no-article", f"html: the page is no article but a {why}")
    link = _link(reading.story, reading.tags) or raw.link
    seen = shown(reading.blocks, reading.title_at, reading.kept, month_first=_month_first(_language(reading), link))
    site = site_name(reading.story, reading.tags)
    signed = byline(reading.story, jsonld.by_id(list(reading.nodes)), reading.tags, seen.bylines, site)
    names = signed.names if signed else ()
    title = reading.title.text if reading.title else None
    maker = publisher(reading.story, reading.nodes, reading.tags, title, link, body, names, profiles)
    stated = dates.Stated(
        reading.story,
        reading.nodes,
        reading.tags,
        _marked(reading.page.root),
        seen.stamps,
        seen.headed,
        link,
        maker.zone,
    )
    first, last = dates.published(stated), dates.modified(stated)
    abstract, abstract_from = _abstract(reading)
    article = build(
        "html",
        link,
        headline=reading.title.text if reading.title else None,
        byline=signed.text if signed else None,
        body=body,
        published=first.moment if first else None,
        versioncreated=last.moment if last else None,
        timezone_assumed=next((d.assumed for d in (first, last) if d and d.assumed), None),
        language=_language(reading),
        provider=maker.provider,
        republisher=maker.republisher,
        section=maker.section,
        keywords=maker.keywords,
        abstract=abstract,
        link=link,
        copyrightnotice=maker.copyright,
        credits=[Credit(role="reporter", name=name, evidence=Evidence(rule=RULE, field="byline")) for name in names],
        related=seen.related,
        notes=reading.page.notes,
    )
    rests = {
        "body": source,
        "headline": ", ".join(sorted(reading.title.marks)) if reading.title else None,
        "byline": signed.source if signed else None,
        "published": first.source if first else None,
        "versioncreated": last.source if last else None,
        "provider": maker.provider_from,
        "section": maker.section_from,
        "abstract": abstract_from,
        "republisher": "site",
    }
    evidence = {
        name: Evidence(rule=RULE, field=where) for name, where in rests.items() if where and getattr(article, name)
    }
    return article.model_copy(update={"evidence": evidence})


def take_apart(page: Page) -> Reading:
    """Read markings and blocks of a page."""
    found = jsonld.nodes(page.root)
    story, head = jsonld.article(found), tags.tags(page.root)
    parts = blocks(page.root) or embedded(page.root)
    told = block_chances(parts)
    kept = _kept(parts, told)
    title = max(_titles(story, head, parts, kept), key=headline.score, default=None)
    at = headline_at(parts, title.text if title else None)
    if title is not None:
        key = normal(title.text)
        kept = [index for index in kept if normal(parts[index].text) != key]
    return Reading(page, found, story, head, parts, told, kept, title, at)


def title_candidates(page: Page) -> list[headline.Candidate]:
    """Return the texts that may be the page's headline, each with what speaks for it."""
    parts = blocks(page.root) or embedded(page.root)
    story, head = jsonld.article(jsonld.nodes(page.root)), tags.tags(page.root)
    return _titles(story, head, parts, _kept(parts, block_chances(parts)))


def _titles(
    story: jsonld.Node, head: tags.Tags, parts: Sequence[Block], kept: Sequence[int]
) -> list[headline.Candidate]:
    around = headline.Around(site_name(story, head), _link(story, head), _above(parts, kept))
    return headline.candidates(story, head, headings(parts, kept), around)


def _kept(parts: Sequence[Block], told: NDArray[np.float64]) -> list[int]:
    """The blocks above the threshold, and those that go on in the same way; where hardly any is, what comes near the best."""
    kept = {at for at, chance in enumerate(told) if chance >= THRESHOLD}
    if sum(length(parts[at].text) for at in kept) < LEAST_WORDS:
        best = max((chance for at, chance in enumerate(told) if length(parts[at].text) >= PROSE_WORDS), default=0.0)
        kept |= {at for at, chance in enumerate(told) if best >= 0.1 and chance >= 0.6 * best}
    for at in sorted(kept):
        for step in (-1, 1):
            near = at + step
            while (
                0 <= near < len(parts) and near not in kept and _goes_on(parts[at], parts[near]) and told[near] >= ALIKE
            ):
                kept.add(near)
                near += step
    return sorted(kept)


def _goes_on(one: Block, other: Block) -> bool:
    """Whether two blocks are prose in elements of the same name under the same parent, or their parents are."""
    a, b = one.context, other.context
    if (
        a.tag != b.tag
        or min(length(one.text), length(other.text)) < PROSE_WORDS
        or other.linked > 0.3 * len(other.text)
    ):
        return False
    return a.parent is b.parent or (
        a.parent is not None and b.parent is not None and a.parent.parent is b.parent.parent
    )


def _above(parts: Sequence[Block], kept: Sequence[int]) -> frozenset[str]:
    """The lines just above the story that are no links, in normal form, and the first of the story itself."""
    first = kept[0] if kept else 0
    near = [
        block
        for block in parts[max(0, first - headline.JUST_ABOVE) : first + 1]
        if block.linked < LINKED * len(block.text)
    ]
    return frozenset(normal(row) for block in near for row in block.text.split("\n") if len(row) <= headline.LONGEST)


def headings(parts: Sequence[Block], kept: Sequence[int]) -> list[headline.Heading]:
    """Return the headings that the page shows, each with its distance in blocks to the story's first."""
    found = []
    for at, block in enumerate(parts):
        for context in (block.context, block.context.parent):
            if context is not None and context.tag in {"h1", "h2"}:
                linked = block.linked >= LINKED * len(block.text)
                found.append(headline.Heading(int(context.tag[1]), block.text, kept[0] - at if kept else None, linked))
                break
    return found


def _body(reading: Reading) -> tuple[str, str | None]:
    """The story's paragraphs; out of the JSON-LD where the page shows little of what that holds."""
    key = normal(reading.title.text) if reading.title else ""
    told = [_told(reading.blocks[at].text, key) for at in reading.kept]
    shown_body = "\n\n".join(text for text in told if text)
    stated = " ".join(text for text in [reading.story.get("articleBody")] if isinstance(text, str))
    if length(stated) > 60 and length(shown_body) < 0.4 * length(stated):
        text = html.unescape(_MARKUP.sub("\n", html.unescape(stated)))
        return "\n\n".join(" ".join(row.split()) for row in text.split("\n") if row.strip()), "json-ld articleBody"
    return shown_body, None


def _told(text: str, key: str) -> str:
    """The block's text without lines of its own that hold the headline or a stamp."""
    if "\n" not in text:
        return text
    return "\n".join(row for row in text.split("\n") if normal(row) != key and not is_stamp(row))


def _evidence_for(reading: Reading, body: str) -> Grounds:
    kinds = {name for node in reading.nodes for name in jsonld.types(node)}
    og_type = (reading.tags.first("og:type") or "").lower()
    stated = reading.story.get("headline") or reading.story.get("datePublished")
    claims = bool(stated) or "article" in og_type or reading.tags.first("article:published_time") is not None
    titles = [
        reading.tags.title or "",
        reading.tags.first("og:title") or "",
        reading.title.text if reading.title else "",
    ]
    titles += [heading.text for heading in headings(reading.blocks, reading.kept)[:2]]
    lists = bool(kinds & {"collectionpage", "itemlist", "searchresultspage"}) or (og_type == "website" and not claims)
    free = str(reading.story.get("isAccessibleForFree", "true")).lower() not in {"false", "0"}
    return Grounds(
        body,
        [reading.blocks[at] for at in reading.kept],
        reading.blocks,
        titles,
        claims and not kinds & {"collectionpage"},
        lists,
        free,
    )


def _marked(root: Element) -> list[tuple[str, str]]:
    """The page's microdata and `time` elements that state a publication, those in the story first."""
    found = [
        (value, "microdata datePublished")
        for element in root.iter("meta", "time", "span", "div", "abbr", "p")
        if "datepublished" in (element.get("itemprop") or "").lower()
        and (value := element.get("content") or element.get("datetime") or element.text)
    ]
    times = list(root.iter("time"))
    marked = [
        t
        for t in times
        if t.get("pubdate") is not None
        or "published" in (t.get("class") or "").lower()
        or "entry-date" in (t.get("class") or "")
    ]
    return found + [(t.get("datetime") or "", "time element") for t in (*marked, *times[:3]) if t.get("datetime")]


def _language(reading: Reading) -> str | None:
    said = (
        reading.tags.language,
        texts_of(reading.story.get("inLanguage")),
        reading.tags.first("og:locale", "content-language", "language", "dc.language"),
    )
    return next((tag for value in said if value and (tag := language_tag(value))), None)


def texts_of(value: object) -> str | None:
    """Return the first text of a JSON-LD value."""
    return next(iter(jsonld.texts(value)), None)


def _month_first(language: str | None, link: str | None) -> bool:
    """Whether the page writes the month first, as the United States do: English of no other country, by tag or domain."""
    tld = urlsplit(link or "").netloc.rpartition(".")[2]
    return language in {"en", "en-US"} and (language == "en-US" or len(tld) != 2 or tld == "us")


def _abstract(reading: Reading) -> tuple[str | None, str | None]:
    """What the page says of its story in a sentence or two, and where."""
    if said := texts_of(reading.story.get("description")):
        return said, "json-ld description"
    for name in ("og:description", "description", "twitter:description"):
        if said := reading.tags.first(name):
            return said, f"meta {name}"
    return None, None


def _link(story: jsonld.Node, head: tags.Tags) -> str | None:
    said = (
        head.canonical,
        head.first("og:url", "twitter:url"),
        texts_of(story.get("url")),
        story.get("mainEntityOfPage"),
    )
    return next((value for value in said if isinstance(value, str) and value.startswith("http")), None)


def _charset(media_type: str | None) -> str | None:
    found = re.search(r"charset=[\"']?([\w.:-]+)", media_type or "", re.IGNORECASE)
    return found[1] if found else None
