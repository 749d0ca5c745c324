"""Which top-level Media Topics a story's words speak for, and how surely.

Words are those of the IPTC's names and definitions (`words.tsv`) and of a list of news words (`newswords.tsv`), in the
languages that both have. Each word that stands in headline or text adds its weight, damped when it repeats; what is left
between the first and the other topics, and how much there is at all, makes the confidence, which says how often a topic
so sure is right (checked on coded stories of agencies).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files

TOKEN = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
READ = 4_000
"""Code points of the body: what a story is about stands before that."""

STRONG, WEAK, NAMED = 3.0, 1.2, 0.5
"""Weights of a starred news word, of another one, and the factor of a word of the vocabulary."""

IN_HEADLINE = 2.0
HEAD = 400
"""Code points of the lead, whose words count half as much again."""

SHARP, PLENTY, CEILING = 2.0, 3.0, 0.9
"""The numbers of the confidence: how much the best outweighs the rest, how much evidence is enough, and the share of
stories of agencies that the surest answers get right."""

ENDINGS = ("'s", "s", "es", "n", "en", "er", "e", "ed", "ing")
Weights = dict[str, dict[str, float]]


def scores(headline: str, body: str, language: str) -> dict[str, float]:
    """Return what the words speak for each topic (its first two digits); empty for a language without words."""
    known = _words().get(language)
    found: dict[str, float] = defaultdict(float)
    if known is None:
        return found
    heard: dict[str, float] = defaultdict(float)
    for text, weight in ((headline, IN_HEADLINE), (body[:HEAD], 1.5), (body[HEAD:READ], 0.6)):
        for word in _terms(text, known, _openers(language)):
            heard[word] += weight
    for word, times in heard.items():
        for topic, weight in known[word].items():
            found[topic] += weight * math.log1p(times)
    return found


def ranked(found: dict[str, float]) -> list[tuple[str, float]]:
    """Return the topics with their confidence, the surest first."""
    total = sum(score**SHARP for score in found.values())
    if not total:
        return []
    most = sorted(found.items(), key=lambda pair: -pair[1])[:4]
    enough = 1 - math.exp(-most[0][1] / PLENTY)
    return [(topic, CEILING * enough * score**SHARP / total) for topic, score in most]


def _terms(text: str, known: Weights, openers: frozenset[str]) -> list[str]:
    words = TOKEN.findall(text.lower().replace("’", "'"))
    found = []
    for nth, word in enumerate(words):
        phrases = ("_".join(words[nth : nth + size]) for size in (3, 2)) if word in openers else ()
        listed = next((phrase for phrase in phrases if phrase in known), None) or _stem(word, known)
        if listed:
            found.append(listed)
    return found


def _stem(word: str, known: Weights) -> str | None:
    """The word as the list has it: itself, or without an ending of plural, case or possessive."""
    if word in known:
        return word
    for ending in ENDINGS if word.endswith(ENDINGS) else ():
        if word.endswith(ending) and len(word) - len(ending) > 3 and word[: -len(ending)] in known:
            return word[: -len(ending)]
    return None


@cache
def _openers(language: str) -> frozenset[str]:
    """The words with which phrases of the list begin."""
    return frozenset(word.partition("_")[0] for word in _words()[language] if "_" in word)


@cache
def _words() -> dict[str, Weights]:
    by_language: dict[str, Weights] = {}
    for language, topic, listed in _lines("newswords.tsv"):
        words = by_language.setdefault(language, {})
        for word in listed.split():
            words.setdefault(word.lstrip("*"), {})[topic] = STRONG if word.startswith("*") else WEAK
    for language, word, topic, weight in _lines("words.tsv"):
        known = by_language.get(language)
        if known is not None and word not in known:
            known[word] = {topic: float(weight) * NAMED}
    for words in by_language.values():
        for weights in words.values():
            # A word that several topics claim says less for each.
            for topic in weights:
                weights[topic] /= len(weights)
    return by_language


def _lines(name: str) -> list[list[str]]:
    text = (files("copydesk.enrich.topics") / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
