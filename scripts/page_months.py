"""Write the names of the months in many languages, from CLDR as babel carries it, for `parse/page/months.tsv`.

usage: uv run --with babel python scripts/page_months.py > services/parse/copydesk/parse/page/months.tsv
"""

from babel import Locale

LANGUAGES = """
en_GB en_AU es_MX es_AR de_AT fr_CA pt_PT ar_LB ar_MA af ar az be bg bn bs ca cs cy da de el en es
et eu fa fi fr ga gl gu he hi hr hu hy id is it ka kk kn lb lt lv mk ml mn mr ms my nb nl nn pa pl
ps pt ro ru sk sl so sq sr sr_Latn sv sw ta te th tl tr uk ur uz vi xh zu
"""


def main() -> None:
    """Print one line a name: the name without case and full stop, the month's number, the languages."""
    found: dict[tuple[str, int], set[str]] = {}
    for language in LANGUAGES.split():
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    key = name.casefold().strip(" .")
                    if len(key) > 1 and not any(c.isdigit() for c in key):
                        found.setdefault((key, number), set()).add(language.split("_")[0])
    print("# name\tmonth\tlanguages: CLDR's names of the months; written by scripts/page_months.py")
    for (name, number), languages in sorted(found.items()):
        print(f"{name}\t{number}\t{' '.join(sorted(languages))}")


if __name__ == "__main__":
    main()
