"""Cutting a list of names: `A and B in PARIS, C`, `Max Muster (Berlin), +49 30 1234`, `ANN LEE`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.enrich.knowledge.agencies import agency
from copydesk.schemas.article import Span

PARTICLE = (
    r"(?:de|da|do|dos|das|di|del|della|der|den|des|du|van|von|vom|zu|zur|la|le|al|el|ul|bin|ibn|ben|ter|ten|af|av|e)"
)
WORD = r"(?:[^\W\d_a-zß-ÿа-яёα-ω][\w'’.-]*|[dl]['’][^\W\d_a-z][\w'’-]*|al-[^\W\d_a-z][\w'’-]*)"
NAME = re.compile(rf"{WORD}(?:\s{PARTICLE})*(?:\s(?:{PARTICLE}\s)*{WORD}){{0,4}}")
BETWEEN = re.compile(
    r"\s*[,;/|&·•]\s*(?:(?:and|und|et|y|och|og|и)\s+)?|\s+(?:and|und|et|y|e|och|og|ja|i|и|ve|with|mit|con|com|avec|plus|sowie)\s+|\s*\n\s*"
)
WHERE = re.compile(
    r"\s+(?:in|at|from|aus|à|en|em|a|i|fra|från|te|z|w|в|of|for|para|pour|für|nel|ad|am|auf|im)\s+.*$|\s*\(.*$|\s*[<\[].*$|\s*@.*$"
    r"|\s*\+?\d[\d\s()/.-]{4,}.*$|\s+[-–—]\s.*$",
    re.DOTALL,
)
KIND = (
    r"stringer|special|staff|chief|senior|national|political|business|sports?|foreign|science|health|economics|climate|photo"
    r"|freelance|medical|associate|contributing|our|unser[em]?r?|notre|nuestr[oa]|dal nostro|dpa|AP|AFP|Reuters|Xinhua"
    r"|associated press|press association"
)
OFFICE = (
    r"stringers?|correspondents?|writers?|reporters?|photographers?|editors?|journalists?|korrespondent(?:in|en)?"
    r"|reporter(?:in)?|redakteur(?:in)?|fotograf(?:in)?|envoyée? spéciale?|enviad[oa] especial|corresponsal(?:es)?|inviat[oa]"
    r"|correspondante?s?|корр\.|redactora?|periodista|rédact(?:eur|rice)|journaliste|correspondente|repórter|redatora?|corrispondente|redattore"
    r"|redattrice|giornalista|verslaggever|verslaggeefster|journalistin|reportero|reportera|dziennikarka|dziennikarz"
)
TITLES = re.compile(rf"^(?i:(?:(?:{KIND})\s+)*(?:{OFFICE})\s+)(?=[^\W\d_a-z])")
ONLY_TITLE = re.compile(rf"^(?:(?:{KIND})\s+)*(?:{OFFICE}|desk|bureau)?$|^(?:{KIND})$", re.IGNORECASE)
ORGANISATION = re.compile(
    r"^The\s|\b(?:university|universität|college|institute?|tribune|times|news|post|press|online|network|magazine|journal"
    r"|herald|gazette|zeitung|anzeiger|agency|agentur|media|television|radio|daily|businessdesk)\b|\w\.\w{2,3}$",
    re.IGNORECASE,
)
AFTER = re.compile(
    r",?\s+(?:AP|Associated Press|Reuters|AFP|dpa|UPI|Staff|Special|Business|Sports?|Political|Science|Medical|Chief|Senior|National|Foreign)"
    r"(?:\s[A-Z][\w&-]+){0,3}\s(?:Writers?|Correspondents?|Reporters?|Editors?|Photographers?|Bureau)$|,?\s+(?:Staff|Contributing)\s(?:Writer|Reporter)$",
)
NO_NAME = re.compile(
    r"^(?:Newsroom|The|This|Follow|Email|Tel|Phone|Twitter|Bei|For|Para|Pour|Click|Copyright|All|Eds?|Editors|Note|Story"
    r"|Report|Further|More|Keywords?|Messaging|Reuters Messaging|Redaktion|Rückfragen|Quelle|Source|Staff|Desk|Agencies|Agency"
    r"|Internet|Correspondent|Special Correspondent|Staff Writer|Staff Reporter|Agenturen|Agences|Agencias|Archiv|Unsplash|Getty Images|Archivo)\b",
    re.IGNORECASE,
)
DESK = re.compile(
    r"\b(?:newsroom|desk|bureau|staff|redaktion|redacción|rédaction|redazione|redação|team|service|television|TV)\b",
    re.IGNORECASE,
)


def names(text: str, start: int) -> Iterator[tuple[str, Span]]:
    """Yield the names of the list that begins at `start` of some text, each with its span there."""
    at = 0
    for gap in [*BETWEEN.finditer(text), None]:
        end = gap.start() if gap else len(text)
        found = _name(text[at:end], start + at)
        if found:
            yield found
        at = gap.end() if gap else end


def _name(piece: str, start: int) -> tuple[str, Span] | None:
    lead = len(piece) - len(piece.lstrip(" .:-–—_\t"))
    start, piece = start + lead, piece[lead:]
    if title := TITLES.match(piece):
        start, piece = start + title.end(), piece[title.end() :]
    piece = AFTER.sub("", WHERE.sub("", piece)).rstrip(" .:*-–—\t")
    if not piece or agency(piece) or len(piece) > 60:
        return None
    if ONLY_TITLE.match(piece) or any(map(str.isdigit, piece)):
        return None
    if (NO_NAME.match(piece) or ORGANISATION.search(piece)) and not DESK.search(piece):
        return None
    if not NAME.fullmatch(piece) and not (DESK.search(piece) and piece[0].isupper()):
        return None
    return written(piece), (start, start + len(piece))


def written(name: str) -> str:
    """A name in capitals as names are written: `ANN O'LEE-MCFEE` becomes `Ann O'Lee-Mcfee`; others stay as they are."""
    if not name.isupper() or len(name.replace(" ", "")) <= 4:
        return name
    return re.sub(r"[^\W\d_]+", lambda m: m.group() if len(m.group()) == 1 else m.group().capitalize(), name)


def is_desk(name: str) -> bool:
    """Whether the words name a desk or newsroom and no person."""
    return bool(DESK.search(name))
