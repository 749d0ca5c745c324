"""What nobody should send: every format answers with articles or with a refusal, in bounded time, and never otherwise."""

import contextlib
import re
import time
from pathlib import Path

import pytest
from copydesk.parse.detect import detect
from copydesk.parse.format import Format, known
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FIXTURES = Path(__file__).parent.parent / "fixtures"
MOST_SECONDS = 2
MOST_SECONDS_OF_TEXT = 5
"""Of a text of 20,000 lines every line is weighed."""


def samples(form: str) -> list[bytes]:
    paths = sorted((FIXTURES / form).glob("*"))
    return [path.read_bytes() for path in paths if path.is_file() and not path.name.endswith(".expected.json")]


def outcome(data: bytes, form: str) -> str:
    """`read`, or the kind of the refusal; anything else that is raised fails the test."""
    try:
        read(Raw(data), form=form)
    except Refusal as refusal:
        return refusal.kind
    return "read"


FORMATS = [form.name for form in known()]
ROOTS = {
    form: root[1].decode()
    for form in FORMATS
    if form != "html"
    and (root := re.search(rb"<(?![?!])(?:\w+:)?(\w+)", samples(form)[0]))
    and samples(form)[0].lstrip()[:1] == b"<"
}
"""The root of each XML format's first fixture."""
XML = set(ROOTS)


@pytest.mark.parametrize("form", sorted(XML))
def test_xml_cut_off_at_any_byte_is_refused(form: str) -> None:
    for data in samples(form):
        whole = data.rstrip()
        if not whole.endswith(b">"):
            continue
        for end in range(len(whole)):
            assert outcome(whole[:end], form) != "read", f"{form} cut at {end} of {len(whole)}"


@pytest.mark.parametrize("form", sorted(set(FORMATS) - XML))
def test_other_formats_cut_off_at_any_byte_are_read_or_refused(form: str) -> None:
    for data in samples(form):
        for end in range(0, len(data), max(1, len(data) // 400)):
            outcome(data[:end], form)


@pytest.mark.parametrize("form", FORMATS)
def test_damaged_documents_are_read_or_refused(form: str) -> None:
    originals = samples(form)

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(originals), st.data())
    def damaged(original: bytes, data: st.DataObject) -> None:
        document = bytearray(original)
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, max(0, len(document) - 1)))
            length = data.draw(st.integers(0, 40))
            document[at : at + length] = data.draw(
                st.binary(max_size=12) | st.just(bytes(document[at : at + length]) * 3)
            )
        outcome(bytes(document), form)

    damaged()


BOMBS = {
    "laughs": '<!DOCTYPE {root} [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><{root}><x>&c;</x></{root}>',
    "quadratic": '<!DOCTYPE {root} [<!ENTITY a "' + "a" * 50_000 + '">]><{root}><x>' + "&a;" * 50_000 + "</x></{root}>",
    "external": '<!DOCTYPE {root} [<!ENTITY a SYSTEM "file:///etc/hostname">]><{root}><x>&a;</x></{root}>',
    "parameter": '<!DOCTYPE {root} [<!ENTITY % a SYSTEM "http://192.0.2.1/x"> %a;]><{root}><x>&b;</x></{root}>',
    "deep": "<{root}>" + "<a>" * 100_000 + "</a>" * 100_000 + "</{root}>",
    "deep and open": "<{root}>" + "<a>" * 100_000,
    "many attributes": "<{root} " + " ".join(f"a{n}='1'" for n in range(50_000)) + "></{root}>",
    "long text": "<{root}><x>" + "a" * 1_000_000 + "</x></{root}>",
    "brackets": "<{root}>" + "<" * 200_000,
    "comments": "<{root}>" + "<!--" * 100_000,
    "sections": "<{root}>" + "<![CDATA[" * 100_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("form", sorted(XML))
def test_xml_bombs_end_in_bounded_time(form: str, bomb: str) -> None:
    data = BOMBS[bomb].replace("{root}", ROOTS[form]).encode()
    began = time.process_time()
    kind = outcome(data, form)
    assert time.process_time() - began < MOST_SECONDS
    if bomb in {"deep", "laughs", "quadratic", "external"} and form not in {"rss", "atom", "wordpress"}:
        assert kind in {"entities", "too-deep"}


HOSTILE = {
    "zeros": b"\x00" * 1_000_000,
    "controls": bytes(range(32)) * 20_000,
    "brackets": b"[" * 100_000,
    "braces": b'{"a":' * 100_000,
    "objects": b'{"uri":"a","items":[' + b"[" * 50_000,
    "claims a gigabyte": b"Content-Length: 1073741824\r\nContent-Type: text/plain\r\n\r\nx",
    "headers": b"A: b\n" * 100_000,
    "blanks": b" " * 1_000_000,
    "lines": b"\n" * 500_000,
    "one word": b"a" * 1_000_000,
    "no utf-8": b"\xff\xfe\xfa\xc0" * 100_000,
    "starts of header": b"\x01" * 100_000,
    "big number": b'{"uri":"a","version":' + b"9" * 100_000 + b"}",
    "surrogates": b'{"uri":"\\ud800","headline":"\\udfff","body_text":"\\ud83d"}',
}


@pytest.mark.parametrize("document", HOSTILE)
@pytest.mark.parametrize("form", FORMATS)
def test_hostile_bytes_are_read_or_refused_in_bounded_time(form: str, document: str) -> None:
    began = time.process_time()
    outcome(HOSTILE[document], form)
    assert time.process_time() - began < (MOST_SECONDS_OF_TEXT if form == "text" else MOST_SECONDS)


FOUND = sorted(p for p in (FIXTURES / "hostile").glob("*/*") if p.is_file())
"""What fuzzing and reading found (`make fuzz-parse`), by the format that fell over it."""


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_once_is_read_or_refused_in_bounded_time(path: Path) -> None:
    began = time.process_time()
    outcome(path.read_bytes(), path.parent.name)
    with contextlib.suppress(Refusal):
        detect(Raw(path.read_bytes()))
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.parametrize("form", known(), ids=lambda form: form.name)
def test_recognising_never_raises_and_stays_a_confidence(form: Format) -> None:
    for data in [*HOSTILE.values(), *(sample for name in FORMATS for sample in samples(name))]:
        assert 0 <= form.recognise(Raw(data)) <= 1
