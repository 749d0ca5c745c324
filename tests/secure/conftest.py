"""A broker and a database that let in only whom they know; always the embedded ones, whatever the other tests run on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.secure.authority import Authority, authority
from tests.secure.closed_broker import PASSWORD, USER, ClosedBroker, closed_broker
from tests.secure.closed_database import ClosedDatabase, closed_database
from tests.servers import REPOSITORY

Enter = Callable[..., str]


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody knows."""
    return authority(tmp_path_factory.mktemp("stranger"))


def _cache() -> Path:
    return Path(os.environ.get("COPYDESK_CACHE", REPOSITORY / ".cache")).absolute()


@pytest.fixture(scope="session")
def closed_kafka(tmp_path_factory: pytest.TempPathFactory, signer: Authority) -> Iterator[ClosedBroker]:
    broker = closed_broker(tmp_path_factory.mktemp("closed") / "kafka", _cache(), signer)
    yield broker
    broker.child.stop()


@pytest.fixture(scope="session")
def closed_store(tmp_path_factory: pytest.TempPathFactory, signer: Authority) -> Iterator[ClosedDatabase]:
    database = closed_database(tmp_path_factory.mktemp("closed-store"), _cache(), signer)
    yield database
    database.child.stop()
    shutil.rmtree(database.data, ignore_errors=True)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, signer: Authority) -> Callable[..., None]:
    """Set `COPYDESK_*` variables: those of a client that the broker's listener `both` knows, changed as the test says."""

    def set_all(**changed: object) -> None:
        right = {
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_USERNAME": USER,
            "KAFKA_SASL_PASSWORD": PASSWORD,
            "KAFKA_SSL_CA": signer.file,
        }
        for name, value in (right | changed).items():
            if value is None:
                monkeypatch.delenv(f"COPYDESK_{name}", raising=False)
            else:
                monkeypatch.setenv(f"COPYDESK_{name}", str(value))

    return set_all
