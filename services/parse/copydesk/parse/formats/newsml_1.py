"""NewsML 1.0 to 1.2 (https://iptc.org/standards/newsml-1/): the news items of a `NewsML` document."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.agency import Clock, habits, provider_name
from copydesk.parse.article import build
from copydesk.parse.format import Format
from copydesk.parse.formats.newsml1.item import identity, language, read_item, stories
from copydesk.parse.formats.newsml1.parts import formal, party
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import Document, Element, attribute, child, children, local, parse, root_name, text_at
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article


def recognise(raw: Raw) -> float:
    """An XML document whose root is `NewsML`."""
    return 0.95 if root_name(raw)[0] == "newsml" else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the stories of the document's news items, in order: one an item, or one a language where an item has several."""
    document = parse(raw)
    if local(document.root).lower() != "newsml":
        raise Refusal("not-newsml", f"newsml-1: the root is {local(document.root)!r}")
    for item in children(document.root, "NewsItem"):
        parts = stories(item)
        for number, component in enumerate(parts or [item]):
            yield _article(document, item, component, number, profiles)


def _article(document: Document, item: Element, component: Element, number: int, profiles: Profiles) -> Article:
    envelope = child(document.root, "NewsEnvelope")
    sender = party(envelope, "SentFrom")
    provider_id = text_at(item, "Identification", "NewsIdentifier", "ProviderId")
    uri = identity(item)
    profile = habits(
        profiles,
        party(component, "AdministrativeMetadata", "Provider"),
        provider_id,
        uri,
        sender,
        party(component, "AdministrativeMetadata", "Source"),
    )
    clock = Clock.of(profile)
    found = read_item(item, component, clock)
    found["provider"] = provider_name(profiles, found.get("provider"), sender)
    found["priority"] = formal(envelope, "Priority") or found.get("priority")
    found["published"] = clock.read(text_at(envelope, "DateAndTime"))
    found["language"] = found.get("language") or profile.language
    found["timezone_assumed"] = clock.assumed
    found["notes"] = document.notes
    # The stories in further languages are stories of their own.
    own = attribute(component, "Duid") or language(component) or str(number)
    return build("newsml-1", f"{uri}#{own}" if uri and number else uri, **found)


FORMAT = Format("newsml-1", "1.0", ("text/vnd.IPTC.NewsML",), recognise, read)
