"""The compose stack for real: brought up, fed from outside, hurt, scaled, upgraded in place."""

from __future__ import annotations

import urllib.request

import pytest
from copydesk.desk.samples.show import samples

from tests.containers.stack import STAGES, Compose, until
from tests.pipeline.work import KEY, push, wire

pytestmark = [pytest.mark.containers, pytest.mark.timeout(3000)]
SERVERS = ("kafka", "postgres")


def test_sample_wires_pushed_from_outside_stand_in_the_store(stack: Compose) -> None:
    expected = [s for s in samples() if s.state == "stored"]
    push(stack.kafka, [s.data for s in samples()])
    hashes = ", ".join(f"'{s.sha256}'" for s in expected)
    until(
        lambda: stack.count(f"select count(distinct sha256) from articles where sha256 in ({hashes})") == len(expected)
    )


def test_the_http_door_takes_a_document_of_a_feed_of_the_mounted_file(stack: Compose) -> None:
    url = f"http://127.0.0.1:{stack.environment['COPYDESK_PUSH_PORT']}/wire/northlight"
    request = urllib.request.Request(url, wire(1, "door"), {"Authorization": f"Bearer {KEY}"}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 202
    until(lambda: stack.stored("door") == 1)


@pytest.mark.parametrize(
    "service",
    [
        "enrich",
        "publish",
        pytest.param("ingest", marks=pytest.mark.long),
        pytest.param("parse", marks=pytest.mark.long),
    ],
)
def test_a_killed_container_comes_back_and_nothing_is_lost(stack: Compose, service: str) -> None:
    run = f"container-{service}"
    push(stack.kafka, [wire(n, run) for n in range(300)])
    stack("kill", "-s", "KILL", service)
    stack("up", "--wait", service)
    until(lambda: stack.stored(run) == 300)


def test_a_service_that_dies_by_itself_is_restarted_by_the_engine(stack: Compose) -> None:
    (before,) = stack.containers("parse")
    stack("exec", "-T", "parse", "python", "-c", "import os; os.kill(1, 15)")
    until(lambda: [c["RestartCount"] for c in stack.containers("parse")] == [before["RestartCount"] + 1])
    until(lambda: [c["State"]["Health"]["Status"] for c in stack.containers("parse")] == ["healthy"])


@pytest.mark.long
def test_a_broker_that_is_killed_comes_back_and_nothing_is_lost(stack: Compose) -> None:
    push(stack.kafka, [wire(n, "broker") for n in range(300)])
    stack("kill", "-s", "KILL", "kafka")
    stack("up", "--wait", "--wait-timeout", "300")
    until(lambda: stack.stored("broker") == 300)


def test_parse_scaled_to_two_shares_the_work_and_loses_nothing(stack: Compose) -> None:
    stack("up", "--wait", "--scale", "parse=2", "--no-recreate")
    push(stack.kafka, [wire(n, "scaled") for n in range(500)])
    until(lambda: stack.stored("scaled") == 500)
    ask = "import re, urllib.request as u; t = u.urlopen('http://127.0.0.1:8090/metrics').read().decode()"
    tell = "print(re.search(r'copydesk_events_total.outcome=.done..* (\\d+)', t)[1])"
    shares = [
        int(stack("exec", "-T", "--index", str(index), "parse", "python", "-c", f"{ask}; {tell}")) for index in (1, 2)
    ]
    assert all(shares), shares
    stack("up", "--wait", "--scale", "parse=1", "--no-recreate")


def test_a_service_upgraded_in_place_runs_the_new_image_and_loses_nothing(stack: Compose) -> None:
    (before,) = stack.containers("enrich")
    push(stack.kafka, [wire(n, "upgrade") for n in range(300)])
    stack("build", "enrich", COPYDESK_VERSION="next")
    stack("up", "--wait", "--no-deps", "enrich", COPYDESK_VERSION="next")
    (after,) = stack.containers("enrich")
    assert after["Image"] != before["Image"]
    assert after["Config"]["Labels"]["org.opencontainers.image.version"] == "next"
    until(lambda: stack.stored("upgrade") == 300)
    stack("up", "--wait", "--no-deps", "enrich")
    assert stack.containers("enrich")[0]["Image"] == before["Image"]


def test_topics_and_tables_may_be_prepared_again(stack: Compose) -> None:
    before = stack.count("select count(*) from articles")
    stack("run", "--rm", "-T", "prepare")
    assert stack.count("select count(*) from articles") == before > 0


@pytest.mark.parametrize("service", STAGES + SERVERS)
def test_every_container_is_boxed_in(stack: Compose, service: str) -> None:
    (container,) = stack.containers(service)
    host = container["HostConfig"]
    assert stack("exec", "-T", service, "id", "-u").strip() != "0"
    assert stack.attempt("docker", "compose", "exec", "-T", service, "touch", "/etc/x").returncode != 0
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert 0 < host["Memory"] <= 1 << 30
    assert 0 < host["PidsLimit"] <= 512
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    assert container["State"]["Health"]["Status"] == "healthy"
    assert host["LogConfig"]["Config"] == {"max-file": "5", "max-size": "10m"}


def test_all_that_must_outlive_a_container_is_in_named_volumes(stack: Compose) -> None:
    kept = {
        mount["Destination"]: mount["Name"].removeprefix("copydesk-test_")
        for service in STAGES + SERVERS
        for mount in stack.containers(service)[0]["Mounts"]
        if mount["Type"] == "volume"
    }
    wanted = {
        "/var/lib/kafka/data": "kafka",
        "/var/lib/postgresql": "postgres",
        "/archive": "archive",
        "/inbox": "inbox",
    }
    assert wanted.items() <= kept.items()
