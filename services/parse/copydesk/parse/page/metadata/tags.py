"""What a page's head says of it: `meta`, `link` and `title` of HTML, OpenGraph, Dublin Core and their kin."""

from __future__ import annotations

from dataclasses import dataclass, field

from copydesk.parse.page.dom.tree import Element

_NAMES = ("property", "name", "itemprop", "http-equiv")


@dataclass(frozen=True)
class Tags:
    """The values of each `meta`, by its name without case, in order; the title, the language and the canonical link."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    title: str | None = None
    language: str | None = None
    canonical: str | None = None

    def first(self, *names: str) -> str | None:
        """Return the first value under the first of the names that has one."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), None)

    def every(self, *names: str) -> list[str]:
        """Return all values under all of the names, in the names' order."""
        return [value for name in names for value in self.metas.get(name, ()) if value]


def tags(root: Element) -> Tags:
    """Read the head, and what broken pages put into the body."""
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        content = " ".join((meta.get("content") or meta.get("value") or "").split())
        for name in _NAMES:
            if content and (said := meta.get(name)):
                metas.setdefault(said.strip().lower(), []).append(content)
    title = next(
        (text for node in root.iter("title") if _in_head(node) and (text := " ".join("".join(_texts(node)).split()))),
        None,
    )
    canonical = next(
        (link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"), None
    )
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    return Tags(metas, title, language, canonical)


def _texts(node: Element) -> list[str]:
    return [str(text) for text in node.itertext()]


def _in_head(node: Element) -> bool:
    return not any(parent.tag == "svg" for parent in node.iterancestors())
