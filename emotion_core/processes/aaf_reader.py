"""`python -m …aaf_process FILE`: the AAF as OpenTimelineIO's JSON on standard output; exit code 1 where it is none."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from ..interchange.readers.content import MOST_BYTES
from ..sandbox import confinement


def main(file: Path) -> int:
    """Read `file` and write its timeline. Whatever the adapter raises on a broken file ends in exit code 1."""
    import opentimelineio

    try:
        with contextlib.redirect_stdout(sys.stderr):  # the adapter prints
            try:
                found = opentimelineio.adapters.read_from_file(str(file), adapter_name="AAF")
            except AttributeError:  # of its own simplifying, where a transition lies beside a clip without media
                found = opentimelineio.adapters.read_from_file(str(file), adapter_name="AAF", simplify=False)
            text = opentimelineio.adapters.write_to_string(found, adapter_name="otio_json", indent=0)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if len(text) > MOST_BYTES:
        return 1
    sys.stdout.write(text)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    confinement.look(Path(sys.argv[1]))
    sys.exit(main(Path(sys.argv[1])))
