from __future__ import annotations

from aiokafka.partitioner import murmur2 as theirs
from copydesk.runtime.partitioner import murmur2, partition_of
from hypothesis import given
from hypothesis import strategies as st


@given(st.binary(max_size=80))
def test_the_hash_is_that_of_kafkas_own_clients(data: bytes) -> None:
    assert murmur2(data) == theirs(data)


def test_a_known_key_stays_where_javas_client_puts_it() -> None:
    # From Kafka's own UtilsTest: murmur2("21") is -973932308.
    assert murmur2(b"21") == -973932308 & 0xFFFFFFFF
    assert partition_of(b"21", 4) == (-973932308 & 0x7FFFFFFF) % 4
