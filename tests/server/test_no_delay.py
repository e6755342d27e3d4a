"""TCP_NODELAY of the connections that the app's server accepts."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from emotion_core.server import send_without_delay


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell which sockets are listened on.")
def test_accepted_connections_send_at_once() -> None:
    """A socket that was created without naming TCP, as the server's is, accepts connections that send at once."""
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with ThreadPoolExecutor(1) as other:  # in this one a browser's tests may have left an event loop
            other.submit(anyio.run, send_without_delay).result()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.proto == 0  # with which asyncio leaves the option alone
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
