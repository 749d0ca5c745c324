"""`copydesk explain`: a story with what was found in it, and what each finding rests on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from copydesk.desk.terminal import terminal
from copydesk.enrich.enrich import enrich
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.parse.raw import Raw
from copydesk.parse.read import read as parse
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Evidence, Span
from cyclopts import Parameter
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

STYLES = {
    "quote": "green",
    "person": "magenta",
    "organisation": "cyan",
    "place": "blue",
    "time": "yellow",
    "dateline": "bold",
}
PLAIN = (
    "uri",
    "version",
    "provider",
    "republisher",
    "language",
    "versioncreated",
    "published",
    "embargoed",
    "signals",
    "section",
)


def explain(
    *paths: Path,
    format: Annotated[str | None, Parameter(help="Name of the format; detected where it is left out.")] = None,  # noqa: A002
    feed: Annotated[str | None, Parameter(help="Name of the feed that the files are taken to come from.")] = None,
) -> int:
    """Print each story of the files with its findings marked in the text, then every finding with its evidence."""
    console = terminal()
    knowledge = Knowledge()
    status = 0
    for path in paths:
        try:
            for article in parse(Raw(path.read_bytes(), name=path.name), form=format, feed=feed):
                print_story(enrich(article, knowledge), console)
        except (Refusal, OSError) as refusal:
            print(f"{path}: {refusal}", file=sys.stderr)
            status = 1
    return status


def print_story(article: Article, console: Console) -> None:
    """Print one story: plain fields, the text with its findings marked, every finding with its evidence."""
    console.rule(Text(article.headline or article.uri))
    facts = Table(show_header=False, box=None, padding=(0, 1))
    for name in PLAIN:
        if value := getattr(article, name):
            rests = article.evidence.get(name)
            facts.add_row(
                name, Text(" > ".join(value) if isinstance(value, list) else str(value)), _ground(article, rests)
            )
    console.print(facts)
    console.print()
    console.print(marked(article))
    console.print()
    table = Table(Column("what", no_wrap=True), "found", "is", "rests on", box=None, padding=(0, 1))
    for kind, found, meaning, evidence in findings(article):
        table.add_row(Text(kind, STYLES.get(kind, "")), Text(found), Text(meaning), _ground(article, evidence))
    console.print(table)


def marked(article: Article) -> Text:
    """Return the body with every finding in its colour."""
    text = Text(article.body or "")
    for kind, spans in _spans(article):
        for start, end in spans:
            text.stylize(STYLES[kind], start, end)
    return text


def _spans(article: Article) -> Iterator[tuple[str, list[Span]]]:
    yield from (("quote", [quote.span]) for quote in article.quotes)
    yield from ((entity.type, entity.spans) for entity in article.entities)
    yield from (("time", [time.span]) for time in article.times)
    if article.dateline and article.dateline.evidence and article.dateline.evidence.span:
        yield "dateline", [article.dateline.evidence.span]


def findings(article: Article) -> Iterator[tuple[str, str, str, Evidence | None]]:
    """Yield every finding: its kind, the words, what they were taken to mean, and the evidence."""
    if line := article.dateline:
        place = ", ".join(filter(None, [line.place.name, line.place.country])) if line.place else ""
        guessed = f" (inferred: {', '.join(line.inferred)})" if line.inferred else ""
        yield "dateline", line.text or "", f"{place} {line.date or ''}{guessed}", line.evidence
    for credit in article.credits:
        yield "credit", credit.name, credit.role, credit.evidence
    for quote in article.quotes:
        who = quote.speaker
        said = ", ".join(filter(None, [who.name, who.description])) if who else "nobody named"
        yield "quote", quote.text, said + (f" via {quote.via}" if quote.via else ""), quote.evidence
    for entity in article.entities:
        where = f" {entity.latitude:.2f} {entity.longitude:.2f}" if entity.latitude is not None else ""
        told = " · ".join([*entity.aliases, *entity.titles])
        yield entity.type, entity.name, f"{entity.country or ''}{where} {told}".strip(), entity.evidence
    for time in article.times:
        yield "time", time.text, f"{time.type} {time.value}", time.evidence
    for subject in article.subjects:
        yield "subject", subject.name or "", subject.code or "", subject.evidence
    for related in article.related:
        yield "related", related.headline or "", related.url or "", related.evidence


def _ground(article: Article, evidence: Evidence | None) -> Text:
    if evidence is None:
        return Text("as sent", "dim")
    parts = [evidence.rule]
    if evidence.span:
        start, end = evidence.span
        words = (article.body or "")[start:end]
        parts.append(f"{start}-{end} “{words[:40]}{'…' if len(words) > 40 else ''}”")
    if evidence.field:
        parts.append(evidence.field)
    if evidence.confidence is not None:
        parts.append(f"{evidence.confidence:.2f}")
    if evidence.candidates:
        parts.append("or " + ", ".join(evidence.candidates))
    return Text("  ".join(parts), "dim")
