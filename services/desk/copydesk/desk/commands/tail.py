"""`copydesk tail`: what passes through a topic, as lines for people or as JSON."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from copydesk.desk.connection import connection
from copydesk.desk.topics import onward, reading, to_end
from copydesk.runtime.event import Event
from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

TOPIC_STYLE = {
    "wire.dead": "bold red",
    "article.enriched": "green",
    "article.published": "cyan",
    "article.current": "blue",
}


def tail(
    *topics: str,
    from_start: Annotated[
        bool, Parameter(help="Begin with the oldest record that is kept, not with the next.")
    ] = False,
    follow: Annotated[bool, Parameter(help="Go on until Ctrl-C.")] = True,
    as_json: Annotated[
        bool, Parameter(name="--json", help="One JSON object a record, headers and value whole.")
    ] = False,
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
) -> None:
    """Follow topics and print a line a record; without a name, article.enriched and wire.dead."""
    try:
        asyncio.run(
            _tail(topics or ("article.enriched", "wire.dead"), connection(kafka).kafka, from_start, follow, as_json)
        )
    except KeyboardInterrupt:
        return


async def _tail(topics: tuple[str, ...], kafka: str, from_start: bool, follow: bool, as_json: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    async with reading(kafka, *topics) as consumer:
        if not from_start and follow:
            await consumer.seek_to_end()
        async for event in onward(consumer) if follow else to_end(consumer):
            if as_json:
                print(json.dumps(in_json(event), ensure_ascii=False), flush=True)
            else:
                console.print(readable(event))


def in_json(event: Event) -> dict[str, Any]:
    """Return the record as a JSON object; a value that is no JSON stays text."""
    value: Any = None
    if event.value is not None:
        text = event.value.decode("utf-8", "replace")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
    return {
        "topic": event.topic,
        "partition": event.partition,
        "offset": event.offset,
        "time": event.written.isoformat(),
        "key": None if event.key is None else event.key.decode("utf-8", "replace"),
        "headers": {name: value.decode("utf-8", "replace") for name, value in event.headers},
        "value": value,
    }


def readable(event: Event) -> Text:
    """Return one line: when, which topic, and what a reader wants to know of it."""
    line = Text(f"{event.written:%H:%M:%S} ")
    line.append(f"{event.topic:18}", style=TOPIC_STYLE.get(event.topic, "dim"))
    line.append(f"{event.partition}:{event.offset:<6} ", style="dim")
    return line.append_text(_gist(event))


def _gist(event: Event) -> Text:
    key = (event.key or b"").decode("utf-8", "replace")
    if event.topic == "wire.dead" and event.header("dead_replayed"):
        return Text(f"{event.header('dead_id')}  replayed", style="dim")
    if event.topic == "wire.dead":
        reason = f"{event.header('dead_stage')}: {event.header('dead_error')}: {event.header('dead_message')}"
        return Text(reason, style="red")
    if event.value is None and event.topic.startswith("article."):
        return Text(f"{key}  (taken back)", style="red")
    if event.topic.startswith("article.") and event.value:
        article = json.loads(event.value)
        if event.topic == "article.published":
            return Text(f"{key}  in {article.get('sink')}")
        parts = [
            article.get("provider") or "",
            article.get("pubstatus", ""),
            article.get("headline") or "(no headline)",
        ]
        return Text("  ".join(part for part in parts if part and part != "usable"))
    return Text(
        f"{event.header('ce_feed') or key}  {len(event.value or b'')} bytes  {event.header('ce_filename') or ''}"
    )
