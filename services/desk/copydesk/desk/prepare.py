"""`python -m copydesk.desk.prepare`: what a deployment does once before its services start, as often as it likes.

Creates the topics that are missing and brings the tables up to date.
"""

from __future__ import annotations

import asyncio

from copydesk.publish.migrate import migrate
from copydesk.runtime.settings import Settings
from copydesk.runtime.topics import create_missing


def prepare(kafka: str, database: str, replication: int = -1) -> None:
    """Make topics and tables ready. Raises what broker or database said where it could not."""
    migrate(database)
    asyncio.run(create_missing(kafka, replication=replication))


if __name__ == "__main__":
    settings = Settings()
    prepare(settings.kafka, settings.database, settings.replication)
