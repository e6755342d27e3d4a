"""The server's end while a browser leaves an answer unread."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from emotion_core.server import cut_off_unread_answers, ending


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell which sockets are listened on.")
def test_connections_are_closed_once_the_server_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the server listens its connections stay; some time after it has stopped, those left are closed."""
    monkeypatch.setattr(ending, "GRACE", 0.2)
    monkeypatch.setattr(ending, "LOOK_INTERVAL", 0.05)
    with socket.socket(socket.AF_INET) as listener, ThreadPoolExecutor(1) as other:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with socket.create_connection(listener.getsockname()) as browser, listener.accept()[0]:
            cutting = other.submit(anyio.run, cut_off_unread_answers)
            browser.settimeout(0.5)
            with pytest.raises(TimeoutError):
                browser.recv(1)
            listener.close()
            browser.settimeout(30)
            assert browser.recv(1) == b""
            cutting.result(30)
