"""Fetching a checkpoint in another process, which a page can look at and end.

It is `python -m emotion_core.processes.checkpoint_download HUB_ID` and speaks JSON lines.
"""

from __future__ import annotations

import json
import signal
import sys

from ..errors import EmotionError
from ..expression.checkpoints.hub import fetch
from ..system import program_faults


def main(hub_id: str) -> int:
    """The other process: JSON lines on standard output, the last one with "done" or "error"."""
    last = -1

    def show(done: int, total: int) -> None:
        nonlocal last
        if total and done * 200 // total != last:
            last = done * 200 // total
            print(json.dumps({"bytes": done, "total": total}), flush=True)

    # So that the hub's client clears away its half file.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        fetch(hub_id, show)
    except EmotionError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    except Exception as error:
        told = program_faults.fault(
            f"The download of {hub_id}", program_faults.keep(program_faults.described(error)), error
        )
        print(json.dumps({"error": str(told)}), flush=True)
        return 1
    print(json.dumps({"done": True}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
