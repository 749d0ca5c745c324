"""Plain text: a story as somebody pasted or scraped it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.parse.format import Format
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article


def recognise(raw: Raw) -> float:
    """Anything without control bytes may be text; every other format knows its own better."""
    return 0.0 if re.search(rb"[\x00-\x08\x0e-\x1a]", raw.head) else 0.05


def read(raw: Raw, _profiles: Profiles) -> Iterator[Article]:
    """Yield the one story of the text: its first line the headline, the rest its body."""
    text = raw.data.decode("utf-8", errors="replace").strip()
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]
    if not paragraphs:
        raise Refusal("empty", "text: nothing but white space")
    body = "\n\n".join(paragraphs[1:]) or paragraphs[0]
    yield Article(
        uri=f"urn:sha256:{raw.sha256}", format="text", headline=paragraphs[0], body=body, word_count=len(body.split())
    )


FORMAT = Format("text", "0.1", ("text/plain",), recognise, read)
