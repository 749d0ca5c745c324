"""What a page shows around its headline: bylines, stamps, and the teasers among and behind the story's blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from copydesk.parse.page.dom.blocks import FAR, GROUPS, Block
from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.byline import Byline
from copydesk.parse.page.metadata.signed import bylines
from copydesk.parse.page.stamps import LONGEST_LINE, Stamp, is_stamp, stamps
from copydesk.parse.page.teasers import chrome, inline, is_summary, label
from copydesk.schemas.article import Evidence, Related

RULE = "teasers@1"
REACH = 14
"""Blocks on either side of the headline, and before the story, that are looked at for byline and stamp."""
SHORT = 60
"""Between headline and story a line of so many code points that has a date in it is a stamp."""
MOST_RELATED = 60
LONGEST_SUMMARY = 400
_WIDE = frozenset({"body", "html", "main", "article", "ul", "ol", "aside", "nav"})
"""Elements that hold more than one teaser."""
_NAMES = tuple(GROUPS)
_META, _RELATED, _COMMENT, _NAV = (_NAMES.index(name) for name in ("meta", "related", "comment", "nav"))


@dataclass(frozen=True)
class Shown:
    """Bylines and stamps, the likeliest first; a stamp says where it stands."""

    bylines: tuple[Byline, ...] = ()
    stamps: tuple[tuple[str, Stamp], ...] = ()
    headed: tuple[tuple[str, Stamp], ...] = ()
    """The stamps between headline and story."""
    related: tuple[Related, ...] = ()


def shown(blocks: Sequence[Block], title_at: int | None, kept: Sequence[int], *, month_first: bool = False) -> Shown:
    """Read what stands between headline and story, then before and behind them.

    `month_first` says that `4/10/2018` is 10 April here.
    """
    order = list(_order(blocks, title_at, kept))
    found = {at: list(_stamps(blocks[at], at, _between(title_at, kept), month_first=month_first)) for at in order}
    return Shown(
        tuple(bylines(blocks, order, title_at, kept)),
        tuple(stamp for at in order for stamp in found[at]),
        tuple(stamp for at in order if at in _between(title_at, kept) for stamp in found[at]),
        tuple(_teasers(blocks, frozenset(kept))),
    )


def _between(title_at: int | None, kept: Sequence[int]) -> range:
    """The blocks between headline and story, where they stand near each other."""
    if title_at is None or not kept or kept[0] - title_at > 2 * REACH:
        return range(0)
    return range(title_at + 1, kept[0])


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
        range(max(first, last - 2), min(len(blocks), last + REACH)),
    )
    for span in spans:
        for at in span:
            if at not in seen and not blocks[at].context.near[_COMMENT] < FAR:
                seen.add(at)
                yield at


def _stamps(block: Block, at: int, between: range, *, month_first: bool) -> Iterator[tuple[str, Stamp]]:
    for text in block.text.split("\n")[:4]:
        if len(text) > LONGEST_LINE or not any(c.isdigit() for c in text):
            continue
        short = at in between and len(text) <= SHORT
        if is_stamp(text) or block.has_time or block.context.near[_META] <= 2 or short:
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
                headline=" ".join(head.split()),
                summary=_summary(blocks, at, kept),
                url=_link(block),
                evidence=Evidence(rule=RULE, field=f"block {at + 1}"),
            )


def _summary(blocks: Sequence[Block], at: int, kept: frozenset[int]) -> str | None:
    """The text below a teaser in the same box, where it sums up the other story."""
    if at + 1 >= len(blocks) or at + 1 in kept:
        return None
    head, below = blocks[at], blocks[at + 1]
    boxes = {id(element) for element in (head.context.element, *islice(head.context.element.iterancestors(), 2))}
    near = (below.context.element, *islice(below.context.element.iterancestors(), 2))
    inside = any(id(element) in boxes and element.tag not in _WIDE for element in near)
    text = " ".join(below.text.split())
    return text if inside and len(text) <= LONGEST_SUMMARY and is_summary(text, head.text) else None


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
