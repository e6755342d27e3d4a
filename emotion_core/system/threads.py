"""Number of threads of each part of a scan.

Decoding, frame metrics and face analysis run at the same time. The decoder alone can keep every core busy, so the other
parts must not wait for all cores at once: on two cores, two threads that synchronize at every layer of a network were
seven times slower than one. The decoder gets four threads more than there are cores. Its threads wait for one another's
pictures, and with more of them a preempted thread holds up no other.

A large checkpoint reverses this: a ViT-B/16 takes nine tenths of the time, the decoder waits for it, and the checkpoint
gets every core.

Where several films are analysed at once, the decoder's threads are divided among them. Those of the networks are not:
a report's numbers may hang on them, and they must be those of a film that is analysed alone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ThreadBudget:
    """Threads of each part of a scan."""

    decode: int
    """Threads of FFmpeg."""
    detection: int
    """Threads of the face detector."""
    inference: int
    """Threads of the expression engine."""


AT_ONCE = "EMOTION_FILMS_AT_ONCE"
"""Variable of a scan's process: how many films are analysed at once."""
BESIDE = "EMOTION_BESIDE_ANOTHER"
"""Variable of a scan's process, and of its inference server, that works beside another scan: set to any text."""

LARGE_MODEL = 20_000_000
"""Number of parameters from which on inference takes most of an analysis."""


def thread_budget(cores: int | None = None, *, parameters: int = 0) -> ThreadBudget:
    """Threads for a scan on `cores` cores (None: those of this process) with a checkpoint of so many parameters."""
    cores = cores or usable_cores()
    beside = max(1, min(4, cores // 2))
    return ThreadBudget(
        decode=min(16, max(1, cores // _films_at_once()) + 4),
        detection=beside,
        inference=min(16, cores) if parameters >= LARGE_MODEL else beside,
    )


def budget_text() -> str:
    """“6 threads decode, 1 looks for faces, 1 reads them (2 with a large model)”: for users."""
    usual, large = thread_budget(), thread_budget(parameters=LARGE_MODEL)
    return (
        f"{usual.decode} threads decode, {usual.detection} look for faces, {usual.inference} read them "
        f"({large.inference} with a large model)"
    )


def _films_at_once() -> int:
    text = os.environ.get(AT_ONCE, "")
    return max(1, int(text)) if text.isdecimal() else 1


def is_beside_another() -> bool:
    """Whether this process works for a scan that runs beside another one: what it measures is then not remembered."""
    return BESIDE in os.environ


def usable_cores() -> int:
    """Cores that this process may run on; fewer than the machine has in a container or under taskset."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


BLAS_THREADS = "OPENBLAS_NUM_THREADS"
"""Variable of a process whose NumPy starts no more threads than that."""


@contextlib.contextmanager
def blas_in_one_thread() -> Iterator[None]:
    """NumPy and OpenCV, if they are imported in this block, calculate in the thread that calls them, and start none.

    Each would start one a core for its matrices; those of a scan are small.
    """
    before = os.environ.get(BLAS_THREADS)
    os.environ[BLAS_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[BLAS_THREADS]
        else:
            os.environ[BLAS_THREADS] = before
