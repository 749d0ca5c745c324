"""Which fault comes when: drawn from the seed, every kind once before any comes again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tests.chaos.faults import FAULTS, Fault
from tests.chaos.measure import Happened
from tests.chaos.scene import Scene

RECOVERY_S = 60.0
"""How long a fault's recovery is waited for before the next one is drawn; the stall itself is reckoned from the store."""
CALM_S = {True: (2.0, 5.0), False: (5.0, 20.0)}
"""Between two faults, in the short form and in the long one."""
ROOM_S = 12.0
"""No fault begins in the last seconds of the load."""
WARM_UP_S = 5.0


def drawn(possible: Sequence[Fault], pick: random.Random) -> Iterator[Fault]:
    """Yield faults, for ever: rounds of all of them, in each round one of every kind before a second of any."""
    kinds: dict[str, list[Fault]] = {}
    while True:
        for fault in pick.sample(possible, len(possible)):
            kinds.setdefault(fault.kind, []).append(fault)
        for turn in zip_longest(*kinds.values()):
            yield from pick.sample([fault for fault in turn if fault is not None], len([f for f in turn if f]))
        kinds.clear()


def torment(scene: Scene, until: float) -> list[Happened]:
    """Do one fault after the other until the time (Unix seconds) is over; return what was done."""
    possible = []
    for fault in FAULTS:
        if why_not := fault.possible(scene):
            scene.say(f"not done: {fault.kind}: {why_not}")
        else:
            possible.append(fault)
    scene.wait(WARM_UP_S)
    done: list[Happened] = []
    for fault in drawn(possible, scene.pick):
        if time.time() > until - ROOM_S:
            break
        done.append(_do(scene, fault))
        scene.wait(scene.pick.uniform(*CALM_S[scene.short]))
    scene.wait(until - time.time())
    return done


def _do(scene: Scene, fault: Fault) -> Happened:
    begun = scene.marked = time.time()
    what = fault.do(scene)
    ended = time.time()
    scene.say(f"{begun - scene.load.begun:6.0f} s  fault: {fault.kind} {what}".rstrip())
    scene.moves_again(RECOVERY_S)
    counts_from = scene.marked if fault.measure == "kill" else ended
    return Happened(fault.kind, fault.measure, what, begun, counts_from)
