"""`python -m copydesk.runtime.probe [PID]`: status 0 when the service of this container says that it is ready.

With a PID, a service that hangs (`/healthz`: records to do, and no offset advances) is asked to end, for Docker restarts what
has ended and leaves alone what is unhealthy. It runs every few seconds beside each service, so it loads nothing but sockets.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Sequence

WITHIN_S = 2.0
OK = b"200"


def main(arguments: Sequence[str]) -> int:
    """Ask `/healthz` and `/readyz`, and print the answer that is not yes."""
    port = int(os.environ.get("COPYDESK_HTTP_PORT") or 0)
    try:
        for path in ("/healthz", "/readyz"):
            status, answer = ask(port, path)
            if status != OK:
                sys.stderr.write(f"{path}: {answer}\n")
                if path == "/healthz" and arguments:
                    os.kill(int(arguments[0]), signal.SIGTERM)
                return 1
    except OSError as error:
        sys.stderr.write(f"no answer: {error}\n")
        return 1
    return 0


def ask(port: int, path: str) -> tuple[bytes, str]:
    """Return the answer's HTTP status and body. OSError where none comes."""
    with socket.create_connection(("127.0.0.1", port), WITHIN_S) as asked:
        asked.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        said = b"".join(iter(lambda: asked.recv(65536), b""))
    head, _, body = said.partition(b"\r\n\r\n")
    if not head:
        raise OSError("the service closed the connection")
    return head.split(b" ", 2)[1], body.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
