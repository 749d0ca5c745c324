"""Input that lies, in the formats that are no XML: an article or a refusal, soon, and never anything else."""

import json
import time
from pathlib import Path

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal
from hypothesis import given, settings
from hypothesis import strategies as st

FIXTURES = Path(__file__).parent.parent / "fixtures"
FORMATS = ("ninjs", "ap-media", "dpa-digitalwires", "reuters-connect", "json-feed", "iptc7901", "anpa1312", "email")
WHOLE = [
    path for name in FORMATS for path in sorted((FIXTURES / name).iterdir()) if not path.name.endswith(".expected.json")
]
MAIL = b"From: a@skerry.example\r\nTo: b\r\nDate: x\r\nSubject: y\r\n"


def outcome(data: bytes, form: str | None = None) -> str:
    """What becomes of the bytes: `read`, or the kind of the refusal. Anything else that is raised fails the test."""
    try:
        read(Raw(data), form=form)
    except Refusal as refusal:
        return refusal.kind
    return "read"


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_cut_short_at_any_byte_is_read_or_refused(path: Path) -> None:
    data = path.read_bytes()
    for end in range(0, len(data), max(1, len(data) // 120)):
        outcome(data[:end])


@pytest.mark.parametrize("path", [p for p in WHOLE if p.suffix == ".json"], ids=lambda path: path.name)
def test_half_a_json_document_is_refused_as_truncated(path: Path) -> None:
    data = path.read_bytes().rstrip()
    assert {outcome(data[:end]) for end in (len(data) - 1, len(data) // 2)} == {"truncated"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"uri":' * 100_000, "too-deep"),
        (b"[" * 1_000_000, "too-deep"),
        (b'{"uri":"x","versioncreated":"y","body_html":"' + b"<div>" * 100_000 + b'"}', "read"),
        (b'{"uri":"x","versioncreated":"y","headline":"' + b"<b " * 300_000 + b'"}', "read"),
        (b'{"uri":"x","versioncreated":"y","body_text":"' + b"wo\\n" * 250_000 + b'"}', "read"),
        (b"\x01abc123 4 pl 1073741824 x\r\nslug\r\n\x02" + b"word " * 200_000 + b"\x03101137 GMT Dez 18\x04", "read"),
        (b"\x01abc123 4 pl 99 x\r\nslug\r\n\x02" + b"(\r\n" * 300_000, "truncated"),
        (b"abc123 4 pl 99 x\r\n" + b"101137 GMT Dez 18\r\n" * 50_000, "read"),
        (b"\x01a0105KYODO\x1fx\r\nu s\x14 BC-X   09-12 0344\r\n\x02" + b"^line<\r\n" * 100_000, "truncated"),
        (MAIL + b"Content-Length: 1073741824\r\n\r\nshort", "read"),
        (MAIL + b"Content-Type: message/rfc822\r\n\r\n" * 3_000, "too-deep"),
        (MAIL + b"X: " + b"=?utf-8?q?a?= " * 80_000 + b"\r\n\r\nx", "read"),
        (MAIL + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nhalf", "truncated"),
        (
            b"".join(
                MAIL + b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (i, i) for i in range(5000)
            ),
            "too-deep",
        ),
        (MAIL + b"\r\n" + b"> a \r\n" * 150_000, "read"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:30]),
)
def test_lies_and_bombs_end_soon(data: bytes, expected: str) -> None:
    begun = time.process_time()
    assert outcome(data) == expected
    assert time.process_time() - begun < 2


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(WHOLE), st.integers(0, 5000), st.binary(min_size=1, max_size=6))
def test_a_file_with_foreign_bytes_in_it_is_read_or_refused(path: Path, at: int, foreign: bytes) -> None:
    data = path.read_bytes()
    at %= len(data)
    outcome(data[:at] + foreign + data[at + len(foreign) :])
    outcome(data[:at] + foreign + data[at:])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "role", "code", "href", "items", "item", "uri"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
FIELDS = [
    "uri", "type", "version", "versioncreated", "headline", "headlines", "bodies", "body_text", "body_html", "subject", "places",
    "associations", "renditions", "altids", "data", "item", "items", "urgency", "pubstatus", "bylines", "authors", "keywords",
    "signals", "language", "embargoed", "urn", "entry_id", "article_html", "ednotes", "categories", "usn", "headLine",
    "bodyXhtml", "located", "datelinelocation", "infosource", "standard", "service", "replacing",
]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8),
    st.sampled_from(["ninjs", "ap-media", "dpa-digitalwires", "reuters-connect", "json-feed"]),
)
def test_fields_of_any_shape_are_read_or_refused(value: dict[str, object], form: str) -> None:
    assert outcome(json.dumps(value).encode(), form)
