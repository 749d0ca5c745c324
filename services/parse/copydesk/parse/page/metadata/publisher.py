"""Whose story a page holds, whose page it is, and under which section it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from copydesk.parse.page.anchors import dateline
from copydesk.parse.page.crumbs import is_root
from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.headline import strung_parts
from copydesk.parse.page.metadata.jsonld import Node, texts, types
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.page.origin import agencies
from copydesk.parse.profile import Profiles

_CREDIT_METAS = (
    "dc.source",
    "source",
    "news_source",
    "article:source",
    "original-source",
    "syndication-source",
    "dc.publisher.original",
    "copyright",
)
_TAIL = re.compile(r"[(\[]([^()\[\]\d]{2,40})[)\]]\s*\.?$|(?:^|\s)/([^\s/]{2,20})/?\s*$")


@dataclass(frozen=True)
class Publisher:
    """Maker and republisher of the story, with what was read beside them; `zone` is the IANA name of the page's zone."""

    provider: str | None = None
    provider_from: str | None = None
    republisher: str | None = None
    site: str | None = None
    section: tuple[str, ...] = ()
    section_from: str | None = None
    keywords: tuple[str, ...] = ()
    copyright: str | None = None
    zone: str | None = None


def publisher(  # noqa: PLR0917 - what a page says of its maker stands in as many places
    story: Node,
    nodes: Sequence[Node],
    tags: Tags,
    title: str | None,
    link: str | None,
    body: str | None,
    names: Sequence[str],
    profiles: Profiles,
) -> Publisher:
    """Return who made the story and who shows it. An agency that the story itself names made it; else the site did."""
    site = site_name(story, tags, title) or (urlsplit(link or "").netloc.removeprefix("www.") or None)
    known = agencies(profiles)
    provider, where = _maker(story, tags, link, body, names, known, profiles)
    profile = profiles.named(provider) if provider else None
    provider = profile.provider if profile and profile.provider else provider
    own = profiles.by_domain(link)
    if provider is None and own is not None:
        provider, where = own.provider, "link"
    if provider is None and site:
        provider, where = site, "site"
    same = (
        provider is not None
        and site is not None
        and (normal(provider) == normal(site) or (own is not None and own.provider == provider))
    )
    section, section_from = _section(story, nodes, tags)
    return Publisher(
        provider,
        where,
        None if same else site,
        site,
        section,
        section_from,
        tuple(_keywords(story, tags)),
        tags.first("copyright", "dc.rights", "dcterms.rights"),
        zone(tags, link),
    )


def site_name(story: Node, tags: Tags, title: str | None = None) -> str | None:
    """Return the site's own name: as it is marked, else what is strung on the headline `title` in the page's title."""
    marked = (
        tags.first("og:site_name")
        or next(iter(texts(story.get("publisher"))), None)
        or tags.first("application-name", "apple-mobile-web-app-title")
    )
    if marked or not title or not tags.title:
        return marked
    return next((part for part in strung_parts(tags.title, title) if 2 < len(part) <= 60), None)


def _maker(  # noqa: PLR0917 - as above
    story: Node,
    tags: Tags,
    link: str | None,
    body: str | None,
    names: Sequence[str],
    known: frozenset[str],
    profiles: Profiles,
) -> tuple[str | None, str | None]:
    """The agency that the story names: in its dateline, its byline, its last words, its markings, its canonical link."""
    first = (body or "").split("\n\n", 1)[0]
    line = dateline(first, known)
    if line is not None and normal(line.agency) in known:
        return line.agency, "dateline"
    for name in names:
        for part in (name, *re.split(r"\s*[,/|]\s*|\s+(?:for|of|mit|and)\s+(?:the\s+)?", name)):
            if normal(part) in known:
                return part, "byline"
    tail = _TAIL.search((body or "")[-80:])
    if tail and normal(tail[1] or tail[2]) in known:
        return tail[1] or tail[2], "body"
    for text in [
        *texts(story.get("sourceOrganization")),
        *texts(story.get("copyrightHolder")),
        *tags.every(*_CREDIT_METAS),
    ]:
        if normal(text) in known:
            return text, "markings"
    canonical = profiles.by_domain(tags.canonical) if tags.canonical and link != tags.canonical else None
    return (canonical.provider, "canonical link") if canonical else (None, None)


def _section(story: Node, nodes: Sequence[Node], tags: Tags) -> tuple[tuple[str, ...], str | None]:
    for node in nodes:
        if "breadcrumblist" in types(node) and isinstance(node.get("itemListElement"), list):
            crumbs = [
                next(iter(texts(item.get("name") or item.get("item"))), "")
                for item in node["itemListElement"]
                if isinstance(item, dict)
            ]
            title = {normal(t) for t in (*texts(story.get("headline")), tags.first("og:title") or "", tags.title or "")}
            kept = tuple(c for c in crumbs if c and not is_root(c) and normal(c) not in title and len(c) <= 60)
            if kept:
                return kept, "json-ld BreadcrumbList"
    found = (
        texts(story.get("articleSection"))
        or tags.every("article:section", "parsely-section", "section", "cxenseparse:section")[:1]
    )
    return tuple(dict.fromkeys(found)), (
        "json-ld articleSection" if story.get("articleSection") else "meta"
    ) if found else None


def _keywords(story: Node, tags: Tags) -> list[str]:
    said = (
        texts(story.get("keywords"))
        or tags.every("article:tag")
        or tags.every("news_keywords")
        or tags.every("keywords")
    )
    words = [part.strip() for text in said for part in (text.split(",") if "," in text else [text])]
    return [word for word in words if 0 < len(word) <= 80][:50]


def zone(tags: Tags, link: str | None) -> str | None:
    """Return the zone of the page's country, where it has but one that matters: of its locale, else of its top-level domain."""
    locale = tags.first("og:locale") or tags.language or ""
    host = urlsplit(link or tags.canonical or "").netloc
    tld = host.rpartition(".")[2].upper().replace("UK", "GB")
    country = (
        re.sub(r"^[a-z]{2,3}[-_]", "", locale).upper()[:2]
        if re.match(r"^[a-zA-Z]{2,3}[-_][A-Za-z]{2}$", locale)
        else ""
    )
    return _zones().get(tld) or _zones().get(country)


@cache
def _zones() -> dict[str, str]:
    """The countries with one zone, by their code (IANA's `zone.tab`)."""
    found: dict[str, list[str]] = {}
    for row in (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            code, _, name = row.split("\t")[:3]
            found.setdefault(code, []).append(name)
    several = {
        "DE": "Europe/Berlin",
        "ES": "Europe/Madrid",
        "PT": "Europe/Lisbon",
        "AR": "America/Argentina/Buenos_Aires",
        "UA": "Europe/Kyiv",
        "NZ": "Pacific/Auckland",
        "CL": "America/Santiago",
        "CN": "Asia/Shanghai",
        "CY": "Asia/Nicosia",
        "MY": "Asia/Kuala_Lumpur",
    }
    return {code: names[0] for code, names in found.items() if len(names) == 1} | several
