from __future__ import annotations

from copydesk.runtime.deadletter import dead_letter
from copydesk.runtime.event import Event
from copydesk.runtime.producer import RECORD_LIMIT, size
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.headers import DeadHeaders

REFUSAL = Refusal("empty", "nothing in it")


def event(value: bytes | None = b"body", headers: tuple[tuple[str, bytes], ...] = (), offset: int = 7) -> Event:
    return Event("wire.received", 2, offset, b"key", value, headers)


def own(headers: tuple[tuple[str, bytes], ...]) -> dict[str, str]:
    return {name: value.decode() for name, value in headers}


def test_a_letter_says_what_the_contract_promises() -> None:
    letter = dead_letter(event(), "parse", REFUSAL)
    told = DeadHeaders.model_validate(own(letter.headers))
    assert (told.dead_error, told.dead_topic, told.dead_partition, told.dead_offset) == ("empty", "wire.received", 2, 7)


def test_the_same_event_at_another_offset_gives_the_same_letter_id() -> None:
    named = (("ce_id", b"e1"),)
    first, again = (own(dead_letter(event(headers=named, offset=at), "parse", REFUSAL).headers) for at in (7, 9))
    assert first["dead_id"] == again["dead_id"]


def test_bare_records_are_told_apart_by_their_place() -> None:
    first, other = (own(dead_letter(event(offset=at), "ingest", REFUSAL).headers) for at in (7, 9))
    assert first["dead_id"] != other["dead_id"]


def test_a_letter_that_fails_again_after_its_replay_keeps_its_id_and_counts() -> None:
    first = own(dead_letter(event(), "ingest", REFUSAL).headers)
    kept = tuple((name, first[name].encode()) for name in ("dead_id", "dead_attempts"))
    again = own(dead_letter(event(headers=kept, offset=99), "ingest", REFUSAL).headers)
    assert again["dead_id"] == first["dead_id"]
    assert again["dead_attempts"] == "2"


def test_each_header_of_ours_occurs_once_after_a_replay() -> None:
    again = dead_letter(event(headers=dead_letter(event(), "parse", REFUSAL).headers), "parse", REFUSAL)
    names = [name for name, _ in again.headers]
    assert len(names) == len(set(names))


def test_hostile_attempts_and_messages_do_no_harm() -> None:
    letter = dead_letter(event(headers=(("dead_attempts", b"9" * 5000),)), "parse", ValueError("\ud800" * 100_000))
    assert own(letter.headers)["dead_attempts"] == "1"
    assert size(letter) < 20_000


def test_what_does_not_fit_is_pointed_to() -> None:
    full = b"x" * RECORD_LIMIT
    letter = dead_letter(event(full, (("a", b"b"),)), "parse", REFUSAL)
    assert letter.value is None
    assert own(letter.headers)["dead_dataref"] == "wire.received/2/7"
    assert own(letter.headers)["a"] == "b"
    swollen = dead_letter(event(b"x", (("a", full),)), "parse", REFUSAL)
    assert "a" not in own(swollen.headers)
    keyed = dead_letter(Event("wire.inbound", 0, 1, full, b"x"), "ingest", REFUSAL)
    assert keyed.key is None
    assert max(size(letter), size(swollen), size(keyed)) <= RECORD_LIMIT
