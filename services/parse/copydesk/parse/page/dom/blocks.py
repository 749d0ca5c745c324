"""A page's tree as blocks: runs of text that a browser sets as one paragraph, with what stands around them in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from copydesk.parse.page.dom.tree import Element
from copydesk.parse.page.lines import clean
from lxml import etree

INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "strike",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "amp-link",
    ]
)
SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "object",
        "embed",
        "applet",
        "head",
        "select",
        "option",
        "textarea",
        "input",
        "button",
        "canvas",
        "audio",
        "video",
        "map",
        "math",
        "datalist",
        "progress",
        "meter",
        "rp",
        "amp-ad",
    ]
)
FLAGS = (
    "article",
    "main",
    "aside",
    "nav",
    "header",
    "footer",
    "form",
    "figure",
    "figcaption",
    "ul",
    "ol",
    "table",
    "blockquote",
    "dialog",
    "section",
    "dl",
)
"""Elements whose being an ancestor says something."""
MOST_BLOCKS = 5_000
"""Blocks that are kept of a page; those with the fewest words go first."""
MOST_DEPTH = 250

GROUPS = {
    "body": r"(?:article|story|post|entry|news|content|main|page|detail|single)[-_]*(?:body|text|content|copy|main|inner|wrap)|body[-_]?(?:copy|text|content)|rich[-_]?text|articlebody|wysiwyg|prose",
    "content": r"content|article|story|post|entry|text|main|body|copy|paragraph|artikel|noticia|nota|texto|cuerpo|corps|texte",
    "side": r"side[-_]?bar|aside|rail|widget|right|left[-_]?col|secondary|complement",
    "related": r"relat|recommend|teaser|promo|trending|popular|most[-_]|outbrain|taboola|read[-_]?(?:next|also|more)|suggest|card|more[-_]|also|lateral|feed|listing|latest|recirc|carousel|upsell|upnext|verwandt|relacion",
    "share": r"share|sharing|social|toolbar|tools|follow|bookmark|print|actions|buttons",
    "comment": r"comment|disqus|reply|discussion|kommentar|coment|respond",
    "nav": r"nav|menu|breadcrumb|header|footer|masthead|pagination|pager|tabs|skip|topbar|search|crumb|toc\b",
    "meta": r"byline|author|date|time|meta|publish|info|credit|bio|source|autor|datum|fecha|written",
    "caption": r"caption|figure|photo|image|gallery|media|video|player|slide|bild|foto|thumb|picture|legend",
    "ad": r"(?:^|[-_\s])ads?(?:$|[-_\s\d])|advert|sponsor|banner|dfp|commerc|anzeige|publicid|adslot|affiliate",
    "offer": r"newsletter|subscri|sign[-_]?up|paywall|premium|log[-_]?in|register|cookie|consent|gdpr|modal|popup|overlay|abo\b|donat|piano|regwall|cta",
    "tags": r"tags?(?:$|[-_\s])|topic|keyword|categor|label|section[-_]?name|kicker",
    "title": r"title|headline|heading|subtitle|dek|standfirst|subhead|titel|titulo|titre",
    "lead": r"summary|lead|lede|intro|abstract|excerpt|description|sapo|chapo|entradilla|bajada|vorspann|copete|deck|sommaire|perex",
    "note": r"copyright|disclaimer|legal|terms|note|correction|footnote|infobox|factbox|box|sidebar|pullquote|quote|embed|tweet|twitter|instagram",
    "hidden": r"hidden|hide|invisible|sr-only|screen-reader|visually|accessib|print-only|noprint|collapsed|display-none",
}
"""What class names, ids and roles say, in the words of those who write style sheets."""
_GROUPS = tuple(re.compile(pattern) for pattern in GROUPS.values())
_ATTRIBUTES = (
    "class",
    "id",
    "role",
    "itemprop",
    "data-testid",
    "data-component",
    "data-type",
    "data-module",
    "aria-label",
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SPACE = re.compile(r"[^\S\n]+")
_LINE = re.compile(r" *\n[ \n]*")
FAR = 8


@dataclass(slots=True)
class Context:
    """What a block-level element hands on to those inside it."""

    element: Element
    tag: str
    parent: Context | None
    depth: int
    flags: int
    near: tuple[int, ...]
    """For each of `GROUPS`, how many levels up the nearest element of that group is; `FAR` where there is none."""
    hidden: bool
    body: bool
    """Inside an element that says `itemprop="articleBody"`."""
    words: int = 0
    prose: int = 0
    linked: int = 0
    blocks: int = 0


@dataclass(slots=True)
class Block:
    """A run of text, its place in the tree, and how much of it is link or emphasis, in code points."""

    text: str
    context: Context
    linked: int = 0
    links: int = 0
    strong: int = 0
    has_time: bool = False


@dataclass(slots=True)
class _Run:
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    strong: int = 0
    time: bool = False
    breaks: int = 0


def blocks(root: Element) -> list[Block]:
    """Return the blocks of the page in order; nothing of scripts, styles, buttons and other silent elements."""
    found = list(_walk(root))
    if len(found) > MOST_BLOCKS:
        longest = sorted(range(len(found)), key=lambda at: -len(found[at].text))[:MOST_BLOCKS]
        found = [found[at] for at in sorted(longest)]
    return found


def _walk(root: Element) -> Iterator[Block]:
    """Walk without recursion. A block-level element's start and end part runs, and so do two `br`."""
    context = _context(root, None)
    run, anchors, strong = _Run(), 0, 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if not isinstance(tag, str):
            continue
        inline = tag in INLINE
        if event == "start":
            if (tag in SKIPPED and not _swallowed(element, tag)) or context.depth > MOST_DEPTH:
                walk.skip_subtree()
                continue
            if tag == "br":
                run.breaks += 1
                run.parts.append("\n")
                if run.breaks > 1:
                    yield from _flush(run, context)
                    run = _Run()
                continue
            if inline:
                anchors += tag == "a"
                run.links += tag == "a"
                strong += tag in {"b", "strong", "em", "i"}
                run.time |= tag == "time"
            else:
                yield from _flush(run, context)
                run = _Run()
                if element is not root:
                    context = _context(element, context)
            _say(run, element.text, anchors, strong)
        else:
            skipped = (tag in SKIPPED or context.depth > MOST_DEPTH) and element is not context.element
            if skipped or tag == "br":
                pass
            elif inline:
                anchors -= tag == "a"
                strong -= tag in {"b", "strong", "em", "i"}
            else:
                yield from _flush(run, context)
                run = _Run()
                if context.parent is not None and element is context.element:
                    context = context.parent
            if element is not root:
                _say(run, element.tail, anchors, strong)


def _swallowed(element: Element, tag: str) -> bool:
    """Whether an element that was never closed holds what follows it on the page.

    A page may leave out the tags of its body (HTML Standard, 13.1.2.4), and the parser leaves what it does not know in
    the head.
    """
    if tag == "head":
        return next(element.iter("p", "h1"), None) is not None
    return (
        tag in {"button", "noscript", "template", "canvas"}
        and sum(1 for _ in zip(element.iter("p"), range(5), strict=False)) == 5
    )


def _say(run: _Run, text: str | None, anchors: int, strong: int) -> None:
    if not text:
        return
    run.parts.append(_SPACE.sub(" ", text.replace("\n", " ")))
    if not text.isspace():
        run.breaks = 0
        size = len(text.strip())
        run.linked += size if anchors else 0
        run.strong += size if strong else 0


def _flush(run: _Run, context: Context) -> Iterator[Block]:
    if not run.parts:
        return
    text = _LINE.sub("\n", _SPACE.sub(" ", clean("".join(run.parts)))).strip()
    if not text:
        return
    yield Block(text, context, run.linked, run.links, run.strong, run.time)


def _context(element: Element, parent: Context | None) -> Context:
    tag = str(element.tag)
    said = " ".join(value for name in _ATTRIBUTES if (value := element.get(name)))[:400].lower()
    near = tuple(min(FAR, n + 1) for n in parent.near) if parent else (FAR,) * len(_GROUPS)
    if said and tag not in {"body", "html"} and (groups := _groups(said)):
        near = tuple(0 if at in groups else n for at, n in enumerate(near))
    flags = parent.flags if parent else 0
    if tag in FLAGS:
        flags |= 1 << FLAGS.index(tag)
    hidden = bool(parent and parent.hidden) or _is_hidden(element)
    body = bool(parent and parent.body) or "articlebody" in (element.get("itemprop") or "").lower()
    return Context(element, tag, parent, parent.depth + 1 if parent else 0, flags, near, hidden, body)


@lru_cache(maxsize=8192)
def _groups(said: str) -> frozenset[int]:
    return frozenset(at for at, pattern in enumerate(_GROUPS) if pattern.search(said))


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(style and _HIDDEN_STYLE.search(style))
    )
