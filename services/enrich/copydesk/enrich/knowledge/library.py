"""All that enrichers may look up, loaded once a process and at first use."""

from __future__ import annotations

from functools import cached_property

from copydesk.enrich.knowledge.gazetteer import Gazetteer, Known
from copydesk.enrich.knowledge.lexicon import Lexicon
from copydesk.enrich.knowledge.nationality import demonyms
from copydesk.enrich.naming.tagger import Tagger


class Knowledge:
    """The shelf: each attribute is one body of knowledge, read only, loaded when first asked for."""

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Places of the world by name."""
        return Gazetteer.load()

    @cached_property
    def lexicon(self) -> Lexicon:
        """What single words are known as."""
        return Lexicon.load()

    @cached_property
    def demonyms(self) -> dict[str, Known]:
        """Nationality words and the places that they lead to."""
        return demonyms(self.gazetteer)

    @cached_property
    def tagger(self) -> Tagger:
        """The model that finds names in English texts."""
        return Tagger.load()
