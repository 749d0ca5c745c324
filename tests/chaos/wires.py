"""The load: wires of two invented feeds, on and on. A seed gives the same stories; only embargoes know the clock.

Each kind of wire is one function of `Newsroom` and one line of `SHARES`.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from copydesk.ingest.document import document_id
from copydesk.runtime.feeds import hashed

from tests.chaos.formats import PACKAGES, SINGLE, SUFFIX, VERSIONED, Telling

FEED, OTHER_FEED = "northlight", "southlight"
PROVIDER, OTHER_PROVIDER = "Northlight News", "Southlight Press"
GRANTED = {
    # What the formats without a provider's name make of it, too.
    FEED: (PROVIDER, "Northlight Science", "Northlight", "northlight.example", "NLN", "NY"),
    OTHER_FEED: (OTHER_PROVIDER,),
}
KEYS = {FEED: "chaos-" + "0123456789abcdef" * 4, OTHER_FEED: "chaos-" + "fedcba9876543210" * 4}
FEEDS = "\n".join(
    f"[feeds.{feed}]\nkeys = {json.dumps([hashed(KEYS[feed])])}\nproviders = {json.dumps(providers)}\n"
    for feed, providers in GRANTED.items()
)
DOORS = ("http", "topic")
MORNING = datetime(2026, 3, 12, 6, tzinfo=UTC)
LONG_BYTES = 1_100_000
"""Beyond what a record carries: such a document travels as a reference."""
EMBARGO_S = (5, 40)
REMEMBERED = 400
"""Stories that may still get another version, and wires that may still be repeated."""

PLACES = ("BERGEN, Norway", "PORTO, Portugal", "AARHUS, Denmark", "GENEVA", "DRESDEN, Germany", "KISUMU, Kenya")
PEOPLE = ("Aslaug Fjelltveit", "Oksana Melnyk", "Dale Kowalczyk", "Pilar Navascues", "Achieng Odhiambo", "Poul Krog")
THINGS = ("the ferry line", "a tram tunnel", "the flood wall", "the night train", "cod quotas", "the swing bridge")
TURNS = (
    "opens a year early",
    "is put off again",
    "costs twice as much",
    "passes its first test",
    "is closed by a storm",
)


@dataclass(frozen=True)
class Wire:
    """One document as a feed sends it."""

    kind: str
    feed: str
    door: str
    """`http` or `topic`."""
    filename: str
    data: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def document(self) -> str:
        """The id that the document will have."""
        return document_id(self.feed, self.sha256)


class Newsroom:
    """Makes wires, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self._pick = random.Random(f"wires {seed}")
        self._stories = 0
        self._seconds = 0
        self._running: dict[int, tuple[str, Telling]] = {}
        """Stories with an id that may get another version: format and newest telling, by number."""
        self._sent: list[Wire] = []

    def wires(self) -> Iterator[Wire]:
        """Yield wires, for ever."""
        kinds, weights = list(SHARES), list(SHARES.values())
        while True:
            made = self._pick.choices(kinds, weights)[0](self)
            if made is not None:
                self._remember(made)
                yield made

    def _remember(self, made: Wire) -> None:
        if made.kind not in {"long", "repeat"}:
            self._sent.append(made)
        del self._sent[:-REMEMBERED]
        while len(self._running) > REMEMBERED:
            del self._running[next(iter(self._running))]

    def story(self) -> Wire:
        """The first version of a story with an id."""
        name, told = self._begun()
        return self._wire("story", name, VERSIONED[name](told))

    def single(self) -> Wire:
        """A story in a format that has no id."""
        name = self._pick.choice(list(SINGLE))
        return self._wire("single", name, SINGLE[name](self._telling()))

    def version(self) -> Wire | None:
        """The next version of a story."""
        return self._next("version", signal="update")

    def correction(self) -> Wire | None:
        """A correction: the next version, and it says so."""
        return self._next("correction", signal="correction", note="Corrects the number of passengers.")

    def late(self) -> Wire | None:
        """A version from between two that are out: it must not replace the newer one."""
        chosen = self._chosen(lambda told: told.version > 1)
        if chosen is None:
            return None
        name, told = chosen
        older = replace(told, created=told.created - timedelta(seconds=1), headline=f"Late: {told.headline}")
        return self._wire("late", name, VERSIONED[name](older))

    def kill(self) -> Wire | None:
        """A kill of a story; at times a later version brings it back."""
        return self._next(
            "kill", status="canceled", note="KILL. Withdrawn by the sender.", end=self._pick.random() < 0.8
        )

    def withheld(self) -> Wire | None:
        """A version that takes the story back until the next one."""
        return self._next("withheld", formats=("ninjs", "newsml-g2"), status="withheld")

    def embargoed(self) -> Wire:
        """A story under an embargo that ends during the run."""
        name, told = self._begun(self._pick.choice(("ninjs", "newsml-g2")), embargo=self._soon())
        return self._wire("embargoed", name, VERSIONED[name](told))

    def overtaken(self) -> Wire | None:
        """What comes of a story while it is under embargo: a version that lifts it, or a kill."""
        waits = [told.number for _, told in self._running.values() if told.embargo and told.embargo > datetime.now(UTC)]
        if not waits:
            return None
        number = self._pick.choice(waits)
        status, note = self._pick.choice((("usable", None), ("canceled", "KILL. Withdrawn by the sender.")))
        return self._next("overtaken", among=(number,), status=status, note=note)

    def not_granted(self) -> Wire | None:
        """The other feed wants to kill a story that is not its own."""
        chosen = self._chosen(lambda told: True)
        if chosen is None:
            return None
        name, told = chosen
        kill = replace(self._later(told), status="canceled", paragraphs=("Killed by somebody else.",))
        return self._wire("not granted", name, VERSIONED[name](kill), feed=OTHER_FEED)

    def other(self) -> Wire:
        """A story of the other feed's own."""
        told = replace(self._telling(), provider=OTHER_PROVIDER)
        return self._wire("other", "ninjs", VERSIONED["ninjs"](told), feed=OTHER_FEED)

    def package(self) -> Wire:
        """Several stories in one document."""
        name = self._pick.choice(list(PACKAGES))
        members = [self._telling() for _ in range(self._pick.randint(2, 3))]
        return self._wire("package", name, PACKAGES[name](members))

    def repeat(self) -> Wire | None:
        """The same bytes on the same feed again, by whatever door."""
        if not self._sent:
            return None
        first = self._pick.choice(self._sent)
        return replace(first, kind="repeat", door=self._door())

    def refused(self) -> Wire:
        """What nobody can read: cut off, of no format, empty."""
        name, told = self._pick.choice(("newsml-g2", "ninjs")), self._telling()
        whole = VERSIONED[name](told)
        no_format = b"\xff\xfe\x00\x01\x02 no format " + str(told.number).encode()
        return self._wire("refused", name, self._pick.choice((whole[: len(whole) // 2], no_format, b"")))

    def long(self) -> Wire:
        """A document that travels as a reference."""
        told = self._telling()
        padding = f"<!-- {'northlight ' * (LONG_BYTES // 11)}-->".encode()
        return self._wire("long", "newsml-g2", VERSIONED["newsml-g2"](told) + padding)

    def _begun(self, name: str | None = None, embargo: datetime | None = None) -> tuple[str, Telling]:
        name = name or self._pick.choice(list(VERSIONED))
        told = replace(self._telling(), embargo=embargo)
        self._running[told.number] = (name, told)
        return name, told

    def _next(  # noqa: PLR0917 - each is what one kind of version has of its own
        self,
        kind: str,
        formats: tuple[str, ...] = tuple(VERSIONED),
        among: Collection[int] | None = None,
        status: str = "usable",
        signal: str | None = None,
        note: str | None = None,
        *,
        end: bool = False,
    ) -> Wire | None:
        chosen = self._chosen(
            lambda told: self._running[told.number][0] in formats and (among is None or told.number in among)
        )
        if chosen is None:
            return None
        name, told = chosen
        later = replace(self._later(told), status=status, signal=signal, note=note, embargo=None)
        if end:
            del self._running[told.number]
        else:
            self._running[told.number] = (name, later)
        return self._wire(kind, name, VERSIONED[name](later))

    def _later(self, told: Telling) -> Telling:
        return replace(
            told,
            version=told.version + 1,
            created=self._now(),
            headline=f"{told.headline.split(' (')[0]} ({told.version + 1})",
            paragraphs=(
                *told.paragraphs[:2],
                f"About {self._pick.randint(100, 9000)} people were on board, police said.",
            ),
        )

    def _chosen(self, suits: Callable[[Telling], bool]) -> tuple[str, Telling] | None:
        suitable = [number for number, (_, told) in self._running.items() if suits(told)]
        return self._running[self._pick.choice(suitable)] if suitable else None

    def _telling(self) -> Telling:
        self._stories += 1
        number, pick = self._stories, self._pick
        place, person = pick.choice(PLACES), pick.choice(PEOPLE)
        headline = f"{pick.choice(THINGS).capitalize()} number {number} {pick.choice(TURNS)}"
        lead = f"{place}, March 12 (Northlight) - {headline}, its operator said on Thursday."
        quote = f'"We waited {pick.randint(2, 40)} years for it," said {person} of the harbour board.'
        paragraphs = (lead, quote) if pick.random() < 0.4 else (lead,)
        return Telling(number, 1, self._now(), PROVIDER, headline, paragraphs)

    def _now(self) -> datetime:
        """The agency's time: two seconds later with every version, so that newest is never decided by who came first."""
        self._seconds += 2
        return MORNING + timedelta(seconds=self._seconds)

    def _soon(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self._pick.randint(*EMBARGO_S))

    def _door(self) -> str:
        return self._pick.choice(DOORS)

    def _wire(self, kind: str, name: str, data: bytes, feed: str = FEED) -> Wire:
        # The same bytes have the same name, whoever makes them: the ledger keeps that of the first.
        filename = f"{hashlib.sha256(data).hexdigest()[:12]}.{SUFFIX[name]}"
        return Wire(kind, feed, self._door(), filename, data)


SHARES: dict[Callable[[Newsroom], Wire | None], float] = {
    Newsroom.story: 34,
    Newsroom.single: 14,
    Newsroom.version: 20,
    Newsroom.correction: 5,
    Newsroom.late: 3,
    Newsroom.kill: 3,
    Newsroom.withheld: 2,
    Newsroom.embargoed: 3,
    Newsroom.overtaken: 1,
    Newsroom.not_granted: 0.5,
    Newsroom.other: 2,
    Newsroom.package: 4,
    Newsroom.repeat: 6,
    Newsroom.refused: 3,
    Newsroom.long: 0.3,
}
"""What the wires are, by weight."""
