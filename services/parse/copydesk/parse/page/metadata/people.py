"""Names of people in bylines and markings: which part of a line is a name, and what else stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import normal
from copydesk.parse.page.stamps import month_number, stamps
from copydesk.parse.plain import line

LONGEST_NAME = 80
LINK = re.compile(r"^https?://|^@|^www\.|/")
_SPLIT = re.compile(r"\s*(?:;|\||/|,?\s+(?:and|und|et|en|och|og|ja|και|và|dan|&)\s+)\s*")
_SPLIT_SHORT = re.compile(r",?\s+(?:y|e|i|и)\s+")
"""Words that part names, and that stand inside some: `José Ortega y Gasset`."""
_COMMA = re.compile(r",\s*")
_HANDLE = re.compile(r"\s*[(<\[][^)>\]]*@[^)>\]]*[)>\]]|\s*\S+@\S+")
_TRAIL = re.compile(
    r"\s*\|.*|\s*[•·–—]\s.*|—\d.*|,\s+in\s.*|(?:,\s*|\s+)(?:updated|published|posted|reviewed|medically|last updated)\b.*|\s\d.*|\s-\s?\w.*"
    r"|,?\s+(?:on|am|vom|le|el|em|il)$",
    re.IGNORECASE,
)
_UNNAMED = re.compile(r"[^\w\s.,'’‘`&()·-]|\d")
_LED = frozenset({"by", "von", "por", "par", "door", "av", "af"})
_POINTING = frozenset({"this", "our", "more", "all", "view", "about", "follow", "read", "see", "your", "from", "meet"})
"""Words that open the headings of an author's box, and no name."""
_REPORTER = re.compile(r"^(.{2,5})\s*(?:기자|특파원|인턴기자|선임기자|記者|特派員)$")


def named(byline: str) -> list[str]:
    """Return the names of `By Jane Doe and John Roe`, without the words that open it and what follows the names."""
    return [name for part in split(told(byline)) for name in _commas(part)]


def told(byline: str) -> str:
    """Return a byline without the words that open it, the stamp and address behind its names, and where it is filed."""
    text = _TRAIL.sub("", _HANDLE.sub("", unled(line(byline)))).strip(" :,.-–—|/")
    words = text.split()
    for taken in (3, 2, 1):
        last = normal(" ".join(words[-taken:]))
        if len(words) > taken and (cues("published").be(last) or cues("updated").be(last)):
            return " ".join(words[:-taken]).strip(" :,.-–—|/")
    return text


def split(text: str) -> list[str]:
    """Return the names that words or marks other than commas part."""
    return [name for part in _SPLIT.split(text) if part for name in _split_short(part)]


def _split_short(text: str) -> list[str]:
    parts = _SPLIT_SHORT.split(text)
    return parts if all(len(part.split()) > 1 for part in parts) else [text]


def unled(text: str) -> str:
    """Return a byline without the words that open it (`By`, `Posted by:`) and without the stamp behind its names."""
    dated = next(stamps(text), None)
    if dated is not None and dated.start > 2:
        text = text[: dated.start].rstrip(" |,·•–—-(")
    words = normal(text).split()
    starts = [at + taken for at in range(min(3, len(words))) if (taken := cues("byline").begin(words[at:]))]
    if not starts or max(starts) >= len(words):
        return text
    behind = re.sub(rf"^\W*(?:\w+\W+){{{max(starts)}}}", "", text + " ").strip()
    return behind if not behind[:1].islower() or words[0] in _LED else text


def is_name(text: str) -> bool:
    """Whether the text looks like a person's name: two to four words, each with a capital (particles aside), no figures."""
    words = text.split()
    if words[:1] and words[0].casefold() in _POINTING:
        return False
    if (
        not 2 <= len(words) <= 4
        or any(c.isdigit() for c in text)
        or len(text) > 40
        or (text.isupper() and len(words) > 3)
    ):
        return False
    return (
        words[0][:1].isupper()
        and words[-1][:1].isupper()
        and all(w[:1].isupper() or len(w) <= 3 for w in words)
        and text.replace(".", "").replace("-", "").replace("'", "").replace("’", "").replace(" ", "").isalpha()
    )


def plausible(text: str) -> bool:
    """Whether the text may be a name: few words, no figures, and, where the script has case, capitals."""
    words = text.split()
    cased = any(c.isupper() or c.islower() for c in text)
    return (
        0 < len(words) <= 8
        and len(text) <= LONGEST_NAME
        and not _UNNAMED.search(text)
        and (not cased or all(word[:1].isupper() or len(word) <= 4 for word in words))
    )


def _commas(text: str) -> list[str]:
    """Names between commas; `Jane Doe, Brussels`, `Jane Doe, MD` and `Jane Doe, Political Editor` are their first part."""
    parts = [part.strip() for part in _COMMA.split(text) if part.strip()]
    parts = parts[:1] + [part for part in parts[1:] if not _has_role(part)]
    if len(parts) < 2 or all(1 < len(part.split()) <= 6 and part[:1].isupper() for part in parts):
        return parts
    return parts[:1]


def _has_role(text: str) -> bool:
    return cues("role").count(key := normal(text), key.split()) > 0


def cleaned(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without marks, opening words and the reporter's title around them; each once, no links."""
    found: dict[str, str] = {}
    for name in names:
        name = line(name).strip(" ,.;:|-–—")
        words = normal(name).split()
        taken = cues("byline").begin(words)
        if taken and taken < len(words) and name.split()[0].casefold() in _LED:
            name = name.split(maxsplit=taken)[-1]
        reporter = _REPORTER.match(name)
        name = reporter[1].strip() if reporter else name
        if (
            1 < len(name) <= LONGEST_NAME
            and not month_number(name)
            and not LINK.search(name)
            and any(c.isalpha() for c in name)
        ):
            found.setdefault(normal(name), name)
    return tuple(found.values())
