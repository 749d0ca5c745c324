"""A collector of traces: takes OTLP over HTTP from services that run as processes of their own."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

KINDS = {4: "producer", 5: "consumer"}


@dataclass(frozen=True)
class Told:
    """A span as it arrived."""

    service: str
    name: str
    kind: str
    trace: str
    span: str
    parent: str
    error: str | None
    about: dict[str, Any]
    links: tuple[str, ...]
    """Trace ids."""


@dataclass
class Collector:
    """What arrived so far."""

    url: str = ""
    spans: list[Told] = field(default_factory=list)

    def of(self, trace: str) -> list[Told]:
        return [span for span in list(self.spans) if span.trace == trace]

    def about(self, **wanted: Any) -> list[Told]:
        """Return the spans with these attributes; `__` stands for a dot."""
        named = {name.replace("__", "."): value for name, value in wanted.items()}
        return [span for span in list(self.spans) if named.items() <= span.about.items()]

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _plain(resource.resource.attributes)["service.name"]
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                told = Told(
                    service,
                    span.name,
                    KINDS.get(span.kind, str(span.kind)),
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    span.status.message if span.status.code == 2 else None,
                    _plain(span.attributes),
                    tuple(link.trace_id.hex() for link in span.links),
                )
                self.spans.append(told)


def _plain(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: Any) -> None:
            """Not to the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
