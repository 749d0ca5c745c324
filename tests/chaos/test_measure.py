"""What is lost, doubled, and how long a stall was."""

from __future__ import annotations

import random

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.measure import Happened, Stored, doubled, longest, lost, measure_stalls, stall
from tests.chaos.schedule import drawn
from tests.chaos.topics import Topics
from tests.chaos.verdict import Findings, failures, last_line


def store(*articles: tuple[str, int]) -> Stored:
    return Stored(frozenset(articles), (), ())


def test_a_document_with_any_outcome_is_not_lost() -> None:
    found = Topics(parsed={("stored", 0), ("held", 0), ("refused by enrich", 0)}, held={("held", 0)})
    found.dead = {("refused by enrich", "enrich", "x"), ("refused", "parse", "x")}
    found.receipted = {"killed"}
    taken = ["stored", "held", "refused by enrich", "refused", "killed"]
    assert lost(taken, found, store(("stored", 0))) == []


def test_a_document_without_outcome_is_lost() -> None:
    assert lost(["gone", "stored"], Topics(parsed={("stored", 0)}), store(("stored", 0))) == ["gone"]


def test_a_package_that_lacks_one_article_is_lost() -> None:
    found = Topics(parsed={("package", 0), ("package", 1)})
    assert lost(["package"], found, store(("package", 0))) == ["package"]


def test_two_receipts_of_one_version_and_sink_are_doubled_only_where_they_differ() -> None:
    found = Topics()
    found.receipts["event", "postgres"] |= {b"one"}
    assert doubled(found, store()) == []
    found.receipts["event", "postgres"] |= {b"other"}
    assert len(doubled(found, store())) == 1


def test_an_event_that_comes_again_with_another_content_is_doubled() -> None:
    found = Topics()
    found.enriched["event"] |= {"digest", "another"}
    assert len(doubled(found, store())) == 1


@pytest.mark.parametrize(
    "moments, expected",
    [((), 10.0), ((12.0, 13.0), 7.0), ((19.0,), 9.0), ((5.0, 25.0), 10.0)],
)
def test_a_stall_is_the_longest_time_without_a_row(moments: tuple[float, ...], expected: float) -> None:
    assert stall(moments, 10.0, 20.0) == expected


def test_each_stall_ends_where_the_next_fault_begins() -> None:
    faults = [Happened("a", "kill", "", 10, 10), Happened("b", "outage", "", 20, 30)]
    measure_stalls(faults, [12.0, 40.0], 45.0)
    assert [fault.stall for fault in faults] == [8.0, 10.0]
    assert longest(faults, "outage") == 10.0


def test_every_kind_of_fault_comes_before_any_comes_again() -> None:
    faults = drawn(FAULTS, random.Random(3))
    kinds = len({fault.kind for fault in FAULTS})
    assert len({next(faults).kind for _ in range(kinds)}) == kinds


def test_the_same_seed_draws_the_same_faults() -> None:
    first, second = drawn(FAULTS, random.Random("x")), drawn(FAULTS, random.Random("x"))
    assert [next(first) for _ in range(40)] == [next(second) for _ in range(40)]


def run(**stated: object) -> Findings:
    kinds = [Happened(str(n), "kill", "", 0, 0, 1.25) for n in range(5)]
    good = {"seed": 1, "seconds": 180, "documents": 3700, "faults": kinds, "lost": [], "doubled": [], "different": []}
    return Findings(**(good | stated))  # type: ignore[arg-type]


def test_a_run_that_did_enough_and_lost_nothing_holds() -> None:
    assert list(failures(run())) == []
    assert last_line(run()) == (
        "chaos: documents 3700 faults 5 kinds 5 lost 0 doubled 0 stall_kill_s 1.2 stall_outage_s 0.0 seed 1"
    )


@pytest.mark.parametrize(
    "stated",
    [
        {"lost": ["a"]},
        {"doubled": ["a"]},
        {"different": ["a"]},
        {"failures": ["audit"]},
        {"documents": 3500},
        {"faults": []},
        {"seconds": 300},
    ],
)
def test_a_run_that_did_not_fails_and_says_why(stated: dict[str, object]) -> None:
    assert len(list(failures(run(**stated)))) == 1
