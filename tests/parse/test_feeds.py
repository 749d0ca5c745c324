"""Feeds of every age and in every state: what they say is read, what they break is mended or refused, soon and without a crash."""

import gzip
import time
import zlib

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

RSS = '<rss version="2.0"><channel><title>C</title><item><guid>g</guid><title>T</title>%s</item></channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title><entry><title>T</title><id>i</id>%s</entry></feed>'
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="%s"><channel><title>C</title></channel>%s</rdf:RDF>'
ITEM = "<item><title>Item one</title><link>http://c.example/1</link></item>"

AGES = {
    "CDF": '<?xml version="1.0"?><CHANNEL HREF="http://a.example/"><TITLE>C</TITLE><ITEM HREF="http://c.example/1"><TITLE>Item one</TITLE><ABSTRACT>First.</ABSTRACT></ITEM></CHANNEL>',
    "RSS 0.90": RDF % ("http://my.netscape.com/rdf/simple/0.9/", ITEM),
    "RSS 0.91": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://dtd.example/rss-0.91.dtd"><rss version="0.91"><channel><title>C</title>'
    + ITEM
    + "</channel></rss>",
    "RSS 0.92": f'<rss version="0.92"><channel><title>C</title>{ITEM}</channel></rss>',
    "RSS 1.0": RDF % ("http://purl.org/rss/1.0/", ITEM),
    "Atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>C</title><entry><title>Item one</title><link rel="alternate" href="http://c.example/1"/><id>tag:c.example,2003:1</id></entry></feed>',
    "Atom with a prefix": '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>C</a:title><a:entry><a:title>Item one</a:title><a:link href="http://c.example/1"/></a:entry></a:feed>',
}


def outcome(document: str | bytes) -> list[Article] | str:
    """The articles, or the kind of the refusal; takes less than two seconds."""
    data = document.encode() if isinstance(document, str) else document
    began = time.process_time()
    try:
        return read(Raw(data))
    except Refusal as refusal:
        return refusal.kind
    finally:
        assert time.process_time() - began < 2


@pytest.mark.parametrize("age", AGES)
def test_a_feed_of_any_age_is_known_and_read(age: str) -> None:
    [article] = outcome(AGES[age])
    assert (article.format, article.headline) == ("atom" if "Atom" in age else "rss", "Item one")
    assert article.link == "http://c.example/1" or age == "CDF"


@pytest.mark.parametrize(
    "date",
    ["Wed, 32 Foo 2026 25:61:00 XST", "2003-335", "--0510", "0000-00-00", "9999999999999999", "", "Thu, 5 Apr 2012 10:00 +9999",
     "Sun, 31 Dec 9999 23:59:59 -9999", "2003-12-31T10:14:55-99:99", "\u202e2026", "now", "yesterday", "1/2/2003"],
)  # fmt: skip
def test_a_date_that_is_none_is_absent_and_never_now(date: str) -> None:
    [article] = outcome(RSS % f"<pubDate>{date}</pubDate>")
    assert article.published is None
    assert article.versioncreated is None


@pytest.mark.parametrize("declared", ["windows-1251", "bogus", "utf-8", "utf-16", "hex", "x-user-defined"])
def test_an_encoding_declared_wrong_is_told_by_the_bytes(declared: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>'
        + RSS % "<description>Порт открыт, сказали власти города.</description>"
    )
    [article] = outcome(text.encode("windows-1251"))
    assert article.body == "Порт открыт, сказали власти города."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["utf-8", "us-ascii", "bogus", "utf-16"])
def test_wide_encodings_are_told_by_their_zeros_and_marks(encoding: str, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>' + RSS % "<description>Порт</description>"
    [article] = outcome(text.encode(encoding))
    assert article.body == "Порт"


@pytest.mark.parametrize("number", ["0", "xd800", "xDFFF", "99999999", "x110000", "9" * 20])
@pytest.mark.parametrize(
    "frame", [RSS % "<description>a&#{};b</description>", ATOM % '<content type="text">a&#{};b</content>']
)
def test_a_reference_to_no_character_costs_no_more_than_itself(number: str, frame: str) -> None:
    [article] = outcome(frame.replace("{}", number))
    assert article.body == "a\ufffdb"


@pytest.mark.parametrize(
    "markup",
    ["<script>x()</script>", "<object data='x'></object>", "<img src='javascript:x()' onload='y()'>", "<svg><script/></svg>",
     "<style>p{color:red}</style>", "<iframe src='http://a.example'></iframe>"],
)  # fmt: skip
def test_markup_that_does_things_leaves_no_trace(markup: str) -> None:
    [article] = outcome(RSS % f"<description><![CDATA[{markup}]]></description>")
    assert article.body is None
    assert article.body_html is None


BROKEN = {
    "cut": '<rss version="2.0"><channel><title>C</title><item><title>T',
    "an item unclosed": '<rss version="2.0"><channel><title>C</title><item><title>T</item></channel></rss>',
    "a category closed and never opened": RSS % "</category>",
    "a width without a number": '<rss version="2.0"><channel><image><width></width></image><item><title>T</title></width></item></channel></rss>',
    "no channel": "<rss></rss>",
    "nothing at all": "<rss/>",
    "an empty feed": "<feed/>",
    "an empty RDF": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    "a list of feeds": '<?xml version="1.0"?><opml version="1.0"><body><outline text="a" xmlUrl="http://x.example"/></body></opml>',
    "packed": gzip.compress((RSS % "").encode()),
    "deflated": zlib.compress((RSS % "").encode()),
    "in EBCDIC": ('<?xml version="1.0" encoding="cp037"?>' + RSS % "").encode("cp037"),
    "nested items": '<rss version="2.0"><channel>' + "<item>" * 300 + "</item>" * 300 + "</channel></rss>",
    "a base that is no address": ATOM.replace("<feed ", '<feed xml:base="http://[bad" ')
    % '<link href="//["/><content type="html">&lt;a href="http://[::1"&gt;x&lt;/a&gt;</content>',
    "shapes of places": RSS.replace("<rss ", '<rss xmlns:g="http://www.georss.org/georss" ')
    % "<g:point>a b</g:point><g:polygon>1 2 3</g:polygon><g:box>1</g:box><g:line/><g:circle>x</g:circle>",
    "a podcast": RSS.replace("<rss ", '<rss xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd" ')
    % '<i:duration>x:y</i:duration><i:explicit>?</i:explicit><enclosure url="a" length="b"/><i:image href=""/>',
    "media without numbers": RSS.replace("<rss ", '<rss xmlns:m="http://search.yahoo.com/mrss/" ')
    % '<m:group><m:content url="a.jpg" width="x" fileSize="-1"/><m:thumbnail url=""/><m:credit/></m:group>',
    "a title of references": RSS.replace("T<", "&amp;" * 100_000 + "<") % "",
    "a description of tags": RSS % ("<description>" + "&lt;b&gt;" * 50_000 + "</description>"),
    "an attribute of 100 kB": RSS % ('<source url="' + "x" * 100_000 + '">s</source>'),
    "undeclared prefixes": RSS % "<foo:bar>x</foo:bar><dc:creator>A</dc:creator>",
    "an entity of its own": '<!DOCTYPE rss [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + RSS % "<description>&b;</description>",
}  # fmt: skip


@pytest.mark.parametrize("state", BROKEN)
def test_a_broken_feed_is_mended_or_refused_soon(state: str) -> None:
    found = outcome(BROKEN[state])
    if state in {"packed", "deflated", "in EBCDIC", "a list of feeds"}:
        assert found == "unknown-format"
    elif state == "an entity of its own":
        assert isinstance(found, str) or str(found[0].body).startswith("&b")  # as it stood, unresolved
    else:
        assert found
