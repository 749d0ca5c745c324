"""What a changed JSON Schema no longer accepts: within a major version, a reader of today reads what was written before.

Knows the part of JSON Schema 2020-12 that pydantic writes. An added optional field breaks nothing; a field taken away does,
since the models take no unknown fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

Schema = Mapping[str, Any]

_LOWEST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_HIGHEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_EXACT = ("pattern", "format", "const")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what `new` refuses of that which `old` took, one sentence each, by the path of the field."""
    return sorted(set(_Comparison(old, new).between(old, new, str(new.get("title", "schema")))))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old.get("$defs", {})
        self._new = new.get("$defs", {})
        self._within: list[tuple[str, str]] = []

    def between(self, old: Schema, new: Schema, path: str) -> list[str]:
        """Return the breaks at this place and below."""
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair) and pair in self._within:
            return []  # a model that holds itself
        self._within.append(pair)
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        if "anyOf" in old or "anyOf" in new:
            found = self._variants(old, new, path)
        else:
            found = [*_narrowed(old, new, path), *self._fields(old, new, path), *self._items(old, new, path)]
        self._within.pop()
        return found

    def _variants(self, old: Schema, new: Schema, path: str) -> list[str]:
        """Each variant of the old must be read by one of the new; where none does, the closest says what is missing."""
        found: list[str] = []
        for variant in old.get("anyOf", [old]):
            attempts = [self.between(variant, other, path) for other in new.get("anyOf", [new])]
            closest = min(attempts, key=len)
            found += closest
        return found

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            if new.get("additionalProperties") is False:
                yield f"{path}.{name}: field removed"
        for name in set(new.get("required", ())) - set(old.get("required", ())):
            yield f"{path}.{name}: field became required"
        for name in before.keys() & after.keys():
            yield from self.between(before[name], after[name], f"{path}.{name}")

    def _items(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        for name in ("items", "additionalProperties"):
            if isinstance(old.get(name), Mapping) and isinstance(new.get(name), Mapping):
                yield from self.between(old[name], new[name], f"{path}[]")
        for number, (before, after) in enumerate(
            zip(old.get("prefixItems", ()), new.get("prefixItems", ()), strict=False)
        ):
            yield from self.between(before, after, f"{path}[{number}]")


def _resolved(schema: Schema, defs: Schema) -> Schema:
    while "$ref" in schema:
        schema = defs[schema["$ref"].removeprefix("#/$defs/")]
    return schema


def _narrowed(old: Schema, new: Schema, path: str) -> Iterator[str]:
    before, after = old.get("type"), new.get("type")
    if after is not None and before != after and (before, after) != ("integer", "number"):
        yield f"{path}: type narrowed from {before or 'anything'} to {after}"
    for value in old.get("enum", ()):
        if "enum" in new and value not in new["enum"]:
            yield f"{path}: value {value!r} removed"
    if "enum" in new and "enum" not in old and "const" not in old:
        yield f"{path}: limited to listed values"
    for name in _EXACT:
        if name in new and new[name] != old.get(name):
            yield f"{path}: {name} is now {new[name]!r}"
    tightened = [name for name in _LOWEST if name in new and new[name] > old.get(name, -inf)]
    tightened += [name for name in _HIGHEST if name in new and new[name] < old.get(name, inf)]
    yield from (f"{path}: {name} is now {new[name]}" for name in tightened)
