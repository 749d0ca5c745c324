"""The bylines that a page shows: lines that a word, a class or a link to an author's page makes one, or bare names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copydesk.parse.page.cues import cues
from copydesk.parse.page.dom.blocks import FAR, GROUPS, Block
from copydesk.parse.page.dom.tree import Element
from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.byline import Byline
from copydesk.parse.page.metadata.people import cleaned, is_name, named, told
from copydesk.parse.page.stamps import LONGEST_LINE, is_stamp
from copydesk.parse.page.teasers import chrome, label

_RELATED = tuple(GROUPS).index("related")
_CLASS = re.compile(r"author|byline|autor|writer|verfasser|redacteur|firma|signature|contributor")
_BESIDE = re.compile(
    r"descr|bio|title|role|job|avatar|image|photo|date|time|social|about|label|read|count|desc\b|position"
)
"""What classes inside an author's box say of the lines that are not the name."""
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|auteurs?|autori|redaktion/[^/]*|redakteure?|journalistes?|writers?|contributors?"
    r"|people|staff|profiles?|byline|by|reporters?|correspondents?|columnists?)/[^/?#]{3,}",
    re.IGNORECASE,
)
_CASED = re.compile(r"[^\W\d_]")


def bylines(blocks: Sequence[Block], order: Sequence[int], title_at: int | None, kept: Sequence[int]) -> list[Byline]:
    """Return the bylines in the blocks, in the order given, then the bare names between headline and story."""
    first = kept[0] if kept else 0
    near = range(title_at + 1, first + 1) if title_at is not None else range(0)
    marked = [found for at in order for found in _marked(blocks, at, near)]
    bare = [found for at in near[:-1] for found in _bare(blocks[at], at)]
    return marked + bare


def _marked(blocks: Sequence[Block], at: int, near: range) -> Iterator[Byline]:
    """The block as a byline: it opens with a word that says so, stands behind one alone, or its class or link says so."""
    block = blocks[at]
    text = block.text.split("\n")[0]
    words = normal(text).split()
    if not 0 < len(words) <= 24 or len(text) > LONGEST_LINE or not _CASED.search(text) or _is_cue(text):
        return
    if cues("caption").begin(words):
        return
    opens = any(0 < cues("byline").begin(words[start:]) < len(words) - start for start in range(min(2, len(words))))
    bare = len(words) <= 10 and not chrome(text) and not is_stamp(text)
    led = at > 0 and _is_cue(blocks[at - 1].text)
    linked = block.links > 0 and _links_author(block.context.element)
    said = _said(block)
    by_class = bool(_CLASS.search(said)) and not _BESIDE.search(_of(block.context.element))
    if (opens and _names(text)) or ((led or linked or by_class) and bare):
        yield from _read(text, at, sure=opens or led, near=at in near)


def _bare(block: Block, at: int) -> Iterator[Byline]:
    """A block that is a name, or names, and nothing else, or a name in front of a stamp or of what the person is."""
    text = block.text.split("|")[0].strip()
    alone = text == block.text or is_stamp(block.text) or "|" in block.text
    names = [part.strip() for part in text.split(",")]
    if alone and all(is_name(name) and not _initials(name) for name in names) and not _is_furniture(block, text):
        yield from _read(text, at, sure=False, near=True)


def _initials(name: str) -> bool:
    """Whether one of the words is an abbreviation, as in `New York FAQ`."""
    return not name.isupper() and any(word.isupper() and word.isalpha() and 1 < len(word) <= 4 for word in name.split())


def _is_furniture(block: Block, text: str) -> bool:
    return chrome(text) or label(text) or block.context.near[_RELATED] < FAR


def _read(text: str, at: int, *, sure: bool, near: bool) -> Iterator[Byline]:
    names = cleaned(named(text))
    if names:
        yield Byline(told(text), names, f"block {at + 1}", sure, near)


def _is_cue(text: str) -> bool:
    """Whether the text is no more than what stands before a name: `By`, `Article by:`."""
    words = normal(text).split()
    return cues("byline").be(" ".join(words)) or (
        1 < len(words) <= 4 and text.rstrip().endswith(":") and cues("byline").be(words[-1])
    )


def _names(text: str) -> bool:
    """Whether a capital follows the word that opens the line, or the one behind it."""
    words = [word for word in text.split() if word[:1].isalpha()]
    return any(word[:1].isupper() or not word[:1].islower() for word in words[1:3])


def _links_author(element: Element) -> bool:
    links = [*element.iter("a"), *element.iterancestors("a")][:8]
    return any("author" in (a.get("rel") or "").lower() or _AUTHOR_PAGE.search(a.get("href") or "") for a in links)


def _said(block: Block) -> str:
    """What the classes of the block's element and of the two around it say."""
    said, context = [], block.context
    for _ in range(3):
        said.append(_of(context.element))
        if context.parent is None:
            break
        context = context.parent
    return " ".join(said)


def _of(element: Element) -> str:
    return " ".join(element.get(name) or "" for name in ("class", "itemprop", "rel", "id")).lower()
