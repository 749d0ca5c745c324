"""`python -m copydesk.publish`: the publish service."""

import sys

from copydesk.publish.stage import STAGE
from copydesk.runtime.chassis import run

sys.exit(run(STAGE))
