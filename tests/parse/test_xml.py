import time

import pytest
from copydesk.parse import xml
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal

BILLION_LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]><l>&c;</l>'
)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (BILLION_LAUGHS, "entities"),
        (b'<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/hostname">]><l>&f;</l>', "entities"),
        (b"<a>" * 100_000, "too-deep"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "too-deep"),
        (b"<a>" + b"b" * 20_000_000 + b"</a>", "too-large"),
        (b"<a>" + b" " * (xml.MAX_BYTES + 1), "too-large"),
        (b"<a><b>half a sto", "truncated"),
        (b"<a><b>one</b></a><a/>", "broken"),
        (b"<!DOCTYPE a [" + b"<!--" * 250_000, "broken"),
        (b"<!" * 500_000, "broken"),
        (b"no element", "broken"),
    ],
)
def test_hostile_or_broken_xml_is_refused_in_bounded_time(data: bytes, kind: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refusal) as refused:
        xml.parse(Raw(data))
    assert refused.value.kind == kind
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'<!DOCTYPE a SYSTEM "x.dtd" [<!ENTITY % n SYSTEM "y"> %n; <!-- ]> -->]><a>ok</a>', "ok"),
        (b"<a>5&nbsp;% &eacute;</a>", "5\xa0% é"),
        (b"<a>Marks & Sons, Q&A</a>", "Marks & Sons, Q&A"),
        (b"<a>&notours;</a>", "&notours;"),
        (b"<a>bell \x07 rings</a>", "bell  rings"),
        (b"<a><x:p>prefix</x:p></a>", "prefix"),
        (b"\r\n<a>end</a>\x00\x00\x1a\r\n", "end"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><a>Tromsø</a>'.encode(), "Tromsø"),
        ('<?xml version="1.0" encoding="utf-8"?><a>Tromsø</a>'.encode("latin-1"), "Tromsø"),
        ('\ufeff<?xml version="1.0" encoding="utf-16"?><a>Tromsø</a>'.encode("utf-16-le"), "Tromsø"),
        ('\ufeff<?xml version="1.0"?><a>Tromsø</a>'.encode(), "Tromsø"),
    ],
)
def test_what_the_line_or_the_agency_spoilt_is_mended(data: bytes, text: str) -> None:
    assert xml.text(xml.parse(Raw(data)).root) == text


def test_what_was_mended_is_said() -> None:
    assert xml.parse(Raw(b"<a>fine</a>")).notes == []
    assert xml.parse(Raw(b"<a>Q&A</a>")).notes


def test_the_root_is_named_from_the_head_alone() -> None:
    head = b'<?xml version="1.0"?><!-- <x> --><!DOCTYPE nitf SYSTEM "a"><q:NITF version="3.2"><head>'
    assert xml.root_name(Raw(head)) == ("nitf", '<q:NITF version="3.2"')
    assert xml.root_name(Raw("\ufeff<feed a='1'>".encode("utf-16-le")))[0] == "feed"
    assert xml.root_name(Raw(b"{}")) == ("", "")
