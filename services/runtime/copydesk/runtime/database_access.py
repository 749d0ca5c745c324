"""Getting into the database, and why a connection does not.

libpq says what went wrong in words only, and of a refused certificate no more than that it was refused; so the certificate is
looked at once more from here. https://www.postgresql.org/docs/current/libpq-connect.html
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg
from copydesk.runtime import tls
from copydesk.runtime.refusal import Rejected, Unavailable
from copydesk.runtime.security import DATABASE, BadSettings, DatabaseSecurity, stated
from psycopg.conninfo import conninfo_to_dict

SSLMODE, CA, CERTIFICATE = f"{DATABASE}_SSLMODE", f"{DATABASE}_SSL_CA", f"{DATABASE}_SSL_CERTIFICATE"
PATIENCE_S = 3
_PREAMBLE = re.compile(r'connection failed: |connection to server at "[^"]*"(?: \([^)]*\))?, port \d+ failed: ')
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST"""


def secured(url: str) -> str:
    """Return the PostgreSQL URL with what the environment says of password and TLS, where it says nothing itself.

    `BadSettings` where it is no such URL; its text is not repeated, for it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSettings(f"{DATABASE} is no PostgreSQL URL; one begins with postgresql://")
    security = stated(DatabaseSecurity)
    options = dict(parse_qsl(parts.query))
    implied = {
        "password": None if parts.password else security.secret or None,
        "sslmode": security.sslmode,
        "sslrootcert": security.ssl_ca,
        "sslcert": security.ssl_certificate,
        "sslkey": security.ssl_key,
    }
    options = {name: str(value) for name, value in implied.items() if value is not None} | options
    made = urlunsplit(parts._replace(query=urlencode(options, quote_via=quote)))
    try:
        ports = str(conninfo_to_dict(made).get("port") or "5432").split(",")
    except psycopg.ProgrammingError as error:
        raise BadSettings(f"{DATABASE}: {without_secret(str(error), made).strip()}") from None
    if not all(port.isdigit() for port in ports):
        # A `/` in a password ends the part of the URL in which passwords stand.
        raise BadSettings(
            f"{DATABASE}: the port is no number; special characters of a password are to be percent-encoded"
        )
    return made


def without_secret(text: str, url: str) -> str:
    """Return the text without the URL's password, however it is written there."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    for secret in filter(None, (parts.password, options.get("password"))):
        for written in {secret, unquote(secret), quote(secret), quote(secret, safe="")}:
            text = text.replace(written, "***")
    return text


def shown(url: str) -> str:
    """Return the URL for people and logs: without its password."""
    return without_secret(url, url)


def explained(error: psycopg.Error, url: str) -> Unavailable:
    """Return what keeps us out, `Rejected` where the database turns us away; it names the setting to look at."""
    said = _PREAMBLE.sub("", without_secret(" ".join(str(error).split()), url))
    return _Attempt(conninfo_to_dict(url), said).explained()


@dataclass(frozen=True)
class _Attempt:
    """A connection that failed: by which parameters, and what libpq said of it (in English, as our servers do)."""

    parameters: dict[str, str | int | None]
    said: str

    def explained(self) -> Unavailable:
        for pattern, answer in self._answers().items():
            if re.search(pattern, self.said):
                return Rejected(answer)
        if "certificate verify failed" in self.said:
            return self._certificate()
        return Unavailable(f"database: {self.said}")

    def _answers(self) -> dict[str, str]:
        """Return what each of libpq's complaints means for the settings."""
        user, place, mode = self._of("user"), self._place, self._of("sslmode") or "prefer"
        at = f"the database at {place}"
        return {
            "password authentication failed": f"{DATABASE}, {DATABASE}_PASSWORD: {at} knows no user {user!r} with this password",
            "no password supplied": f"{DATABASE}_PASSWORD is not set, but {at} asks user {user!r} for one",
            "does not match host name": f"{DATABASE}: the certificate at {place} is for another host: {self.said}",
            "does not support SSL": f"{SSLMODE} is {mode}, but {at} speaks no TLS",
            "no encryption": f"{SSLMODE} is {mode}, but {at} admits user {user!r} over TLS only: verify-full?",
            "no pg_hba.conf entry": f"{DATABASE}: {at} admits no user {user!r} from here (its pg_hba.conf)",
            "valid client certificate": f"{CERTIFICATE} is not set, but {at} wants a certificate of ours",
            "certificate required": f"{CERTIFICATE} is not set, but {at} wants a certificate of ours",
            "certificate authentication failed": f"{CERTIFICATE}: our certificate is not user {user!r}'s for {at}",
            r"alert (bad certificate|unknown ca|certificate (expired|unknown|revoked)|decrypt error)": (
                f"{CERTIFICATE}: {at} refuses our certificate: {self.said}"
            ),
            "root certificate file": f"{CA}: {self.said}",
            "private key file|could not load private key": f"{DATABASE}_SSL_KEY: {self.said}",
            "certificate file": f"{CERTIFICATE}: {self.said}",
            r'(database|role) "[^"]*" does not exist': f"{DATABASE}: {self.said}",
        }

    def _certificate(self) -> Unavailable:
        file = self._of("sslrootcert")
        held = Path(file) if file and file != "system" else None
        error = _refused(self._host, self._port, held)
        if error is None:
            return Rejected(f"{CA}: the certificate at {self._place} is refused: {self.said}")
        told = tls.certificate_fault(error, place=self._place, where=DATABASE, ca=CA, ca_file=held)
        return Rejected(told)

    def _of(self, name: str) -> str:
        return str(self.parameters.get(name) or "")

    @property
    def _host(self) -> str:
        return self._of("host").split(",")[0] or "localhost"

    @property
    def _port(self) -> int:
        return int(self._of("port").split(",")[0] or 5432)

    @property
    def _place(self) -> str:
        return f"{self._host}:{self._port}"


def _refused(host: str, port: int, ca: Path | None) -> ssl.SSLCertVerificationError | None:
    """Return what is wrong with the server's certificate; None where this look finds nothing, or does not get that far."""
    context = ssl.create_default_context(cafile=ca)
    context.check_hostname = False  # libpq has words of its own for that
    try:
        with socket.create_connection((host, port), timeout=PATIENCE_S) as plain:
            plain.sendall(SSL_REQUEST)
            if plain.recv(1) == b"S":
                context.wrap_socket(plain).close()
    except ssl.SSLCertVerificationError as error:
        return error
    except OSError:
        return None
    return None
