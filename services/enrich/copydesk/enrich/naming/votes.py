"""One name, one kind: every place where a name stands in a text has a vote on what it is.

The tagger sees a few words at a time. Where `Fremantle` stands in one sentence as a town and in three as a team, the text as
a whole knows better; so the chances of all occurrences are added up (Finkel et al. 2005 do the same by sampling).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from copydesk.enrich.naming.features import Sight
from copydesk.enrich.naming.mentions import Mention
from copydesk.enrich.naming.plausibility import kind_by_words, least
from copydesk.enrich.naming.tagger import KINDS, LABELS
from copydesk.enrich.text.tokens import Token

Chances = dict[int, list[float]]
"""Each label's chance, by index of `LABELS`, of each token that was tagged."""
COLUMNS = {kind: [LABELS.index("B-" + kind), LABELS.index("I-" + kind)] for kind in KINDS}


def chance(of: Chances, first: int, last: int) -> dict[str, float]:
    """Return the chance of each kind that tokens `[first, last]` name one thing of it."""
    rows = [of[at] for at in range(first, last + 1) if at in of]
    if len(rows) == 1:
        row = rows[0]
        return {kind: row[begins] + row[goes_on] for kind, (begins, goes_on) in COLUMNS.items()}
    count = max(1, len(rows))
    return {
        kind: sum([row[begins] + row[goes_on] for row in rows]) / count for kind, (begins, goes_on) in COLUMNS.items()
    }


def voted(mentions: list[Mention], found: Sequence[Token], of: Chances, sight: Sight) -> list[Mention]:
    """Return the mentions with the kind of all their names' occurrences together, and occurrences that were overlooked."""
    by_name: dict[tuple[str, ...], list[Mention]] = defaultdict(list)
    for m in mentions:
        by_name[words(m, found)].append(m)
    taken = {at for m in mentions for at in range(m.first, m.last + 1)}
    for name, first, last in overlooked(by_name, found, of, taken):
        by_name[name].append(Mention(first, last, "O"))
    kept: list[Mention] = []
    for name, occurrences in by_name.items():
        total = dict.fromkeys(KINDS, 0.0)
        for m in occurrences:
            for kind, value in chance(of, m.first, m.last).items():
                total[kind] += value
        best = max(total, key=total.__getitem__)
        kind = kind_by_words(name, best, sight)
        if (
            kind != best
            or any(m.title for m in occurrences)
            or total[best] / len(occurrences) >= least(name, best, sight)
        ):
            kept += [Mention(m.first, m.last, kind, m.title) for m in occurrences]
    return sorted(kept, key=lambda m: m.first)


def words(mention: Mention, found: Sequence[Token]) -> tuple[str, ...]:
    """The words of a mention."""
    return tuple(t.text for t in found[mention.first : mention.last + 1])


def overlooked(
    names: dict[tuple[str, ...], list[Mention]], found: Sequence[Token], of: Chances, taken: set[int]
) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Return where the names stand outside the mentions."""
    starts: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name in names:
        starts[name[0]].append(name)
    for at in sorted(of):
        for name in sorted(starts.get(found[at].text, ()), key=len, reverse=True):
            span = range(at, at + len(name))
            if all(i in of and i not in taken for i in span) and tuple(found[i].text for i in span) == name:
                yield name, at, at + len(name) - 1
                taken.update(span)
                break
