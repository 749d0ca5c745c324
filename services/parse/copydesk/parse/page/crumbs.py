"""Breadcrumbs: the names of sections that lead to a story, parted by marks, by spaces, or glued to each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import Line, normal
from copydesk.parse.page.teasers import chrome, label

_CRUMBS = re.compile(r"\s*(?:[>›»→⟩▸▶]|::)\s*|\s+[/\\|•·]\s+")
_CRUMB_MARK = re.compile(r"[>›»→⟩▸▶]|::|\s[/\\|•·]\s")
_SURE_MARK = re.compile(r"[>›»→⟩▸▶/]|::")
_GLUE = re.compile(r"(?<=[a-zà-ÿß-ö])(?=[A-ZÀ-Þ])")
_EDGE = " >›»/|:-–—"
LONGEST, LONGEST_GLUED = 200, 100
MOST_WORDS = 3
"""Words of the longest name that is looked for among several that only spaces part."""


def is_root(name: str) -> bool:
    """Whether the name is where all breadcrumbs begin, `Home` or `You are here`, and no section, as `News` is."""
    key = normal(name)
    return cues("home").be(key) and not cues("section").be(key)


def is_section(text: str) -> bool:
    """Whether a line may be the name of a section: up to three words, the first with a capital, no figures."""
    words = text.split()
    if not 1 <= len(words) <= 3 or any(c.isdigit() for c in text) or len(text) > 30 or not text[0].isupper():
        return False
    plain = not re.search(r"\s+[|–—·•-]\s+|[|».]", text)
    return plain and not (label(text) or is_root(text)) and (cues("section").be(normal(text)) or not chrome(text))


def is_crumbs(text: str) -> bool:
    """Whether the line is names that marks part, all short but perhaps the last."""
    parts = [part for part in _CRUMBS.split(text) if part]
    return len(parts) > 1 and bool(_CRUMB_MARK.search(text)) and all(len(part.split()) <= 4 for part in parts[:-1])


def breadcrumb(before: Sequence[Line], headline: str) -> tuple[tuple[str, ...], Line | None]:
    """Return the sections above the headline, outermost first, and the line that names them; `headline` in normal form."""
    for line in reversed(before):
        if is_crumbs(line.text) and len(line.text) <= LONGEST:
            parts = [part.strip() for part in _CRUMBS.split(line.text) if part.strip()]
            kept = [p for p in parts if not is_root(p) and normal(p) != headline]
            kept = [p for p in kept if not (p is parts[-1] and headline.startswith(normal(p)[:20]) and len(p) > 20)]
            if kept and (is_root(parts[0]) or _SURE_MARK.search(line.text)):
                return tuple(kept), line
    if before and is_section(before[-1].text) and not (len(before) > 2 and is_section(before[-2].text)):
        return (before[-1].text,), before[-1]
    return (), None


def glued(near: Sequence[Line], headline: Line) -> tuple[Line, tuple[str, ...], Line | None]:
    """Part the headline from a breadcrumb that stands in front of it on its line, where another line repeats it alone.

    Return the headline, the sections, and the line that held both.
    """
    for line in near:
        longer, shorter = (line, headline) if len(line.text) > len(headline.text) else (headline, line)
        if len(shorter.key) >= 12 and longer.key != shorter.key and longer.text.endswith(shorter.text):
            before = longer.text[: -len(shorter.text)].strip(_EDGE)
            if 0 < len(before) <= LONGEST_GLUED:
                return shorter, tuple(name for name in _names(before) if not is_root(name)), longer
    return headline, (), None


def _names(text: str) -> list[str]:
    """The names in front of a headline: marks part them, a capital behind a small letter, and spaces between known ones."""
    parts = [part.strip() for piece in _CRUMBS.split(text) for part in _GLUE.split(piece) if part.strip()]
    return [name for part in parts for name in _spaced(part)]


def _spaced(text: str) -> list[str]:
    """The names of which a text is made, where each but those with figures is a known one; else the text whole.

    `Home News Africa` is three, `World News` and `News on the Coast` are one.
    """
    words, names = text.split(), list[str]()
    while words:
        taken = next((n for n in range(MOST_WORDS, 0, -1) if _known(" ".join(words[:n])) and len(words) >= n), 0)
        if not taken and not any(c.isdigit() for c in words[0]):
            return [text]
        names.append(" ".join(words[: taken or 1]))
        words = words[taken or 1 :]
    return names


def _known(name: str) -> bool:
    key = normal(name)
    return cues("section").be(key) or cues("home").be(key)
