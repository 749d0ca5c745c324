"""Train the tagger of names and write its weights to `services/enrich/copydesk/enrich/naming/data`.

usage: uv run --with python-crfsuite scripts/train_entities.py PATH
  PATH: sentences in two columns, word and tag (`B-per`, `I-org`, `B-geo`, `B-gpe`, `O` …), parted by empty lines, such as the
  Groningen Meaning Bank's Voice of America texts (public domain)

The marks are of middling quality, so they are cleaned first: titles are no part of a person's name, nationality words are no
place, countries and large cities marked as organisations are places. Half of the people are then given other names, so that
the tagger learns where names stand rather than whose they are.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pycrfsuite
from copydesk.enrich.knowledge.lexicon import Bit
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.naming.features import Sight, run_features
from copydesk.enrich.naming.runs import runs
from copydesk.enrich.naming.tagger import LABELS, WEIGHTS
from copydesk.enrich.text.tokens import Token
from entity_slots import Slots, written

KINDS = {"per": "PER", "org": "ORG", "geo": "LOC", "gpe": "LOC", "art": "MISC", "eve": "MISC"}
SETTINGS = {"c1": 0.3, "c2": 2.0, "max_iterations": 120, "feature.minfreq": 2}
REPEATS = 80
"""How often each sentence of `entity_sentences.txt` is filled with other names."""
LEAST = 0.02
"""Weights nearer to nothing than this are left out."""
Sentence = list[tuple[str, str]]


def sentences(path: Path) -> Iterator[Sentence]:
    """Sentences of the file, as words with their tags."""
    current: Sentence = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            word, tag = line.split()
            current.append((word, tag))
        elif current:
            yield current
            current = []
    if current:
        yield current


def mentions(sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of each mention of a kind that is learned."""
    at = 0
    while at < len(sentence):
        tag = sentence[at][1]
        end = at + 1
        if tag.startswith("B-"):
            while end < len(sentence) and sentence[end][1] == "I-" + tag[2:]:
                end += 1
            if tag[2:] in KINDS:
                yield at, end, KINDS[tag[2:]]
        at = end


class Cleaner:
    """Mends the marks with what copydesk knows."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.sight = Sight(
            knowledge.lexicon, knowledge.gazetteer, frozenset(knowledge.demonyms), known=knowledge.lexicon.organisations
        )
        self.titles = knowledge.lexicon.of("title", "en")

    def clean(self, sentence: Sentence) -> list[tuple[int, int, str]]:
        """Return the mentions worth learning from."""
        words = [w for w, _ in sentence]
        kept = []
        for start, end, kind in mentions(sentence):
            while start < end and not words[start][:1].isupper() and not any(c.isupper() for c in words[start]):
                start += 1
            if kind == "PER":
                while start < end and words[start].lower().rstrip(".") in self.titles | {
                    "prime",
                    "vice",
                    "foreign",
                    "defense",
                }:
                    start += 1
            name = " ".join(words[start:end])
            if start == end or name in self.sight.demonyms or (kind != "PER" and name.lower() in PEOPLE):
                continue
            if kind != "LOC" and self.sight.place(name) in {"C", "L"} and name not in AMBIGUOUS:
                kind = "LOC"
            kept.append((start, end, kind))
        return kept


def usual(found: list[Sentence], cleaned: list[list[tuple[int, int, str]]]) -> dict[str, str]:
    """Return for each name that is marked often the kind that it is marked as most often."""
    counted: dict[str, Counter[str]] = {}
    for sentence, marks in zip(found, cleaned, strict=True):
        for start, end, kind in marks:
            counted.setdefault(" ".join(w for w, _ in sentence[start:end]), Counter())[kind] += 1
    return {name: kinds.most_common(1)[0][0] for name, kinds in counted.items() if kinds.total() > 2}


PEOPLE = frozenset(
    [
        "muslim",
        "muslims",
        "arab",
        "arabs",
        "sunni",
        "sunnis",
        "shi'ite",
        "shi'ites",
        "islamic",
        "christian",
        "christians",
        "jewish",
        "jews",
        "islamist",
    ]
)
AMBIGUOUS = frozenset(
    {"Jordan", "Georgia", "Chad", "Clinton", "Washington", "Jackson", "Cheney", "Gates", "Hill", "Mil", "Sharon"}
)


def renamed(
    sentence: Sentence, found: list[tuple[int, int, str]], names: tuple[list[str], list[str]], chance: random.Random
) -> tuple[Sentence, list[tuple[int, int, str]]]:
    """Return the sentence with other people in it."""
    words, out, moved, last = [w for w, _ in sentence], [], [], 0
    for start, end, kind in found:
        out += words[last:start]
        name = words[start:end]
        if kind == "PER" and len(name) <= 3:
            given, family = names
            name = (
                ([chance.choice(given)] if len(name) > 1 else [])
                + ([chance.choice(given)[:1] + "."] if len(name) == 3 else [])
                + [chance.choice(family)]
            )
        moved.append((len(out), len(out) + len(name), kind))
        out += name
        last = end
    out += words[last:]
    return [(w, "O") for w in out], moved


def examples(found: list[Sentence], knowledge: Knowledge) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Features and labels of every run."""
    cleaner, chance = Cleaner(knowledge), random.Random(7)  # noqa: S311 - no secret hangs on it
    bits = knowledge.lexicon.bits
    given = sorted(w.title() for w, b in bits.items() if b & Bit.GIVEN and not b & Bit.WORD_RARE and w.isalpha())
    family = sorted(w.title() for w, b in bits.items() if b & Bit.FAMILY_RARE and w.isalpha())
    cleaned = [cleaner.clean(sentence) for sentence in found]
    most = usual(found, cleaned)
    for sentence, marks in zip(found, cleaned, strict=True):
        kept = [(start, end, most.get(" ".join(w for w, _ in sentence[start:end]), kind)) for start, end, kind in marks]
        yield from labelled(sentence, kept, cleaner.sight)
        if any(kind == "PER" for *_, kind in kept):
            yield from labelled(*renamed(sentence, kept, (given, family), chance), cleaner.sight)
    slots = Slots(knowledge, 11)
    for sentence in written() * REPEATS:
        words, kept = slots.filled(sentence)
        yield from labelled([(w, "O") for w in words], kept, cleaner.sight)


def labelled(
    sentence: Sentence, kept: list[tuple[int, int, str]], sight: Sight
) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Features and labels of a sentence's runs."""
    labels = ["O"] * len(sentence)
    for start, end, kind in kept:
        labels[start:end] = ["B-" + kind] + ["I-" + kind] * (end - start - 1)
    words = [Token(word, 0, 0, at == 0) for at, (word, _) in enumerate(sentence)]
    for start, end in runs(words):
        features = run_features(words, start, end, sight)
        yield [own + features.whole for own in features.words], labels[start:end]


def write(info: pycrfsuite.Tagger) -> None:
    """Write transitions, and the weights of all features worth keeping."""
    number = {label: at for at, label in enumerate(LABELS)}
    rows: dict[str, np.ndarray] = {}
    dumped = info.info()
    for (feature, label), weight in dumped.state_features.items():
        rows.setdefault(feature, np.zeros(len(LABELS), np.float32))[number[label]] = weight
    rows = {f: w for f, w in sorted(rows.items()) if np.abs(w).max() >= LEAST}
    steps = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for (before, after), weight in dumped.transitions.items():
        steps[number[before], number[after]] = weight
    WEIGHTS.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        WEIGHTS,
        weights=np.stack(list(rows.values())).astype(np.float16),
        features=np.frombuffer("\n".join(rows).encode(), np.uint8),
        steps=steps,
    )
    print(len(rows), "features,", WEIGHTS.stat().st_size, "bytes")


def train(path: Path) -> None:
    """Train on the file and write the weights."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(SETTINGS)
    counted: Counter[str] = Counter()
    for features, labels in examples(list(sentences(path)), Knowledge()):
        trainer.append(features, labels)
        counted.update(labels)
    print(counted)
    WEIGHTS.parent.mkdir(exist_ok=True)
    model = str(WEIGHTS.with_suffix(".crfsuite"))
    trainer.train(model)
    tagger = pycrfsuite.Tagger()
    tagger.open(model)
    write(tagger)
    Path(model).unlink()


if __name__ == "__main__":
    train(Path(sys.argv[1]))
