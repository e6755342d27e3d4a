"""The worker, which knows more kinds of work: `python -m tests.support.toy_worker HOME [IDLE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from emotion_core.jobs import worker
from emotion_core.library import job_table

TOYS = {
    "toy": job_table.Kind("tests.support.toy_job", 8, "The toy broke."),
    "idle toy": job_table.Kind("tests.support.toy_job", 9, "The toy broke."),
    "urgent toy": job_table.Kind("tests.support.toy_job", 1, "The toy broke."),
    "kind toy": job_table.Kind("tests.support.toy_job", 10, "The toy broke.", preemptible=True),
}

if __name__ == "__main__":
    job_table.KINDS.update(TOYS)
    worker.main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else worker.IDLE)
