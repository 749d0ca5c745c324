"""A child process that dies with us, is waited for by what it serves, and is asked before it is killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2); Linux only


class StartFailed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A process ended or stayed silent before it was ready; the message ends with the last lines of its log."""


@dataclass
class Child:
    """One running process of the stack."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return when `ready` says so. `StartFailed` where the process ends or the time passes first."""
        end = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise StartFailed(f"{self.name} ended with status {self.process.returncode}.\n{self.last_lines()}")
            if time.monotonic() > end:
                raise StartFailed(f"{self.name} is not ready after {seconds:.0f} s.\n{self.last_lines()}")
            time.sleep(0.05)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of its log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
        return f"(no log at {self.log})"

    def stop(self, seconds: float = 20) -> None:
        """Ask it to end; kill it where it does not within the time."""
        if self.running:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    name: str,
    command: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: int | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Child:
    """Start a process in a session of its own, so that Ctrl-C reaches us first and we end it in order."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread starts all
        )
    return Child(name, process, log, stop_signal)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port(preferred: int = 0) -> int:
    """Return the preferred port of 127.0.0.1 where it is free, else any free one."""
    for port in (preferred, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def answers(port: int) -> bool:
    """Whether something accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False
