"""Who is let into a closed database, and what the others are told: one line that names the setting and the cause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from copydesk.publish.migrate import migrate
from copydesk.runtime import database
from copydesk.runtime.database_access import secured, shown
from copydesk.runtime.refusal import Rejected, Unavailable
from copydesk.runtime.security import BadSettings

from tests.secure.authority import Authority
from tests.secure.closed_database import PASSWORD, ClosedDatabase

Set = Callable[..., None]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, signer: Authority) -> Set:
    def set_all(**changed: object) -> None:
        right = {"PASSWORD": PASSWORD, "SSLMODE": "verify-full", "SSL_CA": signer.file}
        for name, value in (right | changed).items():
            if value is None:
                monkeypatch.delenv(f"COPYDESK_DATABASE_{name}", raising=False)
            else:
                monkeypatch.setenv(f"COPYDESK_DATABASE_{name}", str(value))

    return set_all


def enter(url: str) -> bool:
    """Go in as everything that we make; say whether what we said there was encrypted."""

    async def go() -> bool:
        async with database.pool(url, size=1, timeout_s=2) as pool, pool.connection():
            pass
        async with database.connection(url) as connection:
            return connection.pgconn.ssl_in_use

    with database.opened(url):
        return asyncio.run(go())


def told(url: str, kind: type[Exception]) -> str:
    with pytest.raises(kind) as refused:
        enter(url)
    assert "\n" not in str(refused.value)
    assert PASSWORD not in str(refused.value)
    return str(refused.value)


@pytest.mark.stack
@pytest.mark.parametrize("mode", ["verify-full", "verify-ca", "require", "prefer"])
def test_who_is_known_is_let_in_and_may_migrate(closed_store: ClosedDatabase, settings: Set, mode: str) -> None:
    settings(SSLMODE=mode, SSL_CA=None if mode in {"require", "prefer"} else closed_store.ca)
    assert enter(closed_store.url())
    migrate(closed_store.url())
    with database.opened(closed_store.url()) as connection:
        assert connection.execute("select to_regclass('documents')").fetchone() != (None,)


@pytest.mark.stack
def test_what_the_url_says_comes_before_the_settings(closed_store: ClosedDatabase, settings: Set) -> None:
    settings(PASSWORD="wr0ng-secret", SSLMODE="disable", SSL_CA=None)
    assert enter(f"{closed_store.url(password=PASSWORD)}?sslmode=verify-full&sslrootcert={closed_store.ca}")


@pytest.mark.stack
def test_the_password_may_stand_in_a_file(closed_store: ClosedDatabase, settings: Set, tmp_path: Any) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    settings(PASSWORD=None, PASSWORD_FILE=file)
    assert enter(closed_store.url())


@pytest.mark.stack
def test_a_certificate_of_ours_is_enough_where_the_database_takes_it(
    closed_store: ClosedDatabase, settings: Set, signer: Authority, stranger: Authority
) -> None:
    url = closed_store.url(user="certified")
    ours, other, theirs = signer.client("certified"), signer.client("another"), stranger.client("certified")
    settings(PASSWORD=None, SSL_CERTIFICATE=ours.certificate, SSL_KEY=ours.key)
    assert enter(url)
    settings(PASSWORD=None, SSL_CERTIFICATE=other.certificate, SSL_KEY=other.key)
    assert "COPYDESK_DATABASE_SSL_CERTIFICATE: our certificate is not user 'certified'" in told(url, Rejected)
    settings(PASSWORD=None, SSL_CERTIFICATE=theirs.certificate, SSL_KEY=theirs.key)
    assert "refuses our certificate" in told(url, Rejected)
    ours.key.chmod(0o644)
    settings(PASSWORD=None, SSL_CERTIFICATE=ours.certificate, SSL_KEY=ours.key)
    assert told(url, Rejected).startswith("COPYDESK_DATABASE_SSL_KEY: private key file")
    settings(PASSWORD=None, SSL_CERTIFICATE=None, SSL_KEY=None)
    assert told(url, Rejected).startswith("COPYDESK_DATABASE_SSL_CERTIFICATE is not set")


@pytest.mark.stack
@pytest.mark.parametrize(
    "host, changed, says",
    [
        ("localhost", {"PASSWORD": "wr0ng-secret"}, "COPYDESK_DATABASE_PASSWORD: the database at localhost:"),
        ("localhost", {"PASSWORD": None}, "COPYDESK_DATABASE_PASSWORD is not set"),
        ("127.0.0.1", {}, "COPYDESK_DATABASE: the certificate at 127.0.0.1"),
        ("localhost", {"SSLMODE": "disable", "SSL_CA": None}, "COPYDESK_DATABASE_SSLMODE is disable, but"),
    ],
)
def test_who_is_turned_away_is_told_why(
    closed_store: ClosedDatabase, settings: Set, host: str, changed: Mapping[str, Any], says: str
) -> None:
    settings(**changed)
    message = told(closed_store.url(host), Rejected)
    assert says in message
    assert "wr0ng-secret" not in message


@pytest.mark.stack
def test_an_unknown_authority_is_named_with_the_file_that_lacks_it(
    closed_store: ClosedDatabase, settings: Set, stranger: Authority
) -> None:
    settings(SSL_CA=stranger.file)
    message = told(closed_store.url(), Rejected)
    assert message.startswith("COPYDESK_DATABASE_SSL_CA: ")
    assert str(stranger.file) in message


@pytest.mark.stack
def test_an_expired_certificate_is_called_expired(
    closed_store: ClosedDatabase, settings: Set, signer: Authority
) -> None:
    settings()
    closed_store.show(signer.server("localhost", expired=True))
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end and (message := _refusal(closed_store.url())) is None:
            time.sleep(0.1)
        assert message is not None
        assert "has expired" in message
    finally:
        closed_store.show(signer.server("localhost"))
        while time.monotonic() < end and _refusal(closed_store.url()) is not None:
            time.sleep(0.1)


def _refusal(url: str) -> str | None:
    try:
        enter(url)
    except Rejected as refused:
        return str(refused)
    return None


@pytest.mark.stack
def test_a_tls_client_is_told_that_the_server_speaks_none(stack: Any, settings: Set) -> None:
    settings(PASSWORD=None)
    assert "COPYDESK_DATABASE_SSLMODE is verify-full, but" in told(stack.database, Rejected)


@pytest.mark.stack
def test_the_pool_says_at_its_opening_what_keeps_it_out_and_then_that_it_is_in(
    closed_store: ClosedDatabase, settings: Set, tmp_path: Any
) -> None:
    heard: list[tuple[str, Unavailable | None]] = []

    async def open_pool() -> None:
        changed = asyncio.Event()

        def hear(what: str, trouble: Unavailable | None) -> None:
            heard.append((what, trouble))
            changed.set()

        async with database.pool(closed_store.url(), report=hear):
            await asyncio.wait_for(changed.wait(), 10)

    settings(PASSWORD="wr0ng-secret")
    asyncio.run(open_pool())
    assert heard[0][0] == "database"
    assert isinstance(heard[0][1], Rejected)
    heard.clear()
    settings()
    asyncio.run(open_pool())
    assert heard == [("database", None)]


def test_a_database_that_is_away_is_only_away(settings: Set) -> None:
    settings()
    message = told("postgresql://copydesk@127.0.0.1:1/copydesk", Unavailable)
    assert message.startswith("database: Connection refused")


@pytest.mark.parametrize(
    "url, says",
    [
        ("copydesk:s3cret@localhost/copydesk", "is no PostgreSQL URL"),
        ("postgresql://copydesk:s3cr%et@localhost/copydesk", "invalid percent-encoded token"),
        ("postgresql://copydesk:s3cret/x@localhost/copydesk", "percent-encoded"),
        ("postgresql://copydesk@localhost/copydesk?pasword=s3cret", "invalid URI query parameter"),
    ],
)
def test_a_url_that_cannot_be_right_is_refused_without_its_password(settings: Set, url: str, says: str) -> None:
    settings(PASSWORD=None)
    with pytest.raises(BadSettings) as wrong:
        secured(url)
    assert says in str(wrong.value)
    assert "s3cr" not in str(wrong.value)


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"SSLMODE": "strict"}, "COPYDESK_DATABASE_SSLMODE: Input should be 'disable'"),
        ({"SSL_CA": "/nowhere/ca.pem"}, "COPYDESK_DATABASE_SSL_CA: Path does not point to a file"),
        ({"SSLMODE": "disable"}, "COPYDESK_DATABASE_SSL_CA would go unused"),
        ({"PASSWORD_FILE": "/etc/hostname"}, "are both set"),
    ],
)
def test_settings_that_cannot_be_right_are_named(settings: Set, changed: Mapping[str, Any], says: str) -> None:
    settings(**changed)
    with pytest.raises(BadSettings, match=says):
        secured("postgresql://copydesk@localhost/copydesk")


def test_a_url_is_shown_without_its_password() -> None:
    told = shown("postgresql://copydesk:s3cr%2Fet@localhost/copydesk?password=0ther")
    assert told == "postgresql://copydesk:***@localhost/copydesk?password=***"


def test_no_client_is_made_past_the_settings(settings: Set) -> None:
    from tests.servers import REPOSITORY

    doors = {"broker.py", "database.py"}
    own_server = REPOSITORY / "services/desk/copydesk/desk/embedded"
    for source in REPOSITORY.glob("services/*/copydesk/**/*.py"):
        if source.name in doors or own_server in source.parents:
            continue
        text = source.read_text()
        for way in ("bootstrap_servers=", "psycopg.connect(", "AsyncConnection.connect("):
            assert way not in text, f"{source}: {way}"
