"""`python -m copydesk.runtime.probe`: status 0 when the service of this container says that it is ready."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request

from copydesk.runtime.settings import Settings


def main() -> int:
    """Ask `/readyz`, and print its answer where it is not yes."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{Settings().http_port}/readyz", timeout=4):
            return 0
    except urllib.error.HTTPError as unready:
        answer = unready.read().decode("utf-8", "replace")
    except OSError as error:
        answer = str(error)
    sys.stderr.write(answer + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
