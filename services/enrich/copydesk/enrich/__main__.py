"""`python -m copydesk.enrich`: the enrich service."""

import sys

from copydesk.enrich.stage import STAGE
from copydesk.runtime.chassis import run

sys.exit(run(STAGE))
