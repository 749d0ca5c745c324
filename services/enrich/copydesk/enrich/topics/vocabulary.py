"""IPTC Media Topics and the older Subject Codes: names, broader concepts, and from one to the other (CC BY 4.0)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PREFIX = "medtop:"
OLD = "subj:"


@dataclass(frozen=True)
class Vocabulary:
    """By code of eight digits without a prefix; retired topics keep their names."""

    names: dict[str, str]
    broader: dict[str, str]
    old_names: dict[str, str]
    from_old: dict[str, str]

    def name(self, code: str) -> str | None:
        """Return the English name of `medtop:20000151` or `subj:03015001`; None where the vocabulary lacks it."""
        if code.startswith(OLD):
            return self.old_names.get(code.removeprefix(OLD))
        return self.names.get(code.removeprefix(PREFIX)) if code.startswith(PREFIX) else None

    def media_topic(self, old: str) -> str | None:
        """Return the media topic that a Subject Code means: the same concept, else that of its matter or subject."""
        code = old.removeprefix(OLD)
        for wider in (code, code[:5] + "000", code[:2] + "000000"):
            if wider in self.from_old:
                return PREFIX + self.from_old[wider]
        return None

    def top(self, code: str) -> str:
        """Return the top-level topic above (or at) a topic's code."""
        bare = code.removeprefix(PREFIX)
        while bare in self.broader:
            bare = self.broader[bare]
        return PREFIX + bare


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once a process."""
    names: dict[str, str] = {}
    broader: dict[str, str] = {}
    old_names: dict[str, str] = {}
    from_old: dict[str, str] = {}
    for line in (files("copydesk.enrich.topics") / "mediatopics.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        marked, wider, olds, name = line.split("\t")
        if marked.startswith("s"):
            old_names[marked[1:]] = name
            continue
        code = marked.lstrip("-")
        names[code] = name
        if wider:
            broader[code] = wider
        for old in filter(None, olds.split(",")):
            # Of several topics for one old code the first that is no retired one stands.
            if old not in from_old or not marked.startswith("-"):
                from_old.setdefault(old, code)
    return Vocabulary(names, broader, old_names, from_old)
