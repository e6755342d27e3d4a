"""Sending at once: TCP_NODELAY for every connection of the app's server.

Streamlit creates the server's socket without naming TCP as its protocol, and asyncio turns Nagle's algorithm off for
connections that name it only (https://github.com/Kludex/uvicorn/issues/3149). With it on, the body of an answer waits
until the browser has acknowledged the head: 40 ms on Linux for each of a page's hundred files, and for each message.
"""

from __future__ import annotations

import contextlib
import os
import socket

import anyio.to_thread
import psutil


async def send_without_delay() -> None:
    """Set TCP_NODELAY for the sockets on which this process listens; the connections that they accept inherit it.

    A starter for `lifespan_of`. Where the system does not tell which sockets these are (Windows), nothing changes.
    """
    await anyio.to_thread.run_sync(_set_no_delay)


def _set_no_delay() -> None:
    with contextlib.suppress(psutil.Error):
        for connection in psutil.Process().net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.fd >= 0:
                with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fd)) as listener:
                    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
