"""`python -m copydesk.desk.prepare`: what a deployment does once before its services start, as often as it likes.

Creates the topics that are missing and brings the tables up to date.
"""

from __future__ import annotations

import asyncio
import logging
import sys

from copydesk.publish.migrate import MigrationFailed, migrate
from copydesk.runtime.broker import client
from copydesk.runtime.chassis import EXIT_CONFIG
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.security import BadSettings, stated
from copydesk.runtime.settings import Settings
from copydesk.runtime.topics import create_missing


def prepare(kafka: str, database: str, replication: int = -1) -> None:
    """Make topics and tables ready. Raises what broker or database said where it could not."""
    migrate(database)
    asyncio.run(create_missing(kafka, replication=replication))


def main() -> int:
    """Prepare what the environment names; what stands in the way is said in one line. Status 78 where a setting is wrong."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # the one line says it better
    try:
        settings = stated(Settings)
        client(settings.kafka)  # what cannot be right is found before anything is done
        prepare(settings.kafka, settings.database, settings.replication)
    except (Unavailable, MigrationFailed, BadSettings) as error:
        sys.stderr.write(f"prepare: {error}\n")
        return EXIT_CONFIG if isinstance(error, BadSettings) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
