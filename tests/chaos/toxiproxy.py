"""Toxiproxy between the services and PostgreSQL: cuts and slows connections. Built from its Go module, kept in the cache.

https://github.com/Shopify/toxiproxy#http-api
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from copydesk.desk.embedded.child import Child, answers, start

VERSION = "2.12.0"
MODULE = f"github.com/Shopify/toxiproxy/v2/cmd/server@v{VERSION}"
BUILD_SECONDS = 600


def program(cache: Path) -> Path | None:
    """Return Toxiproxy's server, built at first use; None where there is no Go to build it with."""
    folder = cache / f"toxiproxy-{VERSION}"
    if not (folder / "server").exists():
        if shutil.which("go") is None:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "GOBIN": str(folder)}
        done = subprocess.run(
            ["go", "install", MODULE], env=environment, capture_output=True, timeout=BUILD_SECONDS, check=False
        )
        if done.returncode:
            return None
    return folder / "server"


@dataclass(frozen=True)
class Toxiproxy:
    """A running server; each of its proxies leads from a port to another."""

    port: int
    child: Child

    def lead(self, name: str, listen: int, upstream: int) -> None:
        """Open a proxy."""
        self._ask(
            "POST",
            "/proxies",
            {"name": name, "listen": f"127.0.0.1:{listen}", "upstream": f"127.0.0.1:{upstream}", "enabled": True},
        )

    def poison(self, name: str, kind: str, stream: str, **attributes: int) -> None:
        """Give the proxy a toxic; `stream` is `upstream` (to the server) or `downstream`."""
        toxic = {"name": f"{kind}-{stream}", "type": kind, "stream": stream, "attributes": attributes}
        self._ask("POST", f"/proxies/{name}/toxics", toxic)

    def cure(self, name: str) -> None:
        """Take every toxic away."""
        for toxic in self._ask("GET", f"/proxies/{name}/toxics"):
            self._ask("DELETE", f"/proxies/{name}/toxics/{toxic['name']}")

    def _ask(self, method: str, path: str, content: object = None) -> list[dict[str, str]]:
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            said = answer.read()
        return json.loads(said) if method == "GET" else []


def start_toxiproxy(server: Path, port: int, log: Path) -> Toxiproxy:
    """Start it without proxies."""
    child = start("toxiproxy", [server, "-host", "127.0.0.1", "-port", str(port)], log)
    child.wait_until(lambda: answers(port), 10)
    return Toxiproxy(port, child)
