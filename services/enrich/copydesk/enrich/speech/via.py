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
    start = cue.subject.whole[1] if cue.inverted and cue.subject else cue.end
    for run in NAMES.finditer(segment.tags, start, end):
        before = segment.items[run.start() - 1]
        told = run.start() == start or segment.tags[run.start() - 1] in "$di2v"
        words = [segment.items[i].low for i in range(*run.span())]
        if (
            told
            and before.low not in ("of", "by")
            and any(_of_media(story, segment.items[i].text) for i in range(*run.span()))
        ):
            return story.words(segment, _until(story, run.span(), words))
    return None


def _of_media(story: Story, word: str) -> bool:
    low = word.lower()
    return story.lex.has("media", low) or any(low.endswith(end) for end in story.lex.words.get("media_endings", ()))


def _until(story: Story, span: tuple[int, int], words: list[str]) -> tuple[int, int]:
    """Up to the last word of the medium's name: not the host of the programme."""
    last = max(i for i, word in enumerate(words) if _of_media(story, word))
    return span[0], span[0] + last + 1
