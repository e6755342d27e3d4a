"""`python -m emotion_core.processes.engine_benchmark`: measure every engine on this machine and report it as events."""

from __future__ import annotations

import contextlib
import signal
import sys

from ..errors import EmotionError
from ..expression.selection import measure
from ..system import DONE, PROGRESS, EventWriter, program_faults


def main() -> int:
    """Measure the engines, one process each, with events on standard output; return the exit code."""
    report = EventWriter(sys.stdout)

    def show(completed: int, total: int, step: str) -> None:
        report(PROGRESS, {"steps": completed, "steps_total": total, "step": step})

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an exception also ends the process of the engine on trial
    try:
        benchmark = measure(show)
    except EmotionError as error:
        report.error(error)
        return 1
    except OSError as error:
        report.error(EmotionError(f"The measuring failed ({error}).", "Try again."))
        return 1
    except Exception as error:
        log = program_faults.append_to_log(program_faults.fault_report(error))
        report.error(program_faults.fault_error("The measuring", log, error))
        return 1
    report(DONE, {"failed": benchmark.failed})  # failures are not all stored
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
