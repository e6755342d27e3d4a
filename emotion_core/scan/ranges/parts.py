"""Parts of a film's file, verified by the plan's hashes and placed where they belong in a file of the film's size."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ...errors import ScanError
from ...storage import from_os_error
from .range_plan import RangePlan, Span


class PartDiffers(ScanError):
    """Bytes of a film's file that are not those that were planned."""


def place(
    target: Path,
    plan: RangePlan,
    spans: Sequence[Span],
    read: Callable[[int, int], bytes],
    *,
    heartbeat: Callable[[], object] = lambda: None,
) -> None:
    """Write the `spans` of a film's file to `target`, at their places in a file of the film's size; the rest is empty.

    `spans` are whole blocks, as RangePlan.spans gives them; ((0, plan.bytes),) stands for the whole file.
    `read(offset, length)` gives bytes of the film's file, `heartbeat` is called with every block. Bytes that `target`
    holds before are kept: call it before a reader opens the file. Raises PartDiffers where a block is not the planned
    one, DiskFull or LibraryError.
    """
    try:
        target.touch()
        with target.open("r+b") as file:
            file.truncate(plan.bytes)
            for first, end in spans:
                for start in range(first, end, plan.block_bytes):
                    length = min(plan.block_bytes, end - start)
                    block = read(start, length)
                    if hashlib.sha256(block).hexdigest() != plan.blocks[start // plan.block_bytes]:
                        raise PartDiffers(
                            f"Bytes {start:,} to {start + length:,} of the film are not those that were planned.",
                            "Fetch them again, or plan the film anew.",
                        )
                    file.seek(start)
                    file.write(block)
                    heartbeat()
    except OSError as error:
        raise from_os_error(error, target) from error
