"""Where a text names places: spans that the gazetteer knows, weighed by the words around them, one judgement a name.

What speaks for a place: the tagger, a preposition before, `, Ohio` or a civic word (`police`, `City Council`) after, its size.
What speaks against: a person of that family name in the text, a common word, a longer name around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copydesk.enrich.knowledge.gazetteer import Known, fold
from copydesk.enrich.naming.features import Sight
from copydesk.enrich.naming.mentions import Mention
from copydesk.enrich.text.tokens import Token

LONGEST = 5
ENOUGH = 0.5
"""Evidence from which a span counts as a place."""
PARTIES = frozenset({"D-", "R-", "I-"})
NEAR_ITS_NAMESAKE = frozenset({"Township", "Twp.", "River", "Creek", "Valley"})


@dataclass(frozen=True)
class Found:
    """A place name in the text: tokens `[first, last]`, its span, what it is looked up by, and the places of that name."""

    first: int
    last: int
    start: int
    end: int
    name: str
    candidates: tuple[Known, ...]
    nationality: bool = False


@dataclass(frozen=True)
class Scene:
    """A text as far as it is understood: its tokens, which mention covers each, and the family names of its people."""

    found: Sequence[Token]
    over: dict[int, Mention]
    families: frozenset[str]
    sight: Sight
    demonyms: dict[str, Known]

    def word(self, at: int) -> str:
        """The token's text, or nothing beyond the ends."""
        return self.found[at].text if 0 <= at < len(self.found) else ""

    def of_class(self, word: str, name: str) -> bool:
        """Whether a word is of a class of the lexicon."""
        return word.lower().rstrip(".") in self.sight.lexicon.of(name, self.sight.language)


def in_pieces(scene: Scene, runs: list[tuple[int, int]]) -> tuple[Scene, list[tuple[int, int]]]:
    """Return the scene with words parted at hyphens where a place stands before one: `Columbus-based`, `EU-Israel`."""
    parted = {at for at, token in enumerate(scene.found) if "-" in token.text and parts_of_places(scene, at)}
    if not parted:
        return scene, runs
    pieces: list[Token] = []
    starts: list[int] = []
    for at, token in enumerate(scene.found):
        starts.append(len(pieces))
        if at in parted:
            offset = token.start
            for part in token.text.split("-"):
                pieces.append(Token(part, offset, offset + len(part), token.first and offset == token.start))
                offset += len(part) + 1
        else:
            pieces.append(token)
    starts.append(len(pieces))
    over = {
        i: replace(m, first=starts[m.first], last=starts[m.last + 1] - 1)
        for at, m in scene.over.items()
        for i in range(starts[at], starts[at + 1])
    }
    return replace(scene, found=pieces, over=over), [(starts[a], starts[b]) for a, b in runs]


def parts_of_places(scene: Scene, at: int) -> bool:
    """Whether a hyphenated word is a place or nationality and a word, or two of them; and no name of its own."""
    word, mention = scene.found[at].text, scene.over.get(at)
    if mention is not None and mention.kind == "PER":
        return False
    first, *rest = word.split("-")
    if (word,) in scene.sight.known or scene.sight.gazetteer.has(word) or len(first) < 2:
        return False
    named = [part for part in (first, *rest) if part[:1].isupper()]
    return (
        bool(named) and all(part in scene.demonyms or scene.sight.gazetteer.has(part) for part in named) and all(rest)
    )


def places(scene: Scene, runs: list[tuple[int, int]]) -> list[Found]:
    """Return the places that the runs name, in order. The scene is one in pieces."""
    spans = [place for run in runs for place in known(scene, *run)]
    evidence = [weigh(scene, place) for place in spans]
    best: dict[str, float] = {}
    for place, score in zip(spans, evidence, strict=True):
        key = fold(place.name)
        best[key] = max(best.get(key, -9.0), score)
    return [
        p for p, score in zip(spans, evidence, strict=True) if score + max(0.0, best[fold(p.name)] - score) / 2 > ENOUGH
    ]


def known(scene: Scene, start: int, end: int) -> Iterator[Found]:
    """Return the spans of a run that the gazetteer knows, the longest first, none inside another."""
    at = start
    while at < end:
        place = longest(scene, at, end)
        if place:
            yield place
        at = place.last + 1 if place else at + 1


def longest(scene: Scene, at: int, end: int) -> Found | None:
    """Return the longest place name that begins at a token and ends before `end`."""
    found = scene.found
    several = scene.word(at + 1) in {"'s", "’s"} or scene.sight.opens(scene.word(at))
    for stop in range(min(end, at + LONGEST) if several else min(end, at + 1), at, -1):
        if not found[stop - 1].text[:1].isupper():
            continue
        name = found[at].text if stop == at + 1 else spaced(found[at:stop])
        if stop == at + 1 and (place := scene.demonyms.get(name)):
            return Found(at, at, found[at].start, found[at].end, name, (place,), nationality=True)
        if candidates := scene.sight.gazetteer.find(name):
            return lengthened(
                scene, shortened(scene, Found(at, stop - 1, found[at].start, found[stop - 1].end, name, candidates))
            )
    return None


def spaced(part: Sequence[Token]) -> str:
    """Return the words as a name is written."""
    return " ".join([t.text for t in part]).replace(" 's", "'s").replace(" ’s", "’s")


def shortened(scene: Scene, place: Found) -> Found:
    """Return `Dublin` of `Dublin City Council`, where `City` belongs to what follows."""
    found = scene.found
    after = scene.word(place.last + 1)
    if (
        place.last == place.first
        or found[place.last].text != "City"
        or not after[:1].isupper()
        or found[place.last + 1].first
    ):
        return place
    name = " ".join(t.text for t in found[place.first : place.last])
    candidates = scene.sight.gazetteer.find(name)
    return (
        replace(place, last=place.last - 1, end=found[place.last - 1].end, name=name, candidates=candidates)
        if candidates
        else place
    )


def lengthened(scene: Scene, place: Found) -> Found:
    """Return `Jerome Township` for `Jerome`: what is named after a place and not known itself is taken to lie near it."""
    after = scene.word(place.last + 1)
    near = tuple(c for c in place.candidates if c.kind in {"city", "admin2"})
    if after not in NEAR_ITS_NAMESAKE or scene.found[place.last + 1].first or not near:
        return place
    name = f"{place.name} {after}"
    return replace(place, last=place.last + 1, end=scene.found[place.last + 1].end, name=name, candidates=near)


def weigh(scene: Scene, place: Found) -> float:
    """Return how much speaks for a span being a place here."""
    if place.nationality:
        mention = scene.over.get(place.first)
        return -1.0 if mention is not None and mention.kind == "ORG" and mention.last > mention.first else 5.0
    return (
        size(place.candidates[0])
        + words(scene, place)
        + tagged(scene, place)
        + before(scene, place)
        + after(scene, place)
    )


def in_list_of_counties(scene: Scene, place: Found) -> bool:
    """Whether it stands in `Geauga, Medina and Summit counties`."""
    at = place.last + 1
    while (
        at < place.last + 40
        and (scene.word(at) in {",", "and", "or", "&"} or scene.word(at)[:1].isupper())
        and not scene.found[at].first
    ):
        at += 1
    return at > place.last + 1 and scene.word(at) == "counties"


def size(place: Known) -> float:
    """What a place's importance says."""
    if place.kind == "admin2":
        return 1.5
    if place.kind != "city":
        return 2.5
    return (
        1.5
        if place.population > 1_000_000
        else 0.7
        if place.population > 100_000
        else -0.5
        if place.population < 3_000
        else 0.0
    )


def words(scene: Scene, place: Found) -> float:
    """What the words of the name say: common words, names of people, words that head other names."""
    article = scene.word(place.first) == "The" and place.last == place.first + 1
    if place.last > place.first and not article:
        return 1.0
    text = scene.word(place.last)
    if len(text) < 2 or text.lower().rstrip(".") in scene.sight.no_places:
        return -6.0
    symbol = scene.sight.symbol(text)
    score = (
        -3.0
        if text.isupper() and len(text) < 5 and place.candidates[0].kind == "city" and not shouted(scene, place)
        else 0.0
    )
    if scene.sight.language == "en":
        score -= 3.0 if "W" in symbol else 2.0 if "w" in symbol else 0.7 if "v" in symbol else 0.0
    if "G" in symbol[:2]:
        score -= 1.0
    if scene.found[place.first].text in scene.families:
        score -= 3.0
    if score < -1 and scene.found[place.first].first:
        score -= 1.0
    return score if place.candidates[0].kind == "city" else max(score, -3.0)


def shouted(scene: Scene, place: Found) -> bool:
    """Whether the words around are written in capitals too."""
    return any(len(word) > 3 and word.isupper() for word in (scene.word(place.first - 1), scene.word(place.last + 1)))


def tagged(scene: Scene, place: Found) -> float:
    """What the tagger says."""
    mention = scene.over.get(place.first)
    if mention is None:
        return 0.0
    whole = mention.first >= place.first and mention.last <= place.last
    if mention.kind == "LOC":
        return 2.0 if whole or scene.word(place.last + 1) == "," else -1.0
    if mention.kind == "PER":
        return (-4.0 if mention.title else -1.0) if whole else -8.0
    return 0.0 if mention.first == place.first else -1.5


def before(scene: Scene, place: Found) -> float:
    """What the word before says."""
    word = scene.word(place.first - 1)
    if scene.found[place.first].first or not word:
        return 0.5 if scene.word(place.first).isupper() and len(scene.word(place.first)) > 3 else 0.0
    low = word.lower()
    if scene.of_class(low, "within"):
        return 2.0
    if place.candidates[0].kind == "city" and of_a_ministry(scene, place.first):
        return -4.0
    if low in {"of", "to", "and", "between", "de"}:
        return 0.7
    if word in PARTIES:
        return 3.0
    if word[:1].isupper() and not scene.of_class(low, "direction"):
        return -4.0 if scene.of_class(low, "title") else -1.5
    return 0.0


def of_a_ministry(scene: Scene, at: int) -> bool:
    """Whether a minister's field stands there: `viceministra de Pesca`; a prime minister has a country."""
    office = scene.word(at - 2).lower()
    return "minist" in office and scene.word(at - 1).islower() and not scene.word(at - 3).lower().startswith("prem")


def after(scene: Scene, place: Found) -> float:
    """What the words after say."""
    word = scene.word(place.last + 1)
    if not word or scene.found[place.last + 1].first:
        return 0.0
    large = place.candidates[0].kind in {"country", "admin1", "admin2"}
    if scene.of_class(word, "street") and not large:
        return -6.0
    if word in {"'s", "’s"} and scene.word(place.last + 2)[:1].isupper() and place.last == place.first:
        return -1.0
    if word in {",", "("} and (near := longest(scene, place.last + 2, min(place.last + 5, len(scene.found)))):
        return 3.0 if near.candidates[0].kind in {"country", "admin1", "admin2"} and not near.nationality else 0.5
    if scene.of_class(word, "civic") or (scene.of_class(word, "title") and word[:1].isupper()):
        return 2.0
    return (-0.5 if large else -1.5) if word[:1].isupper() else 0.0
