"""The command line's first moment: what is imported here needs little, and what cannot be imported is told."""

from __future__ import annotations

import sys
from typing import NoReturn

from . import exit_codes, interrupt, scarcity, standard_streams
from .errors import OutOfMemory


def run() -> NoReturn:
    """Run the command line once it can be imported. Ends the process."""
    standard_streams.ready()
    most = scarcity.limit()
    if most is not None and most < scarcity.LEAST:
        _refuse(scarcity.refused())
    try:
        from .cli import main
    except (MemoryError, ImportError, OSError, RuntimeError) as error:
        if not scarcity.caused(error):
            raise
        _refuse(scarcity.refused())
    main()


def _refuse(error: OutOfMemory) -> NoReturn:
    print(f"Error: {error}", file=sys.stderr, flush=True)
    interrupt.over(code := exit_codes.of(error))
    sys.exit(code)
