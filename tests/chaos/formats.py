"""A story of the invented agency as a wire of one format or another. Short, since reading and understanding is not what is tested."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape


@dataclass(frozen=True)
class Telling:
    """One version of one story, before it is written in a format."""

    number: int
    version: int
    created: datetime
    """Of this version; no two versions have the same."""
    provider: str
    headline: str
    paragraphs: tuple[str, ...]
    status: str = "usable"
    signal: str | None = None
    note: str | None = None
    embargo: datetime | None = None

    @property
    def uri(self) -> str:
        """The same for every version of the story."""
        return f"urn:newsml:northlight.example:20260312:NLC-{self.number:06}"


Writer = Callable[[Telling], bytes]


def ninjs(told: Telling) -> bytes:
    """ninjs 3.1."""
    item = {
        "standard": {"name": "ninjs", "version": "3.1"},
        "uri": told.uri,
        "type": "text",
        "version": str(told.version),
        "language": "en",
        "versionCreated": told.created.isoformat(),
        "pubStatus": told.status,
        "embargoed": told.embargo.isoformat() if told.embargo else None,
        "edNote": told.note,
        "provider": {"name": told.provider},
        "headlines": [{"role": "main", "value": told.headline}],
        "bodies": [{"role": "main", "contentType": "text/plain", "value": "\n\n".join(told.paragraphs)}],
    }
    return json.dumps({name: value for name, value in item.items() if value is not None}).encode()


def newsml_g2(told: Telling) -> bytes:
    """NewsML-G2, one item."""
    return _XML + _g2_item(told)


def newsml_g2_package(members: Sequence[Telling]) -> bytes:
    """NewsML-G2, a message with several items."""
    items = b"".join(_g2_item(told) for told in members)
    sent = f"<header><sent>{members[-1].created.isoformat()}</sent></header>".encode()
    message = b'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">'
    return _XML + message + sent + b"<itemSet>" + items + b"</itemSet></newsMessage>"


def _g2_item(told: Telling) -> bytes:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in told.paragraphs)
    xhtml = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{paragraphs}</body></html>'
    embargo = f"<embargoed>{told.embargo.isoformat()}</embargoed>" if told.embargo else ""
    signal = f'<signal qcode="sig:{told.signal}"/>' if told.signal else ""
    note = f"<edNote>{escape(told.note)}</edNote>" if told.note else ""
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{told.uri}" version="{told.version}"'
        ' standard="NewsML-G2" standardversion="2.34" conformance="power" xml:lang="en"><itemMeta>'
        '<itemClass qcode="ninat:text"/>'
        f'<provider literal="{told.provider}"><name>{told.provider}</name></provider>'
        f"<versionCreated>{told.created.isoformat()}</versionCreated>{embargo}"
        f'<pubStatus qcode="stat:{told.status}"/>{signal}{note}</itemMeta>'
        f'<contentMeta><headline>{escape(told.headline)}</headline><language tag="en"/></contentMeta>'
        f'<contentSet><inlineXML contenttype="application/xhtml+xml">{xhtml}</inlineXML></contentSet></newsItem>'
    ).encode()


def newsml_1(told: Telling) -> bytes:
    """NewsML 1.2 with the story as NITF."""
    stamp = told.created.strftime("%Y%m%dT%H%M%S+0000")
    name = told.uri.rpartition(":")[2]
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in told.paragraphs)
    status = told.status.capitalize()
    return (
        _XML
        + (
            '<NewsML Version="1.2"><NewsEnvelope>'
            f'<DateAndTime>{stamp}</DateAndTime><NewsService FormalName="Northlight Wire"/></NewsEnvelope>'
            "<NewsItem><Identification><NewsIdentifier><ProviderId>northlight.example</ProviderId>"
            f"<DateId>20260312</DateId><NewsItemId>{name}</NewsItemId>"
            f'<RevisionId PreviousRevision="{told.version - 1}" Update="N">{told.version}</RevisionId>'
            f"<PublicIdentifier>{told.uri}:{told.version}N</PublicIdentifier></NewsIdentifier></Identification>"
            f'<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20260312T000000+0000</FirstCreated>'
            f'<ThisRevisionCreated>{stamp}</ThisRevisionCreated><Status FormalName="{status}"/></NewsManagement>'
            f'<NewsComponent xml:lang="en"><NewsLines><HeadLine>{escape(told.headline)}</HeadLine></NewsLines>'
            f'<AdministrativeMetadata><Provider><Party FormalName="{told.provider}"/></Provider></AdministrativeMetadata>'
            '<ContentItem><MediaType FormalName="Text"/><Format FormalName="NITF"/><DataContent>'
            f"<nitf><body><body.content>{paragraphs}</body.content></body></nitf>"
            "</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
        ).encode()
    )


def nitf(told: Telling) -> bytes:
    """NITF 3."""
    stamp = told.created.strftime("%Y%m%dT%H%M%SZ")
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in told.paragraphs)
    return (
        _XML
        + (
            f'<nitf><head><title>{escape(told.headline)}</title><docdata management-status="{told.status}">'
            f'<doc-id regsrc="northlight.example" id-string="NLC-{told.number:06}"/><date.issue norm="{stamp}"/>'
            f'<doc.copyright holder="{told.provider}" year="2026"/></docdata>'
            f'<pubdata type="print" name="{told.provider}" date.publication="{stamp}"/></head>'
            f"<body><body.head><hedline><hl1>{escape(told.headline)}</hl1></hedline></body.head>"
            f"<body.content><block>{paragraphs}</block></body.content></body></nitf>"
        ).encode()
    )


def iptc7901(told: Telling) -> bytes:
    """IPTC 7901, as telex lines."""
    lines = "\r\n".join(f"   {text}" for text in told.paragraphs)
    stamp = told.created.strftime("%d%H%M GMT MAR %y")
    head = f"nln{told.number % 10000:04} 4 po 96  nln {told.number % 10000:04}\r\nNorway/Transport/\r\n"
    return f"\x01{head}{told.headline}\x02\r\n\r\n{lines}\r\n{stamp}\x03".encode()


def anpa1312(told: Telling) -> bytes:
    """ANPA 1312, its control characters in place."""
    slug = f"BC-Harbour{told.number}"
    lines = "\r\n".join(f"   {text}" for text in told.paragraphs)
    stamp = told.created.strftime("%m-%d-%y %H%MGMT")
    head = f"\x16\x16\x01a{told.number % 10000:04}\x1f\r\nr f  {slug} 03-12 {told.number % 10000:04}\r\n"
    return (
        f"{head}\x02{slug},70\r\n{told.headline}\r\nNorthlight News\r\n{lines}\r\n\x03Northlight-NY-{stamp}<".encode()
    )


def text(told: Telling) -> bytes:
    """A story as plain text."""
    return f"{told.headline}\n\n{told.created:%B %d, %Y | %H:%M}\n\n{chr(10).join(told.paragraphs)}\n".encode()


def rss(members: Sequence[Telling]) -> bytes:
    """RSS 2.0 with several stories."""
    items = "".join(
        f"<item><title>{escape(told.headline)}</title><guid isPermaLink='false'>{told.uri}</guid>"
        f"<pubDate>{told.created:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{escape(' '.join(told.paragraphs))}</description></item>"
        for told in members
    )
    channel = "<title>Northlight Science</title><link>https://northlight.example/</link><description>Desk</description>"
    return _XML + f'<rss version="2.0"><channel>{channel}<language>en</language>{items}</channel></rss>'.encode()


_XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'

VERSIONED: dict[str, Writer] = {"ninjs": ninjs, "newsml-g2": newsml_g2, "newsml-1": newsml_1, "nitf": nitf}
"""Formats in which a story keeps its id from version to version."""
SINGLE: dict[str, Writer] = {"iptc7901": iptc7901, "anpa1312": anpa1312, "text": text}
"""Formats without an id: each document is a story of its own."""
PACKAGES: dict[str, Callable[[Sequence[Telling]], bytes]] = {"newsml-g2": newsml_g2_package, "rss": rss}
"""Formats of which one document holds several stories."""
SUFFIX = {
    "ninjs": "json", "newsml-g2": "xml", "newsml-1": "xml", "nitf": "xml", "rss": "xml",
    "iptc7901": "txt", "anpa1312": "txt", "text": "txt",
}  # fmt: skip
