"""Feeds, RSS and Atom of every age with their modules, as loose values of articles: one an entry.

feedparser reads the XML (https://feedparser.readthedocs.io/), and mends what real feeds break; what it makes of an entry is
mapped here. It is given UTF-8 without a DTD, whatever came, and never an address to fetch.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import feedparser
from copydesk.parse.agency import Clock, habits, provider_name
from copydesk.parse.article import Loose
from copydesk.parse.markup import Text, from_html, from_plain
from copydesk.parse.newscode import subject
from copydesk.parse.plain import line
from copydesk.parse.profile import Profile, Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import MAX_BYTES, nests_too_deep, source_of
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Association, Credit, Related

Entry = Mapping[str, Any]

_ROOT = re.compile(r"<([\w.:-]{1,60})")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{9000,}")
_MOST_ATTRIBUTES = 1000
_IMPOSSIBLE = re.compile(r"&#(?:([0-9]{1,20})|[xX]([0-9a-fA-F]{1,20}));")
_IMAGE = re.compile(r"<img\b[^>]{0,2000}", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt|width|height)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TEASER_LONGEST = 600


@dataclass(frozen=True)
class Feed:
    """A feed as feedparser has it, and the habits by which its entries are read."""

    head: Entry
    entries: list[Entry]
    profile: Profile
    provider: str | None
    notes: list[str] = field(default_factory=list)


def read_feed(raw: Raw, profiles: Profiles) -> Feed:
    """Return the feed. Refusal `too-large`, `too-deep`, `truncated` where its end is missing, `broken` where it is none."""
    if len(raw.data) > MAX_BYTES:
        raise Refusal("too-large", f"{len(raw.data)} bytes of feed; {MAX_BYTES} are the most that is read")
    source, notes = source_of(raw)
    _whole(source)
    source = _IMPOSSIBLE.sub(_possible, source)
    try:
        found = feedparser.parse(io.BytesIO(source.encode("utf-8", "replace")), sanitize_html=False)
    except Exception as error:  # its reader of broken mark-up raises whatever it falls over
        raise Refusal("broken", f"feed: {type(error).__name__} {error}") from error
    # Plain dictionaries: feedparser's own give the date of publishing for a missing date of change.
    head: Entry = dict(found.get("feed", {}))
    if not found.get("version") and not found.get("entries"):
        raise Refusal("broken", f"feed: no feed: {found.get('bozo_exception', 'no entry')}")
    link = head.get("link")
    profile = habits(profiles, head.get("publisher"), link, head.get("id"), head.get("title"), head.get("author"))
    named = provider_name(
        profiles, profile.provider, head.get("publisher"), head.get("title"), head.get("author"), link
    )
    if found.get("bozo") and "ncoding" not in str(found.get("bozo_exception")):
        notes = [*notes, f"feed: mended ({str(found['bozo_exception'])[:120]})"]
    return Feed(head, [dict(entry) for entry in found.get("entries", [])], profile, named, notes)


def read_entry(entry: Entry, feed: Feed) -> tuple[str | None, Loose]:
    """Return the entry's id and what it states."""
    clock = Clock.of(feed.profile)
    link = _link(entry)
    content = _content(entry)
    described = _text(entry.get("summary_detail"), entry.get("summary"))
    teaser = described.body if described.body != content.body else ""
    body = content if content.body else described
    if not content.body:
        teaser = described.body if len(described.body) <= _TEASER_LONGEST and "\n\n" not in described.body else ""
    found: Loose = {
        "type": "text",
        "headline": _title(entry),
        "abstract": _told(entry, "abstract") or teaser,
        "link": link,
        "body": body.body,
        "body_html": body.html,
    }
    for name in ("subheadline", "slugline", "ednote", "creditline", "urgency", "version", "located"):
        found[name] = _told(entry, name)
    found.update(_times(entry, clock))
    found.update(_people(entry, feed))
    found.update(_topics(entry))
    found["pubstatus"] = "withheld" if entry.get("app_draft") == "yes" else _told(entry, "status")
    found["copyrightnotice"] = _told(entry, "rights") or _told(feed.head, "rights")
    found["language"] = _language(entry, feed)
    found["related"] = list(_related(entry, link))
    found["associations"] = list(_media(entry, content if content.body else described))
    found["timezone_assumed"] = clock.assumed
    found["notes"] = feed.notes
    return entry.get("id") or link, found


def _possible(reference: re.Match[str]) -> str:
    """A reference to a number that is no character (a surrogate, zero, beyond Unicode) as the mark of what is lost."""
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    return reference[0] if 0 < number < 0xD800 or 0xE000 <= number < 0x110000 else "\ufffd"


def _whole(source: str) -> None:
    """Refuse a feed whose root is never closed, half a file, and what only an attack would send."""
    root = _ROOT.match(source)
    if root and not re.search(rf"</{re.escape(root[1])}\s*>|^<[^<>]*/>$", source[-4096:]):
        raise Refusal("truncated", f"feed: {root[1]!r} is never closed")
    if any(tag[0].count("=") > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(source)):
        raise Refusal("too-large", f"feed: more than {_MOST_ATTRIBUTES} attributes in one element")
    if nests_too_deep(source):
        raise Refusal("too-deep", "feed: elements inside each other without end")


@cache
def _names() -> Mapping[str, list[str]]:
    return tomllib.loads((files("copydesk.parse") / "feed.toml").read_text(encoding="utf-8"))


def _told(entry: Entry, what: str) -> str | None:
    """The first extension element for that, by its full name or by its name without a prefix."""
    for name in _names()[what]:
        keys = [key for key in entry if key.endswith(name)] if name.startswith("_") else [name]
        for key in keys:
            value = entry.get(key)
            if isinstance(value, str) and value.strip():
                return value
    return None


def _all(entry: Entry, what: str) -> Iterator[str]:
    for name in _names()[what]:
        keys = [key for key in entry if key.endswith(name)] if name.startswith("_") else [name]
        yield from (value for key in keys if isinstance(value := entry.get(key), str) and value.strip())


def _text(detail: Any, value: Any) -> Text:  # noqa: ANN401 - feedparser's dictionaries
    """The text of a construct, in mark-up or without as its type says."""
    if not isinstance(value, str) or not value.strip():
        return Text()
    kind = detail.get("type") if isinstance(detail, Mapping) else None
    return from_plain(value) if kind == "text/plain" and "<" not in value else from_html(value)


def _content(entry: Entry) -> Text:
    """The longest of the entry's contents: the others are the same in another form."""
    texts = [
        _text(c, c.get("value"))
        for c in _dicts(entry.get("content"))
        if not str(c.get("type", "")).startswith("image/")
    ]
    return max(texts, key=lambda text: len(text.body), default=Text())


def _title(entry: Entry) -> str | None:
    title = entry.get("title")
    return from_html(title).body.replace("\n", " ") if isinstance(title, str) and title.strip() else None


def _times(entry: Entry, clock: Clock) -> Loose:
    first, last = clock.read(*_all(entry, "firstcreated")), clock.read(*_all(entry, "versioncreated"))
    return {
        "firstcreated": first or last,
        "versioncreated": last or first,
        "published": first,
        "embargoed": clock.read(*_all(entry, "embargoed")),
        "embargo_said": next(iter(_all(entry, "embargoed")), None),
        "expires": clock.read(*_all(entry, "expires")),
    }


def _people(entry: Entry, feed: Feed) -> Loose:
    names = [name for author in _dicts(entry.get("authors")) if (name := line(str(author.get("name") or "")))]
    names = names or [name for name in [line(str(entry.get("author") or ""))] if name]
    others = [name for person in _dicts(entry.get("contributors")) if (name := line(str(person.get("name") or "")))]
    source = entry.get("source")
    origin = line(str(source.get("title") or "")) if isinstance(source, Mapping) else None
    provider = _told(entry, "provider") or origin or feed.provider
    return {
        "byline": ", ".join(dict.fromkeys(names)),
        "credits": [Credit(role="writer", name=name) for name in names]
        + [Credit(role="contributor", name=name) for name in others],
        "provider": provider,
        "republisher": feed.provider if feed.provider != provider else None,
    }


def _topics(entry: Entry) -> Loose:
    """Categories: those of a scheme are subjects; all of them are keywords by their names."""
    tags = [
        (line(str(tag.get("term") or "")), tag.get("scheme"), line(str(tag.get("label") or "")))
        for tag in _dicts(entry.get("tags"))
    ]
    named = [(term, scheme, label) for term, scheme, label in tags if term or label]
    return {
        "keywords": [label or term for term, _, label in named],
        "subjects": [
            found
            for term, scheme, label in named
            if isinstance(scheme, str) and scheme.strip() and (found := subject(term, scheme, label))
        ],
    }


def _language(entry: Entry, feed: Feed) -> str | None:
    inside = next((c.get("language") for c in _dicts(entry.get("content")) if c.get("language")), None)
    detail = entry.get("title_detail")
    titled = detail.get("language") if isinstance(detail, Mapping) else None
    return _told(entry, "language") or inside or titled or _told(feed.head, "language") or feed.profile.language


def _link(entry: Entry) -> str | None:
    """The address of the story itself: the alternate link, never an id that is none."""
    links = [link.get("href") for link in _dicts(entry.get("links")) if link.get("rel", "alternate") == "alternate"]
    return next(
        (
            href
            for href in [*links, entry.get("link")]
            if isinstance(href, str) and href.startswith(("http://", "https://"))
        ),
        None,
    )


def _related(entry: Entry, own: str | None) -> Iterator[Related]:
    for link in _dicts(entry.get("links")):
        href = link.get("href")
        if link.get("rel") in {"related", "via"} and isinstance(href, str) and href and href != own:
            yield Related(headline=line(str(link.get("title") or "")) or None, url=href)


def _media(entry: Entry, content: Text) -> Iterator[Association]:
    """Enclosures, Media RSS, iTunes pictures, and the pictures that stand in the text."""
    seen: set[str] = set()
    credit = next((line(str(c.get("content") or "")) for c in _dicts(entry.get("media_credit"))), None)
    for item in (*_listed(entry), *_inline(content.html)):
        href = item.get("href") or item.get("url")
        if not isinstance(href, str) or not href or href in seen:
            continue
        seen.add(href)
        kind = str(item.get("medium") or item.get("type") or "").partition("/")[0]
        yield Association(
            type={"image": "picture"}.get(kind, kind) or None,
            uri=href,
            href=href,
            caption=line(str(item.get("alt") or "")) or None,
            creditline=credit or None,
            media_type=str(item["type"]) if "/" in str(item.get("type") or "") else None,
            width=_number(item.get("width")),
            height=_number(item.get("height")),
            size=_number(item.get("length") or item.get("filesize")),
        )


def _listed(entry: Entry) -> Iterator[Entry]:
    yield from _dicts(entry.get("media_content"))
    yield from (link for link in _dicts(entry.get("links")) if link.get("rel") == "enclosure")
    yield from ({**thumbnail, "medium": "image"} for thumbnail in _dicts(entry.get("media_thumbnail")))
    image = entry.get("image")
    if isinstance(image, Mapping):
        yield {**image, "medium": "image"}


def _inline(source: str) -> Iterator[Entry]:
    for image in _IMAGE.finditer(source):
        said = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(image[0])}
        yield {**said, "href": said.get("src"), "medium": "image"}


def _dicts(value: Any) -> Iterable[Entry]:  # noqa: ANN401 - feedparser's lists hold what feeds put there
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _number(value: object) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isdecimal() and text.isascii() and 0 < len(text) < 13 and int(text) else None
