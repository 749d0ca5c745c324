"""CloudEvents 1.0 in Kafka's binary mode: attributes are headers `ce_*`, the value is the data itself.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md, section 3.2.
`traceparent` is W3C Trace Context's (https://www.w3.org/TR/trace-context/), carried as CloudEvents' extension of that name
and as the plain header that tracers read.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from copydesk.runtime.event import Event, Headers

TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""https://www.w3.org/TR/trace-context/#traceparent-header-field-values; what is no such value is as good as none."""


def derived_id(*parts: object) -> str:
    """Return the id that these parts always give: 32 hex digits. Never random, so that the same input is the same event."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def headers(
    *,
    id: str,  # noqa: A002 - CloudEvents' own name
    type: str,  # noqa: A002
    source: str,
    time: datetime | None = None,
    content_type: str | None = None,
    traceparent: str | None = None,
    **extensions: str | int | None,
) -> Headers:
    """Return the headers of an event. `type` carries the schema's major version: `copydesk.article.parsed.v1`.

    Extensions are CloudEvents attributes (lower-case letters and digits); those that are None are left out.
    """
    stated = {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_type": type,
        "ce_source": source,
        "ce_time": (time or datetime.now(UTC)).isoformat(),
        "content-type": content_type,
        "traceparent": traceparent,
        **{f"ce_{name}": value for name, value in extensions.items()},
    }
    return tuple((name, str(value).encode()) for name, value in stated.items() if value is not None)


def trace_of(event: Event) -> str:
    """Return the event's own `traceparent`, or the one that its place gives: each push of a document is a trace of its own."""
    given = event.header("traceparent")
    if given and TRACEPARENT.fullmatch(given):
        return given
    digest = hashlib.sha256(derived_id(event.topic, event.partition, event.offset).encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"
