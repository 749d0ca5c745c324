"""schema.org in JSON-LD, as publishers really write it: broken quoting, lists in lists, references by `@id`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from copydesk.parse.page.dom.tree import Element

Node = dict[str, Any]

ARTICLES = (
    "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "reviewnewsarticle", "backgroundnewsarticle",
    "liveblogposting", "blogposting", "article", "report", "techarticle", "scholarlyarticle", "medicalscholarlyarticle",
    "advertisercontentarticle", "satiricalarticle", "askpublicnewsarticle", "socialmediaposting", "discussionforumposting",
    "medicalwebpage", "review", "recipe",
)  # fmt: skip
"""Types of nodes that may be the story, the surest first."""
MOST_CHARS = 3_000_000
MOST_NODES = 5_000
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.{0,100}?\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BARE_BREAK = re.compile(r"[\x00-\x1f]")


def nodes(root: Element) -> list[Node]:
    """Return every object of the page's JSON-LD, those inside others too, in document order."""
    found: list[Node] = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            found += _objects(_loaded(script.text[:MOST_CHARS]))
            if len(found) > MOST_NODES:
                break
    return found[:MOST_NODES]


def article(found: list[Node]) -> Node:
    """Return the node that is the page's story, with what its twins of the same type add; empty where there is none."""
    ranked = sorted(
        ((rank, -len(node)) for node in found if (rank := _rank(node)) is not None),
    )
    best = [node for rank, size in ranked[:1] for node in found if _rank(node) == rank and len(node) == -size]
    return best[0] if best else {}


def by_id(found: list[Node]) -> dict[str, Node]:
    """Return the nodes by their `@id`, the fullest where several share one."""
    known: dict[str, Node] = {}
    for node in found:
        name = node.get("@id")
        if isinstance(name, str) and len(node) > len(known.get(name, ())):
            known[name] = node
    return known


def types(node: Node) -> list[str]:
    """Return the node's types without case and prefix."""
    said = node.get("@type")
    values = said if isinstance(said, list) else [said]
    return [value.rpartition("/")[2].rpartition(":")[2].casefold() for value in values if isinstance(value, str)]


def texts(value: object) -> list[str]:
    """Return the texts of a value that may be a text, a list, or an object with a name."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value[:100] for text in texts(item)]
    if isinstance(value, dict):
        return texts(value.get("name") or value.get("@value") or value.get("headline"))
    return []


def _rank(node: Node) -> int | None:
    ranks = [ARTICLES.index(name) for name in types(node) if name in ARTICLES]
    if not ranks:
        return None
    return min(ranks) + (0 if node.get("headline") or node.get("articleBody") or node.get("name") else 100)


def _loaded(text: str) -> object:
    text = _COMMENT.sub("", text.strip()).strip().rstrip(";")
    bare = _BARE_BREAK.sub(" ", text)
    for attempt in (text, bare, _TRAILING_COMMA.sub(r"\1", bare), *([html.unescape(bare)] if "&quot;" in bare else [])):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: object) -> Iterator[Node]:
    stack, seen = [value], 0
    while stack and seen < MOST_NODES:
        item = stack.pop()
        seen += 1
        if isinstance(item, dict):
            yield item
            stack += [inner for inner in reversed(item.values()) if isinstance(inner, dict | list)]
        elif isinstance(item, list):
            stack += [inner for inner in reversed(item) if isinstance(inner, dict | list)]
