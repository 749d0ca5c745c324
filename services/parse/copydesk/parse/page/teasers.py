"""Teasers: headlines and first words of other stories that stand around, behind and inside a scraped one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import Line, normal
from copydesk.parse.page.stamps import is_stamp
from copydesk.schemas.article import Evidence, Related

RULE = "teasers@1"
_TRUNCATED = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
_STOP = re.compile(r"[.!?。！？]['\"”’»)]*$")
_LABEL_MARK = re.compile(r"^\W*|[\s:：>›»→|•·–—-]*$")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_TAG_MARKS = re.compile(r"[,;|•·、，؛،]|\s/\s|\s(?=#)")
LONGEST_TAGS, MOST_TAG_WORDS = 400, 5
_GLUED = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z]{2})")


def label(text: str) -> bool:
    """Whether the line is the label of a list of teasers: `Latest news`, `You might also likeRELATED`."""
    if len(text) > 60:
        return False
    if cues("related").be(normal(_LABEL_MARK.sub("", text))):
        return True
    parts = [normal(part) for part in _GLUED.split(text)]
    return len(parts) > 1 and all(cues("related").be(part) or cues("chrome").be(part) for part in parts)


def inline(text: str) -> str | None:
    """Return the headline of `Lesen Sie auch: Warum der Speisewagen zurückkommt`; None where the line is no such teaser."""
    head, mark, rest = text.partition(":")
    if not mark:
        head, mark, rest = text.partition("：")
    rest = rest.strip(' "“”»›>-–')
    if mark and len(head) <= 40 and rest and cues("related").be(normal(head)) and len(rest) <= 250:
        return rest
    return None


def tags(text: str) -> list[str]:
    """Return what a line of tags names: `Tags: port, ferries`; nothing for any other line."""
    head, mark, rest = text.replace("：", ":").partition(":")
    if not mark or len(text) > LONGEST_TAGS or not cues("tags").be(normal(head)) or _STOP.search(rest):
        return []
    return [
        name for part in _TAG_MARKS.split(rest) if (name := part.strip(" #.")) and len(name.split()) <= MOST_TAG_WORDS
    ]


def chrome(text: str) -> bool:
    """Whether the line is made of buttons and labels alone: `Add to favourites  Print  A A A`."""
    words = normal(text).split()
    if not words or len(text) > 120:
        return not words
    if words[-1].isdecimal() and len(words) > 1:  # how many there are: `Comments (12)`
        words = words[:-1]
    while words:
        taken = max(cues(kind).begin(words) for kind in ("chrome", "related", "home"))
        if not taken:
            return False
        words = words[taken:]
    return True


def teasers(lines: Iterable[Line]) -> Iterator[Related]:
    """Yield the teasers among lines that were cut off: a headline each, with the summary that follows it."""
    taken: Line | None = None
    for line, following in pairwise([*_kept(lines), None]):
        if line is None or line is taken:
            continue
        head = inline(line.text) or line.text
        if not _is_headline(head):
            continue
        summary = following if following is not None and is_summary(following.text, head) else None
        taken = summary
        yield Related(
            headline=head, summary=summary.text if summary else None, evidence=Evidence(rule=RULE, field=line.where)
        )


def _kept(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without labels, buttons and stamps, and without sentences that no label announces."""
    labelled = False
    for line in lines:
        labelled |= label(line.text)
        stops = _STOP.search(line.text) is not None and _TRUNCATED.search(line.text) is None
        if not (label(line.text) or chrome(line.text) or is_stamp(line.text) or (stops and not labelled)):
            yield line


def _is_headline(text: str) -> bool:
    if _TRUNCATED.search(text) and not inline(text):
        return len(text) <= 120 and _is_long_enough(text)
    return len(text) <= 250 and _is_long_enough(text) and not _is_legal(text)


def _is_legal(text: str) -> bool:
    """Whether the line speaks of rights, subscriptions or letters: the site's words, no story's."""
    return "©" in text or cues("legal").count(normal(text), normal(text).split()) > 0


def _is_long_enough(text: str) -> bool:
    if _UNSPACED.search(text):
        return len(text) >= 10
    return len(text.split()) >= 4 or (len(text.split()) == 3 and len(text) >= 18 and not text.istitle())


def is_summary(text: str, head: str) -> bool:
    """Whether the text sums up the story that the teaser `head` leads to: a cut sentence, or one longer than the teaser."""
    if _is_legal(text):
        return False
    if _TRUNCATED.search(text):
        return True
    return bool(_STOP.search(text)) and not _STOP.search(head) and len(text) > len(head) and len(text.split()) >= 8
