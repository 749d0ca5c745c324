"""Ritzau's own XML (`RBNews`), as the Danish agency Ritzau sends it beside NITF and ninjs."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose, build
from copydesk.parse.format import Format
from copydesk.parse.markup import from_html
from copydesk.parse.newscode import subject
from copydesk.parse.profile import Profile, Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import Element, children, descendants, local, parse, root_name, text, text_at
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Association, Related

_ROOT = "RBNews"
_TRUE = {"true", "1"}


def recognise(raw: Raw) -> float:
    """An XML document whose root is `RBNews`, or a list of them."""
    root, _ = root_name(raw)
    return 0.95 if root in {"rbnews", "arrayofrbnews"} else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the document's stories, in order."""
    document = parse(raw)
    stories = [document.root] if local(document.root) == _ROOT else list(descendants(document.root, _ROOT))
    if not stories:
        raise Refusal("not-ritzau", f"ritzau: the root is {local(document.root)!r}")
    profile = profiles.feed or profiles.of("Ritzau")
    for story in stories:
        yield _article(story, profile, document.notes)


def _article(story: Element, profile: Profile, notes: list[str]) -> Article:
    clock = Clock.of(profile)
    said = {local(element).lower(): text(element) for element in story}
    published = clock.read(said.get("publishdate"))
    revised = clock.read(said.get("versiondate"), said.get("updatedate")) or published
    content = from_html(said.get("content") or "")
    found: Loose = {
        "version": said.get("version"),
        "pubstatus": "canceled" if _is(said, "annuleret") else "usable",
        "signals": list(_signals(said)),
        "firstcreated": published,
        "versioncreated": revised,
        "published": published,
        "embargoed": clock.read(said.get("embargo"), said.get("embargodate")),
        "embargo_said": said.get("embargodate") or said.get("embargo"),
        "expires": clock.read(said.get("expires"), said.get("expiredate"), said.get("expirydate")),
        "timezone_assumed": clock.assumed,
        "priority": said.get("priority"),
        "language": profile.language or "da",
        "provider": (said.get("origin") or "").strip("/ ").title() or "Ritzau",
        "headline": said.get("headline"),
        "subheadline": said.get("subtitle"),
        "slugline": said.get("strapline"),
        "byline": said.get("byline"),
        "ednote": from_html(said.get("tilredaktionen") or "").body,
        "located": said.get("town"),
        "dateline": said.get("town"),
        "section": [said.get("section")],
        "category": said.get("sectionshort"),
        "keywords": list(_strings(story, "SubjectKeyword")),
        "subjects": [code for told in _strings(story, "IPTCList") if (code := subject(told))],
        "related": list(_replaced(said)),
        "associations": list(_media(story)),
        "body": content.body,
        "body_html": content.html,
        "notes": notes,
    }
    if not content.body:
        found["abstract"] = said.get("contentshort")
    return build("ritzau", said.get("newsid"), **found)


def _is(said: dict[str, str | None], flag: str) -> bool:
    return (said.get(flag) or "").casefold() in _TRUE


def _signals(said: dict[str, str | None]) -> Iterator[str]:
    """Ritzau's flags (`Annuleret` canceled, `Korrektion` correction, `NyVersion` new version) as the contract's signals."""
    for flag, signal in (
        ("annuleret", "kill"),
        ("korrektion", "correction"),
        ("nyversion", "update"),
        ("infoflash", "alert"),
    ):
        if _is(said, flag):
            yield signal


def _strings(story: Element, name: str) -> Iterator[str]:
    """The strings of a serialised list (`IPTCList`, `SubjectKeyword`)."""
    for holder in children(story, name):
        parts = list(holder) or [holder]
        yield from filter(None, map(text, parts))


def _replaced(said: dict[str, str | None]) -> Iterator[Related]:
    for name in ("replaces", "replacedid"):
        if uri := said.get(name):
            yield Related(uri=uri)


def _media(story: Element) -> Iterator[Association]:
    for item in (element for holder in children(story, "MultimedieList") for element in holder):
        href = text_at(item, "Url") or text_at(item, "url") or (text(item) if len(item) == 0 else None)
        if href:
            yield Association(href=href, uri=href, caption=text_at(item, "Caption") or text_at(item, "Text"))


FORMAT = Format("ritzau", "1.0", ("application/xml",), recognise, read)
