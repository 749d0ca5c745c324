"""A scraped text as an article: the story, and what was cut off put where it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from copydesk.parse.article import build
from copydesk.parse.page.anchors import claims_rights, source_line
from copydesk.parse.page.lines import Line, normal
from copydesk.parse.page.masthead import Masthead, is_prose, masthead
from copydesk.parse.page.origin import Origin, agencies, copyright_holder, maker
from copydesk.parse.page.selection import Zones, zones
from copydesk.parse.page.stamps import Stamp, is_stamp, stamps
from copydesk.parse.page.teasers import inline, label, tags, teasers
from copydesk.parse.profile import Profiles
from copydesk.schemas.article import Article, Evidence, Related

RULE = "scraped@1"
NEAR, SHORT = 12, 100
"""How many lines from the story, and how many code points, a line with a stamp and more may be."""


def scraped(lines: Sequence[Line], profiles: Profiles, notes: Sequence[str] = ()) -> Article:
    """Return the article that the lines hold."""
    parts = zones(lines, agencies(profiles))
    known = parts.agencies
    head = masthead(parts.above, parts.body, known)
    origin = maker(parts, head.byline, known)
    around = [*parts.inside, *parts.below, *parts.above]
    holder = copyright_holder([*parts.above, *parts.below])
    site = Origin(head.site, head.site_line) if head.site and head.site_line else holder
    if site and origin and _one_house(site.name, origin.name, profiles):
        site = None
    body = "\n\n".join(line.text for line in parts.body)
    dates = _dates(parts)
    notice = next((line for line in around if claims_rights(line.text)), None)
    tagged = [(line, tags(line.text)) for line in around]
    evidence = _evidence(head, origin, site, dates)
    evidence |= _rests({"copyrightnotice": notice, "keywords": next((line for line, names in tagged if names), None)})
    agency = profiles.named(origin.name) if origin else None
    zone = agency.timezone if agency else None
    clocked = any(stamp.clock and stamp.clock.tzinfo is None for stamp, _ in dates.values())
    article = build(
        "text",
        None,
        headline=head.headline.text if head.headline else None,
        subheadline=head.subheadline.text if head.subheadline else None,
        byline=_byline(head.byline),
        section=[name for name in head.section if not (_names(name, origin, site) or body.startswith(name))],
        abstract=_abstract(head.lead, known),
        provider=agency.provider or origin.name if agency and origin else origin.name if origin else None,
        republisher=site.name if site else None,
        published=dates["published"][0].moment(zone) if "published" in dates else None,
        versioncreated=dates["versioncreated"][0].moment(zone) if "versioncreated" in dates else None,
        timezone_assumed=(zone or "UTC") if clocked else None,
        copyrightnotice=notice.text if notice else None,
        body=body or None,
        keywords=[name for _, names in tagged for name in names],
        related=_related(parts),
        notes=notes,
    )
    return article.model_copy(update={"evidence": evidence})


def _one_house(site: str, origin: str, profiles: Profiles) -> bool:
    """Whether both names are the same agency's: nobody passed its story on."""
    return normal(site) == normal(origin) or (
        profiles.named(site) is not None and profiles.named(site) == profiles.named(origin)
    )


def _abstract(lead: Line | None, known: frozenset[str]) -> str | None:
    if lead is None:
        return None
    source = source_line(lead.text, known)
    return source[1] if source else lead.text


def _names(name: str, *origins: Origin | None) -> bool:
    """Whether a line above the headline names maker or site, and no section."""
    key = f" {normal(name)} "
    return any(origin is not None and f" {normal(origin.name)} " in key for origin in origins)


def _byline(line: Line | None) -> str | None:
    """The byline without the stamp that follows it."""
    if line is None:
        return None
    dated = next(stamps(line.text), None)
    text = line.text[: dated.start] if dated and dated.start > 3 else line.text
    return text.strip(" |,·•–—-") or None


def _dates(parts: Zones) -> dict[str, tuple[Stamp, Line]]:
    """The page's own dates: of the stamps nearest to the story, the first that says nothing of an update is `published`.

    Where no line is a stamp alone, a short line just above or below the story that holds one will do.
    """
    nearest = [*reversed(parts.above), *parts.inside, *parts.below[:NEAR]]
    found = _first_dates([line for line in nearest if is_stamp(line.text)])
    if not found:
        beside = [*reversed(parts.above[-NEAR:]), *parts.below[:NEAR]]
        found = _first_dates([line for line in beside if len(line.text) <= SHORT and not is_prose(line.text)])
    if "published" not in found and "versioncreated" in found:
        found["published"] = found["versioncreated"]
    return found


def _first_dates(lines: Sequence[Line]) -> dict[str, tuple[Stamp, Line]]:
    found: dict[str, tuple[Stamp, Line]] = {}
    for line in lines:
        for stamp in stamps(line.text):
            found.setdefault("versioncreated" if stamp.updated else "published", (stamp, line))
    return found


def _related(parts: Zones) -> list[Related]:
    found: dict[str, Related] = {}
    led = {b.number for a, b in pairwise(parts.inside) if label(a.text) and b.number - a.number <= 2}
    among = [line for line in parts.inside if inline(line.text) or line.number in led]
    for teaser in [*teasers(among), *teasers(parts.below)]:
        key = normal(teaser.headline or "")
        if key not in found or (found[key].summary is None and teaser.summary):
            found[key] = teaser
    return list(found.values())


def _evidence(
    head: Masthead, origin: Origin | None, site: Origin | None, dates: dict[str, tuple[Stamp, Line]]
) -> dict[str, Evidence]:
    lines = {
        "headline": head.headline,
        "subheadline": head.subheadline,
        "section": head.section_line,
        "abstract": head.lead,
        "byline": head.byline,
        "provider": origin.line if origin else None,
        "republisher": site.line if site else None,
        **{name: line for name, (_, line) in dates.items()},
    }
    return _rests(lines)


def _rests(lines: Mapping[str, Line | None]) -> dict[str, Evidence]:
    """Which line of the input each field rests on."""
    return {name: Evidence(rule=RULE, field=line.where) for name, line in lines.items() if line is not None}
