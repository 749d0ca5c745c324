"""The four services over SASL_SSL to the broker and TLS to the database, telling a collector of traces what they do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from copydesk.desk.embedded.child import Child, free_port, start
from copydesk.desk.embedded.stack import STAGES, Stack, start_stack

from tests.collector import Collector, Told, collecting
from tests.pipeline.test_pipeline import post
from tests.pipeline.work import FEEDS, KEY, dead, until, wire
from tests.secure import closed_broker, closed_database
from tests.secure.authority import Authority
from tests.secure.closed_broker import ClosedBroker
from tests.secure.closed_database import ClosedDatabase

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]  # many processes, each of which imports everything

WRONG = "wr0ng-secret-5e1d"
SECRETS = (closed_broker.PASSWORD, closed_broker.PLAIN_PASSWORD, closed_database.PASSWORD, WRONG)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Tarn Ferries</title><link>https://tarn.example/</link>{}
</channel></rss>"""
ITEM = """<item><guid isPermaLink="false">tarn-{0}</guid><title>Ferry {0} to Tarn leaves on time</title>
<description>The ferry number {0} to Tarn left Halversund on time on Tuesday, its master said.</description></item>"""


@dataclass
class Closed:
    """The pipeline, and what its services tell."""

    stack: Stack
    collector: Collector
    folder: Path
    database: ClosedDatabase

    def command(self, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        where = {"COPYDESK_KAFKA": self.stack.connection.kafka, "COPYDESK_DATABASE": self.stack.connection.database}
        environment = {**os.environ, **where, "COPYDESK_ARCHIVE": self.stack.connection.archive, **changed}
        return subprocess.run(
            [sys.executable, "-m", "copydesk.desk", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def service(self, held: ExitStack, stage: str, **changed: str) -> tuple[Child, int]:
        """Start another worker of the stage, with other settings; return it and the port of its health."""
        port = free_port()
        environment = {
            "COPYDESK_KAFKA": self.stack.connection.kafka,
            "COPYDESK_DATABASE": self.stack.connection.database,
            "COPYDESK_ARCHIVE": self.stack.connection.archive,
            "COPYDESK_HTTP_PORT": str(port),
            **changed,
        }
        log = self.folder / "var" / f"other-{port}.log"
        child = start(stage, [sys.executable, "-m", f"copydesk.{stage}"], log, env=environment)
        held.callback(child.stop)
        return child, port

    def count(self, query: str, *parameters: object) -> int:
        with psycopg.connect(self.database.admin) as connection:
            row = connection.execute(query, parameters).fetchone()  # type: ignore[arg-type]
        assert row
        return int(row[0])

    def stored(self, uri: str) -> bool:
        return self.count("select count(*) from articles where uri = %s", uri) == 1

    def trace(self, spans: int, **wanted: object) -> list[Told]:
        """Return the spans of the one trace that has a span with these attributes, once there are so many."""

        def found() -> list[Told]:
            traces = {span.trace for span in self.collector.about(**wanted)}
            assert len(traces) <= 1, traces
            return [span for trace in traces for span in self.collector.of(trace)]

        until(lambda: len(found()) >= spans)
        return found()


@pytest.fixture(scope="module")
def closed(
    tmp_path_factory: pytest.TempPathFactory,
    closed_kafka: ClosedBroker,
    closed_store: ClosedDatabase,
    signer: Authority,
) -> Iterator[Closed]:
    folder = tmp_path_factory.mktemp("closed-pipeline")
    (folder / "feeds.toml").write_text(FEEDS)
    (folder / "broker-password").write_text(closed_broker.PASSWORD + "\n")
    with ExitStack() as held:
        collector = held.enter_context(collecting())
        patch = held.enter_context(pytest.MonkeyPatch.context())
        for name, value in {
            "COPYDESK_FEEDS": folder / "feeds.toml",
            "COPYDESK_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "COPYDESK_KAFKA_SASL_MECHANISM": "SCRAM-SHA-256",
            "COPYDESK_KAFKA_SASL_USERNAME": closed_broker.USER,
            "COPYDESK_KAFKA_SASL_PASSWORD_FILE": folder / "broker-password",
            "COPYDESK_KAFKA_SSL_CA": signer.file,
            "COPYDESK_DATABASE_PASSWORD": closed_database.PASSWORD,
            "COPYDESK_DATABASE_SSLMODE": "verify-full",
            "COPYDESK_DATABASE_SSL_CA": signer.file,
            "COPYDESK_LOG_LEVEL": "debug",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }.items():
            patch.setenv(name, str(value))
        stack = start_stack(held, folder / "var", print, kafka=closed_kafka.at("both"), database=closed_store.url())
        yield Closed(stack, collector, folder, closed_store)


def ready(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""


def by_name(spans: list[Told]) -> dict[str, Told]:
    return {span.name: span for span in spans}


def test_a_document_goes_through_all_four_services(closed: Closed, tmp_path: Path) -> None:
    file = tmp_path / "ferry.json"
    file.write_bytes(wire(1, "closed"))
    pushed = closed.command("push", "--feed", "northlight", str(file))
    assert pushed.returncode == 0, pushed.stderr
    until(lambda: closed.stored("urn:northlight:closed:1"))
    got = closed.command("get", str(file))
    assert json.loads(got.stdout)["articles"][0]["uri"] == "urn:northlight:closed:1"
    query = (
        "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) where application_name like 'copydesk-%%'"
    )
    assert closed.count(query) == closed.count(query + " and ssl and version = 'TLSv1.3'") > 0


@pytest.mark.parametrize(
    "command, says",
    [
        (("status",), "article.enriched"),
        (("tail", "article.current", "--from-start", "--no-follow"), "Ferry 1 leaves Bergen"),
        (("dead", "list"), "no dead letters"),
        (("audit", "--wait", "30"), "everything is accounted for"),
    ],
)
def test_every_command_gets_in(closed: Closed, command: tuple[str, ...], says: str) -> None:
    done = closed.command(*command)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_one_push_is_one_trace_from_the_door_to_the_store(closed: Closed) -> None:
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    status, _ = post(closed.stack, "northlight", wire(2, "closed"), KEY, {"traceparent": given})
    assert status == 202
    until(lambda: closed.stored("urn:northlight:closed:2"))
    until(lambda: len(closed.collector.of(given[3:35])) >= 5)
    spans = by_name(closed.collector.of(given[3:35]))
    order = [
        ("push wire.inbound", "copydesk-ingest", "producer"),
        ("ingest wire.inbound", "copydesk-ingest", "consumer"),
        ("parse wire.received", "copydesk-parse", "consumer"),
        ("enrich article.parsed", "copydesk-enrich", "consumer"),
        ("publish article.enriched", "copydesk-publish", "consumer"),
    ]
    assert [(name, spans[name].service, spans[name].kind) for name, _, _ in order] == order
    assert len(closed.collector.of(given[3:35])) == 5
    parents = [given[36:52], *(spans[name].span for name, _, _ in order)]
    assert [spans[name].parent for name, _, _ in order] == parents[:5]
    assert not any(span.error for span in spans.values())
    with psycopg.connect(closed.database.admin) as connection:
        document = connection.execute("select document from articles where uri = 'urn:northlight:closed:2'").fetchone()
    assert document == (spans["push wire.inbound"].about["copydesk.document"],)


def test_every_article_of_a_document_has_its_own_branch_of_the_trace(closed: Closed) -> None:
    data = RSS.format("".join(ITEM.format(number) for number in range(3))).encode()
    assert post(closed.stack, "northlight", data, KEY)[0] == 202
    spans = closed.trace(9, messaging__message__body__size=len(data))
    assert Counter(span.name for span in spans) == {
        "push wire.inbound": 1,
        "ingest wire.inbound": 1,
        "parse wire.received": 1,
        "enrich article.parsed": 3,
        "publish article.enriched": 3,
    }
    (parse,) = [span for span in spans if span.name == "parse wire.received"]
    enriched = [span for span in spans if span.name == "enrich article.parsed"]
    assert {span.parent for span in enriched} == {parse.span}
    assert {span.parent for span in spans if span.name.startswith("publish")} == {span.span for span in enriched}


def test_a_repeat_is_a_trace_of_its_own_that_ends_where_the_repeat_does(closed: Closed) -> None:
    data = wire(3, "closed")
    for _ in range(2):
        assert post(closed.stack, "northlight", data, KEY)[0] == 202
    until(lambda: closed.stored("urn:northlight:closed:3"))
    pushes = lambda: closed.collector.about(messaging__operation__name="push", messaging__message__body__size=len(data))  # noqa: E731
    until(lambda: len({span.trace for span in pushes()}) >= 2)
    repeats = lambda: [  # noqa: E731
        span
        for push in pushes()
        for span in closed.collector.of(push.trace)
        if span.about.get("cloudevents.event_type") == "copydesk.wire.repeat.v1"
    ]
    until(lambda: len(repeats()) == 1)
    (last,) = repeats()
    names = {span.name for span in closed.collector.of(last.trace)}
    assert names == {"push wire.inbound", "ingest wire.inbound", "parse wire.received"}


def test_a_dead_letter_is_a_failed_span_and_its_replay_a_trace_that_is_linked_to_it(
    closed: Closed, tmp_path: Path
) -> None:
    data = b"\xff\xfe\x00\x01\x02\x03\x04 traced to its end"
    file = tmp_path / "strange.bin"
    file.write_bytes(data)
    assert closed.command("push", "--feed", "strange", str(file)).returncode == 0
    letters = lambda: [x for x in dead(closed.stack.connection.kafka) if x.begins == data]  # noqa: E731
    until(lambda: len(letters()) == 1)
    (letter,) = letters()
    trace = letter.trace.split("-")
    until(lambda: any(span.error for span in closed.collector.of(trace[1])))
    (failed,) = [span for span in closed.collector.of(trace[1]) if span.error]
    assert (failed.name, failed.span, failed.about["error.type"]) == ("parse wire.received", trace[2], letter.kind)
    assert letter.message[:100] in (failed.error or "")
    assert {span.name for span in closed.collector.of(trace[1])} >= {"push wire.inbound", "ingest wire.inbound"}
    logged = [line for line in (closed.folder / "var" / "parse.log").read_text().splitlines() if "dead letter" in line]
    assert trace[1] in {json.loads(line)["trace_id"] for line in logged}

    assert closed.command("dead", "replay", letter.id).returncode == 0
    until(lambda: [x.attempts for x in letters()] == [2])
    again = letters()[0].trace.split("-")
    assert again[1] != trace[1]
    until(lambda: len(closed.collector.of(again[1])) >= 2)
    spans = by_name(closed.collector.of(again[1]))
    assert spans["replay wire.received"].service == "copydesk-desk"
    assert spans["parse wire.received"].parent == spans["replay wire.received"].span
    assert {span.links for span in spans.values()} == {(trace[1],)}

    untold = {"OTEL_SDK_DISABLED": "true"}
    assert closed.command("dead", "replay", letter.id, **untold).returncode == 0
    until(lambda: [x.attempts for x in letters()] == [3])
    third = letters()[0].trace.split("-")
    until(lambda: bool(closed.collector.of(third[1])))
    (alone,) = closed.collector.of(third[1])
    assert (alone.parent, alone.links) == ("", (again[1],))


@pytest.mark.parametrize(
    "stage, setting, says",
    [
        ("parse", "COPYDESK_KAFKA_SASL_PASSWORD", "COPYDESK_KAFKA_SASL_PASSWORD: the broker at"),
        ("publish", "COPYDESK_DATABASE_PASSWORD", "COPYDESK_DATABASE_PASSWORD: the database at"),
    ],
)
def test_a_service_that_is_turned_away_says_so_aloud_shows_it_and_ends_when_asked(
    closed: Closed, stage: str, setting: str, says: str
) -> None:
    changed = {"COPYDESK_KAFKA_SASL_PASSWORD_FILE": ""} if "KAFKA" in setting else {}
    with ExitStack() as held:
        child, port = closed.service(held, stage, **{setting: WRONG}, **changed)
        until(lambda: says in ready(port))
        assert child.running
        child.stop()
    log = child.log.read_text()
    assert child.process.returncode == 0, log
    rejected = [json.loads(line) for line in log.splitlines() if '"rejected"' in line]
    assert {(line["level"], says in line["reason"]) for line in rejected} == {("error", True)}
    assert "Traceback" not in log


def test_a_service_whose_settings_cannot_be_right_ends_at_once_with_one_line(closed: Closed) -> None:
    with ExitStack() as held:
        child, _ = closed.service(held, "parse", COPYDESK_KAFKA_SSL_CA="/nowhere/ca.pem")
        child.process.wait(60)
    assert child.process.returncode == 78
    (line,) = child.log.read_text().splitlines()
    assert json.loads(line)["reason"] == "COPYDESK_KAFKA_SSL_CA: Path does not point to a file"


@pytest.mark.parametrize(
    "changed, status, says",
    [
        ({}, 0, ""),
        ({"COPYDESK_DATABASE_PASSWORD": WRONG}, 1, "prepare: COPYDESK_DATABASE, COPYDESK_DATABASE_PASSWORD: "),
        ({"COPYDESK_KAFKA_SSL_CA": "/nowhere"}, 78, "prepare: COPYDESK_KAFKA_SSL_CA: Path does not point to a file"),
    ],
)
def test_topics_and_tables_are_made_ready_or_one_line_says_why_not(
    closed: Closed, changed: dict[str, str], status: int, says: str
) -> None:
    where = {"COPYDESK_KAFKA": closed.stack.connection.kafka, "COPYDESK_DATABASE": closed.stack.connection.database}
    command = [sys.executable, "-m", "copydesk.desk.prepare"]
    done = subprocess.run(
        command, env={**os.environ, **where, **changed}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == status
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == bool(says)


@pytest.mark.parametrize(
    "command, changed, says",
    [
        (
            ("status",),
            {"COPYDESK_KAFKA_SASL_PASSWORD": WRONG, "COPYDESK_KAFKA_SASL_PASSWORD_FILE": ""},
            "SASL_PASSWORD",
        ),
        (("dead", "list"), {"COPYDESK_KAFKA_SSL_CA": ""}, "COPYDESK_KAFKA_SSL_CA: the certificate at"),
        (("push", __file__), {"COPYDESK_KAFKA": "127.0.0.1:1"}, "nobody listens at 127.0.0.1:1"),
        (("tail", "--no-follow"), {"COPYDESK_KAFKA_SASL_MECHANISM": "GSSAPI"}, "COPYDESK_KAFKA_SASL_MECHANISM: Input"),
        (("get", "urn:x"), {"COPYDESK_DATABASE_PASSWORD": WRONG}, "COPYDESK_DATABASE_PASSWORD: the database at"),
    ],
)
def test_a_command_that_is_turned_away_says_why_in_one_line(
    closed: Closed, command: tuple[str, ...], changed: dict[str, str], says: str
) -> None:
    done = closed.command(*command, **changed)
    assert done.returncode == 1, done
    (line,) = done.stderr.splitlines()
    assert line.startswith("copydesk: ")
    assert says in line
    assert not any(secret in done.stdout + done.stderr for secret in SECRETS)


def test_no_secret_stands_in_any_log(closed: Closed) -> None:
    logs = list((closed.folder / "var").glob("*.log"))
    assert len(logs) > len(STAGES)
    for log in logs:
        text = log.read_text(errors="replace")
        assert text
        assert [secret for secret in SECRETS if secret in text] == [], log
