"""What understanding costs: stories of 500 words a second on one core, by enricher, and a text of a megabyte.

    python -m tests.bench.enrich [STORIES]

CPU time of this process; the last line is for machines.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter

from copydesk.enrich.enrich import enrich
from copydesk.enrich.enricher import known
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.schemas.article import Article
from rich.console import Console
from rich.table import Table

from tests.bench.wires import documents

WARM_UP = 30


def by_enricher(articles: list[Article], knowledge: Knowledge) -> Counter[str]:
    """Return the CPU seconds that each enricher took over all of the articles."""
    spent: Counter[str] = Counter()
    for article in articles:
        enriched = article
        for enricher in known():
            began = time.process_time()
            found = enricher.find(enriched, knowledge)
            spent[enricher.name] += time.process_time() - began
            enriched = enriched.model_copy(update=dict(found))
    return spent


def main() -> None:
    """Measure, and print the table."""
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    knowledge = Knowledge()
    articles = [read(Raw(wire))[0] for wire in documents(total + WARM_UP)]
    for article in articles[:WARM_UP]:
        enrich(article, knowledge)
    began = time.process_time()
    for article in articles[WARM_UP:]:
        enrich(article, knowledge)
    whole = time.process_time() - began
    table = Table("enricher", "CPU ms a story", box=None, padding=(0, 2))
    for name, seconds in by_enricher(articles[WARM_UP:], knowledge).most_common():
        table.add_row(name, f"{seconds / total * 1000:.2f}")
    Console().print(table)
    long = articles[0].model_copy(update={"body": "\n\n".join(a.body or "" for a in articles)[: 1 << 20]})
    began = time.process_time()
    enrich(long, knowledge)
    took = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = len(long.body or "")
    print(
        f"enrich: stories_per_s {total / whole:.1f} long_text_bytes {size} long_text_s {took:.1f} memory_mb {memory:.0f}"
    )


if __name__ == "__main__":
    main()
