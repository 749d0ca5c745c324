"""What a page shows around its headline: bylines, stamps, and the teasers among and behind the story's blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.parse.page.cues import cues
from copydesk.parse.page.dom.blocks import FAR, GROUPS, Block
from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.people import is_name
from copydesk.parse.page.stamps import LONGEST_LINE, Stamp, is_stamp, stamps
from copydesk.parse.page.teasers import chrome, inline, label
from copydesk.schemas.article import Evidence, Related

RULE = "teasers@1"
REACH = 14
"""Blocks on either side of the headline, and before the story, that are looked at for byline and stamp."""
MOST_RELATED = 60
_NAMES = tuple(GROUPS)
_META, _RELATED, _COMMENT, _NAV = (_NAMES.index(name) for name in ("meta", "related", "comment", "nav"))
_AUTHOR_CLASS = re.compile(r"author|byline|autor|writer|verfasser|redacteur|firma|signature|contributor")
_CASED = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Shown:
    """Bylines and stamps, the likeliest first; a stamp says where it stands."""

    bylines: tuple[str, ...] = ()
    stamps: tuple[tuple[str, Stamp], ...] = ()
    related: tuple[Related, ...] = ()


def shown(blocks: Sequence[Block], title_at: int | None, kept: Sequence[int], *, month_first: bool = False) -> Shown:
    """Read what stands between headline and story, then before and behind them.

    `month_first` says that `4/10/2018` is 10 April here.
    """
    order = list(_order(blocks, title_at, kept))
    return Shown(
        (*(text for at in order for text in _byline(blocks, at)), *_plain_names(blocks, title_at, kept)),
        tuple(found for at in order for found in _stamps(blocks[at], at, month_first=month_first)),
        tuple(_teasers(blocks, frozenset(kept))),
    )


def _order(blocks: Sequence[Block], title_at: int | None, kept: Sequence[int]) -> Iterator[int]:
    """Indices from the likeliest place of byline and stamp to the least likely."""
    first = kept[0] if kept else title_at or 0
    title = title_at if title_at is not None and title_at < first else first
    seen: set[int] = set()
    last = kept[-1] if kept else first
    spans = (
        range(title + 1, min(first, title + 2 * REACH)),
        range(max(0, first - REACH), first),
        range(title - 1, max(-1, title - REACH), -1),
        range(first, min(len(blocks), first + 3)),
        range(last, min(len(blocks), last + REACH)),
    )
    for span in spans:
        for at in span:
            if at not in seen and not blocks[at].context.near[_COMMENT] < FAR:
                seen.add(at)
                yield at


def _byline(blocks: Sequence[Block], at: int) -> Iterator[str]:
    """The block as a byline: it opens with a word that says so, stands behind one alone, or its class says so."""
    block = blocks[at]
    text = block.text.split("\n")[0]
    words = normal(text).split()
    if not 0 < len(words) <= 24 or len(text) > LONGEST_LINE or not _CASED.search(text):
        return
    opens = any(0 < cues("byline").begin(words[start:]) < len(words) - start for start in range(min(2, len(words))))
    led = at > 0 and cues("byline").be(normal(blocks[at - 1].text))
    by_class = any(_AUTHOR_CLASS.search(_said(context)) for context in _up(block, 3))
    bare = len(words) <= 10 and not chrome(text) and not is_stamp(text)
    if cues("byline").be(normal(text)):
        return
    if (opens and _names(text)) or ((by_class or led) and bare):
        yield text


def _plain_names(blocks: Sequence[Block], title_at: int | None, kept: Sequence[int]) -> Iterator[str]:
    """A block between headline and story that is a name and nothing else, or a name in front of a stamp."""
    first = kept[0] if kept else 0
    if title_at is None:
        return
    for at in range(title_at + 1, min(first, title_at + REACH)):
        text = blocks[at].text.split("|")[0].strip()
        stamped = text != blocks[at].text and is_stamp(blocks[at].text)
        if (
            is_name(text)
            and (stamped or text == blocks[at].text)
            and not (chrome(text) or label(text) or blocks[at].context.near[_RELATED] < FAR)
        ):
            yield text


def _names(text: str) -> bool:
    words = [word for word in text.split() if word[:1].isalpha()]
    return len(words) > 1 and (words[1][:1].isupper() or not words[1][:1].islower())


def _up(block: Block, levels: int) -> Iterator[object]:
    context = block.context
    for _ in range(levels):
        yield context.element
        if context.parent is None:
            return
        context = context.parent


def _said(element: object) -> str:
    get = getattr(element, "get", None)
    return " ".join(get(name) or "" for name in ("class", "itemprop", "rel", "id")).lower() if get else ""


def _stamps(block: Block, at: int, *, month_first: bool) -> Iterator[tuple[str, Stamp]]:
    for text in block.text.split("\n")[:4]:
        if len(text) > LONGEST_LINE or not any(c.isdigit() for c in text):
            continue
        if is_stamp(text) or block.has_time or block.context.near[_META] <= 2:
            for found in stamps(text, month_first=month_first):
                yield f"block {at + 1}", found


def _teasers(blocks: Sequence[Block], kept: frozenset[int]) -> Iterator[Related]:
    """Links to other stories in lists of teasers, and those that stand between the story's paragraphs."""
    seen: set[str] = set()
    first, last = (min(kept), max(kept)) if kept else (0, len(blocks))
    for at in range(first, len(blocks)):
        block = blocks[at]
        if at in kept or len(seen) >= MOST_RELATED:
            continue
        inside = at < last
        head = inline(block.text) or block.text
        linked = block.linked >= 0.8 * len(block.text)
        listed = block.context.near[_RELATED] < FAR and block.context.near[_NAV] == FAR
        if not (inline(block.text) or (linked and (listed or inside))) or chrome(head) or label(head) or is_stamp(head):
            continue
        if (
            (len(head.split()) >= 4 or (not head.isascii() and len(head) >= 12))
            and len(head) <= 250
            and normal(head) not in seen
        ):
            seen.add(normal(head))
            yield Related(
                headline=" ".join(head.split()), url=_link(block), evidence=Evidence(rule=RULE, field=f"block {at + 1}")
            )


def _link(block: Block) -> str | None:
    element = block.context.element
    for anchor in element.iter("a"):
        href = anchor.get("href") or ""
        if href.startswith("http"):
            return str(href)
    for above in element.iterancestors("a"):
        href = above.get("href") or ""
        return str(href) if href.startswith("http") else None
    return None
