"""The store that the faults left, beside the one that no fault touched: every row, every column that no clock decides."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from copydesk.schemas.clock import COLUMNS, timeless
from psycopg import sql

from tests.chaos.topics import digest

TABLES = """
select t.table_name, array(
    select a.attname::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = t.table_name::regclass and i.indisprimary order by array_position(i.indkey::int2[], a.attnum))
from information_schema.tables t
where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and t.table_name not like 'schema_migrations'
order by 1
"""
Row = tuple[str, ...]
"""Values of a table's primary key, as text."""


@dataclass(frozen=True)
class Difference:
    """One row that is not the same in both."""

    table: str
    row: Row
    what: str

    def __str__(self) -> str:
        return f"{self.table} {' '.join(self.row)}: {self.what}"


@dataclass(frozen=True)
class Stores:
    """Two stores side by side."""

    mine: psycopg.Connection
    other: psycopg.Connection
    passed_over: Collection[str]
    """Events that one of the two let go while it held them: rows of `versions` that only the other may have."""

    def differences(self) -> Iterator[Difference]:
        """Yield every row that differs."""
        tables = _tables(self.mine)
        if tables != _tables(self.other):
            raise ValueError("the two stores have different tables")
        for table, key in tables.items():
            yield from self._of_table(table, key)

    def _of_table(self, table: str, key: list[str]) -> Iterator[Difference]:
        here, there = self._rows(self.mine, table, key), self._rows(self.other, table, key)
        for row in sorted(here.keys() | there.keys()):
            if row not in here or row not in there:
                if not (table == "versions" and row[0] in self.passed_over):
                    yield Difference(table, row, f"only {'without' if row not in here else 'with'} faults")
            elif here[row] != there[row]:
                yield Difference(table, row, f"differs in {', '.join(self._columns(table, key, row))}")

    def _rows(self, store: psycopg.Connection, table: str, key: list[str]) -> dict[Row, str]:
        """Return a digest of each row."""
        query = sql.SQL("select to_jsonb(t) from {} t").format(sql.Identifier(table))
        with store.cursor(name="rows") as cursor:
            cursor.execute(query)
            return {tuple(str(row[name]) for name in key): digest(self.kept(table, row)) for (row,) in cursor}

    def kept(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return what must be the same.

        A story that was killed while it was held has no version at all where it was let go, and a killed one where it came so
        late that nobody held it.
        """
        bound = COLUMNS.get(table, {})
        kept = {name: value for name, value in row.items() if name not in bound}
        if "article" in kept:
            kept["article"] = timeless(kept["article"])
        if table == "stories" and (row["head"] is None or row["head"] in self.passed_over):
            kept |= dict.fromkeys([name for name in kept if name.startswith("head")])
        return kept

    def _columns(self, table: str, key: list[str], row: Row) -> Iterator[str]:
        matches = [sql.SQL("{}::text = %s").format(sql.Identifier(name)) for name in key]
        query = sql.SQL("select to_jsonb(t) from {} t where {}").format(
            sql.Identifier(table), sql.SQL(" and ").join(matches)
        )
        first, second = (self.kept(table, _one(store, query, row)) for store in (self.mine, self.other))
        for name in sorted(first.keys() | second.keys()):
            if first.get(name) != second.get(name):
                yield f"{name} ({str(first.get(name))[:80]} | {str(second.get(name))[:80]})"


def differences(here: str, there: str, passed_over: Collection[str]) -> list[Difference]:
    """Return every row that differs between the two databases (URLs)."""
    with psycopg.connect(here) as mine, psycopg.connect(there) as other:
        return list(Stores(mine, other, passed_over).differences())


def _tables(store: psycopg.Connection) -> dict[str, list[str]]:
    return dict(store.execute(TABLES).fetchall())


def _one(store: psycopg.Connection, query: sql.Composed, row: Row) -> dict[str, Any]:
    found = store.execute(query, row).fetchone()
    assert found
    return dict(found[0])
