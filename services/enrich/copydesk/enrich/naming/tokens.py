"""Words and sentences of a text, with their spans; made for names: `U.S.`, `J.`, `St.`, `al-Hakim`, `AT&T` are one word."""

from __future__ import annotations

import re
from typing import NamedTuple

# Words whose point belongs to them when more of the sentence follows.
SHORTENED = (
    r"(?:Mr|Mrs|Ms|Dr|Prof|St|Ste|Mt|Ft|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Capt|Sgt|Cpl|Maj|Adm|Cmdr|Det|Supt|Insp|Rev|Hon|Msgr"
    r"|Jr|Sr|Inc|Corp|Co|Ltd|Bros|Dept|Assn|Univ|Ave|Blvd|Rd|No|vs|Messrs|Mme|Mlle|Sra|Srta|Dra|Ing|Lic|Spc|Pvt|Pfc|Brig|Twp"
    r"|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Penn|Tenn"
    r"|Tex|Va|Vt|Wash|Wis|Wyo|Ont|Que|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec)"
)
WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}(?:[^\W\d_]{1,4}\.)?"  # U.S.  J.R.R.  U.N.
    r"|[A-Z]\. ?Va\."  # W.Va.
    rf"|\b{SHORTENED}\."
    r"|[A-ZÀ-Þ]\.(?=[\s-]*[A-ZÀ-Þ])"  # an initial
    r"|['’]s\b"
    r"|\b[DRI]-(?=[A-Z])"  # the party in `D-Ohio`
    r"|[^\W_]+(?:(?:['’](?!s\b)|[-‐‑&](?=[^\W_])|[.](?=[^\W\d_]))[^\W_]+)*"
    r"|\S"
)
ELIDED = re.compile(r"(?:[dljmnst]|qu|jusqu|lorsqu)['’]", re.IGNORECASE)
ENDS = frozenset(".!?…")
CLOSERS = frozenset("\"”’»)]'")
# Capitalised after a shortened word's point, these begin a sentence: `… of Acme Inc. The company …`
STARTERS = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "He",
        "She",
        "It",
        "They",
        "We",
        "But",
        "And",
        "As",
        "For",
        "From",
        "His",
        "Her",
        "Its",
        "Their",
        "This",
        "That",
        "These",
        "Those",
        "There",
        "When",
        "While",
        "If",
        "After",
        "Before",
        "However",
        "Since",
        "Under",
        "With",
        "By",
        "To",
        "One",
        "Other",
        "Most",
        "Some",
        "Police",
        "Officials",
        "According",
        "Meanwhile",
        "Also",
        "I",
        "You",
        "What",
    ]
)


class Token(NamedTuple):
    """A word or mark, its span, and whether a sentence begins with it."""

    text: str
    start: int
    end: int
    first: bool


def tokens(text: str, language: str = "en") -> list[Token]:
    """Split a text into tokens. In French and Italian an elided article is a token of its own."""
    elides = language in {"fr", "it", "ca"}
    found: list[Token] = []
    begins, last = True, 0
    for match in WORD.finditer(text):
        word, start, end = match[0], match.start(), match.end()
        if start - last > 0 and "\n" in text[last:start]:
            begins = True
        if elides and (cut := ELIDED.match(word)) and cut.end() < len(word):
            found.append(Token(cut[0], start, start + cut.end(), begins))
            word, start, begins = word[cut.end() :], start + cut.end(), False
        if not begins and word in STARTERS and found and found[-1].text[-1] == "." and len(found[-1].text) > 2:
            begins = True
        found.append(Token(word, start, end, begins))
        last = end
        begins = begins_next(word, found, begins)
    return found


def begins_next(word: str, found: list[Token], begins: bool) -> bool:
    """Whether the next token begins a sentence, given the one just read."""
    if word in ENDS:
        return True
    if len(word) == 1 and not word.isalnum():
        # Closing marks after a full stop, and opening marks before the first word, leave the state as it is.
        return (begins and len(found) > 0) or (word in CLOSERS and len(found) > 1 and found[-2].text in ENDS)
    return False
