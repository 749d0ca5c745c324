"""Invented stories of about 500 words for the benchmarks, as ninjs and as web pages; the same number always gives the same story."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from html import escape

from tests.pipeline.work import NOON, ninjs

PLACES = (
    "Bergen, Norway",
    "Porto, Portugal",
    "Geneva",
    "Dresden, Germany",
    "Aarhus, Denmark",
    "Zagreb",
    "Lyon, France",
    "Kisumu, Kenya",
)
FIRST = ("Aslaug", "Oksana", "Katrin", "Dale", "Pilar", "Marc", "Achieng", "Beat", "Lucija", "Poul")
LAST = (
    "Fjelltveit",
    "Melnyk",
    "Vogelsang",
    "Kowalczyk",
    "Navascues",
    "Tessier",
    "Odhiambo",
    "Imboden",
    "Perkovic",
    "Krog",
)
ROLES = ("chief executive", "mayor", "Fisheries Minister", "spokeswoman", "director", "union leader")
BODIES = (
    "Vestkyst Ferries",
    "the Transport Ministry",
    "Harbour Workers' Union",
    "the Institute of Marine Research",
    "Northlight Bank",
)
WHEN = (
    "on Thursday",
    "last week",
    "in January",
    "next year",
    "on Feb. 3",
    "since 2019",
    "this month",
    "on Wednesday night",
)
THINGS = (
    "the tunnel",
    "a new ferry line",
    "the flood wall",
    "cheaper bread",
    "a frozen harbour",
    "the old railway bridge",
)
VERBS = (
    "will open",
    "had been delayed",
    "cost 212 million euros",
    "would save 9,000 tonnes of diesel",
    "was closed by the storm",
)
WORDS = 500


def documents(count: int, run: str = "bench") -> list[bytes]:
    """Return `count` different stories as ninjs 3.1."""
    return [_ninjs(number, run) for number in range(count)]


def pages(count: int, run: str = "bench") -> list[bytes]:
    """Return `count` different stories as a republisher's web pages of some 17 kB: navigation, teasers, boxes, footer around each."""
    return [_page(number, run) for number in range(count)]


def _ninjs(number: int, run: str) -> bytes:
    headline, paragraphs = _story(number, run)
    return ninjs(number, run, headline, "\n\n".join(paragraphs))


def _page(number: int, run: str) -> bytes:
    headline, paragraphs = _story(number, run)
    pick = random.Random(f"page {run}{number}")
    link = f"https://www.eastport.example/news/{run}/{number}"
    marked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline,
        "datePublished": (NOON + timedelta(seconds=number)).isoformat(),
        "author": [{"@type": "Person", "name": f"{pick.choice(FIRST)} {pick.choice(LAST)}"}],
        "publisher": {"@type": "Organization", "name": "Eastport Echo"},
    }
    story = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(headline)} | Eastport Echo</title>
<link rel="canonical" href="{link}"><meta property="og:site_name" content="Eastport Echo">
<meta property="og:title" content="{escape(headline)}"><meta property="og:url" content="{link}">
<script type="application/ld+json">{json.dumps(marked)}</script></head><body>
<header><a href="/">Eastport Echo</a><nav><ul>{_links(pick, 60, "item")}</ul></nav></header>
<main><article><h1>{escape(headline)}</h1><div class="share">{_links(pick, 6, "share")}</div>
<div class="text">{story}</div><ul class="tags">{_links(pick, 8, "tag")}</ul></article>
<aside><h2>Most read</h2><ul>{_links(pick, 30, "teaser")}</ul></aside></main>
<footer><ul>{_links(pick, 40, "foot")}</ul><p>© 2026 Eastport Echo. All rights reserved.</p></footer></body></html>
""".encode()


def _links(pick: random.Random, count: int, kind: str) -> str:
    words = [f"{pick.choice(THINGS).capitalize()} near {pick.choice(PLACES)}" for _ in range(count)]
    return "".join(
        f'<li class="{kind}"><a href="/{kind}/{n}"><span>{escape(word)}</span></a></li>' for n, word in enumerate(words)
    )


def _story(number: int, run: str) -> tuple[str, list[str]]:
    """Return headline and paragraphs."""
    pick = random.Random(f"{run}{number}")
    place = pick.choice(PLACES)
    paragraphs = [f"{place.upper().split(',')[0]}, March 12 (Northlight) - {next(_paragraphs(pick, number))}"]
    more = _paragraphs(pick, number)
    while sum(len(p.split()) for p in paragraphs) < WORDS:
        paragraphs.append(next(more))
    return f"{pick.choice(THINGS).capitalize()} in {place.split(',')[0]}: {number} days on", paragraphs


def _paragraphs(pick: random.Random, number: int) -> Iterator[str]:
    while True:
        name, thing, when = f"{pick.choice(FIRST)} {pick.choice(LAST)}", pick.choice(THINGS), pick.choice(WHEN)
        role, body, verb = pick.choice(ROLES), pick.choice(BODIES), pick.choice(VERBS)
        where = pick.choice(PLACES).split(",")[0]
        yield pick.choice(
            (
                f'"We waited {pick.randint(2, 40)} years for {thing}, and it {verb}," said {name}, {role} of {body} in {where}.',
                f"{body[0].upper()}{body[1:]} said {when} that {thing} {verb}. About {pick.randint(100, 9000)} people live nearby.",
                f"{name}, the {role}, told reporters in {where} {when} that item {number} of the plan {verb}.",
                f"The work near {where} began {when}. It had been put off twice, and critics said {thing} {verb}.",
            )
        )
