"""Recognize lack of memory in exceptions and in ended processes, and describe it to the user.

Memory here includes address space and the number of threads and processes. A library that meets such a limit may raise
any exception, end the process, or crash.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import re
import signal
import sys

from ..errors import FilmNeedsMemory, NotLookedAt, OutOfMemory, out_of_memory

_SIGNS = re.compile(
    r"MemoryError|bad_alloc|bad allocation|allocate memory|failed to map segment|"
    r"cannot apply additional memory protection|not enough memory|out of memory|insufficient memory|"
    r"memory allocation still failed|unable to allocate|can't start new thread|pthread_create failed|"
    r"resource temporarily unavailable|failed to create thread|thread constructor failed",
    re.IGNORECASE,
)
"""Messages of the C library, its loader, NumPy, OpenBLAS, PyTorch, OpenCV and Python."""

_CRASHES = {-int(getattr(signal, name, 0)) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGTRAP")} - {0}

LEAST = 256 * 1024**2
"""Bytes of address space below which the command line refuses to start: NumPy's libraries would end the process
without an exception.
"""

ADVICE = "Close other programs or raise the limits of memory, threads and processes (ulimit -a shows them)."


def is_memory_error(error: BaseException | None) -> bool:
    """Whether an exception, or one in its chain of causes, comes from too little memory."""
    visited: set[int] = set()
    while error is not None and id(error) not in visited:
        visited.add(id(error))
        if isinstance(error, (MemoryError, OutOfMemory)):
            return True
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:
            return True
        if isinstance(error, (ImportError, RuntimeError, SystemError, BlockingIOError)) and _SIGNS.search(str(error)):
            return True
        if type(error).__module__ == "cv2" and _SIGNS.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def raise_if_memory_error(error: BaseException, what: str) -> None:
    """Raise OutOfMemory if that is the cause of `error`; `what` names the work in its message.

    For handlers of any exception of a library: they would call the file or the package unusable.
    """
    if is_memory_error(error):
        raise out_of_memory_error(what) from error


def ended_for_memory(code: int, stderr: str) -> bool:
    """Whether a process with this exit code and this text on its standard error ended for lack of memory."""
    if code == 1:
        return _SIGNS.search(stderr[-4000:]) is not None
    return code in _CRASHES and limit() is not None


def limit() -> int | None:
    """Limit of this process' address space or data, in bytes, the lower of the two; None without a limit."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    limits = [
        soft
        for name in ("RLIMIT_AS", "RLIMIT_DATA")
        if (soft := resource.getrlimit(getattr(resource, name))[0]) != resource.RLIM_INFINITY
    ]
    return min(limits, default=None)


def release_freed() -> None:
    """Give freed memory back to the system where the C library keeps it for later, as glibc does."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def film_needs_memory(name: str) -> FilmNeedsMemory:
    """The error for the film called `name` when the process that reads it ended for lack of memory."""
    if limit() is None:
        return out_of_memory(name)
    error = out_of_memory_error(f"Reading {name}")
    return FilmNeedsMemory(error.problem, error.advice)


def no_process_error(what: str, error: OSError) -> NotLookedAt:
    """The error for a process that could not be started to look at `what`."""
    problem = f"{what} was not looked at: {sys.executable} could not be started ({error.strerror})."
    return NotLookedAt(problem, "Check its permissions." if isinstance(error, PermissionError) else ADVICE)


def out_of_memory_error(what: str = "This command") -> OutOfMemory:
    """The error for work, named by `what`, that needs more memory than there is."""
    most = limit()
    of = "" if most is None else f", of which it may have {most / 1024**2:,.0f} MB (ulimit -v or -d)"
    return OutOfMemory(
        f"{what} needs more memory than there is{of}.",
        ADVICE,
    )
