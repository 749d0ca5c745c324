"""Reading a dateline: the words before the dash that opens a story, cut into places, date and agency.

The forms are those of the agencies' own copy: `TEHRAN, April 7 (Reuters) -`, `Berlin (dpa) -`, `PARÍS, 4 abr (EFE).-`,
`(ANSA) - ROMA, 3 APR -`, `NAIROBI, Kenya (AP) _`, `МОСКВА, 4 апр — РИА Новости.`, `WINSTON-SALEM, N.C., March 3 -`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from copydesk.enrich.dateline.day import Day, find_day
from copydesk.enrich.knowledge.agencies import agency
from copydesk.schemas.article import Span

LONGEST = 180
"""Code points before the dash; no dateline with three places, a date and two agencies is longer."""

STARTS = 8
"""Lines at whose head a dateline is looked for: bylines and desk notes may stand before it."""

LINE_HEAD = re.compile(r"^[\s*·•>«\"“]*(?:\d\s{2,})?(?=[^\W_]|[(/【])", re.MULTILINE)
AFTER_HEADLINE = re.compile(r"(?<=[^\W\d_A-Z][.!?])\s(?=[^\W\d_a-zß-ÿ]{4})")
"""Scraped text may run the headline into the story: `Ferry sinks. SKERRY (Agency) -`."""

ABBREVIATED = re.compile(r",\s*[^\W\d_][\w.]{0,5}$")
"""A state whose full stop is its own: `FARGO, N.D. -`."""

DASH = re.compile(
    r"\.?\s*(?:[-–—−_]{1,2}|[‑―:])(?=\s|$)|(?<=\))\s*[-–—:]{0,2}\s*(?=[^\W\d_„“«\"'‘(])|(?<=\w/)\.?\s+(?=[^\W\d_])"
    r"|(?<=\s)[-–—](?=\w)|(?<=\))\.\s+(?=[^\W\d_])|(?<=[^\W\d_a-zß-ÿ]{3})\.\s+(?=[^\W\d_])|[ \t]*\n\s*\n"
)
DAY_ALONE = re.compile(r",\s*(?P<day>\d{1,2})[\s,]*$")
"""A day whose month everybody knows: `MADRID, 4 (EUROPA PRESS) -`."""
EAST_ASIAN = re.compile(
    r"\s*[(（]?(?P<zh>新华社|新華社|中新社|中新网|中央社|法新社|路透社|美联社)\s*(?P<zh_place>[^\W\d_]{2,10}?)\s*(?P<date>\d{1,2}月\d{1,2}日)[电電]"
    r"|\s*[【［\[（(](?P<ja_place>[^\W\d_]{2,12}?)[\s　]*(?P<day>\d{1,2}日)?[\s　=＝]*(?P<ja>共同|時事|ロイター|ＡＦＰ|AFP)[】］\]）)]"
    r"|\s*\((?P<ko_place>[^\W\d_]{2,10})\s?=\s?(?P<ko>연합뉴스|뉴시스|뉴스1)\)"
)
BYLINE = re.compile(r"(?:by|von|por|par|de|di|door|av|af|text|from)\s*:?\s+\S", re.IGNORECASE)
MARK = re.compile(r"(?:\(|/\s?|\[)(?P<name>[^()/\[\]\n]{2,40}?(?:/[^()/\[\]\n]{2,12})*)(?:\)|\s?/|\])")
BARE_AGENCY = re.compile(r"\s*(?P<name>[^\W\d_][\w ]{2,20}?)(?:\.|\s[-–—])\s")
PLACE = re.compile(r"[^\W\d_][\w.'’`´-]*(?:\s+(?:[^\W\d_][\w.'’`´-]*|\([^\W\d_][\w ]+\))){0,5}")
TIME = re.compile(r"\b\d{1,2}[.:h]?\d{0,2}\s*(?:GMT|UTC|[ap]\.?m\.?|Uhr)\b", re.IGNORECASE)
SMALL = "de del der den des di da do dos du la le les las los el al am an auf im in of on the upon sur sous en aan a e y und"
PARTICLES = frozenset(SMALL.split())
RIVERS = frozenset({"main", "oder", "saale", "neckar", "havel", "spree", "donau", "weser"})
"""After a slash they belong to the town's name: `Frankfurt/Main`."""

AND = re.compile(r"\s*/\s*|\s+(?:and|und|et|y|e|en|och|og|i)\s+(?=[^\W\d_])|\s+[-–—]\s+")


@dataclass(frozen=True)
class Line:
    """A dateline as printed: its span in the text, places each with the region printed after it, agency and day."""

    span: Span
    places: tuple[tuple[str, str | None], ...] = ()
    agency: str | None = None
    day: Day | None = None
    loose: bool = False
    """Whether the places are not written as names are (`New york`); they count when the gazetteer knows them."""
    colon: bool = False
    """Whether a colon closes it, as one closes a speaker's name: `ADDIS ABABA:`."""

    @property
    def certain(self) -> bool:
        """Whether date or a known agency mark it; a place alone has to be looked up first."""
        return not self.loose and (self.day is not None or self.known_agency)

    @property
    def known_agency(self) -> bool:
        """Whether the agency is one of the table's."""
        return self.agency is not None and agency(self.agency) is not None


def find_lines(text: str, language: str) -> Iterator[Line]:
    """Yield what may be the story's dateline, the likeliest first: at the head, then after bylines and notes."""
    head = text[: LONGEST * STARTS]
    if east := EAST_ASIAN.match(head):
        yield _east_asian(east, language)
        return
    heads = [found.end() for found in islice(LINE_HEAD.finditer(head), STARTS)]
    heads += [found.end() for found in AFTER_HEADLINE.finditer(head, 0, LONGEST)]
    for nth, start in enumerate(heads):
        line = _read(head, start, language)
        if line and (nth == 0 or line.certain or (not line.colon and all(n.isupper() for n, _ in line.places))):
            yield line


def _read(text: str, start: int, language: str) -> Line | None:
    if BYLINE.match(text, start) and not text[start : start + 4].isupper():
        start = _after_byline(text, start)
    for dash in DASH.finditer(text, start, start + LONGEST):
        end = dash.start() + (
            text.startswith(".", dash.start()) and bool(ABBREVIATED.search(text, start, dash.start()))
        )
        line = parse(text, start, end, language)
        if line is None:
            continue
        line = _with_bare_agency(text, line, dash.end())
        if not line.certain and ":" in dash.group():
            line = replace(line, colon=True)
        if dash.group().strip() in {"", "."} and text[end - 1] not in ")/" and not (line.known_agency and line.day):
            continue
        return (None if line.places and line.day else _after_dash(text, line, dash.end(), language)) or line
    return None


def _east_asian(found: re.Match[str], language: str) -> Line:
    """`新华社北京4月4日电`, `【東京共同】`, `(서울=연합뉴스)`."""
    parts = found.groupdict()
    place = parts["zh_place"] or parts["ja_place"] or parts["ko_place"]
    day = find_day(parts["date"] or "", language)
    start = found.end() - len(found.group().lstrip())
    return Line((start, found.end()), ((place, None),), parts["zh"] or parts["ja"] or parts["ko"], day)


def _after_byline(text: str, start: int) -> int:
    """`By Ann Lee LONDON (AP) _`: where the capitals of the place begin on the byline's own line."""
    end = text.find("\n", start)
    capitals = re.compile(r"(?<=\s)[^\W\d_a-zà-ÿ]{3,}[\w./ ]*[,(]").search(text, start, end if end > 0 else start + 160)
    return capitals.start() if capitals else start


def parse(text: str, start: int, end: int, language: str) -> Line | None:
    """Read `text[start:end]`, the words before the dash, as a dateline; None where they are anything else."""
    chunk = text[start:end]
    if not chunk.strip() or "\n\n" in chunk:
        return None
    name = None
    for mark in MARK.finditer(chunk):
        dated = find_day(mark["name"], language)
        if dated and dated.span == (0, len(mark["name"])):
            chunk = f"{chunk[: mark.start()]} , {mark['name']} , {chunk[mark.end() :]}"
            break
        if agency(mark["name"]) or not chunk[mark.end() :].strip():
            name = mark["name"].strip()
            chunk = chunk[: mark.start()] + " , " + chunk[mark.end() :]
            break
    day = find_day(chunk, language) or (_day_alone(chunk) if agency(name or "") else None)
    if day:
        behind = chunk[day.span[1] :].strip(" ,.")
        if not name and behind and agency(behind):
            name, chunk = behind, chunk[: day.span[0]]
        else:
            chunk = chunk[: day.span[0]] + " , " + chunk[day.span[1] :]
    places = _places(TIME.sub(" ", chunk))
    if places and not name:
        first, _, last = (places[-1][1] or "").rpartition(", ")
        if len(last) > 3 and agency(last):
            name, places = last, (*places[:-1], (places[-1][0], first or None))
        elif len(places) > 1 and not places[-1][1] and places[-1][0].isupper() and agency(places[-1][0]):
            name, places = places[-1][0], places[:-1]
    if places is None or not (places or name):
        return None
    if not places and not (agency(name or "") or day):
        return None
    loose = not all(_is_name(n) for place, region in places for n in (place, region) if n)
    return Line((start, start + len(text[start:end].rstrip())), places, name, day, loose)


def _day_alone(chunk: str) -> Day | None:
    found = DAY_ALONE.search(chunk)
    return Day(found.span("day"), 0, int(found["day"])) if found and 1 <= int(found["day"]) <= 31 else None


def _places(chunk: str) -> tuple[tuple[str, str | None], ...] | None:
    """Cut what is left into places with their regions; None where it is no list of places."""
    places: list[tuple[str, str | None]] = []
    for part in AND.split(re.sub(r"\s+", " ", chunk)):
        names = [
            n.strip(" .*-–") if not re.fullmatch(r".*\.\w\.?|.*\b\w{1,5}\.", n.strip()) else n.strip()
            for n in part.split(",")
        ]
        names = [n for n in names if n]
        if not names:
            continue
        if places and len(names) == 1 and names[0].casefold() in RIVERS:
            places[-1] = (f"{places[-1][0]}/{names[0]}", None)
            continue
        if not all(PLACE.fullmatch(n) for n in names) or len(names) > 4:
            return None
        places.append((names[0], ", ".join(names[1:]) or None))
    return tuple(places)


def _is_name(name: str) -> bool:
    words = [w for w in re.split(r"[\s(,]+", name) if w]
    if name.islower():
        return len(words) <= 3
    return all(w[0].isupper() or w in PARTICLES or not w[0].isascii() for w in words)


def _after_dash(text: str, line: Line, at: int, language: str) -> Line | None:
    """What a second dash closes: `(ANSA) - ROMA, 3 APR -`, `ANKARA (AA) - 04.04.2008 -`, `CAIRO – May 3, 2012:`."""
    dash = DASH.search(text, at, at + LONGEST // 3)
    if dash is None:
        return None
    more = parse(text, at, dash.start(), language) if line.agency else None
    if more and more.places and not line.places and (more.day or more.places[0][0].isupper()):
        return replace(more, span=(line.span[0], more.span[1]), agency=line.agency)
    between = text[at : dash.start()].strip()
    day = find_day(between, language)
    if day and not line.day and day.span == (0, len(between)):
        return replace(line, span=(line.span[0], dash.start()), day=day)
    return None


def _with_bare_agency(text: str, line: Line, at: int) -> Line:
    """`МОСКВА, 4 апр — РИА Новости.`: the agency after the dash, with a full stop or a dash of its own, or in brackets."""
    marked = MARK.match(text, at + len(text[at : at + 3]) - len(text[at : at + 3].lstrip()))
    if not line.agency and marked and agency(marked["name"]):
        return replace(line, span=(line.span[0], marked.end()), agency=marked["name"].strip())
    if line.agency or not (bare := BARE_AGENCY.match(text, at)) or not agency(bare["name"]):
        return line
    return replace(line, span=(line.span[0], bare.end("name")), agency=bare["name"])
