"""Invented names for the slots of `entity_sentences.txt`, out of the lexicon and the gazetteer."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from copydesk.enrich.knowledge.lexicon import Bit
from copydesk.enrich.knowledge.library import Knowledge

SENTENCES = Path(__file__).with_name("entity_sentences.txt")
KINDS = {
    "P": "PER",
    "p": "PER",
    "g": "PER",
    **dict.fromkeys("UCBGMTNAK", "ORG"),
    "L": "LOC",
    "F": "LOC",
    **dict.fromkeys("WEOV", "MISC"),
}
ROLES = [
    "singer",
    "guitarist",
    "drummer",
    "bassist",
    "writer",
    "novelist",
    "poet",
    "actor",
    "actress",
    "painter",
    "politician",
    "lawyer",
    "economist",
    "historian",
    "engineer",
    "physicist",
    "chemist",
    "footballer",
    "midfielder",
    "striker",
    "goalkeeper",
    "pitcher",
    "quarterback",
    "swimmer",
    "sprinter",
    "journalist",
    "editor",
    "composer",
    "producer",
    "director",
    "chairman",
    "president",
    "spokesman",
    "spokeswoman",
    "professor",
    "teacher",
    "farmer",
    "nurse",
    "driver",
    "owner",
    "manager",
    "diplomat",
    "general",
    "bishop",
    "architect",
    "sculptor",
    "photographer",
    "minister",
]
TITLES = [
    "President",
    "Prime Minister",
    "Foreign Minister",
    "Senator",
    "Sen.",
    "Rep.",
    "Gov.",
    "Governor",
    "Mayor",
    "Judge",
    "Gen.",
    "General",
    "Col.",
    "Capt.",
    "Captain",
    "Dr.",
    "Professor",
    "Sir",
    "Lord",
    "King",
    "Prince",
    "Bishop",
    "Chancellor",
    "Secretary of State",
    "Sheriff",
    "Coach",
    "Chairman",
    "Ambassador",
    "Lt.",
    "Major",
    "Colonel",
    "Rev.",
    "Vice President",
    "Sgt.",
    "Police Chief",
    "Finance Minister",
]
SUBJECTS = [
    "Health",
    "Education",
    "Transport",
    "Justice",
    "Trade",
    "Agriculture",
    "Energy",
    "Labor",
    "Finance",
    "Defense",
    "Foreign Affairs",
    "Public Works",
    "Fisheries",
    "Housing",
    "Science and Technology",
    "Human Rights",
    "Civil Liberties",
    "Consumer Affairs",
    "Economic Research",
    "Space",
    "Aviation",
    "Food Safety",
    "Atomic Energy",
    "Natural Resources",
    "Statistics",
    "Culture",
    "Sports",
    "Women Voters",
    "Engineers",
    "Teachers",
    "Farm Workers",
    "Physicians",
    "Realtors",
    "Scouts",
    "Free Trade",
    "Peace",
    "Democracy",
    "Environmental Protection",
    "Immigration",
]
NICKNAMES = [
    "Tigers",
    "Lions",
    "Eagles",
    "Hawks",
    "Bears",
    "Bulls",
    "Wolves",
    "Wildcats",
    "Bulldogs",
    "Panthers",
    "Giants",
    "Pirates",
    "Kings",
    "Rangers",
    "Rovers",
    "Wanderers",
    "Cardinals",
    "Knights",
    "Rockets",
    "Spurs",
    "Warriors",
    "Hornets",
    "Falcons",
    "Ravens",
    "Sharks",
    "Devils",
    "Royals",
    "Reds",
    "Blues",
    "Stars",
    "Storm",
    "Thunder",
    "Comets",
    "Cougars",
    "Huskies",
    "Trojans",
    "Spartans",
]
FORMS = [
    "Inc.",
    "Inc",
    "Corp.",
    "Corp",
    "Corporation",
    "Ltd",
    "Ltd.",
    "LLC",
    "Company",
    "Co.",
    "Group",
    "Holdings",
    "Industries",
    "Records",
    "Pictures",
    "Entertainment",
    "Systems",
    "Technologies",
    "Motors",
    "Airlines",
    "Bank",
    "Brothers",
    "Partners",
    "Energy",
    "Steel",
    "Foods",
    "Pharmaceuticals",
    "Software",
    "Games",
    "Studios",
    "Media",
    "Communications",
    "Electronics",
    "Insurance",
    "Press",
    "Railway",
    "Works",
    "AG",
    "GmbH",
    "SA",
    "plc",
    "Publishing",
    "Productions",
    "Oil",
    "Gas",
    "Mining",
    "Hotels",
    "Stores",
    "Brewery",
    "Aircraft",
    "Shipyard",
    "Locomotives",
]
EVENTS = [
    "World War I",
    "World War II",
    "Cold War",
    "Great Depression",
    "Renaissance",
    "Industrial Revolution",
    "Cultural Revolution",
    "Gulf War",
    "Vietnam War",
    "Civil War",
    "Super Bowl",
    "World Cup",
    "World Series",
    "Summer Olympics",
    "Winter Olympics",
    "Billboard Hot 100",
    "UK Singles Chart",
    "Stanley Cup Finals",
    "Rose Bowl",
    "Tour de France",
    "NBA Draft",
    "NFL Draft",
]


class Slots:
    """Fills slots. The same seed gives the same names."""

    def __init__(self, knowledge: Knowledge, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
        bits = knowledge.lexicon.bits
        clean = [w for w in sorted(bits) if w.isalpha() and w.islower() and len(w) > 2]
        self.given = [w.title() for w in clean if bits[w] & Bit.GIVEN and not bits[w] & Bit.WORD]
        self.given_often = [w.title() for w in clean if bits[w] & Bit.GIVEN_OFTEN]
        self.family = [w.title() for w in clean if bits[w] & Bit.FAMILY_RARE]
        self.family_often = [w.title() for w in clean if bits[w] & Bit.FAMILY_OFTEN]
        self.nouns = [w.title() for w in clean if bits[w] & Bit.WORD and not bits[w] & Bit.GIVEN and len(w) > 3]
        gazetteer = knowledge.gazetteer
        rows = range(len(gazetteer.columns["name"]))
        cities = [
            p for p in map(gazetteer.place, self.chance.sample(rows, 12_000)) if p.kind == "city" and p.name.isascii()
        ]
        self.towns = [p.name for p in cities if len(p.name.split()) < 4]
        self.cities = [
            p.name
            for p in map(gazetteer.place, rows)
            if p.kind == "city" and p.population > 400_000 and p.name.isascii()
        ]
        self.lands = [p.name for p in gazetteer.countries.values()]
        self.nationalities = [d for d, p in knowledge.demonyms.items() if not d.endswith("s") and p.kind == "country"]
        self.makers: dict[str, Callable[[], str]] = {
            "P": self.person, "p": self.last, "g": lambda: self.pick(self.given), "U": self.school, "C": self.company, "B": self.band,
            "G": self.government, "M": self.military, "T": self.team, "N": self.outlet, "A": self.association, "K": self.acronym,
            "L": self.place, "F": self.landmark, "W": self.work, "E": self.event, "D": lambda: self.pick(self.nationalities),
            "R": lambda: self.pick(ROLES), "H": lambda: self.pick(TITLES), "Y": lambda: str(self.chance.randint(1780, 2020)), "O": self.award, "V": self.product,
        }  # fmt: skip

    def pick(self, of: list[str]) -> str:
        """One of the list."""
        return self.chance.choice(of)

    def last(self) -> str:
        """A family name."""
        name = self.pick(self.family_often if self.chance.random() < 0.3 else self.family)
        return self.pick([name] * 17 + ["Mc" + name, "O'" + name, "al-" + name, self.pick(self.family) + "-" + name])

    def person(self) -> str:
        """Given name and family name, with all that may stand between."""
        first = self.pick(self.given_often if self.chance.random() < 0.4 else self.given)
        kind = self.chance.random()
        if kind < 0.62:
            return f"{first} {self.last()}"
        if kind < 0.74:
            return f"{first} {chr(self.chance.randint(65, 90))}. {self.last()}"
        if kind < 0.84:
            return f"{first} {self.pick(self.given)} {self.last()}"
        if kind < 0.89:
            return f"{first} {self.pick(['de', 'van', 'von', 'bin', 'de la', 'van der', 'del', 'di'])} {self.last()}"
        if kind < 0.93:
            return f"{chr(self.chance.randint(65, 90))}. {chr(self.chance.randint(65, 90))}. {self.last()}"
        if kind < 0.96:
            return f"{self.coined()} {self.coined()}"
        return f"{first} {self.last()} {self.pick(['Jr.', 'Sr.', 'III'])}"

    def coined(self) -> str:
        """A word that no list has."""
        return "".join(
            self.chance.choice(
                [
                    "b",
                    "c",
                    "d",
                    "f",
                    "g",
                    "h",
                    "k",
                    "l",
                    "m",
                    "n",
                    "p",
                    "r",
                    "s",
                    "t",
                    "v",
                    "w",
                    "z",
                    "tr",
                    "st",
                    "kr",
                    "th",
                ]
            )
            + self.chance.choice(["a", "e", "i", "o", "u", "ai", "ou"])
            for _ in range(self.chance.randint(2, 3))
        ).title() + self.chance.choice(["", "n", "r", "x", "s", "l"])

    def place(self) -> str:
        """A town, city or country."""
        return self.pick(self.chance.choice([self.towns, self.cities, self.lands]))

    def acronym(self) -> str:
        """Two to five capitals."""
        return "".join(
            self.chance.choice("ABCDEFGHIJKLMNOPRSTUVW") for _ in range(self.chance.choice([2, 3, 3, 3, 4, 4, 5]))
        )

    def school(self) -> str:
        """A university, college, school, hospital or institute."""
        return self.pick([
            f"University of {self.place()}", f"{self.place()} University", f"{self.pick(self.family)} University", f"{self.pick(self.family)} College",
            f"{self.place()} State University", f"{self.place()} High School", f"St. {self.pick(self.given_often)} 's College", f"{self.place()} Institute of Technology",
            f"University of {self.place()} School of Law", f"{self.pick(self.family)} School of {self.pick(SUBJECTS)}", f"{self.place()} Medical Center", f"{self.pick(self.family)} Memorial Hospital",
            f"Royal Academy of {self.pick(SUBJECTS)}", f"National Museum of {self.place()}", f"{self.pick(self.family)} Institute", f"{self.place()} Academy",
                f"{self.pick(self.nouns)} Hotel",
                f"{self.place()} {self.pick(['Hotel', 'Airport', 'Casino', 'Mall', 'International Airport'])}",
                f"{self.pick(self.nouns)} Hall of Fame",
        ])  # fmt: skip

    def company(self) -> str:
        """A company."""
        return self.pick([
            f"{self.pick(self.family)} {self.pick(FORMS)}", f"{self.coined()} {self.pick(FORMS)}", f"{self.coined()}", f"{self.pick(self.nouns)} {self.pick(FORMS)}",
            f"{self.pick(self.family)} & {self.pick(self.family)}", f"{self.pick(self.nouns)} {self.pick(self.nouns)} {self.pick(FORMS)}", f"{self.place()} {self.pick(FORMS)}",
            f"{self.pick(self.family)} and {self.pick(self.family)} {self.pick(FORMS)}", f"{self.pick(self.nationalities)} {self.pick(FORMS)}", f"Bank of {self.place()}", f"{self.acronym()} {self.pick(FORMS)}", f"{self.coined()}",
        ])  # fmt: skip

    def band(self) -> str:
        """A band."""
        return self.pick([
            f"The {self.pick(self.nouns)}s", f"{self.pick(self.nouns)} {self.pick(self.nouns)}", f"The {self.pick(self.nouns)} {self.pick(self.nouns)}", self.pick(self.nouns), self.coined(),
            f"The {self.pick(self.given)} {self.pick(self.family)} Band", f"{self.pick(self.nouns)} and the {self.pick(self.nouns)}s", f"{self.pick(self.nouns)} of the {self.pick(self.nouns)}", f"{self.pick(self.place().split())} {self.pick(self.nouns)}",
        ])  # fmt: skip

    def government(self) -> str:
        """A ministry, court, council, agency."""
        subject = self.pick(SUBJECTS)
        return self.pick([
            f"Department of {subject}", f"Ministry of {subject}", f"{subject.split()[0]} Ministry", f"National {subject.split()[0]} Agency", f"Federal {subject.split()[0]} Commission", f"{self.place()} City Council",
            f"{self.place()} Police Department", "House of Representatives", f"Supreme Court of {self.place()}", f"{self.place()} Supreme Court", f"U.S. Department of {subject}", f"{self.place()} County Board of Commissioners",
            f"{self.place()} Legislative Assembly", f"{self.pick(self.nationalities)} Parliament", f"{subject.split()[0]} Department", f"Bureau of {subject}", f"Committee on {subject}", "Senate", f"U.N. {subject.split()[0]} Council", f"{self.place()} Fire Department",
        ])  # fmt: skip

    def military(self) -> str:
        """A unit or force."""
        number = self.pick(
            ["1st", "2nd", "3rd", "4th", "5th", "7th", "9th", "12th", "23rd", "65th", "101st", "139th", "55th"]
        )
        return self.pick([
            f"{number} Infantry Regiment", f"{number} {self.place()} Infantry", f"{number} Fighter Wing", f"{number} Air Division", f"{number} {self.place()}", f"{self.pick(self.nationalities)} Army", f"{self.pick(self.nationalities)} Air Force",
            "Royal Navy", f"Army of the {self.pick(self.nouns)}", f"{self.pick(self.family)} 's Brigade", f"{self.pick(['I', 'II', 'V', 'VI', 'XII'])} Corps", f"{number} Armored Division", f"{number} Battalion", f"{self.place()} National Guard", f"{number}", "Marine Corps", "Air Force",
        ])  # fmt: skip

    def team(self) -> str:
        """A sports team."""
        return self.pick([
            f"{self.place()} {self.pick(NICKNAMES)}", f"{self.pick(NICKNAMES)}", f"{self.place()} United", f"{self.place()} City", f"FC {self.place()}", f"{self.place()} FC", f"{self.place()} Athletic", f"{self.place()} Town", f"Real {self.place()}", f"{self.place()} {self.pick(NICKNAMES)}", f"{self.place()} Hockey Club",
                f"{self.place()} {self.pick(self.nouns)}s",
                f"{self.place()} {self.pick(self.nouns)}s",
                f"{self.place()} {self.pick(self.family)}s",
        ])  # fmt: skip

    def outlet(self) -> str:
        """A newspaper, broadcaster, publisher, magazine."""
        return self.pick([
            f"{self.place()} Times", f"The {self.place()} Herald", f"{self.place()} Post", f"{self.place()} News", f"{self.pick(self.nouns)} Magazine", f"{self.acronym()}", f"{self.pick(self.family)} Press", f"{self.pick(self.nouns)} Books", f"{self.place()} Daily {self.pick(['News', 'Mail', 'Star'])}",
            f"{self.pick(self.nouns)}", f"{self.acronym()} News", f"Radio {self.place()}", f"{self.pick(self.family)} & {self.pick(self.family)}", f"Channel {self.chance.randint(2, 12)}", f"{self.place()} University Press", f"Journal of {self.pick(SUBJECTS)}",
        ])  # fmt: skip

    def association(self) -> str:
        """A party, union, movement, foundation."""
        subject = self.pick(SUBJECTS)
        return self.pick([
            f"{self.pick(self.nouns)} Party", f"{self.place()} {self.pick(['Democratic', 'Labor', 'National', 'Green', 'Liberal'])} Party", f"National Association of {subject}", f"{self.place()} Liberation Front", f"{self.pick(self.family)} Foundation", f"International {subject.split()[0]} Federation",
            f"League of {subject}", f"{subject.split()[0]} Workers Union", f"Society for {subject}", f"{self.place()} Chamber of Commerce", f"{self.place()} Symphony Orchestra", f"Church of {self.place()}", f"{self.pick(self.nouns)} Alliance", f"People 's {self.pick(self.nouns)} Movement", f"{self.place()} Hockey League", f"American {subject} Association",
        ])  # fmt: skip

    def landmark(self) -> str:
        """A river, street, stadium, park."""
        head = self.pick([self.pick(self.family), self.place(), self.pick(self.nouns)])
        return self.pick(
            [
                f"{head} {self.pick(['River', 'Street', 'Stadium', 'Park', 'Bridge', 'Lake', 'Avenue', 'Island', 'Hall', 'Castle', 'Road', 'Square', 'Cemetery', 'Mountains', 'Arena'])}",
                f"Lake {head}",
                f"Mount {head}",
                f"Fort {head}",
                f"Camp {head}",
            ]
        )

    def work(self) -> str:
        """A title of a book, film, album."""
        noun = lambda: self.pick(self.nouns)  # noqa: E731
        return self.pick(
            [
                f"{noun()} {noun()}",
                f"The {noun()}",
                f"The {noun()} of {self.place()}",
                f"{noun()} of the {noun()}",
                noun(),
                f"A {noun()} in {noun()}",
                f"{self.pick(self.given)} 's {noun()}",
                f"{noun()} and {noun()}",
                f"My {noun()}",
                f"The {noun()} {noun()}",
                f"{self.acronym()}-{self.chance.randint(1, 99)}",
            ]
        )

    def event(self) -> str:
        """A war, battle, cup, treaty."""
        return self.pick(
            [
                f"Battle of {self.place()}",
                f"{self.place()} War",
                f"Treaty of {self.place()}",
                f"{self.pick(self.nouns)} Cup",
                f"{self.place()} Open",
                f"{self.place()} Film Festival",
                f"{self.place()} Championship",
                f"{self.pick(self.nouns)} Act",
                *EVENTS[: self.chance.randint(2, 22)],
                f"Siege of {self.place()}",
                f"{self.place()} Accord",
            ]
        )

    def award(self) -> str:
        """An award or register."""
        return self.pick(
            [
                f"{self.pick(self.family)} Award",
                f"{self.pick(self.nouns)} Prize",
                f"{self.place()} Medal",
                "Grammy Award",
                "Nobel Prize",
                "Academy Award",
                f"Order of {self.pick(self.nouns)}",
                "National Register of Historic Places",
            ]
        )

    def product(self) -> str:
        """A vehicle, device, game, species, technique."""
        number = self.chance.randint(1, 999)
        return self.pick(
            [
                f"{self.pick(self.nouns)} {number}",
                f"{self.pick('ABCFEMX')}-{number} {self.pick(self.nouns)}",
                f"{self.coined()} {self.pick(['X', 'GT', 'II', 'Pro', '2000'])}",
                f"{self.pick(self.nouns)} {self.pick(self.nouns)}",
                f"{self.coined()}idae",
                f"{self.coined()}optera",
                f"Computer {self.pick(self.nouns)}",
                f"{self.acronym()} {number}",
                f"{self.acronym()}",
                f"{self.pick(self.nationalities)} {self.pick(self.nouns)}",
            ]
        )

    def filled(self, sentence: str) -> tuple[list[str], list[tuple[int, int, str]]]:
        """Return a sentence's words, and its mentions as start, end and kind."""
        words: list[str] = []
        quotes = self.chance.random() < 0.4
        mentions: list[tuple[int, int, str]] = []
        for part in sentence.split():
            if len(part) == 3 and part[0] == "{":
                made = self.makers[part[1]]().split()
                # A number read as an ordinal names a unit; a lone `The` opens a sentence as any other word.
                if kind := KINDS.get(part[1]):
                    mentions.append((len(words), len(words) + len(made), kind))
                words += ['"', *made, '"'] if part[1] == "W" and quotes else made
            else:
                words.append(part)
        return words, mentions


def written() -> list[str]:
    """The sentences of the file."""
    return [line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
