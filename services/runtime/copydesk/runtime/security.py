"""How our clients get into a closed broker and a closed database: settings of the environment, and nothing else.

A setting that cannot be right by itself (a file that is not there, a password without a protocol that would send it) is
`BadSettings`: no wait mends it. What the other side says to a right one is told by `copydesk.runtime.broker` and
`copydesk.runtime.database`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import FilePath, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KAFKA, DATABASE = "COPYDESK_KAFKA", "COPYDESK_DATABASE"
"""The variables that say where broker and database are; those of their security begin with them."""

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
Mode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
Stated = TypeVar("Stated", bound=BaseSettings)


class BadSettings(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Settings that cannot be right, whatever the other side says; the message names the variables, never a value."""


class KafkaSecurity(BaseSettings):
    """Each field is the variable `COPYDESK_KAFKA_` plus its name in capitals; named as Kafka's own clients name them."""

    model_config = SettingsConfigDict(env_prefix=f"{KAFKA}_", env_ignore_empty=True, frozen=True)

    security_protocol: Protocol = "PLAINTEXT"
    sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    sasl_password_file: FilePath | None = None
    """File that holds the password; a line end at its end is not part of it."""
    ssl_ca: FilePath | None = None
    """PEM file of the authorities that may sign the brokers' certificates; unset: those that the system trusts."""
    ssl_certificate: FilePath | None = None
    """PEM file of our own certificate and its chain, where the brokers want one (`ssl.client.auth`)."""
    ssl_key: FilePath | None = None
    """PEM file of our certificate's private key; unset: it stands in the certificate's file."""
    ssl_key_password: SecretStr | None = None

    @property
    def encrypted(self) -> bool:
        """Whether we speak TLS."""
        return self.security_protocol in {"SSL", "SASL_SSL"}

    @property
    def named(self) -> bool:
        """Whether we say who we are by name and password."""
        return self.security_protocol in {"SASL_PLAINTEXT", "SASL_SSL"}

    @property
    def password(self) -> str:
        """The password; empty where there is none. The file is read anew each time."""
        return _secret(self.sasl_password, self.sasl_password_file)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        secrets = {"SASL_PASSWORD": self.sasl_password, "SASL_PASSWORD_FILE": self.sasl_password_file}
        names = {"SASL_USERNAME": self.sasl_username, **secrets}
        files = {"SSL_CA": self.ssl_ca, "SSL_CERTIFICATE": self.ssl_certificate, "SSL_KEY": self.ssl_key}
        if self.named:
            _must(self.sasl_username, f"{KAFKA}_SASL_USERNAME is not set, and {self.security_protocol} needs it")
            _must(
                len(_given(secrets)) == 1,
                f"{self.security_protocol} needs one of {KAFKA}_SASL_PASSWORD and {KAFKA}_SASL_PASSWORD_FILE",
            )
        else:
            _unused(KAFKA, names, f"{KAFKA}_SECURITY_PROTOCOL is {self.security_protocol}, which sends no name")
        if not self.encrypted:
            _unused(KAFKA, files, f"{KAFKA}_SECURITY_PROTOCOL is {self.security_protocol}, which encrypts nothing")
        _must(self.ssl_certificate or not self.ssl_key, f"{KAFKA}_SSL_KEY is set, but {KAFKA}_SSL_CERTIFICATE is not")
        return self


class DatabaseSecurity(BaseSettings):
    """Each field is the variable `COPYDESK_DATABASE_` plus its name in capitals; what the URL itself says comes first.

    https://www.postgresql.org/docs/current/libpq-ssl.html
    """

    model_config = SettingsConfigDict(env_prefix=f"{DATABASE}_", env_ignore_empty=True, frozen=True)

    password: SecretStr | None = None
    password_file: FilePath | None = None
    """File that holds the password; a line end at its end is not part of it."""
    sslmode: Mode | None = None
    """`verify-full` checks the server's certificate and its name; unset: libpq's `prefer`, which checks nothing."""
    ssl_ca: FilePath | None = None
    """PEM file of the authorities that may sign the server's certificate."""
    ssl_certificate: FilePath | None = None
    """PEM file of our own certificate, where the server wants one (`clientcert`)."""
    ssl_key: FilePath | None = None
    """PEM file of its private key, which nobody but its owner (or root and a group) may read."""

    @property
    def secret(self) -> str:
        """The password; empty where there is none. The file is read anew each time."""
        return _secret(self.password, self.password_file)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        _must(
            self.password is None or self.password_file is None,
            f"{DATABASE}_PASSWORD and {DATABASE}_PASSWORD_FILE are both set; one is enough",
        )
        if self.sslmode == "disable":
            files = {"SSL_CA": self.ssl_ca, "SSL_CERTIFICATE": self.ssl_certificate, "SSL_KEY": self.ssl_key}
            _unused(DATABASE, files, f"{DATABASE}_SSLMODE is disable, which encrypts nothing")
        _must(
            (self.ssl_certificate is None) == (self.ssl_key is None),
            f"{DATABASE}_SSL_CERTIFICATE and {DATABASE}_SSL_KEY belong together",
        )
        return self


def stated(kind: type[Stated]) -> Stated:
    """Return the settings of this kind as the environment states them. `BadSettings` says which are wrong, and how."""
    try:
        return kind()
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        raise BadSettings("; ".join(_faults(error, prefix))) from None


def _faults(error: ValidationError, prefix: str) -> list[str]:
    """Return one sentence a fault; pydantic's own text would quote the value, which may be a secret."""
    faults = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        name = "_".join(str(part) for part in fault["loc"]).upper()
        told = fault["msg"].removeprefix("Value error, ")
        faults.append(f"{prefix}{name}: {told}" if name else told)
    return faults


def _must(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _given(among: Mapping[str, object]) -> list[str]:
    return [name for name, value in among.items() if value is not None]


def _unused(prefix: str, among: Mapping[str, object], why: str) -> None:
    """Refuse a setting that would silently do nothing: whoever set it believes that it protects something."""
    given = [f"{prefix}_{name}" for name in _given(among)]
    _must(not given, f"{', '.join(given)} would go unused: {why}")


def _secret(stated: SecretStr | None, file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    return stated.get_secret_value() if stated is not None else ""
