"""The pieces of polling that need no server: guard, codings, robots.txt, listings, waits."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from datetime import UTC, datetime
from ipaddress import ip_network

import brotli
import httpx2
import pytest
from copydesk.ingest.settings import IngestSettings
from copydesk.ingest.sources.polling.conditional import retry_after, validators
from copydesk.ingest.sources.polling.decoding import CHUNK_BYTES, decoder
from copydesk.ingest.sources.polling.guard import Guard, host_of, origin_of, shown
from copydesk.ingest.sources.polling.listing import MOST_ITEMS, read_listing
from copydesk.ingest.sources.polling.politeness import backed_off, delay, given_up, next_look
from copydesk.ingest.sources.polling.robots import rules_of, unreachable
from copydesk.runtime.refusal import Refusal

AT = "https://skerry.example/news/latest.rss"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "5f00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_no_address_that_is_not_public_is_connected_to(address: str) -> None:
    assert not Guard().may_connect(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2606:4700::1", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_public_addresses_are_connected_to(address: str) -> None:
    assert Guard().may_connect(address)


def test_a_network_that_is_allowed_is_connected_to_and_its_neighbour_is_not() -> None:
    guard = Guard((ip_network("10.1.0.0/16"), ip_network("fd12::/32")))
    assert guard.may_connect("10.1.2.3")
    assert guard.may_connect("::ffff:10.1.2.3")
    assert guard.may_connect("fd12::1")
    assert not guard.may_connect("10.2.0.1")
    assert not guard.may_connect("fd13::1")


def test_a_name_with_one_address_that_is_not_public_is_refused_whole() -> None:
    with pytest.raises(Refusal, match=r"skerry\.example is at 10\.0\.0\.1") as refused:
        Guard().addresses("skerry.example", ["8.8.8.8", "10.0.0.1"])
    assert refused.value.kind == "forbidden-address"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://skerry.example/a",
        "gopher://skerry.example:70/",
        "javascript:alert(1)",
        "//skerry.example/a",
        "http://",
        "http:///a",
        "http://skerry.example:22/",
        "http://skerry.example:6379/",
        "http://user:secret@skerry.example/",
        "http://user@skerry.example/",
        "http://[::1/",
        "http://skerry.example:99999/",
        "http://skerry.example/" + "a" * 2000,
        "http://a\x00b.example/",
    ],
)
def test_urls_that_lead_elsewhere_are_refused(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        Guard().url(url)
    assert refused.value.kind in {"bad-url", "forbidden-url"}
    assert "secret" not in str(refused.value)


def test_a_port_that_is_configured_may_be_asked() -> None:
    assert Guard(ports=frozenset({8000})).url("http://skerry.example:8000/a").port == 8000
    with pytest.raises(Refusal):
        Guard(ports=frozenset({8000})).url("http://skerry.example/a")


def test_one_host_has_one_name_and_one_origin() -> None:
    for url in ("http://Skerry.Example/a", "http://skerry.example.:80/b", "http://skerry.example/#c"):
        assert (host_of(Guard().url(url)), origin_of(Guard().url(url))) == (
            "skerry.example",
            "http://skerry.example:80",
        )
    assert host_of(Guard().url("http://bücher.example/")) == "xn--bcher-kva.example"
    assert shown("https://skerry.example/a?key=secret") == "https://skerry.example/a?…"


def test_networks_and_ports_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_POLL_ALLOW", "127.0.0.1/32, fd12::/32")
    monkeypatch.setenv("COPYDESK_POLL_PORTS", "80,443,8000")
    settings = IngestSettings()
    assert settings.poll_allow == (ip_network("127.0.0.1/32"), ip_network("fd12::/32"))
    assert settings.poll_ports == {80, 443, 8000}
    monkeypatch.setenv("COPYDESK_POLL_ALLOW", "everything")
    with pytest.raises(ValueError, match="poll_allow"):
        IngestSettings()


def headless(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:10]) + gzip.compress(data[10:]) + b"\0\0",
    "deflate": zlib.compress,
    "Deflate ": headless,
    "br": brotli.compress,
}


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_every_coding_is_unpacked_however_the_bytes_are_cut(encoding: str, step: int) -> None:
    data = bytes(range(256)) * 20
    packed = PACKED[encoding](data)
    unpack = decoder(encoding)
    out = b"".join(p for start in range(0, len(packed), step) for p in unpack.pieces(packed[start : start + step]))
    unpack.end()
    assert out == data


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_bomb_comes_out_in_small_pieces(encoding: str) -> None:
    packed = PACKED[encoding](bytes(20_000_000))
    assert len(packed) < 60_000
    total = 0
    for piece in decoder(encoding).pieces(packed):
        assert len(piece) <= 2 * CHUNK_BYTES
        total += len(piece)
    assert total == 20_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_data_that_ends_early_or_is_damaged_is_refused(encoding: str) -> None:
    packed = PACKED[encoding](bytes(range(256)) * 20)
    early = decoder(encoding)
    list(early.pieces(packed[:-3]))
    with pytest.raises(Refusal, match="early"):
        early.end()
    with pytest.raises(Refusal, match="damaged"):
        list(decoder(encoding).pieces(packed[:20] + b"\xff" * 40 + packed[20:]))


@pytest.mark.parametrize("encoding", ["zstd", "compress", "gzip, br", "chunked"])
def test_a_coding_that_nobody_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(Refusal, match="asked for were gzip, deflate, br"):
        decoder(encoding)


ROBOTS = b"""\xef\xbb\xbf
User-agent: *
Disallow: /

User-Agent: Copydesk
Disallow: /private/
Allow: /private/open$
Crawl-delay: 2.5
"""


def test_robots_txt_is_read_for_our_name() -> None:
    rules = rules_of(200, ROBOTS)
    assert rules.check("https://skerry.example/news") == 2.5
    assert rules.check("https://skerry.example/private/open") == 2.5
    with pytest.raises(Refusal) as refused:
        rules.check("https://skerry.example/private/a")
    assert refused.value.kind == "robots"


def test_no_robots_txt_allows_all_and_a_server_in_trouble_forbids_all() -> None:
    for status in (400, 401, 403, 404, 410):
        assert rules_of(status, b"User-agent: *\nDisallow: /").check("https://skerry.example/a") is None
    for rules in (rules_of(500, b""), rules_of(503, b""), rules_of(429, b""), unreachable("cannot be had")):
        with pytest.raises(Refusal):
            rules.check("https://skerry.example/a")
        assert rules.trouble
        assert rules.kept < rules_of(200, b"").kept


def test_a_robots_txt_that_is_none_forbids_nothing() -> None:
    assert rules_of(200, b"<html>\x00\xff" * 1000).check("https://skerry.example/a") is None


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def asked(value: str) -> float | None:
        return retry_after(httpx2.Response(503, headers={"Retry-After": value}), now)

    assert asked("120") == 120
    assert asked("Sun, 01 Mar 2026 12:02:00 GMT") == 120
    assert asked("Sun, 01 Mar 2026 11:00:00 GMT") == 0
    assert asked("99999999999999999999") == 86_400
    assert (asked("soon"), asked(""), asked("-1")) == (None, None, None)


def test_validators_that_could_not_be_sent_back_are_none() -> None:
    answer = httpx2.Response(200, headers={"ETag": 'W/"abc"', "Last-Modified": "x" * 2000})
    assert validators(answer).headers() == {"If-None-Match": 'W/"abc"'}


def test_waits_grow_to_an_hour_and_never_fall_below_the_regular_one() -> None:
    middle = [backed_off(n, 0.0, lambda: 0.5) for n in (1, 2, 3, 8, 1000)]
    assert middle == [30, 60, 120, 3600, 3600]
    assert backed_off(1, 300, lambda: 0.5) == 300
    assert (backed_off(2, 0, lambda: 0.0), backed_off(2, 0, lambda: 1.0)) == (48, pytest.approx(72))
    assert (next_look(100, lambda: 0.0), next_look(100, lambda: 1.0)) == (95, 105)
    assert (delay(1, None), delay(1, 5), delay(10, 5), delay(1, 1e9)) == (1, 5, 10, 3600)


def test_a_page_is_given_up_at_once_where_nothing_will_mend_it_and_later_otherwise() -> None:
    assert given_up("forbidden-address", 1, 0)
    assert given_up("http-410", 1, 0)
    assert not given_up("http-404", 3, 1e6)
    assert given_up("http-404", 4, 0)
    assert not given_up("empty", 7, 1e6)
    assert given_up("empty", 8, 0)


@pytest.mark.parametrize("kind", ["timeout", "unreachable", "http-429", "http-500", "http-503", "robots-unreachable"])
def test_a_night_of_trouble_gives_no_page_up(kind: str) -> None:
    assert not given_up(kind, 100, 86_400)
    assert given_up(kind, 1, 3 * 86_400)


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
<channel><title>Skerry</title><link>https://skerry.example/</link>
<item><guid isPermaLink="false">n-1</guid><link>/1?a=1&amp;b=2</link><title>One</title><pubDate>Sun, 01 Mar 2026</pubDate></item>
<item><guid>https://skerry.example/2</guid><title>Two</title></item>
<item><link>https://go.example/3</link><feedburner:origLink>https://skerry.example/3</feedburner:origLink></item>
<item><title>Without an address</title></item>
</channel></rss>"""


def places(data: str | bytes) -> list[tuple[str, str]]:
    return [(i.token, i.link) for i in read_listing(data.encode() if isinstance(data, str) else data, AT).items]


def test_rss_items_are_known_by_guid_and_else_by_link() -> None:
    assert places(RSS) == [
        ("n-1", "https://skerry.example/1?a=1&b=2"),
        ("https://skerry.example/2", "https://skerry.example/2"),
        ("https://skerry.example/3", "https://skerry.example/3"),
    ]
    assert places(RSS.replace("UTF-8", "UTF-16").encode("utf-16")) == places(RSS)


def test_atom_entries_have_their_alternate_link_against_the_nearest_base() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://skerry.example/wire/">
      <link rel="self" href="https://skerry.example/self"/><id>tag:skerry.example,2026:feed</id>
      <entry><id>tag:skerry.example,2026:1</id><link rel="edit" href="/edit"/><link href="1.html"/><updated>2026</updated></entry>
      <entry xml:base="/other/"><id>urn:x:2</id><link rel="alternate" href="2.html"/><source><id>no</id></source></entry></feed>"""
    assert places(atom) == [
        ("tag:skerry.example,2026:1", "https://skerry.example/wire/1.html"),
        ("urn:x:2", "https://skerry.example/other/2.html"),
    ]


def test_json_feeds_rdf_and_sitemaps_are_listings_too() -> None:
    feed = {"items": [{"id": 7, "url": "/7"}, {"id": "https://skerry.example/8"}, {"id": "x"}, 3]}
    assert places(json.dumps(feed)) == [
        ("7", "https://skerry.example/7"),
        ("https://skerry.example/8", "https://skerry.example/8"),
    ]
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
      <item rdf:about="urn:a"><link>https://skerry.example/a</link></item></rdf:RDF>"""
    assert places(rdf) == [("urn:a", "https://skerry.example/a")]
    sitemap = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <url><loc> https://skerry.example/s </loc><lastmod>2026-03-01</lastmod></url></urlset>"""
    assert places(sitemap) == [("https://skerry.example/s", "https://skerry.example/s")]


def test_an_item_is_changed_when_its_texts_or_times_are() -> None:
    def stated(text: str) -> str:
        return read_listing(text.encode(), AT).items[0].stated

    assert stated(RSS) == stated(RSS.replace("<title>Skerry", "<title>Another").replace("n-1", "n-2"))
    assert stated(RSS) != stated(RSS.replace("<title>One", "<title>CORRECTED: One"))
    assert stated(RSS) != stated(RSS.replace("01 Mar", "02 Mar"))


def test_one_token_for_several_links_tells_nothing_apart() -> None:
    one = RSS.replace("https://skerry.example/2</guid>", "n-1</guid><link>/2</link>")
    assert places(one)[:2] == [
        ("https://skerry.example/1?a=1&b=2", "https://skerry.example/1?a=1&b=2"),
        ("https://skerry.example/2", "https://skerry.example/2"),
    ]
    twice = RSS.replace("</channel>", RSS[RSS.index("<item>") : RSS.index("</item>") + 7] + "</channel>")
    assert places(twice) == places(RSS)


def test_of_half_a_listing_the_whole_items_are_taken_and_it_is_not_called_whole() -> None:
    listing = read_listing(RSS[: RSS.index("/3</link>")].encode(), AT)
    assert [i.token for i in listing.items] == ["n-1", "https://skerry.example/2"]
    assert not listing.whole
    assert read_listing(RSS.encode(), AT).whole
    mended = read_listing(RSS.replace("One", "One &nbsp; & more").encode(), AT)
    assert (len(mended.items), mended.whole) == (3, False)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"plain words",
        b'{"items": 3}',
        b"[1]",
        b"{" * 100_000,
        b'{"items":' + b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_listing_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_listing(data, AT)
    assert refused.value.kind == "no-listing"


def test_entities_are_neither_loaded_nor_expanded() -> None:
    outside = """<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>
      <rss><channel><item><guid>a&x;b</guid><link>/1</link></item></channel></rss>"""
    assert "root" not in read_listing(outside.encode(), AT).items[0].token
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss><channel><item><guid>&l11;</guid><link>/1</link></item></channel></rss>'
    assert all(len(i.token) < 100 for i in read_listing(bomb.encode(), AT).items)


def test_a_listing_without_end_is_cut() -> None:
    items = "".join(f"<item><link>/{n}</link></item>" for n in range(MOST_ITEMS + 10))
    listing = read_listing(f"<rss><channel>{items}</channel></rss>".encode(), AT)
    assert (len(listing.items), listing.left_out) == (MOST_ITEMS, 10)


def test_what_no_database_takes_does_not_stand_in_an_item() -> None:
    feed = '{"items": [{"id": "a\\ud800\\u0000b", "url": "http://skerry.example/\\ud800\\u0000"}]}'
    ((token, link),) = places(feed)
    assert (token, link) == ("a?\ufffdb", "http://skerry.example/?\ufffd")


def test_a_hostile_listing_takes_no_time() -> None:
    begun = time.process_time()
    nested = "<item><description>" * 100 + "x" * 4_000_000 + "</description></item>" * 100
    read_listing(f"<rss><channel>{nested}</channel></rss>".encode(), AT)
    read_listing(b"<rss>" + b"<a/>" * 1_900_000 + b"</rss>", AT)
    read_listing(b"<rss><item>" + b"<link/>" * 200_000 + b"</item></rss>", AT)
    assert time.process_time() - begun < 10
    with pytest.raises(Refusal, match="are the most"):
        read_listing(b"<rss>" + b"<a/>" * 3_000_000 + b"</rss>", AT)


def test_a_long_token_is_hashed_and_a_strange_link_does_no_harm() -> None:
    strange = f"<rss><channel><item><guid>{'g' * 900}</guid><link>http://[bad</link></item></channel></rss>"
    ((token, link),) = places(strange)
    assert token.startswith("sha256:")
    assert link == "http://[bad"
