"""All that enrichers may look up, loaded once a process and at first use."""

from __future__ import annotations

from functools import cached_property

from copydesk.enrich.knowledge.gazetteer import Gazetteer


class Knowledge:
    """The shelf: each attribute is one body of knowledge, read only, loaded when first asked for."""

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Places of the world by name."""
        return Gazetteer.load()
