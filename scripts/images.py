"""`make images`: builds the image of each service, writes what is in it as CycloneDX, and prints sizes.

`python scripts/images.py [TAG [SERVICE…]]`; the tag is `latest` where none is named. What is in an image is asked of the image:
Python's distributions with the hashes that `uv.lock` has for them, and Debian's packages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
BILLS = REPOSITORY / "dist" / "sbom"
EXTRAS = ("--package", "copydesk-runtime", "--extra", "otlp", "--extra", "s3")
"""What every image has beside its service, as its Dockerfile names it: traces leave by it, and archives in a bucket are read."""
SERVICES = ("ingest", "parse", "enrich", "publish", "desk")
ASK = """
import importlib.metadata, json, subprocess
python = {d.name.lower().replace("_", "-"): d.version for d in importlib.metadata.distributions()}
dpkg = ["dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}\\n"]
debian = [line.split() for line in subprocess.run(dpkg, capture_output=True, text=True, check=True).stdout.splitlines()]
release = dict(line.strip().split("=", 1) for line in open("/etc/os-release") if "=" in line)["VERSION_ID"].strip('"')
print(json.dumps({"python": python, "debian": debian, "release": release}))
"""


def run(*command: str) -> str:
    """Return what it printed; ends the program where it fails."""
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} …: status {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def build(service: str, tag: str) -> str:
    """Build the image; return its name. `COPYDESK_BUILD_NETWORK=host` builds on the machine's own network."""
    image = f"copydesk/{service}:{tag}"
    network = os.environ.get("COPYDESK_BUILD_NETWORK", "default")
    arguments = ("--build-arg", f"SERVICE={service}", "--build-arg", f"VERSION={tag}", "--network", network)
    run("docker", "build", "-q", "-t", image, "-f", "deploy/images/Dockerfile", *arguments, ".")
    return image


def inside(image: str) -> dict[str, Any]:
    """Return what the image says that it holds: `python` (version by name), `debian` (name, version, architecture)."""
    told: dict[str, Any] = json.loads(run("docker", "run", "--rm", "--network", "none", image, "python", "-c", ASK))
    return told


def bill(service: str, held: dict[str, Any]) -> dict[str, Any]:
    """Return the image's bill of materials."""
    uv = os.environ.get("UV", "uv")
    export = (uv, "export", "--quiet", "--frozen", "--no-dev", "--package", f"copydesk-{service}", *EXTRAS)
    found: dict[str, Any] = json.loads(run(*export, "--format", "cyclonedx1.5"))
    root = found["metadata"]["component"]["name"]
    # The lock knows packages for other systems too.
    found["components"] = [c for c in found["components"] if held["python"].get(c["name"]) == c["version"]]
    kept = {c["bom-ref"] for c in found["components"]} | {found["metadata"]["component"]["bom-ref"]}
    found["dependencies"] = [
        {**d, "dependsOn": [ref for ref in d.get("dependsOn", []) if ref in kept]}
        for d in found["dependencies"]
        if d["ref"] in kept
    ]
    missing = held["python"].keys() - {c["name"] for c in found["components"]} - {root}
    if missing:
        sys.exit(f"copydesk/{service} holds what uv.lock does not name: {', '.join(sorted(missing))}")
    found["components"] += [_debian(*package, held["release"]) for package in held["debian"]]
    found["metadata"]["component"] |= {"type": "container", "name": f"copydesk/{service}"}
    return found


def _debian(name: str, version: str, architecture: str, release: str) -> dict[str, str]:
    purl = f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro=debian-{release}"
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}


def main(arguments: Sequence[str]) -> None:
    """Build, write and print."""
    tag, services = (arguments[0] if arguments else "latest"), arguments[1:] or SERVICES
    BILLS.mkdir(parents=True, exist_ok=True)
    print(f"{'image':<28}{'MB':>6}{'python':>8}{'debian':>8}  bill of materials (CycloneDX)")
    for service in services:
        image = build(service, tag)
        held = inside(image)
        path = BILLS / f"copydesk-{service}.cdx.json"
        path.write_text(json.dumps(bill(service, held), indent=1) + "\n", "utf-8")
        size = int(run("docker", "image", "inspect", "-f", "{{.Size}}", image)) / 1e6
        counts = f"{len(held['python']):>8}{len(held['debian']):>8}"
        print(f"{image:<28}{size:>6.0f}{counts}  {path.relative_to(REPOSITORY)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
