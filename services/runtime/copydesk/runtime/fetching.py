"""Has a fetch wait at the broker for as long as it can hold up nobody.

aiokafka sends one fetch at a time to a broker, for every partition of which nothing lies fetched and unread. One that asks
for all of them comes back as soon as any has a record, and may wait long: an idle worker costs next to nothing. One that
leaves some out holds these up once they are read, and may not.
"""

from __future__ import annotations

from typing import Any

from aiokafka.consumer import consumer
from aiokafka.consumer.fetcher import Fetcher

IDLE_WAIT_MS = 500
"""Kafka's own default. Also how long a metadata request can wait behind such a fetch, on the same connection."""
BUSY_WAIT_MS = 20


class _PatientFetcher(Fetcher):  # type: ignore[misc]  # aiokafka has no types
    def _get_actions_per_node(self, assignment: Any) -> Any:  # noqa: ANN401 - aiokafka has no types
        self._fetch_max_wait_ms = BUSY_WAIT_MS if self._records else IDLE_WAIT_MS
        return super()._get_actions_per_node(assignment)


def fetch_patiently() -> None:
    """Have every aiokafka consumer of this process fetch so."""
    consumer.Fetcher = _PatientFetcher
