"""A mail's headers and parts as text: encoded words, charsets that lie, flowed lines (RFC 5322, 2045 to 2047, 3676)."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect, MessageError, StartBoundaryNotFoundDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from copydesk.parse.charset import decode, repaired
from copydesk.parse.plain import line
from copydesk.runtime.refusal import Refusal

MAX_BYTES = 32 * 1024 * 1024
MAX_PARTS = 1_000
MAX_DEPTH = 50
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=(\s+(?==\?))?")
_BOUNDARY = re.compile(rb"boundary\s{0,5}=", re.IGNORECASE)


def parse(data: bytes) -> Message:
    """Return the mail. Refusal `too-large`, `too-deep`, `truncated` or `broken`."""
    if len(data) > MAX_BYTES:
        raise Refusal("too-large", f"{len(data)} bytes of mail; {MAX_BYTES} are the most that is read")
    if len(_BOUNDARY.findall(data)) > MAX_PARTS:
        raise Refusal("too-deep", f"mail: more than {MAX_PARTS} boundaries")
    try:
        mail = BytesParser(policy=compat32).parsebytes(data)
    except RecursionError:
        raise Refusal("too-deep", "mail: parts nested without end") from None
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError) as error:
        raise Refusal("broken", f"mail: {error}") from error
    if any(isinstance(defect, (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)) for defect in mail.defects):
        raise Refusal("truncated", "mail: a part without its end")
    return mail


def leaves(mail: Message, depth: int = 0) -> Iterator[Message]:
    """Yield the parts that hold no further parts, in order; an attached mail is one of them."""
    if depth > MAX_DEPTH:
        raise Refusal("too-deep", "mail: parts nested without end")
    if mail.is_multipart() and mail.get_content_type() != "message/rfc822":
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from leaves(part, depth + 1)
    else:
        yield mail


def header(mail: Message, name: str) -> str | None:
    """Return a header as one line of text, its encoded words decoded; None where it is absent or empty.

    Bytes beyond ASCII, which no header may hold and many do, are read like those of a text without a label.
    """
    sent = next((value for field, value in mail.raw_items() if field.lower() == name), None)
    if sent is None:
        return None
    decoded = decode(str(sent).encode("utf-8", "surrogateescape"))
    return line(repaired(unencoded(decoded.text)).text) or None


def unencoded(text: str) -> str:
    """Return the text with its encoded words decoded (RFC 2047); neighbours of one charset are joined before."""
    pieces: list[tuple[str | None, bytes]] = []
    at = 0
    for found in _ENCODED.finditer(text):
        if between := text[at : found.start()]:
            pieces.append((None, between.encode("utf-8", "surrogatepass")))
        charset, content = found[1].split("*")[0].lower(), _word(found[2], found[3])
        if pieces and pieces[-1][0] == charset:
            pieces[-1] = (charset, pieces[-1][1] + content)
        else:
            pieces.append((charset, content))
        at = found.end()
    pieces.append((None, text[at:].encode("utf-8", "surrogatepass")))
    return "".join(decode(content, charset or "utf-8").text for charset, content in pieces)


def _word(kind: str, content: str) -> bytes:
    raw = content.encode("utf-8", "surrogatepass")
    if kind in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw


def content(part: Message) -> bytes:
    """Return the bytes of a part, its transfer encoding undone; what cannot be undone stays as it is."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text_of(part: Message) -> tuple[str, list[str]]:
    """Return the text of a part, and what was repaired. Lines that RFC 3676 says flow are joined."""
    decoded = decode(content(part), parameter(part, "charset"))
    mended = repaired(decoded.text)
    text = mended.text
    if (parameter(part, "format") or "").lower() == "flowed":
        text = _flowed(text, delete=(parameter(part, "delsp") or "").lower() == "yes")
    return text, [*decoded.notes, *mended.notes]


def parameter(part: Message, name: str, of: str = "content-type") -> str | None:
    """Return a parameter of a header, None where the header is absent or broken."""
    try:
        value = part.get_param(name, header=of)
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):
        return None
    if isinstance(value, tuple):
        return decode(value[2].encode("latin-1", "replace"), value[0]).text
    return str(value) if value else None


def name_of(part: Message) -> str | None:
    """Return the file name of a part."""
    name = parameter(part, "filename", "content-disposition") or parameter(part, "name")
    return line(unencoded(name)) or None if name else None


def _flowed(text: str, *, delete: bool) -> str:
    """Join the lines that end in a blank (RFC 3676, section 4.1); with DelSp the blank itself goes. `-- ` never flows."""
    out: list[str] = []
    flows = False
    for row in text.split("\n"):
        unstuffed = row.removeprefix(" ")
        if flows and not row.startswith(">"):
            out[-1] += unstuffed
        else:
            out.append(unstuffed)
        flows = unstuffed.endswith(" ") and unstuffed != "-- "
        if flows and delete:
            out[-1] = out[-1][:-1]
    return "\n".join(out)
