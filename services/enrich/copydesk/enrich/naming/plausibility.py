"""How sure the tagger has to be of a name, by what its words are: `Harbour Commission` less, `Sea Stallion` more."""

from __future__ import annotations

from copydesk.enrich.naming.features import ACRONYM, INITIAL, LONGEST_KNOWN, Sight

IMPOSSIBLE = 2.0
"""More than any chance."""
SURE, USUAL, DOUBTFUL = 0.25, 0.5, 0.7


def least(words: tuple[str, ...], kind: str, sight: Sight) -> float:
    """Return the least mean chance from which words count as a name of the kind."""
    symbols = [sight.symbol(word) for word in words]
    if kind == "PER":
        return least_person(words, symbols)
    return least_organisation(words, symbols, sight) if kind == "ORG" else USUAL


def least_person(words: tuple[str, ...], symbols: list[str]) -> float:
    """As `least`, for people."""
    heads = ("bo", "fi", "ev", "fe") if not any(mark in symbols[-1] for mark in "Ff") else ("bo", "fi", "ev")
    if any(c.isdigit() for word in words for c in word) or any(mark in symbols[-1] for mark in heads):
        return DOUBTFUL + 0.2
    if len(words) == 1:
        return USUAL if symbols[0][:1] in "Gg" else 0.95
    if all("W" in s or "w" in s for s in symbols) and "G" not in symbols[0]:
        return DOUBTFUL + 0.2
    if symbols[0][:1] in "Gg" or INITIAL.match(words[0]):
        return SURE
    return 0.45 if any(mark in symbols[-1] for mark in "Ffr") else USUAL


def least_organisation(words: tuple[str, ...], symbols: list[str], sight: Sight) -> float:
    """As `least`, for organisations."""
    if any(words[at:] in sight.known for at in range(max(0, len(words) - LONGEST_KNOWN), len(words))):
        return 0.3 if words in sight.known else SURE
    last = symbols[-1]
    if "bo" in last or "fi" in last:
        return SURE if len(words) > 1 else DOUBTFUL
    if any(mark in last for mark in ("ev", "wo", "fe")) or last[0] == "l":
        return DOUBTFUL + 0.2
    if any("ev" in s for s in symbols):
        return DOUBTFUL + 0.1
    if any("bo" in s for s in symbols):
        return USUAL
    if len(words) == 1:
        return USUAL if ACRONYM.match(words[0]) else DOUBTFUL
    return DOUBTFUL


def kind_by_words(words: tuple[str, ...], kind: str, sight: Sight) -> str:
    """Return the kind that a name's words make all but certain, else the one given."""
    symbols = [sight.symbol(word) for word in words]
    headed = any("bo" in s or "fi" in s for s in symbols)
    if (
        kind == "ORG"
        and 1 < len(words) <= 4
        and not headed
        and words not in sight.known
        and like_person(words, symbols)
    ):
        return "PER"
    if (
        kind == "PER"
        and len(words) > 1
        and ("bo" in symbols[-1] or "fi" in symbols[-1])
        and not any(m in symbols[-1] for m in "Ff")
    ):
        return "ORG"
    return kind


def lettered(word: str) -> bool:
    """Whether a word is an acronym that closes a name as a legal form does (`S.A.`, `A.F.C.`), and no numeral (`II`)."""
    return bool(ACRONYM.match(word)) and len(word.replace(".", "")) > 1 and not set(word) <= set("IVX.")


def like_person(words: tuple[str, ...], symbols: list[str]) -> bool:
    """Whether words are a frequent given name and something that can be a family name."""
    if symbols[0][:1] != "G" or any(
        word[:1].islower() and not is_particle(s) for word, s in zip(words, symbols, strict=True)
    ):
        return False
    last = symbols[-1]
    return any(mark in last for mark in "Ffr?") and not any(
        mark in last for mark in ("W", "w", "v", "fe", "ev", "A", "D")
    )


def is_particle(symbol: str) -> bool:
    """Whether a symbol is that of `de`, `van`, `bin`."""
    return "pa" in symbol
