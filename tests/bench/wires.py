"""Invented ninjs stories of about 500 words for the benchmarks; the same number always gives the same story."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.pipeline.work import ninjs

PLACES = (
    "Bergen, Norway",
    "Porto, Portugal",
    "Geneva",
    "Dresden, Germany",
    "Aarhus, Denmark",
    "Zagreb",
    "Lyon, France",
    "Kisumu, Kenya",
)
FIRST = ("Aslaug", "Oksana", "Katrin", "Dale", "Pilar", "Marc", "Achieng", "Beat", "Lucija", "Poul")
LAST = (
    "Fjelltveit",
    "Melnyk",
    "Vogelsang",
    "Kowalczyk",
    "Navascues",
    "Tessier",
    "Odhiambo",
    "Imboden",
    "Perkovic",
    "Krog",
)
ROLES = ("chief executive", "mayor", "Fisheries Minister", "spokeswoman", "director", "union leader")
BODIES = (
    "Vestkyst Ferries",
    "the Transport Ministry",
    "Harbour Workers' Union",
    "the Institute of Marine Research",
    "Northlight Bank",
)
WHEN = (
    "on Thursday",
    "last week",
    "in January",
    "next year",
    "on Feb. 3",
    "since 2019",
    "this month",
    "on Wednesday night",
)
THINGS = (
    "the tunnel",
    "a new ferry line",
    "the flood wall",
    "cheaper bread",
    "a frozen harbour",
    "the old railway bridge",
)
VERBS = (
    "will open",
    "had been delayed",
    "cost 212 million euros",
    "would save 9,000 tonnes of diesel",
    "was closed by the storm",
)
WORDS = 500


def documents(count: int, run: str = "bench") -> list[bytes]:
    """Return `count` different stories as ninjs 3.1."""
    return [_ninjs(number, run) for number in range(count)]


def _ninjs(number: int, run: str) -> bytes:
    pick = random.Random(f"{run}{number}")
    place = pick.choice(PLACES)
    paragraphs = [f"{place.upper().split(',')[0]}, March 12 (Northlight) - {next(_paragraphs(pick, number))}"]
    more = _paragraphs(pick, number)
    while sum(len(p.split()) for p in paragraphs) < WORDS:
        paragraphs.append(next(more))
    headline = f"{pick.choice(THINGS).capitalize()} in {place.split(',')[0]}: {number} days on"
    return ninjs(number, run, headline, "\n\n".join(paragraphs))


def _paragraphs(pick: random.Random, number: int) -> Iterator[str]:
    while True:
        name, thing, when = f"{pick.choice(FIRST)} {pick.choice(LAST)}", pick.choice(THINGS), pick.choice(WHEN)
        role, body, verb = pick.choice(ROLES), pick.choice(BODIES), pick.choice(VERBS)
        where = pick.choice(PLACES).split(",")[0]
        yield pick.choice(
            (
                f'"We waited {pick.randint(2, 40)} years for {thing}, and it {verb}," said {name}, {role} of {body} in {where}.',
                f"{body[0].upper()}{body[1:]} said {when} that {thing} {verb}. About {pick.randint(100, 9000)} people live nearby.",
                f"{name}, the {role}, told reporters in {where} {when} that item {number} of the plan {verb}.",
                f"The work near {where} began {when}. It had been put off twice, and critics said {thing} {verb}.",
            )
        )
