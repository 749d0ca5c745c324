"""The receipt: value of `article.published`."""

from __future__ import annotations

from typing import Annotated, Literal

from copydesk.schemas.article import Lean, Moment
from pydantic import Field

Outcome = Literal["stored", "superseded", "killed", "withdrawn"]


class Receipt(Lean):
    """What one sink did with one event."""

    uri: str
    provider: str | None = None
    version: str | None = None
    event: str
    """Id of the event of `article.enriched`."""
    document: str | None = None
    """Id of the document that the article came in."""
    index: Annotated[int, Field(ge=0)] | None = None
    """Which article of its document it is, from 0; document and index name the article whatever reads or enriches it."""
    sink: str
    outcome: Outcome
    """`stored`: the sink holds it; `superseded`: it held a newer one; `killed`, `withdrawn`: it holds no body any more."""
    at: Moment
