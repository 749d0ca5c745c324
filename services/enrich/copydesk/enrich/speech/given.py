"""Given names that are borne mostly by men or by women."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from copydesk.enrich.speech.lexicon import PACKAGE


@cache
def _given() -> dict[str, str]:
    data = tomllib.loads((files(PACKAGE) / "given.toml").read_text(encoding="utf-8"))
    return {name: kind[0] for kind in ("masculine", "feminine") for name in data[kind].split()}


def borne_by(name: str) -> str:
    """Return `m` or `f` for a given name that is known; else nothing."""
    return _given().get(name.lower(), "")
