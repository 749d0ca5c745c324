"""From bytes to text, for wire that lies about its encoding, and a word on every repair that was made.

The order of belief: a byte order mark; valid UTF-8; the declared encoding; what the bytes look like. Encoding labels are
read as browsers read them (WHATWG Encoding Standard, section 4.2): `iso-8859-1` and `us-ascii` mean windows-1252. Where
nothing is declared, or windows-1252 and it is wrong, the words that the bytes make decide (`parse/alphabet.py`).
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass

import charset_normalizer
import ftfy
from copydesk.parse.alphabet import better_than

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE_BYTES = 65_536
READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
SHIFTED = re.compile(rb"\x1b[$(]|\+[A-Za-z0-9+/]+-")
"""Escapes of the 7-bit encodings (ISO 2022, UTF-7), which are valid UTF-8 and yet something else."""
FEW_WORDS, MANY_WORDS = 2, 4
"""Words that an encoding must make to be believed: where nothing is declared, and against what is declared."""
UNUSED = re.compile(rb"[\x80-\x84\x86-\x9f]")
"""Bytes that the encodings of ISO 8859 have no character for, and those of Windows have."""
SEVEN_BIT = ("iso2022", "hz", "utf-7")
MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
TAG = re.compile(rb"<[A-Za-z/!?][^<>]{0,1000}>")
HIGH = re.compile(rb"[\x80-\xff]")
MOJIBAKE = re.compile("[ÃÂâÐÑÎÏÄÅ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
C1 = re.compile("[\x80-\x9f]")
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding by which it was read (a Python codec's name), and what was repaired on the way."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None, usual: str | None = None) -> Decoded:
    """Return the text of the bytes; never raises.

    `declared` is what the document says of itself, `usual` what its agency sends where it says nothing. Line ends are
    left as they are.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return Decoded(text, encoding, _differs(declared, encoding, "by its byte order mark"))
    if unmarked := _without_bom(data):
        return Decoded(data.decode(unmarked, "replace"), unmarked, _differs(declared, unmarked, "by its zero bytes"))
    stated = _codec(declared)
    if stated and stated.startswith(SEVEN_BIT) and SHIFTED.search(data):
        return _strict(data, stated) or Decoded(data.decode(stated, "replace"), stated)
    if whole := _strict(data, "utf-8"):
        plain = whole.text.isascii()
        return Decoded(whole.text, "utf-8", () if plain else _differs(declared, "utf-8", "being valid UTF-8"))
    return _not_utf8(data, declared, stated, _codec(usual))


def _not_utf8(data: bytes, declared: str | None, stated: str | None, usual: str | None) -> Decoded:
    if cut := _cut_short(data):
        return cut
    runs = len(MULTIBYTE.findall(data))
    stray = len(HIGH.findall(MULTIBYTE.sub(b"", data)))
    wide = stated is not None and stated not in {"utf-8", "cp1252"} and _strict(data, stated) is not None
    if runs and not wide and (stray <= runs or (stated == "utf-8" and not _other(data, FEW_WORDS))):
        return _mixed(data, stray)
    if stated == "cp1252" and (other := _other(data, MANY_WORDS)):
        return Decoded(data.decode(other, "windows1252"), other, _differs(declared, other, "by its words"))
    if stated == "iso8859-2" and UNUSED.search(data):
        stated = "cp1250"
    for encoding in (stated, usual):
        if encoding and encoding != "utf-8" and (whole := _strict(data, encoding)):
            why = "by its bytes" if encoding == stated else "as its agency sends it"
            return Decoded(whole.text, encoding, _differs(declared, encoding, why))
    encoding = _guessed(data)
    text = data.decode(encoding, "windows1252")
    return Decoded(text, encoding, _differs(declared, encoding, "by its bytes") or _undeclared(declared, encoding))


def _cut_short(data: bytes) -> Decoded | None:
    """UTF-8 whose last character is not all there."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeError:
        return None
    return Decoded(text, "utf-8", ("charset: the last character is cut off",))


def _mixed(data: bytes, stray: int) -> Decoded:
    """UTF-8 with single bytes of windows-1252 among it; a stray A0 was a space."""
    text = data.decode("utf-8", "windows1252")
    return Decoded(text, "utf-8", (f"charset: utf-8 with {stray} bytes of windows-1252 among it",))


def _windows1252(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: read the offending bytes as windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(" " if b == 0xA0 else bytes([b]).decode("cp1252", "replace") for b in bad), error.end


codecs.register_error("windows1252", _windows1252)


def _strict(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding)
    except (UnicodeError, ValueError):
        return None


def _codec(label: str | None) -> str | None:
    """The Python codec that a label means, None for none or an unknown one."""
    if not label:
        return None
    try:
        info = codecs.lookup(label.strip().strip("\"'").lower())
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding or info.name in {"unicode_escape", "raw_unicode_escape", "idna", "punycode"}:  # noqa: SLF001 - the only mark there is
        return None
    return READ_AS.get(info.name, info.name)


def _without_bom(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of the head is zero."""
    head = data[: SAMPLE_BYTES & ~1]
    pairs = len(head) // 2
    if pairs < 4 or head.count(0) < pairs // 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.7 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.7 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


def _guessed(data: bytes) -> str:
    """For text of mostly ASCII letters what its words say, else windows-1252; else what charset-normalizer makes of a sample.

    Mark-up is left aside: its letters are ASCII's in every language.
    """
    sample = TAG.sub(b" ", data[:SAMPLE_BYTES])
    letters = len(re.findall(rb"[A-Za-z\x80-\xff]", sample))
    high = len(HIGH.findall(sample))
    if high < 10 or high < 0.3 * letters:
        return better_than("cp1252", sample, FEW_WORDS) or "cp1252"
    best = charset_normalizer.from_bytes(sample).best()
    return (_codec(best.encoding) if best else None) or "cp1252"


def _other(data: bytes, least: int) -> str | None:
    """Another encoding than windows-1252 that the text's words speak for."""
    return better_than("cp1252", TAG.sub(b" ", data[:SAMPLE_BYTES]), least)


def _differs(declared: str | None, used: str, why: str) -> tuple[str, ...]:
    stated = _codec(declared)
    if not declared or stated == used or (stated or "").removesuffix("-le").removesuffix("-be") == used[:6]:
        return ()
    return (f"charset: declared {declared.strip()[:40]}, read as {used} {why}",)


def _undeclared(declared: str | None, used: str) -> tuple[str, ...]:
    return () if declared else (f"charset: none declared, read as {used} by its bytes",)


def repaired(text: str) -> Decoded:
    """Return text that somebody decoded, with LF line ends and the marks of a wrong decoding taken back.

    C1 controls are the windows-1252 characters that they were (WHATWG HTML, section 13.2.5.80), UTF-8 read as windows-1252
    (`FranÃ§ois`) is put right, other controls are dropped. `encoding` is empty: the bytes are not known here.
    """
    notes = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if MOJIBAKE.search(text):
        mended = "\n".join(ftfy.fix_encoding(line) if MOJIBAKE.search(line) else line for line in text.split("\n"))
        if mended != text:
            text = mended
            notes.append("charset: UTF-8 had been read as windows-1252")
    if C1.search(text):
        text = C1.sub(lambda m: m[0].encode("latin-1").decode("cp1252", "ignore") or m[0], text)
        notes.append("charset: C1 controls read as windows-1252")
    return Decoded(CONTROLS.sub("", text.replace("\x85", "\n")), "", tuple(notes))


def unescaped(text: str) -> Decoded:
    """Return plain text in which no entity is left (`&amp;eacute;` was escaped twice), at most three times over.

    Only whole references count (`&name;`); `AT&T` and `a &lt b` stay. Not for mark-up: `&lt;` becomes `<`.
    """
    was, rounds = text, 0
    while rounds < 3 and ENTITY.search(text):
        mended = ENTITY.sub(lambda m: html.unescape(m[0]), text)
        if mended == text:
            break
        text, rounds = mended, rounds + 1
    return Decoded(text, "", ("entities: escaped once too often",) if text != was else ())
