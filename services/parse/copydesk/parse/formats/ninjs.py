"""ninjs, IPTC's JSON for news (https://iptc.org/std/ninjs/)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from copydesk.parse.format import Format
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article


def recognise(raw: Raw) -> float:
    """A JSON object that names ninjs or has its fields."""
    head = raw.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"{"):
        return 0.0
    return 0.9 if b'"ninjs"' in head or (b'"uri"' in head and b'"bod' in head) else 0.2


def read(raw: Raw, _profiles: Profiles) -> Iterator[Article]:
    """Yield the one article of a ninjs 1, 2 or 3 object."""
    try:
        item = json.loads(raw.data)
    except ValueError as error:
        raise Refusal("broken", f"ninjs: no JSON: {error}") from error
    bodies = item.get("bodies") or [{"value": item.get("body_text")}]
    headlines = item.get("headlines") or [{"value": item.get("headline")}]
    created = item.get("versionCreated") or item.get("versioncreated")
    body = bodies[0].get("value")
    yield Article(
        uri=item.get("uri") or f"urn:sha256:{raw.sha256}",
        format="ninjs",
        headline=headlines[0].get("value"),
        body=body,
        language=item.get("language"),
        versioncreated=datetime.fromisoformat(created) if created else None,
        word_count=len((body or "").split()),
    )


FORMAT = Format("ninjs", "0.1", ("application/ninjs+json", "application/json"), recognise, read)
