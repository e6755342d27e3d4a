"""Readers of films that wait, and are not as they should: `python -m tests.support.altered_readers threaded|peeping`.

The threaded one has a thread too many. The peeping one, once it is confined, reads this file by two threads; it ends if
it can.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
from pathlib import Path
from typing import Any

from emotion_core.decoding import isolated
from emotion_core.sandbox import confinement


def _peep() -> None:
    try:
        Path(__file__).read_bytes()
    except PermissionError:
        return
    os._exit(1)


def _confine_and_peep(film: Path, **limits: Any) -> int:
    level = _confine(film, **limits)
    _peep()
    other = threading.Thread(target=_peep)
    other.start()
    other.join()
    return level


if __name__ == "__main__":
    if sys.argv.pop() == "threaded":
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    _confine = confinement.confine_reader
    confinement.confine_reader = _confine_and_peep
    sys.argv.append(isolated.SPARE)
    runpy.run_module("emotion_core.processes.film_reader", run_name="__main__")
