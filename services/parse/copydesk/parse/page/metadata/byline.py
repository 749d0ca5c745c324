"""Whose byline a story bears: authors in the markings, held against the bylines that the page shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.jsonld import Node, texts, types
from copydesk.parse.page.metadata.people import LINK, cleaned, is_name, named, plausible, split, told, unled
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.plain import line

METAS = (
    "author", "parsely-author", "article:author_name", "dc.creator", "dcterms.creator", "sailthru.author", "citation_author", "byl",
    "cxenseparse:author", "authors", "article:authors", "rnews:creator", "twitter:data1", "article:author",
)  # fmt: skip
"""Names of `meta` that state who wrote the story, the surest first."""
MOST_SHOWN = 8
LONGEST = 200
PLACEHOLDERS = frozenset(
    ["admin", "administrator", "editor", "redaktion", "redaccion", "redacción", "staff", "webmaster"]
)


@dataclass(frozen=True)
class Byline:
    """A byline without the words that open it, the names in it, and what states it.

    `sure` says that a word that opens it or the markings make it one; `near` that it stands between headline and story;
    `people` that what states it calls them no organisation.
    """

    text: str
    names: tuple[str, ...]
    source: str
    sure: bool = True
    near: bool = False
    people: bool = True


def byline(
    story: Node, known: Mapping[str, Node], tags: Tags, shown: Sequence[Byline], site: str | None
) -> Byline | None:
    """Return who wrote the story; `shown` are the page's bylines, likeliest first.

    A marking that only names the site, or an organisation, gives way to a byline that names people; one that names
    nobody whom the page shows, to a sure one between headline and story.
    """
    stated = _of_jsonld(story, known) or _of_metas(tags)
    shown = shown[:MOST_SHOWN]
    people = [found for found in shown if all(is_name(name) for name in found.names)]
    if stated is None or _is_site(stated.names, site):
        likely = [*(found for found in people if found.sure), *people, *(found for found in shown if _likely(found))]
        return next(iter(likely), stated)
    if not stated.people:
        return next(iter(people), stated)
    keys = [normal(name) for name in stated.names]
    fuller = [found for found in shown if _holds(found, keys)]
    if fuller:
        most = max(fuller, key=lambda found: len(found.names))
        return most if len(most.names) > len(keys) or _titled(most.text, stated) else stated
    other = next((found for found in people if found.sure and found.near), None)
    return other if other and not _akin(other, keys) else stated


def _holds(found: Byline, keys: Sequence[str]) -> bool:
    """Whether a byline has all of the names in it."""
    text = f" {normal(found.text)} "
    return all(f" {key} " in text for key in keys)


def _akin(found: Byline, keys: Sequence[str]) -> bool:
    """Whether a byline has a word of the names in it, be it glued to others."""
    text = normal(found.text)
    return any(word in text for key in keys for word in key.split() if len(word) > 1)


def _titled(text: str, stated: Byline) -> bool:
    """Whether a shown byline is the marking with words between the names, or a title behind a comma."""
    begins = text.casefold().startswith(stated.names[0].casefold())
    at = text.casefold().rfind(stated.names[-1].casefold())
    tail = text[at + len(stated.names[-1]) :] if at >= 0 else " "
    return begins and at >= 0 and not tail[:1].strip(",(") and len(text) <= 3 * len(stated.text) + 60


def _likely(found: Byline) -> bool:
    """Whether a byline may name somebody: names as names are written, or a few words behind a word that says so."""
    few = all(len(name.split()) <= 5 and ":" not in name for name in found.names)
    short = found.near and all(len(name.split()) <= 2 and name.replace(" ", "").isalpha() for name in found.names)
    return all(plausible(name) for name in found.names) or (found.sure and few) or short


def _of_jsonld(story: Node, known: Mapping[str, Node]) -> Byline | None:
    for key in ("author", "creator"):
        items = list(_items(story.get(key), known))
        said = [unled(line(text)) for item in items for text in texts(item)]
        names = cleaned(name for text in said for name in _parts(text))
        if names:
            kinds = {kind for item in items if isinstance(item, dict) for kind in types(item)}
            people = not kinds or "person" in kinds
            return Byline(", ".join(dict.fromkeys(said)), names, f"json-ld {key}", people=people)
    return None


def _items(value: object, known: Mapping[str, Node]) -> Iterator[object]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and not item.get("name") and isinstance(item.get("@id"), str):
            yield known.get(item["@id"], item)
        else:
            yield item


def _parts(text: str) -> list[str]:
    """The names of one marking: several where words or marks part them, the first where titles follow it."""
    parts = split(text)
    if len(parts) > 1:
        return parts
    commas = [part.strip() for part in text.split(",")]
    several = all(is_name(part) for part in commas)
    return commas if several or len(commas) < 2 else commas[:1] if is_name(commas[0]) else [text]


def _of_metas(tags: Tags) -> Byline | None:
    for name in METAS:
        values = [value for value in tags.every(name) if not LINK.search(value) and len(value) <= LONGEST]
        if not values or (name == "twitter:data1" and not _labels_author(tags)):
            continue
        names = cleaned(part for value in values for part in named(value))
        if names:
            return Byline(", ".join(dict.fromkeys(told(value) for value in values)), names, f"meta {name}")
    return None


def _labels_author(tags: Tags) -> bool:
    label = normal(tags.first("twitter:label1") or "")
    return cues("byline").be(label) or label.split()[-1:] == ["by"]


def _is_site(names: Sequence[str], site: str | None) -> bool:
    key = normal(site or "")
    said = [normal(name) for name in names]
    return all(name == key or name in PLACEHOLDERS or (len(key) > 3 and key in name) for name in said)
