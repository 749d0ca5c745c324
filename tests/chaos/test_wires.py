"""The load is what it says it is: the same from the same seed, of every kind, and read by the parser as it is meant."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.feeds import feeds_of
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

from tests.chaos.wires import FEED, FEEDS, OTHER_FEED, SHARES, Newsroom, Wire


@pytest.fixture(scope="module")
def wires() -> list[Wire]:
    return list(islice(Newsroom(7).wires(), 700))


def articles(wire: Wire) -> list[Article]:
    return read(Raw(wire.data, name=wire.filename), feed=wire.feed)


def test_a_seed_gives_the_same_wires_through_the_same_doors(wires: list[Wire]) -> None:
    again = islice(Newsroom(7).wires(), 700)
    by_clock = {"embargoed", "overtaken", "repeat"}
    for first, second in zip(wires, again, strict=True):
        assert (first.kind, first.feed, first.door) == (second.kind, second.feed, second.door)
        assert first.data == second.data or first.kind in by_clock


def test_every_kind_of_wire_comes(wires: list[Wire]) -> None:
    assert len({wire.kind for wire in wires}) == len(SHARES)
    assert {wire.door for wire in wires} == {"http", "topic"}


@pytest.mark.parametrize(
    "kind, status, count",
    [("story", "usable", 1), ("kill", "canceled", 1), ("withheld", "withheld", 1), ("not granted", "canceled", 1)],
)
def test_wires_are_read_as_they_are_meant(wires: list[Wire], kind: str, status: str, count: int) -> None:
    for wire in (wire for wire in wires if wire.kind == kind):
        found = articles(wire)
        assert [article.pubstatus for article in found] == [status] * count


def test_embargoes_packages_and_refusals_are_what_they_are_called(wires: list[Wire]) -> None:
    def of(kind: str) -> list[Wire]:
        return [wire for wire in wires if wire.kind == kind]

    assert all(article.embargoed for wire in of("embargoed") for article in articles(wire))
    assert all(len(articles(wire)) > 1 for wire in of("package"))
    for wire in of("refused"):
        with pytest.raises(Refusal):
            articles(wire)


def test_no_two_documents_hold_versions_of_equal_rank(wires: list[Wire]) -> None:
    documents = {wire.document: wire for wire in wires if wire.kind not in {"refused", "repeat"}}
    ranks = Counter(
        (article.key, article.versioncreated, article.version)
        for wire in documents.values()
        for article in articles(wire)
        if article.versioncreated
    )
    assert [rank for rank, count in ranks.items() if count > 1 and "sha256" not in rank[0]] == []


def test_only_the_other_feed_kills_what_it_may_not(wires: list[Wire]) -> None:
    feeds = feeds_of(FEEDS.encode())
    for wire in wires:
        if wire.kind not in {"refused", "repeat", "single"}:
            granted = all(feeds[wire.feed].grants(article.provider) for article in articles(wire))
            assert granted == (wire.kind != "not granted")
            assert wire.feed == (OTHER_FEED if wire.kind in {"other", "not granted"} else FEED)
