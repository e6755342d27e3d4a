"""Every engine measured on this machine: on the reference model (or its architecture), and on the embedded checkpoint.

`measure` does it in this process, each engine in one of its own. `benchmark` does it in the background, for a page:
`python -m emotion_core.processes.engine_benchmark`.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from typing import Any

from ..errors import EmotionError
from ..expression.selection.benchmark import measure
from ..system import program_faults


def _main() -> int:
    def say(fields: dict[str, Any]) -> None:
        print(json.dumps(fields), flush=True)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the engine that is being tried ends too
    try:
        found = measure(lambda step, of, doing: say({"step": step, "of": of, "doing": doing}))
    except (EmotionError, OSError) as error:
        say({"error": str(error) if isinstance(error, EmotionError) else f"The measuring failed ({error}). Try again."})
        return 1
    except Exception as error:
        say(
            {
                "error": str(
                    program_faults.fault("The measuring", program_faults.keep(program_faults.described(error)), error)
                )
            }
        )
        return 1
    say({"done": True, "failed": found.failed})  # not all of it is remembered
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(_main())
