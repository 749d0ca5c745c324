"""How a client gets into the broker, and why it does not.

aiokafka says of every failure that it was "unable to bootstrap". So one connection more is made by hand, step by step as a
client makes it, to tell a broker that is away (it is waited for) from one that turns us away (a setting is wrong).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiokafka import errors
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.protocol.admin import SaslHandShakeRequest
from aiokafka.protocol.metadata import MetadataRequest
from copydesk.runtime import tls
from copydesk.runtime.refusal import Rejected, Unavailable
from copydesk.runtime.security import KAFKA, KafkaSecurity, stated

PROTOCOL, MECHANISM = f"{KAFKA}_SECURITY_PROTOCOL", f"{KAFKA}_SASL_MECHANISM"
NAME, PASSWORD = f"{KAFKA}_SASL_USERNAME", f"{KAFKA}_SASL_PASSWORD"
CA, CERTIFICATE = f"{KAFKA}_SSL_CA", f"{KAFKA}_SSL_CERTIFICATE"
PATIENCE_MS = 3000
"""For each step of the connection."""
BARE: dict[str, Any] = {"security_protocol": "PLAINTEXT"}


def arguments(security: KafkaSecurity) -> dict[str, Any]:
    """Return what aiokafka calls these settings."""
    found: dict[str, Any] = {"security_protocol": security.security_protocol}
    if security.encrypted:
        found["ssl_context"] = tls.context(security)
    if security.named:
        found |= {
            "sasl_mechanism": security.sasl_mechanism,
            "sasl_plain_username": security.sasl_username,
            "sasl_plain_password": security.password,
        }
    return found


async def trouble(servers: str) -> Unavailable:
    """Return what keeps us out, `Rejected` where one of the servers turns us away; it names the setting to look at."""
    security = stated(KafkaSecurity)
    addresses = [_address(server) for server in servers.split(",")]
    found = await asyncio.gather(*(_Look(host, port, security).trouble() for host, port in addresses))
    rejected = [each for each in found if isinstance(each, Rejected)]
    away = [each for each in found if each is not None]
    if len(away) < len(found):
        return Unavailable(f"the broker at {servers} did not answer, but does now")
    return rejected[0] if rejected else Unavailable("; ".join(map(str, away)))


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.strip().rpartition(":")
    return (host.strip("[]"), int(port)) if host and port.isdigit() else (server.strip(), 9092)


@dataclass(frozen=True)
class _Look:
    """One look at one server."""

    host: str
    port: int
    security: KafkaSecurity
    named_by: str = KAFKA
    """What names this address: our setting, or the broker itself (`advertised.listeners`)."""

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"

    async def trouble(self) -> Unavailable | None:
        """Say what stands in the way of a client at this server, None where nothing does."""
        try:
            held = await self._connection(arguments(self.security))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what keeps us out
            return await self._reason(error)
        try:
            answer = await held.send(MetadataRequest([]))
        except (errors.KafkaError, TimeoutError):
            return await self._unheard()
        finally:
            held.close()
        return await self._beyond(answer.brokers)

    async def _connection(self, how: dict[str, Any]) -> AIOKafkaConnection:
        return await create_conn(self.host, self.port, client_id="copydesk", request_timeout_ms=PATIENCE_MS, **how)

    async def _beyond(self, brokers: Iterable[tuple[Any, ...]]) -> Unavailable | None:
        """Look at the addresses by which the cluster's brokers call themselves, for there clients go next."""
        if self.named_by != KAFKA:
            return None
        for _, host, port, *_ in brokers:
            look = _Look(host, port, self.security, f"advertised.listeners of the broker at {self.place}")
            if (host, port) != (self.host, self.port) and (found := await look.trouble()) is not None:
                return found
        return None

    async def _reason(self, error: Exception) -> Unavailable:
        if isinstance(error, ssl.SSLCertVerificationError):
            told = tls.certificate_fault(
                error, place=self.place, where=self.named_by, ca=CA, ca_file=self.security.ssl_ca
            )
            return Rejected(told)
        if isinstance(error, errors.SaslAuthenticationFailed | errors.AuthenticationFailedError):
            return Rejected(
                f"{NAME}, {PASSWORD}: the broker at {self.place} knows no user {self.security.sasl_username!r} "
                f"with this password for {self.security.sasl_mechanism}"
            )
        if isinstance(error, errors.UnsupportedSaslMechanismError | errors.IllegalSaslStateError):
            return await self._other_mechanism()
        if isinstance(error, socket.gaierror):
            return Unavailable(f"{self.named_by}: no address is known for the host {self.host!r}")
        if isinstance(error, ConnectionRefusedError):
            return Unavailable(f"{self.named_by}: nobody listens at {self.place}")
        return await self._garbled(error)

    async def _garbled(self, error: Exception) -> Unavailable:
        """Say why a connection ended in the middle: perhaps one side speaks TLS and the other does not."""
        if not self.security.encrypted and await self._speaks_tls():
            with_tls = "SASL_SSL" if self.security.named else "SSL"
            return Rejected(f"{PROTOCOL} is {self._protocol}, but the broker at {self.place} speaks TLS: {with_tls}?")
        if self.security.encrypted and await self._speaks_plainly():
            bare = "SASL_PLAINTEXT" if self.security.named else "PLAINTEXT"
            return Rejected(f"{PROTOCOL} is {self._protocol}, but the broker at {self.place} speaks no TLS: {bare}?")
        if self.security.encrypted and (alert := _alert(error)):
            if self.security.ssl_certificate is None:
                return Rejected(f"{CERTIFICATE} is not set, but the broker at {self.place} wants one of us: {alert}")
            return Rejected(f"{CERTIFICATE}: the broker at {self.place} refuses our certificate: {alert}")
        return Unavailable(f"{self.named_by}: {self.place} does not answer as a broker: {tls.reason(error)}")

    async def _unheard(self) -> Unavailable:
        """Say why a broker that let us in hangs up at the first request: it wants to know who we are."""
        if not self.security.named and (offered := await self._mechanisms()):
            wanted = "SASL_SSL" if self.security.encrypted else "SASL_PLAINTEXT"
            return Rejected(
                f"{PROTOCOL} is {self._protocol}, but the broker at {self.place} wants a name and a password "
                f"({', '.join(offered)}): {wanted}?"
            )
        return Unavailable(f"{self.named_by}: the broker at {self.place} hung up")

    async def _other_mechanism(self) -> Unavailable:
        offered = await self._mechanisms()
        if not offered:
            bare = "SSL" if self.security.encrypted else "PLAINTEXT"
            return Rejected(f"{PROTOCOL} is {self._protocol}, but the broker at {self.place} asks no name: {bare}?")
        return Rejected(
            f"{MECHANISM} is {self.security.sasl_mechanism}, but the broker at {self.place} offers {', '.join(offered)}"
        )

    async def _mechanisms(self) -> list[str]:
        """Return what the broker offers, empty where it asks nobody for a name."""
        how = (
            {"security_protocol": "SSL", "ssl_context": tls.context(self.security)} if self.security.encrypted else BARE
        )
        try:
            held = await self._connection(how)
        except (OSError, errors.KafkaError, TimeoutError):
            return []
        try:
            return list((await held.send(SaslHandShakeRequest("?"))).enabled_mechanisms)
        except (errors.KafkaError, TimeoutError):
            return []
        finally:
            held.close()

    async def _speaks_tls(self) -> bool:
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE  # nothing is sent over it
        try:
            async with asyncio.timeout(PATIENCE_MS / 1000):
                _, writer = await asyncio.open_connection(self.host, self.port, ssl=anybody)
        except ssl.SSLError as error:
            return _alert(error) is not None
        except (OSError, TimeoutError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    async def _speaks_plainly(self) -> bool:
        try:
            held = await self._connection(BARE)
        except (OSError, errors.KafkaError, TimeoutError):
            return False
        held.close()
        return True

    @property
    def _protocol(self) -> str:
        return self.security.security_protocol


def _alert(error: BaseException | None) -> str | None:
    """Return the other side's TLS alert (RFC 8446, section 6.2), which may be the cause of the error's cause."""
    while error is not None:
        if isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or ""):
            return tls.reason(error).partition("alert ")[2]
        error = error.__cause__
    return None
