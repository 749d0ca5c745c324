"""What the text says a person is: titles before the name, an apposition after it."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.enrich.naming.features import Sight
from copydesk.enrich.naming.mentions import Mention
from copydesk.enrich.text.tokens import Token

LONGEST_BEFORE, LONGEST_AFTER = 7, 14
ARTICLES = frozenset("a an the der die das ein eine le la un une el los las una".split())  # noqa: SIM905
SALUTATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mister",
        "herr",
        "frau",
        "m",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "sr",
        "sra",
        "señor",
        "señora",
        "don",
        "doña",
        "dr",
    ]
)
BORDERS = frozenset('.,;:!?()"“”„«»—–-')


def is_role(word: str, sight: Sight) -> bool:
    """Whether a word is a title or a role; the second part of a compound is enough (`vice-president`)."""
    plain = word.lower().rstrip(".")
    known = sight.lexicon.of("title", sight.language) | sight.lexicon.of("role", sight.language)
    return plain in known or plain.rpartition("-")[2] in known


def before(mention: Mention, found: Sequence[Token], sight: Sight) -> str:
    """Return the title before a name with what belongs to it: `Foreign Ministry spokesman`, `U.S. President`."""
    end = at = mention.first - len(mention.title.split())
    end = mention.first
    while at > 0 and end - at < LONGEST_BEFORE:
        word = found[at - 1].text
        if found[at].first or word in BORDERS or word.lower() in ARTICLES:
            break
        inside = at < end
        if not (is_role(word, sight) or (inside and (word[:1].isupper() or word in {"of", "and", "'s", "’s"}))):
            break
        at -= 1
    part = found[at:end]
    if not any(is_role(t.text, sight) for t in part):
        return ""
    text = " ".join(t.text for t in part).replace(" 's", "'s").replace(" ’s", "’s")
    return "" if text.lower().rstrip(".") in SALUTATIONS else text


def after(mention: Mention, found: Sequence[Token], sight: Sight) -> str:
    """Return the apposition after a name: `, president of the Licking County Board of Realtors,`."""
    at = mention.last + 1
    if at + 1 >= len(found) or found[at].text != "," or found[at + 1].first:
        return ""
    start = at + 2 if found[at + 1].text.lower() in ARTICLES else at + 1
    stop = start
    while (
        stop < len(found) and stop - start < LONGEST_AFTER and found[stop].text not in BORDERS and not found[stop].first
    ):
        stop += 1
    closed = stop < len(found) and found[stop].text in {",", "."}
    if not closed or not any(is_role(t.text, sight) and t.text[:1].islower() for t in found[start : start + 4]):
        return ""
    return " ".join(t.text for t in found[start:stop]).replace(" 's", "'s").replace(" ’s", "’s")


def titles(mention: Mention, found: Sequence[Token], sight: Sight) -> list[str]:
    """Return what is said of a person beside one mention of the name."""
    return [said for said in (before(mention, found, sight), after(mention, found, sight)) if said]
