"""Write the names of months and weekdays that wire uses, language by language.

usage: uv run --with babel scripts/calendar_words.py > services/enrich/copydesk/enrich/knowledge/calendar.tsv

From the Unicode CLDR as the package babel ships it (Unicode License v3), and from the agencies' own abbreviations below.
"""

from __future__ import annotations

from babel import Locale

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "ca",
    "nl",
    "sv",
    "da",
    "no",
    "fi",
    "is",
    "et",
    "lv",
    "lt",
    "pl",
    "cs",
    "sk",
    "sl",
    "hr",
    "sr_Latn",
    "hu",
    "ro",
    "bg",
    "ru",
    "uk",
    "el",
    "tr",
    "id",
    "vi",
    "ar",
]
AGENCIES = {
    "en": {"month": {9: ["sept"]}, "weekday": {2: ["tues"], 4: ["thurs", "thur"]}},
    "de": {"month": {1: ["jänner", "jän"], 2: ["feber"], 3: ["mrz"], 9: ["sept"]}},
    "es": {"month": {9: ["setiembre", "sept", "set"]}},
    "fr": {"month": {1: ["jan"], 2: ["fév", "fevrier", "fév"], 8: ["aout"], 12: ["decembre"]}},
    "it": {"month": {9: ["sett"]}},
    "tr": {"month": {5: ["mayis"], 8: ["agustos"]}},
}


def main() -> None:
    """Print `language kind number form` lines, tab separated, forms in lower case without their full stops."""
    for language in LANGUAGES.split():
        locale = Locale.parse(language)
        forms: set[tuple[str, int, str]] = set()
        for kind, names in (("month", locale.months), ("weekday", locale.days)):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, name in names[context][width].items():
                        # CLDR counts Monday as 0; so does Python.
                        form = name.lower().strip(". ")
                        if len(form) > 1 and not form.isdigit():
                            forms.add((kind, number, form))
        for kind, extra in AGENCIES.get(language, {}).items():
            forms |= {(kind, number, form) for number, names in extra.items() for form in names}
        code = language.split("_")[0]
        for kind, number, form in sorted(forms):
            print(code, kind, number, form, sep="\t")


if __name__ == "__main__":
    main()
