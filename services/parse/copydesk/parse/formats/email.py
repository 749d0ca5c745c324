"""Mail: RFC 5322 with MIME parts. An attached wire file is itself read, by whichever format knows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr

from copydesk.parse.agency import Clock, habits
from copydesk.parse.article import Loose, build
from copydesk.parse.detect import detect
from copydesk.parse.format import Format
from copydesk.parse.jsontree import folded
from copydesk.parse.jsontree import text as said
from copydesk.parse.mailparts import content, header, leaves, name_of, parse, text_of
from copydesk.parse.markup import Text, from_html
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.wrapped import unwrapped
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Association, Provenance

USUAL = rb"received|return-path|delivered-to|message-id|date|from|to|subject|mime-version|content-type|x-[\w-]{1,40}|reply-to|sender|dkim-signature|content-transfer-encoding|cc"
FIELD = re.compile(rb"^(?:" + USUAL + rb"):[ \t\r\n]", re.IGNORECASE | re.MULTILINE)
ENVELOPE = re.compile(rb"\A\s*(?:From \S+ [^\r\n]{10,60}\r?\n)?(?:" + USUAL + rb"):[ \t\r\n]", re.IGNORECASE)
MBOX = re.compile(rb"(?:\A|\n)From \S{1,200} [^\r\n]{10,60}\d{4}\r?\n")
COVER_WORDS = 60
"""Words of a mail that only passes an attached wire file on; with more it is a story of its own."""
WIRE = {"text", "html", "email"}
"""Formats in which an attachment is no wire file."""
NESTED = 3
SIGNATURE = re.compile(r"^-- ?$.*", re.MULTILINE | re.DOTALL)
URGENT = {"high": 2, "urgent": 1, "low": 8}


def recognise(raw: Raw) -> float:
    """Headers of mail from the first line on."""
    if not ENVELOPE.match(raw.head):
        return 0.0
    head = re.split(rb"\r?\n\r?\n", raw.head.lstrip(), maxsplit=1)[0]
    found = {name.lower() for name in FIELD.findall(head)}
    return 0.95 if len(found) > 3 else 0.8 if len(found) > 2 else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the articles of the wire files attached, then the mail's own where it says something itself."""
    starts = [found.start() for found in MBOX.finditer(raw.data)] if raw.data.lstrip().startswith(b"From ") else []
    for begin, end in zip([0, *starts[1:]], [*starts[1:], len(raw.data)], strict=True):
        yield from _mail(parse(raw.data[begin:end].lstrip()), profiles, NESTED)


def _mail(mail: Message, profiles: Profiles, nested: int) -> Iterator[Article]:
    parts = list(leaves(mail))
    attached = [article for part in parts for article in _attached(part, profiles, nested)]
    yield from attached
    own = _article(mail, parts, profiles)
    if not attached or (own.word_count or 0) > COVER_WORDS:
        yield own


def _attached(part: Message, profiles: Profiles, nested: int) -> Iterator[Article]:
    """The articles of an attachment that some format of wire knows; none of one that is refused."""
    if nested <= 0:
        return
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        mails = [m for m in inner if isinstance(m, Message)] if isinstance(inner, list) else []
        for mail in mails:
            yield from _mail(mail, profiles, nested - 1)
        return
    data = content(part)
    if not name_of(part) and part.get_content_maintype() == "text" and part.get_content_subtype() in {"plain", "html"}:
        return
    if part.get_content_maintype() in {"image", "audio", "video"} or not data.strip():
        return
    raw = Raw(data, name=name_of(part), media_type=part.get_content_type())
    try:
        form = detect(raw)
        articles = list(form.read(raw, profiles)) if form.name not in WIRE else []
    except Refusal:
        return
    for article in articles:
        told = article.provenance.notes if article.provenance else []
        came = f"mail: attached as {name_of(part) or part.get_content_type()}"
        yield article.model_copy(update={"provenance": Provenance(notes=[*told, came])})


def _article(mail: Message, parts: list[Message], profiles: Profiles) -> Article:
    body, notes = _body(parts)
    name, address = parseaddr(header(mail, "from") or "")
    habit = habits(profiles, address.rpartition("@")[2], name, header(mail, "organization"))
    clock = Clock.of(habit)
    form, body = _form(body)
    sent = clock.read(header(mail, "date"), *_received(mail))
    found: Loose = {
        **form,
        "type": "text",
        "versioncreated": sent,
        "published": sent,
        "expires": clock.read(header(mail, "expires")),
        "urgency": URGENT.get((header(mail, "importance") or header(mail, "priority") or "").lower()),
        "language": (header(mail, "content-language") or "").split(",")[0] or habit.language,
        "provider": habit.provider or header(mail, "organization") or name or address,
        "headline": header(mail, "subject"),
        "ednote": header(mail, "comments"),
        "keywords": (header(mail, "keywords") or "").split(","),
        "creditline": name or address,
        "associations": [member for part in parts if (member := _association(part))],
        "body": body.body,
        "body_html": body.html,
        "timezone_assumed": clock.assumed,
        "notes": notes,
    }
    return build("email", header(mail, "message-id"), **found)


def _received(mail: Message) -> list[str]:
    """Times at which servers took the mail, the first server's first."""
    return [str(value).rpartition(";")[2] for value in reversed(mail.get_all("received") or [])][:5]


def _body(parts: list[Message]) -> tuple[Text, list[str]]:
    """The story: the plain text part, where it is more than a stub of the HTML one; else the HTML."""
    plain, marked, notes = "", "", []
    for part in parts:
        kind = part.get_content_type()
        apart = (header(part, "content-disposition") or "").lower().startswith("attachment")
        if kind not in {"text/plain", "text/html"} or apart:
            continue
        text, repairs = text_of(part)
        notes += repairs
        if kind == "text/html":
            marked = marked or text
        else:
            plain = f"{plain}\n\n{text}".strip() if plain else text
    html = from_html(marked) if marked else Text()
    story = unwrapped(SIGNATURE.sub("", plain[:2_000_000]))
    if len(story.split()) < 0.8 * len(html.body.split()):
        return html, notes
    return Text(story, html.html), notes


def _form(body: Text) -> tuple[Loose, Text]:
    """A web form's answers, which some desks have mailed to them as a JSON object of labels and answers."""
    if not body.body.lstrip().startswith("{"):
        return {}, body
    try:
        answers = folded(json.loads(body.body, strict=False))
    except (ValueError, RecursionError):
        return {}, body
    story = said(answers, "body", "story", "text")
    if not story:
        return {}, body
    found: Loose = {
        "subheadline": said(answers, "headline"),
        "slugline": said(answers, "slugline", "slug"),
        "abstract": said(answers, "abstract", "summary"),
        "byline": said(answers, "byline"),
        "category": said(answers, "category"),
        "located": said(answers, "dateline"),
        "ednote": said(answers, "ednote", "editorial note", "note"),
    }
    return found, Text(unwrapped(story))


def _association(part: Message) -> Association | None:
    name, kind = name_of(part), part.get_content_type()
    main = part.get_content_maintype()
    if not name and main in {"text", "multipart", "message"}:
        return None
    shown = {"image": "picture", "audio": "audio", "video": "video", "text": "text"}.get(main)
    identity = header(part, "content-id")
    return Association(name=name, type=shown, uri=identity, media_type=kind, size=len(content(part)) or None)


FORMAT = Format("email", "1.0", ("message/rfc822", "application/mbox"), recognise, read)
