"""What the files of the compose stack say, without an engine."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.containers.stack import REPOSITORY, STAGES
from tests.containers.standins import IMAGES

COMPOSE = (REPOSITORY / "docker-compose.yml").read_text("utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
ALWAYS = ("kafka", "postgres", "prepare", *STAGES)


def test_every_setting_of_the_compose_file_is_in_the_example_and_in_the_docs() -> None:
    used = set(re.findall(r"\$\{(COPYDESK_\w+)", COMPOSE))
    example = (REPOSITORY / ".env.example").read_text("utf-8")
    stated = re.findall(r"^(COPYDESK_\w+)=", example, re.MULTILINE)
    assert sorted(stated) == sorted(used)
    page = (REPOSITORY / "docs" / "operate.md").read_text("utf-8")
    assert used <= set(re.findall(r"COPYDESK_\w+", page))


def test_defaults_of_the_compose_file_are_those_of_the_example() -> None:
    defaults = dict(re.findall(r"\$\{(COPYDESK_\w+):-([^}]*)\}", COMPOSE))
    example = dict(re.findall(r"^(COPYDESK_\w+)=(.*)$", (REPOSITORY / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert defaults.items() <= example.items()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_boxed_in(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert "privileged" not in service
    assert service.get("user") != "root"


def test_only_monitoring_and_the_command_line_have_a_profile() -> None:
    assert {name: tuple(s.get("profiles", ())) for name, s in SERVICES.items()} == {
        **dict.fromkeys(ALWAYS, ()),
        "desk": ("desk",),
        "prometheus": ("monitoring",),
        "grafana": ("monitoring",),
    }


def test_stand_ins_bear_the_names_of_the_images_that_are_used() -> None:
    named = {s["image"] for s in SERVICES.values() if not s["image"].startswith("copydesk/")}
    dockerfile = (REPOSITORY / "deploy" / "images" / "Dockerfile").read_text("utf-8")
    (python,) = re.findall(r"^ARG PYTHON_IMAGE=(\S+)", dockerfile, re.MULTILINE)
    # Grafana is in no package that could stand in for it; what it would ask is asked of Prometheus.
    assert {*IMAGES.values()} == {python, *named} - {SERVICES["grafana"]["image"]}
