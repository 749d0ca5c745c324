"""Names of months and weekdays in the languages of wire, from CLDR (`scripts/calendar_words.py` writes the table)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from copydesk.enrich.knowledge.tables import rows


@dataclass(frozen=True)
class Names:
    """Forms in lower case without a final full stop, by language, and those on which all languages agree."""

    by_language: dict[str, dict[str, int]]
    anywhere: dict[str, int]

    def number(self, word: str, language: str = "") -> int | None:
        """Return what the word names: in that language, else in English, else wherever languages agree (of forms longer than three letters)."""
        form = word.lower().strip(". ")
        for names in (self.by_language.get(language, {}), self.by_language["en"], self.anywhere):
            if form in names:
                return names[form]
        return None


@dataclass(frozen=True)
class Calendar:
    """Months count from 1, weekdays from Monday as 0."""

    months: Names
    weekdays: Names


@cache
def calendar() -> Calendar:
    """Return the calendar, read once a process."""
    found: dict[str, dict[str, dict[str, int]]] = {"month": {}, "weekday": {}}
    for language, kind, number, form in rows("calendar.tsv"):
        found[kind].setdefault(language, {})[form] = int(number)
    return Calendar(_names(found["month"]), _names(found["weekday"]))


def _names(by_language: dict[str, dict[str, int]]) -> Names:
    numbers: dict[str, set[int]] = {}
    for names in by_language.values():
        for form, number in names.items():
            numbers.setdefault(form, set()).add(number)
    agreed = {form: found.pop() for form, found in numbers.items() if len(found) == 1 and len(form) > 3}
    return Names(by_language, agreed)
