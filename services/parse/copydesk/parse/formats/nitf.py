"""NITF 3.x, the News Industry Text Format (https://iptc.org/standards/nitf/), as a document of its own."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.agency import Clock, habits, provider_name
from copydesk.parse.article import build
from copydesk.parse.format import Format
from copydesk.parse.nitf import read_nitf
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import Element, attribute, descendants, local, parse, root_name
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article


def recognise(raw: Raw) -> float:
    """An XML document whose root is `nitf`."""
    return 0.95 if root_name(raw)[0] == "nitf" else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the one article of an NITF document."""
    document = parse(raw)
    if local(document.root).lower() != "nitf":
        raise Refusal("not-nitf", f"nitf: the root is {local(document.root)!r}")
    profile = habits(profiles, *_marks(document.root))
    clock = Clock.of(profile)
    uri, found = read_nitf(document.root, clock)
    found["timezone_assumed"] = clock.assumed
    found["provider"] = provider_name(
        profiles, found.get("provider"), found.get("creditline"), found.get("copyrightholder")
    )
    found["language"] = found.get("language") or profile.language
    found["notes"] = document.notes
    yield build("nitf", uri, **found)


def _marks(root: Element) -> Iterator[str | None]:
    """Whatever names the agency, the surest first."""
    for source in descendants(root, "from-src"):
        yield attribute(source, "src-name")
    for name, key in (
        ("doc-id", "regsrc"),
        ("doc.rights", "owner"),
        ("doc.copyright", "holder"),
        ("doc-id", "id-string"),
    ):
        for element in descendants(root, name):
            yield attribute(element, key)


FORMAT = Format("nitf", "1.0", ("application/nitf+xml", "text/vnd.IPTC.NITF"), recognise, read)
