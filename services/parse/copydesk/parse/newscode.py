"""Codes of subjects in one spelling, whatever a provider makes of them."""

from __future__ import annotations

import re

from copydesk.parse.plain import line
from copydesk.schemas.article import Subject

_VOCABULARY = re.compile(r"cv\.iptc\.org/newscodes/(\w+)/?([\w.\-]+)?", re.IGNORECASE)
_ALIASES = {"mediatopic": "medtop", "subjectcode": "subj", "medtop": "medtop", "subj": "subj", "iptc": "subj"}
_IPTC = re.compile(r"\d{8}")


def subject(
    code: str | None, scheme: str | None = None, name: str | None = None, confidence: float | None = None
) -> Subject | None:
    """Return the subject, None where neither code nor name says anything.

    IPTC's codes get their vocabulary's prefix (`medtop:20000065`, `subj:04005004`) whether they come as a URI, as a QCode
    or bare; other codes stay as sent, with their scheme.
    """
    code, scheme, name = ((value or "").strip() for value in (code, scheme, line(name or "")))
    if found := _VOCABULARY.search(code) or _VOCABULARY.search(scheme):
        scheme, code = found[1], found[2] or code
    prefix, colon, bare = code.partition(":")
    if colon and _IPTC.fullmatch(bare):
        scheme, code = prefix, bare
    if _IPTC.fullmatch(code):
        alias = _ALIASES.get(scheme.lower().removesuffix(":"))
        scheme = alias or ("medtop" if code.startswith("2") else "subj")
        code = f"{scheme}:{code}"
    if not code and not name:
        return None
    return Subject(code=code or None, scheme=scheme or None, name=name or None, confidence=confidence)
