"""Countries by the codes that providers use, as ISO 3166-1 alpha-2."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def country_code(code: str | None) -> str | None:
    """Return the alpha-2 code for an alpha-2 or alpha-3 code, None for what is neither."""
    sent = (code or "").strip().upper()
    known = _alpha3()
    return known.get(sent) or (sent if sent in known.values() else None)


@cache
def _alpha3() -> dict[str, str]:
    rows = (files("copydesk.parse.words") / "countries.tsv").read_text(encoding="utf-8").splitlines()
    return {row.split("\t")[0]: row.split("\t")[1] for row in rows if not row.startswith("#")}
