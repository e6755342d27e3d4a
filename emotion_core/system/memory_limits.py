"""Too little memory: how it shows in exceptions, in what a process left on its standard error, and in its limits.

Memory means address space and the number of threads and processes too: libraries that meet such a limit raise what
they like, end the process, or crash.
"""

from __future__ import annotations

import errno
import re
import signal
import sys

from ..errors import FilmNeedsMemory, NotLookedAt, OutOfMemory, out_of_memory

_SAID = re.compile(
    r"MemoryError|bad_alloc|bad allocation|allocate memory|failed to map segment|"
    r"cannot apply additional memory protection|not enough memory|out of memory|insufficient memory|"
    r"memory allocation still failed|unable to allocate|can't start new thread|pthread_create failed|"
    r"resource temporarily unavailable|failed to create thread|thread constructor failed",
    re.IGNORECASE,
)
"""Words of the C library, its loader, NumPy, OpenBLAS, PyTorch, OpenCV and Python."""

_CRASHES = {-int(getattr(signal, name, 0)) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGTRAP")} - {0}

LEAST = 256 * 1024**2
"""Address space below which the command line is not begun: NumPy's libraries end the process without an exception."""

ADVICE = "Close other programs or raise the limits of memory, threads and processes (ulimit -a shows them)."


def caused(error: BaseException | None) -> bool:
    """Whether an exception, or one that it came of, is of too little memory."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, (MemoryError, OutOfMemory)):
            return True
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:
            return True
        if isinstance(error, (ImportError, RuntimeError, SystemError, BlockingIOError)) and _SAID.search(str(error)):
            return True
        if type(error).__module__ == "cv2" and _SAID.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def ended(code: int, said: str) -> bool:
    """Whether a process with this exit code and these last words ended for want of memory."""
    if code == 1:
        return _SAID.search(said[-4000:]) is not None
    return code in _CRASHES and limit() is not None


def limit() -> int | None:
    """Bytes of address space or data that this process may have; None where there is no limit."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    found = [
        soft
        for name in ("RLIMIT_AS", "RLIMIT_DATA")
        if (soft := resource.getrlimit(getattr(resource, name))[0]) != resource.RLIM_INFINITY
    ]
    return min(found, default=None)


def of_film(name: str) -> FilmNeedsMemory:
    """What is said of the film called `name` where the process that reads it ended for want of memory."""
    if limit() is None:
        return out_of_memory(name)
    told = refused(f"Reading {name}")
    return FilmNeedsMemory(told.problem, told.advice)


def no_process(what: str, error: OSError) -> NotLookedAt:
    """What is said where no process could be started for `what`."""
    problem = f"{what} was not looked at: {sys.executable} could not be started ({error.strerror})."
    return NotLookedAt(problem, "Check its permissions." if isinstance(error, PermissionError) else ADVICE)


def refused(what: str = "This command") -> OutOfMemory:
    """What is said where memory did not suffice for `what`."""
    most = limit()
    of = "" if most is None else f", of which it may have {most / 1024**2:,.0f} MB (ulimit -v or -d)"
    return OutOfMemory(
        f"{what} needs more memory than there is{of}.",
        ADVICE,
    )
