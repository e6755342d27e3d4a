"""Exit codes of the command line, so that a script can tell what to do about a failure."""

from __future__ import annotations

import errno
from enum import IntEnum

from ..errors import (
    DiskFull,
    LibraryBusy,
    NobodyReads,
    NotPermitted,
    OutOfDescriptors,
    OutOfMemory,
    OutputFailed,
    QuotaReached,
)


class ExitCode(IntEnum):
    """130 and 141 are what shells say of a command that SIGINT or SIGPIPE ended."""

    DONE = 0
    REFUSED = 1
    """The film, a setting or the library as it is does not allow it; or the program itself failed."""
    USAGE = 2
    """The words make no command."""
    PERMISSION = 3
    """A file or folder may not be read or written."""
    DISK_FULL = 4
    """A disk has no space left, or the library has its quota."""
    MEMORY = 5
    """Memory, address space, threads, processes or open files do not suffice."""
    BUSY = 6
    """Another process keeps the library locked: the same command may succeed later."""
    OUTPUT = 7
    """What is printed cannot be written; what was saved before is kept."""
    STOPPED = 130
    NOBODY_READS = 141


TABLE = (
    (ExitCode.DONE, "done"),
    (ExitCode.REFUSED, "refused: film, setting, library; or a fault of the program"),
    (ExitCode.USAGE, "the words make no command"),
    (ExitCode.PERMISSION, "no permission"),
    (ExitCode.DISK_FULL, "disk or quota full"),
    (ExitCode.MEMORY, "too little memory"),
    (ExitCode.BUSY, "library in use by another process"),
    (ExitCode.OUTPUT, "printing failed"),
    (ExitCode.STOPPED, "stopped by Ctrl-C"),
    (ExitCode.NOBODY_READS, "nobody reads the output"),
)
"""Each code in a few words, for the help."""

EPILOG = "Exit codes: " + "; ".join(f"{code.value} {words}" for code, words in TABLE) + "."

_CLASSES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], ExitCode], ...] = (
    (KeyboardInterrupt, ExitCode.STOPPED),
    ((NobodyReads, BrokenPipeError), ExitCode.NOBODY_READS),
    (OutputFailed, ExitCode.OUTPUT),
    (NotPermitted, ExitCode.PERMISSION),
    ((DiskFull, QuotaReached), ExitCode.DISK_FULL),
    ((OutOfMemory, OutOfDescriptors, MemoryError), ExitCode.MEMORY),
    (LibraryBusy, ExitCode.BUSY),
)

_ERRNOS = {
    errno.EACCES: ExitCode.PERMISSION,
    errno.EPERM: ExitCode.PERMISSION,
    errno.EROFS: ExitCode.PERMISSION,
    errno.ENOSPC: ExitCode.DISK_FULL,
    errno.EDQUOT: ExitCode.DISK_FULL,
    errno.ENOMEM: ExitCode.MEMORY,
    errno.EAGAIN: ExitCode.MEMORY,
}


def of(error: BaseException) -> ExitCode:
    """The exit code after an error: by its class, else by the error of the operating system that it came of."""
    cause: BaseException | None = error
    while cause is not None:
        for classes, code in _CLASSES:
            if isinstance(cause, classes):
                return code
        if isinstance(cause, OSError) and cause.errno in _ERRNOS:
            return _ERRNOS[cause.errno]
        cause = cause.__cause__
    return ExitCode.REFUSED
