"""The server's end while a page stays open: answers that nobody reads are cut off.

A browser that pauses a film leaves the rest of the answer unread for as long as the page is open, and uvicorn waits
for every answer. Nothing tells an app that its server is to end, but the socket on which it listens is closed at once.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

import anyio
import anyio.to_thread
import psutil

GRACE = 3.0
"""Seconds that answers have to end by themselves, and pages to take their leave."""
LOOK_INTERVAL = 0.5
"""Seconds between two looks whether the server still listens; one takes a few microseconds."""
_STARTS_WITHIN = 60
"""Looks for the first listening socket."""


async def cut_off_unread_answers() -> None:
    """Close the server's connections once it has not listened for `GRACE` seconds. A starter for `lifespan_of`.

    Where the system does not tell which sockets are the server's (Windows), nothing changes.
    """
    for _ in range(_STARTS_WITHIN):
        if listeners := await anyio.to_thread.run_sync(_listeners):
            break
        await anyio.sleep(LOOK_INTERVAL)
    while listeners and all(_inode(fd) == inode for fd, (inode, _) in listeners.items()):
        await anyio.sleep(LOOK_INTERVAL)
    await anyio.sleep(GRACE)
    await anyio.to_thread.run_sync(_shut_connections, {port for _, port in listeners.values()})


def _listeners() -> dict[int, tuple[int, int]]:
    """Inode and port of the sockets on which this process listens, by file descriptor."""
    found = {}
    for fd, port, is_listening in _sockets():
        inode = _inode(fd)
        if is_listening and inode is not None:
            found[fd] = inode, port
    return found


def _inode(fd: int) -> int | None:
    """What tells an open descriptor from a later one of the same number; None where it is closed."""
    try:
        return os.fstat(fd).st_ino
    except OSError:
        return None


def _shut_connections(ports: set[int]) -> None:
    for fd, port, is_listening in _sockets():
        if port in ports and not is_listening:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(fd)) as connection:
                connection.shutdown(socket.SHUT_RDWR)


def _sockets() -> Iterator[tuple[int, int, bool]]:
    """File descriptor, own port, and whether it listens, of each of this process's TCP sockets."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.Process().net_connections(kind="tcp"):
            if connection.fd >= 0 and connection.laddr:
                yield connection.fd, connection.laddr.port, connection.status == psutil.CONN_LISTEN
