"""How many threads each part of a scan gets: decided here and nowhere else.

Decoding, scoring and looking at faces run at the same time. The decoder could keep every core busy by itself, so what
runs beside it must not wait for all cores at once: on a machine of two, two threads that wait for each other at every
layer of a network were seven times slower than one. The decoder itself gets four threads more than there are cores: its
threads wait for one another's pictures, and one that has to give way to the rest then holds up no other.

A dear checkpoint turns this round: with a ViT-B/16 nine tenths of the time are its own, the decoder waits for it, and
it gets every core.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads of each part."""

    decode: int
    """FFmpeg's."""
    detection: int
    """The face detector's."""
    inference: int
    """The expression engine's."""


DEAR = 20_000_000
"""Parameters from which on a checkpoint's own work is most of an analysis."""


def share(cores: int | None = None, *, parameters: int = 0) -> Threads:
    """What a machine of so many cores (None: this one) gives each part of a scan with a checkpoint of that size."""
    cores = cores or usable_cores()
    beside = max(1, min(4, cores // 2))
    return Threads(
        decode=min(16, cores + 4), detection=beside, inference=min(16, cores) if parameters >= DEAR else beside
    )


def in_words() -> str:
    """“6 threads decode, 1 looks for faces, 1 reads them (2 with a large model)”: for a person."""
    usual, dear = share(), share(parameters=DEAR)
    return (
        f"{usual.decode} threads decode, {usual.detection} look for faces, {usual.inference} read them "
        f"({dear.inference} with a large model)"
    )


def usable_cores() -> int:
    """Cores that this process may run on; fewer than the machine has in a container or under taskset."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
