"""NewsML-G2 (https://iptc.org/standards/newsml-g2/): news items and packages, alone or many in a `newsMessage`."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.agency import Clock, habits, provider_name
from copydesk.parse.article import build
from copydesk.parse.format import Format
from copydesk.parse.formats.g2.item import read_item
from copydesk.parse.formats.g2.values import name
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import Element, attribute, child, children, local, parse, root_name, text_at
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

_NEWS = {"newsItem", "packageItem"}
_OTHER = {"planningItem", "conceptItem", "knowledgeItem", "catalogItem"}
_ROOTS = {root.lower() for root in ("newsMessage", *_NEWS, *_OTHER)}


def recognise(raw: Raw) -> float:
    """An XML document whose root is a message or an item of G2."""
    root, tag = root_name(raw)
    if root not in _ROOTS:
        return 0.0
    return 0.97 if "iptc.org/std/nar" in tag else 0.85


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the news items and packages of the document, in order.

    Refusal `not-news` names what it holds where that is planning, concepts or knowledge alone.
    """
    document = parse(raw)
    root = document.root
    items = [root] if local(root) in _NEWS | _OTHER else list(children(child(root, "itemSet"), *_NEWS, *_OTHER))
    news = [item for item in items if local(item) in _NEWS]
    if items and not news:
        kinds = ", ".join(sorted({local(item) for item in items}))
        raise Refusal("not-news", f"newsml-g2: the document holds no news, only {kinds}")
    told = [item for item in news if attribute(item, "guid") or child(item, "contentMeta") is not None]
    for item in told:
        yield _article(item, child(root, "header"), profiles, document.notes)


def _article(item: Element, header: Element | None, profiles: Profiles, notes: list[str]) -> Article:
    guid = attribute(item, "guid")
    provider = child(item, "itemMeta", "provider")
    sender = text_at(header, "sender")
    holder = child(item, "rightsInfo", "copyrightHolder")
    named = name(provider, attribute(item, "xml:lang"))
    profile = habits(
        profiles, named, attribute(provider, "qcode", "uri"), guid, sender, text_at(header, "origin"), name(holder)
    )
    clock = Clock.of(profile)
    found = read_item(item, clock)
    source = name(child(item, "contentMeta", "infoSource"))
    found["provider"] = provider_name(profiles, named, source, sender, name(holder))
    found["priority"] = text_at(header, "priority")
    found["published"] = clock.read(text_at(header, "sent"))
    found["language"] = found.get("language") or profile.language
    found["timezone_assumed"] = clock.assumed
    found["notes"] = notes
    return build("newsml-g2", guid, **found)


FORMAT = Format(
    "newsml-g2",
    "1.0",
    ("application/vnd.iptc.g2.newsmessage+xml", "application/vnd.iptc.g2.newsitem+xml"),
    recognise,
    read,
)
