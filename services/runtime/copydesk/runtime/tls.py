"""TLS for our clients: contexts made of the settings' files, and what a failed handshake means for whoever set them."""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

from copydesk.runtime.security import BadSettings, KafkaSecurity

# OpenSSL's X509_V_ERR_* (x509_vfy.h), by which a refused certificate says what is wrong with it.
_NOT_YET, _EXPIRED = 9, 10
_UNKNOWN_SIGNER = {2, 18, 19, 20, 21, 24}
_OTHER_NAME = {62, 64}


def context(security: KafkaSecurity) -> ssl.SSLContext:
    """Return the context of clients with these settings: TLS 1.2 or later, certificate and host name checked.

    `BadSettings` where a file is not what it should be. Files that were replaced are read anew by the next client.
    """
    files = (security.ssl_ca, security.ssl_certificate, security.ssl_key)
    return _context(security, tuple(file.stat().st_mtime_ns if file else 0 for file in files))


@lru_cache(maxsize=4)
def _context(security: KafkaSecurity, _changed: tuple[int, ...]) -> ssl.SSLContext:
    try:
        made = ssl.create_default_context(cafile=security.ssl_ca)
    except (ssl.SSLError, OSError) as error:
        raise BadSettings(f"COPYDESK_KAFKA_SSL_CA: no PEM certificate in {security.ssl_ca}: {reason(error)}") from None
    if security.ssl_certificate is not None:
        try:
            made.load_cert_chain(security.ssl_certificate, security.ssl_key, password=lambda: _password(security))
        except (ssl.SSLError, OSError) as error:
            raise BadSettings(f"COPYDESK_KAFKA_SSL_CERTIFICATE, COPYDESK_KAFKA_SSL_KEY: {reason(error)}") from None
    return made


def _password(security: KafkaSecurity) -> str:
    # Without an answer of ours OpenSSL would ask at the terminal.
    return security.ssl_key_password.get_secret_value() if security.ssl_key_password else ""


def reason(error: Exception) -> str:
    """Return what went wrong in words, without OpenSSL's source lines."""
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def certificate_fault(
    error: ssl.SSLCertVerificationError, *, place: str, where: str, ca: str, ca_file: Path | None
) -> str:
    """Say which setting a refused certificate speaks to. `place` was dialled; `where` and `ca` are names of variables."""
    if error.verify_code == _EXPIRED:
        return f"{place}: the server's certificate has expired; it must be renewed there"
    if error.verify_code == _NOT_YET:
        return f"{place}: the server's certificate is not yet valid; is one of the two clocks wrong?"
    if error.verify_code in _OTHER_NAME:
        return f"{where}: the certificate at {place} is for another host: {error.verify_message.rstrip('.')}"
    if error.verify_code in _UNKNOWN_SIGNER:
        held = f"{ca} ({ca_file})" if ca_file else f"the system's trust store ({ca} is not set)"
        return f"{ca}: the certificate at {place} is signed by an authority that is not in {held}"
    return f"{ca}: the certificate at {place} is refused: {error.verify_message}"
