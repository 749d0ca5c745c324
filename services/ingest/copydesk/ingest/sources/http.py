"""Push over HTTP: `POST /wire/{feed}` with one document as the body, or many as `multipart/form-data`.

An answer of 202 means that the broker has the document in `wire.inbound`. What an authenticated sender sends and we refuse is
also seen in `wire.dead`; a wrong key gets an answer and leaves no trace but a log line.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import structlog
import uvicorn
from copydesk.ingest.document import shown_name
from copydesk.ingest.door import Door
from copydesk.ingest.settings import IngestSettings
from copydesk.ingest.source import Source
from copydesk.ingest.sources.backlog import Backlog
from copydesk.ingest.sources.body import patient, unpacked
from copydesk.ingest.sources.intake import Intake
from copydesk.ingest.sources.parts import parts_of
from copydesk.ingest.sources.quota import Quota
from copydesk.runtime.background import running
from copydesk.runtime.feeds import Feed
from copydesk.runtime.refusal import Refusal, Unavailable
from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

SOURCE_NAME = "copydesk/ingest/http"
CONNECTIONS = 256
RETRY_AFTER_S = 5
HEAD_S = 20.0
"""A connection on which no request's head is complete after so long is closed."""
STATUS = {
    "empty": 400,
    "bad-gzip": 400,
    "bad-multipart": 400,
    "no-document": 400,
    "too-slow": 408,
    "too-large": 413,
    "too-many": 413,
    "unsupported-encoding": 415,
}

log = structlog.get_logger()


class Accepted(BaseModel):
    """A document that the broker has."""

    document: str
    """Its id."""
    sha256: str
    size: int
    filename: str | None = None


class Refused(BaseModel):
    """A document, or a request, that was turned away."""

    error: str
    """The reason's name, such as `too-large`."""
    message: str
    filename: str | None = None


class Answer(BaseModel):
    """What became of each document of the request."""

    accepted: list[Accepted] = []
    refused: list[Refused] = []


class Failure(BaseModel):
    """Why the request as a whole was turned away."""

    error: str
    message: str


class Turned(Exception):  # noqa: N818 - an answer
    """The request is answered with this status and nothing of it is taken."""

    def __init__(self, status: int, error: str, message: str, retry: int | None = None) -> None:
        super().__init__(message)
        self.status, self.error, self.retry = status, error, retry


def check(backlog: Backlog) -> None:
    """Turn the request away while too many documents wait."""
    if backlog.full:
        raise Turned(429, "backlog", f"{backlog.now} documents wait; send again later", RETRY_AFTER_S)


@asynccontextmanager
async def _open(door: Door, settings: IngestSettings) -> AsyncIterator[None]:
    if settings.push_port is None:
        yield
        return
    door.feeds.all()  # a broken file of feeds is found at the start
    backlog = Backlog(door, settings.backlog_limit)
    config = uvicorn.Config(
        application(door, backlog),
        log_config=None,
        access_log=False,
        lifespan="off",
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        server_header=False,
    )
    # Bound here, so that an occupied port ends the service at once and says so.
    with socket.create_server((settings.push_host, settings.push_port), reuse_port=False, backlog=256) as listening:
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined] # the chassis has them
        log.info("http_source_open", port=listening.getsockname()[1])
        async with (
            _serving(server, listening),
            running(backlog.watch(), "backlog"),
            running(_hang_up_on_the_silent(server), "silent senders"),
        ):
            yield


@asynccontextmanager
async def _serving(server: uvicorn.Server, listening: socket.socket) -> AsyncIterator[None]:
    task = asyncio.create_task(server._serve([listening]))  # noqa: SLF001 - `serve` would take the signals from the chassis
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def _hang_up_on_the_silent(server: uvicorn.Server) -> None:
    """Close connections that never come to the end of a request's head: uvicorn waits for it for ever, and they add up."""
    begun: dict[Any, float] = {}
    while True:
        await asyncio.sleep(HEAD_S / 4)
        now = asyncio.get_running_loop().time()
        silent = [c for c in server.server_state.connections if getattr(c, "cycle", None) is None]
        begun = {c: begun.get(c, now) for c in silent}
        for connection, since in begun.items():
            if now - since > HEAD_S and connection.transport is not None:
                connection.transport.close()


ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": Answer, "description": "Empty, damaged, or no document in it"},
    401: {"model": Failure, "description": "No key, or one that nobody has"},
    403: {"model": Failure, "description": "The key of another feed"},
    408: {"model": Answer, "description": "The sender fell silent"},
    413: {"model": Answer, "description": "Longer than 32 MiB"},
    415: {"model": Answer, "description": "A Content-Encoding other than gzip"},
    429: {"model": Failure, "description": "The pipeline is behind, or the feed too fast; see Retry-After"},
    503: {"model": Failure, "description": "The broker or the archive is away; see Retry-After"},
}
"""What else than 202 a request may get, as the OpenAPI states it."""

REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            },
        },
    },
    "security": [{"bearer": []}, {"key": []}],
}
"""What the OpenAPI states of the request: FastAPI sees none of it, since the body is read as a stream."""


def application(door: Door, backlog: Backlog) -> FastAPI:
    """Return the HTTP application; its OpenAPI is at `/openapi.json`."""
    app = FastAPI(
        title="copydesk: push",
        description="Push wire documents, as they are, with the API key of their feed.",
        version="1",
        docs_url=None,
        redoc_url=None,
    )
    app.add_exception_handler(Turned, _turned)
    quota = Quota()

    @app.post(
        "/wire/{feed}",
        status_code=202,
        response_model=Answer,
        responses=ANSWERS,
        openapi_extra=REQUEST,
    )
    async def push(
        feed: str,
        request: Request,
        authorization: Annotated[str | None, Header()] = None,
        x_api_key: Annotated[str | None, Header()] = None,
        x_filename: Annotated[str | None, Header()] = None,
    ) -> JSONResponse:
        """Take one document (the raw body), or many (`multipart/form-data`, one part each), gzipped or not.

        202 when at least one document is with the broker: the answer names the ids of those, and the refused ones.
        """
        rate = admit(door, feed, authorization, x_api_key).rate
        check(backlog)
        if seconds := quota.wait(feed, rate):
            raise Turned(429, "rate", f"the feed may send {rate:g} documents a second; send again later", seconds)
        try:
            answer, status = await _pushed(door, feed, request, x_filename)
        except Unavailable as error:
            log.warning("push_unavailable", error=str(error))
            raise Turned(
                503, "unavailable", "the document could not be stored; send it again", RETRY_AFTER_S
            ) from error
        quota.spend(feed, rate, len(answer.accepted) + len(answer.refused))
        return JSONResponse(answer.model_dump(exclude_none=True), status)

    _declare_security(app)
    return app


def admit(door: Door, feed: str, authorization: str | None, api_key: str | None) -> Feed:
    """Return the feed if the request's key opens it.

    A key that opens nothing is answered the same whether or not there is such a feed, so that nobody learns their names.
    """
    scheme, _, token = (authorization or "").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else api_key
    opened = door.feeds.opened_by(key) if key else frozenset()
    if not opened:
        raise Turned(401, "unauthorized", "send the feed's API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`")
    if feed not in opened:
        raise Turned(403, "forbidden", "this API key is another feed's")
    return door.feeds.all()[feed]


async def _pushed(door: Door, feed: str, request: Request, filename: str | None) -> tuple[Answer, int]:
    media_type = request.headers.get("content-type")
    intake = Intake(door, feed, SOURCE_NAME, request.headers.get("traceparent"))
    try:
        stream = unpacked(patient(request.stream()), request.headers.get("content-encoding", ""))
        try:
            async for part in parts_of(stream, media_type, filename, intake.spool):
                await intake.add(part)
        except Refusal as why:
            await intake.broken(why, filename, media_type)
        await intake.flush()
    except ClientDisconnect:
        raise Turned(400, "broken-off", "the request ended before its document did") from None
    finally:
        intake.close()
    answer = Answer(
        accepted=[
            Accepted(document=d.document, sha256=d.sha256, size=d.size, filename=shown_name(d.filename))
            for d in intake.accepted
        ],
        refused=[
            Refused(error=why.kind, message=str(why), filename=shown_name(d.filename)) for d, why in intake.refused
        ],
    )
    status = 202 if intake.accepted else STATUS.get(intake.refused[0][1].kind, 400)
    return answer, status


async def _turned(_: Request, turned: Exception) -> Response:
    if not isinstance(turned, Turned):
        raise turned
    headers = {"WWW-Authenticate": "Bearer"} if turned.status == 401 else {}
    if turned.retry is not None:
        headers["Retry-After"] = str(turned.retry)
    return JSONResponse({"error": turned.error, "message": str(turned)}, turned.status, headers)


def _declare_security(app: FastAPI) -> None:
    """State in the OpenAPI how a key is sent; it is read by hand, so that one answer fits both ways."""
    schema = app.openapi()
    schema.setdefault("components", {})["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }


SOURCE = Source(name="http", open=_open)
