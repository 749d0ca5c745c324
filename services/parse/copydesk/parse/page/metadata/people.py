"""Who wrote a page's story: authors in the markings, checked against the byline that the page shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.jsonld import Node, texts
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.page.stamps import stamps
from copydesk.parse.plain import line

METAS = (
    "author", "parsely-author", "article:author_name", "dc.creator", "dcterms.creator", "sailthru.author", "citation_author", "byl",
    "cxenseparse:author", "authors", "article:authors", "rnews:creator", "twitter:data1",
)  # fmt: skip
LONGEST_NAME = 80
_LINK = re.compile(r"^https?://|^@|^www\.|/")
_SPLIT = re.compile(
    r"\s*(?:;|\||/|\s+(?:and|und|et|y|e|en|och|og|ja|i|и|и|και|và|dan|&)\s+|,\s+(?:and|und|et|y|e)\s+)\s*"
)
_COMMA = re.compile(r",\s*")
_HANDLE = re.compile(r"\s*[(<\[][^)>\]]*@[^)>\]]*[)>\]]|\s*\S+@\S+")
_TRAIL = re.compile(
    r"\s*[|•·–—]\s.*|(?:,\s*|\s+)(?:updated|published|posted|reviewed|medically|last|am|on|vom|le|el|em|il)\b.*|\s\d.*|\s-\s?\w.*",
    re.IGNORECASE,
)
_REPORTER = re.compile(r"^(.{2,5})\s*(?:기자|특파원|인턴기자|선임기자|記者|特派員)$")


def authors(story: Node, known: Mapping[str, Node], tags: Tags, shown: Sequence[str], site: str | None) -> list[str]:
    """Return the story's authors; `shown` are the page's bylines, likeliest first.

    A marking that only names the site gives way to a byline that names people.
    """
    stated = _clean(_of_jsonld(story, known), site)
    if not stated:
        stated = _clean(_of_metas(tags), site)
    bylines = [names for text in shown[:8] if (names := _clean(named(text), site))]
    if not stated or _is_site(stated, site):
        return bylines[0] if bylines else stated
    longer = [
        names
        for names in bylines
        if len(names) > len(stated) and {normal(n) for n in stated} <= {normal(n) for n in names}
    ]
    return longer[0] if longer else stated


def named(byline: str) -> list[str]:
    """Return the names of `By Jane Doe and John Roe`, without the words that open it and what follows the names."""
    text = line(byline)
    dated = next(stamps(text), None)
    if dated is not None and dated.start > 2:
        text = text[: dated.start]
    text = _unled(text)
    text = _TRAIL.sub("", _HANDLE.sub("", text)).strip(" :,.-–—|")
    names = [name for part in _SPLIT.split(text) for name in _commas(part)]
    return [name for name in names if name]


def _unled(text: str) -> str:
    """The text behind the words that open a byline: `By`, `Written by`, `Posted by:`."""
    words = normal(text).split()
    starts = [at + taken for at in range(min(3, len(words))) if (taken := cues("byline").begin(words[at:]))]
    if not starts or max(starts) >= len(words):
        return text
    behind = re.sub(rf"^\W*(?:\w+\W+){{{max(starts)}}}", "", text + " ").strip()
    return behind if behind[:1].isupper() or not behind[:1].islower() else text


def is_name(text: str) -> bool:
    """Whether the text looks like a person's name: two to four words, each with a capital (particles aside), no figures."""
    words = text.split()
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


def _commas(text: str) -> list[str]:
    """Names between commas; `Jane Doe, Brussels` and `Jane Doe, MD` stay with their first part alone."""
    parts = [part.strip() for part in _COMMA.split(text) if part.strip()]
    if len(parts) < 2 or all(1 < len(part.split()) <= 6 and part[:1].isupper() for part in parts):
        return parts
    return parts[:1]


def _of_jsonld(story: Node, known: Mapping[str, Node]) -> Iterator[str]:
    for key in ("author", "creator"):
        value = story.get(key)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and not item.get("name") and isinstance(item.get("@id"), str):
                item = known.get(item["@id"], item)
            for text in texts(item):
                yield from (
                    _SPLIT.split(text)
                    if not isinstance(item, dict) or ";" in text or " and " in text or " und " in text
                    else [text]
                )
        if value:
            return


def _of_metas(tags: Tags) -> Iterator[str]:
    for name in (*METAS, "article:author"):
        values = [value for value in tags.every(name) if not _LINK.search(value) and len(value) <= 200]
        if values and not (
            name == "twitter:data1"
            and not cues("byline").be(normal(tags.first("twitter:label1") or "").replace("written by", "by"))
        ):
            for value in values:
                yield from named(value)
            return


def _clean(names: Iterable[str], site: str | None) -> list[str]:
    found: dict[str, str] = {}
    for name in names:
        name = line(name).strip(" ,.;:|-–—")
        words = normal(name).split()
        taken = cues("byline").begin(words)
        if (
            taken
            and taken < len(words)
            and name.split()[0].casefold() in {"by", "von", "por", "par", "door", "av", "af"}
        ):
            name = name.split(maxsplit=taken)[-1]
        reporter = _REPORTER.match(name)
        name = reporter[1].strip() if reporter else name
        if 1 < len(name) <= LONGEST_NAME and not _LINK.search(name) and any(c.isalpha() for c in name):
            found.setdefault(normal(name), name)
    del site
    return list(found.values())


def _is_site(names: Sequence[str], site: str | None) -> bool:
    key = normal(site or "")
    return all(
        normal(name)
        in {key, "admin", "administrator", "editor", "redaktion", "redaccion", "redacción", "staff", "webmaster"}
        or (len(key) > 3 and key in normal(name))
        for name in names
    )
