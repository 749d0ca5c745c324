"""Certificates for the tests: an authority of their own, and certificates of it that are good, expired, or another host's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path
    together: Path
    """Key and certificate in one file, as Kafka wants its key store."""


@dataclass(frozen=True)
class Authority:
    """Signs certificates into a folder."""

    folder: Path
    signer: trustme.CA

    @property
    def file(self) -> Path:
        path = self.folder / "ca.pem"
        self.signer.cert_pem.write_to_path(path)
        return path

    def server(self, *hosts: str, expired: bool = False) -> Pair:
        """For `localhost` and 127.0.0.1, or for the hosts named."""
        over = datetime.now(UTC) - timedelta(days=1) if expired else None
        issued = self.signer.issue_cert(*(hosts or ("localhost", "127.0.0.1")), not_after=over)
        return self._pair(f"server-{hosts[0] if hosts else 'local'}{'-expired' if expired else ''}", issued)

    def client(self, name: str) -> Pair:
        return self._pair(f"client-{name}", self.signer.issue_cert(f"{name}.example", common_name=name))

    def _pair(self, name: str, issued: trustme.LeafCert) -> Pair:
        pair = Pair(*(self.folder / f"{name}{end}" for end in (".pem", ".key", ".both.pem")))
        # Kafka reads PKCS#8 only.
        key = load_pem_private_key(issued.private_key_pem.bytes(), None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        for path, data in ((pair.certificate, chain), (pair.key, key), (pair.together, key + chain)):
            path.write_bytes(data)
            path.chmod(0o600)
        return pair


def authority(folder: Path) -> Authority:
    folder.mkdir(parents=True, exist_ok=True)
    return Authority(folder, trustme.CA())
