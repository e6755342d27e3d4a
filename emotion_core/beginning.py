"""The command line's first moment: what is imported here needs little, and what cannot be imported is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import NoReturn

from . import exit_codes, interrupt, scarcity, standard_streams
from .errors import OutOfMemory


def run() -> NoReturn:
    """Run the command line once it can be imported. Ends the process."""
    standard_streams.ready()
    most = scarcity.limit()
    if most is not None:
        if most < scarcity.LEAST:
            _refuse(scarcity.refused())
        if os.environ.pop(_WATCHED, None) is None:
            _watch()
    try:
        from .cli import main
    except (MemoryError, ImportError, OSError, RuntimeError) as error:
        if not scarcity.caused(error):
            raise
        _refuse(scarcity.refused())
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
        _refuse(scarcity.refused())
    signal.signal(signal.SIGTERM, lambda *_: begun.terminate())
    code = begun.wait()
    if scarcity.ended(code, ""):
        _refuse(scarcity.refused())
    sys.exit(code if code >= 0 else 128 - code)


def _refuse(error: OutOfMemory) -> NoReturn:
    print(f"Error: {error}", file=sys.stderr, flush=True)
    interrupt.over(code := exit_codes.of(error))
    sys.exit(code)
