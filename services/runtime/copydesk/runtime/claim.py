"""Values too long for a record: the archive keeps them whole, the record carries what fits and says where the rest is.

The claim check of the contract ("Size"): `ce_dataref` names the archived bytes by their SHA-256, as CloudEvents' extension of
that name does (https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/dataref.md). Beside it `ce_datarefs`
names those of the stages before, so that a legal take-down finds them all.
"""

from __future__ import annotations

from collections.abc import Callable

from copydesk.runtime.archive import DATAREF, SHA256, Archive, referred
from copydesk.runtime.event import Event, Out
from copydesk.runtime.producer import RECORD_LIMIT, size

HEADROOM = 4096
"""Bytes that the headers of the claim may add."""


def claimed(record: Out, shortened: Callable[[bytes], bytes], archive: Archive, before: tuple[str, ...] = ()) -> Out:
    """Return the record as it is where it fits; else with a shortened value and a claim on the whole one, archived by then.

    `shortened` makes the value fit; it is called only where that is needed. `before` are the claims of the event that it came of. Raises `Unavailable` while the archive is away.
    """
    if record.value is None or size(record) <= RECORD_LIMIT - HEADROOM:
        return record
    sha256 = archive.put(record.value, durable=True)
    stated = {"ce_dataref": f"{DATAREF}{sha256}", "ce_datarefs": ",".join((*before, sha256))}
    headers = (*record.headers, *((name, value.encode()) for name, value in stated.items()))
    return record._replace(value=shortened(record.value), headers=headers)


def claimed_value(event: Event, archive: Archive) -> bytes | None:
    """Return the event's whole value: the archived one where it has a claim. Refusal `bad-reference` or `not-archived`."""
    reference = event.header("ce_dataref")
    if reference is None or event.value is None:
        return event.value
    return archive.get(referred(reference))


def claims_of(event: Event) -> tuple[str, ...]:
    """Return the hashes of all archived values that led to this event, the oldest first."""
    stated = event.header("ce_datarefs")
    return tuple(filter(SHA256.fullmatch, stated.split(","))) if stated else ()
