"""Which format a document is in: the one that recognises its head with the greatest confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.parse.format import Format, known
from copydesk.runtime.refusal import Refusal

if TYPE_CHECKING:
    from copydesk.parse.raw import Raw


def detect(raw: Raw) -> Format:
    """Return the format of the document. Refusal `empty` or `unknown-format` where there is none."""
    if not raw.data.strip(b"\x00\t\n\r\x0b\x0c "):
        raise Refusal("empty", f"{len(raw.data)} bytes, none of them text")
    best, confidence = None, 0.0
    for form in known():
        sure = form.recognise(raw)
        if sure > confidence:
            best, confidence = form, sure
    if best is None:
        raise Refusal("unknown-format", f"no format recognises the head {raw.head[:60]!r}")
    return best


def named(name: str) -> Format:
    """Return the format of that name. Refusal `unknown-format` lists those there are."""
    for form in known():
        if form.name == name:
            return form
    raise Refusal("unknown-format", f"no format is named {name!r}; there are {', '.join(f.name for f in known())}")
