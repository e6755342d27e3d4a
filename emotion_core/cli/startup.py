"""The command line's first moment: what is imported here needs little, and what cannot be imported is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import NoReturn

from ..console import exit_codes, interrupt, standard_streams
from ..errors import OutOfMemory
from ..system import memory_limits


def run() -> NoReturn:
    """Run the command line once it can be imported. Ends the process."""
    standard_streams.ready()
    most = memory_limits.limit()
    if most is not None:
        if most < memory_limits.LEAST:
            _refuse(memory_limits.refused())
        if os.environ.pop(_WATCHED, None) is None:
            _watch()
    try:
        from .main import main
    except (MemoryError, ImportError, OSError, RuntimeError) as error:
        if not memory_limits.caused(error):
            raise
        _refuse(memory_limits.refused())
    main()


_WATCHED = "EMOTION_CORE_WATCHED"
"""Set for the process that does the work of one that only waits for it."""


def _watch() -> NoReturn:
    """Do the command in a process of its own, and say why if that crashes, as libraries do without memory."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)  # the other one hears it too, and ends
    try:
        begun = subprocess.Popen(
            [sys.executable, "-m", "emotion_core", *sys.argv[1:]],
            env={**os.environ, _WATCHED: "1"},
        )
    except OSError:
        _refuse(memory_limits.refused())
    signal.signal(signal.SIGTERM, lambda *_: begun.terminate())
    code = begun.wait()
    if memory_limits.ended(code, ""):
        _refuse(memory_limits.refused())
    sys.exit(code if code >= 0 else 128 - code)


def _refuse(error: OutOfMemory) -> NoReturn:
    print(f"Error: {error}", file=sys.stderr, flush=True)
    interrupt.over(code := exit_codes.of(error))
    sys.exit(code)
