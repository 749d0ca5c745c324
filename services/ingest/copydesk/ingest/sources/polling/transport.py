"""The connection to an address that the guard has seen: no second resolution, no proxy, no way around."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore2
import httpx2
from copydesk.ingest.sources.polling.guard import Guard
from copydesk.runtime.refusal import Refusal

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

ADDRESSES = 4
"""So many addresses of a host are tried."""
CONNECTIONS = 64
KEEP_ALIVE_S = 10.0


# Threads of its own: names whose servers never answer must not keep those from their work that read and archive documents.
_RESOLVERS = ThreadPoolExecutor(8, "copydesk-resolver")


async def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of the host as the system resolves it. OSError where it has none."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_RESOLVERS, ask)
    return [str(address[0]) for *_, address in found]


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Opens sockets to checked addresses only; TLS still asks for the host by its name."""

    def __init__(self, guard: Guard, resolve: Resolve = resolved) -> None:
        self._guard, self._resolve = guard, resolve
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers. Refusal `forbidden-url` or `forbidden-address` before any packet."""
        self._guard.port(port)
        addresses = self._guard.addresses(host, await self._addresses(host, port, timeout))
        trouble: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in addresses[:ADDRESSES]:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                trouble = error
        raise trouble

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - httpcore's signature
        socket_options: Iterable[SocketOption] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: no URL leads to a socket of this machine."""
        raise Refusal("forbidden-address", f"a socket of this machine: {path}")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int, within_s: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(within_s):
                return await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"{host} is not resolved within {within_s} s") from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"{host} is not resolved: {error}") from error


def client(
    guard: Guard, timeout: httpx2.Timeout, headers: dict[str, str], resolve: Resolve = resolved
) -> httpx2.AsyncClient:
    """Return a client that connects through the guard, follows no redirect by itself and heeds no proxy."""
    transport = httpx2.AsyncHTTPTransport(trust_env=False)
    # httpx has no parameter for the network; its pool is httpcore's, which has one.
    transport._pool = httpcore2.AsyncConnectionPool(  # noqa: SLF001
        ssl_context=httpx2.create_ssl_context(),
        max_connections=CONNECTIONS,
        keepalive_expiry=KEEP_ALIVE_S,
        network_backend=GuardedNetwork(guard, resolve),
    )
    return httpx2.AsyncClient(
        transport=transport,
        timeout=timeout,
        headers=headers,
        # Nobody is to be known again from one request to the next.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )
