"""`python -m emotion_core.processes.aaf_reader FILE`: write an AAF as OpenTimelineIO's JSON to standard output.

The exit code is 1 if the file cannot be read.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from ..interchange import MAX_BYTES
from ..sandbox import confinement


def main(file: Path) -> int:
    """Read `file` and write its timeline; return the exit code. Any exception of the adapter gives exit code 1."""
    import opentimelineio

    try:
        with contextlib.redirect_stdout(sys.stderr):  # the adapter prints
            try:
                timeline = opentimelineio.adapters.read_from_file(str(file), adapter_name="AAF")
            except AttributeError:  # the adapter fails to simplify a transition beside a clip without media
                timeline = opentimelineio.adapters.read_from_file(str(file), adapter_name="AAF", simplify=False)
            text = opentimelineio.adapters.write_to_string(timeline, adapter_name="otio_json", indent=0)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if len(text) > MAX_BYTES:
        return 1
    sys.stdout.write(text)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    confinement.confine_reader(Path(sys.argv[1]))
    sys.exit(main(Path(sys.argv[1])))
