"""`python -m copydesk.parse`: the parse service."""

import sys

from copydesk.parse.stage import STAGE
from copydesk.runtime.chassis import run

sys.exit(run(STAGE))
