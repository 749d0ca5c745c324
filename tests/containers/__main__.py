"""`make containers-test`: an engine, base images, then the compose stack's tests and the pipeline's own on containers.

`--short` leaves out what is marked `long`. Status 75: this machine has no engine and can be given none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from copydesk.desk.embedded.child import StartFailed

from tests.containers.engine import engine
from tests.containers.standins import ensure_images

REPOSITORY = Path(__file__).parents[2]
CANNOT_RUN = 75
"""EX_TEMPFAIL: this machine has no engine and can be given none."""


def main() -> int:
    """Return pytest's status, or 75 where this machine cannot run containers."""
    cache = Path(os.environ.get("COPYDESK_CACHE", REPOSITORY / ".cache")).absolute()
    with ExitStack() as held:
        try:
            held.enter_context(engine(REPOSITORY / "var" / "docker"))
            ensure_images(cache)
        except (RuntimeError, StartFailed, OSError) as error:  # no leave to start one here, or nothing to make it of
            print(f"containers-test: NOT RUN: {error}", file=sys.stderr)
            return CANNOT_RUN
        return _tested(short="--short" in sys.argv[1:])


def _tested(*, short: bool) -> int:
    on_containers = {**os.environ, "COPYDESK_TEST_SERVERS": "containers"}
    marks = "containers and not long" if short else "containers"
    for chosen in (("-m", marks, "tests/containers"), ("tests/pipeline",)):
        pytest = (sys.executable, "-m", "pytest", *chosen)
        if status := subprocess.run(pytest, cwd=REPOSITORY, env=on_containers, check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
