"""IPTC 7901, the text message of the wires (recommendation 7901, revision 5, 1995).

SOH, source and number, priority, category, count of words, optional information; a line of keywords; STX, text, ETX; day
and time; EOT. Transport may have eaten the control characters. A file may hold several messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose, build, derived_uri
from copydesk.parse.charset import decode, unescaped
from copydesk.parse.format import Format
from copydesk.parse.plain import line
from copydesk.parse.profile import Profile, Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.wirehead import ETX, LONGEST_LINE, SOH, begins, matches, message, split, without_notes
from copydesk.parse.wrapped import unwrapped
from copydesk.parse.zones import read_time
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Credit, Related

FIELDS = r"(?P<source>[A-Za-z]{2,5}?)(?P<number>\d{2,6}) +(?P<priority>[0-9A-Za-z]) +(?P<category>[A-Za-z]{1,5}) +(?P<words>\d{1,12})(?!\S)(?P<more>[^\r\n\x02]{0,200})"
BEFORE = r"^[ \x00-\x09\x0b-\x1f\x7f]*"
HEADER = re.compile(BEFORE + FIELDS, re.MULTILINE)
LOOSE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f ]*(?P<source>[A-Za-z]{0,10})(?P<number>\d{0,8}) +(?P<priority>\S) +(?P<category>[A-Za-z0-9]{1,6}) +"
    r"(?P<words>\d{1,12})(?!\S)(?P<more>[^\r\n\x02]{0,200})"
)
"""The header of agencies that take the standard lightly; believed only behind a start of header."""
KNOWN = re.compile(
    rb"[\x00-\x20\x7f]*(?:ZCZC[\x00-\x20]+)?[A-Za-z]{2,5}\d{2,6} +[0-9A-Za-z] +[A-Za-z]{1,5} +\d{1,12}(?=\s)"
)
KNOWN_LOOSE = re.compile(rb"[\x00\t ]*\x01" + LOOSE.pattern.encode())
TIME = re.compile(
    r"^[ \t]*(\d{6}\s*(?:[A-Z]{1,4}(?=\s)|[+\-]\d{2,4})?\s*[^\W\d_]{3,9}\.?\s*\d{2,4})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
SIGNED = re.compile(r"^(?:[A-Z]{2,8}[ \t]+)?(?P<when>\d.{5,30}?)(?:[ \t]+NNNN)?$")
"""A trailer in an agency's own shape: its name may stand before day and time, the telegraph's end of message behind it."""
FRAME = re.compile(rb"^[ \t\x00\x7f]*ZCZC[ \t]*\r?\n?", re.MULTILINE)
FRAME_END = re.compile(rb"^[ \t]*NNNN[ \t]*\r?$", re.MULTILINE)
"""The telegraph's start and end of message, which some services send in place of control characters."""
VERSIONED = re.compile(r"(?P<id>[\w.\-/]{6,60})#(?P<version>\d{1,6})\b")
"""An id with its version in the optional information, as KNA sends it."""
MOST_WORDS = 1_000_000
"""Words beyond which a header's count claims what no message holds."""
AGENCY = re.compile(r"[A-Z]{3,6}")
"""The name of an agency that has no profile, in the optional information or the dateline's brackets."""
SLUG = re.compile(r"(?:BC|AM|PM)-(?P<slug>\S{3,60})(?:\s+(?P<take>\S{3,20}))?")
"""A slug and take at the head of the text, as American and British services put it there."""
HEAD_LINES = 12
SHORT = 100
"""Columns within which an unmarked line above an indented story is its headline."""
KICKER = 40
"""Columns below which a line of the head that is not its last is no part of the headline."""


@dataclass
class Head:
    """The lines before the story: takes, kickers, headline, second headline, byline, notes."""

    slugs: list[str] = field(default_factory=list)
    takes: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    subheads: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def recognise(raw: Raw) -> float:
    """The header's fields at the start of the file or behind a start of header."""
    found = begins(KNOWN, raw.head)
    if not found:
        return 0.8 if b"\x02" in raw.head and begins(KNOWN_LOOSE, raw.head) else 0.0
    return 0.97 if b"\x01" in found[0] or b"\x02" in raw.head else 0.9


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the article of each message of the file."""
    data = _framed(raw.data) if b"ZCZC" in raw.head else raw.data
    for part in split(data):
        for text, notes in _texts(part, profiles):
            text = text.lstrip("\r\n\x00\x7f ")
            header = HEADER.match(text) or (LOOSE.match(text) if "\x02" in text else None)
            if header:
                yield _article(header, text, profiles, notes)
            elif SOH.encode() not in data:
                raise Refusal("broken", f"iptc7901: no header in {text[:60]!r}")


def _framed(data: bytes) -> bytes:
    """The file with control characters where the telegraph's frame stood."""
    return FRAME_END.sub(b"\x03", FRAME.sub(b"\x01", data))


def _texts(part: bytes, profiles: Profiles) -> Iterator[tuple[str, list[str]]]:
    """The text of a message; of several, where no control character parts them, cut at trailers."""
    header = HEADER.search(part[:400].decode("latin-1"))
    sender = profiles.feed or (profiles.by_source(header["source"]) if header else None)
    decoded = decode(part, usual=sender.encoding if sender else None)
    text, at = decoded.text, 0
    if "\x02" not in text:
        for trailer in TIME.finditer(text):
            if HEADER.match(text[trailer.end() : trailer.end() + 400].lstrip()):
                yield text[at : trailer.end()], list(decoded.notes)
                at = trailer.end()
    yield text[at:], list(decoded.notes)


def _article(header: re.Match[str], text: str, profiles: Profiles, notes: list[str]) -> Article:
    parts = message(text)
    above = parts.header.split("\n")[1:]
    body = parts.text
    if not parts.header:  # transport ate the start of text
        body = text[header.end() :].partition(ETX)[0].replace("\r\n", "\n").replace("\r", "\n")
        above, body = _keywords(body)
    row, trailer = _trailer(parts.trailer)
    if not trailer:
        row, trailer = _trailer(body)
        body = body[: body.rindex(row)] + body[body.rindex(row) + len(row) :] if trailer else body
    if not (parts.whole or trailer):
        raise Refusal("truncated", "iptc7901: neither end of text nor day and time")
    slugline = (
        "/".join(word for word in re.split(r"\s*/\s*", " ".join(line(row) for row in above).strip()) if word) or None
    )
    agency, habit = _agency(header, body, profiles)
    clock = Clock.of(habit)
    created = clock.read(trailer)
    head, story = _head(body)
    story, aside = without_notes(story)
    identity = VERSIONED.search(header["more"])
    priority = header["priority"] if header["priority"].isdecimal() else None
    clean = unescaped(unwrapped(story))
    found: Loose = {
        "version": identity["version"] if identity else None,
        "type": "text",
        "versioncreated": created,
        "urgency": priority,
        "priority": priority,
        "language": habit.languages.get(header["source"].lower()) or habit.language,
        "provider": agency,
        "headline": _headline(head),
        "subheadline": " ".join(head.subheads),
        "slugline": slugline or next(iter(head.slugs), None),
        "byline": _byline(head),
        "ednote": "\n".join([*head.notes, *aside.lines]),
        "takekey": " ".join(head.takes),
        "category": header["category"],
        "sequence": header["number"],
        "credits": [Credit(role=role, name=name) for role, name in aside.credits],
        "related": [Related(headline=name, url=url) for name, url in aside.links],
        "body": clean.text,
        "timezone_assumed": clock.assumed,
        "notes": [*notes, *clean.notes],
    }
    day = created.date() if created else trailer or story[:500]
    uri = identity["id"] if identity else derived_uri("iptc7901", header["source"].lower(), header["number"], day)
    article = build("iptc7901", uri, **found)
    # The header's count is a field of the wire, whatever the agency counts.
    words = int(header["words"])
    return article.model_copy(update={"word_count": words}) if 0 < words <= MOST_WORDS else article


def _keywords(body: str) -> tuple[list[str], str]:
    """The line of keywords where no control character ends it: what stands alone above the text, parted by slashes."""
    rows = body.lstrip("\n ").split("\n")
    if rows and "/" in rows[0] and len(rows[0]) < 100 and not rows[0].rstrip().endswith("="):
        return rows[:1], "\n".join(rows[1:])
    return [], body


def _trailer(text: str) -> tuple[str, str | None]:
    """The last line that is a day and time, whole and without what stands about it."""
    for row in reversed(text[-400:].split("\n")):
        signed = SIGNED.fullmatch(row.strip())
        if signed and (TIME.fullmatch(signed["when"]) or read_time(signed["when"], "Etc/UTC")):
            return row, signed["when"]
    return "", None


def _agency(header: re.Match[str], body: str, profiles: Profiles) -> tuple[str, Profile]:
    """Who sent it: by the feed, the source's code, the optional information, the agency in brackets of the dateline."""
    code = header["source"]
    profile = profiles.by_source(code) or profiles.named(code)
    told = [
        *re.findall(r"(?<![\w/])[A-Za-zÀ-ÿ]{2,}(?![\w/])", header["more"]),
        *re.findall(r"\(([^()\n]{2,30})\)", body[:1500])[:3],
    ]
    for words in told:
        profile = profile or next((p for word in re.split(r"[\s/]+", words) if (p := profiles.named(word))), None)
    habit = profiles.feed or profile or profiles.of(None)
    name = (
        (profile.provider if profile else None) or habit.provider or next(filter(AGENCY.fullmatch, told), code.upper())
    )
    return name, habit


def _head(text: str) -> tuple[Head, str]:
    """The lines above the story, which end with an equals sign; else a short paragraph above it is the headline."""
    rows = text.strip("\n ").split("\n")
    head = Head()
    if slug := SLUG.fullmatch(rows[0].strip()):
        head.slugs.append(slug["slug"])
        head.takes += [slug["take"]] if slug["take"] else []
        rows = rows[1:]
    marked = (i for i, row in enumerate(rows[:HEAD_LINES]) if row.rstrip().endswith("=") and len(row) < LONGEST_LINE)
    end = next(marked, None)
    end = _untagged(rows) if end is None else _last_marked(rows, end)
    for row in rows[: end + 1]:
        _sort(line(row.rstrip().removesuffix("=")), head)
    return head, "\n".join(rows[end + 1 :])


def _last_marked(rows: list[str], end: int) -> int:
    """The last line of the head: a blank line may part the headline from a second one that is marked as well."""
    while (at := end + 2) < min(len(rows), HEAD_LINES) and not rows[end + 1].strip():
        tagged = (i for i in range(at, min(len(rows), at + 4)) if rows[i].rstrip().endswith("=") or not rows[i].strip())
        following = next(tagged, None)
        if following is None or not rows[following].strip() or len(rows[following]) >= LONGEST_LINE:
            break
        end = following
    return end


def _untagged(rows: list[str]) -> int:
    """The last line of the head where none is marked: its short first paragraph, without a full stop; -1 for no head."""
    first = next((i for i, row in enumerate(rows) if row.strip()), 0)
    blank = next((i for i in range(first, min(len(rows), first + 6)) if not rows[i].strip()), None)
    said = " ".join(rows[first:blank]).strip()
    alone = blank is not None and any(row.strip() for row in rows[blank:])
    story = next(
        (i for i, row in enumerate(rows[: first + 7]) if i > first and row.strip() and row[:2].isspace()), None
    )
    above = rows[first:story]
    if story and all(row[:1].strip() and len(row) < SHORT and not row.rstrip().endswith((".", "!")) for row in above):
        return story - 1  # the story's first line is indented, and what stands above it is not
    if blank is None or not alone or len(said) > 300 or re.search(r"[.!:…]$|\)\s[-–—]+\s", said):
        return -1
    return blank


def _sort(said: str, head: Head) -> None:
    if not said:
        return
    if matches("take", said) or (said.startswith("(") and said.endswith(")") and len(said) < 60):
        head.takes.append(said)
    elif matches("byline", said):
        head.bylines.append(said)
    elif second := matches("subhead", said):
        head.subheads.append(second["said"])
    elif matches("note", said):
        head.notes.append(said)
    elif head.subheads:
        head.subheads.append(said)
    else:
        head.titles.append(said)


def _headline(head: Head) -> str | None:
    """The last of the titles, with the lines before it that run on into it; shorter ones are kickers."""
    said: list[str] = []
    for title in reversed(head.titles):
        if said and (len(title) < KICKER or title.endswith((":", "."))):
            break
        said.insert(0, title)
    return " ".join(said) or None


def _byline(head: Head) -> str | None:
    return ", ".join(head.bylines) or None


FORMAT = Format("iptc7901", "1.0", ("application/vnd.iptc.7901", "text/x-iptc7901"), recognise, read)
