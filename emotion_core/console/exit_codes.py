"""Exit codes of the command line, by which scripts distinguish failures."""

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
    """130 and 141 are the codes that shells report for a command ended by SIGINT or SIGPIPE."""

    DONE = 0
    REFUSED = 1
    """The film, a setting or the state of the library does not allow it, or the program itself failed."""
    USAGE = 2
    """The arguments are not a valid command."""
    PERMISSION = 3
    """A file or folder may not be read or written."""
    DISK_FULL = 4
    """A disk is full, or the library's quota is reached."""
    MEMORY = 5
    """Too little memory or address space, too few threads, processes or open files."""
    BUSY = 6
    """Another process has locked the library; the command may succeed later."""
    OUTPUT = 7
    """Printed output cannot be written; what was saved before remains."""
    PARTLY = 8
    """Of several films some are done, and others failed."""
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
    (ExitCode.PARTLY, "of several films some failed"),
    (ExitCode.STOPPED, "stopped by Ctrl-C"),
    (ExitCode.NOBODY_READS, "nobody reads the output"),
)
"""(code, description) for the help."""

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


def exit_code_for(error: BaseException) -> ExitCode:
    """The exit code for an error, by its class, or by the system error that caused it."""
    cause: BaseException | None = error
    while cause is not None:
        for classes, code in _CLASSES:
            if isinstance(cause, classes):
                return code
        if isinstance(cause, OSError) and cause.errno in _ERRNOS:
            return _ERRNOS[cause.errno]
        cause = cause.__cause__
    return ExitCode.REFUSED
