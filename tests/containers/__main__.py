"""`make containers-test`: an engine, base images, then the compose stack's tests and the pipeline's own on containers.

`--short` leaves out what is marked `long`; `--can-run` only says whether this machine can run any of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.containers.engine import engine, hindrance
from tests.containers.standins import ensure_images

REPOSITORY = Path(__file__).parents[2]
CANNOT_RUN = 75
"""EX_TEMPFAIL: this machine has no engine and can be given none."""


def main() -> int:
    """Return pytest's status, or 75 where this machine cannot run containers."""
    if why := hindrance():
        print(f"containers-test: NOT RUN: {why}", file=sys.stderr)
        return CANNOT_RUN
    if "--can-run" in sys.argv[1:]:
        return 0
    cache = Path(os.environ.get("COPYDESK_CACHE", REPOSITORY / ".cache")).absolute()
    with engine(REPOSITORY / "var" / "docker"):
        ensure_images(cache)
        on_containers = {**os.environ, "COPYDESK_TEST_SERVERS": "containers"}
        pytest = (sys.executable, "-m", "pytest")
        marks = "containers and not long" if "--short" in sys.argv[1:] else "containers"
        for chosen in (("-m", marks, "tests/containers"), ("tests/pipeline",)):
            status = subprocess.run([*pytest, *chosen], cwd=REPOSITORY, env=on_containers, check=False).returncode
            if status:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
