"""Languages as BCP 47 wants them, out of what files say: `swe`, `en_US`, `EN`, `German`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,6}")


@cache
def _codes() -> dict[str, str]:
    """ISO 639-2 codes (bibliographic and terminologic) and English names, to ISO 639-1."""
    rows = (files("copydesk.parse") / "languages.tsv").read_text(encoding="utf-8").splitlines()
    return {name: row.split("\t")[0] for row in rows if not row.startswith("#") for name in row.split("\t")[1:]}


@lru_cache(maxsize=1024)
def language_tag(value: str) -> str | None:
    """Return the tag in BCP 47's case, its language the shortest code (RFC 5646, sections 2.1.1 and 2.2.1), or None.

    `swe` is `sv`, `en_us` is `en-US`, `zh-hant-tw` is `zh-Hant-TW`; `und`, `mul` and what is no tag at all are None.
    """
    text = value.strip().replace("_", "-")
    text = _codes().get(text.casefold(), text)
    if not _TAG.fullmatch(text):
        return None
    first, *rest = text.split("-")
    first = first.lower()
    first = _codes().get(first, first)
    if first in {"und", "mul", "zxx", "mis", "xx"}:
        return None
    return "-".join([first, *map(_subtag, rest)])


def _subtag(subtag: str) -> str:
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag.lower()
