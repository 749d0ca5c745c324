"""What waits on `article.held`, in whatever order it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from copydesk.enrich.held import TOPIC, Waiting, read_held, released, tombstone
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Event, Out
from copydesk.schemas.article import Article
from hypothesis import given
from hypothesis import strategies as st

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def record(version: int, until: datetime | None = NOON, uri: str = "hp:budget") -> Event:
    article = Article(
        uri=uri,
        version=str(version),
        format="text",
        provider="Harbour Press",
        pubstatus="usable" if until else "withheld",
        versioncreated=NOON - timedelta(hours=5) + timedelta(minutes=version),
        embargoed=until,
        body=f"Take {version}.",
    )
    told = headers(
        id=derived_id(uri, version, until), type="copydesk.article.held.v1", source="copydesk/enrich", time=NOON
    )
    return Event(TOPIC, 0, version, article.key.encode(), article.to_json(), told)


def as_event(out: Out) -> Event:
    return Event(out.topic, 0, 99, out.key, out.value, out.headers)


def noted(*events: Event) -> Waiting:
    waiting = Waiting()
    for event in events:
        waiting.note(event)
    return waiting


def test_an_article_is_due_at_its_minute_and_not_before() -> None:
    waiting = noted(record(1))
    assert waiting.due(NOON - timedelta(seconds=1)) == []
    (due,) = waiting.due(NOON)
    out = released(due, "article.enriched")
    assert (out.topic, out.key, out.value) == ("article.enriched", b"Harbour Press|hp:budget", record(1).value)
    told = dict(out.headers)
    assert told["ce_id"] == dict(record(1).headers)["ce_id"]
    assert told["ce_type"] == b"copydesk.article.enriched.v1"


def test_a_withheld_article_is_never_due() -> None:
    assert noted(record(1, None)).due(NOON + timedelta(days=9999)) == []


@pytest.mark.parametrize("later", [NOON + timedelta(hours=2), NOON - timedelta(hours=2)])
def test_a_newer_version_moves_the_minute(later: datetime) -> None:
    waiting = noted(record(1), record(2, later))
    assert [each.until for each in waiting.due(NOON + timedelta(days=1))] == [later]


def test_an_older_version_that_comes_behind_changes_nothing_and_the_newer_is_written_again() -> None:
    waiting = noted(record(2, NOON + timedelta(hours=1)))
    again = waiting.note(record(1))
    assert again is not None
    assert (again.topic, again.key, again.value) == (TOPIC, record(2).key, record(2, NOON + timedelta(hours=1)).value)
    assert waiting.due(NOON) == []


def test_a_tombstone_ends_the_waiting_of_the_version_that_it_names_and_of_no_newer_one() -> None:
    first, second = record(1), record(2, NOON + timedelta(hours=1))
    end = as_event(tombstone(read_held(first)))
    assert noted(first, end).by_key == {}
    waiting = noted(first, second)
    again = waiting.note(end)
    assert again is not None
    assert again.value == second.value
    assert [each.id for each in waiting.by_key.values()] == [read_held(second).id]


@given(st.permutations([1, 2, 3, 4]))
def test_whatever_the_order_the_newest_waits_and_stands_last(order: list[int]) -> None:
    waiting, log = Waiting(), [record(number) for number in order]
    for event in log:
        again = waiting.note(event)
        if again is not None:
            log.append(as_event(again))
    assert log[-1].value == record(4).value
    assert [each.event.value for each in waiting.by_key.values()] == [record(4).value]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_what_another_version_beat_while_it_waited_is_accounted_for_whichever_came_first(
    order: tuple[int, int],
) -> None:
    first, second = map(record, order)
    waiting = noted(first, second, second)
    assert {each.id for each in waiting.beaten} == {dict(record(1).headers)["ce_id"].decode()}
    assert noted(record(1), record(1)).beaten == []
    assert noted(record(1), as_event(tombstone(read_held(record(1)))), record(2)).beaten == []
