"""The article: what `article.*` topics carry, `copydesk read` prints and every sink stores.

Field names follow IPTC ninjs 3 where ninjs has one; times are UTC; spans are `[start, end)` in code points of `body`.
An absent field is left out of the JSON: absent and empty mean the same.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date as Day  # noqa: N812 - `date` is a field here
from datetime import datetime
from typing import Annotated, Literal

from copydesk.schemas.moments import in_utc
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Moment = Annotated[datetime, AfterValidator(in_utc)]
"""A time with its zone, kept in UTC; a naive time is refused."""

Span = tuple[int, int]
"""`[start, end)` in code points of `Article.body`."""

Confidence = Annotated[float, Field(ge=0, le=1)]

ArticleType = Literal["text", "picture", "graphic", "audio", "video", "composite"]
PubStatus = Literal["usable", "withheld", "canceled"]


class Lean(BaseModel):
    """A strict, frozen model whose JSON leaves out what is absent.

    Absent is the field's default; those who build articles turn empty text to None first.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    def to_json(self) -> bytes:
        """Return the model as compact UTF-8 JSON without absent fields."""
        return self.__pydantic_serializer__.to_json(self, exclude_defaults=True)


class Evidence(Lean):
    """What an inferred value rests on: a rule or model, and the place in the text or the field that it read."""

    rule: str
    """`name@version` of the rule or model."""
    span: Span | None = None
    field: str | None = None
    """Another field's name, or the line of the input, where it is not a span of the body."""
    confidence: Confidence | None = None
    candidates: list[str] = Field(default_factory=list)
    """What else it could have been, where the evidence left a choice."""


class Place(Lean):
    """A place on the map. `country` is ISO 3166-1 alpha-2, coordinates are degrees (WGS 84)."""

    name: str
    country: str | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    geonameid: int | None = None


class Dateline(Lean):
    """Where and when the story was filed, as its first line says: `TEHRAN, April 7 (Reuters)`."""

    text: str | None = None
    place: Place | None = None
    places: list[Place] = Field(default_factory=list)
    """Every place of a dateline that names several (`LONDON/PARIS`); `place` is the first."""
    date: Day | None = None
    agency: str | None = None
    inferred: list[str] = Field(default_factory=list)
    """Parts that were inferred, not read: `year`, `date`, `country` …"""
    evidence: Evidence | None = None


class Subject(Lean):
    """What the story is about: a code of a scheme (`medtop:`, `subj:` …), with its name."""

    code: str | None = None
    scheme: str | None = None
    name: str | None = None
    confidence: Confidence | None = None
    evidence: Evidence | None = None


class Credit(Lean):
    """Who made the story, and as what: `reporter` `writer` `editor` `contributor` `photographer` and others."""

    role: str
    name: str
    evidence: Evidence | None = None


class Related(Lean):
    """A teaser or link that came with the story and is not part of it."""

    headline: str | None = None
    summary: str | None = None
    uri: str | None = None
    url: str | None = None
    evidence: Evidence | None = None


class Association(Lean):
    """A picture, graphic or other member that travels with the story."""

    name: str | None = None
    uri: str | None = None
    type: str | None = None
    rel: str | None = None
    headline: str | None = None
    caption: str | None = None
    byline: str | None = None
    creditline: str | None = None
    href: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None


class Speaker(Lean):
    """Who is quoted, as the text names and describes them."""

    name: str | None = None
    description: str | None = None
    span: Span | None = None


class Quote(Lean):
    """Words that somebody said: `direct` between quotation marks, else reported."""

    text: str
    span: Span
    direct: bool
    speaker: Speaker | None = None
    cue: str | None = None
    """The verb of saying, as in the text."""
    via: str | None = None
    """The medium through which it was said: `Mehr News Agency`."""
    evidence: Evidence | None = None


class Entity(Lean):
    """A person, an organisation or a place, with all of its mentions."""

    name: str
    type: Literal["person", "organisation", "place"]
    aliases: list[str] = Field(default_factory=list)
    titles: list[str] = Field(default_factory=list)
    """Titles and roles that the text gives a person: `Foreign Ministry spokesman`."""
    spans: list[Span] = Field(default_factory=list)
    country: str | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    geonameid: int | None = None
    evidence: Evidence | None = None


class TimeExpression(Lean):
    """A time expression and its TIMEX3 value (ISO 24617-1)."""

    text: str
    span: Span
    type: Literal["DATE", "TIME", "DURATION", "SET"]
    value: str
    evidence: Evidence | None = None


class Story(Lean):
    """Which story this is a version, copy or rewrite of."""

    id: str
    relation: Literal["original", "version", "copy", "rewrite"]
    of: str | None = None
    similarity: Confidence | None = None
    evidence: Evidence | None = None


class Provenance(Lean):
    """How the article came to be: the input's SHA-256, who read it, and when each stage had it."""

    sha256: str | None = None
    feed: str | None = None
    document: str | None = None
    """Id of the received document."""
    index: int | None = None
    """Which article of its document it is, from 0."""
    received: Moment | None = None
    parser: str | None = None
    """`name@version`."""
    enrichers: list[str] = Field(default_factory=list)
    """`name@version`, in the order in which they ran."""
    stages: dict[str, Moment] = Field(default_factory=dict)
    notes: list[str] = Field(default_factory=list)
    """What was repaired while reading: `charset: declared iso-8859-1, read as utf-8`."""


class Article(Lean):
    """One version of one story."""

    uri: str
    version: str | None = None
    format: str
    # A factory that takes the data is never compared with, so that these two are always in the JSON.
    type: ArticleType = Field(default_factory=lambda _data: "text")
    pubstatus: PubStatus = Field(default_factory=lambda _data: "usable")
    signals: list[str] = Field(default_factory=list)

    firstcreated: Moment | None = None
    versioncreated: Moment | None = None
    published: Moment | None = None
    embargoed: Moment | None = None
    expires: Moment | None = None
    timezone_assumed: str | None = None

    urgency: int | None = None
    priority: int | None = None
    language: str | None = None
    feed: str | None = None
    provider: str | None = None
    republisher: str | None = None

    headline: str | None = None
    subheadline: str | None = None
    slugline: str | None = None
    byline: str | None = None
    creditline: str | None = None
    abstract: str | None = None
    ednote: str | None = None
    usageterms: str | None = None
    copyrightholder: str | None = None
    copyrightnotice: str | None = None
    takekey: str | None = None
    category: str | None = None
    sequence: str | None = None
    located: str | None = None
    dateline: Dateline | None = None
    section: list[str] = Field(default_factory=list)
    keywords: list[str] = Field(default_factory=list)
    subjects: list[Subject] = Field(default_factory=list)

    body: str | None = None
    body_html: str | None = None
    word_count: int | None = None
    reading_minutes: int | None = None
    summary: str | None = None
    """Sentences of the story that say most of it, as they stand there."""

    credits: list[Credit] = Field(default_factory=list)
    related: list[Related] = Field(default_factory=list)
    associations: list[Association] = Field(default_factory=list)
    link: str | None = None

    quotes: list[Quote] = Field(default_factory=list)
    entities: list[Entity] = Field(default_factory=list)
    times: list[TimeExpression] = Field(default_factory=list)
    story: Story | None = None

    evidence: dict[str, Evidence] = Field(default_factory=dict)
    """What the inferred plain fields (`provider`, `language`, `section` …) rest on, by field name."""
    provenance: Provenance | None = None

    @property
    def key(self) -> str:
        """The story: `provider|uri`, key of every article topic."""
        return f"{self.provider or ''}|{self.uri}"

    def only(self, names: Collection[str]) -> Article:
        """Return the article with these fields alone: `IDENTITY`, or more."""
        return Article(**{name: value for name, value in self if name in names})


IDENTITY = frozenset(
    [
        "uri",
        "version",
        "format",
        "type",
        "pubstatus",
        "signals",
        "firstcreated",
        "versioncreated",
        "published",
        "embargoed",
        "expires",
        "language",
        "feed",
        "provider",
        "republisher",
        "provenance",
    ]
)
"""Fields that say which story and version it is, and nothing of what it says: all that stays of a killed one."""

HEAD = frozenset(
    [
        "urgency",
        "priority",
        "headline",
        "subheadline",
        "slugline",
        "byline",
        "creditline",
        "section",
        "subjects",
        "word_count",
        "summary",
    ]
)
"""What an article that is too long for a record still says beside its identity."""

SHORT_BYTES = 256 << 10


def shortened(value: bytes) -> bytes:
    """Return an article's JSON without its text and all that quotes or points into it, for a record that cannot hold it whole.

    At most `SHORT_BYTES` where its identity is not longer than that.
    """
    article = Article.model_validate_json(value)
    short = article.only(IDENTITY | HEAD).to_json()
    return short if len(short) <= SHORT_BYTES else article.only(IDENTITY).to_json()
