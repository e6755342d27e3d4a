"""`python -m emotion_core.processes.checkpoint_download HUB_ID`: download a checkpoint and report it as events."""

from __future__ import annotations

import signal
import sys

from ..errors import EmotionError
from ..expression.checkpoints import fetch
from ..system import DONE, PROGRESS, EventWriter, program_faults

_STEPS = 200
"""Most progress events of a download."""


def main(hub_id: str) -> int:
    """Download `hub_id`, with events on standard output; returns the exit code."""
    report, last_step = EventWriter(sys.stdout), -1

    def show(received: int, total: int) -> None:
        nonlocal last_step
        if total and received * _STEPS // total != last_step:
            last_step = received * _STEPS // total
            report(PROGRESS, {"bytes": received, "bytes_total": total})

    # An exception lets the hub's client remove its partial file.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        fetch(hub_id, show)
    except EmotionError as error:
        report.error(error)
        return 1
    except Exception as error:
        log = program_faults.append_to_log(program_faults.fault_report(error))
        report.error(program_faults.fault_error(f"The download of {hub_id}", log, error))
        return 1
    report(DONE, {})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
