"""Who is let into a closed broker, and what the others are told: one line that names the setting and the cause."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from copydesk.runtime.broker import client, connected
from copydesk.runtime.producer import Producer
from copydesk.runtime.refusal import Rejected, Unavailable
from copydesk.runtime.security import BadSettings, KafkaSecurity, stated
from copydesk.runtime.topics import create_missing
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tests.backlog import Backlog
from tests.secure.authority import Authority
from tests.secure.closed_broker import PASSWORD, PLAIN_PASSWORD, ClosedBroker

Set = Callable[..., None]
NAMELESS = {"KAFKA_SASL_USERNAME": None, "KAFKA_SASL_PASSWORD": None}
BARE = {"KAFKA_SECURITY_PROTOCOL": "PLAINTEXT", "KAFKA_SSL_CA": None, **NAMELESS}
ENCRYPTED = {"KAFKA_SECURITY_PROTOCOL": "SSL", **NAMELESS}
NAMED = {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SSL_CA": None}


def enter(servers: str) -> None:
    """Go in as everything that we make: as admin, producer and consumer."""

    async def go() -> None:
        await create_missing(servers, ["wire.dead"])
        async with Producer(servers, "test"), Backlog(servers, "test") as backlog:
            await backlog.of("wire.dead")

    asyncio.run(go())


def told(servers: str, kind: type[Exception]) -> str:
    with pytest.raises(kind) as refused:
        enter(servers)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.stack
@pytest.mark.parametrize(
    "listener, changed",
    [
        ("both", {}),
        ("both", {"KAFKA_SASL_MECHANISM": "SCRAM-SHA-256"}),
        ("both", {"KAFKA_SASL_MECHANISM": "PLAIN", "KAFKA_SASL_PASSWORD": PLAIN_PASSWORD}),
        ("names", NAMED),
        ("tls", ENCRYPTED),
        ("open", BARE),
    ],
)
def test_who_is_known_is_let_in(
    closed_kafka: ClosedBroker, settings: Set, listener: str, changed: Mapping[str, Any]
) -> None:
    settings(**changed)
    enter(closed_kafka.at(listener))


@pytest.mark.stack
def test_a_certificate_of_ours_is_shown_where_the_broker_wants_one(
    closed_kafka: ClosedBroker, settings: Set, signer: Authority, stranger: Authority
) -> None:
    ours, theirs = signer.client("copydesk"), stranger.client("copydesk")
    settings(**ENCRYPTED, KAFKA_SSL_CERTIFICATE=ours.certificate, KAFKA_SSL_KEY=ours.key)
    enter(closed_kafka.at("mutual"))
    settings(KAFKA_SSL_CERTIFICATE=theirs.certificate, KAFKA_SSL_KEY=theirs.key, **ENCRYPTED)
    assert told(closed_kafka.at("mutual"), Rejected).startswith("COPYDESK_KAFKA_SSL_CERTIFICATE: ")
    settings(KAFKA_SSL_CERTIFICATE=None, KAFKA_SSL_KEY=None, **ENCRYPTED)
    assert told(closed_kafka.at("mutual"), Rejected).startswith("COPYDESK_KAFKA_SSL_CERTIFICATE is not set")


@pytest.mark.stack
@pytest.mark.parametrize(
    "listener, changed, says",
    [
        ("both", {"KAFKA_SASL_PASSWORD": "wr0ng-secret"}, ("KAFKA_SASL_PASSWORD", "knows no user 'copydesk'")),
        ("both", {"KAFKA_SASL_USERNAME": "nobody"}, ("KAFKA_SASL_USERNAME", "knows no user 'nobody'")),
        ("both", {"KAFKA_SASL_MECHANISM": "PLAIN"}, ("KAFKA_SASL_PASSWORD", "knows no user 'copydesk'")),
        ("names", NAMED | {"KAFKA_SASL_MECHANISM": "PLAIN"}, ("KAFKA_SASL_MECHANISM is PLAIN", "SCRAM-SHA-512")),
        ("both", {"KAFKA_SSL_CA": None}, ("KAFKA_SSL_CA", "system's trust store")),
        ("expired", ENCRYPTED, ("", "expired")),
        ("elsewhere", ENCRYPTED, ("KAFKA: ", "another host")),
        ("tls", BARE, ("KAFKA_SECURITY_PROTOCOL is PLAINTEXT", "speaks TLS: SSL?")),
        ("both", NAMED, ("KAFKA_SECURITY_PROTOCOL is SASL_PLAINTEXT", "speaks TLS: SASL_SSL?")),
        ("open", ENCRYPTED, ("KAFKA_SECURITY_PROTOCOL is SSL", "speaks no TLS: PLAINTEXT?")),
        ("names", {}, ("KAFKA_SECURITY_PROTOCOL is SASL_SSL", "speaks no TLS: SASL_PLAINTEXT?")),
        ("names", BARE, ("KAFKA_SECURITY_PROTOCOL is PLAINTEXT", "a name and a password")),
        ("both", ENCRYPTED, ("KAFKA_SECURITY_PROTOCOL is SSL", "a name and a password")),
        ("tls", {}, ("KAFKA_SECURITY_PROTOCOL is SASL_SSL", "asks no name: SSL?")),
        ("open", NAMED, ("KAFKA_SECURITY_PROTOCOL is SASL_PLAINTEXT", "asks no name: PLAINTEXT?")),
        ("lost", {}, ("advertised.listeners", "another host")),
    ],
)
def test_who_is_turned_away_is_told_why(
    closed_kafka: ClosedBroker, settings: Set, listener: str, changed: Mapping[str, Any], says: tuple[str, str]
) -> None:
    settings(**changed)
    message = told(closed_kafka.at(listener), Rejected)
    assert all(part in message for part in says), message
    assert PASSWORD not in message
    assert "wr0ng-secret" not in message


@pytest.mark.stack
def test_an_unknown_authority_is_named_with_the_file_that_lacks_it(
    closed_kafka: ClosedBroker, settings: Set, stranger: Authority
) -> None:
    settings(KAFKA_SSL_CA=stranger.file)
    message = told(closed_kafka.at("both"), Rejected)
    assert message.startswith("COPYDESK_KAFKA_SSL_CA: ")
    assert str(stranger.file) in message


def test_a_broker_that_is_away_is_only_away(settings: Set) -> None:
    settings()
    assert "nobody listens at 127.0.0.1:1" in told("127.0.0.1:1", Unavailable)
    with pytest.raises(Unavailable) as away:
        enter("nowhere.invalid:9092,127.0.0.1:1")
    assert not isinstance(away.value, Rejected)
    assert "'nowhere.invalid'" in str(away.value)


@pytest.mark.stack
def test_of_several_servers_the_one_that_turns_us_away_is_told_of(closed_kafka: ClosedBroker, settings: Set) -> None:
    settings(KAFKA_SASL_PASSWORD="wr0ng-secret")
    assert "knows no user" in told(f"127.0.0.1:1,{closed_kafka.at('both')}", Rejected)


@pytest.mark.stack
def test_a_new_client_takes_up_a_password_that_was_changed_in_its_file(
    closed_kafka: ClosedBroker, settings: Set, tmp_path: Any
) -> None:
    file = tmp_path / "password"
    file.write_text("wr0ng-secret\n")
    settings(KAFKA_SASL_PASSWORD=None, KAFKA_SASL_PASSWORD_FILE=file)
    assert "knows no user" in told(closed_kafka.at("both"), Rejected)
    file.write_text(PASSWORD + "\n")
    enter(closed_kafka.at("both"))


@pytest.mark.stack
def test_whoever_breaks_off_leaves_no_connection_behind(closed_kafka: ClosedBroker, settings: Set) -> None:
    settings()

    async def broken_off() -> bool:
        producer = AIOKafkaProducer(**client(closed_kafka.at("both")))
        with pytest.raises(ZeroDivisionError):
            async with connected(producer, closed_kafka.at("both")):
                raise ZeroDivisionError
        return any(held.connected() for held in producer.client._conns.values())

    assert not asyncio.run(broken_off())


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "COPYDESK_KAFKA_SECURITY_PROTOCOL: Input should be 'PLAINTEXT', 'SSL'"),
        ({"KAFKA_SSL_CA": "/nowhere/ca.pem"}, "COPYDESK_KAFKA_SSL_CA: Path does not point to a file"),
        ({"KAFKA_SASL_PASSWORD": None}, "one of COPYDESK_KAFKA_SASL_PASSWORD and COPYDESK_KAFKA_SASL_PASSWORD_FILE"),
        ({"KAFKA_SASL_USERNAME": None}, "COPYDESK_KAFKA_SASL_USERNAME is not set"),
        (
            {"KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"},
            "COPYDESK_KAFKA_SASL_USERNAME, COPYDESK_KAFKA_SASL_PASSWORD would go",
        ),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}, "COPYDESK_KAFKA_SSL_CA would go unused"),
    ],
)
def test_settings_that_cannot_be_right_are_named_and_never_quoted(
    settings: Set, changed: Mapping[str, Any], says: str
) -> None:
    settings(**changed)
    with pytest.raises(BadSettings) as wrong:
        client("127.0.0.1:1")
    assert says in str(wrong.value)
    assert PASSWORD not in str(wrong.value)


def test_files_that_are_no_certificates_are_named(settings: Set, signer: Authority, stranger: Authority) -> None:
    empty = signer.folder / "empty.pem"
    empty.touch()
    settings(KAFKA_SSL_CA=empty)
    with pytest.raises(BadSettings, match=r"^COPYDESK_KAFKA_SSL_CA: no PEM certificate in .*empty\.pem"):
        client("127.0.0.1:1")
    ours, theirs = signer.client("one"), stranger.client("two")
    settings(KAFKA_SSL_CERTIFICATE=ours.certificate, KAFKA_SSL_KEY=theirs.key)
    with pytest.raises(BadSettings, match="COPYDESK_KAFKA_SSL_KEY: key values mismatch"):
        client("127.0.0.1:1")


def test_an_encrypted_key_is_opened_by_its_password_and_nobody_is_asked_for_it(
    settings: Set, signer: Authority
) -> None:
    ours = signer.client("copydesk")
    key = load_pem_private_key(ours.key.read_bytes(), None)
    closed = ours.key.with_suffix(".closed")
    closed.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"key-s3cret"))  # type: ignore[union-attr]
    )
    shown = {"KAFKA_SSL_CERTIFICATE": ours.certificate, "KAFKA_SSL_KEY": closed}
    settings(**shown, KAFKA_SSL_KEY_PASSWORD="key-s3cret")
    assert client("127.0.0.1:1")["ssl_context"]
    for password in (None, "wr0ng-secret"):
        settings(**shown, KAFKA_SSL_KEY_PASSWORD=password)
        with pytest.raises(BadSettings, match="COPYDESK_KAFKA_SSL_KEY") as wrong:
            client("127.0.0.1:1")
        assert "secret" not in str(wrong.value)


def test_settings_show_no_secret_when_they_are_printed(settings: Set) -> None:
    settings()
    assert PASSWORD not in repr(stated(KafkaSecurity))
