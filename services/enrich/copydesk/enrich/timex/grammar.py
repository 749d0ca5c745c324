"""From a rule's pattern to a regular expression, and to the words at which it can begin.

A pattern is a row of items. An item is alternatives parted by `|`, each a word (`_` stands for a space in it) or a
`<class>` of the lexicon or a `<number>` form below, caught under its name. `?` behind makes the item optional. How an
item leans on the one before it is its first mark: none, white space; `~` white space or a hyphen; `,` white space,
perhaps after a comma; `+` nothing. A leading item in brackets, `(for)`, must stand there but is not part of the extent.

Text is never searched for a pattern: the scanner looks each word up among the first words of all rules, and tries those
few at that place. Cost is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from copydesk.enrich.timex.lexicon import Lexicon, Rule, Value, lexicon

FIRST = re.compile(r"[^\W\d_]+|\d")
ITEM = re.compile(r"(?P<lean>[~,+]?)(?P<context>\()?(?P<either>[^\s()?]+)\)?(?P<maybe>\?)?")
LEAN = {"": r"\s+", "~": r"(?:\s+|\s?[-‑–]\s?)", ",": r"(?:,\s*|\s+)", "+": ""}
DIGIT = "#"
NUMERIC = {
    "year": r"(?:1[0-9]|20)\d\d(?![\d%]|[.,]\d)",
    "day": r"(?:3[01]|[12]\d|0?[1-9])(?!\d|[.,:]\d)",
    "day2": r"(?:3[01]|[12]\d|0?[1-9])(?!\d|[.,:]\d)",
    "int": r"\d{1,4}",
    "hour": r"(?:2[0-4]|1\d|0?\d)",
    "minute": r"[0-5]\d(?!\d)",
    "hhmm": r"(?:[01]\d|2[0-4])[0-5]\d(?!\d)",
    "decade": r"(?:1[0-9]|20)\d0['’]?s|(?<=['’‘`])\d0s|(?<=the\s)\d0s|(?:1[0-9]|20)?\d0er",
    "decade_fr": r"(?:(?:1[0-9]|20)\d0|\d0)(?!\d)",
    "monthnumber": r"(?:1[0-2]|0?[1-9])(?!\d)",
    "digits": r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?(?:\s?[½¼¾]|[\s-]\d/\d)?",
}


MERE_NUMBER = re.compile(r"(\d+)(?:[.,]\d+)*(?!\s\d/\d)(?=[\s,;)\"“”]|$)[\s,]{0,3}([^\W\d_]*)")
YEAR_DIGITS = 4
NEXT = re.compile(r"[\s,.'’‐-–-]*([^\W\d_]+|\d)?")
"""What can stand between two words of an expression, and the second."""


@dataclass(frozen=True)
class Pattern:
    """A rule that can be tried at a place of a text."""

    rule: Rule
    regex: re.Pattern[str]
    number: int
    """Its place among the rules: of two that match as much the first one counts."""


@dataclass(frozen=True)
class Choice:
    """The rules that can begin with some word: those that it may be the whole of, all, and the words that can follow it."""

    alone: tuple[Pattern, ...]
    every: tuple[Pattern, ...]
    follow: frozenset[str]

    def at(self, text: str, end: int) -> tuple[Pattern, ...]:
        """Those worth trying where the word ends: the longer ones only if some rule has the next word."""
        word = (NEXT.match(text, end) or [""])[1]
        return self.every if word and (DIGIT if word.isdigit() else word.lower()) in self.follow else self.alone


@dataclass(frozen=True)
class Grammar:
    """The rules of a language by the words at which they can begin; digits begin at `#`."""

    lexicon: Lexicon
    by_first: dict[str, Choice]
    after_digits: frozenset[str]
    """Words that stand behind a number in some rule that can begin with one."""

    def is_mere_number(self, text: str, start: int) -> bool:
        """Whether digits stand there that are no year and have nothing behind them of which a rule could be made."""
        found = MERE_NUMBER.match(text, start)
        return found is not None and len(found[1]) != YEAR_DIGITS and found[2].lower() not in self.after_digits

    def at(self, text: str, start: int, word: str) -> tuple[Pattern, re.Match[str]] | None:
        """Return the rule that matches most of the text from `start`, where `word` begins."""
        best: tuple[Pattern, re.Match[str]] | None = None
        choice = self.by_first.get(word)
        if choice is None:
            return None
        for pattern in choice.every if word == DIGIT else choice.at(text, start + len(word)):
            found = pattern.regex.match(text, start)
            if found and (best is None or found.end() > best[1].end()):
                best = (pattern, found)
        return best


@cache
def grammar(language: str) -> Grammar | None:
    """Return the grammar of a language, compiled once; None where there is none."""
    known = lexicon(language)
    if known is None:
        return None
    by_first: dict[str, list[tuple[Pattern, bool]]] = {}
    follow: dict[str, set[str]] = {}
    for number, rule in enumerate(known.rules):
        items = [ITEM.fullmatch(item) for item in rule.pattern.split()]
        if not all(items):
            raise ValueError(f"{language}: cannot read the pattern {rule.pattern!r}")
        parsed = [item for item in items if item]
        pattern = Pattern(rule, _compiled(parsed, known), number)
        alone = sum(not item["maybe"] for item in parsed) <= 1 or any(item["lean"] == "+" for item in parsed)
        words = {w for item in parsed for a in item["either"].split("|") for w in _words_of(a, known)}
        for word in _first_words(parsed, known):
            by_first.setdefault(word, []).append((pattern, alone))
            follow.setdefault(word, set()).update(words)
    choices = {
        word: Choice(tuple(p for p, alone in found if alone), tuple(p for p, _ in found), frozenset(follow[word]))
        for word, found in by_first.items()
    }
    return Grammar(known, choices, frozenset(follow.get(DIGIT, ())))


def _compiled(items: list[re.Match[str]], known: Lexicon) -> re.Pattern[str]:
    out, leading = [], True
    for nth, item in enumerate(items):
        body = "|".join(_alternative(a, known) for a in item["either"].split("|"))
        lean = "" if leading else LEAN[item["lean"]]
        follow = LEAN[items[nth + 1]["lean"]] if leading and item["maybe"] and nth + 1 < len(items) else ""
        out.append(f"(?:{lean}(?:{body}){follow})?" if item["maybe"] else f"{lean}(?:{body})")
        if item["context"]:
            nxt = items[nth + 1]["lean"] if nth + 1 < len(items) else ""
            out.append(f"{LEAN[nxt]}(?P<extent>)")
        elif not (leading and item["maybe"]):
            leading = False
    return re.compile("".join(out) + r"(?![^\W_])", re.IGNORECASE)


def _alternative(text: str, known: Lexicon) -> str:
    if not text.startswith("<"):
        return re.escape(text).replace("_", r"\s+").replace(r"\.", r"\.?").replace("’", "['’]")
    name = text.strip("<>")
    return f"(?P<{name}>{_class(name, known)})"


def _class(name: str, known: Lexicon) -> str:
    if name == "n":
        words = sorted({*known.classes["number"], *known.classes["vague"]}, key=lambda w: -len(w))
        joined = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in words)
        # An article begins a number (`a hundred`) and is never further in.
        further = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in words if len(w) > 2)
        return f"(?:{NUMERIC['digits']}|(?:{joined})(?:(?:\\s+|-)(?:{further})){{0,4}})"
    if name in NUMERIC:
        return NUMERIC[name]
    forms = sorted(known.classes[name], key=lambda w: -len(w))
    return "|".join(
        re.escape(f).replace(r"\ ", r"\s+").replace("’", "['’]") + (r"\b\.?" if name == "month" else "") for f in forms
    )


def _first_words(items: list[re.Match[str]], known: Lexicon) -> set[str]:
    words: set[str] = set()
    for nth, item in enumerate(items):
        here = {word for alternative in item["either"].split("|") for word in _first_of(alternative, known)}
        words |= here
        if nth + 1 < len(items) and items[nth + 1]["lean"] == "+":
            # Compounds: `Mittwochabend` and `dreitägig` are one word of the text.
            after = {w for a in items[nth + 1]["either"].split("|") for w in _first_of(a, known)} - {DIGIT}
            words |= {first + second for first in here - {DIGIT} for second in after}
        if not item["maybe"]:
            break
    return words


def _first_of(text: str, known: Lexicon) -> set[str]:
    firsts = [FIRST.search(form.lower()) for form in _forms(text, known)]
    return {DIGIT if f.group().isdigit() else f.group() for f in firsts if f}


def _words_of(text: str, known: Lexicon) -> set[str]:
    """Every word of every form of an alternative, digits as `#`."""
    return {DIGIT if w.isdigit() else w for form in _forms(text, known) for w in FIRST.findall(form.lower())}


def _forms(text: str, known: Lexicon) -> list[str]:
    name = text.strip("<>")
    if not text.startswith("<"):
        return [text.replace("_", " ")]
    if name == "n":
        return ["1", *known.classes["number"], *known.classes["vague"]]
    return ["1", "1er"] if name in NUMERIC else list(known.classes[name])


def value(known: Lexicon, name: str, text: str) -> Value | None:
    """Return what the words caught under that class name mean."""
    form = " ".join(text.lower().replace("’", "'").split())
    forms = known.classes.get(name, {})
    return forms.get(form, forms.get(form.rstrip(". "), forms.get(form.replace("'", "’"))))
