"""Which URLs may be asked for, and which addresses connected to: nothing that only this machine or its network can reach.

A feed, a listing or a redirect may name any URL; the one who wrote it must not make us ask an internal service or the cloud's
metadata for him (server-side request forgery, CWE-918).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx2
from copydesk.runtime.refusal import Refusal

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL = 2000
PORTS = {"http": 80, "https": 443}
# Beyond what `ipaddress` of Python 3.11 holds for not global, from IANA's registries of special-purpose addresses.
SPECIAL = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments, RFC 6890; Oracle's cloud has its metadata there
        "192.88.99.0/24",  # relays of 6to4, RFC 7526
        "168.63.129.16/32",  # Azure's own services, at a public address
        "64:ff9b:1::/48",  # local translation, RFC 8215
        "fec0::/10",  # site-local, RFC 3879
        "3fff::/20",  # documentation, RFC 9637
        "5f00::/16",  # segment routing, RFC 9602
    )
)
TRANSLATED = ip_network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last four bytes are an IPv4 address."""
COMPATIBLE = ip_network("::/96")
"""IPv4-compatible (RFC 4291, 2.5.5.1), no longer in use: likewise."""


@dataclass(frozen=True)
class Guard:
    """What may be asked. Without anything allowed: public addresses at the ports 80 and 443."""

    allowed: tuple[Network, ...] = ()
    """Networks that may be asked although they are not public."""
    ports: frozenset[int] = frozenset(PORTS.values())

    def url(self, text: str) -> httpx2.URL:
        """Return the URL parsed, without its fragment. Refusal `bad-url` or `forbidden-url`."""
        if len(text) > LONGEST_URL:
            raise Refusal("bad-url", f"a URL of {len(text)} characters; {LONGEST_URL} are the most")
        try:
            url = httpx2.URL(text.strip()).copy_with(fragment=None)
        except (httpx2.InvalidURL, ValueError) as error:
            raise Refusal("bad-url", f"not a URL: {error}") from error
        if url.scheme not in PORTS or not url.host:
            raise Refusal("forbidden-url", f"only http and https with a host, not {url.scheme[:20]!r}")
        if url.userinfo:
            raise Refusal("forbidden-url", "a URL with user or password")
        self.port(port_of(url))
        return url

    def port(self, port: int) -> None:
        """Refusal `forbidden-url` where this port is not to be asked."""
        if port not in self.ports:
            raise Refusal("forbidden-url", f"port {port}; COPYDESK_POLL_PORTS names those that may be asked")

    def addresses(self, host: str, resolved: Iterable[str]) -> list[str]:
        """Return the addresses, of which every one may be connected to. Refusal `forbidden-address` otherwise.

        One that may not condemns all: a name that leads both in and out is nobody's honest host.
        """
        found = list(dict.fromkeys(resolved))
        for each in found:
            if not self.may_connect(each):
                raise Refusal("forbidden-address", f"{host} is at {each}, which is not public")
        return found

    def may_connect(self, address: str) -> bool:
        """Whether this address is public or allowed; what is written inside another is told by what is inside."""
        if "%" in address:  # a zone: the address has a meaning on one link only
            return False
        inner = embedded(ip_address(address))
        return any(inner in network for network in self.allowed if network.version == inner.version) or is_public(inner)


def embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for: mapped, compatible, 6to4, Teredo, NAT64; else the address."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in TRANSLATED or (address in COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet's, of a single host."""
    special = any(address in network for network in SPECIAL if network.version == address.version)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)


def port_of(url: httpx2.URL) -> int:
    """Return the port that the URL leads to."""
    return url.port or PORTS.get(url.scheme, 0)


def host_of(url: httpx2.URL) -> str:
    """Return the host under which all ways of writing it are one: lower case, in ASCII, without a closing dot."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def origin_of(url: httpx2.URL) -> str:
    """Return scheme, host and port: what has one robots.txt."""
    return f"{url.scheme}://{host_of(url)}:{port_of(url)}"


def shown(url: httpx2.URL | str) -> str:
    """Return the URL as logs may have it: without its query, in which keys are handed over by custom."""
    head, mark, _ = str(url).partition("?")
    return f"{head}?…" if mark else head
