"""ANPA 1312, the wire text format of North American agencies (ANPA Bulletin 1312, High-speed wire service guidelines, 1979).

SYN SYN SOH, service level, number, US, selector; priority, category, format, keyword, version, date, count of words; STX,
text, ETX, agency, date and time; EOT. Lines of the head begin with an upper rail (`^`) and end with a quad (`<`, `=`, `>`).
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
from copydesk.parse.wirehead import LONGEST_LINE, begins, matches, message, split, without_notes
from copydesk.parse.wrapped import is_table, unwrapped
from copydesk.parse.zones import Order
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

FIRST = r"[\x16\x00\x7f\s]*(?P<service>[A-Za-z]?)(?P<number>\d{3,5})(?P<sender>[A-Za-z]{0,8})(?:\x1f|_|\s)?(?P<selector>[^\s\x01-\x1f]{0,12})"
SECOND = (
    r"[ \t]*\r?\n(?P<priority>[A-Za-z])[ \t]+(?P<category>[A-Za-z0-9])[ \t]*(?P<form>[\x11-\x14]*)[ \t]*[\x11-\x14]?[ \t]*"
    r"(?P<keyword>[^\r\n\x02]{0,80}?)[ \t]+(?P<month>\d{1,2})-(?P<day>\d{1,2})[ \t]+(?P<words>\d{1,5})"
)
HEADER = re.compile(FIRST + SECOND)
KNOWN = re.compile(rb"\x01?" + (FIRST + SECOND).encode())
TAKE = re.compile(
    r"^(?P<slug>.*?)\s*(?P<take>(?:\d{1,2}(?:st|nd|rd|th)\s?)?(?:Ld|Add|Sub|Take|Lead|Insert|Correct(?:ion|ive)?|Writethru|Update|Kill|Advisory)[\w\-,]*(?:\s\S{1,12})?)$",
    re.IGNORECASE,
)
TRAILER = re.compile(
    r"\b(?P<agency>[A-Z]{2,8})(?:-(?P<bureau>[A-Z]{1,3}))?[ \-]+(?P<when>\d{1,2}-\d{1,2}-\d{2,4}\s+\d{4}\s?[A-Z]{1,4}|\d{1,2}:\d\d-\d\d-\d\d-\d{2,4}|\d{1,2}-\d{1,2}-\d{2,4}\s+\d{4})"
)
WIRE_SLUG = re.compile(r"(?:BC|AP|AM|PM)-")
URGENCIES = {"b": 2, "u": 3, "r": 4, "d": 5}
FLASH_WORDS = 150
"""A flash (`f`) is the most urgent thing there is, and short; some services use the letter for features."""
QUADS = "<=>"
TITLE = re.compile(
    r"^(?:(?:The\s)?Associated Press|AP|Canadian Press|UPI|.{0,40}\b(?:Writer|Correspondent|Editor|Staff|Columnist|Bureau|Press|News))\.?$",
    re.IGNORECASE,
)
TABULAR = "\x14"


@dataclass
class Head:
    """The lines of the text's head, sorted by what they say."""

    slugs: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    takes: list[str] = field(default_factory=list)


def recognise(raw: Raw) -> float:
    """Number and selector, then priority, category, keyword, date and count of words on the second line."""
    return 0.97 if begins(KNOWN, raw.head) else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the article of each message of the file."""
    parts = split(raw.data)
    for part in parts:
        decoded = decode(part, usual=profiles.feed.encoding if profiles.feed else None)
        text = decoded.text.lstrip("\x00\x16\x7f\r\n ")
        if header := HEADER.match(text):
            yield _article(header, text, profiles, list(decoded.notes))
        elif len(parts) == 1:
            raise Refusal("broken", f"anpa1312: no header in {text[:60]!r}")


def _article(header: re.Match[str], text: str, profiles: Profiles, notes: list[str]) -> Article:
    parts = message(text)
    body = parts.text if parts.header else text[header.end() :]
    trailer = TRAILER.search(parts.trailer) or _last(body)
    if not (parts.whole or trailer):
        raise Refusal("truncated", "anpa1312: neither end of text nor agency, date and time")
    if trailer and not parts.trailer.strip():
        body = body.replace(trailer[0], "")
    name, habit = _agency(header, trailer, body, profiles)
    order: Order = habit.dates if habit.name else "mdy"
    clock = Clock(habit.timezone, order)
    created = clock.read(trailer["when"] if trailer else None)
    head, story = _head(body.replace("\r\n", "\n").replace("\r", "\n"), header["keyword"])
    story, aside = without_notes(story)
    slug, take = _slug(header["keyword"])
    clean = unescaped(_paragraphs(story, tabular=TABULAR in header["form"]))
    words = int(header["words"])
    found: Loose = {
        "type": "text",
        "versioncreated": created,
        "urgency": _urgency(header["priority"], words),
        "language": habit.language,
        "provider": name,
        "headline": " ".join(head.titles[:1]),
        "abstract": " ".join(head.titles[1:]),
        "slugline": slug or (head.slugs[0] if head.slugs else None),
        "byline": ", ".join(head.bylines),
        "ednote": "\n".join([*head.notes, *aside.lines]),
        "takekey": take or next(iter(head.takes), None),
        "category": header["category"].lower(),
        "sequence": header["number"],
        "body": clean.text,
        "timezone_assumed": clock.assumed,
        "notes": [*notes, *clean.notes],
    }
    year = created.year if created else None
    story_id = derived_uri("anpa1312", name, slug or header["number"], year, header["month"], header["day"])
    article = build("anpa1312", story_id, **found)
    # The header's count is a field of the wire, whatever the agency counts (its whole file, its lines).
    return article.model_copy(update={"word_count": words}) if words else article


def _last(body: str) -> re.Match[str] | None:
    """The trailer where transport ate the end of text: in the last lines."""
    tail = max(0, len(body) - 200)
    return TRAILER.search(body, tail)


def _agency(
    header: re.Match[str], trailer: re.Match[str] | None, body: str, profiles: Profiles
) -> tuple[str | None, Profile]:
    """Who sent it: by the trailer, the header, or the agency in brackets of the dateline."""
    dateline = re.search(r"\(([A-Za-z]{2,20})\)\s*[-_–—]", body[:3000])
    told = [trailer["agency"] if trailer else "", header["sender"], dateline[1] if dateline else ""]
    profile = next((p for word in told if (p := profiles.by_source(word) or profiles.named(word))), None)
    habit = profiles.feed or profile or profiles.of(None)
    return (profile or habit).provider or next((word for word in told if word), None), habit


def _urgency(priority: str, words: int) -> int | None:
    letter = priority.lower()
    if letter == "f":
        return 1 if 0 < words <= FLASH_WORDS else None
    return URGENCIES.get(letter)


def _slug(keyword: str) -> tuple[str | None, str | None]:
    """The keyword without its take: `BC-US--Harbor-Fire 1stLd-Writethru`."""
    said = line(keyword)
    taken = TAKE.match(said)
    return (taken["slug"].rstrip(" ,;") or None, taken["take"]) if taken and taken["slug"] else (said or None, None)


def _head(text: str, keyword: str) -> tuple[Head, str]:
    """The lines with a rail or a quad above the story, sorted; and the story."""
    rows = _whole_lines(text.strip("\n").split("\n"))
    head = Head()
    at = 0
    while at < len(rows) and (at == 0 or _is_head(rows[at])):
        if rows[at].strip():
            _sort(rows[at], head, keyword, first=at == 0)
        at += 1
    if at == 1 and not _is_head(rows[0]) and len(rows) > 1:
        at = _unmarked(rows, head, keyword)
    return head, "\n".join(rows[at:])


def _whole_lines(rows: list[str]) -> list[str]:
    """Lines of the head that a rail begins and a quad ends, put together where transport broke them."""
    whole: list[str] = []
    for row in rows:
        last = whole[-1].rstrip() if whole else ""
        if (
            last.startswith("^")
            and last[-1] not in QUADS
            and len(last) < LONGEST_LINE
            and row.strip()
            and not row.startswith(("^", "  ", "\t"))
        ):
            whole[-1] = f"{last} {row.strip()}"
        else:
            whole.append(row)
    return whole


def _is_head(row: str) -> bool:
    said = row.strip()
    return (
        bool(said)
        and len(row) < LONGEST_LINE
        and (said.startswith("^") or (row[:1] not in " \t" and said[-1] in QUADS))
    )


def _unmarked(rows: list[str], head: Head, keyword: str) -> int:
    """A head without rails: slug, headline (which may end with a plus), byline, above the first indented line."""
    story = next((i for i, row in enumerate(rows[:8]) if row[:2].isspace() and row.strip()), None)
    for row in rows[1 : story or 1]:
        _sort(row, head, keyword, first=False)
    return story if story is not None else 1


def _is_slug(said: str, keyword: str) -> bool:
    """The head's first line names the story again, with its count of words: `BC-SK--Pier Vote,120`."""
    letters, key = ("".join(c for c in text.lower() if c.isalnum()) for text in (said, keyword))
    return bool(re.search(r",\s*\d*$", said)) or (len(key) > 3 and letters.startswith(key[:10]))


def _sort(row: str, head: Head, keyword: str, *, first: bool) -> None:
    said = line(row.strip().lstrip("^\x02").rstrip().rstrip(QUADS + "+"))
    if not said:
        return
    if (first and _is_slug(said, keyword)) or (not head.titles and WIRE_SLUG.match(said)):
        slug = re.sub(r",\s*\d*\s*$", "", said)
        head.slugs.append(slug)
        head.takes += [take for take in slug.split(", ")[1:] if TAKE.match(f"x {take}") or matches("take", take)]
    elif matches("byline", said):
        head.bylines.append(said)
    elif head.bylines and TITLE.match(said):
        head.bylines[-1] += f", {said}"
    elif matches("note", said) or matches("pictures", said):
        head.notes.append(said)
    else:
        head.titles.append(said)


def _paragraphs(story: str, *, tabular: bool) -> str:
    """The story's paragraphs: its rails and quads gone, lines that a quad ends kept as they are."""
    rows = [re.sub(r"[<>]\s*$", "", row).lstrip("^") for row in story.replace("\x0c", "").split("\n")]
    rows = [row for row in rows if row.strip() not in {"END", "MORE", "AP"}]
    texts = [row.strip() for row in rows]
    if tabular and is_table([text for text in texts if text]):
        return "\n".join(text or "" for text in texts)
    return unwrapped("\n".join(row.replace("\t   ", "     ") for row in rows))


FORMAT = Format("anpa1312", "1.0", ("application/vnd.anpa.1312",), recognise, read)
