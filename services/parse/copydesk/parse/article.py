"""One place where loose values read out of a file become an `Article`: stripped, empties dropped, fields normalised.

Every format gives what it found, as it found it; the rules that hold for all of them are here, so that the same story
sent as NITF and as ninjs comes out with the same headline, keywords, language and word count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack, cast

from copydesk.parse.embargo import may_last
from copydesk.parse.language import language_tag
from copydesk.parse.plain import line, lines, paragraphs
from copydesk.schemas.article import (
    Article,
    ArticleType,
    Association,
    Credit,
    Dateline,
    Entity,
    Provenance,
    PubStatus,
    Related,
    Subject,
)

_CJK = re.compile("[぀-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
_CJK_LEADS = bytes([*range(0xE3, 0xEA), 0xEF, 0xF0])
_MOST_URGENT, _LEAST_URGENT = 1, 9


class Loose(TypedDict, total=False):
    """What a format may find. Texts may be ragged, lists may repeat, numbers may be text; None and empty mean absent."""

    version: str | int | None
    type: str | None
    pubstatus: str | None
    signals: Iterable[str | None]
    firstcreated: datetime | None
    versioncreated: datetime | None
    published: datetime | None
    embargoed: datetime | None
    embargo_said: str | None
    """An embargo's end as it was sent; where no time can be read out of it, the story is withheld."""
    expires: datetime | None
    timezone_assumed: str | None
    urgency: str | int | None
    priority: str | int | None
    language: str | None
    provider: str | None
    republisher: str | None
    headline: str | None
    subheadline: str | None
    slugline: str | None
    byline: str | None
    creditline: str | None
    abstract: str | None
    ednote: str | None
    usageterms: str | None
    copyrightholder: str | None
    copyrightnotice: str | None
    takekey: str | None
    category: str | None
    sequence: str | int | None
    located: str | None
    dateline: str | Dateline | None
    section: Iterable[str | None]
    keywords: Iterable[str | None]
    subjects: Iterable[Subject]
    body: str | None
    body_html: str | None
    credits: Iterable[Credit]
    related: Iterable[Related]
    entities: Iterable[Entity]
    """Whom the provider itself says the story names, without places in the body."""
    associations: Iterable[Association]
    link: str | None
    word_count: int | None
    """As the provider states it; where it states none, the body's words are counted."""
    notes: Iterable[str]
    """What was repaired while reading; kept in `provenance.notes`."""


def build(form: str, uri: str | None, **found: Unpack[Loose]) -> Article:
    """Return the article. `form` is the contract's name of the format; `uri` the provider's id, or None where it sent none.

    Without an id the article gets the one that `derived_uri` makes of provider, slugline, headline and first time, so that
    the same bytes always give the same story. ValueError where a time has no zone.
    """
    fields: dict[str, object] = {}
    for name, value in found.items():
        clean = _CLEAN[name](value) if value is not None else None
        if clean not in (None, "", []):
            fields[name] = clean
    notes = cast("list[str]", fields.pop("notes", []))
    if notes:
        fields["provenance"] = Provenance(notes=notes)
    _body(fields)
    said = cast("str | None", fields.pop("embargo_said", None))
    _status(fields, found.get("pubstatus"), embargo=said)
    fields["uri"] = line(uri) if uri and line(uri) else _uri_of(form, fields)
    fields["format"] = form
    return Article.model_validate(fields)


def word_count(text: str) -> int:
    """Words as agencies count them: what blanks part; each ideograph or kana is a word, as word processors have it."""
    ideographs = len(_CJK.findall(text)) if _may_be_cjk(text) else 0
    if not ideographs:
        return len(text.split())
    return ideographs + len(_CJK.sub(" ", text).split())


def _may_be_cjk(text: str) -> bool:
    """A quick no for most texts: UTF-8 begins every ideograph and kana with one of a few bytes."""
    return not text.isascii() and len(data := text.encode("utf-8", "replace")) > len(data.translate(None, _CJK_LEADS))


def derived_uri(*parts: object) -> str:
    """Return a stable id made of these parts (`urn:sha256:…`), for a story that came without one."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return "urn:sha256:" + hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def urgency(value: object) -> int | None:
    """Return 1 (most urgent) to 9, or None for what is no such number."""
    text = str(value).strip()
    return int(text) if len(text) == 1 and text.isdecimal() and _MOST_URGENT <= int(text) <= _LEAST_URGENT else None


def article_type(value: object) -> ArticleType | None:
    """Return the contract's type for a provider's word: `ninat:photo`, `Picture`, `package` …, None where unknown."""
    return _TYPES.get(_term(value))


def pub_status(value: object) -> PubStatus | None:
    """Return the contract's status for a provider's word: `stat:canceled`, `Withheld`, `killed` …, None where unknown."""
    return _STATUSES.get(_term(value))


def is_signal(word: str) -> bool:
    """Tell whether the word is one of those by which providers say what a version does to the one before."""
    return word.rpartition(":")[2].strip().casefold() in _SIGNALS


def distinct(values: Iterable[str | None]) -> list[str]:
    """Return the values in their order, each as one clean line, none twice, none empty."""
    return list(dict.fromkeys(clean for value in values if value and (clean := line(value))))


def _status(fields: dict[str, object], sent: str | None, embargo: str | None) -> None:
    """Say what the codes mean in the contract's own words as well: `sig:correction` is `correction`, a canceled story `kill`.

    An embargo whose end nobody knows, or nobody can read, lasts until further notice: the story is withheld.
    """
    signals = cast("list[str]", fields.get("signals", []))
    plain = [_SIGNALS.get(signal.rpartition(":")[2].casefold()) for signal in signals]
    if "embargoed" not in fields and _endless(sent, embargo, cast("datetime | None", fields.get("versioncreated"))):
        if fields.get("pubstatus") != "canceled":
            fields["pubstatus"] = "withheld"
        plain.append("embargo")
    if fields.get("pubstatus") == "canceled":
        plain.append("kill")
    if said := distinct([*signals, *plain]):
        fields["signals"] = said


def _endless(status: str | None, embargo: str | None, versioncreated: datetime | None) -> bool:
    return _term(status) in {"embargoed", "embargo"} or (embargo is not None and may_last(embargo, versioncreated))


def _term(value: object) -> str:
    return str(value or "").rpartition(":")[2].strip().casefold()


def _body(fields: dict[str, object]) -> None:
    """Take a repeated headline off the body, and count its words where the provider has not."""
    body, headline = fields.get("body"), fields.get("headline")
    if not isinstance(body, str):
        return
    first, _, rest = body.partition("\n\n")
    if rest and isinstance(headline, str) and line(first).casefold() == headline.casefold():
        fields["body"] = body = rest
    fields.setdefault("word_count", word_count(body))


def _uri_of(form: str, fields: dict[str, object]) -> str:
    first = fields.get("firstcreated") or fields.get("versioncreated") or fields.get("published")
    told = [fields.get(name) for name in ("provider", "slugline", "headline", "link")]
    return derived_uri(form, *told, first, None if any(told) else fields.get("body"))


def _dateline(value: object) -> Dateline | None:
    if isinstance(value, Dateline):
        return value
    text = line(str(value))
    return Dateline(text=text) if text else None


def _items(value: object) -> list[object]:
    """Return a list without repeats, in order."""
    kept: dict[tuple[object, ...], object] = {}
    for item in cast("Iterable[object]", value):
        kept.setdefault(_mark(item), item)
    return list(kept.values())


def _mark(item: object) -> tuple[object, ...]:
    """What makes two items the same: all they say, whatever they rest on."""
    return tuple(
        value if value is None or isinstance(value, (str, float, int)) else repr(value)
        for name, value in vars(item).items()
        if name != "evidence"
    )


def _moment(value: object) -> datetime:
    moment = cast("datetime", value)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone; name the zone it was assumed to be in")
    return moment


def _text(value: object) -> str:
    return line(str(value))


def _distinct(value: object) -> list[str]:
    return distinct(cast("Iterable[str | None]", value))


def _html(value: object) -> str:
    return str(value).strip()


_TYPES: dict[str, ArticleType] = {
    "text": "text", "news": "text", "article": "text", "story": "text", "alert": "text", "advisory": "text",
    "picture": "picture", "photo": "picture", "image": "picture", "still": "picture", "photograph": "picture",
    "graphic": "graphic", "infographic": "graphic", "interactive": "graphic", "animated": "graphic",
    "audio": "audio", "video": "video",
    "composite": "composite", "package": "composite", "complex": "composite", "multimedia": "composite",
}  # fmt: skip
_SIGNALS = {
    "correction": "correction", "corrected": "correction", "corrective": "correction", "update": "update",
    "updated": "update", "kill": "kill", "killed": "kill", "retraction": "kill", "advisory": "advisory",
    "embargo": "embargo", "embargoed": "embargo", "lift": "lift", "alert": "alert",
}  # fmt: skip
_STATUSES: dict[str, PubStatus] = {
    "usable": "usable", "embargoed": "usable", "embargo": "usable", "published": "usable", "updated": "usable", "corrected": "usable",
    "withheld": "withheld", "withhold": "withheld", "hold": "withheld",
    "canceled": "canceled", "cancelled": "canceled", "cancel": "canceled", "killed": "canceled", "kill": "canceled",
    "withdrawn": "canceled", "deleted": "canceled", "retracted": "canceled",
}  # fmt: skip

_CLEAN = {
    **dict.fromkeys(
        (
            "version", "timezone_assumed", "provider", "republisher", "headline", "subheadline", "slugline", "byline",
            "creditline", "copyrightholder", "copyrightnotice", "takekey", "category", "sequence", "located", "link",
            "embargo_said",
        ),
        _text,
    ),
    **dict.fromkeys(("abstract", "ednote", "usageterms"), lambda value: lines(str(value))),
    **dict.fromkeys(("firstcreated", "versioncreated", "published", "embargoed", "expires"), _moment),
    **dict.fromkeys(("signals", "section", "keywords", "notes"), _distinct),
    **dict.fromkeys(("subjects", "credits", "related", "entities", "associations"), _items),
    **dict.fromkeys(("urgency", "priority"), urgency),
    "type": article_type,
    "pubstatus": pub_status,
    "language": lambda value: language_tag(str(value)),
    "dateline": _dateline,
    "word_count": lambda value: value if isinstance(value, int) and value > 0 else None,
    "body": lambda value: paragraphs(str(value)),
    "body_html": _html,
}  # fmt: skip
