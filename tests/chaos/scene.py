"""What a fault is given: the pipeline, a source of chance, and a way to let time pass while the services are watched."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
import psycopg

from tests.chaos.load import Load, Side
from tests.chaos.servers import Pipeline

TICK_S = 0.1
WARM_CPU_S = 15.0
ASK_EVERY_S = 0.5
"""How often the store is asked whether it gets on: the asking costs it something too."""
TELL_EVERY_S = 10.0


@dataclass
class Memory:
    """Resident bytes of one process of a service."""

    first: int
    """Once it had some work behind it."""
    most: int


@dataclass
class Scene:
    """A running pipeline under load, and whoever looks after it: starts again what ended, tells how it goes."""

    pipeline: Pipeline
    load: Load
    side: Side
    """The load's share of this pipeline."""
    pick: random.Random
    say: Callable[[str], None]
    short: bool
    """Whether outages last a fraction of what they last in the long form."""
    failures: list[str] = field(default_factory=list)
    """What did not hold, whatever is measured at the end."""
    marked: float = 0.0
    """When the harm was done that a stall counts from, Unix seconds."""
    memory: dict[tuple[str, int], Memory] = field(default_factory=dict)
    """By service and process id."""
    _next_telling: float = 0.0

    def mark(self) -> None:
        """From now on it counts how long the store gets nothing new."""
        self.marked = time.time()

    def last(self, short: float, long: float) -> float:
        """Return the seconds that an outage lasts in this form."""
        return short if self.short else long

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass; return early, and True, as soon as `until` holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until():
                return True
            self.look()
            time.sleep(TICK_S)
        return False

    def look(self) -> None:
        """Start again what ended, as an operator's supervisor does, and tell every ten seconds how it goes."""
        self.pipeline.stack.restart_ended(lambda text: self.say(f"  {text.splitlines()[0]}"))
        if time.monotonic() >= self._next_telling:
            self._next_telling = time.monotonic() + TELL_EVERY_S
            self._weigh()
            self.say(self._state())

    def rows(self) -> int | None:
        """Return how many versions stand in the store, None while it does not answer."""
        try:
            with psycopg.connect(self.pipeline.database, connect_timeout=1) as store:
                row = store.execute("select count(*) from versions").fetchone()
        except psycopg.Error:
            return None
        return row[0] if row else None

    def moves_again(self, within_s: float = 60.0) -> bool:
        """Wait until new versions reach the store; say so where none do."""
        end, before = time.monotonic() + within_s, self.rows()
        while time.monotonic() < end:
            self.wait(ASK_EVERY_S)
            rows = self.rows()
            if before is not None and rows is not None and rows > before:
                return True
            before = rows if before is None else before
        self.say(f"  no new version in the store for {within_s:.0f} s")
        return False

    def _state(self) -> str:
        rows, answers = self.rows(), self.side.answers
        turned = ", ".join(f"{name}: {count}" for name, count in sorted(answers.items()) if name != "taken")
        stored = "the store does not answer" if rows is None else f"{rows} versions stored"
        seconds = time.time() - self.load.begun if self.load.begun else 0
        return f"{seconds:6.0f} s  {self.side.pushes} documents taken, {stored}{f' ({turned})' if turned else ''}"

    def _weigh(self) -> None:
        """Note the memory of each service; a process is weighed once it has done some work: until then it only loads."""
        for name, child in self.pipeline.stack.services.items():
            pid = child.process.pid
            try:
                process = psutil.Process(pid)
                spent = process.cpu_times()
                if spent.user + spent.system < WARM_CPU_S:
                    continue
                resident = process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            weighed = self.memory.setdefault((name, pid), Memory(resident, resident))
            weighed.most = max(weighed.most, resident)
