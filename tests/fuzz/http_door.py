"""The HTTP door: by its own OpenAPI (schemathesis), by bent documents and headers, by bombs, and by senders that dawdle or hang up."""

from __future__ import annotations

import concurrent.futures
import contextlib
import gzip
import http.client
import random
import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import schemathesis
from copydesk.desk.embedded.feeds import NAME
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from requests import RequestException, Timeout
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup

from tests.fuzz.bending import NAMES, mutant
from tests.fuzz.tally import Tally

if TYPE_CHECKING:
    from copydesk.desk.embedded.stack import Stack

ANSWER_S = 60.0
DAWDLERS = 6
STATED = {202, 400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 503}
BOMB = gzip.compress(bytes(200 << 20), 9)
SPLIT = "fuzz-boundary"


def fuzz(stack: Stack, inputs: int, seed: int) -> Tally:
    """Send so many requests: a tenth by the OpenAPI, the others by hand; dawdlers beside them."""
    key = stack.key.read_text().strip() if stack.key else ""
    address = urlsplit(stack.connection.http)
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(DAWDLERS) as pool:
        dawdling = [pool.submit(dawdle, address.hostname, address.port, key, kind) for kind in range(DAWDLERS)]
        tally.add(by_openapi(stack.connection.http, key, inputs // 10, seed))
        tally.add(by_hand(address.hostname, address.port, key, inputs - inputs // 10, random.Random(seed)))
        for each in dawdling:
            tally.add(each.result())
    return tally


def by_openapi(base: str, key: str, inputs: int, seed: int) -> Tally:
    """Send what the OpenAPI allows, and what it forbids; each answer must be one that it states."""
    tally = Tally()
    operation = schemathesis.openapi.from_url(f"{base}/openapi.json")["/wire/{feed}"]["POST"]

    @seeded(seed)
    @settings(
        max_examples=inputs,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy())
    def sent(case: schemathesis.Case) -> None:
        tally.inputs += 1
        if tally.inputs % 4:  # the feeds that hypothesis names are nobody's
            case.path_parameters["feed"] = NAME
        try:
            answer = case.call(headers={"Authorization": f"Bearer {key}"}, timeout=ANSWER_S)
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            tally.crashed.append(f"http: {failures.exceptions[0]}"[:300])
        except Timeout:
            tally.hung.append(f"http: no answer in {ANSWER_S:.0f} s to {case.path_parameters} {case.headers}"[:300])
        except (RequestException, ValueError):  # what no client can put on a line
            tally.refused += 1
        else:
            count(tally, answer.status_code, "openapi")

    sent()
    return tally


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def by_hand(host: str | None, port: int | None, key: str, inputs: int, dice: random.Random) -> Tally:
    """Send bent documents under bent names, encodings, keys and forms."""
    tally = Tally()
    for _ in range(inputs):
        tally.inputs += 1
        path, headers, body = request(dice, key)
        connection = http.client.HTTPConnection(host or "", port, timeout=ANSWER_S)
        try:
            connection.request("POST", path, body, headers)
            count(tally, connection.getresponse().status, path)
        except TimeoutError:
            tally.hung.append(f"http: no answer in {ANSWER_S:.0f} s to {path} {headers}"[:300])
        except (BrokenPipeError, ConnectionResetError):
            tally.refused += 1  # turned away before all of it was sent: the answer is lost on such a sender
        except (OSError, http.client.HTTPException) as error:
            tally.crashed.append(f"http: {error!r} to {path} {headers}"[:300])
        finally:
            connection.close()
    return tally


def request(dice: random.Random, key: str) -> tuple[str, dict[str, str], bytes]:
    """Return path, headers and body of a request."""
    feed = dice.choice((NAME,) * 12 + ("other", "..", "a b", "%00", "x" * 300, f"{NAME}/../{NAME}"))
    shown = quote(dice.choice(NAMES), safe="")
    headers = {
        "Authorization": dice.choice((f"Bearer {key}",) * 12 + ("Bearer x", f"Basic {key}", "Bearer", "")),
        "X-Filename": dice.choice(("a.txt", shown[:2000], "\xe9", "../../x")),
        "Content-Type": dice.choice(
            ("text/plain", "application/xml", "x", "text/html; charset=x", "multipart/form-data", "", "a" * 2000)
        ),
    }
    body = mutant(dice)
    kind = dice.randrange(30)
    if kind == 0:
        headers["Content-Encoding"], body = "gzip", BOMB
    elif kind == 1:
        headers["Content-Encoding"] = dice.choice(("gzip", "br", "gzip, gzip", "\xff"))
    elif kind == 2:
        headers["Content-Encoding"], body = "gzip", gzip.compress(body)
    elif kind < 6:
        headers["Content-Type"] = f"multipart/form-data; boundary={SPLIT}"
        body = form(dice)
    elif kind == 6 and dice.random() < 0.05:
        body = bytes(33 << 20)
    return f"/wire/{quote(feed, safe='/%')}", headers, body


def form(dice: random.Random) -> bytes:
    """Return a form of some documents, whole or bent."""
    parts = [
        f'--{SPLIT}\r\nContent-Disposition: form-data; name="file"; filename="{quote(dice.choice(NAMES))[:500]}"\r\n\r\n'.encode()
        + mutant(dice)
        + b"\r\n"
        for _ in range(dice.choice((0, 1, 5, 40)))
    ]
    whole = b"".join(parts) + f"--{SPLIT}--\r\n".encode()
    return whole if dice.random() < 0.7 else whole[: dice.randrange(len(whole))]


def count(tally: Tally, status: int, what: str) -> None:
    """Count an answer; one that no document should get is a crash."""
    if status == 202:
        tally.accepted += 1
    elif status in STATED:
        tally.refused += 1
    else:
        tally.crashed.append(f"http: {status} to {what}"[:300])


def dawdle(host: str | None, port: int | None, key: str, kind: int) -> Tally:
    """Begin a request and fall silent, drip, or hang up in the middle: the door must let go of us within its time."""
    tally = Tally(inputs=1)
    begun = time.monotonic()
    head = (
        f"POST /wire/{NAME} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: 100000\r\n".encode()
    )
    with contextlib.suppress(OSError), socket.create_connection((host or "", port or 0), timeout=ANSWER_S) as line:
        line.sendall(head[: len(head) // 2] if kind == 0 else head if kind == 1 else head + b"\r\nHALVERSUND")
        if kind == 3:  # hang up
            line.shutdown(socket.SHUT_RDWR)
        elif kind == 4:  # drip
            for _ in range(10):
                line.sendall(b".")
                time.sleep(0.5)
            line.shutdown(socket.SHUT_WR)
        while line.recv(4096):
            pass
    if time.monotonic() - begun > ANSWER_S - 1:
        tally.hung.append(f"http: a sender of kind {kind} was not let go of within {ANSWER_S:.0f} s")
    else:
        tally.refused += 1
    return tally
