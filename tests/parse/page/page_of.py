"""A page with a story of four paragraphs, and what a test wants around it."""

import json

from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.schemas.article import Article

STORY = (
    "The harbour of Skerry reopened on Thursday after nine days of gales that had kept every boat of the outer isles at its berth.",
    "Ferries sail again from Friday morning, the harbour master said, and the first of them leaves for Tern Rock at dawn.",
    "Shops on the quay had run out of milk and bread by the weekend, and the school had sent its children home for the week.",
    "The council will meet on Monday to speak about a longer breakwater, which was promised after the last great storm and never built.",
)
LINK = "https://gazette.example/north/skerry-harbour-reopens-after-nine-days"


def page_of(
    *, head: str = "", above: str = "<h1>Skerry harbour reopens</h1>", below: str = "", link: str = LINK, **ld: object
) -> bytes:
    """Return the page; `head` goes into its head, `above` before the story, `ld` into a NewsArticle of JSON-LD."""
    script = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **ld}) if ld else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><link rel="canonical" href="{link}">{head}'
        f'<script type="application/ld+json">{script}</script></head><body><header><nav><ul><li><a href="/">Home</a></li>'
        f'<li><a href="/north">North</a></li></ul></nav></header><main><article>{above}<div class="article-body">{body}</div>'
        f"{below}</article></main><footer><p>© The Harbour Gazette</p></footer></body></html>"
    ).encode()


def article_of(**parts: object) -> Article:
    """Read such a page."""
    (article,) = read(Raw(page_of(**parts)), form="html")  # type: ignore[arg-type]
    return article
