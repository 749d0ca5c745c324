"""Understanding costs in proportion to a text's length, whatever it repeats, and of a very long one only the head is read."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from copydesk.enrich.enrich import enrich
from copydesk.enrich.enricher import MOST_TEXT
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article

SHORT = 6_000
FACTOR = 4


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge()


def story(body: str) -> Article:
    stamp = datetime(2026, 3, 12, tzinfo=UTC)
    return Article(uri="urn:x", format="text", language="en", headline="Long", body=body, versioncreated=stamp)


def spent(article: Article, knowledge: Knowledge) -> float:
    """CPU seconds, the better of two."""
    took = []
    for _ in range(2):
        began = time.process_time()
        enrich(article, knowledge)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.parametrize(
    "part",
    ["I ", "he said, ", "'a ", "London, ", "World Health Organization (WHO) ", '"No," he said. '],
)  # fmt: skip
def test_four_times_the_text_costs_about_four_times_as_much(part: str, knowledge: Knowledge) -> None:
    short, long = (story(part * (size // len(part))) for size in (SHORT, SHORT * FACTOR))
    enrich(short, knowledge)
    assert spent(long, knowledge) < 2.2 * FACTOR * spent(short, knowledge) + 0.05


def test_the_head_of_a_text_of_a_megabyte_is_read(knowledge: Knowledge) -> None:
    line = '"The tide was high," said Ada Stone of Leeds on Monday.\n\n'
    found = enrich(story(line * ((1 << 20) // len(line))), knowledge)
    ends = [span[1] for e in found.entities for span in e.spans] + [q.span[1] for q in found.quotes if q.span]
    ends += [t.span[1] for t in found.times if t.span]
    assert MOST_TEXT - 500 < max(ends) <= MOST_TEXT
