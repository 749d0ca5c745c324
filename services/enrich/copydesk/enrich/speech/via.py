"""Through which medium something was said: "told Mehr News Agency", "in an interview with Radio Skerry"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from copydesk.enrich.speech.cues import Cue
from copydesk.enrich.speech.segments import Segment

if TYPE_CHECKING:
    from copydesk.enrich.speech.story import Story

NEAR = 14
NAMES = re.compile(r"[NT]+(?:[oic2]?[NT]+)*")


def medium(story: Story, segment: Segment, cue: Cue) -> str | None:
    """Return the medium that stands behind a verb of saying, as the text names it."""
    stop = re.compile(r"[.;:Qtvp]").search(segment.tags, cue.end)
    end = min(stop.start() if stop else len(segment.tags), cue.end + NEAR)
    subject = cue.subject.whole if cue.inverted and cue.subject else (end, end)
    for run in NAMES.finditer(segment.tags, cue.end, end):
        start, until = run.start(), _on(story, segment, run.end())
        before = segment.items[start - 1]
        told = start in (cue.end, subject[1]) or segment.tags[start - 1] in "$di2v"
        words = [segment.items[i].low for i in range(start, until)]
        speaks = start < subject[1] and until > subject[0]
        if told and not speaks and before.low not in ("of", "by") and any(_of_media(story, word) for word in words):
            return story.words(segment, _until(story, (start, until), words))
    return None


def _on(story: Story, segment: Segment, at: int) -> int:
    """Past common nouns that belong to the name: "Lusa news agency"."""
    while at < len(segment.items) and segment.tags[at] == "x" and _of_media(story, segment.items[at].low):
        at += 1
    return at


def _of_media(story: Story, word: str) -> bool:
    low = word.lower()
    return story.lex.has("media", low) or any(low.endswith(end) for end in story.lex.words.get("media_endings", ()))


def _until(story: Story, span: tuple[int, int], words: list[str]) -> tuple[int, int]:
    """Up to the last word of the medium's name: not the host of the programme; a head has its name behind it (`Radio Skerry`)."""
    if story.lex.has("media_heads", words[0]) and not any(_of_media(story, word) for word in words[1:]):
        return span
    last = max(i for i, word in enumerate(words) if _of_media(story, word))
    return span[0], span[0] + last + 1
