"""What the app does for an analysis, without its pages: `python -m tests.faults.app HOME [FILM]`.

It asks for the analysis of FILM, if one is given, and then sees to it that there is a worker, as the app does.
"""

from __future__ import annotations

import asyncio
import sys
from fractions import Fraction
from pathlib import Path

from emotion_core.jobs import scans
from emotion_core.jobs.supervisor import watch_worker
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from tests.support.quick_engine import QUICK

SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded", samples_per_second=Fraction(1, 4))


if __name__ == "__main__":
    opened = Library.open(Path(sys.argv[1]))
    for film in sys.argv[2:3]:
        scans.start(opened, opened.refer_to(Path(film)).id, SETTINGS)
    asyncio.run(watch_worker(opened.home))
