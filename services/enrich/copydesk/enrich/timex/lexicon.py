"""What the grammar of a language is made of: word classes with their values, and rules over them.

One TOML file a language in `languages/`. A table of the file is a word class, forms to values; months and weekdays come
from CLDR. `rules` holds lines of `meaning option=value … : pattern`; `grammar.py` says what a pattern is.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from copydesk.enrich.knowledge.calendar import calendar

PACKAGE = "copydesk.enrich.timex.languages"

Value = str | int | float
"""What a word means: a month's number, a unit's letter, a part of a day."""


@dataclass(frozen=True)
class Rule:
    """One line of the rules: what its pattern means, and with which options."""

    meaning: str
    options: dict[str, str]
    pattern: str


@dataclass(frozen=True)
class Lexicon:
    """A language's words and rules. Forms are in lower case."""

    language: str
    classes: dict[str, dict[str, Value]]
    rules: tuple[Rule, ...]
    capitals: frozenset[str] = frozenset()
    """Classes whose words have a capital in running text."""
    homographs: frozenset[str] = frozenset()
    """Months and weekdays that are other words too (`may`): alone they count only after `before_homographs`."""
    before_homographs: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    """They too let such a word be a month, unless what follows is one of `after_names`: `the March of Dimes`."""
    after_names: frozenset[str] = frozenset()
    short_months: frozenset[str] = frozenset()
    """Months of four letters or fewer that are no abbreviations; those count only with a day or a year beside them."""
    not_years: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    """What follows a number of four digits that is no year: `people`."""
    small: frozenset[str] = frozenset()
    """Classes whose words have no capital in running text, so that `13 Hours` is a title."""
    titles: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    """What follows a weekday or `Daily` in the name of a paper or show."""
    asides: frozenset[str] = frozenset()
    """What stands before a year that a narrative only refers back to: `the treaty of 1877`."""
    until: frozenset[str] = frozenset()
    """What stands before the end of a range, from which a narrative does not go on."""
    nicknames: frozenset[str] = frozenset()
    """What stands before a weekday that is a name: `Black Friday`."""
    news: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    """Words that count from the day of the story, as news does and history does not."""
    trailing: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    """Small words at the end of an extent that are no part of it: `este jueves la`."""
    cues: dict[str, re.Pattern[str]] = field(default_factory=dict)
    """`future` and `past`: words that tell the direction in which `on Friday` lies."""


@cache
def lexicon(language: str) -> Lexicon | None:
    """Return the lexicon of a language (primary subtag), None where there is no grammar of it."""
    entry = files(PACKAGE) / f"{language}.toml"
    if not language.isalpha() or not entry.is_file():
        return None
    data = tomllib.loads(entry.read_text(encoding="utf-8"))
    classes: dict[str, dict[str, Value]] = {name: forms for name, forms in data.items() if isinstance(forms, dict)}
    names = calendar()
    classes["month"] = {**names.months.by_language[language], **classes.get("month", {})}
    days = names.weekdays.by_language[language]
    classes["weekday"] = {**{form: day for form, day in days.items() if len(form) > 4}, **classes.get("weekday", {})}
    return Lexicon(
        language,
        classes,
        tuple(_rules(data["rules"])),
        frozenset(data.get("capitals", "").split()),
        frozenset(data.get("homographs", "").split()),
        frozenset(data.get("before_homographs", "").split()),
        frozenset(data.get("articles", "").split()),
        frozenset(data.get("after_names", "").split()),
        frozenset(data.get("short_months", "").split()),
        re.compile(rf"[\s-]*(?:{data.get('not_years', '(?!)')})\b", re.IGNORECASE),
        frozenset(data.get("small", "").split()),
        re.compile(rf"\s(?:{data.get('titles', '(?!)')})\b"),
        frozenset(data.get("asides", "").split()),
        frozenset(data.get("until", "").split()),
        frozenset(data.get("nicknames", "").split()),
        re.compile(rf"\b(?:{data.get('news', '(?!)')})\b", re.IGNORECASE),
        re.compile(rf"(?:[\s,]+(?:{data.get('trailing', '(?!)')}))+[\s,]*$", re.IGNORECASE),
        {name: re.compile(rf"(?<!\w)(?:{data[name]})(?!\w)") for name in ("future", "past")},
    )


def _rules(lines: str) -> list[Rule]:
    rules = []
    for line in lines.splitlines():
        head, colon, pattern = line.partition(" : ")
        if colon and not line.startswith("#"):
            meaning, *options = head.split()
            rules.append(Rule(meaning, dict(o.split("=") for o in options), pattern.strip()))
    return rules
