"""Where an agency's copy begins and ends: its dateline, its source line, its sign-off, its end mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import normal

_DASH = r"(?:\.?\s?[-–—―‒−]{1,3}|\.-|:|=)"
_PLACE = r"[^\W\d_][^\n()（）.!?:;\"“”«»]{0,28}(?:\.[^\n()（）!?:;\"“”«»]{0,30})?"
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE}?)\s*[(（](?P<agency>[^()（）\d]{{2,40}})[)）]\s*(?P<dash>{_DASH})(?:\s+(?=\S)|\s*$)"
)
_COUNTRY = re.compile(
    rf"(?P<place>{_PLACE}?)\s*\([^()\d]{{2,30}}\),?(?:\s[^\n()]{{0,30}})?\s*\((?P<agency>[^()\d]{{2,30}})\)\s*{_DASH}\s+(?=\S)"
)
"""AFP's: `ODESSA (Ukraine), 12 mars 2026 (AFP) - `."""
_SLASHED = re.compile(rf"(?P<place>{_PLACE}?)\s*/(?P<agency>[^/()\d\n]{{2,30}})/\.?(?:\s*{_DASH})?\s+(?=\S)")
"""TASS's: `МОСКВА, 12 марта. /ТАСС/. `, `MOSCOW, March 12. /TASS/. `."""
_AGENCY_FIRST = re.compile(
    rf"[(（](?P<agency>[^()（）\d]{{2,30}})[)）]\s*{_DASH}\s+(?P<place>[^\W\d_][^\n()]{{1,40}}?)\s*{_DASH}\s+(?=\S)"
)
_CHINESE = re.compile(
    r"[(（]?(?P<agency>[\u4e00-\u9fff]{1,6}社)(?P<place>[\u4e00-\u9fff·]{1,12}?)[,，]?(?:\d{1,2}月)?\d{1,2}日[电電讯訊]\s*(?:[(（][^()（）\n]{1,40}[)）])?\s*"
)
_LENTICULAR = re.compile(r"【(?P<inner>[^【】\n]{2,24})】\s*")
_EQUALS = re.compile(
    r"[(（【\[](?P<place>[^()（）【】\[\]=＝\n]{1,20})[=＝]\s*(?P<agency>[^()（）【】\[\]\n]{2,24})[)）】\]]"
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’»)\]]*\s+(?=[^\W\d_])")
_SOURCE_LINE = re.compile(r"(?P<agency>[^\W\d_][^\n:.!?,;]{1,30}):\s+(?=\S)")
_SIGN_OFF = re.compile(
    r"[(\[（]?\s*(?:additional |extra )?(?:"
    r"report(?:ing|ed|age)? (?:by|from)|writing by|written by|edit(?:ing|ed) by|compiled by|translat(?:ed|ion) by|with reporting by|"
    r"reporte (?:de|por)|report(?:e|aje) adicional|informaci[oó]n de|escrito por|editado (?:en español )?por|traducido por|edici[oó]n de|"
    r"con (?:la )?(?:informaci[oó]n|colaboraci[oó]n) de|redacci[oó]n de|reportagem (?:de|por)|"
    r"r[eé]dig[eé] par|reportage (?:de|par)|[eé]dit[eé] par|version française|avec |"
    r"scritto da|redatto da|a cura di|"
    r"bericht(?:et)? von|geschrieben von|redigiert von|bearbeitet von|redaktion:|"
    r"verslag door|geschreven door|"
    r"репортаж |подготовил|редактор)[^()\n]{3,300}[)\]）]?\s*$",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"\b(?:contribut(?:ed|ing) (?:to (?:this|the) |reporting)|(?:contribuy(?:ó|eron)|colabor(?:ó|aron)) (?:a|en|con) est[ae]|"
    r"a(?:vec|) la contribution de|mit Material von)",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"\W*(?:©|\(c\)\s*(?:19|20)\d\d|copyright\b\W*(?:©|\(c\)|(?:19|20)\d\d|by\b)|all rights reserved|riproduzione riservata|"
    r"alle rechte vorbehalten|tous droits (?:de reproduction )?réservés|todos los derechos reservados|"
    r"todos os direitos reservados|alle rettigheter|alla rättigheter|wszelkie prawa zastrzeżone|все права защищены|"
    r"저작권자|無断転載|版权所有|版權所有)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,60}@[\w.-]{1,60}")
_LINE_PARTS = re.compile(r"\s*[,/|•·]\s*|\s+[-–—]\s+")
LONGEST_AGENCY_LINE = 60
_RULE = re.compile(r"[\W_]+")
_MARK_EDGE = re.compile(r"^[\s=\-–—*#/|(\[<]+|[\s=\-–—*#/|)\]>]+$")


@dataclass(frozen=True)
class Dateline:
    """A dateline in a line: `[start, end)` in code points, and the agency as it stands there."""

    start: int
    end: int
    place: str
    agency: str


def dateline(text: str, agencies: frozenset[str]) -> Dateline | None:
    """Return the dateline that opens the line, else one behind a lead that was glued in front of it.

    `agencies` are the names that are known, in normal form. Inside a line only a known agency or a place in capitals counts.
    """
    opening = _at(text, 0) or _east_asian(text, agencies)
    if opening is not None:
        return opening
    for end in _SENTENCE_END.finditer(text[:1500]):
        found = _at(text, end.end())
        if found and (normal(found.agency) in agencies or found.place.split(",")[0].isupper()):
            return found
    return None


def _at(text: str, start: int) -> Dateline | None:
    for pattern in (_DATELINE, _COUNTRY, _SLASHED, _AGENCY_FIRST, _EQUALS):
        found = pattern.match(text, start)
        if found and len(found["agency"].split()) <= 4:
            return Dateline(start, found.end(), found["place"].strip(), found["agency"].strip())
    return None


def _east_asian(text: str, agencies: frozenset[str]) -> Dateline | None:
    """`【マニラ共同】`, `【3月12日 AFP】`: a known agency's name ends what the brackets hold; `新华社北京3月12日电`."""
    if found := _CHINESE.match(text):
        return Dateline(0, found.end(), found["place"], found["agency"])
    found = _LENTICULAR.match(text)
    if found is None:
        return None
    inner = normal(found["inner"])
    named = (name for name in agencies if inner.endswith(name) and (not name.isascii() or inner.endswith(f" {name}")))
    name = max(named, key=len, default=None)
    if name is None:
        return None
    return Dateline(0, found.end(), found["inner"][: -len(name)].strip(" ＝=・"), found["inner"][-len(name) :])


def source_line(text: str, agencies: frozenset[str]) -> tuple[str, str] | None:
    """Return agency and rest of `Reuters: Iran said …`, where the agency is a known one."""
    found = _SOURCE_LINE.match(text)
    if found and normal(found["agency"]) in agencies:
        return found["agency"], text[found.end() :]
    return None


def is_agency_line(text: str, agencies: frozenset[str]) -> bool:
    """Whether a short line says whose the story is, and perhaps from where: `AFP, MANILA`, `London - Reuters`, `PAP`."""
    parts = _LINE_PARTS.split(text.strip(" ()[]/-–—|"))
    named = [normal(part) in agencies for part in parts]
    plain = (
        len(text) <= LONGEST_AGENCY_LINE and not any(c.isdigit() for c in text) and not text.endswith((".", "!", "?"))
    )
    return (
        plain
        and len(parts) <= 3
        and any(named)
        and all(
            known or (len(part.split()) <= 3 and part[:1].isupper()) for part, known in zip(parts, named, strict=True)
        )
    )


def is_sign_off(text: str) -> bool:
    """Whether the line is, or ends in, a sign-off: `(Reporting by …; Editing by …)`."""
    if _SIGN_OFF.match(text) or (len(text) <= 300 and _CONTRIBUTED.search(text)):
        return True
    opening = text.rfind("(")
    return opening > 0 and text.endswith((")", ").")) and _SIGN_OFF.match(text[opening:].rstrip(".")) is not None


def claims_rights(text: str) -> bool:
    """Whether the line is a notice of copyright, such as `© 2016 El Diario`."""
    return len(text) <= 400 and _RIGHTS.match(text) is not None


def is_address(text: str) -> bool:
    """Whether the line is nothing but the address to write to; links may well be part of a text."""
    return _ADDRESS.fullmatch(text) is not None


def is_rule(text: str) -> bool:
    """Whether the line is drawn, not written: `___`, `* * *`."""
    return _RULE.fullmatch(text) is not None


def end_mark(text: str, agencies: frozenset[str]) -> str | None:
    """Return what an end mark says (`Kyodo` of `==Kyodo`, `30` of `-30-`), or None where the line is none."""
    if len(text) > 40 or (_RULE.fullmatch(text) and "#" not in text):
        return None
    inner = _MARK_EDGE.sub("", text).strip()
    key = normal(inner)
    if key in agencies and (inner != text or len(text) <= 12):
        return inner
    return text if cues("endmark").be(key) or not key else None
