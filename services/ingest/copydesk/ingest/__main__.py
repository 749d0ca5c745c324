"""`python -m copydesk.ingest`: the ingest service."""

import sys

from copydesk.ingest.stage import STAGE
from copydesk.runtime.chassis import run

sys.exit(run(STAGE))
