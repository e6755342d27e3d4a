"""First step of the command line, with few imports: a memory limit under which the rest cannot load gives an error."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from ..console import exit_codes, interrupt, standard_streams
from ..errors import OutOfMemory
from ..system import memory_limits


def run() -> NoReturn:
    """Import and run the command line. Ends the process; too little memory for the imports is reported in one line."""
    standard_streams.prepare()
    limit = memory_limits.limit()
    if limit is not None:
        if limit < memory_limits.LEAST:
            _refuse(memory_limits.out_of_memory_error())
        if os.environ.pop(_SUPERVISED, None) is None:
            _supervise()
    try:
        from .main import main
    except (MemoryError, ImportError, OSError, RuntimeError) as error:
        if not memory_limits.is_memory_error(error):
            raise
        _refuse(memory_limits.out_of_memory_error())
    main()


_SUPERVISED = "EMOTION_CORE_WATCHED"
"""Environment variable of the child that runs the command while its parent waits."""


def _supervise() -> NoReturn:
    """Run the command in a child process, and report the cause if it crashes: libraries crash when memory runs out."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)  # the child receives it too and ends
    try:
        from ..system import python_module, spawn

        child = spawn(
            python_module("emotion_core", *sys.argv[1:]),
            variables={_SUPERVISED: "1"},
            stdin=None,
            own_session=False,
            keep_folder=True,
            secrets=True,
        )
    except (OSError, ImportError, MemoryError):
        _refuse(memory_limits.out_of_memory_error())
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    code = child.wait()
    if memory_limits.ended_for_memory(code, ""):
        _refuse(memory_limits.out_of_memory_error())
    sys.exit(code if code >= 0 else 128 - code)


def _refuse(error: OutOfMemory) -> NoReturn:
    print(f"Error: {error}", file=sys.stderr, flush=True)
    interrupt.exit_with(code := exit_codes.exit_code_for(error))
    sys.exit(code)
