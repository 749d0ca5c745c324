"""The tables' history: each step has a number of its own, or nobody could take it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from copydesk.publish import migrate

MIGRATIONS = Path(migrate.__file__).parent / "migrations"


def test_no_two_migrations_have_one_number() -> None:
    numbers = Counter(file.name.partition("_")[0] for file in MIGRATIONS.glob("*.sql"))
    assert [number for number, count in numbers.items() if count > 1] == []
    assert numbers
