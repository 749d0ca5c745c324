"""Words for the people of a place, and the place that they lead to: `Iranian`, `Ohioans`, `Welsh`."""

from __future__ import annotations

from pathlib import Path

from copydesk.enrich.knowledge.gazetteer import DATA, Gazetteer, Known


def demonyms(gazetteer: Gazetteer, folder: Path = DATA) -> dict[str, Known]:
    """Return the place of each nationality word, from the last columns of `countries.tsv` and `regions.tsv`."""
    found: dict[str, Known] = {}
    for file, name, words, kinds in (
        ("countries.tsv", 0, 4, {"country"}),
        ("regions.tsv", 1, 7, {"admin1", "region", "water"}),
    ):
        for line in (folder / file).read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if line.startswith("#") or len(cells) <= words:
                continue
            iso = cells[0] if file == "countries.tsv" else cells[2]
            places = gazetteer.countries[iso] if file == "countries.tsv" else gazetteer.find(cells[name])
            place = next(p for p in ([places] if isinstance(places, Known) else places) if p.kind in kinds)
            found |= dict.fromkeys(cells[words].split(";"), place)
    return found
